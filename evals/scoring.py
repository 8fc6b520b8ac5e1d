"""From what was expected and what came to named answers and to figures. Pure functions over made or played outcomes.

Fields are scored where a label speaks: for each labelled field (of a line, where the label names one) every distinct
value that some document claims is right or wrong, and a labelled value nobody claims is missed. Intents are scored a
class at a time over all cases; exceptions and proposals over all cases together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from core.canonical import plain


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One claim as it is scored: a field, its line, its value as plain text, and whether its words bear it out."""

    field: str
    line: int | None
    value: str
    spanned: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """Hits, wrong ones and missed ones of one question. Adds up over cases."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(right=self.right + other.right, wrong=self.wrong + other.wrong, missed=self.missed + other.missed)

    @property
    def precision(self) -> Decimal | None:
        """The share of what was said that is right; None when nothing was said."""
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> Decimal | None:
        """The share of what was to be said that was said; None when nothing was to be said."""
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> Decimal | None:
        """2 right / (2 right + wrong + missed); None when there was nothing to say and nothing was said."""
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """One case: each question with its answer, what differs in sentences, and the counts behind the totals."""

    name: str
    reader: str  # "rules", or "model replay"
    holds: dict[str, bool]
    says: tuple[str, ...] = ()
    fields: Tally = field(default_factory=Tally)
    spanned: Tally = field(default_factory=Tally)
    intents_expected: frozenset[str] = frozenset()
    intents_found: frozenset[str] = frozenset()
    codes: Tally = field(default_factory=Tally)
    judged_proposals: int = 0  # first proposals that a label judges
    acceptable: int = 0
    violations: int = 0

    @property
    def passed(self) -> bool:
        """Did everything hold?"""
        return all(self.holds.values())


def fields_tally(labels: Mapping[str, Any], said: Iterable[Said], *, spanned: bool = False) -> Tally:
    """How the labelled fields fare. With `spanned` only claims count whose words bear them out.

    A label is "field" or "field@line", with one value, a list of values (each must be claimed), or null: nobody may
    claim it.
    """
    claims = [one for one in said if one.spanned or not spanned]
    total = Tally()
    for label, value in labels.items():
        wanted = set(values_of(value))
        found = claimed(label, claims)
        total += Tally(right=len(wanted & found), wrong=len(found - wanted), missed=len(wanted - found))
    return total


def claimed(label: str, said: Iterable[Said]) -> set[str]:
    """The distinct values claimed for a label."""
    name, _, line = label.partition("@")
    return {one.value for one in said if one.field == name and (not line or one.line == int(line))}


def values_of(label: object) -> tuple[str, ...]:
    """The values a label asks for, in the one spelling in which claims are compared."""
    if label is None:
        return ()
    if isinstance(label, list):
        return tuple(spelled(one) for one in label)
    return (spelled(label),)


def spelled(value: object) -> str:
    """Numbers without trailing zeros, dates as ISO, everything else as it stands. A number in YAML must be quoted, so
    that no float ever stands for an amount."""
    assert not isinstance(value, float), f"{value} is a float: quote it"
    if isinstance(value, date | Decimal | int):
        return str(plain(value))
    text = str(value)
    try:
        return str(plain(Decimal(text))) if text[:1] in "-0123456789" else text
    except (ArithmeticError, TypeError):
        return text


def sets_tally(expected: Iterable[str], found: Iterable[str]) -> Tally:
    """Two sets as hits, wrong ones and missed ones."""
    wanted, got = set(expected), set(found)
    return Tally(right=len(wanted & got), wrong=len(got - wanted), missed=len(wanted - got))


def intents_f1(scores: Sequence[Score]) -> Decimal | None:
    """Macro F1: the mean over every intent that some case expects or some reading found. A rare intent weighs as much
    as a common one."""
    names = sorted({name for one in scores for name in one.intents_expected | one.intents_found})
    each = []
    for name in names:
        tally = Tally()
        for one in scores:
            tally += sets_tally({name} & one.intents_expected, {name} & one.intents_found)
        each.append(tally.f1 or Decimal(0))
    return sum(each, Decimal(0)) / len(each) if each else None


def totals(scores: Sequence[Score]) -> dict[str, Any]:
    """The figures over some cases; a share is a Decimal between 0 and 1, or None where there was nothing to measure."""
    fields = sum((one.fields for one in scores), Tally())
    spanned = sum((one.spanned for one in scores), Tally())
    codes = sum((one.codes for one in scores), Tally())
    exact = sum(one.intents_expected == one.intents_found for one in scores)
    return {
        "cases": len(scores),
        "passed": sum(one.passed for one in scores),
        "field_f1": fields.f1,
        "field_f1_with_span": spanned.f1,
        "intent_macro_f1": intents_f1(scores),
        "intent_accuracy": _share(exact, len(scores)),
        "exception_precision": codes.precision,
        "exception_recall": codes.recall,
        "acceptable_proposals": _share(
            sum(one.acceptable for one in scores), sum(one.judged_proposals for one in scores)
        ),
        "guardrail_violations": sum(one.violations for one in scores),
    }


def by_reader(scores: Sequence[Score]) -> dict[str, dict[str, Any]]:
    """The totals of all cases, and of the cases of each reader."""
    readers = sorted({one.reader for one in scores})
    parts = {reader: totals([one for one in scores if one.reader == reader]) for reader in readers}
    return {"all": totals(scores), **parts}


def _share(part: int, whole: int) -> Decimal | None:
    return Decimal(part) / Decimal(whole) if whole else None
