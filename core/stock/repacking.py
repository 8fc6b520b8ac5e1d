"""Pieces made of other pieces: what comes in is worth what went out under the same document and what the work cost.

A late or corrected cost of a component follows into what was made of it (`core.stock.recosting`).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.books import accounts, ledger
from core.erp import Erp
from core.masterdata.tables import Account, Item, Site
from core.money import ZERO, rounded
from core.refusals import Refusal, Refused
from core.stock import ledger as stock
from core.stock.costing import Does
from core.stock.ledger import Move
from core.stock.lines import REPACK
from core.stock.making_commands import Component, Repack
from core.stock.picking import Taken, picks
from core.stock.placing import must_lie_there
from core.stock.pools import key_of
from core.stock.tables import StockStatus
from core.stock.units import counted_in_base, lines_in_base
from core.stock.valuing import Costed, cost_all

AVAILABLE = StockStatus.AVAILABLE


def repack(erp: Erp, cmd: Repack) -> dict[str, Any]:
    """Make pieces of an item out of others. Refuses components that are not available, and an item made of itself."""
    erp.need(Site, erp.entity, cmd.site, refusal=Refusal.SITE_UNKNOWN)
    product = erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN)
    account = cmd.account or accounts.PURCHASED_SERVICES
    erp.need(Account, erp.entity, account, refusal=Refusal.ACCOUNT_UNKNOWN)
    cmd = replace(counted_in_base(erp, cmd), components=lines_in_base(erp, cmd.components))
    must_be_components(erp, cmd.components)
    if cmd.quantity <= ZERO or cmd.extra_cost < ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{cmd.quantity} of {cmd.item} for {cmd.extra_cost}")
    if rounded(cmd.extra_cost, erp.currency) != cmd.extra_cost:
        raise Refused(Refusal.PRECISION, f"{cmd.extra_cost} is finer than {erp.currency}")
    made = (cmd.item, cmd.lot) if product.cost_by_lot else (cmd.item, "")
    if made in {(one.item, one.lot if product.cost_by_lot else "") for one in cmd.components}:
        raise Refused(Refusal.NOTHING_TO_DO, f"{cmd.item} is made of itself")
    stock.take_turn(erp)
    at = cmd.happened_at or erp.now
    cmd = replace(cmd, components=_picked(erp, cmd, at))
    for one in cmd.components:
        must_lie_there(erp, one.item, cmd.site, one.location, one.lot, AVAILABLE, one.quantity)

    document = erp.number("RP")
    stock.move_all(erp, _moves(cmd, document), at)
    used = [
        Costed(
            key=key_of(erp.need(Item, erp.entity, one.item, refusal=Refusal.ITEM_UNKNOWN), cmd.site, one.lot),
            does=Does.OUT,
            quantity=one.quantity,
            document=document,
            kind=REPACK,
        )
        for one in cmd.components
    ]
    cost_all(erp, used, at)
    came = Costed(
        key=key_of(product, cmd.site, cmd.lot),
        does=Does.IN,
        quantity=cmd.quantity,
        value=cmd.extra_cost,
        document=document,
        kind=REPACK,
    )
    (made_,) = cost_all(erp, [came], at)
    variance = made_.step.variance
    if cmd.extra_cost or variance:
        sides = [
            ledger.debit(accounts.INVENTORY, cmd.extra_cost - variance),
            ledger.debit(accounts.REVALUATION, variance),
            ledger.credit(account, cmd.extra_cost),
        ]
        ledger.post(erp, document=document, says=f"Repacked as {cmd.item}", sides=sides, day=at.date())
    for one in cmd.components:
        erp.emit("stock_used", f"item {one.item}", item=one.item, site=cmd.site, document=document)
    erp.emit("stock_repacked", f"item {cmd.item}", item=cmd.item, site=cmd.site, document=document)
    return {"repack": document, "value": made_.step.value}


def _picked(erp: Erp, cmd: Repack, at: datetime) -> tuple[Component, ...]:
    """The components with their lots: where none is named, those that expire first."""
    taken: Taken = {}
    parts: list[Component] = []
    for one in cmd.components:
        for lot, quantity in picks(erp, one.item, cmd.site, one.location, one.lot, one.quantity, at, taken=taken):
            place = (one.item, one.location, lot)
            taken[place] = taken.get(place, ZERO) + quantity
            parts.append(replace(one, lot=lot, quantity=quantity))
    return tuple(parts)


def must_be_components(erp: Erp, components: Sequence[Component]) -> None:
    """Refuses nothing at all, quantities that are none, and items that are not known."""
    if not components:
        raise Refused(Refusal.NOTHING_TO_DO, "nothing to make it of")
    for one in components:
        if one.quantity <= ZERO:
            raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{one.item}: {one.quantity}")
        erp.need(Item, erp.entity, one.item, refusal=Refusal.ITEM_UNKNOWN)


def _moves(cmd: Repack, document: str) -> list[Move]:
    out = [
        Move(
            item=one.item,
            site=cmd.site,
            location=one.location,
            lot=one.lot,
            status=AVAILABLE,
            quantity=-one.quantity,
            document=document,
            kind=REPACK,
        )
        for one in cmd.components
    ]
    came = Move(
        item=cmd.item,
        site=cmd.site,
        location=cmd.location,
        lot=cmd.lot,
        status=AVAILABLE,
        quantity=cmd.quantity,
        document=document,
        kind=REPACK,
    )
    return [*out, came]
