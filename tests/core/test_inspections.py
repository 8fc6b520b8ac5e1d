"""Readings against limits decide whether goods in inspection become available; a deviation is somebody's, with a reason."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.receiving.commands import (
    AcceptInspected,
    AskReinspection,
    InspectReceipt,
    Reading,
    Reinspect,
    ReleaseInspection,
    ReturnToSupplier,
    ScrapFailed,
    SetInspectionLimit,
)
from core.receiving.tables import Inspection, InspectionReading
from core.refusals import Refusal
from core.stock.queries import on_hand
from core.stock.tables import StockStatus
from tests.builders import (
    BOLT,
    DANA,
    GAUGE,
    HP,
    PDX,
    D,
    broken,
    case_of,
    company,
    do,
    findings,
    order,
    receipt,
    receipt_line,
    refused,
)

AVAILABLE, INSPECTION = StockStatus.AVAILABLE, StockStatus.INSPECTION


@pytest.fixture
def gauges(session: Session) -> str:
    """Ten gauges in inspection, which must measure 9.98 to 10.02 mm across and be at least 58 hard. Gives the receipt."""
    company(session)
    limit(session, "diameter", "9.98", "10.02", unit="mm")
    limit(session, "hardness", "58", None, unit="HRC")
    return receipt(session, order(session, (GAUGE, "10", "12.00")), "10")


def limit(
    session: Session, name: str, lower: str | None, upper: str | None, *, item: str = GAUGE, unit: str = ""
) -> None:
    """What a characteristic of an item may measure."""
    said = {"lower": D(lower) if lower else None, "upper": D(upper) if upper else None}
    do(session, SetInspectionLimit(entity=HP, item=item, characteristic=name, unit=unit, **said))


def measuring(came: str, diameter: tuple[str, ...], hardness: tuple[str, ...], **more: Any) -> InspectReceipt:
    """An inspection by Lena."""
    readings = (
        Reading(characteristic="diameter", measured=tuple(D(x) for x in diameter)),
        Reading(characteristic="hardness", measured=tuple(D(x) for x in hardness)),
    )
    said = {"line": 1, "readings": readings, "inspected_by": "lena", **more}
    return InspectReceipt(entity=HP, receipt=came, **said)


def lies(session: Session, item: str = GAUGE) -> dict[StockStatus, Decimal]:
    """What lies in Portland, by status."""
    return {status: quantity for status, quantity in on_hand(session, HP, item, PDX).items() if quantity}


def test_pieces_within_every_limit_become_available(session: Session, gauges: str) -> None:
    done = do(session, measuring(gauges, ("9.98", "10.02"), ("58",), quantity=D(6)))

    assert done.result["result"] == "passed"
    assert lies(session) == {AVAILABLE: 6, INSPECTION: 4}
    assert broken(session) == []


@pytest.mark.parametrize(
    ("diameter", "hardness"), [(("10.00", "10.03"), ("60",)), (("10.00",), ("57.9",)), (("9.97",), ("1",))]
)
def test_one_value_outside_one_limit_fails_them_all(
    session: Session, gauges: str, diameter: tuple[str, ...], hardness: tuple[str, ...]
) -> None:
    done = do(session, measuring(gauges, diameter, hardness))

    assert done.result["result"] == "failed"
    assert lies(session) == {INSPECTION: 10}
    assert receipt_line(session, gauges).failed == 10
    assert refused(session, measuring(gauges, ("10",), ("60",))).code is Refusal.QUANTITY_NOT_POSITIVE
    assert broken(session) == []


def test_where_limits_are_kept_nobodys_word_accepts(session: Session, gauges: str) -> None:
    word = AcceptInspected(entity=HP, receipt=gauges, line=1, quantity=D(1))
    assert refused(session, word).code is Refusal.INSPECTION_NEEDED
    do(session, measuring(gauges, ("11",), ("60",)))
    assert refused(session, word).code is Refusal.INSPECTION_NEEDED


def test_what_failed_is_released_by_somebody_else_with_a_reason(session: Session, gauges: str) -> None:
    number = str(do(session, measuring(gauges, ("10.03",), ("60",), quantity=D(4))).result["inspection"])

    def release(by: str, reason: str) -> ReleaseInspection:
        return ReleaseInspection(entity=HP, inspection=number, released_by=by, reason=reason)

    assert refused(session, release("lena", "good enough")).code is Refusal.DUTIES
    assert refused(session, release("dana", " ")).code is Refusal.REASON_REQUIRED
    done = do(session, release("dana", "the customer takes 10.05"), actor=DANA)

    assert [(effect.kind, effect.now) for effect in done.effects if effect.kind == "deviation"] == [
        ("deviation", "released: the customer takes 10.05")
    ]
    row = session.scalars(select(Inspection)).one()
    assert (row.state, row.released_by, row.reason) == ("released", "dana", "the customer takes 10.05")
    assert lies(session) == {AVAILABLE: 4, INSPECTION: 6}
    assert refused(session, release("dana", "again")).code is Refusal.NO_SUCH_MOVE
    assert broken(session) == []


def test_what_failed_goes_back_first_and_what_went_back_is_not_released(session: Session, gauges: str) -> None:
    number = str(do(session, measuring(gauges, ("10.03",), ("60",), quantity=D(4))).result["inspection"])
    back = ReturnToSupplier(entity=HP, receipt=gauges, line=1, quantity=D(3), status="inspection")
    do(session, back)

    released = do(session, ReleaseInspection(entity=HP, inspection=number, released_by="dana", reason="one is fine"))

    assert released.result["quantity"] == "1"
    assert lies(session) == {AVAILABLE: 1, INSPECTION: 6}
    assert broken(session) == []


def test_nothing_is_left_to_release_of_what_all_went_back(session: Session, gauges: str) -> None:
    number = str(do(session, measuring(gauges, ("10.03",), ("60",))).result["inspection"])
    do(session, ReturnToSupplier(entity=HP, receipt=gauges, line=1, quantity=D(10), status="inspection"))

    release = ReleaseInspection(entity=HP, inspection=number, released_by="dana", reason="late")

    assert refused(session, release).code is Refusal.NOTHING_TO_DO
    assert broken(session) == []


def again(number: str, diameter: str, reason: str = "the gauge was not warm", by: str = "lena") -> Reinspect:
    """Another measurement of failed pieces."""
    readings = (
        Reading(characteristic="diameter", measured=(D(diameter),)),
        Reading(characteristic="hardness", measured=(D("60"),)),
    )
    return Reinspect(entity=HP, inspection=number, readings=readings, inspected_by=by, reason=reason)


def failing(session: Session, gauges: str, quantity: str = "4") -> str:
    """So many pieces that are too wide."""
    return str(do(session, measuring(gauges, ("10.03",), ("60",), quantity=D(quantity))).result["inspection"])


def test_new_readings_stand_in_place_of_the_first_and_both_are_kept(session: Session, gauges: str) -> None:
    first = failing(session, gauges)
    second = do(session, again(first, "10.04", by="dana")).result
    assert (second["result"], second["quantity"]) == ("failed", "4")
    assert findings(session) == {"inspection_failed": ["4 pieces failed inspection"]}
    third = do(session, again(second["inspection"], "10.01")).result
    assert (third["result"], third["quantity"]) == ("passed", "4")

    rows = session.execute(
        select(Inspection.state, Inspection.supersedes, Inspection.reason).order_by(Inspection.number)
    ).all()
    why = "the gauge was not warm"
    assert rows == [("superseded", "", ""), ("superseded", first, why), ("passed", second["inspection"], why)]
    measured = select(InspectionReading.measured).where(InspectionReading.characteristic == "diameter")
    assert [list(one) for one in session.scalars(measured.order_by(InspectionReading.inspection))] == [
        ["10.03"],
        ["10.04"],
        ["10.01"],
    ]
    assert lies(session) == {AVAILABLE: 4, INSPECTION: 6}
    assert findings(session) == {}
    assert refused(session, again(first, "10.00")).code is Refusal.NO_SUCH_MOVE
    assert broken(session) == []


def test_only_what_failed_and_is_here_is_measured_again_and_with_a_reason(session: Session, gauges: str) -> None:
    passed = str(do(session, measuring(gauges, ("10.00",), ("60",), quantity=D(1))).result["inspection"])
    number = failing(session, gauges)
    do(session, ReturnToSupplier(entity=HP, receipt=gauges, line=1, quantity=D(3), status="inspection"))

    assert refused(session, again(passed, "10.00")).code is Refusal.NO_SUCH_MOVE
    assert refused(session, again("IN-99", "10.00")).code is Refusal.INSPECTION_UNKNOWN
    assert refused(session, again(number, "10.00", reason=" ")).code is Refusal.REASON_REQUIRED
    assert refused(session, AskReinspection(entity=HP, inspection=number, reason="")).code is Refusal.REASON_REQUIRED
    assert do(session, AskReinspection(entity=HP, inspection=number, reason="to be sure")).result["quantity"] == "1"
    assert do(session, again(number, "10.00")).result["quantity"] == "1"
    assert lies(session) == {AVAILABLE: 2, INSPECTION: 5}
    assert broken(session) == []


def test_a_failed_inspection_is_somebodys_case_until_its_pieces_are_decided(session: Session, gauges: str) -> None:
    number = failing(session, gauges)
    case = case_of(session, f"receipt:{gauges}")
    assert (case.code, case.owner_role, case.stake) == ("inspection_failed", "receiving_lead", D(48))
    assert case.says.endswith("delivered 4 pieces that failed inspection")
    failing(session, gauges, "1")
    assert findings(session) == {"inspection_failed": ["5 pieces failed inspection"]}

    done = do(session, ScrapFailed(entity=HP, inspection=number)).result
    assert done["quantity"] == "4"
    assert findings(session) == {"inspection_failed": ["1 piece failed inspection"]}
    assert lies(session) == {INSPECTION: 6}
    assert refused(session, ScrapFailed(entity=HP, inspection=number)).code is Refusal.NO_SUCH_MOVE
    do(session, ReturnToSupplier(entity=HP, receipt=gauges, line=1, quantity=D(1), status="inspection"))
    assert findings(session) == {}
    assert broken(session) == []


def test_a_limit_that_moves_changes_no_inspection_that_was_made(session: Session, gauges: str) -> None:
    do(session, measuring(gauges, ("10.02",), ("60",), quantity=D(5)))
    limit(session, "diameter", "9.99", "10.01", unit="mm")

    assert do(session, measuring(gauges, ("10.02",), ("60",))).result["result"] == "failed"
    kept = session.scalars(select(InspectionReading).where(InspectionReading.characteristic == "diameter")).all()
    assert [(row.upper, row.within) for row in kept] == [(D("10.02"), True), (D("10.01"), False)]
    assert broken(session) == []


def test_a_limit_makes_an_item_wait_from_then_on(session: Session) -> None:
    company(session)
    receipt(session, order(session, (BOLT, "5", "1.00")), "5")
    limit(session, "length", "20", "21", item=BOLT)
    receipt(session, order(session, (BOLT, "7", "1.00")), "7")

    assert lies(session, BOLT) == {AVAILABLE: 5, INSPECTION: 7}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"readings": ()}, Refusal.INSPECTION_NEEDED),
        ({"readings": (Reading(characteristic="diameter", measured=(D(10),)),)}, Refusal.INSPECTION_NEEDED),
        ({"readings": (Reading(characteristic="colour", measured=(D(10),)),)}, Refusal.COMMAND_MALFORMED),
        ({"quantity": D(11)}, Refusal.MORE_THAN_RECEIVED),
        ({"quantity": D(0)}, Refusal.QUANTITY_NOT_POSITIVE),
        ({"quantity": D("0.5")}, Refusal.PRECISION),
        ({"line": 2}, Refusal.RECEIPT_UNKNOWN),
    ],
)
def test_an_inspection_that_says_nothing_is_refused(
    session: Session, gauges: str, change: dict[str, Any], code: Refusal
) -> None:
    assert refused(session, measuring(gauges, ("10",), ("60",), **change)).code is code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"lower": None, "upper": None}, Refusal.NOTHING_TO_DO),
        ({"lower": D(3), "upper": D(2)}, Refusal.COMMAND_MALFORMED),
        ({"characteristic": " "}, Refusal.COMMAND_MALFORMED),
        ({"item": "XX"}, Refusal.ITEM_UNKNOWN),
        ({"upper": D("1.0000001")}, Refusal.PRECISION),
    ],
)
def test_a_limit_that_says_nothing_is_refused(session: Session, change: dict[str, Any], code: Refusal) -> None:
    company(session)
    said = {"item": GAUGE, "characteristic": "diameter", "lower": D(1), "upper": D(2), **change}
    assert refused(session, SetInspectionLimit(entity=HP, **said)).code is code


@pytest.mark.parametrize(
    ("statement", "promise"),
    [
        ("update inspection set state = 'passed'", "readings decide inspections"),
        ("delete from inspection_reading", "readings decide inspections"),
        ("update inspection_reading set within = true", "readings are within as they say"),
        ("update inspection_reading set measured = '[\"10\"]'", "readings are within as they say"),
        ("update goods_receipt_line set failed = 9", "failed pieces wait"),
        ("delete from inspection", "failed pieces wait"),
        ("update inspection set supersedes = 'IN-9'", "who measures again keeps the first"),
        ("update inspection set state = 'superseded'", "nothing is superseded by nothing"),
    ],
)
def test_the_doctor_names_an_inspection_that_somebody_changed(
    session: Session, gauges: str, statement: str, promise: str
) -> None:
    do(session, measuring(gauges, ("10.03",), ("60",), quantity=D(4)))
    assert broken(session) == []
    session.execute(text("set local session_replication_role = replica"))
    session.execute(text(statement))

    assert promise in " ".join(broken(session))
