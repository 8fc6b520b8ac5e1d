"""A mail opened: its header fields, its body as people see it, and its attachments, each with the bytes it came with.

The body is the text the sender wrote: from text/plain, or from the HTML when there is no plain text, when the two
disagree (people see the HTML) or when the HTML holds a table. History and signature are parts of their own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agents.read import filetype
from agents.read.characters import plain_name, visible
from agents.read.charsets import characters_of
from agents.read.html_text import TooMuch, visible_text
from agents.read.limits import TEXT_CHARS_MAX
from agents.read.mail_headers import Headers, read_headers, words_of
from agents.read.mime import Piece, Walk, headers_and_body, pieces
from agents.read.quotes import split

HTML_SAYS_MORE = 2
"""So many times the words of the plain text: then the plain text is a courtesy, not the mail."""
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\f\r\x1b")
_REPLY_MARK = re.compile(r"\[(?:image|cid|https?)\b[^\]]*\]|<?\b(?:https?|mailto|tel):[^\s>]+>?|[*_]")


@dataclass(frozen=True, slots=True)
class Text:
    """One text part of a mail: its path, its characters, what was hidden in it, what was wrong. `note` says how it was
    read where that was not plain, and costs nothing of it."""

    path: str
    media_type: str
    raw: bytes
    text: str
    hidden: tuple[str, ...] = ()
    trouble: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """One attachment as it came. `embedded` is a picture that the HTML shows inside the text."""

    name: str
    declared: str
    raw: bytes
    depth: int
    embedded: bool
    trouble: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, opened one level: forwarded mails inside it are enclosures."""

    headers: Headers
    texts: tuple[Text, ...]
    enclosures: tuple[Enclosure, ...]
    trouble: tuple[str, ...]


def open_mail(raw: bytes, depth: int = 0) -> Mail:
    """Open one mail. Gives a Mail for any bytes; what is wrong with them stands in `trouble`."""
    walk = Walk()
    message, body = headers_and_body(raw)
    headers = read_headers(message)
    found = list(pieces(message, body, walk, depth))
    bodies = [piece for piece in found if _is_body(piece)]
    chosen = set(map(id, bodies))
    texts = _texts(bodies, headers.subject)
    enclosures = tuple(_enclosure(piece) for piece in found if id(piece) not in chosen)
    return Mail(headers, texts, enclosures, (*headers.trouble, *walk.trouble))


def _is_body(piece: Piece) -> bool:
    """Whether a piece is text to be read in the mail itself, not a file sent along."""
    if piece.media_type not in ("text/plain", "text/html", "text/enriched") or piece.disposition == "attachment":
        return False
    if piece.group == 0 and _filename(piece):
        return False
    start = piece.body[:4096]
    plain = start.translate(None, _CONTROLS)
    kind = filetype.detect(start)
    if kind == filetype.UNKNOWN and len(start) <= len(plain) * 4 // 3:
        kind = filetype.detect(plain)  # control characters strewn into a letter do not hide it
    if kind == filetype.XML:
        page = piece.media_type == "text/html" and b"<html" in start[:1024].lower()
        return page or not piece.body.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml")
    return kind in (filetype.TEXT, filetype.HTML, filetype.EMPTY)


def _filename(piece: Piece) -> str:
    try:
        name = piece.headers.get_filename() or ""
    except (LookupError, ValueError, TypeError, AttributeError):
        name = ""
    return words_of(str(name))


def _enclosure(piece: Piece) -> Enclosure:
    name = _filename(piece)
    if not name and piece.media_type == filetype.MAIL:
        inner, _ = headers_and_body(piece.body)
        name = f"{words_of(str(inner.get('Subject') or 'forwarded message'))[:60]}.eml"
    embedded = (
        piece.media_type.startswith("image/")
        and piece.disposition != "attachment"
        and bool(piece.headers.get("Content-ID") or piece.within == "related")
    )
    return Enclosure(name, piece.media_type, piece.body, piece.depth, embedded, piece.trouble)


def _texts(bodies: Sequence[Piece], subject: str) -> tuple[Text, ...]:
    """The body in up to four parts: what is new, what is passed on, what is repeated, and the signature."""
    written: list[str] = []
    hidden: list[str] = []
    trouble: list[str] = []
    notes: list[str] = []
    for alternatives in _grouped(bodies):
        text, unseen, wrong = _best(alternatives, notes)
        written.append(text)
        hidden += unseen
        trouble += wrong
    raw = b"\n".join(piece.body for piece in bodies)
    whole = "\n\n".join(text.strip("\n") for text in written if text.strip())
    if len(whole) > TEXT_CHARS_MAX:
        trouble.append(f"the text is cut after {TEXT_CHARS_MAX:,} characters")
        whole = whole[:TEXT_CHARS_MAX]
    letter = split(whole, subject)
    named = (
        ("body", letter.new),
        ("body:forwarded", letter.forwarded),
        ("body:quoted", letter.quoted),
        ("body:signature", letter.signature),
    )
    media_type = bodies[0].media_type if bodies else filetype.TEXT
    texts = [Text(path, media_type, text.encode("utf-8", "replace"), text) for path, text in named[1:] if text]
    note = "; ".join(dict.fromkeys(notes))
    body = Text("body", media_type, raw, letter.new, tuple(dict.fromkeys(hidden)), tuple(trouble), note)
    return (body, *texts) if bodies else ()


def _grouped(bodies: Sequence[Piece]) -> list[list[Piece]]:
    groups: dict[tuple[int, int], list[Piece]] = {}
    for number, piece in enumerate(bodies):
        groups.setdefault((piece.group, 0 if piece.group else number), []).append(piece)
    return list(groups.values())


def _best(alternatives: Sequence[Piece], notes: list[str]) -> tuple[str, list[str], list[str]]:
    """The text of one body given in one or several forms, with hidden passages and troubles. A wrong charset is noted:
    the text was read."""
    plain, html = "", ""
    hidden: list[str] = []
    trouble: list[str] = []
    for piece in alternatives:
        text, wrong = characters_of(piece.body, _charset(piece))
        notes += wrong
        trouble += piece.trouble
        if len(text) > TEXT_CHARS_MAX and piece.media_type != "text/html":
            trouble.append(f"the text is cut after {TEXT_CHARS_MAX:,} characters")
            text = text[:TEXT_CHARS_MAX]
        if piece.media_type == "text/html":
            seen, unseen, broken = text_of_html(text)
            html = f"{html}\n\n{seen}" if html else seen
            trouble += broken
        else:
            seen, unseen = visible(text)
            plain = f"{plain}\n\n{seen}" if plain else seen
        hidden += unseen
    if not html.strip() or not plain.strip():
        return html if html.strip() else plain, hidden, trouble
    alone = _only_in(plain, html)
    if alone:
        hidden += [f"only in the plain text, which mail programs do not show: {line}" for line in alone[:10]]
        trouble.append("the mail's plain text says what its HTML does not; the HTML is read, as people see it")
    more = len(html.split()) > len(plain.split()) * HTML_SAYS_MORE or _only_in(html, plain)
    return html if alone or more or "\t" in html else plain, hidden, trouble


def text_of_html(markup: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Visible text, hidden passages and troubles of an HTML document."""
    try:
        text, hidden = visible_text(markup)
    except TooMuch as much:
        return "", (), (f"its HTML is too large to be read: {much}",)
    seen, invisible = visible(text)
    if hidden and not seen.strip():
        return seen, (*hidden, *invisible), ("its HTML shows no text; what it holds is hidden",)
    return seen, (*hidden, *invisible), ()


def _only_in(plain: str, html: str) -> list[str]:
    """Lines of the plain text with figures that the HTML does not show anywhere. Links and marks do not count."""
    shown = re.sub(r"\W", "", html).lower()
    lines: list[str] = []
    for line in plain.split("\n"):
        words = re.findall(r"\w+(?:[.,:/-]\w+)*", _REPLY_MARK.sub(" ", line))
        figures = [word for word in words if any(c.isdigit() for c in word)]
        if any(re.sub(r"\W", "", word).lower() not in shown for word in figures):
            lines.append(line.strip()[:300])
    return lines


def _charset(piece: Piece) -> str:
    try:
        return str(piece.headers.get_content_charset() or "")
    except (LookupError, ValueError, TypeError):
        return ""


def named(enclosure: Enclosure, number: int) -> tuple[str, str, tuple[str, ...]]:
    """Path ("2:KF-88213.pdf"), shown name and what was wrong with the name of the n-th enclosure of a mail."""
    name, wrong = plain_name(enclosure.name)
    return f"{number}:{name}", name, wrong
