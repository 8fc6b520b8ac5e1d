"""A message taken apart along its MIME boundaries, within bounds, whatever its sender made of the rules.

Own splitting instead of the library's parser: each level is one linear search, nesting and parts are counted as they
are found, and the bytes of each part stay as they came, so that a wrong charset or length harms one part only. Header
fields themselves are read with the standard library.
"""

import binascii
import email.message
import email.parser
import email.policy
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from agents.read.limits import HEADER_BYTES_MAX, NESTING_MAX, PIECES_MAX

_HEADERS = email.parser.HeaderParser(policy=email.policy.compat32)
_BLANK = re.compile(rb"\r?\n\r?\n|\A\r?\n")
_FIELD = re.compile(rb"[!-9;-~]{1,80}[ \t]*:")


@dataclass(frozen=True, slots=True)
class Piece:
    """One leaf or forwarded message: its headers, its decoded bytes and where it was found."""

    headers: email.message.Message
    body: bytes
    depth: int
    within: str = ""  # the multipart around it: "mixed", "alternative", "related", ...
    group: int = 0  # which multipart/alternative it belongs to, 0 for none
    trouble: tuple[str, ...] = ()

    @property
    def media_type(self) -> str:
        """The declared type in lower case, "text/plain" when none or an impossible one is declared."""
        return self.headers.get_content_type()

    @property
    def disposition(self) -> str:
        """ "attachment", "inline" or ""."""
        return str(self.headers.get("Content-Disposition") or "").split(";")[0].strip().lower()


@dataclass(slots=True)
class Walk:
    """What went wrong while taking a message apart, how many alternatives were met, how many pieces may still come."""

    trouble: list[str] = field(default_factory=list)
    groups: int = 0
    left: int = PIECES_MAX


def headers_and_body(raw: bytes) -> tuple[email.message.Message, bytes]:
    """The header fields and the bytes after the first empty line. An mbox "From " line before them is skipped."""
    if raw.startswith(b"From ") and b"\n" in raw[:1000]:
        raw = raw[raw.index(b"\n") + 1 :]
    head_end = _BLANK.search(raw, 0, HEADER_BYTES_MAX)
    if head_end is None:
        head, body = (raw, b"") if len(raw) <= HEADER_BYTES_MAX else (raw[:HEADER_BYTES_MAX], raw[HEADER_BYTES_MAX:])
    else:
        head, body = raw[: head_end.start()], raw[head_end.end() :]
    if head and not _FIELD.match(head):
        return _HEADERS.parsestr(""), raw
    return _HEADERS.parsestr(_fields(head)), body


def _fields(head: bytes) -> str:
    """The header lines as text. A line that is neither a field nor its continuation is taken for a continuation."""
    lines: list[str] = []
    for line in head.replace(b"\0", b"").split(b"\n"):
        line = line.rstrip(b"\r").replace(b"\r", b" ")
        try:
            text = line.decode()
        except UnicodeDecodeError:
            text = line.decode("cp1252", "replace")
        if not text.strip():
            continue
        lines.append(text if text[0] in " \t" or _FIELD.match(line) else f" {text}")
    return "\n".join(lines) + "\n\n"


def looks_like_mail(raw: bytes) -> bool:
    """Whether bytes start with mail headers, at least one of them a well-known one."""
    head = raw[:8192]
    if head.startswith(b"From "):
        head = head[head.find(b"\n") + 1 :]
    if not _FIELD.match(head):
        return False
    known = rb"(?:^|\n)(?:from|to|subject|date|received|return-path|message-id|mime-version|delivered-to|reply-to|cc|"
    return re.search(known + rb"x-[\w-]+|content-type|dkim-signature|sender)[ \t]*:", head, re.I) is not None


def pieces(headers: email.message.Message, body: bytes, walk: Walk, depth: int = 0) -> Iterator[Piece]:
    """The leaves of a message in its order. What is nested deeper than `NESTING_MAX` comes as one undecoded piece."""
    yield from _pieces(headers, body, walk, depth, "", 0)


def _pieces(
    headers: email.message.Message, body: bytes, walk: Walk, depth: int, within: str, group: int
) -> Iterator[Piece]:
    kind = headers.get_content_maintype()
    if kind != "multipart":
        content, trouble = decoded(headers, body)
        yield Piece(headers, content, depth, within, group, trouble)
        return
    if depth >= NESTING_MAX:
        yield Piece(headers, body, depth, within, group)
        return
    subtype = headers.get_content_subtype()
    boundary = _boundary(headers)
    chunks = _split(body, boundary, walk) if boundary else None
    if not chunks:
        walk.trouble.append(f"a multipart/{subtype} part has no usable boundary and is read as text")
        headers.replace_header("Content-Type", "text/plain; charset=utf-8")
        yield Piece(headers, body, depth, within, group)
        return
    if subtype == "alternative":
        walk.groups += 1
        group = walk.groups
    for chunk in chunks:
        inner, rest = headers_and_body(chunk)
        if subtype == "digest" and "Content-Type" not in inner:
            inner["Content-Type"] = "message/rfc822"
        yield from _pieces(inner, rest, walk, depth + 1, subtype, group)


def _boundary(headers: email.message.Message) -> bytes:
    """The boundary as bytes. Quotes inside and illegal characters are taken as they stand."""
    try:
        value = headers.get_boundary()
    except (LookupError, ValueError):
        value = None
    return (value or "").strip().encode("utf-8", "surrogateescape")[:200]


def _split(body: bytes, boundary: bytes, walk: Walk) -> list[bytes]:
    """The chunks between boundary lines; the last may lack its end. Empty when the boundary never occurs."""
    line = re.compile(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*\r?$\n?", re.M)
    chunks: list[bytes] = []
    start: int | None = None
    for match in line.finditer(body):
        if start is not None:
            chunks.append(_without_last_line_end(body[start : match.start()]))
        start = match.end()
        if match[1]:
            return chunks
        if walk.left == 0:
            more = body.count(b"\n--" + boundary, match.start())
            walk.trouble.append(f"{more:,} or so more parts were not looked at: a mail may have {PIECES_MAX:,}")
            return chunks
        walk.left -= 1
    if start is not None:
        chunks.append(body[start:])
    return chunks


def _without_last_line_end(chunk: bytes) -> bytes:
    return chunk[:-2] if chunk.endswith(b"\r\n") else chunk[:-1] if chunk.endswith(b"\n") else chunk


def decoded(headers: email.message.Message, body: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The body without its transfer encoding, and what was wrong with it. Damaged base64 gives what can be had."""
    encoding = re.split(r"[;\s]", str(headers.get("Content-Transfer-Encoding") or "").strip().lower())[0].strip("'\"")
    if encoding == "base64":
        return _from_base64(body)
    if encoding == "quoted-printable":
        return quopri.decodestring(body), ()
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return _from_uu(body)
    if encoding not in ("", "7bit", "8bit", "binary", "7-bit", "8-bit", "none", "plain"):
        return body, (f"its transfer encoding {encoding[:40]!r} does not exist; it is taken as it stands",)
    return body, ()


def _from_base64(body: bytes) -> tuple[bytes, tuple[str, ...]]:
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    odd = len(letters) % 4
    trouble: tuple[str, ...] = ()
    if odd == 1:
        letters = letters[:-1]
    if odd:
        letters += b"=" * (-len(letters) % 4)
        if b"=" not in body:
            trouble = ("its base64 is cut short",)
    return binascii.a2b_base64(letters), trouble


def _from_uu(body: bytes) -> tuple[bytes, tuple[str, ...]]:
    lines = body.splitlines()
    start = next((n for n, line in enumerate(lines) if line.startswith(b"begin ")), None)
    if start is None:
        return body, ("it says uuencode and is not",)
    out = bytearray()
    for line in lines[start + 1 :]:
        if line.strip() == b"end":
            break
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            return bytes(out), ("its uuencoded lines are damaged",)
    return bytes(out), ()
