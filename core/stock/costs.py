"""What stock costs, changed on purpose: another method, another value, costs that come after the goods."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.books import accounts, ledger
from core.erp import Erp
from core.masterdata.tables import Account, Item
from core.money import ZERO, split
from core.refusals import Refusal, Refused
from core.stock import recosting
from core.stock.cost_commands import (
    AddLandedCost,
    CancelLandedCost,
    ChangeCostMethod,
    CorrectCost,
    RevalueStock,
    SplitBy,
)
from core.stock.costing import Does, Method
from core.stock.ledger import take_turn
from core.stock.lines import CHARGE, PoolKey
from core.stock.pools import ON_THE_WAY
from core.stock.tables import CostChange, CostEntry, CostPool, LandedCost
from core.stock.valuing import Costed, cost_all


def change_cost_method(erp: Erp, cmd: ChangeCostMethod) -> dict[str, Any]:
    """Switch every pool of an item. Value stays; going to standard cost, the difference is a revaluation."""
    take_turn(erp)
    item = erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN, lock=True)
    if cmd.method is Method.STANDARD and (cmd.unit_cost is None or cmd.unit_cost < ZERO):
        raise Refused(Refusal.AMOUNT_NOT_POSITIVE, f"standard cost of {cmd.item}: {cmd.unit_cost}")
    if item.cost_method == cmd.method:
        raise Refused(Refusal.NOTHING_TO_DO, f"{cmd.item} is valued by {cmd.method} already")
    switches = [
        Costed(
            key=key,
            does=Does.SWITCH,
            method=cmd.method,
            unit_cost=cmd.unit_cost,
            document=f"{cmd.item} {cmd.method}",
            kind="method",
            account=accounts.REVALUATION,
        )
        for key in _pools(erp, cmd.item)
    ]
    valued = cost_all(erp, switches, cmd.happened_at or erp.now)
    was, item.cost_method = item.cost_method, cmd.method
    if cmd.unit_cost is not None:
        item.standard_cost = cmd.unit_cost
    _post_revaluation(erp, cmd.item, f"{cmd.item} from {was} to {cmd.method}", [one.step.value for one in valued])
    erp.effect("record", f"Cost method of {cmd.item}", was=was, now=cmd.method)
    erp.emit("cost_method_changed", f"item {cmd.item}", item=cmd.item, method=cmd.method)
    return {"item": cmd.item, "method": cmd.method}


def revalue_stock(erp: Erp, cmd: RevalueStock) -> dict[str, Any]:
    """Set what a piece is worth. What was sold later than `happened_at` is costed anew."""
    if cmd.unit_cost < ZERO:
        raise Refused(Refusal.AMOUNT_NOT_POSITIVE, cmd.unit_cost)
    if not cmd.reason:
        raise Refused(Refusal.REASON_REQUIRED, "a revaluation names its reason")
    take_turn(erp)
    item = erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN, lock=True)
    keys = [key for key in _pools(erp, cmd.item) if cmd.site in ("", key.site) and cmd.lot in ("", key.lot)]
    document = erp.number("RV")
    entries = [
        Costed(
            key=key,
            does=Does.REVALUE,
            unit_cost=cmd.unit_cost,
            document=document,
            kind="revaluation",
            account=accounts.REVALUATION,
        )
        for key in keys
    ]
    valued = cost_all(erp, entries, cmd.happened_at or erp.now)
    if item.cost_method == Method.STANDARD or not keys:
        item.standard_cost = cmd.unit_cost
    change = _post_revaluation(erp, document, f"{cmd.item}: {cmd.reason}", [one.step.value for one in valued])
    erp.emit("stock_revalued", f"item {cmd.item}", item=cmd.item, document=document)
    return {"revaluation": document, "change": change}


def add_landed_cost(erp: Erp, cmd: AddLandedCost) -> dict[str, Any]:
    """Split a cost over what receipts brought, to the last cent, and over what became of it."""
    if cmd.amount <= ZERO:
        raise Refused(Refusal.AMOUNT_NOT_POSITIVE, cmd.amount)
    account = cmd.account or accounts.FREIGHT_IN
    erp.need(Account, erp.entity, account, refusal=Refusal.ACCOUNT_UNKNOWN)
    take_turn(erp)
    brought = _brought(erp, cmd.receipts)
    if cmd.only_items:
        brought = [entry for entry in brought if entry.item in cmd.only_items]
    weights = [_weight(erp, entry, cmd.by) for entry in brought]
    if not brought or not any(weights):
        raise Refused(Refusal.NOTHING_TO_DO, f"nothing on {', '.join(cmd.receipts)} to split by {cmd.by}")
    document = erp.number("LC")
    erp.add(LandedCost(entity=erp.entity, number=document, amount=cmd.amount, split_by=cmd.by, account=account))
    shares = split(cmd.amount, weights, erp.currency)
    charges = {entry.number: share for entry, share in zip(brought, shares, strict=True) if share}
    _charge(erp, charges, account=account, document=document, says=f"Landed cost on {', '.join(cmd.receipts)}")
    erp.emit("cost_landed", f"landed_cost {document}", document=document, receipts=list(cmd.receipts))
    return {"landed_cost": document}


def cancel_landed_cost(erp: Erp, cmd: CancelLandedCost) -> dict[str, Any]:
    """Take back every share of a landed cost. Refuses one that is not there or was taken back."""
    if not cmd.reason:
        raise Refused(Refusal.REASON_REQUIRED, "a cancellation names its reason")
    take_turn(erp)
    landed = erp.session.get(LandedCost, (erp.entity, cmd.landed_cost), with_for_update=True)
    if landed is None or landed.cancelled:
        raise Refused(Refusal.NOTHING_TO_DO, f"{cmd.landed_cost} is not there, or was cancelled")
    rows = erp.session.execute(
        select(CostChange.entry, CostChange.value).where(
            CostChange.entity == erp.entity,
            CostChange.kind == CHARGE,
            CostChange.document == cmd.landed_cost,
        )
    )
    charges = {entry: -value for entry, value in rows}
    landed.cancelled = True
    document = f"{cmd.landed_cost} cancelled"
    _charge(erp, charges, account=landed.account, document=document, says=f"{cmd.landed_cost}: {cmd.reason}")
    erp.emit("landed_cost_cancelled", f"landed_cost {cmd.landed_cost}", document=cmd.landed_cost)
    return {"landed_cost": cmd.landed_cost}


def correct_cost(erp: Erp, cmd: CorrectCost) -> dict[str, Any]:
    """A receipt's pieces cost more or less than booked, all together. Refuses less than nothing."""
    if cmd.amount == ZERO:
        raise Refused(Refusal.NOTHING_TO_DO, "nothing to correct")
    if not cmd.reason:
        raise Refused(Refusal.REASON_REQUIRED, "a correction names its reason")
    take_turn(erp)
    brought = _brought(erp, (cmd.receipt,))
    weights = [_weight(erp, entry, SplitBy.VALUE) for entry in brought]
    if not any(weights):
        weights = [entry.quantity for entry in brought]
    shares = split(cmd.amount, weights, erp.currency)
    if any(weight + share < ZERO for weight, share in zip(weights, shares, strict=True)):
        raise Refused(Refusal.CANNOT_BE_VALUED, f"{cmd.receipt} would be worth less than nothing")
    document = erp.number("CC")
    charges = {entry.number: share for entry, share in zip(brought, shares, strict=True) if share}
    _charge(erp, charges, account=accounts.PRICE_VARIANCE, document=document, says=f"{cmd.receipt}: {cmd.reason}")
    erp.emit("cost_corrected", f"goods_receipt {cmd.receipt}", receipt=cmd.receipt, document=document)
    return {"correction": document}


def _charge(erp: Erp, charges: dict[int, Decimal], *, account: str, document: str, says: str) -> None:
    amount = sum(charges.values(), ZERO)
    sides = [ledger.debit(accounts.INVENTORY, amount), ledger.credit(account, amount)]
    ledger.post(erp, document=document, says=says, sides=sides)
    recosting.charge(erp, charges, document=document)


def _brought(erp: Erp, documents: Sequence[str]) -> list[CostEntry]:
    """The entries that documents brought into stock. Refuses a document that brought nothing."""
    entries = erp.session.scalars(
        select(CostEntry)
        .where(
            CostEntry.entity == erp.entity,
            CostEntry.document.in_(documents),
            CostEntry.does == Does.IN,
            CostEntry.mirrors.is_(None),
        )
        .order_by(CostEntry.number)
    ).all()
    missing = set(documents) - {entry.document for entry in entries}
    if missing:
        raise Refused(Refusal.RECEIPT_UNKNOWN, f"{min(missing)} brought no stock")
    return list(entries)


def _weight(erp: Erp, entry: CostEntry, by: SplitBy) -> Decimal:
    match by:
        case SplitBy.VALUE:
            charged = erp.session.scalars(
                select(CostChange.value).where(
                    CostChange.entity == erp.entity,
                    CostChange.entry == entry.number,
                    CostChange.kind == CHARGE,
                )
            ).all()
            return (entry.value if entry.brought is None else entry.brought) + sum(charged, ZERO)
        case SplitBy.QUANTITY:
            return entry.quantity
        case SplitBy.WEIGHT:
            item = erp.need(Item, erp.entity, entry.item, refusal=Refusal.ITEM_UNKNOWN)
            return entry.quantity * item.weight_kg


def _pools(erp: Erp, item: str) -> list[PoolKey]:
    rows = erp.session.execute(
        select(CostPool.item, CostPool.site, CostPool.lot)
        .where(
            CostPool.entity == erp.entity,
            CostPool.item == item,
            CostPool.quantity > 0,
            CostPool.lot.not_like(f"{ON_THE_WAY}%"),  # pieces keep the cost with which they left until they arrive
        )
        .order_by(CostPool.site, CostPool.lot)
    )
    return [PoolKey(*row) for row in rows]


def _post_revaluation(erp: Erp, document: str, says: str, values: Sequence[Decimal]) -> Decimal:
    change = sum(values, ZERO)
    if change:
        sides = [ledger.debit(accounts.INVENTORY, change), ledger.credit(accounts.REVALUATION, change)]
        ledger.post(erp, document=document, says=f"Revalued {says}", sides=sides)
    return change
