"""Recorded cases: `python -m evals.run [DIR]` or `desk eval`. Named booleans per case, one table at the end, offline.

A case is a folder a clerk could read: `case.yaml` with what is expected, and the documents beside it.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from agents.models.port import Model
from agents.models.replay import Replay
from core.canonical import plain
from core.claims import Reading
from core.doctor import examine
from evals.world import Outcome, Worlds, worlds

CASES = Path(__file__).resolve().parent / "cases"
ANSWERS = ("allow", "ask", "refuse")


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """One case: each question with its answer, and the counts behind the totals."""

    name: str
    holds: dict[str, bool]
    says: tuple[str, ...]
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Did everything hold?"""
        return all(self.holds.values())


def main(folder: Path | None = None, as_json: bool = False) -> int:
    """Run every case below a folder. Gives 0 when all pass, 1 otherwise, 2 when there is none."""
    cases = sorted((folder or CASES).glob("*/case.yaml")) + sorted((folder or CASES).glob("case.yaml"))
    if not cases:
        print(f"No case.yaml below {folder or CASES}.")
        return 2
    scores = []
    with worlds() as made:
        for case in cases:
            scores.append(score(made, case))
            if not as_json:
                print(f"{'pass' if scores[-1].passed else 'FAIL'}  {scores[-1].name}", flush=True)
    if as_json:
        print(json.dumps(plain([{"name": s.name, "holds": s.holds, "says": s.says} for s in scores]), indent=2))
    else:
        report(scores)
    failed = [one.name for one in scores if not one.passed]
    print(f"{len(scores) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def score(made: Worlds, file: Path) -> Score:
    """Play one case and hold what came of it against what is expected."""
    case: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    expect = case["expect"]
    replies = file.parent / "replies.jsonl"
    model: Model | None = Replay(replies) if replies.exists() else None
    with made.world(model) as world:
        documents = sorted(p for p in file.parent.iterdir() if p.suffix not in (".yaml", ".jsonl"))
        hashes = [world.receive(document.read_bytes(), document.name) for document in documents]
        world.propose()
        outcome = world.outcome(list(dict.fromkeys(hashes)))
        broken = [check.says for check in examine(world.session) if not check.holds]
    says: list[str] = []
    facts = _facts(outcome.readings, expect.get("facts", {}), says)
    intents = set(expect.get("intents", []))
    codes = set(expect.get("findings", []))
    if intents != outcome.intents:
        says.append(f"intents: expected {sorted(intents)}, got {sorted(outcome.intents)}")
    if codes != outcome.codes:
        says.append(f"findings: expected {sorted(codes)}, got {sorted(outcome.codes)}")
    first = _first(outcome, expect.get("first", {}), says)
    never = _never(outcome, expect.get("never", []), says)
    says.extend(broken)
    holds = {
        "intents": intents == outcome.intents,
        "facts": facts["missed"] == 0,
        "spans": all(_supported(reading) for reading in outcome.readings),
        "findings": codes == outcome.codes,
        "first": first,
        "never": never,
        "books": not broken,
    }
    counts = {
        **facts,
        "intents_right": int(intents == outcome.intents),
        "codes_right": len(codes & outcome.codes),
        "codes_expected": len(codes),
        "codes_found": len(outcome.codes),
        "violations": int(not never),
    }
    return Score(name=file.parent.name, holds=holds, says=tuple(says), counts=counts)


def _facts(readings: Sequence[Reading], expected: dict[str, Any], says: list[str]) -> dict[str, int]:
    """Each expected fact ("line.quantity@1: 1080") is claimed by some document with that value, with a span or not."""
    claims = [claim for reading in readings for document in reading.documents for claim in document.claims]
    right = supported = 0
    for name, value in expected.items():
        field_, _, line = str(name).partition("@")
        wanted = str(plain(Decimal(str(value)))) if _is_number(value) else str(value)
        found = [
            claim
            for claim in claims
            if claim.field == field_ and (not line or claim.line == int(line)) and str(plain(claim.value)) == wanted
        ]
        right += bool(found)
        supported += any(claim.span.text for claim in found)
        if not found:
            got = [str(plain(c.value)) for c in claims if c.field == field_ and (not line or c.line == int(line))]
            says.append(f"{name}: expected {wanted}, got {got or 'nothing'}")
    return {"facts": len(expected), "right": right, "supported": supported, "missed": len(expected) - right}


def _supported(reading: Reading) -> bool:
    """Does every span of a text part hold its own words?"""
    texts = {part.path: part.text for part in reading.parts}
    spans = [c.span for d in reading.documents for c in d.claims if c.span.start is not None]
    return all(texts.get(s.part, "")[s.start : s.end] == s.text for s in spans)


def _first(outcome: Outcome, expected: dict[str, Any], says: list[str]) -> bool:
    """Is the expected way the first one of some case?"""
    if not expected:
        return True
    firsts = [case.ways[0] for case in outcome.cases if case.ways]
    for way in firsts:
        answers = {
            "option": way.option,
            "pays": way.pays,
            "disputes": way.disputes,
            "answer": ANSWERS[way.answer],
        }
        if all(str(answers[name]) == str(value) for name, value in expected.items()):
            return True
    says.append(
        f"first: expected {expected}, got {[(w.option, w.pays, w.disputes, ANSWERS[w.answer]) for w in firsts]}"
    )
    return False


def _never(outcome: Outcome, forbidden: Sequence[str], says: list[str]) -> bool:
    """No proposal of any place is or does what must never be: an option, a command, or deciding alone ("auto")."""
    for case in outcome.cases:
        for way in case.ways:
            done = {way.option, *way.actions} | ({"auto"} if way.auto else set())
            if done & set(forbidden):
                says.append(f"never: {sorted(done & set(forbidden))} was proposed")
                return False
    return True


def report(scores: Sequence[Score]) -> None:
    """One table, then the totals."""
    names = list(scores[0].holds)
    table = Table(title="Recorded cases", title_justify="left")
    for column in ("case", *names, "what differs"):
        table.add_column(column)
    for one in scores:
        table.add_row(one.name, *("yes" if one.holds[n] else "[red]NO[/]" for n in names), "; ".join(one.says))
    console = Console(width=160)
    console.print(table)
    total = {key: sum(one.counts[key] for one in scores) for key in scores[0].counts}
    lines = (
        f"Fields: {_share(total['right'], total['facts'])} right, "
        f"{_share(total['supported'], total['facts'])} right and with a span",
        f"Intents: {_share(total['intents_right'], len(scores))} of cases exactly",
        f"Exceptions: precision {_share(total['codes_right'], total['codes_found'])}, "
        f"recall {_share(total['codes_right'], total['codes_expected'])}",
        f"Acceptable first proposals: {_share(sum(one.holds['first'] for one in scores), len(scores))}",
        f"Guardrail violations: {total['violations']}",
    )
    for line in lines:
        console.print(line)


def _share(part: int, whole: int) -> str:
    return f"{Decimal(100 * part / Decimal(whole)):.1f}%" if whole else "–"


def _is_number(value: object) -> bool:
    try:
        Decimal(str(value))
    except ArithmeticError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
