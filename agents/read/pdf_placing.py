"""Every piece of a row put under its column: the cheapest way that keeps their order, figures only under figures."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from agents.read.pdf_columns import NUMERIC, Column
from agents.read.pdf_rows import Row
from agents.read.pdf_tokens import Token, tokens
from agents.read.pdf_totals import is_sum

OUT = 45.0
"""What it costs to leave a piece out of every column; dearer places are none."""
FAR = 90.0
"""Points between a figure and its column's name from which it belongs to none."""
Pieces = dict[str, list[Token]]
"""What stands under each kind of column."""


def figure(pieces: Mapping[str, Sequence[Token]], kind: str, mark: str | None) -> tuple[Decimal, Token] | None:
    """The first figure under a kind of column, with its piece."""
    for token in pieces.get(kind, ()):
        value = token.value(mark)
        if value is not None:
            return value, token
    return None


def computes(pieces: Mapping[str, Sequence[Token]], mark: str | None) -> bool:
    """Whether quantity by price is the amount."""
    quantity, price, amount = (figure(pieces, kind, mark) for kind in ("quantity", "price", "amount"))
    if quantity is None or price is None or amount is None:
        return False
    return abs(quantity[0] * price[0] - amount[0]) < Decimal("0.01")


def aligned(columns: tuple[Column, ...], rows: Sequence[Row], mark: str | None) -> tuple[Column, ...]:
    """The columns with the reach of the figures that stand under them, learned from rows that compute."""
    columns = _counting(columns, rows[:60], mark)
    reach: dict[str, list[tuple[float, float]]] = {}
    for row in rows[:60]:
        pieces = placed(tokens(row.words), columns)
        if is_sum(row) or not computes(pieces, mark):
            continue
        for kind in NUMERIC:
            for token in pieces.get(kind, ()):
                reach.setdefault(kind, []).append((token.x0, token.x1))
    return tuple(
        replace(
            column,
            x0=min([column.x0, *(x0 for x0, _ in reach.get(column.kind, ()))]),
            x1=max([column.x1, *(x1 for _, x1 in reach.get(column.kind, ()))]),
        )
        for column in columns
    )


def _counting(columns: tuple[Column, ...], rows: Sequence[Row], mark: str | None) -> tuple[Column, ...]:
    """The columns with "#" or "No." read as the quantity where no other is and its figures compute with the price."""
    kinds = [column.kind for column in columns]
    if "quantity" in kinds or not {"pos", "price", "amount"} <= set(kinds):
        return columns
    for row in rows:
        pieces = placed(tokens(row.words), columns)
        count = figure(pieces, "pos", mark)
        if count is not None and count[0] not in (0, 1) and computes({**pieces, "quantity": pieces["pos"]}, mark):
            return tuple(replace(c, kind="quantity") if c.kind == "pos" else c for c in columns)
    return columns


def placed(pieces: Sequence[Token], columns: Sequence[Column]) -> Pieces:
    """Every piece of a row under its column: the cheapest way that keeps their order."""
    if not pieces or not columns:
        return {}
    width = len(columns)
    dear = [[_cost(token, columns, column) for column in range(width)] for token in pieces]
    costs = [[min(cost, OUT) for cost in row] for row in dear]
    best: list[list[tuple[float, int]]] = []  # per piece and column: cost so far, and the column of the piece before
    for at, row_costs in enumerate(costs):
        here: list[tuple[float, int]] = []
        for column in range(width):
            if at == 0:
                here.append((row_costs[column], column))
                continue
            before = min(
                ((best[at - 1][c][0] + _again(pieces, at, c, column, columns), c) for c in range(column + 1)),
                key=lambda pair: pair[0],
            )
            here.append((before[0] + row_costs[column], before[1]))
        best.append(here)
    column = min(range(width), key=lambda c: best[-1][c][0])
    places: list[int] = []
    for at in range(len(pieces) - 1, -1, -1):
        places.append(column)
        column = best[at][column][1]
    found: Pieces = {}
    for token, at, row in zip(pieces, reversed(places), dear, strict=True):
        found.setdefault(columns[at].kind if row[at] <= OUT else "other", []).append(token)
    return found


def _again(pieces: Sequence[Token], at: int, before: int, column: int, columns: Sequence[Column]) -> float:
    """What it costs to put two pieces one after the other into the same column: much for figures, little for text."""
    if before != column:
        return 0
    kind = columns[column].kind
    figure = pieces[at - 1]
    if kind in ("quantity", "ordered") and pieces[at].may_be_unit and figure.written is not None:
        return 60 if figure.percent else 0
    if kind in NUMERIC:
        return 60
    return 25 if kind in ("pos", "unit") else 0


def _cost(token: Token, columns: Sequence[Column], at: int) -> float:
    """How ill a piece stands under a column, in points: by distance, and by what it is."""
    column = columns[at]
    away = _away(token, column)
    if column.kind in NUMERIC:
        return _figure_cost(token, column, away)
    if column.kind == "unit":
        return away + (0 if token.unit_word else 12 if token.written is None else 30)
    if column.kind == "pos":
        return away + (0 if len(token.text) <= 6 else 40)
    left = column.x0 - 4
    right = columns[at + 1].x0 if at + 1 < len(columns) else 10_000.0
    if token.money:
        return 60 + away
    if left <= token.x0 < right:
        inside = 0.0
    else:
        inside = (left - token.x0) * 0.6 if token.x0 < left else 6 + 0.3 * (token.x0 - right)
    return inside + (7 if token.written is not None and not token.percent else 0)


def _figure_cost(token: Token, column: Column, away: float) -> float:
    if token.written is None:
        if column.kind not in ("quantity", "ordered") or not token.may_be_unit:
            return 400 + away
        return away * 0.5 + (0 if token.unit_word else 18) if away < 40 else 400 + away
    if token.percent != (column.kind in ("tax_rate", "discount")) and token.percent:
        return 200 + away
    if token.money and column.kind in ("quantity", "ordered", "rest", "tax_rate", "discount"):
        return 80 + away
    return away * 1.5 + (300 if away > FAR else 0)


def _away(token: Token, column: Column) -> float:
    """The distance between a piece and a column's name; a little less than nothing where edges or middles meet."""
    gap = max(column.x0 - token.x1, token.x0 - column.x1, 0.0)
    edges = min(
        abs(token.x1 - column.x1),
        abs(token.x0 - column.x0),
        abs(token.x0 + token.x1 - column.x0 - column.x1) / 2,
    )
    return gap + 0.1 * min(edges, 40)
