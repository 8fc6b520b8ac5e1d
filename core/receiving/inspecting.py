"""Goods in inspection are measured against the limits kept for their item; the readings decide, not who reads them.

What is within every limit becomes available. What is not waits where it is: it may go back to the supplier, or somebody
other than the inspector releases it as it is, with the reason, and that deviation stays to be seen.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.erp import Erp
from core.masterdata.tables import Item
from core.masterdata.units import must_be_kept, rest
from core.money import ZERO
from core.receiving.after import Counted, shift
from core.receiving.commands import InspectReceipt, Reading, ReleaseInspection, SetInspectionLimit
from core.receiving.goods import touch
from core.receiving.tables import Inspection, InspectionLimit, InspectionReading
from core.refusals import Refusal, Refused
from core.stock.tables import StockStatus
from core.wording import quantity as words

PASSED, FAILED, RELEASED = "passed", "failed", "released"


def set_inspection_limit(erp: Erp, cmd: SetInspectionLimit) -> dict[str, Any]:
    """Keep what a characteristic of an item may measure. From now on its goods wait in inspection when they come."""
    item = erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN, lock=True)
    if not cmd.characteristic.strip():
        raise Refused(Refusal.COMMAND_MALFORMED, "a limit names what is measured")
    if cmd.lower is None and cmd.upper is None:
        raise Refused(Refusal.NOTHING_TO_DO, f"{cmd.characteristic} has no limit")
    for limit in (cmd.lower, cmd.upper):
        must_be_kept(limit or ZERO)
    if cmd.lower is not None and cmd.upper is not None and cmd.lower > cmd.upper:
        raise Refused(Refusal.COMMAND_MALFORMED, f"nothing is between {cmd.lower:f} and {cmd.upper:f}")

    key = (erp.entity, cmd.item, cmd.characteristic)
    row = erp.session.get(InspectionLimit, key, with_for_update=True)
    was = "" if row is None else _between(row.lower, row.upper, row.unit)
    if row is None:
        row = InspectionLimit(entity=erp.entity, item=cmd.item, characteristic=cmd.characteristic)
    row.lower, row.upper, row.unit = cmd.lower, cmd.upper, cmd.unit
    row.changed_by, row.changed_at = str(erp.actor), erp.now
    erp.add(row)
    item.inspect = True
    erp.effect("record", f"{item.name}, {cmd.characteristic}", was=was, now=_between(cmd.lower, cmd.upper, cmd.unit))
    return {"item": cmd.item, "characteristic": cmd.characteristic}


def inspect_receipt(erp: Erp, cmd: InspectReceipt) -> dict[str, Any]:
    """Hold readings against the limits of the item. Gives the inspection's number and whether the pieces passed."""
    counted = Counted(erp, cmd.receipt, cmd.line)
    line = counted.line
    waiting = rest(line.in_inspection - line.failed)
    quantity = waiting if cmd.quantity is None else cmd.quantity
    if quantity <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{words(quantity)} of {cmd.receipt} line {cmd.line}")
    if quantity > waiting:
        raise Refused(
            Refusal.MORE_THAN_RECEIVED, f"{words(waiting)} of {cmd.receipt} line {cmd.line} wait to be inspected"
        )
    counted.base(quantity)
    limits = limits_of(erp.session, erp.entity, line.item)
    read = _must_be_whole(line.item, limits, cmd.readings)

    number = erp.number("IN")
    rows = [_held(erp, number, limit, read[limit.characteristic]) for limit in limits]
    passed = all(row.within for row in rows)
    erp.add(
        Inspection(
            entity=erp.entity,
            number=number,
            receipt=cmd.receipt,
            line=cmd.line,
            quantity=quantity,
            state=PASSED if passed else FAILED,
            inspected_by=cmd.inspected_by,
            inspected_at=erp.now,
        ),
        *rows,
    )
    if passed:
        _accept(erp, counted, quantity)
    else:
        line.failed += quantity
        outside = next(row for row in rows if not row.within)
        says = f"{outside.characteristic} {_listed(read[outside.characteristic])}"
        erp.effect("record", f"Receipt {cmd.receipt} line {cmd.line}", was="in inspection", now=f"failed: {says}")
        touch(counted.receipt)
        erp.session.flush()
    erp.emit(
        "goods_inspected",
        f"goods_receipt {cmd.receipt}",
        order=counted.order.number,
        receipt=cmd.receipt,
        inspection=number,
        state=PASSED if passed else FAILED,
    )
    return {"inspection": number, "result": PASSED if passed else FAILED, "quantity": quantity}


def release_inspection(erp: Erp, cmd: ReleaseInspection) -> dict[str, Any]:
    """Take pieces that failed as they are: a deviation, with its reason, by somebody who did not inspect them. Pieces of
    them that went back meanwhile stay gone."""
    inspection = erp.need(Inspection, erp.entity, cmd.inspection, refusal=Refusal.INSPECTION_UNKNOWN, lock=True)
    if inspection.state != FAILED:
        raise Refused(Refusal.NO_SUCH_MOVE, f"{inspection.number} is {inspection.state}")
    if not cmd.reason.strip():
        raise Refused(Refusal.REASON_REQUIRED, "a deviation names its reason")
    if inspection.inspected_by in (cmd.released_by, str(erp.actor)):
        raise Refused(Refusal.DUTIES, f"{inspection.inspected_by} inspected {inspection.number}")
    counted = Counted(erp, inspection.receipt, inspection.line)
    left = min(inspection.quantity, counted.line.failed)
    if left <= ZERO:
        raise Refused(Refusal.NOTHING_TO_DO, f"nothing of {inspection.number} is here any more")

    counted.line.failed = rest(counted.line.failed - left)
    inspection.state, inspection.reason = RELEASED, cmd.reason
    inspection.released_by, inspection.released_at = cmd.released_by, erp.now
    erp.effect("deviation", f"Inspection {inspection.number}", was=FAILED, now=f"released: {cmd.reason}")
    _accept(erp, counted, left)
    erp.emit(
        "goods_inspected",
        f"goods_receipt {inspection.receipt}",
        order=counted.order.number,
        receipt=inspection.receipt,
        inspection=inspection.number,
        state=RELEASED,
    )
    return {"inspection": inspection.number, "quantity": left}


def limits_of(session: Session, entity: str, item: str) -> list[InspectionLimit]:
    """What is measured of an item, by the name of the characteristic."""
    wanted = select(InspectionLimit).where(InspectionLimit.entity == entity, InspectionLimit.item == item)
    return list(session.scalars(wanted.order_by(InspectionLimit.characteristic)))


def _must_be_whole(
    item: str, limits: Sequence[InspectionLimit], readings: Sequence[Reading]
) -> dict[str, tuple[Decimal, ...]]:
    """The readings by characteristic. Refuses one that is missing, given twice or empty, and one that has no limit."""
    if not limits:
        raise Refused(Refusal.INSPECTION_NEEDED, f"{item} has no limits to be measured against: set them first")
    read = {reading.characteristic: reading.measured for reading in readings}
    known = {limit.characteristic for limit in limits}
    if len(read) != len(readings):
        raise Refused(Refusal.COMMAND_MALFORMED, "a characteristic is given twice")
    strange = sorted(set(read) - known)
    if strange:
        raise Refused(Refusal.COMMAND_MALFORMED, f"{item} has no limit for {strange[0]}")
    missing = sorted(name for name in known if not read.get(name))
    if missing:
        raise Refused(Refusal.INSPECTION_NEEDED, f"{missing[0]} of {item} was not measured")
    for value in (value for values in read.values() for value in values):
        must_be_kept(value)
    return read


def _held(erp: Erp, number: str, limit: InspectionLimit, measured: tuple[Decimal, ...]) -> InspectionReading:
    """Readings beside the limits as they were: a limit that moves later changes no inspection."""
    within = all(
        (limit.lower is None or limit.lower <= value) and (limit.upper is None or value <= limit.upper)
        for value in measured
    )
    return InspectionReading(
        entity=erp.entity,
        inspection=number,
        characteristic=limit.characteristic,
        lower=limit.lower,
        upper=limit.upper,
        unit=limit.unit,
        measured=[f"{value:f}" for value in measured],
        within=within,
    )


def _accept(erp: Erp, counted: Counted, quantity: Decimal) -> None:
    """Pieces move from inspection to available."""
    counted.take(StockStatus.INSPECTION, quantity)
    shift(erp, counted, quantity, StockStatus.INSPECTION, StockStatus.AVAILABLE, "inspection")
    touch(counted.receipt)
    erp.session.flush()


def _between(lower: Decimal | None, upper: Decimal | None, unit: str) -> str:
    said = f"{'' if lower is None else words(lower)} to {'' if upper is None else words(upper)}"
    return f"{said} {unit}".strip()


def _listed(measured: Sequence[Decimal]) -> str:
    return ", ".join(words(value) for value in measured)
