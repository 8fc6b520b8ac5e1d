"""What a late entry, a late cost or a correction changes in everything that came after it, in the same commit.

A pool is folded again from the last checkpoint before the change. Where an issue's value moves, whatever took it over moves
with it: the other end of a transfer, the return of a sale, what was made of it. Every consequence lies later than its
cause, so the work ends. Folding stops where a pool is again as it was.
"""

from bisect import bisect_left, insort
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import attrgetter

from core import rows
from core.erp import Erp
from core.memory import unswept
from core.money import ZERO, rounded
from core.stock import corrections, pools
from core.stock import cost_books as books
from core.stock.costing import CannotCost, Does, Entry, Layer, Pool, Short, Step, step
from core.stock.issuing import fold_issues
from core.stock.lines import CHARGE, REPACK, Line, PoolKey, Position, State, refusal, row_of, to_wire
from core.stock.pools import Held
from core.stock.tables import CostEntry

SIGN = {Does.IN: Decimal(1), Does.OUT: Decimal(-1)}
"""What an entry's quantity does to the pieces of its pool."""


POSITION = attrgetter("position")


@dataclass(slots=True)
class Span:
    """From where a pool has to be folded again, and the last place where its input changed."""

    since: Position
    until: Position


@dataclass(slots=True)
class Run:
    """One re-costing: what is dirty, what was folded, and what it came to."""

    erp: Erp
    fresh: dict[PoolKey, list[Line]] = field(default_factory=dict)
    dirty: dict[PoolKey, Span] = field(default_factory=dict)
    lines: dict[int, Line] = field(default_factory=dict)  # every line that was folded
    worth: dict[int, Decimal] = field(default_factory=dict)  # what each is worth now
    steps: dict[int, Step] = field(default_factory=dict)
    handed: dict[int, tuple[Layer, ...]] = field(default_factory=dict)  # layers that transfers took along
    counted: set[int] = field(default_factory=set)  # fresh lines that their pool counts already

    def mark(self, key: PoolKey, position: Position) -> None:
        """Say that a pool's input changed at a position."""
        known = self.dirty.get(key)
        if known is None:
            self.dirty[key] = Span(position, position)
        else:
            known.since, known.until = min(known.since, position), max(known.until, position)


@unswept()
def insert_late(erp: Erp, lines: Sequence[Line]) -> dict[int, Step]:
    """Write entries that happened before what their pools hold, and correct what came after. Gives what each did."""
    run = Run(erp)
    for line in lines:
        run.fresh.setdefault(line.key, []).append(line)
        run.mark(line.key, line.position)
    _fold_all(run)
    written = {line.entry.number: run.steps[line.entry.number] for line in lines}
    rows.insert(erp.session, CostEntry, [row_of(erp, line, written[line.entry.number].value) for line in lines])
    _write(run, written, document=lines[0].document)
    return written


def charge(erp: Erp, charges: Mapping[int, Decimal], *, document: str) -> None:
    """Let entries have brought more (or less) than was known, and correct what came after.

    Takes signed amounts by entry number. The caller posted the charge against inventory; from here on it is split between
    what is still there and what is gone.
    """
    corrections.record(erp, list(charges.items()), kind=CHARGE, document=document)
    run = Run(erp)
    for line in books.by_number(erp, list(charges)):
        run.mark(line.key, line.position)
    settle(run, document=document)


@unswept()
def settle(run: Run, *, document: str) -> None:
    """Fold what is marked, and write what that changes."""
    _fold_all(run)
    _write(run, {}, document=document)


def _write(run: Run, written: Mapping[int, Step], *, document: str) -> None:
    """Write the difference between what lines are worth now and what the books say of them."""
    changes = []
    for line in sorted(run.lines.values(), key=POSITION):
        number = line.entry.number
        before = written[number].value if number in written else line.worth
        changes.append((number, run.worth[number] - before))
    corrections.write(run.erp, changes, kind="recosted", document=document, lines=run.lines)
    books.hand_over(run.erp, run.handed)


def _fold_all(run: Run) -> None:
    while run.dirty:
        key = min(run.dirty, key=lambda key: run.dirty[key].since)
        span = run.dirty.pop(key)
        _refold(run, pools.hold(run.erp, [key])[key], span)


def _refold(run: Run, held: Held, span: Span) -> None:
    """Fold one pool again over a span and on, until it is as it was."""
    erp, key = run.erp, held.key
    pool, since = pools.state_before(erp, held, span.since)
    know_debts(run, pool)
    may_owe, pool.negative = pool.negative, True
    fresh = run.fresh.get(key, [])
    ahead = [line for line in fresh if since is None or line.position > since]  # the others are in that state already
    lines = books.after(erp, key, since)
    for line in ahead:
        insort(lines, line, key=POSITION)
    before = {line.entry.number: run.worth.get(line.entry.number, line.worth) for line in lines}
    context = Context(run, pool, books.returns_of(run.erp, lines, fresh), may_owe)
    kept = pools.checkpoints(erp, key, span.since)
    states: dict[Position, State] = {}
    end, folded, as_it_was = None, 0, False
    for stretch, due in _stretches(lines, kept, span.since):
        context.fold(stretch)
        end, folded = stretch[-1].position, folded + len(stretch)
        if not due:
            continue
        states[end] = to_wire(pool)
        if end > span.until and kept.get(end) == states[end]:
            as_it_was = True
            break
    _keep(run, held, None if as_it_was else pool, end)
    pools.keep_checkpoints(erp, key, states)
    _follow(run, key, lines[bisect_left(lines, span.since, key=POSITION) : folded], before, end)


def know_debts(run: Run, pool: Pool) -> None:
    """Have the issues in hand that a pool still owes pieces of."""
    for issue in books.by_number(run.erp, [debt.issue for debt in pool.debts]):
        run.lines.setdefault(issue.entry.number, issue)
    run.worth.update({debt.issue: debt.worth for debt in pool.debts})


def _stretches(
    lines: Sequence[Line], kept: Collection[Position], since: Position
) -> Iterator[tuple[Sequence[Line], bool]]:
    """The lines in parts, in order. A part ends where the pool is to be compared with what was kept of it there, or to be
    kept (said with it); with the last line at the latest."""
    begin = 0
    for place, line in enumerate(lines, 1):
        due = place - begin >= 2 * pools.CHECKPOINT_EVERY or line.position in kept
        if due and line.position >= since:
            yield lines[begin:place], True
            begin = place
    if begin < len(lines):
        yield lines[begin:], False


def _keep(run: Run, held: Held, pool: Pool | None, end: Position | None) -> None:
    """Write the pool as it is now: with another end state, or with the one it had and more entries behind it."""
    if pool is not None:
        pools.read_layers(run.erp, [held], whole=True)
        pool.negative = held.pool.negative
        held.pool = pool
        held.last = end
    new = [line.entry.number for line in run.fresh.get(held.key, ()) if line.entry.number not in run.counted]
    run.counted.update(new)
    held.entries += len(new)
    pools.write(run.erp, [held])


@dataclass(slots=True)
class Context:
    """What folding a line needs beside the pool: the returns of each sale, oldest first; whether stock may go below zero
    now, and by how many pieces what is fresh changes the pool so far."""

    run: Run
    pool: Pool
    returns: Mapping[int, Sequence[Line]]
    may_owe: bool
    added: Decimal = ZERO

    def fold(self, lines: Sequence[Line]) -> None:
        """Fold lines in order, and note what each is worth, and what it made earlier issues worth."""
        at = 0
        while at < len(lines):
            for worth in fold_issues(self.pool, _plain_from(lines, at)):
                line = lines[at]
                self.run.lines[line.entry.number], self.run.worth[line.entry.number] = line, worth
                at += 1
            if at < len(lines):
                self._fold_one(lines[at])
                at += 1

    def _fold_one(self, line: Line) -> None:
        run, number = self.run, line.entry.number
        try:
            done = step(self.pool, self._today(line))
        except CannotCost as cannot:
            raise refusal(line.key, cannot) from cannot
        line.must_be_covered(done)
        if line.fresh:
            self.added += line.entry.quantity * SIGN.get(line.entry.does, ZERO)
        if self.added < ZERO and not self.may_owe:
            self._must_not_owe_more(line)
        run.lines[number], run.steps[number], run.worth[number] = line, done, done.value
        for issue, change in done.settled:
            run.worth[issue] += change
        if line.hands_over:
            run.handed[number] = done.taken

    def _must_not_owe_more(self, line: Line) -> None:
        """Refuses stock below zero as far as what is fresh takes it there: what stood in the books before went by the
        policy of its own day."""
        missing = min(-self.pool.quantity, -self.added)
        if missing > ZERO and line.entry.does is Does.OUT:
            raise refusal(line.key, Short(line.entry.number, missing))

    def _today(self, line: Line) -> Entry:
        """The entry with what it brings as things stand: another pool's layers, a share of the sale, what it is made of."""
        entry = line.entry
        if entry.does is not Does.IN:
            return entry
        if line.mirrors is not None:
            return entry._replace(parts=self._parts(line))
        if line.kind == REPACK:
            made_of = books.made_of(self.run.erp, line.document, self.run.fresh)
            used = sum((self.run.worth.get(one.entry.number, one.worth) for one in made_of), ZERO)
            return entry._replace(value=(entry.value or ZERO) - used)
        if entry.source is not None:
            return entry._replace(value=self._share(line, entry.source))
        return entry

    def _parts(self, line: Line) -> tuple[Layer, ...]:
        assert line.mirrors is not None, "only what another pool handed over has parts"
        known = self.run.handed.get(line.mirrors)
        return line.entry.parts or books.handed(self.run.erp, [line.mirrors])[line.mirrors] if known is None else known

    def _share(self, line: Line, issue: int) -> Decimal:
        """A return's share of what its sale is worth at this moment."""
        sale = self.run.lines.get(issue) or books.by_number(self.run.erp, [issue])[0]
        owed = next((debt.worth for debt in self.pool.debts if debt.issue == issue), None)
        worth = owed if owed is not None else self.run.worth.get(issue, sale.worth)
        earlier = [one for one in self.returns.get(issue, ()) if one.position < line.position]
        back = sum((self.run.worth.get(one.entry.number, one.worth) for one in earlier), ZERO)
        pieces = sale.entry.quantity - sum((one.entry.quantity for one in earlier), ZERO)
        return _part_of(-worth - back, line.entry.quantity, pieces, self.pool.currency)


def _plain_from(lines: Sequence[Line], at: int) -> Iterator[Decimal]:
    """The pieces of the plain issues that follow each other from there on."""
    while at < len(lines) and lines[at].is_plain:
        yield lines[at].entry.quantity
        at += 1


def _part_of(worth: Decimal, quantity: Decimal, pieces: Decimal, currency: str) -> Decimal:
    """What `quantity` of `pieces` are worth; the last piece takes what is left."""
    if quantity >= pieces:
        return max(worth, ZERO)
    return max(rounded(worth * quantity / pieces, currency), ZERO)


def share_of(erp: Erp, issue: int, quantity: Decimal) -> Decimal:
    """What pieces of an issue that come back now are worth: their share of what it cost and is not back yet."""
    (sale,) = books.by_number(erp, [issue])
    earlier = books.returns_of_sale(erp, issue)
    back = sum((one.worth for one in earlier), ZERO)
    pieces = sale.entry.quantity - sum((one.entry.quantity for one in earlier), ZERO)
    return _part_of(-sale.worth - back, quantity, pieces, erp.currency)


def owes(erp: Erp, issue: int) -> bool:
    """Whether pieces of an issue went out before they came, and have not come yet."""
    (sale,) = books.by_number(erp, [issue])
    return any(debt.issue == issue for debt in pools.hold(erp, [sale.key])[sale.key].pool.debts)


def _follow(
    run: Run, key: PoolKey, folded: Sequence[Line], before: Mapping[int, Decimal], end: Position | None
) -> None:
    """Mark what rests on lines that are worth something else now: other ends of transfers, returns, repacks."""
    outs = [line for line in folded if line.entry.does is Does.OUT]
    handed = books.handed(run.erp, [line.entry.number for line in outs if line.hands_over and not line.fresh])
    moved = [line for line in outs if _moved(run, line, before, handed)]
    for other, position in books.resting_on(run.erp, moved):
        if other != key or end is None or position > end:
            run.mark(other, position)


def _moved(run: Run, line: Line, before: Mapping[int, Decimal], handed: Mapping[int, tuple[Layer, ...]]) -> bool:
    number = line.entry.number
    if run.worth[number] != before[number]:
        return True
    if not line.hands_over or line.fresh:
        return False
    return [x.value for x in run.handed[number]] != [x.value for x in handed.get(number, ())]
