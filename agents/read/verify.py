"""Every claim held against its own words, and every document against its own arithmetic.

A claim whose span does not literally hold its value under its notation is dropped, and a check says which. Arithmetic is
only told: a bill that does not add up is a finding for a person, not an error of the reader.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from agents.read.dates import dates_in
from agents.read.einvoice_checks import CENT, ZERO, Figures
from agents.read.numbers import amount_text, numbers_in, readings
from core.claims import Check, Claim, Document, DocumentKind, Part

_IN_WORDS = frozenset(
    (
        "line.status", "line.action", "invoice.currency", "invoice.charge_reason", "confirmation.status", "response.status",
        "payment.method", "document.purpose",
    )
)  # fmt: skip
"""Fields whose value is a word of the vocabulary for what the span says, not the span's own characters."""
_BASES = {Decimal(100): ("hundred", "hundert", "cent"), Decimal(1000): ("thousand", "tausend", "mille")}

_ORDINALS = {
    Decimal(1): ("1", "first", "erste"), Decimal(2): ("2", "second", "zweite", "deuxi\u00e8me", "segundo", "tweede"),
    Decimal(3): ("3", "third", "dritte", "troisi\u00e8me", "tercer", "derde"),
}  # fmt: skip


def verify(document: Document, parts: tuple[Part, ...]) -> Document:
    """The document with only its supported claims, and with a check for each one dropped and each sum made."""
    texts = {part.path: part.text for part in parts}
    kept: list[Claim] = []
    checks: list[Check] = []
    for claim in document.claims:
        why = _unsupported(claim, texts)
        if why is None:
            kept.append(claim)
        else:
            says = f"{claim.field} {claim.value} was dropped: {why}"
            checks.append(Check(name="span_supports_value", holds=False, says=says, line=claim.line))
    verified = replace(document, claims=tuple(kept))
    if document.kind in (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE):
        checks += arithmetic(verified)
    return replace(verified, checks=document.checks + tuple(checks))


def _unsupported(claim: Claim, texts: dict[str, str]) -> str | None:
    """Why a claim's place does not bear its value, or None when it does."""
    span = claim.span
    text = texts.get(span.part, "")
    if span.start is not None and text[span.start : span.end] != span.text:
        return "its words do not stand where it says"
    if not span.text.strip():
        return "its place is empty"
    if claim.field == "reminder.level" and isinstance(claim.value, Decimal):
        held = any(word in span.text.casefold() for word in _ORDINALS.get(claim.value, ()))
    elif isinstance(claim.value, Decimal):
        held = _holds_number(span.text, claim.value)
        if not held and claim.field.endswith(".allowance"):  # BT-92 has no sign; a discount is often printed with one
            held = _holds_number(span.text, -claim.value)
    elif isinstance(claim.value, date):
        held = _holds_date(span.text, claim.value)
    else:
        held = claim.field in _IN_WORDS or _plain(claim.value) in _plain(span.text)
    return None if held else f"{span.text[:80]!r} does not hold it"


def _plain(text: str) -> str:
    return "".join(text.casefold().split())


def _holds_number(text: str, value: Decimal) -> bool:
    held = {*numbers_in(text), *readings(amount_text(text))}
    return value in held or any(word in text.casefold() for word in _BASES.get(value, ()))


def _holds_date(text: str, value: date) -> bool:
    """A relative date was counted from a day the words do not hold: some sending day within a year, or the day after
    ("yesterday"), must give it."""
    if value in dates_in(text, None) or value in dates_in(text, value):
        return True
    return any(value in dates_in(text, value - timedelta(days=back)) for back in (-1, *range(1, 200)))


def arithmetic(document: Document) -> Iterator[Check]:
    """Quantity by price per line, lines to net, tax by rate, net and tax to total, the total less what is paid: each to the
    cent and each only where it is told."""
    figures = Figures(document)
    yield from _lines(document, figures)
    net, tax, total = (figures.one(f"invoice.{name}") for name in ("net_total", "tax_total", "total"))
    amounts = figures.all("line.amount")
    if amounts:
        extras = figures.sum("invoice.charge") - figures.sum("invoice.allowance")
        whole = net if net is not None else total if tax in (None, ZERO) else None
        if whole is not None:
            made = sum(amounts, ZERO) + extras
            yield _check("lines_make_net", made, whole, "lines, charges and allowances", "the net total")
    rates = figures.all("invoice.tax_rate")
    if net is not None and tax is not None and len(rates) == 1:
        yield _check("net_makes_tax", _cents(net * rates[0] / 100), tax, f"{rates[0]} % of {net}", "the tax")
    elif tax is not None:
        yield from _tax_of_lines(document, figures, tax)
    if net is not None and tax is not None and total is not None:
        yield _check("net_and_tax_make_total", net + tax, total, "net and tax", "the total")
    payable, paid = figures.one("invoice.payable"), figures.one("invoice.prepaid")
    if total is not None and payable is not None and paid is not None:
        due = total - paid + figures.sum("invoice.rounding")
        yield _check("total_makes_payable", due, payable, "the total less what is paid", "the amount due")


def _tax_of_lines(document: Document, figures: Figures, tax: Decimal) -> Iterator[Check]:
    """Tax at several rates, where every line says its own and nothing else is billed. A cent a rate may be rounding."""
    lines = document.line_numbers()
    rates = [figures.one("line.tax_rate", line) for line in lines]
    amounts = [figures.one("line.amount", line) for line in lines]
    if (
        not lines
        or None in rates
        or None in amounts
        or figures.all("invoice.charge")
        or figures.all("invoice.allowance")
    ):
        return
    billed: dict[Decimal, Decimal] = {}
    for rate, amount in zip(rates, amounts, strict=True):
        assert rate is not None
        assert amount is not None
        billed[rate] = billed.get(rate, ZERO) + amount
    made = sum((_cents(amount * rate / 100) for rate, amount in billed.items()), ZERO)
    made = tax if abs(made - tax) <= CENT * len(billed) else made
    said = ", ".join(f"{rate:f} % of {amount:f}" for rate, amount in sorted(billed.items()))
    yield _check("lines_make_tax", made, tax, said, "the tax")


def _lines(document: Document, figures: Figures) -> Iterator[Check]:
    for line in document.line_numbers():
        quantity, price, amount = (figures.one(f"line.{name}", line) for name in ("quantity", "price", "amount"))
        if quantity is None or price is None or amount is None:
            continue
        base = figures.one("line.price_base", line) or Decimal(1)
        extras = figures.sum("line.charge", line) - figures.sum("line.allowance", line)
        product = _cents(quantity * price / base + extras)
        says = f"{quantity} at {price}" + (f" per {base}" if base != 1 else "")
        says += f" and {extras} of charges and discounts" if extras else ""
        yield _check("line_amount", product, amount, says, "the line's amount", line)


def _check(name: str, made: Decimal, written: Decimal, of: str, against: str, line: int | None = None) -> Check:
    holds = abs(made - written) < CENT
    says = f"{of} give {made:,}" + (f", as {against}" if holds else f", but {against} is {written:,}")
    return Check(name=name, holds=holds, says=says, line=line)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
