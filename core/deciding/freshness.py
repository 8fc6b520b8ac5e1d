"""Is a proposal still what it was? The rows it rests on, and the effects it would have, compared with now."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from core.canonical import plain
from core.cases import Case
from core.command import Command, from_wire
from core.deciding.proposals import Proposal, RestsOn
from core.deciding.resting_on_stock import AHEAD, COUNT, FREE, said, stock_rows
from core.erp import Erp
from core.masterdata.tables import Supplier
from core.payables.tables import SupplierInvoice
from core.purchasing.tables import PurchaseOrder
from core.receiving.tables import GoodsReceipt
from core.simulation import simulated

OF_STOCK = (f"{FREE} ", f"{AHEAD} ", f"{COUNT} ")


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """One thing that is not as it was: a row ("goods_receipt GR-9921") or an effect, then and now."""

    what: str
    was: str
    now: str


def rests_on(erp: Erp, case: Case) -> tuple[RestsOn, ...]:
    """Every row a proposal for this case is made from, with its version: the invoice, the order and its receipts, the
    supplier's record; for a stock exception what is free, ahead and counted. Sorted, so that equal states give equal
    bytes."""
    rows: list[RestsOn] = []
    order = case.order
    if case.invoice:
        invoice = erp.session.get(SupplierInvoice, (erp.entity, case.invoice), populate_existing=True)
        if invoice is not None:
            rows.append(RestsOn(row=f"supplier_invoice {invoice.number}", version=invoice.version))
            order = order or invoice.order
    if order:
        found = erp.session.execute(
            select(PurchaseOrder.version).where(PurchaseOrder.entity == erp.entity, PurchaseOrder.number == order)
        ).scalar_one_or_none()
        if found is not None:
            rows.append(RestsOn(row=f"purchase_order {order}", version=found))
        receipts = erp.session.execute(
            select(GoodsReceipt.number, GoodsReceipt.version).where(
                GoodsReceipt.entity == erp.entity, GoodsReceipt.order == order
            )
        )
        rows.extend(RestsOn(row=f"goods_receipt {number}", version=version) for number, version in receipts)
    if case.supplier:
        version = erp.session.execute(
            select(Supplier.version).where(Supplier.entity == erp.entity, Supplier.number == case.supplier)
        ).scalar_one_or_none()
        if version is not None:
            rows.append(RestsOn(row=f"supplier {case.supplier}", version=version))
    rows.extend(stock_rows(erp, case))
    return tuple(sorted(rows, key=lambda row: row.row))


def commands_in(body: dict[str, Any]) -> list[Command]:
    """The commands of a stored proposal, typed again."""
    return [from_wire(action["command"]) for action in body["actions"]]


def moved_rows(erp: Erp, case: Case, body: dict[str, Any]) -> list[Moved]:
    """The rows whose version is not the one the proposal was made from, also those that came or went."""
    then = {row["row"]: int(row["version"]) for row in body["rests_on"]}
    today = {row.row: row.version for row in rests_on(erp, case)}
    return [
        Moved(what=row, was=_said(row, then.get(row)), now=_now(row, today.get(row)))
        for row in sorted(then.keys() | today.keys())
        if then.get(row) != today.get(row)
    ]


def moved_effects(erp: Erp, body: dict[str, Any]) -> list[Moved]:
    """The effects that carrying out would have now and that are not the approved ones. A refusal is one of them."""
    actions = commands_in(body)
    if not actions:
        return []
    trial = simulated(erp, actions)
    if trial.refusal is not None:
        return [Moved(what="carrying out", was="possible", now=str(trial.refusal))]
    return differences(body["effects"], plain(trial.effects))


def differences(approved: list[dict[str, Any]], found: list[dict[str, Any]]) -> list[Moved]:
    """Effects in one list and not in the other, as words. Equal multisets give nothing."""
    rest = list(found)
    gone = []
    for effect in approved:
        if effect in rest:
            rest.remove(effect)
        else:
            gone.append(effect)
    new = {(effect["kind"], effect["what"]): effect for effect in rest}
    moved = []
    for effect in gone:
        other = new.pop((effect["kind"], effect["what"]), None)
        moved.append(Moved(what=effect["what"], was=_change(effect), now=_change(other) if other else "nothing"))
    moved.extend(Moved(what=effect["what"], was="nothing", now=_change(effect)) for effect in new.values())
    return moved


def moved_since(erp: Erp, case: Case, proposal: Proposal) -> list[Moved]:
    """Everything that moved since the proposal was made; empty when a person may still decide on what she saw."""
    rows = moved_rows(erp, case, proposal.body)
    return rows + (moved_effects(erp, proposal.body) if rows else [])


def _said(row: str, version: int | None) -> str:
    if row.startswith(OF_STOCK):
        return said(row, version)
    return "not there" if version is None else f"version {version}"


def _now(row: str, version: int | None) -> str:
    now = _said(row, version)
    return "other figures" if now == "as shown" else now


def _change(effect: dict[str, Any]) -> str:
    if effect["now"] or effect["was"]:
        return f"{effect['was'] or 'nothing'} to {effect['now'] or 'nothing'}"
    return f"{effect['change']} {effect['unit']}".strip()
