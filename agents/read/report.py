"""Reports on letters: what a mail server says became of one (RFC 3464), or a mail program (RFC 8098), or, in a letter of
their own making, the many servers that keep to neither.

A report is a claim by whoever sent it. It says what happened, to whom and why, and which letter it is about.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from agents.read.characters import visible
from agents.read.charsets import characters_of
from core.claims import Claim, Document, DocumentKind, Part, Span

READER = "report/1"
STATUS, DISPOSITION = "message/delivery-status", "message/disposition-notification"
RETURNED = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global",
    "message/global-headers",
)
"""The letter itself, or its head, as the report gives it back."""
TEXT_MAX = 20_000
_FIELD = re.compile(r"^([A-Za-z-]{1,60}):[ \t]*(.*(?:\n[ \t]+.*)*)", re.M)
_MESSAGE_ID = re.compile(r"^(?:Original-)?Message-ID:\s*(<[^<>\s]{1,300}>)", re.I | re.M)
_DAEMON = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon|no-?reply-?bounce|bounces?)[@+\-]|mailer-daemon$", re.I)
_FAILED = re.compile(
    r"undeliver(?:ed|able)|not delivered|delivery (?:status notification|failure|has failed|incomplete)"
    r"|mail delivery (?:failed|failure|system)|failure notice|returned (?:mail|to sender)|delivery (?:failed|notification)"
    r"|unzustellbar|nicht zugestellt|zustellung fehlgeschlagen|échec de (?:la )?remise|non remis"
    r"|no se (?:ha podido|pudo) entregar"
    r"|niet bezorgd|onbestelbaar|mancata consegna",
    re.I,
)
_DELAYED = re.compile(r"delay|verzögert|retard|retraso|vertraag", re.I)
_ADDRESS = re.compile(r"[\w.+=-]+@[\w-]+(?:\.[\w-]+)+")


def read(raw: bytes, part: Part) -> tuple[tuple[Part, ...], tuple[Document, ...]]:
    """What the machine-readable part of a report says, of the first recipient it went wrong for, else of the first."""
    text, _ = visible(characters_of(raw[:TEXT_MAX])[0].replace("\r\n", "\n"))
    part = replace(part, text=text)
    blocks = [
        (at, block) for at, block in _blocks(text) if re.search(r"^(?:Action|Disposition)\s*:", block, re.I | re.M)
    ]
    if not blocks:
        return (part,), ()
    at, block = min(blocks, key=lambda one: _weight(one[1]))
    claims: list[Claim] = []
    for found in _FIELD.finditer(block):
        name, value = found[1].lower(), found[2]
        start = at + found.start(2)
        span = Span(part=part.path, text=value, start=start, end=start + len(value))
        field, said = _said(name, " ".join(value.split()))
        if field and not any(claim.field == field for claim in claims):
            claims.append(Claim(field=field, value=said, span=span, reader=READER))
    if not any(claim.field == "report.action" for claim in claims):
        return (part,), ()
    return (part,), (Document(kind=DocumentKind.OTHER, part=part.path, claims=tuple(claims), reader=READER),)


def _weight(block: str) -> int:
    """What went wrong comes first: failed, delayed, all else."""
    found = re.search(r"^Action:\s*(failed|delayed)", block, re.I | re.M)
    return {"failed": 0, "delayed": 1}[found[1].lower()] if found else 2


def _said(name: str, value: str) -> tuple[str, str]:
    """The claim that a field of a report makes: its name and value; nothing for the others."""
    if name == "action":
        return "report.action", value.split(" ")[0].lower()
    if name == "disposition":
        return "report.action", value.rpartition(";")[2].split("/")[0].strip().lower()
    if name == "status":
        return "report.status", value.split(" ")[0]
    if name in ("final-recipient", "original-recipient"):
        return "report.recipient", value.rpartition(";")[2].strip()
    if name == "diagnostic-code":
        return "report.why", value.partition(";")[2].strip() or value
    if name == "original-message-id":
        return "report.message_id", value
    return "", ""


def about(documents: Iterable[Document], returned: Part) -> list[Document]:
    """The documents, the report among them with the Message-ID of the letter it gives back."""
    found = _MESSAGE_ID.search(returned.text)
    done: list[Document] = []
    for document in documents:
        if found is not None and document.first("report.action") and not document.first("report.message_id"):
            span = Span(part=returned.path, text=found[1], start=found.start(1), end=found.end(1))
            claim = Claim(field="report.message_id", value=found[1], span=span, reader=READER)
            document = replace(document, claims=(*document.claims, claim))
        done.append(document)
    return done


def in_words(sender: str, fields: Mapping[str, str], subject: Part | None, texts: Iterable[Part]) -> Document | None:
    """The report that a server wrote in its own words. It is one where a mail system sent it and its subject says so."""
    if subject is None or not (_DAEMON.search(sender) or fields.get("return-path", "").strip() == "<>"):
        return None
    title = _FAILED.search(subject.text)
    if title is None:
        return None
    action = "delayed" if _DELAYED.search(subject.text) else "failed"
    claims = [_claim("report.action", action, subject, title)]
    for part in texts:
        text = part.text[:TEXT_MAX]
        for field, pattern, group in (
            ("report.message_id", _MESSAGE_ID, 1),
            ("report.recipient", _ADDRESS, 0),
            ("report.status", re.compile(r"\b[45]\.\d{1,2}\.\d{1,3}\b"), 0),
            ("report.why", re.compile(r"\b[45]\d\d[ -][^\n]{5,200}"), 0),
        ):
            match = pattern.search(text)
            if match is not None and not any(claim.field == field for claim in claims):
                span = Span(part=part.path, text=match[group], start=match.start(group), end=match.end(group))
                claims.append(Claim(field=field, value=match[group], span=span, reader=READER))
    return Document(kind=DocumentKind.OTHER, part=subject.path, claims=tuple(claims), reader=READER)


def _claim(field: str, value: str, part: Part, match: re.Match[str]) -> Claim:
    span = Span(part=part.path, text=match[0], start=match.start(), end=match.end())
    return Claim(field=field, value=value, span=span, reader=READER)


def _blocks(text: str) -> list[tuple[int, str]]:
    """The groups of fields between empty lines, each with its place."""
    found, at = [], 0
    for block in re.split(r"(\n[ \t]*\n)", text):
        if block.strip():
            found.append((at, block))
        at += len(block)
    return found
