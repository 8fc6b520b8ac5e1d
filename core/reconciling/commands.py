"""Commands on a warehouse's stream of events, and on what it and the ledger disagree about."""

from dataclasses import dataclass
from decimal import Decimal

from pydantic import AwareDatetime

from core.command import Command
from core.counting.tables import RootCause
from core.stock.tables import StockStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class ConnectWarehouse(Command):
    """Hold a warehouse's events against the ledger at these sites, from `since` on (now, when nothing is said). What is
    younger than the tolerance may still be on its way and is no disagreement."""

    source: str
    sites: tuple[str, ...]
    since: AwareDatetime | None = None
    tolerance_minutes: int = 60
    first_sequence: int = 1
    by_location: bool = True
    by_lot: bool = True
    by_status: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class WarehouseMove:
    """One event of the warehouse: so many base units more or fewer of one balance, and what it believes is there after."""

    event: str
    sequence: int
    happened_at: AwareDatetime
    item: str
    site: str
    quantity: Decimal
    location: str = ""
    lot: str = ""
    status: StockStatus = StockStatus.AVAILABLE
    reference: str = ""
    balance_after: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordWarehouseEvents(Command):
    """Keep what a warehouse told, in whatever order it comes, and hold it against the ledger. Nothing is booked by it.
    An event that was told before is not counted again."""

    source: str
    events: tuple[WarehouseMove, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckWarehouse(Command):
    """Look at what became due meanwhile: entries and gaps that are older than the tolerance by now."""

    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AdoptWarehouse(Command):
    """Let the ledger follow the warehouse at one balance: adjusted by the whole difference, with its root cause: that of
    whoever decides, or of the decision which carries this out. `suggested`: what the comparison itself shows, which stands
    only where a rule decided and nobody said any."""

    source: str
    item: str
    site: str
    reason: str
    root_cause: RootCause | None = None
    suggested: RootCause | None = None
    location: str = ""
    lot: str = ""
    status: StockStatus = StockStatus.AVAILABLE


@dataclass(frozen=True, kw_only=True, slots=True)
class KeepLedger(Command):
    """The ledger is right at one balance, with a reason. Nobody is asked again until something new is told."""

    source: str
    item: str
    site: str
    reason: str
    location: str = ""
    lot: str = ""
    status: StockStatus = StockStatus.AVAILABLE


@dataclass(frozen=True, kw_only=True, slots=True)
class GiveUpGap(Command):
    """The events of a gap will never come, with a reason. The numbers count as told."""

    source: str
    first: int
    last: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StandByEvent(Command):
    """Of two contents told under one id the first stands, with a reason. The other stays on record."""

    source: str
    event: str
    reason: str
