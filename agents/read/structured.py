"""XML read with suspicion, and claims that carry the path of the element they stand in.

No document type, no entity, no network, no depth or size beyond the limits: such a file is `Refused` unread. Values are
read strictly: what is no plain decimal or no date is reported and not guessed.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from agents.read.characters import visible
from agents.read.codes import unit_of
from agents.read.confidence import SURE
from agents.read.limits import XML_BYTES_MAX, XML_DEPTH_MAX
from core.claims import Claim, Span

Element = Any
"""An lxml element: the library has no types."""

_PROLOG = re.compile(rb"(?>\s+|<\?.*?\?>|<!--.*?-->)*+<!(?:DOCTYPE|ENTITY)", re.S)
_ENCODING = re.compile(rb"<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"'>]*)[\"']")
_ENCODINGS = re.compile(r"utf-?8|utf-?16(?:le|be)?|us-ascii|ascii|iso-8859-\d{1,2}|windows-125\d", re.I)
_MINUTES = re.compile(r"\d{12}(?:\d\d)?")
"""A date of CII with hours and minutes (formats 203 and 204)."""
_SUBJECT = re.compile(r"#([A-Z]{3})#(.*)", re.S)
_DECIMAL = re.compile(r"[+-]?(?:\d{1,20}(?:\.\d{0,12})?|\.\d{1,12})")

SCHEME_CHARS_MAX = 40
CORE = frozenset(
    (
        "invoice.date", "invoice.due_date", "invoice.net_total", "invoice.tax_total", "invoice.total", "invoice.payable",
        "invoice.tax_rate", "invoice.charge", "invoice.allowance", "delivery.date", "despatch.date", "line.quantity",
        "line.price", "line.price_base", "line.amount", "line.charge", "line.allowance", "line.tax_rate",
        "line.delivery_date",
    )
)  # fmt: skip
"""Fields whose value is broken only in a document that is broken: it is refused whole."""


class Refused(ValueError):
    """The document is not opened further; the message says why, for an analyst."""


class Damaged(ValueError):
    """The document is no well-formed XML; the message says where."""


def parse(raw: bytes) -> Element:
    """The root element of a document. Raises `Refused` for hostile or oversized ones, `Damaged` for broken ones."""
    if len(raw) > XML_BYTES_MAX:
        raise Refused(f"the XML is larger than {XML_BYTES_MAX // 1024 // 1024} MB")
    plain = raw.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    if _PROLOG.match(plain):
        raise Refused("the XML brings its own document type or entities, which invoices never need")
    declared = _ENCODING.match(plain[:400])
    if declared and not _ENCODINGS.fullmatch(declared[1].decode("ascii", "replace")):
        raise Refused(f"the XML declares an encoding that does not exist or is not used: {declared[1][:40]!r}")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Damaged(f"the XML is damaged: {str(error)[:200]}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused("the XML brings its own document type or entities, which invoices never need")
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > XML_DEPTH_MAX:
            raise Refused(f"the XML is nested deeper than {XML_DEPTH_MAX} elements")
    return root


def local(element: Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace(element: Element) -> str:
    """The element's namespace, "" for none."""
    return str(etree.QName(element).namespace or "")


def first(element: Element | None, *paths: str) -> Element | None:
    """The first element at the first of the paths that has one. Names are local: "Party/Name"."""
    return next(every(element, *paths), None)


def every(element: Element | None, *paths: str) -> Iterator[Element]:
    """All elements at each of the paths in turn."""
    if element is None:
        return
    for path in paths:
        yield from element.iterfind("/".join("{*}" + name for name in path.split("/")))


def path_of(element: Element) -> str:
    """An element's XPath without prefixes, as `Source.path` gives it, for one element alone."""
    steps: list[str] = []
    while element is not None:
        parent = element.getparent()
        same = [child for child in (() if parent is None else parent) if local(child) == local(element)]
        steps.append(local(element) if len(same) < 2 else f"{local(element)}[{same.index(element) + 1}]")
        element = parent
    return "/" + "/".join(reversed(steps))


def nonzero(elements: Iterable[Element]) -> list[Element]:
    """Those of the elements that do not say zero."""
    return [element for element in elements if decimal_in(text_of(element)) not in (None, 0)]


def text_of(element: Element) -> str:
    """The characters inside an element, comments out."""
    return "".join(element.itertext())


class Source:
    """One document being read: collects its claims, and the values that are no values.

    `wrong` are those without which the rest is worth nothing (`CORE`), `unread` the lesser ones with their path."""

    def __init__(self, root: Element, part: str, reader: str) -> None:
        self._part, self._reader = part, reader
        self._steps = _steps(root)
        self.claims: list[Claim] = []
        self.wrong: list[str] = []
        self.unread: list[tuple[str, str]] = []

    def path(self, element: Element) -> str:
        """The element's XPath without prefixes, with a position where there are several of the name."""
        steps: list[str] = []
        while element is not None:
            steps.append(self._steps[element])
            element = element.getparent()
        return "/" + "/".join(reversed(steps))

    def text(self, field: str, elements: Iterable[Element], line: int | None = None) -> None:
        """A text claim for each element that holds any."""
        for element in elements:
            value, _ = visible(" ".join(text_of(element).split()))
            if value:
                self._add(field, value, element, line, None)

    def identifier(self, field: str, element: Element, line: int | None = None) -> None:
        """A text claim with the scheme or list that the identifier is of."""
        value, _ = visible(" ".join(text_of(element).split()))
        scheme = element.get("schemeID") or element.get("listID") or ""
        if value:
            self._add(field, value, element, line, visible(" ".join(scheme.split()))[0][:SCHEME_CHARS_MAX] or None)

    def note(self, field: str, element: Element, line: int | None = None) -> None:
        """A free text; the code of its subject (BT-21) where UBL writes one before it: "#AAI#Goods remain ours"."""
        value, _ = visible(" ".join(text_of(element).split()))
        match = _SUBJECT.fullmatch(value)
        if match is not None:
            self._add(f"{field}_subject", match[1], element, line, None)
            value = match[2].strip()
        if value:
            self._add(field, value, element, line, None)

    def attribute(self, field: str, element: Element, name: str, written: str, line: int | None = None) -> None:
        """A text claim that stands in an attribute."""
        value = " ".join(visible(written)[0].split())
        if value:
            span = Span(part=self._part, text=value, path=f"{self.path(element)}/@{name}")
            self.claims.append(
                Claim(field=field, value=value, span=span, reader=self._reader, line=line, confidence=SURE)
            )

    def word(self, field: str, element: Element | None, value: str | None, line: int | None = None) -> None:
        """A text claim whose value a code list gives for the code in the element."""
        if element is not None and value:
            self._add(field, value, element, line, None)

    def amount(self, field: str, elements: Iterable[Element], currency: str | None, line: int | None = None) -> None:
        """An amount for each element, in its own currency or the document's."""
        for element in elements:
            value = self.decimal(element, field)
            if value is not None:
                self._add(field, value, element, line, element.get("currencyID") or currency)

    def quantity(self, field: str, element: Element | None, line: int | None = None) -> None:
        """A quantity with its unit."""
        value = self.decimal(element, field)
        if value is not None:
            assert element is not None
            self._add(field, value, element, line, unit_of(element.get("unitCode")))

    def day(self, field: str, elements: Iterable[Element], line: int | None = None) -> None:
        """A date for each element: ISO 8601, or the eight digits of CII; of a month or week its first day, or its
        last where a period ends."""
        for element in elements:
            value = date_in(text_of(element)) or part_of_year(element, last=field.endswith("_end"))
            if value is not None:
                self._add(field, value, element, line, None)
            elif written := text_of(element).strip():
                self._no_value(field, element, f"holds “{written[:40]}”, which is no date")

    def decimal(self, element: Element | None, field: str = "invoice.total") -> Decimal | None:
        """The number in an element; what is no plain decimal is noted."""
        if element is None or not (written := text_of(element).strip()):
            return None
        value = decimal_in(written)
        if value is None:
            self._no_value(field, element, f"holds “{written[:40]}”, which is no number")
        return value

    def _no_value(self, field: str, element: Element, says: str) -> None:
        path = self.path(element)
        if field in CORE:
            self.wrong.append(f"{path} {says}")
        else:
            self.unread.append((path, f"{path} {says}"))

    def _add(
        self, field: str, value: str | Decimal | date, element: Element, line: int | None, unit: str | None
    ) -> None:
        written = " ".join(visible(text_of(element))[0].split())
        span = Span(part=self._part, text=written, path=self.path(element))
        self.claims.append(
            Claim(field=field, value=value, span=span, reader=self._reader, line=line, unit=unit, confidence=SURE)
        )


def _steps(root: Element) -> dict[Element, str]:
    """For each element its step of the path, found in one walk over all of them."""
    steps = {root: local(root)}
    for parent in root.iter():
        names: dict[str, list[Element]] = {}
        for child in parent:
            names.setdefault(local(child), []).append(child)
        for name, children in names.items():
            for number, child in enumerate(children, 1):
                steps[child] = name if len(children) == 1 else f"{name}[{number}]"
    return steps


def decimal_in(text: str) -> Decimal | None:
    """A plain XML decimal, or None."""
    text = text.strip()
    if not _DECIMAL.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def date_in(text: str) -> date | None:
    """A date written as 2026-11-19 or as 20261119, or None. A time or zone after it is left out."""
    text = text.strip()
    match = re.fullmatch(
        r"(\d{4})(-?)(\d\d)\2(\d\d)(?:Z|[+-]\d\d:?\d\d|T\S*)?", text[:8] if _MINUTES.fullmatch(text) else text
    )
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        return None


def part_of_year(element: Element, *, last: bool) -> date | None:
    """The first or last day of a month that CII writes as 201311 (format 610) or of a week as 201338 (616), or None."""
    match = re.fullmatch(r"(\d{4})(\d\d)", text_of(element).strip())
    if match is None:
        return None
    year, number = int(match[1]), int(match[2])
    try:
        if element.get("format") == "616":
            return date.fromisocalendar(year, number, 7 if last else 1)
        if element.get("format") == "610":
            return date(year, number, monthrange(year, number)[1] if last else 1)
    except ValueError:
        pass
    return None
