"""The company in which one oracle case is replayed: master data as the case needs it, and what each step wrote.

Nothing is worked out here. Steps are carried out through the one door; what is asked about them afterwards (values, moves,
journal) is read from the books between the marks a step leaves.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock, door
from core.books.queries import Posted, journal
from core.command import Command
from core.erp import Actor
from core.masterdata.commands import AddConversion, AddItem, AddSite, AddSupplier, SetStockPolicy
from core.money import ZERO
from core.purchasing.orders import still_open
from core.purchasing.queries import order_lines
from core.refusals import Refused
from core.stock import queries
from core.stock.tables import CostChange, CostEntry, CostPool, StockMove
from evals.oracle_form import NotSupported, Step
from evals.oracle_units import factor_of, is_package, word

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
"""Noon of day 0. Each step happens a minute after the one before; one of another day, so many minutes after its noon."""

ENTITIES = {Decimal(1): ("YEN", "JPY"), Decimal("0.01"): ("USD", "USD"), Decimal("0.001"): ("DIN", "KWD")}
"""The companies of a run, by the smallest amount of their currency."""

ENTRIES_MOST = 100_000
"""No case posts as many entries."""

SITE, ITEM, SUPPLIER = "main", "item", "supplier"
SITES = frozenset(("A", "B", "C", "bulk", "pick", "second"))  # as the start of a case names them
BUYER, APPROVER = Actor(kind="person", id="buyer"), Actor(kind="person", id="approver")

METHODS = {"moving average": "average", "fixed": "standard", "std": "standard", "avg": "average"} | {
    name: name for name in ("average", "standard", "fifo", "lifo", "hifo", "strict")
}
NAMES_A_METHOD = re.compile(r"moving average|average|avg|standard|std|fixed|fifo|lifo|hifo|strict")


@dataclass
class Done:
    """What a step did: where its rows start and end in the books, the documents it made, and how things stood after it."""

    step: Step
    since: Mapping[str, int]
    until: Mapping[str, int] = field(default_factory=dict)
    after: dict[str, Decimal] = field(default_factory=dict)  # what a piece of each item is worth
    layers_before: dict[str, list[queries.OpenLayer]] = field(default_factory=dict)
    layers_after: dict[str, list[queries.OpenLayer]] = field(default_factory=dict)
    on_hand: Decimal = ZERO  # pieces and value of all stock, and of the case's orders, right after the step
    value: Decimal = ZERO
    received: Decimal = ZERO
    still_open: Decimal = ZERO
    item: str = ITEM
    site: str = SITE
    to_site: str = ""
    lot: str = ""
    quantity: Decimal = ZERO
    document: str = ""
    order: str = ""
    refused: Refused | None = None
    found: dict[str, Any] = field(default_factory=dict)  # what a command answered, by the name an expectation asks for


@dataclass
class CaseWorld:
    """One case being replayed."""

    session: Session
    case: Mapping[str, Any]
    cases: Mapping[str, Mapping[str, Any]]  # every case of the file, for those that start as another ends
    entity: str = "USD"
    commands: int = 0
    done: list[Done] = field(default_factory=list)
    items: dict[str, str] = field(default_factory=dict)  # name -> unit
    sites: set[str] = field(default_factory=set)
    orders: list[str] = field(default_factory=list)
    recomputed: bool = False
    limits: dict[str, Any] = field(default_factory=dict)
    left_out: set[int] = field(default_factory=set)  # journal entries, by their place, of what was before the case
    factors: dict[tuple[str, str], Decimal] = field(default_factory=dict)  # (item, unit): how many of the item's own
    kept: dict[str, Any] = field(default_factory=dict)  # what was read at moments, by the name of the expectation
    began: Callable[[], None] = lambda: None  # called before and after each step is taken
    ended: Callable[[], None] = lambda: None

    @property
    def start(self) -> Mapping[str, Any]:
        """How the case begins."""
        return self.case.get("start") or {}

    @property
    def now(self) -> Done:
        """The step that is being taken."""
        return self.done[-1]

    def do(self, command: Command, actor: Actor = BUYER) -> dict[str, Any]:
        """Carry a command out through the door. Raises `Refused`."""
        self.commands += 1
        return door.execute(self.session, command, actor=actor, key=f"{self.case['id']}:{self.commands}").result

    def item(self, name: str = "", *, unit: str = "", weight: Decimal = ZERO) -> str:
        """The item of that name, added with the case's method and cost when it is met first."""
        name = name or ITEM
        if name not in self.items:
            self.items[name] = unit if unit and not is_package(unit) else "unit"
            self.do(
                AddItem(
                    entity=self.entity,
                    sku=name,
                    name=name,
                    unit=self.items[name],
                    unit_decimals=6,
                    over_receipt_pct=self.limits.get("over_receipt_pct", Decimal(100)),
                    standard_cost=self.cost_on_record(name),
                    cost_method=self.method(name),
                    cost_by_lot="batch" in str(self.case.get("method", "")),
                    weight_kg=weight,
                )
            )
            for site in sorted(self.sites):
                self._policy(name, site)
        return name

    def unit(self, item: str, unit: str) -> str:
        """A unit of the item as commands know it: empty for its own; a conversion is added when it is met first."""
        own = self.items[item]
        if not unit or word(unit) == word(own):
            return ""
        if (item, unit) not in self.factors:
            factor = factor_of(own, unit)
            if factor is None:
                raise NotSupported(f"uom: {unit} of an item counted in {own}")
            self.convert(item, unit, factor)
        return unit

    def convert(self, item: str, unit: str, factor: Decimal) -> None:
        """Say how many of its own units one of another unit of the item is."""
        if self.factors.get((item, unit)) != factor:
            self.factors[item, unit] = factor
            self.do(AddConversion(entity=self.entity, item=item, unit=unit, factor=factor))

    def in_base(self, item: str, quantity: Decimal, unit: str) -> Decimal:
        """A quantity in the item's own unit."""
        known = self.unit(item, unit)
        return quantity * self.factors[item, known] if known else quantity

    def method(self, name: str) -> str:
        """How an item is valued: as its name says, else as the case begins; average where nothing is said."""
        said = NAMES_A_METHOD.match(name) or NAMES_A_METHOD.search(str(self.case.get("method", "")))
        return METHODS[said[0]] if said else "average"

    def cost_on_record(self, name: str) -> Decimal:
        """What a piece of an item is said to cost before anything came."""
        keys = [f"{name}_cost", f"{name}_standard_cost"]
        if name == ITEM:
            keys += ["standard_cost", "average_cost", "avg_cost", "unit_cost"]
        for key in keys:
            if isinstance(self.start.get(key), Decimal):
                return Decimal(self.start[key])
        digits = re.search(r"\d+$", name)  # "fixed5" is an item with a fixed cost of 5
        return Decimal(digits[0]) if digits and self.method(name) == "standard" else ZERO

    @property
    def home(self) -> str:
        """Where a step happens that names no place: where goods leave from, in a case that says no more than that."""
        steps = [step for step in self.case["steps"] if isinstance(step, Mapping)]
        says_where_it_came = SITES & set(self.start) or any("wh" in step for step in steps)
        left_from = next((step["frm"] for step in steps if "frm" in step), None)
        return SITE if says_where_it_came or left_from is None else str(left_from)

    def site(self, name: object = None) -> str:
        """The site of that name, added when it is met first."""
        code = self.home if name in (None, "") else str(name)
        if code not in self.sites:
            self.do(AddSite(entity=self.entity, code=code, name=code))
            self.sites.add(code)
            for item in self.items:
                self._policy(item, code)
        return code

    def _policy(self, item: str, site: str) -> None:
        """Goods may go out before they came, but for ledgers of lots: these book what is there, or nothing."""
        if "lots" not in self.start and "lot" not in str(self.case.get("domain", "")):
            self.do(SetStockPolicy(entity=self.entity, item=item, site=site, negative_allowed=True))

    def supplier(self) -> str:
        """The supplier, added when it is met first."""
        if "supplier" not in self.limits:
            currency = next(code for entity, code in ENTITIES.values() if entity == self.entity)
            rate = self.limits.get("tax_rate", ZERO) * 100
            self.do(AddSupplier(entity=self.entity, number=SUPPLIER, name=SUPPLIER, currency=currency, tax_rate=rate))
            self.limits["supplier"] = SUPPLIER
        return SUPPLIER

    def moment(self, step: Step) -> datetime:
        """When a step happens: on its day or date, at its time, else now."""
        minutes = timedelta(minutes=len(self.done))
        if step.get("time") is not None:
            at = time.fromisoformat(step.text("time"))
            return datetime.combine(self._day(step), at, UTC)
        day = step.get("day")
        if day is None and (ago := step.get("days_ago")) is not None:
            day = -ago
        if day is not None:
            return NOW + timedelta(days=int(day)) + minutes
        if step.get("date") is not None:
            return datetime.combine(self._day(step), time(12), UTC) + minutes
        return clock.now(self.session)

    def _day(self, step: Step) -> date:
        if step.get("date") is not None:
            return date.fromisoformat(step.text("date"))
        ago = step.get("days_ago", Decimal(0))
        return (NOW + timedelta(days=int(step.get("day", -ago)))).date()

    def begin(self, step: Step) -> Done:
        """Let the clock go on by a minute and mark where the step's rows will start."""
        clock.set_clock(self.session, clock.fixed(NOW + timedelta(minutes=len(self.done) + 1)))
        self.done.append(Done(step, self._marks(), site=self.home))
        for item in self.items:
            self.now.layers_before[item] = queries.layers(self.session, self.entity, item)
        self.began()
        return self.now

    def end(self) -> None:
        """Mark where the step's rows end, and keep what pieces are worth after it."""
        done = self.now
        done.until = self._marks()
        for item in self.items:
            done.after[item] = queries.unit_cost(self.session, self.entity, item)
            done.layers_after[item] = queries.layers(self.session, self.entity, item)
        done.value = self.value()
        done.on_hand = self.on_hand()
        lines = [line for order in self.orders for line in order_lines(self.session, self.entity, order)]
        done.received = sum((line.received - line.returned for line in lines), ZERO)
        done.still_open = sum((still_open(line) for line in lines), ZERO)
        self.ended()

    def on_hand(self) -> Decimal:
        """All that lies anywhere."""
        lies = (queries.on_hand(self.session, self.entity, item, site) for item in self.items for site in self.sites)
        return sum((quantity for by_status in lies for quantity in by_status.values()), ZERO)

    def value(self, item: str = "", site: str = "") -> Decimal:
        """What stock is worth, of an item or at a site where one is named; less than nothing where more went than came."""
        pool = CostPool
        of = [
            pool.entity == self.entity,
            *([pool.item == item] if item else []),
            *([pool.site == site] if site else []),
        ]
        return self.session.scalar(select(func.coalesce(func.sum(pool.value), ZERO)).where(*of)) or ZERO

    def _marks(self) -> dict[str, int]:
        marks = {}
        for table in (CostEntry, StockMove, CostChange):
            last = select(func.coalesce(func.max(table.number), 0)).where(table.entity == self.entity)
            marks[table.__tablename__] = self.session.scalar(last) or 0
        marks["journal"] = len(self.journal())
        return marks

    def journal(self) -> Sequence[Posted]:
        """Every entry of the case's books, in the order in which they were posted."""
        entries = journal(self.session, self.entity, most=ENTRIES_MOST)
        return [entry for place, entry in enumerate(entries) if place not in self.left_out]

    def step_called(self, name: object) -> Done:
        """The step of that id; "the supplier return" and the like mean the last step that is one."""
        for done in reversed(self.done):
            if done.step.body.get("id") == name:
                return done
        said = str(name).lower().removeprefix("the ").replace("supplier return", "return_to_supplier").replace(" ", "_")
        for done in reversed(self.done):
            if done.step.op == said:
                return done
        raise NotSupported(f"of: {name}")

    def entries_of(self, done: Done) -> list[CostEntry]:
        """The cost entries a step wrote."""
        number = CostEntry.number
        return list(
            self.session.scalars(
                select(CostEntry)
                .where(
                    CostEntry.entity == self.entity,
                    number > done.since["cost_entry"],
                    number <= done.until["cost_entry"],
                )
                .order_by(number)
            )
        )

    def moves_of(self, done: Done) -> list[StockMove]:
        """The moves a step wrote."""
        number = StockMove.number
        return list(
            self.session.scalars(
                select(StockMove)
                .where(
                    StockMove.entity == self.entity,
                    number > done.since["stock_move"],
                    number <= done.until["stock_move"],
                )
                .order_by(number)
            )
        )

    def worth_of(self, entries: Iterable[CostEntry]) -> Decimal:
        """What entries are worth as the books stand now: as recorded, and every later change of it."""
        rows = list(entries)
        changes = self.session.scalar(
            select(func.coalesce(func.sum(CostChange.value), ZERO)).where(
                CostChange.entity == self.entity, CostChange.entry.in_([row.number for row in rows])
            )
        )
        return sum((row.value for row in rows), ZERO) + (changes or ZERO)
