"""The text of an HTML mail as its reader sees it, and apart from it the text that he does not see.

Rows of a table of figures become lines with a tab between cells; quoted history (blockquote) gets "> " before each
line, as in plain mail. Nothing is fetched, no script or style is followed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from agents.read import css
from agents.read.html_table import columns_of, tabs_before
from agents.read.limits import HIDDEN_CHARS_MAX, HIDDEN_TEXTS_MAX, HTML_NODES_MAX

_BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset",
        "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p",
        "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul",
    )
)  # fmt: skip
_APART = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote", "ul", "ol", "pre"))
"""Blocks with an empty line around them, so that paragraphs stay paragraphs."""
_UNSEEN = frozenset(("script", "style", "head", "title", "template", "noscript", "object", "iframe", "svg", "math"))
_SIGNATURES = frozenset(("gmail_signature", "moz-signature", "signature", "protonmail_signature_block"))
SIGNATURE_MARK = "-- "
CELL_CHARS_MAX = 160
"""Longer cells on average are a layout, not figures."""


class TooMuch(ValueError):
    """The document is larger than a mail may be."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What text inside an element looks like: inherited from its parent, changed by its own style."""

    hidden: bool = False
    invisible: bool = False  # visibility: hidden, which a child may undo
    ink: css.Colour = css.BLACK
    inkless: bool = False
    paper: css.Colour = css.WHITE
    small: bool = False
    quoted: int = 0
    kept: bool = False  # white space counts
    figures: bool = False  # inside a table of figures

    def seen(self) -> bool:
        return not (self.hidden or self.invisible or self.inkless or self.small or css.alike(self.ink, self.paper))


@dataclass(slots=True)
class _Page:
    """The lines as they grow."""

    lines: list[tuple[int, str]] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    quoted: int = 0
    hidden: list[str] = field(default_factory=list)
    columns: dict[etree._Element, int] = field(default_factory=dict)
    """Where the cells of the tables of figures stand."""

    def write(self, text: str, quoted: int) -> None:
        if not self.line or not "".join(self.line).strip():
            self.quoted = quoted
        self.line.append(text)

    def end_line(self, *, always: bool = False) -> None:
        text = re.sub(r"[ \n]*\t[ \n]*", "\t", re.sub(r" {2,}", " ", "".join(self.line))).strip(" \n")
        if text.strip() or always:
            self.lines.append((self.quoted, text))
        self.line = []

    def gap(self) -> None:
        if self.lines and self.lines[-1][1]:
            self.lines.append((self.quoted, ""))


def visible_text(markup: str) -> tuple[str, tuple[str, ...]]:
    """The visible text of an HTML document and its hidden passages. Raises `TooMuch` over `HTML_NODES_MAX` elements."""
    root = _parsed(markup)
    if root is None:
        return "", ()
    if sum(1 for _ in _bounded(root)) > HTML_NODES_MAX:
        raise TooMuch(f"more than {HTML_NODES_MAX:,} elements")
    page = _walk(root, css.sheet_of("".join(style.itertext()) for style in root.iter("style")))
    lines = [("> " * quoted + text).rstrip(" ") if text or quoted else "" for quoted, text in page.lines]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    return text, _passages(page.hidden)


def _bounded(root: etree._Element) -> Iterator[etree._Element]:
    for count, element in enumerate(root.iter()):
        if count > HTML_NODES_MAX + 1:
            return
        yield element


def _parsed(markup: str) -> etree._Element | None:
    """The document, also one nested deeply (chains of replies are). Raises `TooMuch` when it is cut short for depth."""
    raw = markup.encode("utf-8", "replace")
    for deep in (False, True):
        parser = etree.HTMLParser(
            encoding="utf-8", huge_tree=deep, no_network=True, remove_comments=True, remove_pis=True, recover=True
        )
        try:
            root = etree.fromstring(raw, parser)
        except etree.XMLSyntaxError:
            root = None
        if not any("depth" in error.message.lower() for error in parser.error_log):
            return root
    raise TooMuch("elements nested too deeply")


def _walk(root: etree._Element, sheet: css.Sheet) -> _Page:
    page = _Page()
    looks = [_Look()]
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag.lower() if isinstance(element.tag, str) else ""
        if event == "start":
            look = _look_of(element, tag, looks[-1], sheet)
            _before(page, element, tag, looks[-1], look)
            looks.append(look)
            if tag not in ("style", "script"):
                _write(page, element.text, look)
        else:
            look = looks.pop()
            _after(page, tag, look)
            _write(page, element.tail, looks[-1])
    page.end_line()
    return page


def _before(page: _Page, element: etree._Element, tag: str, outside: _Look, look: _Look) -> None:
    if not look.seen():
        return
    if tag == "br":
        _break(page, outside)
    elif tag in ("td", "th"):
        if not outside.figures:
            page.end_line()
        else:
            page.write("\t" * tabs_before(element, page.columns), look.quoted)
    elif tag in _BLOCKS and not (outside.figures and tag not in ("tr", "table")):
        page.end_line()
        if tag in _APART:
            page.gap()
        if tag == "li":
            page.write("- ", look.quoted)
    elif tag in _BLOCKS:
        page.write(" ", look.quoted)
    if tag == "table" and look.figures:
        page.columns |= columns_of(element)
    if set(_classes(element)) & _SIGNATURES or _identity(element) in _SIGNATURES:
        page.end_line()
        page.lines.append((look.quoted, SIGNATURE_MARK))


def _after(page: _Page, tag: str, look: _Look) -> None:
    if not look.seen() or tag not in _BLOCKS:
        return
    if look.figures and tag not in ("tr", "table"):
        page.write(" ", look.quoted)
        return
    page.end_line()
    if tag in _APART:
        page.gap()


def _break(page: _Page, outside: _Look) -> None:
    if outside.figures:
        page.write(" ", outside.quoted)
    else:
        page.end_line(always=True)


def _write(page: _Page, text: str | None, look: _Look) -> None:
    if not text:
        return
    if not look.seen():
        page.hidden.append(text)
        return
    if look.kept:
        first, *rest = text.split("\n")
        page.write(first, look.quoted)
        for line in rest:
            page.end_line(always=True)
            page.write(line, look.quoted)
        return
    page.write(re.sub(r"[ \t\r\n\f]+", " ", text), look.quoted)


def _classes(element: etree._Element) -> list[str]:
    return str(element.get("class") or "").lower().split()


def _identity(element: etree._Element) -> str:
    return str(element.get("id") or "").lower()


def _look_of(element: etree._Element, tag: str, outside: _Look, sheet: css.Sheet) -> _Look:
    """How text in this element looks: what it inherits, then the style sheet, then its own attributes and style."""
    if tag in _UNSEEN or tag == "" or (tag == "input" and element.get("type") == "hidden"):
        return replace(outside, hidden=True)
    if not sheet.rules and not element.attrib and tag not in ("blockquote", "pre", "table"):
        return outside
    style = sheet.style_of(tag, frozenset(_classes(element)), _identity(element)) if sheet.rules else {}
    style.update(css.declarations(element.get("style") or ""))
    look = _coloured(element, tag, style, outside)
    shown = style.get("visibility")
    small = css.too_small(style)
    return replace(
        look,
        hidden=outside.hidden or element.get("hidden") is not None or css.hides({**style, "visibility": ""}),
        invisible=shown in ("hidden", "collapse") or (outside.invisible and shown != "visible"),
        small=outside.small if small is None else small,
        quoted=outside.quoted + (tag == "blockquote"),
        kept=outside.kept or tag == "pre" or style.get("white-space", "") in ("pre", "pre-wrap", "pre-line"),
        figures=_holds_figures(element) if tag == "table" else outside.figures,
    )


def _coloured(element: etree._Element, tag: str, style: css.Declarations, outside: _Look) -> _Look:
    given = style.get("color") or (element.get("color") if tag == "font" else None) or element.get("text") or ""
    ink = css.colour(given)
    paper = css.background(style) or css.colour(element.get("bgcolor") or "")
    pictured = "url(" in style.get("background", "") + style.get("background-image", "")
    if pictured and paper is None:
        paper = (128, 128, 128)  # a picture below the text: what stands on it is taken as seen
    return replace(
        outside,
        ink=ink or outside.ink,
        inkless=css.see_through(given) if given else outside.inkless,
        paper=paper or outside.paper,
    )


def _holds_figures(table: etree._Element) -> bool:
    """Whether a table holds rows of short cells, and is not the frame that a mail is laid out in."""
    if table.find(".//table") is not None:
        return False
    rows = [row for row in table.iter("tr") if len(row) > 1]
    if len(rows) < 2:
        return False
    cells = [cell for row in rows for cell in row]
    return sum(len("".join(cell.itertext()).strip()) for cell in cells) <= CELL_CHARS_MAX * len(cells)


def _passages(pieces: list[str]) -> tuple[str, ...]:
    """Hidden pieces as passages worth showing: no white space, no style sheets, no repetitions, bounded."""
    found: list[str] = []
    for piece in pieces:
        text = " ".join(piece.split())[:HIDDEN_CHARS_MAX]
        if re.search(r"\w", text) and text not in found:
            found.append(text)
        if len(found) == HIDDEN_TEXTS_MAX:
            break
    return tuple(found)
