"""What the journal, orders and bills say where an oracle case expects it."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.books import accounts
from core.books.queries import Posted
from core.money import ZERO
from core.purchasing.queries import order_totals
from core.receiving.tables import GoodsReceipt, GoodsReceiptLine
from evals.oracle_form import NotSupported
from evals.oracle_steps.ordered import lines_of
from evals.oracle_world import CaseWorld, Done

ACCOUNTS = {
    "stock": accounts.INVENTORY,
    "goods received not invoiced": accounts.GOODS_RECEIVED,
    "payable": accounts.PAYABLES,
    "receivable": accounts.RECEIVABLES,
    "revenue": accounts.SALES,
    "shipped not invoiced": accounts.SHIPPED_NOT_INVOICED,
    "stock clearing": accounts.SHIPPED_NOT_INVOICED,
    "bank": accounts.BANK,
    "cogs": accounts.COST_OF_GOODS_SOLD,
    "variance": accounts.PRICE_VARIANCE,
    "price difference": accounts.PRICE_VARIANCE,
    "variance/expense": accounts.PRICE_VARIANCE,
    "input tax": accounts.INPUT_TAX,
    "freight": accounts.FREIGHT_IN,
    "rounding": accounts.ROUNDING,
    "revaluation": accounts.REVALUATION,
    "exchange gain/loss": accounts.EXCHANGE,
}
"""The accounts by the neutral names."""


def journal(world: CaseWorld, expected: Mapping[str, Any]) -> dict[str, Decimal]:
    """What stands on accounts, debit positive; "r1: stock" is what the step r1 put there."""
    return {key: _net(world, key) for key in expected}


def _net(world: CaseWorld, key: str) -> Decimal:
    step, _, name = key.rpartition(": ")
    entries = world.journal()
    if step:
        done = _posting_step(world, step)
        entries = entries[done.since["journal"] : done.until["journal"]]
    if name.replace("_", " ").lower() == "exchange difference":
        return -_standing(entries, accounts.EXCHANGE)
    if step:  # exchange differences are asked for by their own name
        entries = [entry for entry in entries if not _is_difference(entry)]
    return _standing(entries, account(name))


def _standing(entries: Sequence[Posted], code: str) -> Decimal:
    return sum((amount for entry in entries for known, amount in entry.sides if known == code), ZERO)


def _is_difference(entry: Posted) -> bool:
    """Whether an entry books an exchange difference on goods received, and nothing else."""
    return {code for code, _ in entry.sides} == {accounts.EXCHANGE, accounts.GOODS_RECEIVED}


def _posting_step(world: CaseWorld, name: str) -> Done:
    """The step of an id; "invoice2" is the second supplier invoice of the case."""
    counted = re.fullmatch(r"invoice(\d+)", name)
    if counted is None:
        return world.step_called(name)
    bills = [done for done in world.done if done.step.op == "supplier_invoice"]
    if int(counted[1]) > len(bills):
        raise NotSupported(f"expect gl: {name}")
    return bills[int(counted[1]) - 1]


def account(name: str) -> str:
    """The account of a neutral name."""
    code = ACCOUNTS.get(name.replace("_", " ").lower())
    if code is None:
        raise NotSupported(f"expect gl: account {name}")
    return code


def journal_sums(world: CaseWorld, expected: Mapping[str, Any]) -> dict[str, Any]:
    """Debit and credit sums of accounts. How many sides an entry is written with is each ledger's own affair: sums that
    differ by the same amount on both sides are given as expected."""
    found = {}
    for name, sums in expected.items():
        code = account(name)
        amounts = [amount for entry in world.journal() for known, amount in entry.sides if known == code]
        debit, credit = sum((x for x in amounts if x > 0), ZERO), -sum((x for x in amounts if x < 0), ZERO)
        same = debit - credit == Decimal(sums["debit"]) - Decimal(sums["credit"])
        found[name] = dict(sums) if same else {"debit": debit, "credit": credit}
    return found


def totals(part: str) -> Callable[[CaseWorld, Any], Decimal]:
    """Gives what the last order comes to: net, tax or total."""

    def found(world: CaseWorld, _: Any) -> Decimal:
        if not world.orders:
            raise NotSupported(f"expect {part}: no order in the case")
        return Decimal(getattr(order_totals(world.session, world.entity, world.orders[-1]), part))

    return found


def receipt_lines(world: CaseWorld, _: Any) -> int:
    """The lines of the last order that goods are expected for."""
    return len(lines_of(world, world.orders[-1]))


def unbilled(world: CaseWorld, _: Any) -> Decimal:
    """Pieces that came and that no posted bill names."""
    return _of_receipts(world, lambda line: line.quantity + line.damaged - line.returned - line.billed)


def billed_and_open(world: CaseWorld, _: Any) -> Decimal:
    """Pieces billed, and those a bill is still to come for."""
    return _of_receipts(world, lambda line: line.quantity + line.damaged - line.returned)


def bills(world: CaseWorld, _: Any) -> int:
    """The bills there are, and one to come where pieces are not billed."""
    posted = sum(1 for done in world.done if done.step.op == "supplier_invoice" and not done.refused)
    return posted + (1 if unbilled(world, None) else 0)


def _of_receipts(world: CaseWorld, count: Callable[[GoodsReceiptLine], Decimal]) -> Decimal:
    rows = world.session.scalars(
        select(GoodsReceiptLine)
        .join(
            GoodsReceipt,
            (GoodsReceipt.entity == GoodsReceiptLine.entity) & (GoodsReceipt.number == GoodsReceiptLine.receipt),
        )
        .where(GoodsReceiptLine.entity == world.entity)
        .execution_options(populate_existing=True)
    )
    return sum((count(row) for row in rows), ZERO)
