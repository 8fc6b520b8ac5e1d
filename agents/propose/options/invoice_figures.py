"""The figures of a way out of an invoice: what is posted, what is claimed and why, what a judge reads, what may be edited.

All of them come from the three-way match. Rounding is the match's own wherever a person changed nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from agents.propose.letters import letter
from agents.tools import CaseSeen, Tools
from core.canonical import text_of
from core.deciding.proposals import Action
from core.money import ZERO, rounded
from core.payables.match import Match, MatchLine
from core.wording import amount, listed, plural, price


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """What is accepted of one billed line: so many, at so much."""

    line: MatchLine
    quantity: Decimal
    price: Decimal

    @property
    def amount(self) -> Decimal:
        """Before tax, exact; rounding to the currency is the match's and the posting's."""
        return self.quantity * self.price


def accepted(line: MatchLine, edits: Mapping[str, Decimal]) -> Accepted:
    return Accepted(
        line=line,
        quantity=edits.get(f"quantity.{line.line}", line.payable),
        price=edits.get(f"price.{line.line}", line.accepted_price),
    )


def line_amount(one: Accepted, currency: str) -> Decimal:
    """What is booked for a line: the match's own figure where nothing was edited, so that rounding is one."""
    line = one.line
    if one.quantity == line.payable and one.price == line.accepted_price:
        return line.should_pay
    return rounded(one.amount, currency)


def post(
    case: CaseSeen, match: Match, lines: list[Accepted], tax: Decimal, rounding: Decimal, *, short: bool
) -> Action:
    total = sum((line_amount(one, match.currency) for one in lines), ZERO) + tax + rounding
    receipts = listed(list(match.receipts)) or "no receipt"
    return Action(
        command={
            "type": "PostInvoice",
            "entity": case.entity,
            "invoice": match.invoice,
            "lines": [
                {"line": one.line.line, "quantity": text_of(one.quantity), "price": text_of(one.price)} for one in lines
            ],
            "tax": text_of(tax),
            "rounding": text_of(rounding),
        },
        title=f"Post invoice {match.their_number}{', short' if short else ''}",
        says=f"Matched to {receipts}",
        amount=match.booked(total),
    )


def reasons(match: Match, lines: list[Accepted]) -> list[dict[str, object]]:
    """What is claimed, line by line, from the difference between billed and accepted."""
    by_line = {one.line.line: one for one in lines}
    found: list[dict[str, object]] = []
    for line in match.lines:
        one = by_line.get(line.line)
        paid = line_amount(one, match.currency) if one else ZERO
        over = line.was_billed - paid
        if over <= 0:
            continue
        quantity_over = (line.billed or ZERO) - (one.quantity if one else ZERO)
        for_quantity = min(over, rounded(quantity_over * (line.billed_price or ZERO), match.currency))
        if line.kind == "charge":
            found.append(_reason("charge_unplanned", f"{line.title} was not agreed", over, line.line, None))
            continue
        if quantity_over > 0 and for_quantity > 0:
            says = f"{plural(quantity_over, 'piece')} of {line.title} billed and not received"
            found.append(_reason("invoice_quantity_variance", says, for_quantity, line.line, quantity_over))
        if over - for_quantity > 0:
            says = f"{line.title} billed at {price(line.billed_price or ZERO)}, ordered at {price(line.order_price or ZERO)}"
            found.append(_reason("invoice_price_variance", says, over - for_quantity, line.line, None))
    return found


def _reason(code: str, says: str, value: Decimal, line: int, count: Decimal | None) -> dict[str, object]:
    return {
        "code": code,
        "says": says,
        "amount": text_of(value),
        "line": line,
        "quantity": None if count is None else text_of(count),
    }


def claim(case: CaseSeen, match: Match, reasons: list[dict[str, object]]) -> Action:
    total = sum((Decimal(str(reason["amount"])) for reason in reasons), ZERO)
    words = {
        "invoice_quantity_variance": "not received",
        "invoice_price_variance": "above PO price",
        "charge_unplanned": "not agreed",
    }
    sums: dict[str, Decimal] = {}
    for reason in reasons:
        word = words[str(reason["code"])]
        sums[word] = sums.get(word, ZERO) + Decimal(str(reason["amount"]))
    return Action(
        command={
            "type": "OpenClaim",
            "entity": case.entity,
            "supplier": match.supplier,
            "reasons": reasons,
            "invoice": match.invoice,
            "order": match.order,
            "currency": match.currency,
        },
        title="Open supplier claim",
        says=", ".join(f"{amount(value, match.currency)} {word}" for word, value in sums.items()),
        amount=match.booked(total),
    )


def tell(case: CaseSeen, match: Match, tools: Tools, reasons: list[dict[str, object]]) -> tuple[Action, ...]:
    """The reply that says what we pay and claim. It asks for the paper behind a price that nobody attests."""
    total = sum((Decimal(str(reason["amount"])) for reason in reasons), ZERO)
    sentences = [
        f"Thank you for invoice {match.their_number} for {match.order}.",
        f"We post it short by {amount(total, match.currency)}:",
        "; ".join(f"{reason['says']}, {amount(Decimal(str(reason['amount'])), match.currency)}" for reason in reasons)
        + ".",
    ]
    asks = "Says what we claim"
    if any(reason["code"] == "invoice_price_variance" for reason in reasons):
        sentences.append("We have no notice of a new price. Please send it, if there is one.")
        asks = "Asks for the price notice"
    return letter(case, tools, tuple(sentences), subject=f"Invoice {match.their_number}, {match.order}", says=asks)


def amounts(match: Match, *, pays: Decimal, disputes: Decimal) -> dict[str, Decimal]:
    """The figures a judge reads, in the books' currency. The price variance is of the worst line, its amount of all."""
    goods = [line for line in match.lines if line.kind == "goods"]
    money = {
        "pays": pays,
        "disputes": disputes,
        "freight_unplanned": match.freight_unplanned,
        "price_variance_amount": sum((line.over_for_price for line in goods), ZERO),
        "tax_difference": abs(match.tax_billed - match.tax_on_billed),
        "rounding_difference": abs(match.total_billed - match.was_billed - match.tax_billed),
    }
    return {
        **{name: match.booked(value) for name, value in money.items()},
        "price_variance_pct": max((line.price_over_pct for line in goods), default=ZERO),
        "quantity_over_pct": max(
            (line.quantity_over / line.billed * 100 for line in goods if line.billed and line.quantity_over),
            default=ZERO,
        ).quantize(Decimal("0.0001")),
    }


def editable(match: Match, lines: list[Accepted]) -> tuple[dict[str, str], ...]:
    """What a person may change, and how far: never above what was billed."""
    fields: list[dict[str, str]] = []
    for one in lines:
        line = one.line
        unit = "amount" if line.kind == "charge" else "pay for"
        if line.kind == "goods":
            fields.append(_field(f"quantity.{line.line}", f"{line.title}, {unit}", one.quantity, line.billed or ZERO))
        if line.kind == "charge" or line.over_for_price > 0:
            label = f"{line.title}, {'amount' if line.kind == 'charge' else 'price'}"
            fields.append(_field(f"price.{line.line}", label, one.price, line.billed_price or ZERO))
    return tuple(fields)


def _field(name: str, label: str, value: Decimal, most: Decimal) -> dict[str, str]:
    return {"name": name, "label": label, "value": text_of(value), "max": text_of(most)}
