"""A letter being read: its claims, and the goods it named so far, which number its lines. `text` reads, this keeps."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from agents.read.text_items import Item
from agents.read.text_promises import Fact
from agents.read.text_references import Reference
from agents.read.text_sentences import Sentence
from core.claims import Claim, Intent, Part, Span

READER = "text-rules/2"
COUNTED_BEFORE_MAX = 14
"""Characters between a quantity and the goods it counts: "60 pieces of NP-C20"."""
OWN = frozenset(
    (
        "line.quantity", "line.price", "line.ordered_quantity", "line.damaged_quantity", "line.wrong_quantity",
        "line.missing_quantity", "line.return_quantity", "line.received_item",
    )
)  # fmt: skip
"""What is always said of goods, though nobody names them."""


@dataclass(slots=True)
class Letter:
    """A letter being read: its claims, and the goods named so far in order."""

    part: Part
    claims: list[Claim] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    named: dict[int, Item | None] = field(default_factory=dict)
    current: int | None = None
    order: Reference | None = None
    order_at: int = 0
    paragraph: int = 0
    lines: int = 0
    lead: str = ""
    """The sentence that the list being read hangs on, and where it ends."""
    lead_ends: int = -10
    wanted: frozenset[Intent] = frozenset()
    """What the letter wants or is about, of goods and of money."""
    spoken_of: tuple[Item, int] | None = None
    """The only goods of a sentence that said nothing of them yet, and where that sentence starts."""

    def claim(
        self,
        name: str,
        value: str | Decimal | date,
        start: int,
        end: int,
        line: int | None = None,
        unit: str | None = None,
        part: Part | None = None,
    ) -> None:
        """One claim with its place, in the letter or in `part`; what was already said of the same line is not said
        again."""
        if any(c.field == name and c.line == line and c.value == value for c in self.claims):
            return
        of = part or self.part
        span = Span(part=of.path, text=of.text[start:end], start=start, end=end)
        self.claims.append(Claim(field=name, value=value, span=span, reader=READER, line=line, unit=unit))

    def says(self, name: str, line: int | None) -> bool:
        """Whether the line already has a value of that field."""
        return any(c.field == name and c.line == line for c in self.claims)


def lines_for(
    letter: Letter, sentence: Sentence, named: tuple[Item, ...], found: list[Fact], *, several: bool
) -> list[tuple[int, int]]:
    """(place, line) of the goods a sentence names; a new line for facts about goods that nobody named."""
    if named:
        return line_of(letter, named, sentence, several=several)
    own = [f for f in found if f.field in OWN]
    if own and (letter.current is None or any(letter.says(f.field, letter.current) for f in own)):
        letter.lines += 1
        letter.current = letter.lines
        letter.named[letter.lines] = None
        _tie(letter, letter.lines, several=several)
    return []


def line_of(letter: Letter, named: tuple[Item, ...], sentence: Sentence, *, several: bool) -> list[tuple[int, int]]:
    """The lines of goods. A number and the words beside it are one thing: "60 pieces of NP-C20 nuts M8"."""
    lines: list[tuple[int, int]] = []
    at: Item | None = None
    for item in named:
        beside = (
            at is not None
            and at.field != item.field
            and len(re.findall(r"\w+", sentence.text[at.end : item.start])) <= 1
        )
        line = lines[-1][1] if beside and lines else _known(letter, item)
        if line is None:
            letter.lines += 1
            line = letter.lines
            letter.named[line] = item
            _tie(letter, line, several=several)
        if not any(c.field == item.field and c.line == line for c in letter.claims):
            letter.claim(item.field, item.value, sentence.start + item.start, sentence.start + item.end, line)
        lines.append((item.start, line))
        letter.current = line
        at = item
    return lines


def _known(letter: Letter, item: Item) -> int | None:
    """The line of the same order that already carries these goods."""
    for claim in letter.claims:
        if (
            claim.line is None
            or claim.field not in ("line.supplier_item", "line.description")
            or claim.line <= letter.order_at
        ):
            continue
        if Item(claim.field, str(claim.value), 0, 0).key == item.key:
            return claim.line
    return None


def _tie(letter: Letter, line: int, *, several: bool) -> None:
    """In a letter about several orders, a line carries the order named last."""
    if several and letter.order is not None:
        letter.claim("order.number", letter.order.value, letter.order.start, letter.order.end, line)


def nearest(lines: list[tuple[int, int]], fact: Fact, sentence: str) -> int:
    """The goods named last before a fact, or the first after it. "60 pieces of NP-C20" counts what follows."""
    if fact.field == "line.received_item":  # in place of the goods named nearest, before or after it
        return min(lines, key=lambda one: abs(one[0] - fact.start))[1]
    follows = [
        line
        for place, line in lines
        if fact.field.endswith("quantity")
        and 0 <= place - fact.end <= COUNTED_BEFORE_MAX
        and not {",", ";"} & set(sentence[fact.end : place])
    ]
    before = [line for place, line in lines if place < fact.start]
    return follows[0] if follows else before[-1] if before else lines[0][1]


def beside(named: tuple[Item, ...], lines: list[tuple[int, int]], start: int, end: int) -> int:
    """The line of the goods that stand nearest to the words from `start` to `end`, before or after them."""
    ends = {item.start: item.end for item in named}
    return min(lines, key=lambda one: max(one[0] - end, start - ends[one[0]], 0))[1]
