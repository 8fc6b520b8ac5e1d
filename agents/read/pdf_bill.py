"""The lines of a table as claims: goods lines with their figures, charges and discounts as what they are.

A figure is given as it is printed. A list price with a discount beside it is no price of the bill (BT-146 is the price
after discount) and is not given when quantity by price is not the amount.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agents.read import dates, units
from agents.read.pdf_lines import Line, Table
from agents.read.pdf_rows import Row, span_of
from agents.read.pdf_tokens import Token, tokens
from agents.read.pdf_total_words import CARRIED
from agents.read.pdf_words import Word
from core.claims import Claim, DocumentKind

CENT = Decimal("0.01")
_COST = r"(?:charges?|costs?|fees?|kosten|pauschale|gebühr|zuschlag)"
_ALONE = rf"(?=\s*(?:$|[,:;(&/+-]|\d|and\b|und\b|et\b|y\b|en\b|to\b|via\b|by\b|per\b|{_COST}))"
CHARGE = re.compile(
    rf"(?<![\w-])(?:freight|carriage|postage|courier|haulage|p&p|toll{_ALONE}|(?:shipping|shipment|delivery|handling"
    rf"|packing|packaging"
    rf"|insurance|pallet|transport(?:ation)?){_ALONE}|(?:\w+ )?surcharge|fuel (?:levy|charge)|minimum order"
    rf"|small order|(?:\w+ )?fee(?![a-z])"
    rf"|fracht(?!\w*brief)\w*|versand{_ALONE}|versand(?:kosten|pauschale|gebühr)\w*|porto{_ALONE}|verpackung{_ALONE}"
    rf"|verpackungs?(?:kosten|pauschale)"
    rf"|(?:\w+)?zuschlag|maut\w*|mindermengen\w*|transportkosten|speditions?kosten|liefer(?:kosten|pauschale)|lsva"
    rf"|frais(?: de (?:port|transport|livraison|gestion|dossier|emballage))?{_ALONE}|port{_ALONE}|surco[ûu]t"
    rf"|portes{_ALONE}"
    rf"|gastos de (?:env[íi]o|transporte)|env[íi]o{_ALONE}|embalaje{_ALONE}|recargo"
    rf"|(?:vracht|verzend|transport|administratie|verpakkings)kosten|(?:\w+)?toeslag|bezorgkosten)(?![a-z])",
    re.I,
)
"""Names of charges. Words that name goods too ("packing tape", "shipping box") count only where they stand alone."""
ALLOWANCE = re.compile(
    r"(?<![\w-])(?:(?:\w+ )?discount|rebate|allowance|(?:\w+)?rabatt|(?:sonder)?nachlass|skonto|abschlag|bonus|remise"
    r"|rabais"
    r"|ristourne|descuento|bonificaci[óo]n|korting)(?![a-z])",
    re.I,
)
_INNER_ITEM = re.compile(
    r"\[(?P<a>[A-Z0-9][\w./-]{2,})\]|\((?P<b>[A-Z]{1,5}-?\d[\w./-]*)\)|(?:art(?:ikel)?\.?[ -]?(?:nr|no|nummer)\b\.?"
    r"|item (?:no|number|code)\.?|part (?:no|number)\.?|sku|ref\.?|r[ée]f\.?"
    r"|mat\.-nr\.)\s*:?\s*#?(?P<c>[A-Z0-9](?=[\w./-]*\d)[\w./-]+)",
    re.I,
)
_CODE = re.compile(r"(?=[A-Z0-9/.-]*\d)(?:[A-Z]{1,6}[-/.]?[A-Z0-9]*[-/.]?[A-Z0-9./-]*|\d{4,}(?:[-/.]\d+)*)")
_SIZE = re.compile(r"M\d+(?:[x×]\d+)?|\d+[x×]\d+.*|\d+(?:MM|CM|M|L|ML|KG|G|W|V|A|GB|TB)|DIN\d*|ISO\d*|A[0-6]", re.I)
_PER = re.compile(r"(?:/|per|je|pro|par|por|à)\s*(?P<base>10{1,4})(?!\d)", re.I)
_SUPPLIER_ITEM_MAX = 40


@dataclass(frozen=True, slots=True)
class Extra:
    """A charge or a discount of the whole bill."""

    amount: Decimal
    words: tuple[Word, ...]
    reason: str
    reason_words: tuple[Word, ...]
    discount: bool


@dataclass(frozen=True, slots=True)
class Goods:
    """What the lines come to: goods lines in order, charges and discounts, the sums of both."""

    lines: tuple[Line, ...]
    extras: tuple[Extra, ...]
    amount: Decimal | None
    extra: Decimal


def goods_of(table: Table, rows: Sequence[Row], mark: str | None, *, bills: bool) -> Goods:
    """Lines told from charges. A bill of nothing but charges bills a service: these are its lines."""
    charges = [line for line in table.lines if bills and _is_charge(line, mark)]
    if len(charges) == len(table.lines):
        charges = []
    lines = tuple(line for line in table.lines if line not in charges)
    if bills and any(line.figure("amount", mark) for line in lines):
        lines = tuple(line for line in lines if line.figure("amount", mark))
    extras = [found for line in charges if (found := _extra_of(line, mark))]
    if bills:
        extras += _extras_below(table, rows, mark)
    amounts = [figure[0] for line in lines if (figure := line.figure("amount", mark))]
    whole = sum(amounts, Decimal(0)) if amounts and len(amounts) == len(lines) else None
    extra = sum((-abs(e.amount) if e.discount else e.amount for e in extras), Decimal(0))
    return Goods(lines, tuple(extras), whole, extra)


def _is_charge(line: Line, mark: str | None) -> bool:
    """A row that begins with freight or surcharge, once, and numbers no item."""
    text = " ".join(word.text for word in line.words("description")) or " ".join(w.text for w in line.words("item"))
    coded = line.words("item") and _CODE.fullmatch(line.words("item")[0].text.upper()) and line.words("description")
    match = CHARGE.search(text) or ALLOWANCE.search(text)
    if match is None or len(text[: match.start()].split()) > 1:
        return False
    counted = line.figure("quantity", mark)
    return (counted is None or counted[0] == 1) and not (coded and len(line.words("item")[0].text) > 5)


def _extra_of(line: Line, mark: str | None) -> Extra | None:
    found = line.figure("amount", mark) or line.figure("price", mark)
    words = line.words("description") or line.words("item")
    if found is None or not words or found[0] == 0:
        return None
    reason = " ".join(w.text for w in words)
    return Extra(found[0], found[1].words, reason, words, ALLOWANCE.search(reason) is not None)


def _extras_below(table: Table, rows: Sequence[Row], mark: str | None) -> Iterator[Extra]:
    """Rows outside the table that begin with the name of a charge or discount and end with an amount."""
    if not table.taken:
        return
    start = min(table.taken)
    for at, row in enumerate(rows[start:], start):
        if at in table.taken or CARRIED.search(row.text) or len(row.cells) < 2:
            continue
        first = row.cells[0]
        match = CHARGE.match(first.text) or ALLOWANCE.match(first.text)
        if match is None or len(first.text) > 60:
            continue
        pieces = tokens([word for cell in row.cells[1:] for word in cell.words])
        figures = [t for t in pieces if t.written is not None and not t.percent]
        value = figures[-1].value(mark) if figures else None
        if value and not any(re.search(r"[^\W\d_]{5,}", t.text) for t in pieces if t.written is None):
            discount = ALLOWANCE.search(first.text) is not None
            yield Extra(value, figures[-1].words, first.text.rstrip(" :"), first.words, discount)


def line_claims(
    goods: Goods,
    part: str,
    mark: str | None,
    currency: str | None,
    kind: DocumentKind,
    reader: str,
    day_first: bool | None,
) -> Iterator[Claim]:
    """The claims of all lines, then of charges and discounts, each numbered from 1."""
    coded = sum(_first_is_code(line) for line in goods.lines) == len(goods.lines)

    def claim(
        name: str, value: str | Decimal | date, words: Sequence[Word], line: int, unit: str | None = None
    ) -> Claim:
        return Claim(field=name, value=value, span=span_of(part, words), reader=reader, line=line, unit=unit)

    for number, line in enumerate(goods.lines, 1):
        for name, value, words, unit in _line(line, mark, currency, kind, coded=coded, day_first=day_first):
            yield claim(name, value, words, number, unit)
    for discount, name in ((False, "invoice.charge"), (True, "invoice.allowance")):
        for number, extra in enumerate((e for e in goods.extras if e.discount is discount), 1):
            yield claim(name, abs(extra.amount) if discount else extra.amount, extra.words, number, currency)
            if not discount:
                yield claim("invoice.charge_reason", extra.reason, extra.reason_words, number)


_Fact = tuple[str, str | Decimal | date, Sequence[Word], str | None]


def _line(
    line: Line, mark: str | None, currency: str | None, kind: DocumentKind, *, coded: bool, day_first: bool | None
) -> Iterator[_Fact]:
    yield from _texts(line, coded=coded)
    unit = _unit(line)
    quantity, price, amount = (line.figure(name, mark) for name in ("quantity", "price", "amount"))
    ordered = line.figure("ordered", mark)
    if quantity is None and ordered is not None and kind is not DocumentKind.DESPATCH_ADVICE:
        quantity, ordered = ordered, None
    if quantity is not None:
        yield "line.quantity", quantity[0], quantity[1].words, unit
    if ordered is not None:
        yield "line.ordered_quantity", ordered[0], ordered[1].words, unit
    yield from _price(line, mark, currency, quantity, price, amount)
    if amount is not None:
        yield "line.amount", amount[0], amount[1].words, currency
    rate = line.figure("tax_rate", mark)
    if rate is not None and 0 <= rate[0] <= 35 and (rate[1].percent or rate[0] == 0 or rate[0] >= 2):
        yield "line.tax_rate", rate[0], rate[1].words, None
    when = line.words("date")
    day = dates.day(" ".join(w.text for w in when), None, day_first) if when else None
    if day is not None:
        yield "line.delivery_date", day, when, None


def _price(
    line: Line,
    mark: str | None,
    currency: str | None,
    quantity: tuple[Decimal, Token] | None,
    price: tuple[Decimal, Token] | None,
    amount: tuple[Decimal, Token] | None,
) -> Iterator[_Fact]:
    """The price, with its base where the figures or the words show one; no list price beside a discount."""
    if price is None:
        return
    base = line.figure("base", mark) or _base_in_words(line)
    product = quantity[0] * price[0] if quantity else None
    if base is not None and base[0] > 1 and product is not None and amount is not None:
        if abs(product / base[0] - amount[0]) <= CENT:
            yield "line.price_base", base[0], base[1].words, None
            product = product / base[0]
    elif base is not None and base[0] > 1 and amount is None:
        yield "line.price_base", base[0], base[1].words, None
    discount = line.figure("discount", mark)
    reduced = discount is not None and discount[0] != 0 and product is not None and amount is not None
    if reduced and product is not None and amount is not None and abs(product - amount[0]) > CENT:
        return
    yield "line.price", price[0], price[1].words, currency


def _base_in_words(line: Line) -> tuple[Decimal, Token] | None:
    """ "12.50 / 100": a base written behind the price."""
    for kind in ("price", "quantity", "unit", "base"):
        text = " ".join(word.text for word in line.words(kind))
        match = _PER.search(text)
        if match:
            words = tuple(word for word in line.words(kind) if match["base"] in word.text)
            return (Decimal(match["base"]), Token(words, match["base"])) if words else None
    return None


def _unit(line: Line) -> str | None:
    """The unit in its own column, behind the quantity, or written onto it."""
    named = line.words("unit")
    if named:
        return units.unit(" ".join(word.text for word in named[:2])) or None
    for kind in ("quantity", "ordered"):
        for token in line.pieces.get(kind, ()):
            found = token.unit or token.unit_word or (units.unit(token.text) if token.may_be_unit else None)
            if found:
                return found
    return None


def _texts(line: Line, *, coded: bool) -> Iterator[_Fact]:
    """Item numbers and the description."""
    described = list(line.words("description"))
    item = line.words("item")
    below = line.words("more item")
    if item and not any(c.isdigit() for word in item for c in word.text):  # words in the column of numbers: goods
        numbered = next((word for word in below if any(c.isdigit() for c in word.text)), None)
        if not described or item[0].top <= described[0].top + 2:
            described = [*item, *(described or [word for word in below if word is not numbered])]
        item = (numbered,) if numbered else ()
    elif item and not described and below:  # number and description share a column, one above the other
        described = [word for word in below if abs(word.top - below[0].top) < 2]
    if item and (len(item) == 1 or re.search(r"\d", item[0].text)):
        yield "line.supplier_item", item[0].text[:_SUPPLIER_ITEM_MAX], item[:1], None
    elif item:
        yield "line.supplier_item", " ".join(w.text for w in item)[:_SUPPLIER_ITEM_MAX], item, None
    elif coded and len(described) > 1:
        yield "line.supplier_item", described[0].text, described[:1], None
        described = described[1:]
    else:
        inner = _inner_item(line)
        if inner is not None:
            yield inner
    ours = line.words("buyer_item")
    if ours:
        yield "line.buyer_item", " ".join(w.text for w in ours), ours, None
    order = line.words("order")
    if order and re.fullmatch(r"\d{1,3}0?", order[-1].text):
        yield "line.order_line", order[-1].text, order[-1:], None
    elif order and sum(c.isdigit() for c in order[0].text) >= 4:
        yield "order.number", order[0].text, order[:1], None
    if described:
        yield "line.description", " ".join(word.text for word in described), described, None


def _first_is_code(line: Line) -> bool:
    """Whether a description starts with an item number ("KF-M8X40 Hex bolt")."""
    words = line.words("description")
    if line.words("item") or len(words) < 2:
        return False
    first = words[0].text
    return len(first) >= 3 and _CODE.fullmatch(first) is not None and _SIZE.fullmatch(first) is None


def _inner_item(line: Line) -> _Fact | None:
    """An item number that the description marks as one."""
    words = (*line.words("description"), *line.words("note"))
    text = " ".join(word.text for word in words)
    match = _INNER_ITEM.search(text)
    if match is None:
        return None
    value = match["a"] or match["b"] or match["c"]
    if _SIZE.fullmatch(value) or not re.search(r"\d", value):
        return None
    holding = tuple(word for word in words if value in word.text)
    return ("line.supplier_item", value, holding[:1], None) if holding else None
