"""An Outlook item (a `.msg` file, a `winmail.dat`) as the mail it stands for, in the form every other mail has.

It is written down as RFC 5322 text and MIME parts and then opened like any mail: quotes, signatures, attachments and
nested mails are found by the same code. Values are taken from properties by their numbers (MS-OXPROPS).
"""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import format_datetime

from agents.read import rtf
from agents.read.characters import visible
from agents.read.limits import HEADER_BYTES_MAX, UNPACKED_BYTES_MAX

SUBJECT, SENDER_NAME, SENDER_ADDRESS, SENDER_SMTP = 0x0037, 0x0C1A, 0x0C1F, 0x5D01
SENT_FOR_NAME, SENT_FOR_ADDRESS, SENT_FOR_SMTP = 0x0042, 0x0065, 0x5D02
TO, CC, SUBMITTED, DELIVERED = 0x0E04, 0x0E03, 0x0039, 0x0E06
MESSAGE_ID, IN_REPLY_TO, REFERENCES, REPLY_TO = 0x1035, 0x1042, 0x1039, 0x0050
HEADERS, BODY, HTML, RTF, CODEPAGE = 0x007D, 0x1000, 0x1013, 0x1009, 0x3FDE
FILE_NAME, FILE_LONG_NAME, FILE_TYPE, FILE_ID, FILE_DATA, SHOWN_NAME = 0x3704, 0x3707, 0x370E, 0x3712, 0x3701, 0x3001
Properties = dict[int, bytes | str | int | datetime]
"""Values by their numbers (MS-OXPROPS)."""
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Item:
    """One item: its properties by number, and its files."""

    properties: Properties = field(default_factory=dict)
    files: list["File"] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)


@dataclass(slots=True)
class File:
    """A file of an item; `item` where it is an item itself."""

    properties: Properties = field(default_factory=dict)
    raw: bytes = b""
    item: Item | None = None


def moment(filetime: int) -> datetime | None:
    """A FILETIME (tenths of microseconds since 1601) as a moment; None outside of four-digit years."""
    try:
        return _EPOCH + timedelta(microseconds=filetime // 10)
    except OverflowError:
        return None


def as_mail(item: Item, *, headers: bool = True) -> bytes:
    """The item as a mail. Without `headers` only its body and files: the mail around it has them."""
    bodies = _bodies(item)
    parts = [_mime(kind) + _packed(text.encode("utf-8", "replace")) for kind, text in bodies]
    inner = _joined(parts, "alternative", item) if len(parts) > 1 else (parts[0] if parts else b"")
    files = [_file(one) for one in item.files]
    content = _joined([inner, *files] if inner else files, "mixed", item) if files else inner
    head = _head(item) if headers else b""
    return head + b"MIME-Version: 1.0\r\n" + (content or b"Content-Type: text/plain\r\n\r\n")


def _bodies(item: Item) -> list[tuple[str, str]]:
    """The texts of an item: plain, and as HTML, each where there is one."""
    plain = item.properties.get(BODY)
    html = item.properties.get(HTML)
    text = plain if isinstance(plain, str) else ""
    markup = _decoded(html, item) if isinstance(html, bytes) else html if isinstance(html, str) else ""
    packed = item.properties.get(RTF)
    if isinstance(packed, bytes) and packed and not markup:
        try:
            found, from_html, _ = rtf.text_of(rtf.unpacked(packed, UNPACKED_BYTES_MAX))
        except rtf.Damaged as damaged:
            item.trouble.append(str(damaged))
        else:
            if from_html:
                markup = found
            elif not text.strip():
                text = found
    return [(kind, body) for kind, body in (("text/plain", text), ("text/html", markup)) if body.strip()]


def _decoded(raw: bytes, item: Item) -> str:
    codepage = item.properties.get(CODEPAGE)
    name = f"cp{codepage}" if isinstance(codepage, int) and codepage != 65001 else "utf-8"
    try:
        return raw.decode(name)
    except (LookupError, UnicodeError):
        return raw.decode("cp1252", "replace")


def _head(item: Item) -> bytes:
    """The header fields: as the mail came where it kept them, else put together from properties."""
    kept = item.properties.get(HEADERS)
    if isinstance(kept, str) and ":" in kept:
        return _kept(kept)
    lines = []
    sender = _address(
        item, (SENT_FOR_NAME, SENDER_NAME), (SENT_FOR_SMTP, SENDER_SMTP, SENT_FOR_ADDRESS, SENDER_ADDRESS)
    )
    for name, value in (
        ("From", sender),
        ("To", _text(item, TO)),
        ("Cc", _text(item, CC)),
        ("Reply-To", _text(item, REPLY_TO)),
        ("Subject", _word(_text(item, SUBJECT))),
        ("Message-ID", _text(item, MESSAGE_ID)),
        ("In-Reply-To", _text(item, IN_REPLY_TO)),
        ("References", _text(item, REFERENCES)),
    ):
        if value:
            lines.append(f"{name}: {value}")
    sent = item.properties.get(SUBMITTED) or item.properties.get(DELIVERED)
    if isinstance(sent, datetime):
        lines.append(f"Date: {format_datetime(sent)}")
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace")


def _kept(written: str) -> bytes:
    """Header lines as they came, without those that say how the mail was packed: it is packed anew."""
    lines: list[str] = []
    dropped = False
    for line in written.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if not line.strip():
            continue
        if line[0] not in " \t":
            name = line.partition(":")[0].strip().lower()
            dropped = ":" not in line or name.startswith(("content-", "mime-version", "microsoft mail internet"))
        if not dropped:
            lines.append(line)
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace")[:HEADER_BYTES_MAX]


def _address(item: Item, names: tuple[int, ...], addresses: tuple[int, ...]) -> str:
    """A sender in the form of a From field. An Exchange name ("/O=...") is no address."""
    name = next((found for one in names if (found := _text(item, one))), "")
    address = next((found for one in addresses if "@" in (found := _text(item, one)) and "/" not in found), "")
    quoted = name.replace("\\", "").replace('"', "'")
    if not address:
        return _word(quoted) if quoted and "@" not in quoted else quoted
    shown = _word(quoted) if not quoted.isascii() else f'"{quoted}"'
    return f"{shown} <{address}>" if quoted and quoted != address else address


def _word(text: str) -> str:
    """A text as it may stand in a header field."""
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=900).encode()


def _text(item: Item | File, number: int) -> str:
    """A property on one line. Line breaks would begin another field."""
    value = item.properties.get(number)
    return " ".join(visible(value)[0].split())[:4000] if isinstance(value, str) else ""


def _file(file: File) -> bytes:
    """A file as a MIME part; an item inside as a mail inside."""
    name = _text(file, FILE_LONG_NAME) or _text(file, FILE_NAME) or _text(file, SHOWN_NAME)
    if file.item is not None:
        inside = b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n"
        return inside + as_mail(file.item)
    kind = _text(file, FILE_TYPE).lower()
    plain = kind if kind.count("/") == 1 and kind.isascii() and not set(kind) & set(' ;"') else ""
    if plain.startswith(("multipart/", "message/")) or not plain:
        plain = "application/octet-stream"
    head = f"Content-Type: {plain}\r\n"
    shown = name.replace("\\", "_").replace('"', "'")
    if shown.isascii():
        head += f'Content-Disposition: attachment; filename="{shown}"\r\n'
    else:
        head += f"Content-Disposition: attachment; filename*=utf-8''{_percent(shown)}\r\n"
    identity = _text(file, FILE_ID).strip("<>")
    if identity and plain.startswith("image/"):
        head = head.replace("attachment;", "inline;") + f"Content-ID: <{identity}>\r\n"
    return head.encode("ascii", "replace") + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(file.raw)


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "replace"))


def _mime(kind: str) -> bytes:
    return f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode()


def _packed(raw: bytes) -> bytes:
    return base64.encodebytes(raw).replace(b"\n", b"\r\n")


def _joined(parts: list[bytes], subtype: str, item: Item) -> bytes:
    """Parts as one multipart. Its boundary is of their own bytes, so that none of them can hold it."""
    boundary = b"=_" + hashlib.sha256(b"\0".join((subtype.encode(), *parts))).hexdigest()[:32].encode()
    head = b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (subtype.encode(), boundary)
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary, part) for part in parts)
    return head + body + b"--%s--\r\n" % boundary
