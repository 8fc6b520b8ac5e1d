"""What happens to the stock of the tests' Friday: order points, promises, a count, a cost that turned out later."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from core import door
from core.availability.commands import PlanDemand, ReserveStock, WantedClaim
from core.command import Command
from core.counting.commands import CountItem, OpenCount, SetCountPolicy
from core.door import Outcome
from core.erp import Actor
from core.reconciling.commands import ConnectWarehouse, RecordWarehouseEvents, WarehouseMove
from core.replenishment.commands import RunReplenishment, SetOrderPoint
from core.stock.commands import IssueStock, OpenStock
from core.stock.cost_commands import CorrectCost
from core.stock.lots import SetLotExpiry
from core.stock.place_commands import PutAway
from desk.house import House
from tests.desk import friday

D = Decimal
SYSTEM = Actor(kind="system", id="test")
LENA = Actor(kind="person", id="lena")
BOLT, MOTOR, TAPE, PLIERS, BOX = "FB-M8X40", "HM-15", "PK-TAPE", "BW-PLR", "PK-BOX40"
_keys = count(1)


def do(house: House, command: Command, actor: Actor = SYSTEM) -> Outcome:
    """Carry a command out in a unit of its own."""
    with house.unit() as session:
        return door.execute(session, command, actor=actor, key=f"stocklife-{next(_keys)}")


def promised(house: House) -> None:
    """Motors are short from Wednesday on; bolts are kept for a customer and under what is kept for safety."""
    do(
        house,
        SetOrderPoint(entity="HP", item=BOLT, site="PDX", minimum=D(2500), target=D(3000), safety=D(500), source="RNO"),
    )
    do(house, SetOrderPoint(entity="HP", item=BOX, site="PDX", minimum=D(4000), target=D(5000), supplier="S-1002"))
    wanted = {"item": MOTOR, "site": "PDX", "document": "SO-7731"}
    do(house, PlanDemand(entity="HP", quantity=D(24), day=date(2026, 11, 25), **wanted))
    kept = WantedClaim(item=BOLT, quantity=D(150), document="SO-7744", day=date(2026, 11, 24))
    do(house, ReserveStock(entity="HP", site="PDX", claims=(kept,)))
    do(house, RunReplenishment(entity="HP"))


def dated_lot(house: House) -> None:
    """Tape of a lot that expires in two weeks."""
    opened = OpenStock(entity="HP", item=TAPE, site="TAC", quantity=D(144), unit_cost=D("1.15"), lot="T-2611")
    do(house, opened)
    do(house, SetLotExpiry(entity="HP", item=TAPE, lot="T-2611", expires_on=date(2026, 12, 4)))


def rebate(house: House) -> None:
    """Boxes that were sold already turn out cheaper."""
    do(house, CorrectCost(entity="HP", receipt="GR-9886", amount=D("-25"), reason="rebate of the year"))


def counting(house: House) -> str:
    """A count of pliers and boxes in Tacoma, of which Lena has counted the tape. Gives its number."""
    do(house, SetCountPolicy(entity="HP", quantity_pct=D(2), value_limit=D(50)))
    do(house, PutAway(entity="HP", item=PLIERS, site="TAC", quantity=D(40), to_location="A-04"))
    number = str(do(house, OpenCount(entity="HP", site="TAC", items=(PLIERS, TAPE))).result["count"])
    do(house, CountItem(entity="HP", count=number, item=TAPE, counted=D(880)), LENA)
    return number


def warehouse_apart(house: House, source: str = "WMS-PDX", site: str = "PDX") -> None:
    """A warehouse since nine in the morning: one event is booked, one is not, one is told as another figure; four never
    came."""
    since = friday.AFTERNOON - timedelta(hours=5)
    do(house, ConnectWarehouse(entity="HP", source=source, sites=(site,), since=since))
    do(house, IssueStock(entity="HP", item=BOLT, site=site, quantity=D(10), document="SO-7798", happened_at=since))
    do(house, IssueStock(entity="HP", item=BOLT, site=site, quantity=D(20), document="SO-7799", happened_at=since))
    told = ((1, BOLT, "-10", "SO-7798"), (2, BOLT, "-25", "SO-7799"), (7, MOTOR, "-2", "SO-7800"))
    events = tuple(
        WarehouseMove(
            event=f"{source}-{number}", sequence=number, happened_at=since + timedelta(minutes=number), item=item,
            site=site, quantity=D(quantity), reference=reference,
        )
        for number, item, quantity, reference in told
    )  # fmt: skip
    do(house, RecordWarehouseEvents(entity="HP", source=source, events=events))
