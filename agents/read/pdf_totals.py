"""The sums of a bill: net, tax and total by their labels, and of several candidates those that add up."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, product

from agents.read import numbers
from agents.read.pdf_proof import proven
from agents.read.pdf_rows import Cell, Row
from agents.read.pdf_sums import CENT, Sum
from agents.read.pdf_total_words import CARRIED, PATTERNS, PERCENT, TAX
from agents.read.pdf_words import Word

CANDIDATES_MAX = 12
"""Candidates for each sum that are tried against each other."""

_INSIDE = re.compile(r"[^\W\d_]{2}")
"""Two letters: where a name ends between them, it is a piece of a longer word."""


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums as far as the bill names them."""

    net: Sum | None
    tax: Sum | None
    total: Sum | None
    payable: Sum | None
    rate: Sum | None


def totals(rows: Sequence[Row], mark: str | None, lines: Decimal | None, extras: Decimal) -> Totals:
    """The sums among a bill's rows. `lines` is what its lines come to, when known, `extras` its charges less discounts."""
    found: dict[str, list[Sum]] = {"net": [], "tax": [], "total": [], "payable": [], "prepaid": []}
    rates: list[Sum] = []
    for at, row in enumerate(rows):
        if CARRIED.search(row.text):
            continue
        late = at / max(len(rows), 1)
        for kind, figure in _named(_with_its_figure(rows, at, mark), mark):
            found[kind].append(Sum(figure.value, figure.words, figure.weight + late, figure.rate))
        rates += _rates(row, mark)
        for kind, figure in _taxed(row, mark):
            found[kind].append(Sum(figure.value, figure.words, figure.weight + late, figure.rate))
        for kind, figure in _columnar(rows, at, mark):
            found[kind].append(Sum(figure.value, figure.words, figure.weight + late, figure.rate))
    known = {name: _strongest(sums) for name, sums in found.items()}
    net, tax, total = proven(
        _best(known, lines, extras),
        (rate.value for rate in rates),
        rows,
        lambda cell: (Sum(value, words, 1) for value, words in _figures(cell, mark)),
    )
    if total is None and tax is not None and tax.rate and len({one.rate for one in found["tax"] if one.rate}) > 1:
        tax = None  # one of several taxes is not the tax, and no total says how many there are
    distinct = {rate.value for rate in rates if rate.value > 0}
    rate = next((rate for rate in rates if rate.value > 0), None) if len(distinct) == 1 else None
    payable = next((s for s in known["payable"] if total is not None and s.value != total.value), None)
    return Totals(net, tax, total, payable, rate)


def _strongest(sums: list[Sum]) -> list[Sum]:
    """Each value once under its plainest name, the plainest first."""
    best: dict[Decimal, Sum] = {}
    for one in sums:
        if one.value not in best or one.weight > best[one.value].weight:
            best[one.value] = one
    return sorted(best.values(), key=lambda s: -s.weight)[:CANDIDATES_MAX]


def label_of(text: str) -> tuple[str, int, int] | None:
    """The sum that a cell's text names at its beginning: which, how plainly, and where the name ends."""
    named: tuple[str, int, int] | None = None
    bare = text.lstrip("*-+= ")
    for kind, weight, pattern in PATTERNS:
        match = pattern.match(bare)
        if match and not _INSIDE.match(bare, match.end() - 1) and (named is None or match.end() > named[2]):
            named = (kind, weight, match.end())
    if named is None:
        return None
    rest = re.sub(r"\([^)]*\)", "", bare[named[2] :])
    if re.search(r"zuschl|abschl|charges|allowances|rabatt|discount", rest, re.I):
        return None
    talk = re.sub(r"[\d.,%:*$€£\s]|\b(?:eur|usd|gbp|chf|in|on|of|auf|von|sur|de|over|incl|inkl|excl|due"
        r"|netto|brutto|ttc|ht|betrag|s|total|amount|vat|tax|inkl|exkl|moms|kr|sek|nok|dkk|pln|czk|cad|aud|nzd|inr)\b"
        r"|₹|zł", "", rest, flags=re.I)  # fmt: skip
    return named if len(talk) <= 18 else None


def is_sum(row: Row) -> bool:
    """Whether a row is one of the sums: it starts a cell with the name of one, and nothing else stands before it."""
    first = row.cells[0].text
    if label_of(first) is not None and not re.match(r"(?:amount|total|summe|net|netto)$", first.strip(" :"), re.I):
        return True
    return label_of(first) is not None and len(row.cells) <= 4


def _named(row: Row, mark: str | None) -> Iterator[tuple[str, Sum]]:
    """The figures of a row that starts a cell with the name of a sum: the last figure before the next name."""
    cells = row.cells
    for at, cell in enumerate(cells):
        label = label_of(cell.text)
        if label is None:
            continue
        kind, weight, _ = label
        figures = _figures(cell, mark)
        for right in cells[at + 1 :]:
            if label_of(right.text) is not None and not _figures(right, mark):
                break
            more = _figures(right, mark)
            if not more and re.search(r"[^\W\d_]{4,}", right.text):
                break
            figures += more
        rate = PERCENT.search(" ".join([cell.text, *(c.text for c in cells[at + 1 :])]))
        said = numbers.number(rate["rate"], mark) if rate else None
        for n, (value, words) in enumerate(reversed(figures)):
            yield kind, Sum(value, words, weight - 1.5 * n, said)
            if kind in ("total", "payable") and weight == 5 and n == 0:
                due = next(p for k, _, p in PATTERNS if k == "payable")
                if due.match(cell.text.lstrip("*-+= ")):
                    yield (
                        ("total", Sum(value, words, 2, said))
                        if kind == "payable"
                        else ("payable", Sum(value, words, 5, said))
                    )


def _with_its_figure(rows: Sequence[Row], at: int, mark: str | None) -> Row:
    """A row that names a sum and shows none, with the figure that was set half above and half below it, or just below."""
    row = rows[at]
    if label_of(row.cells[0].text) is None or any(_figures(cell, mark) for cell in row.cells):
        return row
    near = [rows[n] for n in (at - 1, at + 1) if 0 <= n < len(rows) and rows[n].page == row.page]
    split = [
        other
        for other in near
        if len(other.cells) == 1 or not re.search(r"\d", other.text)
        if other.cells[0].x0 > row.cells[0].x1 and abs(other.top - row.top) < 1.6 * row.height
        if re.fullmatch(r"(?:[A-Z]{3}|[$€£₹−–-]|\s)*[\d.,' ’]*", other.text)
    ]
    words = sorted((w for other in split for w in other.words), key=lambda w: (w.top, w.x0))
    shown = [cell for cell in row.cells[1:] if not re.fullmatch(r"[$€£₹]|[A-Z]{3}", cell.text)]
    whole = Row(row.page, (row.cells[0], *shown, Cell(tuple(words)))) if words else row
    return whole if words and _figures(whole.cells[-1], mark) else row


def _figures(cell: Cell, mark: str | None) -> list[tuple[Decimal, tuple[Word, ...]]]:
    """The amounts in a cell: figures that are no percentage and no piece of a longer number."""
    found: list[tuple[Decimal, tuple[Word, ...]]] = []
    words = cell.words
    skip = 0
    for at, word in enumerate(words):
        if skip:
            skip -= 1
            continue
        after = words[at + 1].text if at + 1 < len(words) else ""
        if word.text.endswith("%") or after.startswith("%"):
            continue
        joined = [word]
        while at + len(joined) < len(words) and re.fullmatch(r"\d{3}(?:[.,]\d{1,2})?", words[at + len(joined)].text):
            if not re.fullmatch(r"[-−$€£]*\d{1,3}(?: \d{3})*", " ".join(w.text for w in joined)):
                break
            joined.append(words[at + len(joined)])
        value = _amount(" ".join(w.text for w in joined), mark)
        if value is not None:
            before = words[at - 1].text if at else ""
            if before in ("-", "−", "–"):
                value, joined = -value, [words[at - 1], *joined]
            found.append((value, tuple(joined)))
            skip = len(joined) - 1
    return found


def _amount(text: str, mark: str | None) -> Decimal | None:
    """A figure with two decimals, or one beside a currency sign, or a bare whole one."""
    bare = text.strip("()*;:").replace("–", "-").removesuffix(",-").removesuffix(".-")
    bare = re.sub(
        r"^(?:EUR|USD|GBP|CHF|Rs\.?|INR|PLN|SEK|NOK|DKK|CAD|AUD|NZD|₹)|(?:EUR|USD|GBP|CHF|PLN|SEK|NOK|DKK|zł|kr)$",
        "",
        bare,
    )
    if not re.fullmatch(r"[-−+]?\s?[$€£]?\s?[-−]?\d[\d.,' ’]*\s?[$€£]?-?", bare):
        return None
    return numbers.number(bare, mark)


def _rates(row: Row, mark: str | None) -> Iterator[Sum]:
    """The tax rates that a row names beside the name of a tax."""
    if not re.search(rf"(?<![a-z])(?:{TAX}|steuer)(?![a-z]*(?:nummer|[- ]?id))", row.text, re.I):
        return
    for cell in row.cells:
        for match in PERCENT.finditer(cell.text):
            value = numbers.number(match["rate"], mark) or numbers.number(match["rate"], ".")
            if value is not None and value <= 30:
                at = len(cell.text[: match.start()].split())
                words = cell.words[at : at + 1] if cell.text[: match.start()].endswith(" ") or not match.start() else ()
                yield Sum(value, words or tuple(w for w in cell.words if match["rate"] in w.text)[:1], 1)


def _taxed(row: Row, mark: str | None) -> Iterator[tuple[str, Sum]]:
    """A base and its tax on one row: the figures prove it, when one is the named rate of the other."""
    rates = [rate for rate in _rates(row, mark) if rate.value > 0]
    figures = [pair for cell in row.cells for pair in _figures(cell, mark)]
    if not rates and len(figures) == 3:  # a line of a table of taxes: its own figures prove the rate
        said = (numbers.number(match["rate"], mark) for match in PERCENT.finditer(row.text))
        rates = [Sum(value, (), 1) for value in said if value]
    if len(figures) == 3 and all(pair[0] for pair in figures) and (rates or label_of(row.cells[0].text) is not None):
        tax, net, total = sorted(figures, key=lambda pair: abs(pair[0]))
        if net[0] + tax[0] == total[0] and (len(rates) != 1 or abs(net[0] * rates[0].value / 100 - tax[0]) <= CENT):
            yield from (("net", Sum(*net, 4)), ("tax", Sum(*tax, 4)), ("total", Sum(*total, 4)))
    if len(rates) != 1 or len(figures) < 2:
        return
    for base, tax in pairwise(figures):
        if base[0] and tax[0] and abs(base[0] * rates[0].value / 100 - tax[0]) <= CENT:
            yield "net", Sum(base[0], base[1], 3)
            yield "tax", Sum(tax[0], tax[1], 4, rates[0].value)


def _columnar(rows: Sequence[Row], at: int, mark: str | None) -> Iterator[tuple[str, Sum]]:
    """Figures that stand under the names of sums: a header line of two or more names, figures in the lines below."""
    names = [(label, cell) for cell in rows[at].cells if (label := label_of(cell.text)) and not _figures(cell, mark)]
    if len({label[0] for label, _ in names}) < 2:
        return
    for below in rows[at + 1 : at + 7]:
        if below.page != rows[at].page:
            return
        figures = [pair for cell in below.cells for pair in _figures(cell, mark)]
        for value, words in figures:
            near = min(names, key=lambda pair: _distance(pair[1], words))
            if _distance(near[1], words) < 40:
                yield near[0][0], Sum(value, words, near[0][1] - 1.5)


def _distance(cell: Cell, words: Sequence[Word]) -> float:
    if words[0].x0 < cell.x1 and words[-1].x1 > cell.x0:
        return 0
    return min(abs(words[-1].x1 - cell.x1), abs(words[0].x0 - cell.x0))


def _best(
    known: dict[str, list[Sum]], lines: Decimal | None, extras: Decimal
) -> tuple[Sum | None, Sum | None, Sum | None]:
    """The choice of net, tax and total that is named most plainly and adds up."""
    choices = product([*known["net"], None], [*known["tax"], None], [*known["total"], None])
    paid = {s.value for s in known["prepaid"] if s.value}
    taxes = known["tax"]

    def score(choice: tuple[Sum | None, Sum | None, Sum | None]) -> tuple[float, float]:
        net, tax, total = choice
        points = sum(one.weight for one in choice if one is not None)
        if net is not None and total is not None:
            points += _agreement(net, tax, total, taxes)
        if net is not None and lines is not None:
            points += 6 if abs(net.value - lines - extras) <= CENT else 2 if abs(net.value - lines) <= CENT else -2
        if net is None and total is not None and lines is not None:
            due = lines + extras + (tax.value if tax and not _within(tax, total) else 0)
            points += 6 if abs(total.value - due) <= CENT else -2
        if total is not None and known["total"]:
            points += 1.5 if abs(total.value) == max(abs(one.value) for one in known["total"]) else 0
        if total is not None and any(abs(abs(p)) == abs(total.value) for p in paid):
            points -= 1
        if tax is not None and tax.value and tax.rate and net is not None:
            points += 3 if abs(net.value * tax.rate / 100 - tax.value) <= CENT else 0
        return points, sum(-one.words[0].page * 1e-3 - one.words[0].top * 1e-6 for one in choice if one is not None)

    return max(choices, key=score)


def _within(tax: Sum, total: Sum) -> bool:
    """Whether a tax is contained in a total at its own rate: the lines of such a bill are gross."""
    return tax.rate is not None and tax.rate > 0 and abs(total.value * tax.rate / (100 + tax.rate) - tax.value) <= CENT


def _agreement(net: Sum, tax: Sum | None, total: Sum, taxes: Sequence[Sum]) -> float:
    """How well net, tax and total go together."""
    if tax is not None:
        if abs(net.value + tax.value - total.value) <= CENT:
            return 10 if tax.value or net.value != total.value else 6
        return -8
    if abs(net.value - total.value) <= CENT:
        return 4
    partial = sum((t.value for t in taxes if t.weight >= 3), Decimal(0))
    return 6 if abs(net.value + partial - total.value) <= CENT else -3
