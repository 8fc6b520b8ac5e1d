"""Whether a structured document adds up: lines, their sum, charges, tax by category, total, what is to be paid. To the cent.

The rules are those of EN 16931 (BR-CO-10 to -17, BR-S-08 and its like, and the line rules of Peppol, R040 and R120), on
what the document itself says, for every format whose claims have the names of the vocabulary. Sums must be exact; a product
may be rounded either way. A failed check accuses nobody: it is a finding for somebody to look at.
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from core.claims import Check, Claim, Document, DocumentKind
from core.money import minor_unit

CENT = Decimal("0.01")
ZERO = Decimal(0)
WHOLE = {"HUF": Decimal(1)}
"""Currencies whose bills are rounded to whole units as a rule, though they have smaller ones."""
BILLS = (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)


class Figures:
    """The numbers of a document by name and line, found in one pass."""

    def __init__(self, document: Document) -> None:
        self._by_line: dict[tuple[str, int | None], list[Decimal]] = defaultdict(list)
        self._by_name: dict[str, list[Decimal]] = defaultdict(list)
        self._texts: dict[tuple[str, int | None], str] = {}
        currency = ""
        for claim in document.claims:
            if isinstance(claim.value, Decimal):
                self._by_line[claim.field, claim.line].append(claim.value)
                self._by_name[claim.field].append(claim.value)
            elif isinstance(claim.value, str):
                self._texts.setdefault((claim.field, claim.line), claim.value)
                currency = claim.value if claim.field == "invoice.currency" else currency
        self.unit = WHOLE.get(currency, minor_unit(currency)) if currency else CENT

    def one(self, name: str, line: int | None = None) -> Decimal | None:
        """The first number of that name and line."""
        found = self._by_line.get((name, line)) or (None if line is not None else self._by_name.get(name))
        return found[0] if found else None

    def all(self, name: str) -> list[Decimal]:
        """Every number of that name."""
        return self._by_name.get(name, [])

    def sum(self, name: str, line: int | None = None) -> Decimal:
        """The sum of all numbers of that name, of one line or of the whole document."""
        return sum(self._by_line.get((name, line), ()) if line is not None else self.all(name), ZERO)

    def text(self, name: str, line: int | None = None) -> str:
        """The first text of that name and line, "" for none."""
        return self._texts.get((name, line), "")


def adds_up(document: Document) -> tuple[Check, ...]:
    """One check for each rule whose values the document gives, in the order in which a bill is worked out."""
    figures = Figures(document)
    if document.kind not in BILLS:
        return tuple(_lines(document, figures))
    return (
        *_once(document),
        *_lines(document, figures),
        *_extras(document, figures),
        *_sums(figures),
        *_categories(document, figures),
        *_totals(figures),
    )


ONCE = frozenset(
    (
        "invoice.number", "invoice.date", "invoice.type_code", "invoice.currency", "invoice.lines_total",
        "invoice.net_total", "invoice.tax_total", "invoice.total", "invoice.payable", "supplier.name",
        "supplier.tax_id", "buyer.name",
    )
)  # fmt: skip
"""What a bill says once; of two different ones nobody can tell which counts."""


def _once(document: Document) -> Iterator[Check]:
    said: dict[str, Claim] = {}
    for claim in document.claims:
        if claim.field in ONCE and claim.line is None:
            first = said.setdefault(claim.field, claim)
            if first.value != claim.value:
                says = f"{claim.field} stands twice: {first.span.text} and {claim.span.text}"
                yield Check(name="said_once", holds=False, says=says, path=claim.span.path)


def _lines(document: Document, figures: Figures) -> Iterator[Check]:
    for line in document.line_numbers():
        quantity, price = figures.one("line.quantity", line), figures.one("line.price", line)
        amount = figures.one("line.amount", line)
        if quantity is None or price is None or amount is None:
            continue
        base = figures.one("line.price_base", line) or Decimal(1)
        due = quantity * price / base + figures.sum("line.charge", line) - figures.sum("line.allowance", line)
        says = f"{quantity:f} × {price:f}" + (f" / {base:f}" if base != 1 else "")
        yield _equal("line_amount", due, amount, f"Line {line}: {says}", figures.unit, line)


def _extras(document: Document, figures: Figures) -> Iterator[Check]:
    """A charge or discount by percent of a base."""
    for name in ("invoice.charge", "invoice.allowance"):
        for number in sorted({c.line for c in document.claims if c.field == f"{name}_percent" and c.line is not None}):
            base, percent = figures.one(f"{name}_base", number), figures.one(f"{name}_percent", number)
            amount = figures.one(name, number)
            if base is not None and percent is not None and amount is not None:
                what = f"{percent:f} % of {base:f}"
                yield _near("percent_makes_amount", base * percent / 100, amount, what, figures.unit)


def _sums(figures: Figures) -> Iterator[Check]:
    net, told = figures.one("invoice.net_total"), figures.one("invoice.lines_total")
    amounts = figures.all("line.amount")
    if amounts and told is not None:
        yield _exact("lines_make_their_total", sum(amounts, ZERO), told, "The lines")
    if net is None or not (amounts or told is not None):
        return
    lines = sum(amounts, ZERO) if amounts else told or ZERO
    due = lines + figures.sum("invoice.charge") - figures.sum("invoice.allowance")
    yield _exact("lines_make_net", due, net, "Lines with charges and allowances")


def _categories(document: Document, figures: Figures) -> Iterator[Check]:
    """Tax by category: on what, how much, and all of them together."""
    tax, net = figures.one("invoice.tax_total"), figures.one("invoice.net_total")
    groups = list(tax_groups(document))
    billed = _billed_by_category(document, figures)
    for group in groups:
        base, rate, amount = group.get("tax_base"), group.get("tax_rate"), group.get("tax_amount")
        if not isinstance(base, Decimal) or not isinstance(amount, Decimal):
            continue
        if isinstance(rate, Decimal):
            yield _near("net_makes_tax", base * rate / 100, amount, f"{rate:f} % of {base:f}", figures.unit)
        category = (str(group.get("tax_category", "")), rate if isinstance(rate, Decimal) and rate else ZERO)
        if category in billed and category[0]:
            what = f"What is billed under tax category {category[0]} at {category[1]:f} %"
            yield _exact("lines_make_tax_base", billed[category], base, what)
    if groups and tax is not None:
        yield _exact("categories_make_tax", figures.sum("invoice.tax_amount"), tax, "The tax of all categories")
    elif net is not None and tax is not None and len(set(figures.all("invoice.tax_rate"))) == 1:
        rate = figures.all("invoice.tax_rate")[0]
        yield _near("net_makes_tax", net * rate / 100, tax, f"{rate:f} % of {net:f}", figures.unit)


def _billed_by_category(document: Document, figures: Figures) -> dict[tuple[str, Decimal], Decimal]:
    """Lines, charges and discounts by category and rate; empty where a line or charge does not say its category."""
    billed: dict[tuple[str, Decimal], Decimal] = defaultdict(Decimal)
    for claim in document.claims:
        name, sign = _SIGNED.get(claim.field, ("", 0))
        if not name or not isinstance(claim.value, Decimal):
            continue
        category = figures.text(f"{name}tax_category", claim.line)
        if not category:
            return {}
        rate = figures.one(f"{name}tax_rate", claim.line) if claim.line is not None else None
        billed[category, rate or ZERO] += sign * claim.value
    return billed


_SIGNED = {
    "line.amount": ("line.", 1),
    "invoice.charge": ("invoice.charge_", 1),
    "invoice.allowance": ("invoice.allowance_", -1),
}


def tax_groups(document: Document) -> Iterator[dict[str, str | Decimal]]:
    """The breakdown of tax: base, amount, category and rate of each group, told together by the place they stand in."""
    claims = [c for c in document.claims if c.field.startswith("invoice.tax_") and c.span.path is not None]
    inner: dict[str, dict[str, str | Decimal]] = {}
    for claim in claims:
        if claim.field == "invoice.tax_base":
            inner[_above(claim)] = {}
    for claim in claims:
        above = _above(claim)
        group = inner.get(above) if above in inner else inner.get(above.rpartition("/")[0])
        if group is not None and isinstance(claim.value, str | Decimal):
            group.setdefault(claim.field.removeprefix("invoice."), claim.value)
    yield from inner.values()


def _above(claim: Claim) -> str:
    """The path of the element that holds the claim's own."""
    return (claim.span.path or "").rpartition("/")[0]


def _totals(figures: Figures) -> Iterator[Check]:
    net, tax, total = (figures.one(f"invoice.{name}") for name in ("net_total", "tax_total", "total"))
    if net is not None and total is not None:
        # No tax amount is none due only where no rate is named either; a small profile may leave it out.
        if tax is not None:
            yield _exact("net_and_tax_make_total", net + tax, total, "Net with tax")
        elif not any(figures.all("invoice.tax_rate")):
            yield _exact("net_and_tax_make_total", net, total, "Net without tax")
    payable = figures.one("invoice.payable")
    if total is not None and payable is not None:
        due = total - figures.sum("invoice.prepaid") + figures.sum("invoice.rounding")
        yield _exact("total_makes_payable", due, payable, "The total less what is paid")


def _equal(name: str, due: Decimal, written: Decimal, what: str, unit: Decimal, line: int | None = None) -> Check:
    """A product, rounded either way to the currency's smallest unit."""
    return _check(name, abs(due - written) <= unit / 2, due, written, what, line)


def _exact(name: str, due: Decimal, written: Decimal, what: str) -> Check:
    """A sum, of which nothing is rounded but what its parts have of fractions of a cent."""
    return _check(name, abs(due - written) < CENT, due, written, what)


def _near(name: str, due: Decimal, written: Decimal, what: str, unit: Decimal) -> Check:
    """Tax, or a share, where one cent may come of the way it is rounded."""
    return _check(name, abs(due - written) <= unit, due, written, what)


def _check(name: str, holds: bool, due: Decimal, written: Decimal, what: str, line: int | None = None) -> Check:
    return Check(name=name, holds=holds, says=f"{what} makes {due.quantize(CENT):f}, written {written:f}", line=line)
