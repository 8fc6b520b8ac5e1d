"""Which of our receipts a document means: by its own number, by the delivery note's, else by what was counted.

Looked for among the receipts of the orders that the document is tied to. Where it names a delivery that none of them is,
nothing is guessed from its figures; and two receipts that count the same are not told apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agents.tools import OrderSeen, ReceiptSeen, Tools
from core.claims import Document, DocumentKind

SURE, GOOD, FAIR = Decimal("1.00"), Decimal("0.90"), Decimal("0.75")
TOO_CLOSE = Decimal("0.05")
COUNTED = (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE, DocumentKind.DESPATCH_ADVICE)
"""Documents whose quantities are those of a delivery."""
NUMBERS = ("receipt.number", "despatch.number")


@dataclass(frozen=True, slots=True)
class Meant:
    """A receipt, how sure it is meant, by what, and which came second."""

    receipt: str
    score: Decimal
    how: str
    runner_up: str = ""


def receipts_meant(
    document: Document, orders: Sequence[OrderSeen], lines: Mapping[int, tuple[str, int]], tools: Tools
) -> list[Meant]:
    """The receipts a document means. `lines` are the order and order line that each of its lines means."""
    receipts = {one.number: one for order in orders for one in tools.receipts(order.number)}
    named = {name: {_plain(str(c.value)) for c in document.claims if c.field == name} - {""} for name in NUMBERS}
    found = [
        Meant(one.number, SURE, "by number") for one in receipts.values() if _plain(one.number) in named[NUMBERS[0]]
    ]
    found += [
        Meant(one.number, SURE, "by delivery note")
        for one in receipts.values()
        if one.despatch and _plain(one.despatch) in named[NUMBERS[1]] and one.number not in {m.receipt for m in found}
    ]
    if found or any(named.values()) or document.kind not in COUNTED or not lines:
        return found
    scored = sorted(((_share(document, lines, one), one.number) for one in receipts.values()), reverse=True)
    second = scored[1] if len(scored) > 1 else (Decimal(0), "")
    if not scored or scored[0][0] < FAIR or scored[0][0] - second[0] <= TOO_CLOSE:
        return []
    return [Meant(scored[0][1], min(scored[0][0], GOOD), "by content", second[1])]


def _share(document: Document, lines: Mapping[int, tuple[str, int]], receipt: ReceiptSeen) -> Decimal:
    """The share of the document's lines whose quantity is what this receipt counted, or what its delivery note said."""
    same = 0
    for line, (order, order_line) in lines.items():
        claim = document.first("line.quantity", line)
        counted = [one for one in receipt.lines if receipt.order == order and one.order_line == order_line]
        came = {sum((one.quantity + one.damaged for one in counted), Decimal(0)), *(one.shipped for one in counted)}
        same += claim is not None and bool(counted) and claim.value in came
    return (Decimal(same) / len(lines)).quantize(Decimal("0.01"))


def _plain(written: str) -> str:
    return "".join(sign for sign in written.upper() if sign.isalnum())
