"""A history of one item in our own core: recorded through the one door, then read from the books."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock, door
from core.command import Command
from core.erp import Actor
from core.masterdata.commands import AddItem, AddSite, AddSupplier
from core.money import ZERO
from core.purchasing.commands import ApproveOrder, NewOrderLine, PlaceOrder
from core.receiving.commands import CountedLine, ReceiveGoods, ReturnToSupplier
from core.refusals import Refused
from core.stock.commands import IssueStock
from core.stock.cost_commands import CorrectCost, ReceiveReturn, RevalueStock
from core.stock.place_commands import PutAway
from core.stock.tables import CostChange, CostEntry, CostPool
from evals.differential_history import Step

ENTITY, SITE, ITEM, SUPPLIER = "USD", "MAIN", "ITEM", "S-1"
BUYER, APPROVER = Actor(kind="person", id="buyer"), Actor(kind="person", id="approver")


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What a history comes to: the cost of what each step took out, the pieces left and their value."""

    costs: dict[int, Decimal]
    quantity: Decimal
    value: Decimal


def ours(session: Session, steps: Sequence[Step], method: str) -> tuple[list[Step], Figures]:
    """Record the steps in order, leaving out those our core refuses, and read what they come to. Nothing is kept."""
    recorder = _Recorder(session, method)
    try:
        kept = [step for step in steps if recorder.record(step)]
        session.flush()
        return kept, recorder.figures(kept)
    finally:
        session.rollback()


class _Recorder:
    """The company of one history. It remembers the document of each step and what each receipt cost a piece."""

    def __init__(self, session: Session, method: str) -> None:
        self.session = session
        self.documents: dict[int, str] = {}
        self.entries: dict[int, list[int]] = {}
        self.receipts: dict[int, Step] = {}
        self.prices: dict[int, Decimal] = {}
        self.today = datetime.min.replace(tzinfo=UTC)
        self.number = 0
        self._do(AddSite(entity=ENTITY, code=SITE, name=SITE))
        self._do(AddSupplier(entity=ENTITY, number=SUPPLIER, name=SUPPLIER, currency="USD"))
        self._do(AddItem(entity=ENTITY, sku=ITEM, name=ITEM, cost_method=method))

    def _do(self, command: Command, actor: Actor = BUYER) -> dict[str, str]:
        self.number += 1
        return door.execute(self.session, command, actor=actor, key=f"history:{self.number}").result

    def record(self, step: Step) -> bool:
        """Whether our core takes the step. One that goes back to a step that was refused is left out as well."""
        if step.of >= 0 and step.of not in self.documents:
            return False
        at = moment(step)
        self.today = max(self.today, at)
        clock.set_clock(self.session, clock.fixed(self.today))
        before = set(self._numbers())
        try:
            with self.session.begin_nested():
                self.documents[step.number] = self._take(step, at)
        except Refused:
            return False
        self.entries[step.number] = [number for number in self._numbers() if number not in before]
        return True

    def _numbers(self) -> Sequence[int]:
        return self.session.scalars(select(CostEntry.number).where(CostEntry.entity == ENTITY)).all()

    def _take(self, step: Step, at: datetime) -> str:
        """Carry the step out; gives its document."""
        of = self.documents.get(step.of, "")
        match step.kind:
            case "receipt":
                return self._receive(step, at)
            case "correct":
                amount = (step.price - self.prices[step.of]) * self.receipts[step.of].quantity
                self._do(CorrectCost(entity=ENTITY, receipt=of, amount=amount, reason="billed otherwise"))
                self.prices[step.of] = step.price
                return of
            case "revalue":
                day = datetime.combine(step.day, time(0, 1), UTC)
                command = RevalueStock(
                    entity=ENTITY, item=ITEM, unit_cost=step.price, reason="market", site=SITE, happened_at=day
                )
                self._do(command)
                return ""
            case "send_back":
                back = ReturnToSupplier(entity=ENTITY, receipt=of, line=1, quantity=step.quantity, status="available")
                self._do(back)
                return ""
        pieces = {"entity": ENTITY, "item": ITEM, "site": SITE, "quantity": step.quantity, "happened_at": at}
        if step.kind == "issue":
            self._do(IssueStock(**pieces, document=f"SO-{step.number}"))  # type: ignore[arg-type]  # as the line above says
            return f"SO-{step.number}"
        if step.kind == "come_back":
            return str(self._do(ReceiveReturn(**pieces, document=of))["return"])  # type: ignore[arg-type]  # as above
        self._do(PutAway(**pieces, to_location="B"))  # type: ignore[arg-type]  # as above
        return ""

    def _receive(self, step: Step, at: datetime) -> str:
        line = NewOrderLine(item=ITEM, quantity=step.quantity, price=step.price, need_by=step.day)
        order = self._do(PlaceOrder(entity=ENTITY, supplier=SUPPLIER, site=SITE, placed_by="buyer", lines=(line,)))[
            "order"
        ]
        self._do(ApproveOrder(entity=ENTITY, order=order, approved_by="approver"), APPROVER)
        came = (CountedLine(order_line=1, quantity=step.quantity),)
        received = self._do(ReceiveGoods(entity=ENTITY, order=order, lines=came, received_by="dock", happened_at=at))
        self.receipts[step.number], self.prices[step.number] = step, step.price
        return received["receipt"]

    def figures(self, steps: Sequence[Step]) -> Figures:
        """What the books say."""
        later = (
            select(CostChange.entry, func.sum(CostChange.value).label("value"))
            .where(CostChange.entity == ENTITY)
            .group_by(CostChange.entry)
            .subquery()
        )
        rows = self.session.execute(
            select(CostEntry.number, CostEntry.value + func.coalesce(later.c.value, 0))
            .outerjoin(later, later.c.entry == CostEntry.number)
            .where(CostEntry.entity == ENTITY)
        )
        worth = dict(rows.all())
        pool = self.session.execute(
            select(CostPool.quantity, CostPool.value).where(CostPool.entity == ENTITY, CostPool.item == ITEM)
        ).first()
        went = [step for step in steps if step.kind in ("issue", "send_back")]
        return Figures(
            costs={step.number: -sum((worth[one] for one in self.entries[step.number]), ZERO) for step in went},
            quantity=pool.quantity if pool else ZERO,
            value=pool.value if pool else ZERO,
        )


def moment(step: Step) -> datetime:
    """When a step happened: after noon of its day, in the order of their places."""
    return datetime.combine(step.day, time(12), UTC) + timedelta(minutes=step.place)
