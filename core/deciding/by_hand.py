"""What people do to stock by hand: counted, issued late, corrected, taken from a suggestion. In their own name, as far as
policy lets them, and only as it was shown to them.

The very command is carried out inside this one, so nothing here changes the books. What it changed is read back: moves,
what was costed anew because of it, and postings with their days. Shown before, it is what a person agrees to by its hash;
where it would come out otherwise by now, nothing is done.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from core.books import accounts
from core.books.tables import JournalEntry, JournalLine
from core.canonical import digest, plain
from core.command import Command, from_wire
from core.deciding.facts import judge_of, person_of
from core.erp import Erp
from core.judging import JudgedFacts, Permission, Signed
from core.masterdata.tables import Account
from core.money import ZERO
from core.refusals import Refusal, Refused
from core.stock.ledger import take_turn
from core.stock.tables import CostChange, CostEntry, StockMove
from core.unbooked.commands import KeepEntry

OPTION = "by_hand"
"""What policy calls it; the steps it may consist of are policy's closed set."""
SHOWN_MAX = 60
"""So many corrected entries are shown one by one; of all of them the sums are."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DoByHand(Command):
    """Carry out `entry`, a command in wire form, for the person who acts. What moves stock or money is done only as it
    was shown: `seen` is the hash that the simulation of this very command gave."""

    entry: dict[str, Any]
    seen: str = ""


def do_by_hand(erp: Erp, cmd: DoByHand) -> dict[str, Any]:
    """Carry the entry out. Refuses another's name, what policy does not let this person do, and figures that moved.

    Gives the entry's own result; simulated, also every change it would make, their hash as `seen`, and whether this
    person may.
    """
    command = from_wire(cmd.entry)
    if command.entity != erp.entity or isinstance(command, DoByHand):
        raise Refused(Refusal.COMMAND_MALFORMED, "an entry by hand is one command for these books")
    if erp.actor.kind != "person" or getattr(command, "by", erp.actor.id) != erp.actor.id:
        raise Refused(Refusal.NO_AUTHORITY, f"{erp.actor} enters nothing in another's name")
    take_turn(erp)
    marks = _marks(erp)
    told = len(erp.events)
    result = erp.perform(command)
    posted = [str(event.facts["entry"]) for event in erp.events[told:] if event.kind == "entry_posted"]
    changes = _changes(erp, marks, posted)
    seen = digest({name: changes[name] for name in ("moves", "corrected_all", "postings")}) if _any(changes) else ""
    permission = _permission(erp, command, changes["postings"])
    if erp.simulated:
        shown = {name: rows for name, rows in changes.items() if name != "corrected_all"}
        return {**result, "changes": shown, "seen": seen, "allowed": permission.allowed, "says": permission.says}
    if not permission.allowed:
        raise Refused(Refusal.NO_AUTHORITY, permission.says)
    if seen != cmd.seen:
        raise Refused(Refusal.EFFECTS_DIFFER, "the figures moved since you looked; look at them as they are now")
    erp.note("command", f"By hand: {type(command).__name__}")
    return dict(result)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Marks:
    move: int
    change: int


def _marks(erp: Erp) -> _Marks:
    """Where the books end before the entry. Nobody else adds to them: the stock turn is taken."""
    move = select(func.max(StockMove.number)).where(StockMove.entity == erp.entity)
    change = select(func.max(CostChange.number)).where(CostChange.entity == erp.entity)
    return _Marks(move=erp.session.scalar(move) or 0, change=erp.session.scalar(change) or 0)


def _changes(erp: Erp, marks: _Marks, posted: list[str]) -> dict[str, Any]:
    """What the entry did, as JSON types: moves, entries that are worth another amount now, and postings by day."""
    corrected = _corrected(erp, marks)
    sums: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for one in corrected:
        sums[one["kind"], one["account"]].append(Decimal(one["change"]))
    totals = [
        {"kind": kind, "account": account, "entries": len(found), "change": plain(sum(found, ZERO))}
        for (kind, account), found in sorted(sums.items())
    ]
    return {
        "moves": _moves(erp, marks),
        "corrected": _with_worth(erp, marks, corrected[:SHOWN_MAX]),
        "corrected_all": corrected,
        "corrected_sums": totals,
        "postings": _postings(erp, posted),
    }


def _any(changes: dict[str, Any]) -> bool:
    return bool(changes["moves"] or changes["corrected_all"] or changes["postings"])


def _moves(erp: Erp, marks: _Marks) -> list[dict[str, Any]]:
    columns = ("item", "site", "location", "lot", "status", "quantity", "kind")
    rows = erp.session.execute(
        select(*(getattr(StockMove, name) for name in columns))
        .where(StockMove.entity == erp.entity, StockMove.number > marks.move)
        .order_by(StockMove.number)
    )
    return [dict(zip(columns, plain(tuple(row)), strict=True)) for row in rows]


def _corrected(erp: Erp, marks: _Marks) -> list[dict[str, Any]]:
    """Entries of before that are worth another amount because of this one, in the order in which they happened."""
    entry = CostEntry
    rows = erp.session.execute(
        select(
            entry.number, entry.document, entry.kind, entry.item, entry.site, entry.account, entry.happened_at,
            func.sum(CostChange.value).label("change"),
        )
        .join(CostChange, (CostChange.entity == entry.entity) & (CostChange.entry == entry.number))
        .where(CostChange.entity == erp.entity, CostChange.number > marks.change)
        .group_by(entry.entity, entry.number)
        .having(func.sum(CostChange.value) != 0)
        .order_by(entry.happened_at, entry.number)
    )  # fmt: skip
    return [plain(dict(row._mapping)) for row in rows]


def _with_worth(erp: Erp, marks: _Marks, corrected: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same with what each entry was worth before."""
    numbers = [one["number"] for one in corrected]
    before = (
        select(func.coalesce(func.sum(CostChange.value), 0))
        .where(
            CostChange.entity == CostEntry.entity,
            CostChange.entry == CostEntry.number,
            CostChange.number <= marks.change,
        )
        .scalar_subquery()
    )
    rows = erp.session.execute(
        select(CostEntry.number, CostEntry.value + before).where(
            CostEntry.entity == erp.entity, CostEntry.number.in_(numbers)
        )
    )
    was = dict(rows.all())
    return [{**one, "was": plain(was[one["number"]])} for one in corrected]


def _postings(erp: Erp, posted: list[str]) -> list[dict[str, Any]]:
    """What was posted to which account on which day, in the order of days and accounts."""
    rows = erp.session.execute(
        select(JournalEntry.day, JournalLine.account, Account.name, func.sum(JournalLine.debit - JournalLine.credit))
        .join(JournalLine, (JournalLine.entity == JournalEntry.entity) & (JournalLine.entry == JournalEntry.number))
        .join(Account, (Account.entity == JournalLine.entity) & (Account.code == JournalLine.account))
        .where(JournalEntry.entity == erp.entity, JournalEntry.number.in_(posted))
        .group_by(JournalEntry.day, JournalLine.account, Account.name)
        .order_by(JournalEntry.day, JournalLine.account)
    )
    return [
        {"day": plain(day), "account": account, "name": name, "amount": plain(Decimal(amount))}
        for day, account, name, amount in rows
        if amount
    ]


def _permission(erp: Erp, command: Command, postings: list[dict[str, Any]]) -> Permission:
    """May this person do it alone? Policy is told what is done, and what is written off by it. Whoever may enter something
    may keep it where the books refuse it."""
    step = str(command.told.get("type")) if isinstance(command, KeepEntry) else type(command).__name__
    judge, person = judge_of(erp.session), person_of(erp, erp.actor.id)
    written_off = sum((Decimal(one["amount"]) for one in postings if one["account"] == accounts.SCRAP), ZERO)
    facts = JudgedFacts(
        entity=erp.entity,
        currency=erp.currency,
        at=erp.now,
        option=OPTION,
        actions=(step,),
        writes_off=max(written_off, ZERO),
        supplier_known=True,
        sender_known=True,
    )
    verdict = judge.judge(facts)
    permission = judge.may_sign(facts, verdict, person, ())
    if not permission.allowed:
        return permission
    signed = (Signed(person=person.id, as_role=permission.as_role),)
    if judge.missing(facts, verdict, signed):
        others = next((one.says for one in verdict.rulings if len(one.groups) > 1), "somebody else has to sign, too")
        return Permission(allowed=False, says=f"{others}; count it, and the case is signed by two", rule="role")
    return permission
