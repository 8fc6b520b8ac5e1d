"""A structured document taken apart by tables: for each path of its standard the claims that stand there.

A table maps paths of local names ("Party/PartyName/Name", "PaymentMeansCode/@name") to names of docs/vocabulary.md, with
the kind of value after a space when it is not text ("invoice.date day"). Where a name depends on what stands beside it (a
discount or a charge, a tax number or another one), the table holds a function that looks and gives the table to go on with.
One walk over the document reads all of it; what no table knows is passed by.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

from agents.read.structured import Element, Source, local
from core.claims import Check

Choose = Callable[[Element, "Walk"], "Node | None"]
"""Looks at an element and gives the table for it, or None to pass it by."""


@dataclass(frozen=True, slots=True)
class Term:
    """What one place says: a name of the vocabulary, and the kind of its value: text, note, id, day, amount, number or
    quantity."""

    field: str
    kind: str = "text"
    words: Mapping[str, str] | None = None  # of a code: the vocabulary's words for it; other codes are passed by

    @classmethod
    def of(cls, written: str) -> Self:
        """From "invoice.date day"."""
        name, _, kind = written.partition(" ")
        return cls(name, kind or "text")


@dataclass(slots=True)
class Node:
    """One element of a table: the terms it and its attributes bear, what stands below it, or who chooses. `counted`
    numbers its kind: claims below carry that number as their line."""

    terms: tuple[Term, ...] = ()
    attributes: dict[str, tuple[Term, ...]] = field(default_factory=dict)
    below: dict[str, "Node"] = field(default_factory=dict)
    choose: Choose | None = None
    counted: str = ""


Entry = str | tuple[Term, ...] | Choose
Table = Mapping[str, Entry]


def tree(table: Table, counted: str = "") -> Node:
    """A table as nested nodes."""
    root = Node(counted=counted)
    for path, entry in table.items():
        node = root
        path, _, attribute = path.partition("/@")
        for step in path.split("/"):
            node = node.below.setdefault(step, Node())
        if not isinstance(entry, str | tuple):
            node.choose = entry
            continue
        terms = (Term.of(entry),) if isinstance(entry, str) else entry
        if attribute:
            node.attributes[attribute] = terms
        else:
            node.terms = terms
    return root


def under(path: str, table: Table, owner: str = "") -> dict[str, Entry]:
    """A table moved below a path. `owner` goes before the names that start with a dot: ".name" becomes "buyer.name"."""
    return {f"{path}/{step}": owned(entry, owner) for step, entry in table.items()}


def owned(entry: Entry, owner: str) -> Entry:
    """An entry with its owner's name before a leading dot."""
    if isinstance(entry, str):
        return owner + entry if entry.startswith(".") else entry
    return entry


def renamed(node: Node, before: str, after: str) -> Node:
    """A table whose names begin otherwise: the same elements of a line that is no line of its own."""

    def name(term: Term) -> Term:
        known = term.field.startswith(before)
        return Term(after + term.field.removeprefix(before) if known else after + term.field, term.kind, term.words)

    choose = node.choose

    def chosen(element: Element, walk: "Walk") -> Node | None:
        assert choose is not None
        found = choose(element, walk)
        return None if found is None else renamed(found, before, after)

    return Node(
        terms=tuple(name(term) for term in node.terms),
        attributes={key: tuple(name(term) for term in terms) for key, terms in node.attributes.items()},
        below={step: renamed(below, before, after) for step, below in node.below.items()},
        choose=chosen if choose is not None else None,
        counted=node.counted,
    )


def either(is_charge: Callable[[Element], bool], charge: Table, allowance: Table, counted: str = "") -> Choose:
    """A charge by the one table, a discount by the other; under a name given they are numbered, each kind from 1."""
    charges = tree(charge, f"{counted}.charge" if counted else "")
    allowances = tree(allowance, f"{counted}.allowance" if counted else "")

    def choose(element: Element, walk: "Walk") -> Node:
        return charges if is_charge(element) else allowances

    return choose


class Walk:
    """One walk over one document."""

    def __init__(self, source: Source, currency: str | None) -> None:
        self.source, self.currency = source, currency
        self._counts: dict[str, int] = {}

    def counted(self, name: str) -> int:
        """How many elements of a counted kind were met."""
        return self._counts.get(name, 0)

    def into(self, element: Element | None, node: Node, line: int | None = None) -> None:
        """Read everything below an element that its table knows."""
        for child in () if element is None else element:
            self.at(child, node.below.get(local(child)), line)

    def at(self, element: Element, node: Node | None, line: int | None = None) -> None:
        """Read one element by its own table."""
        if node is not None and node.choose is not None:
            node = node.choose(element, self)
        if node is None:
            return
        if node.counted:
            line = self._counts[node.counted] = self.counted(node.counted) + 1
        for name, terms in node.attributes.items():
            for term in terms:
                self.source.attribute(term.field, element, name, element.get(name) or "", line)
        if len(element):
            self.into(element, node, line)
            return
        for term in node.terms:
            self._take(term, element, line)

    def _take(self, term: Term, element: Element, line: int | None) -> None:
        if term.words is not None:
            self.source.word(term.field, element, term.words.get((element.text or "").strip()), line)
        elif term.kind == "text":
            self.source.text(term.field, (element,), line)
        elif term.kind == "note":
            self.source.note(term.field, element, line)
        elif term.kind == "id":
            self.source.identifier(term.field, element, line)
        elif term.kind == "quantity":
            self.source.quantity(term.field, element, line)
        elif term.kind == "day":
            self.source.day(term.field, (element,), line)
        elif term.kind == "amount":
            self.source.amount(term.field, (element,), self.currency, line)
        else:
            assert term.kind == "number", term
            self.source.amount(term.field, (element,), None, line)


def unread_values(source: Source) -> tuple[Check, ...]:
    """A failed check for each lesser value that is no value of its kind; the invoice is read without it."""
    return tuple(Check(name="value_is_read", holds=False, says=says, path=path) for path, says in source.unread)
