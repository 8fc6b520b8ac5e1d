"""Goods in inspection are measured against the limits kept for their item; the readings decide, not who reads them.

What is within every limit becomes available. What is not waits where it is, as a case of its own: it goes back to the
supplier, is measured again (both readings are kept), is scrapped, or somebody other than the inspector releases it as it is,
with the reason, and that deviation stays to be seen.
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
from core.receiving.after import Counted, shift, write_off
from core.receiving.commands import (
    AskReinspection,
    InspectReceipt,
    Reading,
    Reinspect,
    ReleaseInspection,
    ScrapFailed,
    SetInspectionLimit,
)
from core.receiving.goods import touch
from core.receiving.tables import Inspection, InspectionLimit, InspectionReading
from core.refusals import Refusal, Refused
from core.stock.ledger import take_turn
from core.stock.tables import StockStatus
from core.wording import quantity as words

PASSED, FAILED, RELEASED = "passed", "failed", "released"
SUPERSEDED, SCRAPPED = "superseded", "scrapped"


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
    return _measure(erp, counted, quantity, cmd.readings, cmd.inspected_by)


def reinspect(erp: Erp, cmd: Reinspect) -> dict[str, Any]:
    """Hold new readings of failed pieces against the limits: those of today, as ever. Gives what `inspect_receipt` gives.
    The first readings stay on record, superseded. Refuses what is not failed any more, and no reason."""
    inspection, counted, left = _failed(erp, cmd.inspection)
    if not cmd.reason.strip():
        raise Refused(Refusal.REASON_REQUIRED, "who measures again says why the first readings do not stand")
    before = inspection.state
    inspection.state = SUPERSEDED
    counted.line.failed = rest(counted.line.failed - left)
    erp.effect("record", f"Inspection {inspection.number}", was=before, now=f"superseded: {cmd.reason}")
    return _measure(erp, counted, left, cmd.readings, cmd.inspected_by, instead_of=inspection.number, reason=cmd.reason)


def ask_reinspection(erp: Erp, cmd: AskReinspection) -> dict[str, Any]:
    """Note that failed pieces are to be measured again. Refuses what is not failed any more, and no reason."""
    inspection, counted, left = _failed(erp, cmd.inspection)
    if not cmd.reason.strip():
        raise Refused(Refusal.REASON_REQUIRED, "who asks for another measurement says why")
    inspection.again = cmd.reason
    erp.session.flush()
    erp.effect("record", f"Inspection {inspection.number}", was=FAILED, now="to be measured again")
    _tell(erp, counted, inspection.number, "to be measured again")
    return {"inspection": inspection.number, "quantity": left}


def scrap_failed(erp: Erp, cmd: ScrapFailed) -> dict[str, Any]:
    """Write failed pieces off. They still came: whether we pay for them is for the claim to settle."""
    inspection, counted, left = _failed(erp, cmd.inspection)
    counted.line.failed = rest(counted.line.failed - left)
    inspection.state = SCRAPPED
    return {"inspection": inspection.number, "quantity": left, **write_off(erp, counted, left, StockStatus.INSPECTION)}


def _failed(erp: Erp, number: str) -> tuple[Inspection, Counted, Decimal]:
    """A failed inspection, its receipt line, and how many of its pieces are still here. Refuses one that is decided, and
    one of which nothing is left."""
    take_turn(erp)
    inspection = erp.need(Inspection, erp.entity, number, refusal=Refusal.INSPECTION_UNKNOWN, lock=True)
    if inspection.state != FAILED:
        raise Refused(Refusal.NO_SUCH_MOVE, f"{inspection.number} is {inspection.state}")
    counted = Counted(erp, inspection.receipt, inspection.line)
    left = min(inspection.quantity, counted.line.failed)
    if left <= ZERO:
        raise Refused(Refusal.NOTHING_TO_DO, f"nothing of {inspection.number} is here any more")
    return inspection, counted, left


def _measure(
    erp: Erp,
    counted: Counted,
    quantity: Decimal,
    readings: Sequence[Reading],
    inspected_by: str,
    *,
    instead_of: str = "",
    reason: str = "",
) -> dict[str, Any]:
    """Hold readings of so many waiting pieces against the limits, and let them decide."""
    line = counted.line
    limits = limits_of(erp.session, erp.entity, line.item)
    read = _must_be_whole(line.item, limits, readings)

    number = erp.number("IN")
    rows = [_held(erp, number, limit, read[limit.characteristic]) for limit in limits]
    state = PASSED if all(row.within for row in rows) else FAILED
    erp.add(
        Inspection(
            entity=erp.entity,
            number=number,
            receipt=line.receipt,
            line=line.line,
            quantity=quantity,
            state=state,
            inspected_by=inspected_by,
            inspected_at=erp.now,
            supersedes=instead_of,
            reason=reason,
        ),
        *rows,
    )
    if state == PASSED:
        _accept(erp, counted, quantity)
    else:
        line.failed += quantity
        outside = next(row for row in rows if not row.within)
        says = f"{outside.characteristic} {_listed(read[outside.characteristic])}"
        erp.effect("record", f"Receipt {line.receipt} line {line.line}", was="in inspection", now=f"failed: {says}")
        touch(counted.receipt)
        erp.session.flush()
    _tell(erp, counted, number, state)
    return {"inspection": number, "result": state, "quantity": quantity}


def _tell(erp: Erp, counted: Counted, number: str, state: str) -> None:
    erp.emit(
        "goods_inspected",
        f"goods_receipt {counted.receipt.number}",
        order=counted.order.number,
        receipt=counted.receipt.number,
        inspection=number,
        state=state,
    )


def release_inspection(erp: Erp, cmd: ReleaseInspection) -> dict[str, Any]:
    """Take pieces that failed as they are: a deviation, with its reason, by somebody who did not inspect them. Pieces of
    them that went back meanwhile stay gone."""
    inspection, counted, left = _failed(erp, cmd.inspection)
    if not cmd.reason.strip():
        raise Refused(Refusal.REASON_REQUIRED, "a deviation names its reason")
    if not cmd.released_by and not erp.simulated:
        raise Refused(Refusal.REASON_REQUIRED, "a deviation names who answers for it")
    if inspection.inspected_by in (cmd.released_by, str(erp.actor), f"person:{cmd.released_by}"):
        raise Refused(Refusal.DUTIES, f"{inspection.inspected_by} inspected {inspection.number}")

    counted.line.failed = rest(counted.line.failed - left)
    inspection.state, inspection.reason = RELEASED, cmd.reason
    inspection.released_by, inspection.released_at = cmd.released_by, erp.now
    erp.effect("deviation", f"Inspection {inspection.number}", was=FAILED, now=f"released: {cmd.reason}")
    _accept(erp, counted, left)
    _tell(erp, counted, inspection.number, RELEASED)
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
