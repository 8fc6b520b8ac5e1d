"""The header row of a line table: which column holds what, in five languages, on one line or on several.

A header names at least what is delivered and one figure of it. Tables of taxes, terms and discounts have headers too;
they name no quantity and no goods, and are not taken for lines.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from agents.read.pdf_column_words import kind_of_column
from agents.read.pdf_rows import Row
from agents.read.pdf_words import Word

HEADER_ROWS_MAX = 5
PHRASE_WORDS_MAX = 5
PHRASE_GAP = 1.1
"""White space inside a column's name, in heights of the line."""

NUMERIC = frozenset(("quantity", "ordered", "rest", "price", "base", "discount", "tax_rate", "tax", "gross", "amount"))
GOODS = frozenset(("description", "item", "buyer_item"))
_FIGURES = frozenset(("quantity", "ordered", "price", "amount"))


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds and from where to where its name and figures stand."""

    kind: str
    x0: float
    x1: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """A header, on the rows from `first` to `last` of its page's rows."""

    columns: tuple[Column, ...]
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Name:
    """A column's name or a piece of it on one line."""

    kind: str
    words: tuple[Word, ...]

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return self.words[-1].x1

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


def headers(rows: Sequence[Row]) -> dict[int, Header]:
    """Every header of a paper by the row it starts on. Where one names quantity or price, those without either are
    tables of something else: their headers have no columns here, and end the table above them."""
    found: dict[int, Header] = {}
    end = -1
    for at in range(len(rows)):
        if at <= end:
            continue
        near = [lower for lower in range(at, min(at + 4, len(rows))) if rows[lower].page == rows[at].page]
        named = [header for lower in near if (header := header_at(rows, lower)) and header.first <= at <= header.last]
        if named:
            best = max(named, key=lambda header: sum(column.kind != "other" for column in header.columns))
            found[at], end = best, best.last
    if any(_counts(header) for header in found.values()):
        return {at: h if _counts(h) else replace(h, columns=(), last=h.first) for at, h in found.items()}
    return found


def _counts(header: Header) -> bool:
    return bool({column.kind for column in header.columns} & {"quantity", "price"})


def header_at(rows: Sequence[Row], at: int) -> Header | None:
    """The header whose main line is row `at`, with the lines above and below that belong to it."""
    if len(rows[at].words) < 2 or sum(c.isdigit() for c in rows[at].text) > 6:
        return None
    main = _names(rows[at])
    if not _is_header(main):
        return None
    first = last = at
    stack = [main]
    while first > 0 and at - first < HEADER_ROWS_MAX and (above := _beside(rows, first, first - 1, stack)):
        first -= 1
        stack.insert(0, above)
    while last + 1 < len(rows) and last - at < HEADER_ROWS_MAX and (below := _beside(rows, last, last + 1, stack)):
        last += 1
        stack.append(below)
    columns = _columns(stack, len(stack) - 1 - (last - at))
    kinds = {column.kind for column in columns}
    return Header(columns, first, last) if kinds & _FIGURES and kinds & (GOODS | {"quantity", "pos"}) else None


def _names(row: Row) -> list[_Name]:
    """A line cut into column names: the longest phrases that name a column, and the pieces between them."""
    words = row.words
    names: list[_Name] = []
    at = 0
    while at < len(words):
        length, kind = _longest(words[at : at + PHRASE_WORDS_MAX])
        piece = _Name(kind, words[at : at + length])
        if not kind and names and not names[-1].kind and _close(names[-1].words[-1], piece.words[0]):
            names[-1] = replace(names[-1], words=names[-1].words + piece.words)
        else:
            names.append(piece)
        at += length
    return names


def _longest(words: Sequence[Word]) -> tuple[int, str]:
    for length in range(len(words), 0, -1):
        phrase = words[:length]
        if all(_close(a, b) for a, b in pairwise(phrase)):
            kind = kind_of_column(" ".join(word.text for word in phrase))
            if kind:
                return length, kind
    return 1, ""


def _close(one: Word, other: Word) -> bool:
    return other.x0 - one.x1 <= PHRASE_GAP * min(one.height, other.height)


def _is_header(names: Sequence[_Name]) -> bool:
    kinds = [name.kind for name in names if name.kind]
    distinct = set(kinds) - {"other"}
    if len(distinct) < 2 or not distinct & _FIGURES or len(kinds) * 2 < len(names):
        return False
    if sum(any(c.isdigit() for c in name.text) for name in names) > 1:
        return False
    goods = distinct & (GOODS | {"quantity"})
    return bool(goods) and (len(distinct) >= 3 or bool(distinct & GOODS))


def _beside(rows: Sequence[Row], edge: int, at: int, stack: Sequence[Sequence[_Name]]) -> list[_Name] | None:
    """The pieces of a neighbouring line when it belongs to the header: close by, no figures, under or over its names."""
    row, near = rows[at], rows[edge]
    distance = max(row.top, near.top) - min(row.bottom, near.bottom)
    if row.page != near.page or distance > 0.6 * near.height:
        return None
    names = _names(row)
    if any(any(c.isdigit() for c in name.text) for name in names) or len(row.text) > 90:
        return None
    known = [name for line in stack for name in line]
    belongs = [name for name in names if name.kind or any(_overlap(name, other) for other in known)]
    return names if len(belongs) == len(names) else None


def _overlap(one: _Name, other: _Name) -> bool:
    return min(one.x1, other.x1) - max(one.x0, other.x0) > 0


def _columns(stack: Sequence[Sequence[_Name]], main: int) -> tuple[Column, ...]:
    """The columns: names of the main line, with what stands above and below them, and columns that only others name."""
    piles: list[list[tuple[int, _Name]]] = [[(main, name)] for name in stack[main]]
    for level, line in enumerate(stack):
        if level == main:
            continue
        for name in line:
            under = [pile for pile in piles if any(_overlap(name, other) for _, other in pile)]
            if under:
                best = max(under, key=lambda pile: max(_shared(name, other) for _, other in pile))
                best.append((level, name))
            else:
                piles.append([(level, name)])
    columns = [_column([name for _, name in sorted(pile, key=lambda pair: pair[0])], pile[0][1]) for pile in piles]
    return tuple(sorted(distinct(columns), key=lambda column: column.x0))


def _shared(one: _Name, other: _Name) -> float:
    return min(one.x1, other.x1) - max(one.x0, other.x0)


def _column(pile: Sequence[_Name], main: _Name) -> Column:
    text = " ".join(name.text for name in pile)
    kind = kind_of_column(text) or main.kind or next((name.kind for name in pile if name.kind), "")
    if kind == "buyer_item" and any(name.kind == "item" for name in pile):
        kind = "item"  # a column for both numbers: what stands in it is mostly the issuer's own
    return Column(kind or "other", min(n.x0 for n in pile), max(n.x1 for n in pile), text)


def distinct(columns: Iterable[Column]) -> list[Column]:
    """Columns with one meaning each: a second description, price or amount is something else."""
    found: list[Column] = []
    ordered = sorted(columns, key=lambda column: column.x0)
    kinds = [column.kind for column in ordered]
    if "quantity" not in kinds and "rest" not in kinds and kinds.count("ordered") == 1 and "amount" in kinds:
        ordered = [replace(c, kind="quantity") if c.kind == "ordered" else c for c in ordered]
    if "item" not in kinds and kinds.count("gtin") == 1:
        ordered = [replace(c, kind="item") if c.kind == "gtin" else c for c in ordered]
    if kinds.count("amount") >= 2 and "price" in kinds and not {"quantity", "ordered"} & set(kinds):
        ordered[kinds.index("amount")] = replace(ordered[kinds.index("amount")], kind="quantity")
        kinds = [column.kind for column in ordered]
    if "description" not in kinds and "item" in kinds and kinds.count("item") == 1 and "pos" not in kinds:
        ordered = [
            replace(c, kind="description") if c.kind == "item" and not _says_number(c.name) else c for c in ordered
        ]
    if kinds.count("description") > 1 and "item" not in kinds:
        first = kinds.index("description")
        if not re.search(r"descr|bezeichn|beschreib|d[ée]sign|libell|omschr|detail", ordered[first].name, re.I):
            ordered[first] = replace(ordered[first], kind="item")
    if "price" not in kinds and kinds.count("amount") >= 2:
        first = kinds.index("amount")
        ordered[first] = replace(ordered[first], kind="price")
    if "amount" not in kinds and "gross" in kinds:
        ordered = [replace(c, kind="amount") if c.kind == "gross" else c for c in ordered]
    for column in ordered:
        taken = next((i for i, c in enumerate(found) if c.kind == column.kind), None)
        if taken is None or column.kind == "other":
            found.append(column)
        elif column.kind in ("amount", "quantity"):  # the last one is the line's own
            found[taken] = replace(found[taken], kind="other")
            found.append(column)
        else:
            found.append(replace(column, kind="other"))
    return found


def _says_number(name: str) -> bool:
    return re.search(r"no\b|nr\b|number|nummer|code|sku|#|id\b|ref", name, re.I) is not None
