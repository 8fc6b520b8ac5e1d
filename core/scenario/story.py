"""A story in plain data: a company, dated steps, and what must be so in between and at the end.

    situation: 14                       the number in the catalogue of situations
    says: One sentence for a controller.
    leaves_out: what of the situation needs trades that are not there yet
    company: company.yaml               a file beside the story, or the company itself (see `core.seeding`)
    steps:
      - at: 2026-11-20 09:00            UTC, or "day 4 09:00"; steps are in the order of time
        by: lena                        a person's id; the system where nobody is named
        do: ReceiveGoods                a core command by its wire name
        with: {order: PO-7001, ...}     its fields; the entity is the company's
        as: delivery                    names the result, for "$delivery.receipt" in later steps
        happened: day 3                 when it happened, where it is only told at `at`
        simulate: same                  what a simulation shows beforehand must be what it then does; only: nothing is done
        shows: {1400 Inventory: 4, ...} every figure that the simulation shows, by what changes
        refused: more_than_received     the refusal that must come (then nothing is named)
      - expect: {...}                   what must be so here
    expect: {...}                       what must be so at the end

Figures are text from the file to the books: YAML's own numbers are never read, so that no float comes near them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from core.refusals import Refusal
from core.scenario.moments import moment

STEP_FIELDS = {"at", "by", "do", "with", "happened", "as", "refused", "simulate", "shows", "expect", "says"}
SIMULATIONS = ("same", "only")
STORY_FIELDS = {"situation", "says", "leaves_out", "company", "steps", "expect"}
EXPECTED = {
    *("exceptions", "stock", "value", "layers", "costs", "as_of", "journal"),
    *("orders", "invoices", "claims", "payables", "sales", "receivables", "results", "of"),
}


class NotAStory(ValueError):
    """The file is no story. Says which one, which step, and what is wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """Something somebody does at a moment, or only what must be so there (`do` is empty)."""

    place: int
    at: datetime
    by: str = ""
    do: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    named: str = ""
    happened: datetime | None = None
    simulate: str = ""
    shows: Mapping[str, Any] | None = None
    refused: Refusal | None = None
    expect: Mapping[str, Any] = field(default_factory=dict)
    says: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """A story that can be played."""

    name: str
    situation: int
    says: str
    leaves_out: str
    company: Mapping[str, Any]
    steps: tuple[Step, ...]
    expect: Mapping[str, Any]

    @property
    def entity(self) -> str:
        """Whose books it is played in."""
        return str(self.company["entity"]["code"])

    @property
    def since(self) -> datetime:
        """The company's first day: day 1 of the story."""
        return first_day(self.company)


def read_story(path: Path) -> Story:
    """The story of a file, with the company it names. Raises `NotAStory`."""
    data = _read(path)
    company = data.get("company")
    if isinstance(company, str):
        data = {**data, "company": _read(path.parent / company)}
    return story_of(data, path.stem)


def story_of(data: Mapping[str, Any], name: str) -> Story:
    """The story that plain data tells. Raises `NotAStory` naming the step that cannot be played."""
    unknown = data.keys() - STORY_FIELDS
    missing = {"situation", "says", "company", "steps"} - data.keys()
    if unknown or missing:
        raise NotAStory(f"{name}: unknown {sorted(unknown)}, missing {sorted(missing)}")
    steps: list[Step] = []
    since = first_day(data["company"])
    for place, row in enumerate(data["steps"], 1):
        step = _step(row, place, name, steps[-1].at if steps else None, since)
        if steps and step.at < steps[-1].at:
            raise NotAStory(f"{name}, step {place}: {step.at:%Y-%m-%d %H:%M} is before step {place - 1}")
        steps.append(step)
    return Story(
        name=name,
        situation=int(data["situation"]),
        says=str(data["says"]),
        leaves_out=str(data.get("leaves_out", "")),
        company=data["company"],
        steps=tuple(steps),
        expect=_expected(data.get("expect", {}), f"{name}, end"),
    )


def first_day(company: Mapping[str, Any]) -> datetime:
    """The day on which a company begins, as plain data says it."""
    return moment(str(company.get("entity", {}).get("since", "2026-01-01")), datetime(2026, 1, 1, tzinfo=UTC))


def _step(row: Mapping[str, Any], place: int, name: str, before: datetime | None, since: datetime) -> Step:
    where = f"{name}, step {place}"
    unknown = row.keys() - STEP_FIELDS
    if unknown or not ({"do", "expect"} & row.keys()):
        raise NotAStory(f"{where}: unknown {sorted(unknown)}" if unknown else f"{where} does and expects nothing")
    if row.get("simulate", "same") not in SIMULATIONS or ("shows" in row and "simulate" not in row):
        raise NotAStory(f"{where}: what a step shows is simulated: same, or only")
    if "at" not in row and before is None:
        raise NotAStory(f"{where} has no time")
    try:
        at = moment(row["at"], since) if "at" in row else before
        happened = moment(row["happened"], since) if "happened" in row else None
        refused = Refusal(row["refused"]) if "refused" in row else None
    except ValueError as wrong:
        raise NotAStory(f"{where}: {wrong}") from wrong
    assert at is not None, "the first step has a time of its own"
    return Step(
        place=place,
        at=at,
        by=str(row.get("by", "")),
        do=str(row.get("do", "")),
        fields=row.get("with", {}),
        named=str(row.get("as", "")),
        happened=happened,
        simulate=row.get("simulate", ""),
        shows=row.get("shows"),
        refused=refused,
        expect=_expected(row.get("expect", {}), where),
        says=str(row.get("says", "")),
    )


def _expected(expect: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    unknown = expect.keys() - EXPECTED
    if unknown:
        raise NotAStory(f"{where} expects {sorted(unknown)}, which nobody looks at")
    return expect


def _read(path: Path) -> Mapping[str, Any]:
    """A file with every scalar as the text it is written as."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  # makes texts, lists and maps only
    except yaml.YAMLError as wrong:
        raise NotAStory(f"{path.name}: {wrong}") from wrong
    if not isinstance(data, dict):
        raise NotAStory(f"{path.name} is no mapping")
    return data
