"""What a mail's header fields say: who, about what, when, in which thread, and what the receiving server found.

All of it is claimed by whoever wrote the mail. `Authentication-Results` come with the name of the server they claim to be
of; which of them count is said in core/intake/authentic.py.
"""

import email.errors
import email.header
import email.message
import email.utils
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC

from agents.read.characters import visible

THREAD_IDS_MAX = 50
FIELD_CHARS_MAX = 4_000
FIELDS_MAX = 1_000
RESULTS_MAX = 40
SHOWN = ("from", "reply-to", "to", "cc", "subject", "date")
"""Fields that become parts of their own, so that a span can point into them."""
_METHODS = re.compile(r"(?:spf|dkim|dmarc|arc|compauth)\s*=", re.I)


@dataclass(frozen=True, kw_only=True, slots=True)
class Headers:
    """The header claims of one mail. `fields` has every field by lower-case name, repetitions joined by line feeds."""

    fields: Mapping[str, str]
    sender: str
    sender_name: str
    subject: str
    sent: str
    thread: tuple[str, ...]
    authentication: tuple[str, ...]
    hidden: Mapping[str, tuple[str, ...]]
    trouble: tuple[str, ...]


def read_headers(message: email.message.Message) -> Headers:
    """Read the fields of one mail. Broken fields give what can be had, never an error."""
    every = list(message.raw_items())
    raw = [(name.lower(), re.sub(r"\r?\n[ \t]*", " ", str(value))) for name, value in every[:FIELDS_MAX]]
    fields: dict[str, str] = {}
    hidden: dict[str, tuple[str, ...]] = {}
    trouble: list[str] = []
    if len(every) > FIELDS_MAX:
        trouble.append(f"the mail has more than {FIELDS_MAX} header fields; the rest is not read")
    for name, value in raw:
        text, unseen = visible(" ".join(words_of(value)[:FIELD_CHARS_MAX].split()))
        fields[name] = f"{fields[name]}\n{text}" if name in fields else text
        if unseen and name in SHOWN:
            hidden[name] = (*hidden.get(name, ()), *unseen)
    for name in ("from", "subject", "date"):
        if sum(1 for other, _ in raw if other == name) > 1:
            trouble.append(f"the mail has more than one {name.capitalize()} field; the first counts")
    first = {name: next((value for other, value in raw if other == name), "") for name in ("from", "date")}
    sender_name, sender = _address(first["from"])
    return Headers(
        fields=fields,
        sender=sender,
        sender_name=sender_name,
        subject=fields.get("subject", "").split("\n")[0],
        sent=_moment(first["date"]),
        thread=_thread(fields),
        authentication=_authentication(raw),
        hidden=hidden,
        trouble=tuple(trouble),
    )


def words_of(value: str) -> str:
    """A field's encoded words ("=?utf-8?q?...?=") as characters; what does not decode stays as it is."""
    if "=?" not in value:
        return value
    try:
        pieces = email.header.decode_header(value[:FIELD_CHARS_MAX])
    except (email.errors.HeaderParseError, ValueError):
        return value
    text = ""
    for piece, charset in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        try:
            text += piece.decode(charset or "utf-8", "replace")
        except (LookupError, UnicodeError):
            text += piece.decode("utf-8", "replace")
    return text


def _cut(field: str) -> str:
    """Both ends of a field that is too long: a name of any length stands before its address."""
    if len(field) <= FIELD_CHARS_MAX:
        return field
    half = FIELD_CHARS_MAX // 2
    return f"{field[:half]} {field[-half:]}"


def _address(field: str) -> tuple[str, str]:
    """Display name and address of the first mailbox. Names are decoded after parsing: a name may look like an address."""
    field = _cut(field)
    try:
        name, address = email.utils.parseaddr(field)
    except RecursionError:  # comments in comments in comments
        name, address = "", ""
    if "@" not in address or re.search(r"\s", address):
        found = re.findall(r"<([^<>\s]+@[^<>\s]+)>", field) or re.findall(r"[^\s<>,;\"]+@[^\s<>,;\"]+", field)
        address = found[-1] if found else ""
        name = name or field.partition("<")[0]
    shown, _ = visible(words_of(name).strip().strip("\"'"))
    plain, _ = visible(address)
    return " ".join(shown.split()), plain.strip()


def _moment(field: str) -> str:
    """The Date field in ISO 8601 with its offset; "" when it cannot be read. Without a zone it is taken as UTC."""
    try:
        when = email.utils.parsedate_to_datetime(field.strip()[:200])
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return ""


def _thread(fields: Mapping[str, str]) -> tuple[str, ...]:
    ids: list[str] = []
    for name in ("message-id", "in-reply-to", "references"):
        ids += re.findall(r"<[^<>\s]{1,300}>", fields.get(name, ""))
    return tuple(dict.fromkeys(ids))[:THREAD_IDS_MAX]


def _authentication(raw: list[tuple[str, str]]) -> tuple[str, ...]:
    """The results that stand in the mail, topmost first, each under the name of the server that claims to have written it.

    Whether that is one of ours is not known here. A name that comes again below another server's `Received` is marked:
    what is down there was in the mail before that server had it.
    """
    found: list[str] = []
    hops = 0
    first_seen: dict[str, int] = {}
    for name, value in raw:
        if name == "received":
            hops += 1
        if name == "received-spf" and value.split():
            found.append(f"received-spf; spf={value.split()[0].lower()[:20]}")
        if name != "authentication-results":
            continue
        identity, _, results = value.partition(";")
        server = (identity.split() or ["?"])[0].lower()[:100]
        above = first_seen.setdefault(server, hops)
        shown = server if above == hops else f"{server} (below another server)"
        clauses = (" ".join(clause.split())[:200] for clause in results.split(";") if _METHODS.search(clause))
        found += [f"{shown}; {clause}" for clause in clauses]
    return tuple(visible(clause)[0] for clause in found[:RESULTS_MAX])
