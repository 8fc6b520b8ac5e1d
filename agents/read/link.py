"""What a reading is about: which supplier, order, order line, receipt and invoice of ours each of its documents means.

Links are found by number first, then by content, then by item text, each with its score and the runner-up. A document
that names an order we do not have gets no order by its content, only a candidate for a person to look at. The sender is
linked by the domain on the supplier's record alone: a number somebody wrote does not make him our supplier.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from agents.read.likeness import ranked
from agents.read.link_receipts import receipts_meant
from agents.read.lookalike import resemblance
from agents.tools import OrderLineSeen, OrderSeen, SupplierSeen, Tools
from core.claims import Document, DocumentKind, Reading

ALIKE_ENOUGH = Decimal("0.45")
"""Item texts below this are strangers; two candidates within `TOO_CLOSE` of each other are not told apart."""
TOO_CLOSE = Decimal("0.05")
_BARE = re.compile(
    r"(?<![\w.,/#-])\d{4,7}(?![\w/-]|[.,]\d)(?! ?(?:EUR|USD|GBP|[$\u20ac\u00a3%]|pcs|pieces|St\u00fcck))"
)
_OF_AN_ORDER = frozenset(
    ("line.quantity", "line.ordered_quantity", "line.delivery_date", "line.rest_date", "delivery.date")
)
_OF_A_SALE = re.compile(r"(?:SO|BO)-\d", re.I)
"""Orders that customers placed with us are never one of ours with a supplier, whatever their digits."""
SURE, GOOD, FAIR = Decimal("1.00"), Decimal("0.90"), Decimal("0.75")


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """One tie between a document (by its index) and something of ours."""

    document: int
    what: str  # supplier, order, order_candidate, order_line, receipt, invoice
    ref: str
    score: Decimal
    how: str
    line: int | None = None
    runner_up: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Linked:
    """All ties of one reading. `sender` is the supplier whose domain the sender has; `look_alike` and
    `look_alike_customer` name the supplier or customer whom the sender only resembles."""

    sender: str | None
    look_alike: str = ""
    look_alike_customer: str = ""
    resembles: str = ""  # in what way, a sentence
    links: tuple[Link, ...] = field(default=())


def link(reading: Reading, tools: Tools) -> Linked:
    """Tie a reading to the books. Reads only; what cannot be told is left out."""
    suppliers = tools.suppliers()
    sender = of_sender_domain(reading.sender, suppliers)
    double = resemblance(reading, suppliers, tools.customers())
    links: list[Link] = []
    for index, document in enumerate(reading.documents):
        words = {part.path: part.text for part in reading.parts}
        written = f"{reading.subject}\n{words.get(document.part, '')}" if document.kind is DocumentKind.MAIL else ""
        links.extend(_document(index, document, sender, suppliers, tools, written))
    return Linked(
        sender=sender.number if sender else None,
        look_alike=double.supplier if double else "",
        look_alike_customer=double.customer if double else "",
        resembles=double.says if double else "",
        links=tuple(links),
    )


def of_sender_domain(sender: str, suppliers: Sequence[SupplierSeen]) -> SupplierSeen | None:
    """The supplier on whose record the sender's domain stands."""
    domain = sender.rpartition("@")[2].lower()
    return next((one for one in suppliers if domain and domain in one.domains), None)


def _document(
    index: int,
    document: Document,
    sender: SupplierSeen | None,
    suppliers: Sequence[SupplierSeen],
    tools: Tools,
    written: str,
) -> list[Link]:
    """The ties of one document: its supplier, its orders, their lines and receipts, the invoice it corrects. `written` is
    a letter's text with its subject."""
    orders = _orders(document, tools)
    party, how, score = _supplier(document, sender, suppliers, [order for _, order in orders])
    links = []
    if party is not None:
        links.append(Link(document=index, what="supplier", ref=party.number, score=score, how=how))
        orders = [(line, order) for line, order in orders if order.supplier == party.number]
    found = [Link(document=index, what="order", ref=o.number, score=SURE, how="by number", line=at) for at, o in orders]
    if not found and party is not None:
        found = _by_figures(index, document, party, tools, written) or _by_content(index, document, party, tools)
        if document.first("order.number") is not None:
            found = [_doubted(tie) for tie in found]
        orders = [(None, order) for tie in found if tie.what == "order" and (order := tools.order(tie.ref))]
    links.extend(found)
    names = tools.supplier_items(party.number) if party else {}
    of_goods = {claim.line for claim in document.claims if claim.field.startswith("line.")}
    for line in document.line_numbers():
        if line not in of_goods:
            continue  # an entry of an account: it means an invoice, no order line
        order = next((o for at, o in orders if at == line), next((o for at, o in orders if at is None), None))
        meant = _line(index, document, line, order, names) if order else None
        if meant is not None:
            links.append(meant)
    ties = {tie.line: tie.ref.rpartition("#") for tie in links if tie.what == "order_line" and tie.line is not None}
    lines = {at: (order_of, int(line_of)) for at, (order_of, _, line_of) in ties.items()}
    for one in receipts_meant(document, [order for _, order in orders], lines, tools):
        tie = Link(
            document=index, what="receipt", ref=one.receipt, score=one.score, how=one.how, runner_up=one.runner_up
        )
        links.append(tie)
    preceding = document.first("invoice.preceding")
    if party is not None and preceding is not None:
        ours = tools.invoice_numbers(party.number).get(_plain(str(preceding.value)))
        if ours:
            links.append(Link(document=index, what="invoice", ref=ours, score=SURE, how="by number"))
    return links


def _orders(document: Document, tools: Tools) -> list[tuple[int | None, OrderSeen]]:
    """Our orders that the document names, each with the line it stands on when it belongs to one."""
    found: list[tuple[int | None, OrderSeen]] = []
    for claim in document.claims:
        if claim.field != "order.number":
            continue
        order = next((o for number in spellings(str(claim.value)) if (o := tools.order(number))), None)
        if order is not None and (claim.line, order.number) not in [(at, o.number) for at, o in found]:
            found.append((claim.line, order))
    return found


def spellings(written: str) -> list[str]:
    """How our order number may be meant: as written, with our prefix and its digits."""
    if _OF_A_SALE.match(written.strip()):
        return [written.strip().upper()]
    digits = re.findall(r"\d{4,}", written)
    return list(dict.fromkeys([written.strip().upper(), *(f"PO-{number}" for number in digits)]))


def _supplier(
    document: Document, sender: SupplierSeen | None, suppliers: Sequence[SupplierSeen], orders: Sequence[OrderSeen]
) -> tuple[SupplierSeen | None, str, Decimal]:
    """Whose document it is. A tax number outweighs a name; a sender we know wrote his own mail."""
    tax_id = document.first("supplier.tax_id")
    if tax_id is not None:
        same = [s for s in suppliers if s.tax_id and _plain(s.tax_id) == _plain(str(tax_id.value))]
        if len(same) == 1:
            return same[0], "by tax number", SURE
    if sender is not None:
        return sender, "by sender", SURE
    name = document.first("supplier.name")
    if name is not None:
        same = [s for s in suppliers if _company(s.name) == _company(str(name.value))]
        if len(same) == 1:
            return same[0], "by name", GOOD
    of_orders = {order.supplier for order in orders}
    if document.kind is not DocumentKind.MAIL and len(of_orders) == 1:
        party = next((s for s in suppliers if s.number in of_orders), None)
        return party, "by order", FAIR
    return None, "", Decimal(0)


def _doubted(tie: Link) -> Link:
    """A tie by content of a document that names another order than any of ours: a candidate, and a doubtful one."""
    score = (tie.score * FAIR).quantize(Decimal("0.01"))
    return replace(tie, what="order_candidate", score=score, how=f"{tie.how}, but it names another")


def _by_figures(index: int, document: Document, party: SupplierSeen, tools: Tools, written: str) -> list[Link]:
    """The sender's open orders whose number a letter gives bare ("40431 is late"), where it names no order outright."""
    if not written or document.first("order.number") is not None:
        return []
    bare = {f"PO-{digits}" for digits in _BARE.findall(written)}
    ours = [order.number for order in tools.open_orders(party.number) if order.number in bare]
    return [Link(document=index, what="order", ref=number, score=GOOD, how="by bare number") for number in ours]


def _by_content(index: int, document: Document, party: SupplierSeen, tools: Tools) -> list[Link]:
    """The one open order whose items and quantities the document repeats best, when no other comes near. News of prices
    alone is about goods, not about an order."""
    told = {claim.field for claim in document.claims}
    if not document.line_numbers() or (document.kind is DocumentKind.MAIL and not told & _OF_AN_ORDER):
        return []
    scored = sorted(
        ((_overlap(document, order, tools), order.number) for order in tools.open_orders(party.number)), reverse=True
    )
    if not scored or scored[0][0] < FAIR:
        return []
    runner_up = scored[1] if len(scored) > 1 else (Decimal(0), "")
    if scored[0][0] - runner_up[0] <= TOO_CLOSE:
        return []
    score, number = scored[0]
    score = min(score, GOOD)  # what looks the same is never as sure as a number
    return [Link(document=index, what="order", ref=number, score=score, how="by content", runner_up=runner_up[1])]


def _overlap(document: Document, order: OrderSeen, tools: Tools) -> Decimal:
    """The share of the document's lines that this order has with the same item; same quantity counts full."""
    names = tools.supplier_items(order.supplier)
    lines = document.line_numbers()
    score = Decimal(0)
    for number in lines:
        line = _same_item(document, number, order, names)
        if line is not None:
            quantity = document.first("line.quantity", number)
            score += SURE if quantity and quantity.value == line.ordered else FAIR
            continue
        text = document.first("line.description", number)
        if text is not None and document.first("line.supplier_item", number) is None and order.lines:
            score += ranked(str(text.value), [line.description for line in order.lines])[0][1]
    return (score / len(lines)).quantize(Decimal("0.01"))


def _line(index: int, document: Document, number: int, order: OrderSeen, names: dict[str, str]) -> Link | None:
    """The order line that a line of the document means."""
    same = _same_item(document, number, order, names)
    if same is not None:
        return Link(document=index, what="order_line", ref=_at(order, same), score=SURE, how="by item", line=number)
    given = document.first("line.order_line", number)
    if given is not None and str(given.value).isdigit():
        meant = order.line(int(str(given.value)))
        if meant is not None and document.first("line.supplier_item", number) is None:
            return Link(
                document=index, what="order_line", ref=_at(order, meant), score=GOOD, how="by line", line=number
            )
    text = document.first("line.description", number)
    if text is None and document.first("line.supplier_item", number) is None:
        return _counted(index, document, number, order)
    if text is None or not order.lines:
        return None
    best = ranked(str(text.value), [line.description for line in order.lines])
    if not told_apart(best):
        return None
    second = _at(order, order.lines[best[1][0]]) if len(best) > 1 else ""
    ref = _at(order, order.lines[best[0][0]])
    return Link(
        document=index, what="order_line", ref=ref, score=best[0][1], how="by text", line=number, runner_up=second
    )


def told_apart(best: Sequence[tuple[int, Decimal]]) -> bool:
    """Whether the likeliest of some names, best first, is likely at all and passes the next."""
    runner_up = best[1][1] if len(best) > 1 else Decimal(0)
    return best[0][1] >= ALIKE_ENOUGH and best[0][1] - runner_up > TOO_CLOSE


def _counted(index: int, document: Document, number: int, order: OrderSeen) -> Link | None:
    """The order line meant by a line that names no goods: the only one there is, or the only one of that quantity."""
    if len(order.lines) == 1:
        return Link(
            document=index,
            what="order_line",
            ref=_at(order, order.lines[0]),
            score=GOOD,
            how="the only line",
            line=number,
        )
    ordered = document.first("line.ordered_quantity", number)
    same = [line for line in order.lines if ordered is not None and line.ordered == ordered.value]
    if len(same) != 1:
        return None
    return Link(document=index, what="order_line", ref=_at(order, same[0]), score=FAIR, how="by quantity", line=number)


def _same_item(document: Document, number: int, order: OrderSeen, names: dict[str, str]) -> OrderLineSeen | None:
    """The only order line with the item number that stands on the document's line."""
    written = {
        _plain(str(claim.value))
        for name in ("line.supplier_item", "line.buyer_item", "line.item")
        if (claim := document.first(name, number)) is not None
    } - {""}
    ours = {item for code, item in names.items() if _plain(code) in written}
    same = [
        line for line in order.lines if {_plain(line.supplier_item), _plain(line.item)} & written or line.item in ours
    ]
    return same[0] if len(same) == 1 else None


def _at(order: OrderSeen, line: OrderLineSeen) -> str:
    return f"{order.number}#{line.line}"


def _plain(written: str) -> str:
    return "".join(sign for sign in written.upper() if sign.isalnum())


LEGAL_FORMS = frozenset(
    (
        "gmbh", "ag", "kg", "co", "inc", "llc", "ltd", "limited", "corp", "corporation", "bv", "nv", "sa", "sas", "sarl",
        "sl", "srl", "spa", "company", "the",
    )
)  # fmt: skip


def _company(name: str) -> str:
    """A company's name without its legal form, as it is compared."""
    words = re.findall(r"\w+", name.casefold())
    return " ".join(word for word in words if word not in LEGAL_FORMS)


def to_wire(link_: Link) -> dict[str, Any]:
    """A link as `RecordReading` takes it."""
    return {
        "document": link_.document,
        "what": link_.what,
        "ref": link_.ref,
        "line": link_.line,
        "score": str(link_.score),
        "how": link_.how,
        "runner_up": link_.runner_up,
    }
