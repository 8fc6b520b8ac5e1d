"""A history of one item in our own core: recorded through the one door, then read from the books."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock, door
from core.command import Command
from core.erp import Actor
from core.masterdata.commands import AddItem, AddSite, AddSupplier, SetStockPolicy
from core.money import ZERO
from core.purchasing.commands import ApproveOrder, NewOrderLine, PlaceOrder
from core.receiving.commands import CountedLine, ReceiveGoods, ReturnToSupplier
from core.refusals import Refused
from core.stock.commands import IssueStock, TransferStock
from core.stock.cost_commands import ChangeCostMethod, CorrectCost, ReceiveReturn, RevalueStock
from core.stock.costing import Method
from core.stock.place_commands import PutAway
from core.stock.tables import CostChange, CostEntry, CostPool
from evals.differential_history import SITES, History, Step, moment, other_method, other_site

ENTITY, ITEM, SUPPLIER = "USD", "ITEM", "S-1"
BUYER, APPROVER = Actor(kind="person", id="buyer"), Actor(kind="person", id="approver")
GOES_OUT = ("issue", "send_back", "carry")


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """What is left at a site."""

    quantity: Decimal = ZERO
    value: Decimal = ZERO


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What a history comes to: the cost of what each step took out of its site, and what is left at each."""

    costs: dict[int, Decimal]
    left: dict[str, Left]


def ours(session: Session, history: History, method: str) -> tuple[History, Figures]:
    """Record the steps in order, leaving out those our core refuses, and read what they come to. Nothing is kept."""
    recorder = _Recorder(session, method, below_zero=history.below_zero)
    try:
        kept = history.with_steps([step for step in history.steps if recorder.record(step)])
        session.flush()
        return kept, recorder.figures(kept.steps)
    finally:
        session.rollback()


class _Recorder:
    """The company of one history. It remembers the document of each step and what each receipt cost a piece."""

    def __init__(self, session: Session, method: str, *, below_zero: bool) -> None:
        self.session = session
        self.method = method
        self.documents: dict[int, str] = {}
        self.entries: dict[int, list[int]] = {}
        self.receipts: dict[int, Step] = {}
        self.prices: dict[int, Decimal] = {}
        self.today = datetime.min.replace(tzinfo=UTC)
        self.number = 0
        self._do(AddSupplier(entity=ENTITY, number=SUPPLIER, name=SUPPLIER, currency="USD"))
        self._do(AddItem(entity=ENTITY, sku=ITEM, name=ITEM, cost_method=method))
        for site in SITES:
            self._do(AddSite(entity=ENTITY, code=site, name=site))
            self._do(SetStockPolicy(entity=ENTITY, item=ITEM, site=site, negative_allowed=below_zero))

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
            case "issue":
                of = f"SO-{step.number}"
                self._do(
                    IssueStock(
                        entity=ENTITY, item=ITEM, site=step.site, quantity=step.quantity, document=of, happened_at=at
                    )
                )
                return of
            case "come_back":
                back = ReceiveReturn(
                    entity=ENTITY, item=ITEM, site=step.site, quantity=step.quantity, document=of, happened_at=at
                )
                return str(self._do(back)["return"])
            case "correct":
                amount = (step.price - self.prices[step.of]) * self.receipts[step.of].quantity
                self._do(CorrectCost(entity=ENTITY, receipt=of, amount=amount, reason="billed otherwise"))
                self.prices[step.of] = step.price
                return of
            case "switch":
                method = Method(other_method(self.method))
                self._do(ChangeCostMethod(entity=ENTITY, item=ITEM, method=method, happened_at=at))
                self.method = method
                return ""
        self._do(self._of_the_house(step, of, at))
        return ""

    def _of_the_house(self, step: Step, of: str, at: datetime) -> Command:
        """The command of a step after which no other asks by a document."""
        site, pieces = step.site, step.quantity
        match step.kind:
            case "send_back":
                return ReturnToSupplier(entity=ENTITY, receipt=of, line=1, quantity=pieces, status="available")
            case "revalue":
                return RevalueStock(
                    entity=ENTITY, item=ITEM, site=site, unit_cost=step.price, reason="market", happened_at=at
                )
            case "carry":
                to = other_site(site)
                return TransferStock(entity=ENTITY, item=ITEM, site=site, to_site=to, quantity=pieces, happened_at=at)
        assert step.kind == "shelf", f"nobody does {step.kind}"
        return PutAway(entity=ENTITY, item=ITEM, site=site, quantity=pieces, to_location="B", happened_at=at)

    def _receive(self, step: Step, at: datetime) -> str:
        line = NewOrderLine(item=ITEM, quantity=step.quantity, price=step.price, need_by=step.day)
        placed = PlaceOrder(entity=ENTITY, supplier=SUPPLIER, site=step.site, placed_by="buyer", lines=(line,))
        order = self._do(placed)["order"]
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
            select(CostEntry.number, CostEntry.site, CostEntry.value + func.coalesce(later.c.value, 0))
            .outerjoin(later, later.c.entry == CostEntry.number)
            .where(CostEntry.entity == ENTITY)
        )
        worth = {(number, site): value for number, site, value in rows}
        pools = self.session.execute(
            select(CostPool.site, CostPool.quantity, CostPool.value).where(CostPool.entity == ENTITY)
        )
        left = {site: Left(quantity=quantity, value=value) for site, quantity, value in pools}
        return Figures(
            costs={
                step.number: -sum((worth.get((one, step.site), ZERO) for one in self.entries[step.number]), ZERO)
                for step in steps
                if step.kind in GOES_OUT
            },
            left={site: left.get(site, Left()) for site in SITES},
        )
