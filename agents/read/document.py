"""From stored bytes to a reading: every part of a message opened by what it is, and every end of it said in a sentence.

`read_message` parses whatever it is given and therefore runs in the reader process only (agents/read/sandbox.py) and in
tests. `read_in_sandbox` and `read_file` are for everybody: they hand the bytes to a reader process and give back what
comes out of it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from agents.read import en16931, filetype, wrapped
from agents.read.characters import plain_name
from agents.read.confidence import with_confidence
from agents.read.country import NOWHERE, Home
from agents.read.intents import classify
from agents.read.limits import MESSAGE_BYTES_MAX, SENTENCES_CHARS_MAX, SENTENCES_OF_MESSAGE_MAX
from agents.read.mail_headers import Headers
from agents.read.mime import looks_like_mail
from agents.read.ocr import Pictures
from agents.read.opening import Opening, open_file, open_mail
from agents.read.sandbox import ReaderPool, read_in_sandbox
from agents.read.unread import READER, over_the_limit
from core.canonical import sha256_hex
from core.claims import Check, Document, Intent, IntentClaim, Part, PartState, Reading
from core.intake.authentic import same_organisation

__all__ = ["ReaderPool", "read_file", "read_in_sandbox", "read_message"]


def read_file(path: Path) -> Reading:
    """Read one file from the disk, in a reader process. For the command line. Raises `OSError` when it is not there."""
    return read_in_sandbox(path.read_bytes(), path.name)


def read_message(
    raw: bytes,
    name: str = "message.eml",
    *,
    skip: Mapping[str, str] | None = None,
    report: Callable[[str], None] = lambda path: None,
    pictures: bool = True,
    home: Home = NOWHERE,
) -> Reading:
    """Read one message or bare file, in this process. Gives a Reading for any bytes.

    `skip` maps paths of parts that must not be opened to the reason; `report` is told each path before it is opened, so
    that whoever watches knows which part a reader died of. Without `pictures` the first that would have to be read raises
    `agents.read.unread.PicturesWanted`. `home` is what the supplier's record shows of where the sender writes from.
    """
    digest = sha256_hex(raw)
    if len(raw) > MESSAGE_BYTES_MAX:
        return over_the_limit(raw, name)
    opening = Opening(skip=skip or {}, report=report, pictures=Pictures(able=pictures), home=home)
    with en16931.watched(opening.report, opening.skip):
        headers = open_whole(opening, raw, name)
    return _reading(opening, digest, headers)


def open_whole(opening: Opening, raw: bytes, name: str) -> Headers | None:
    """Open a message or bare file, whichever it is. Gives the headers of a message."""
    kind = filetype.detect(raw, name=name)
    if kind in filetype.TEXTUAL and looks_like_mail(raw):
        return _open_letters(opening, raw)
    if kind == filetype.MSG:
        return _open_saved(opening, raw, name)
    shown, wrong = plain_name(name, "file")
    open_file(opening, f"1:{shown}", shown, raw, wrong=wrong)
    return None


def _open_letters(opening: Opening, raw: bytes) -> Headers | None:
    """One mail; or the mails of an mbox, each by itself, which then have no sender in common."""
    letters = wrapped.letters_of_mbox(raw)
    if not letters:
        return open_mail(opening, raw, "", 0)
    for number, letter in enumerate(letters, 1):
        open_file(opening, f"{number}:message.eml", f"message {number}", letter, declared=filetype.MAIL)
    return None


def _open_saved(opening: Opening, raw: bytes, name: str) -> Headers | None:
    """A mail that Outlook saved, as the mail it is. One that cannot be opened is a file like any other."""
    try:
        inside = wrapped.opened(raw, filetype.MSG)
    except Exception:  # said where the file is opened as a part, below
        shown, wrong = plain_name(name, "file")
        open_file(opening, f"1:{shown}", shown, raw, wrong=wrong)
        return None
    opening.trouble += inside.trouble
    return open_mail(opening, inside.raw, "", 0)


def _reading(opening: Opening, digest: str, headers: Headers | None) -> Reading:
    """Everything that was found, with what could not be read named in sentences."""
    opening.count_the_rest()
    parts = tuple(opening.parts)
    documents = tuple(with_confidence(document) for document in opening.documents)
    closed = (PartState.UNREADABLE, PartState.REFUSED)
    unread = tuple(f"{part.name}: {part.why}" for part in parts if part.state in closed)
    sender = headers.sender if headers else ""
    subject = headers.subject if headers else ""
    sent = datetime.fromisoformat(headers.sent).date() if headers and headers.sent else None
    return Reading(
        message=digest,
        reader=READER,
        parts=parts,
        documents=_with_answers_elsewhere(documents, headers),
        intents=_intents(opening, subject, sender, headers, sent),
        sender=sender,
        sender_name=headers.sender_name if headers else "",
        subject=subject,
        sent=headers.sent if headers else "",
        thread=headers.thread if headers else (),
        authentication=headers.authentication if headers else (),
        trouble=tuple(dict.fromkeys((*unread, *opening.trouble))),
    )


def _with_answers_elsewhere(documents: tuple[Document, ...], headers: Headers | None) -> tuple[Document, ...]:
    """The documents, the letter among them with a note where answers to it would go to somebody else than its sender."""
    written = headers.fields.get("reply-to", "").split("\n")[0] if headers else ""
    answers = [address.rpartition("@")[2].strip(">. ") for address in re.findall(r"[^\s<>,;\"]+@[^\s<>,;\"]+", written)]
    sender = headers.sender.rpartition("@")[2] if headers else ""
    at = next((n for n, document in enumerate(documents) if document.part == "body"), None)
    if at is None or not answers or not sender or same_organisation(answers[-1], sender):
        return documents
    says = f"Answers to it would go to {answers[-1].lower()}, not to {sender.lower()}"
    note = Check(name="reply_to", holds=False, says=says, warning=True)
    letter = replace(documents[at], checks=(*documents[at].checks, note))
    return (*documents[:at], letter, *documents[at + 1 :])


def _intents(
    opening: Opening, subject: str, sender: str, headers: Headers | None, sent: date | None
) -> tuple[IntentClaim, ...]:
    """What the message wants. A report on a letter is sent by a machine too, and is neither an absence nor a newsletter."""
    parts, documents = tuple(opening.parts), tuple(opening.documents)
    found = classify(subject, _beginnings(parts), documents, sender, headers.fields if headers else {}, sent)
    if not any(document.first("report.action") for document in documents):
        return found
    left = tuple(claim for claim in found if claim.intent not in (Intent.OUT_OF_OFFICE, Intent.NEWSLETTER))
    return left or (IntentClaim(intent=Intent.OTHER, reader=READER),)


def _beginnings(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts with as much of their text as is read for intents; ranges into a beginning are ranges into the whole."""
    left = SENTENCES_OF_MESSAGE_MAX
    begun: list[Part] = []
    for part in parts:
        kept = part.text[: min(SENTENCES_CHARS_MAX, left)]
        left -= len(kept)
        begun.append(part if len(kept) == len(part.text) else replace(part, text=kept))
    return tuple(begun)
