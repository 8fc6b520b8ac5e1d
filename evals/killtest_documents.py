"""The documents of the kill test: the demo's mail, varied until there are as many different ones as asked for.

Each document goes to a company in which no other document comes from the same sender. So no outcome hangs on which of two
documents was read first, and a run that was killed many times must end exactly as an undisturbed one.
"""

import email
import email.policy
import email.utils
import re
from base64 import encodebytes
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

MAIL = Path(__file__).resolve().parent.parent / "desk" / "demo" / "mail"
WRITTEN_OUT = ("application/xml", "application/edi-x12")
"""Attachments whose own number is varied too; the bytes of a PDF stay as the supplier's program made them."""
STEP = 37
"""Steps through the mail in this stride, so that a short run has every kind of document too."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document and the company it is addressed to."""

    entity: str
    name: str
    raw: bytes


def documents(count: int) -> tuple[Document, ...]:
    """So many different documents, the same ones whenever it is asked."""
    files = sorted(MAIL.glob("*.eml"))
    senders: Counter[str] = Counter()
    made = []
    for number in range(count):
        file = files[number * STEP % len(files)]
        raw = varied(file.read_bytes(), number + 1)
        sender = _sender(raw)
        senders[sender] += 1
        made.append(Document(f"K{senders[sender]:02}", f"{number + 1:04}-{file.name}", raw))
    return tuple(made)


def entities(made: Sequence[Document]) -> tuple[str, ...]:
    """The companies that the documents need."""
    return tuple(sorted({document.entity for document in made}))


def varied(raw: bytes, number: int) -> bytes:
    """The mail under another Message-ID and reference, with other numbers in what it encloses as text."""
    tag = f"KT-{number:04}"
    head, gap, rest = raw.partition(b"\r\n\r\n" if b"\r\n\r\n" in raw else b"\n\n")
    head = re.sub(rb"(?im)^(message-id:\s*<)", rb"\1" + tag.lower().encode() + b".", head)
    head = re.sub(rb"(?im)^(subject:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", rb"\1 (" + tag.encode() + b")", head)
    mail = email.message_from_bytes(head + gap + rest, policy=email.policy.compat32)
    changed = [_renumber(part, number) for part in mail.walk()]
    return mail.as_bytes() if any(changed) else head + gap + rest


def _renumber(part: Message, number: int) -> bool:
    """Give a document that is text its own number; the file is named after it."""
    name = part.get_filename()
    payload = part.get_payload(decode=True)
    if part.get_content_type() not in WRITTEN_OUT or not name or not isinstance(payload, bytes):
        return False
    own = Path(name).stem.encode()
    if own not in payload or str(part.get("Content-Transfer-Encoding", "")).lower() != "base64":
        return False
    part.set_payload(encodebytes(payload.replace(own, own + f"-{number}".encode())).decode())
    return True


def _sender(raw: bytes) -> str:
    mail = email.message_from_bytes(raw, policy=email.policy.compat32)
    address = email.utils.parseaddr(str(mail.get("From", "")))[1]
    return address.rpartition("@")[2].lower()


def senders_of(made: Sequence[Document], entity: str) -> set[str]:
    """The domains that write to a company."""
    return {_sender(document.raw) for document in made if document.entity == entity}
