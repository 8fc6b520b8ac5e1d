"""The one function that decides: every table and guardrail that speaks, the strictest answer, and why.

Deterministic: the same facts and tables give the same verdict. No matching row, an unknown option or a rule that errs
is the strictest answer (DESIGN.md, promise 10).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.canonical import digest
from core.judging import Answer, JudgedFacts, Permission, Person, Ruling, Signed, Verdict
from policies import authority
from policies.clocks import due_within
from policies.guardrails import GUARDRAILS
from policies.sentences import filled
from policies.tables import FOLDER, Table, load, version_of

SAMPLE_ONE_IN = 10
"""Of what rules decide alone, one in so many is shown to a person afterwards."""


@dataclass(frozen=True, slots=True)
class Policies:
    """Tables in force, and the judgement over them. Implements `core.judging.Judge`."""

    tables: tuple[Table, ...]
    version: str

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "Policies":
        """The tables of a folder. Raises `policies.tables.TableError`."""
        tables = load(folder)
        return cls(tables, version_of(tables))

    def judge(self, facts: JudgedFacts) -> Verdict:
        """Judge one proposal by its facts."""
        rulings = [*self._by_tables(facts), *(r for guardrail in GUARDRAILS if (r := _safely(guardrail, facts)))]
        answer = max((ruling.answer for ruling in rulings), default=Answer.REFUSE)
        rulings.sort(key=lambda ruling: -ruling.answer)
        auto = answer is Answer.ALLOW
        return Verdict(
            answer=answer,
            rulings=tuple(rulings),
            approvers=() if answer is not Answer.ASK else _signatures(rulings),
            due_within=due_within(facts.codes, facts.severity),
            policy_version=self.version,
            auto=auto,
            sampled=auto and _is_sampled(facts),
        )

    def may_sign(self, facts: JudgedFacts, verdict: Verdict, person: Person, signed: Sequence[Signed]) -> Permission:
        """May this person sign now, after these others?"""
        return authority.may_sign(facts, verdict, person, signed)

    def missing(self, facts: JudgedFacts, verdict: Verdict, signed: Sequence[Signed]) -> tuple[tuple[str, ...], ...]:
        """The groups of roles of which a signature is still missing."""
        return authority.missing(verdict, signed)

    def _by_tables(self, facts: JudgedFacts) -> list[Ruling]:
        speaking = [table for table in self.tables if table.speaks(facts)]
        if not any(table.id.startswith("option-") for table in speaking):
            return [Ruling(rule="silence", answer=Answer.REFUSE, says=f"No rule speaks about {facts.option or 'this'}")]
        return [_ruling(table, facts) for table in speaking]


def _ruling(table: Table, facts: JudgedFacts) -> Ruling:
    """What one table answers; a table without a fitting row refuses."""
    row = table.decide(facts)
    if row is None:
        return Ruling(
            rule=table.id,
            answer=Answer.REFUSE,
            says=filled(table.silence_says, facts),
            version=f"v{table.version}",
            near_miss=table.near_miss(facts, None),
        )
    return Ruling(
        rule=table.id,
        answer=row.answer,
        says=filled(row.says, facts),
        version=f"v{table.version}",
        row=row.number,
        groups=row.groups,
        near_miss=table.near_miss(facts, row),
    )


def _safely(guardrail: object, facts: JudgedFacts) -> Ruling | None:
    """A guardrail that errs refuses: nobody gets through because a check broke."""
    assert callable(guardrail), "a guardrail is a function"
    try:
        ruling: Ruling | None = guardrail(facts)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
        name = getattr(guardrail, "__name__", "guardrail")
        return Ruling(rule=name, answer=Answer.REFUSE, says=f"The rule failed: {type(error).__name__}")
    return ruling


def _signatures(rulings: Sequence[Ruling]) -> tuple[tuple[str, ...], ...]:
    """The signatures that satisfy every ruling that asks: the longest demand, each group narrowed by the others.

    A group narrowed to nobody keeps the stricter demand as a signature of its own, so that no ruling is talked away.
    """
    needed: list[tuple[str, ...]] = []
    for ruling in sorted(rulings, key=lambda one: (-len(one.groups), one.rule)):
        if ruling.answer is not Answer.ASK:
            continue
        free = list(range(len(needed)))
        for group in ruling.groups:
            shared = next((i for i in free if set(needed[i]) & set(group)), None)
            if shared is None:
                needed.append(group)
            else:
                needed[shared] = tuple(role for role in needed[shared] if role in group)
                free.remove(shared)
    return tuple(needed)


def _is_sampled(facts: JudgedFacts) -> bool:
    """A steady one in ten, by content: the same facts are always sampled or never."""

    return int(digest(facts)[:8], 16) % SAMPLE_ONE_IN == 0
