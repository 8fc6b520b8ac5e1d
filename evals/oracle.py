"""Figures of other ledgers against ours: `python -m evals.oracle FILE.json [--json]`.

The file holds cases in a neutral form (evals/README.md, section Oracle): steps, and the figures that must come of them. Each
case is replayed through the one door on a throw-away database; the figures are then read from the books. One line a case:
holds, differs (what was expected, what is there), or not supported (what no command does). Exit status 0 when every
universal case holds, 1 when one does not, 2 for a file that is not in the form.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core import audit, clock, door, schema
from core.books.accounts import CHART
from core.db import engine_for, sessions
from core.doctor import examine
from core.masterdata.commands import AddAccount, AddEntity
from core.postgres import embedded
from evals.oracle_expect import SPEAKS_OF_REFUSALS, figure
from evals.oracle_form import Malformed, NotSupported, Step
from evals.oracle_kept import watch
from evals.oracle_start import begin
from evals.oracle_steps import take
from evals.oracle_world import BUYER, ENTITIES, NOW, CaseWorld

DATABASE = "oracle"
BEGINNINGS = Path(__file__).with_name("oracle_beginnings.json")
"""Cases that others begin as, for files that leave them out."""
HOLDS, DIFFERS, NOT_SUPPORTED = "holds", "differs", "not supported"


@dataclass(frozen=True, kw_only=True, slots=True)
class Replayed:
    """What came of one case: how it ended, and in words why it does not hold."""

    id: str
    scope: str
    outcome: str
    says: str = ""


def read(path: Path) -> list[dict[str, Any]]:
    """The cases of a file, every number exact. Raises `Malformed` with what is wrong and where."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal, parse_int=Decimal)
    except (OSError, UnicodeDecodeError) as no:
        raise Malformed(f"{path}: {no}") from no
    except json.JSONDecodeError as no:
        raise Malformed(f"{path}: line {no.lineno}, column {no.colno}: {no.msg}") from no
    cases = data.get("cases") if isinstance(data, dict) else None
    if not isinstance(cases, list):
        raise Malformed(f'{path}: no list of "cases"')
    seen: set[str] = set()
    for place, case in enumerate(cases, 1):
        _must_be_a_case(f"{path}: case {place}", case, seen)
    return cases


def _must_be_a_case(where: str, case: Any, seen: set[str]) -> None:
    if not isinstance(case, dict) or not isinstance(case.get("id"), str):
        raise Malformed(f'{where}: no "id"')
    where = f"{where} ({case['id']})"
    if case["id"] in seen:
        raise Malformed(f"{where}: the id is there twice")
    seen.add(case["id"])
    for key, kind in (("scope", str), ("steps", list), ("expect", dict)):
        if not isinstance(case.get(key), kind):
            raise Malformed(f'{where}: "{key}" is missing, or no {kind.__name__}')
    if not isinstance(case.get("start") or {}, dict):
        raise Malformed(f'{where}: "start" is no dict')
    for place, step in enumerate(case["steps"], 1):
        if not isinstance(step, dict) or not isinstance(step.get("op"), str):
            raise Malformed(f'{where}, step {place}: no "op"')


def replay(session: Session, case: Mapping[str, Any], cases: Mapping[str, Mapping[str, Any]]) -> Replayed:
    """Replay one case and hold the books against it. The session is rolled back after."""
    clock.set_clock(session, clock.fixed(NOW))
    outcome, says = HOLDS, ""
    try:
        says = "; ".join(_differences(session, case, cases))
        outcome = DIFFERS if says else HOLDS
    except NotSupported as no:
        outcome, says = NOT_SUPPORTED, str(no)
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as no:
        outcome, says = NOT_SUPPORTED, f"not understood: {type(no).__name__}: {no}"
    except (AssertionError, DBAPIError) as broken:
        outcome, says = DIFFERS, f"broken: {broken}"
    finally:
        session.rollback()
    return Replayed(id=case["id"], scope=case["scope"], outcome=outcome, says=says)


def _differences(session: Session, case: Mapping[str, Any], cases: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    world = CaseWorld(session, case, cases)
    begin(world)
    watch(world, figure)
    for place, step in enumerate(case["steps"], 1):
        take(world, Step(place, step))
    if not SPEAKS_OF_REFUSALS & set(case["expect"]):
        for done in world.done:
            if done.refused is not None:
                yield f"{done.step.name}: expected carried out, got {done.refused}"
    for key, expected in case["expect"].items():
        got = figure(world, key, expected)
        if not same(expected, got):
            yield f"{key}: expected {_said(expected)}, got {_said(got)}"
    for checked in examine(session):
        if not checked.holds:
            yield f"books: {checked.name}: {checked.says}"


def same(expected: Any, got: Any) -> bool:
    """Whether a figure is the one expected, to the decimals it is given with, and to the cent at least."""
    if isinstance(expected, Mapping):
        return isinstance(got, Mapping) and all(key in got and same(value, got[key]) for key, value in expected.items())
    if isinstance(expected, list):
        return (
            isinstance(got, Sequence)
            and len(expected) == len(got)
            and all(same(one, other) for one, other in zip(expected, got, strict=True))
        )
    if isinstance(expected, Decimal) and isinstance(got, (Decimal, int)) and not isinstance(got, bool):
        exponent = expected.as_tuple().exponent
        finest = min(int(exponent), -2)
        return abs(Decimal(got) - expected) <= Decimal(5).scaleb(finest - 1)
    return bool(expected == got)


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_said(one)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_said(one) for one in value) + "]"
    if isinstance(value, Decimal):
        return f"{value.quantize(Decimal('0.000001')).normalize():f}"
    return str(value)


@contextmanager
def books() -> Iterator[Any]:
    """Makes sessions on a throw-away database with one company for each size of the smallest amount."""
    with TemporaryDirectory(prefix="desk-oracle-") as folder:
        url = embedded(Path(folder) / "postgres", DATABASE)
        with psycopg.connect(url, autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(sql.SQL("alter system set {} = off").format(sql.Identifier(setting)))
            connection.execute("select pg_reload_conf()")
        engine = engine_for(url)
        with engine.begin() as connection_:
            schema.create(connection_)
        make = sessions(engine)
        audit.install(make)
        with make() as session:
            open_companies(session)
            session.commit()
        try:
            yield make
        finally:
            engine.dispose()


def open_companies(session: Session) -> None:
    """The companies that cases are replayed in, with their charts and nothing else."""
    clock.set_clock(session, clock.fixed(NOW))
    for entity, currency in ENTITIES.values():
        door.execute(session, AddEntity(entity=entity, name=entity, currency=currency), actor=BUYER, key="entity")
        for code, name, kind in CHART:
            account = AddAccount(entity=entity, code=code, name=name, kind=kind)
            door.execute(session, account, actor=BUYER, key=f"account:{code}")


def run(cases: Sequence[Mapping[str, Any]]) -> list[Replayed]:
    """Replay every case, each on books as they were before the first."""
    by_id = {case["id"]: case for case in (*read(BEGINNINGS), *cases)}
    with books() as make:
        replayed = []
        for case in cases:
            with make() as session:
                replayed.append(replay(session, case, by_id))
        return replayed


def totals(replayed: Sequence[Replayed]) -> dict[str, dict[str, int]]:
    """How many cases of each kind of scope ended how."""
    counted = Counter((_kind(one.scope), one.outcome) for one in replayed)
    return {
        kind: {outcome: counted[kind, outcome] for outcome in (HOLDS, DIFFERS, NOT_SUPPORTED)}
        for kind in ("universal", "policy")
    }


def _kind(scope: str) -> str:
    return "universal" if scope == "universal" else "policy"


def main(argv: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m evals.oracle", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true", help="the same as data")
    options = parser.parse_args(argv)
    try:
        replayed = run(read(options.file))
    except Malformed as no:
        print(f"not in the form: {no}", file=sys.stderr)
        return 2
    counted = totals(replayed)
    if options.json:
        print(json.dumps({"cases": [asdict(one) for one in replayed], "totals": counted}, indent=1))
    else:
        for one in replayed:
            print(f"{one.id:<14} {_kind(one.scope):<9} {one.outcome}{f' ({one.says})' if one.says else ''}")
        for kind, ends in counted.items():
            print(f"{kind}: " + ", ".join(f"{count} {outcome}" for outcome, count in ends.items()))
    return 0 if not counted["universal"][DIFFERS] + counted["universal"][NOT_SUPPORTED] else 1


if __name__ == "__main__":
    sys.exit(main())
