"""A message opened part by part: mails and archives recursively, files by what their bytes are.

Each part ends as READ, SET_ASIDE, UNREADABLE or REFUSED with a sentence. A reader that stumbles over a part costs that
part and nothing else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from agents.read import archive, files, filetype, mail, report, rtf, text, wrapped
from agents.read.characters import plain_name, visible
from agents.read.charsets import characters_of
from agents.read.country import NOWHERE, Home, of_sender
from agents.read.files import part_of
from agents.read.limits import (
    HEAD_BYTES_MAX,
    HIDDEN_TEXTS_MAX,
    NESTING_MAX,
    PARTS_MAX,
    REFUSED_PARTS_NAMED_MAX,
    SENTENCES_CHARS_MAX,
    SENTENCES_OF_MESSAGE_MAX,
    TEXT_CHARS_MAX,
    UNPACKED_BYTES_MAX,
)
from agents.read.mail_headers import SHOWN, Headers
from agents.read.ocr import Pictures
from agents.read.verify import verify
from core.claims import Document, Part, PartState


@dataclass(slots=True)
class Opening:
    """One message being opened: what was found so far, and what room is left."""

    skip: Mapping[str, str]
    report: Callable[[str], None]
    parts: list[Part] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    opened: int = 0
    refused: int = 0
    room: int = UNPACKED_BYTES_MAX
    sentences: int = SENTENCES_OF_MESSAGE_MAX
    pictures: Pictures = field(default_factory=Pictures)
    home: Home = NOWHERE  # what the supplier's record shows of where the sender writes from, then all that does
    wanted: str = ""  # the one part that is only to be found, not read
    found: bytes | None = None

    def refuse_for_number(self, part: Part) -> None:
        """A part past the limit: listed by name while that helps anybody, counted after."""
        self.refused += 1
        if self.refused <= REFUSED_PARTS_NAMED_MAX:
            self.parts.append(
                replace(part, state=PartState.REFUSED, why=f"the message has more than {PARTS_MAX} parts")
            )

    def count_the_rest(self) -> None:
        """Say how many parts were refused without a name."""
        if self.refused > REFUSED_PARTS_NAMED_MAX:
            rest = self.refused - REFUSED_PARTS_NAMED_MAX
            self.trouble.append(f"{rest:,} more parts were not opened: the message has more than {PARTS_MAX}")


def open_mail(opening: Opening, raw: bytes, prefix: str, depth: int) -> Headers:
    """Open one mail, the message itself or one forwarded in it, and everything in it. Gives its headers."""
    opened = mail.open_mail(raw, depth)
    headers = opened.headers
    for name in SHOWN:
        if name in headers.fields:
            written = headers.fields[name].split("\n")[0]
            part = part_of(f"{prefix}header:{name}", name.capitalize(), written.encode(), "text/plain")
            opening.parts.append(replace(part, text=written, hidden=headers.hidden.get(name, ())))
    sent = datetime.fromisoformat(headers.sent).date() if headers.sent else None
    signed = [one.text for one in opened.texts if one.path == "body:signature"]
    around, opening.home = opening.home, of_sender(headers.sender, signed, opening.home if depth == 0 else NOWHERE)
    for written_text in opened.texts:
        part = part_of(f"{prefix}{written_text.path}", "Body", written_text.raw, written_text.media_type)
        part = replace(part, text=written_text.text, hidden=written_text.hidden, why=written_text.note)
        opening.parts.append(part)
        opening.trouble += written_text.trouble
        if written_text.path in ("body", "body:forwarded"):
            subject = next((p for p in opening.parts if p.path == f"{prefix}header:subject"), None)
            own = written_text.path == "body"  # what is passed on somebody else wrote
            _read_text(opening, part, sent, subject if own else None, opening.home if own else NOWHERE)
    opening.trouble += opened.trouble
    reports = headers.fields.get("content-type", "").lower().startswith("multipart/report")
    for number, enclosure in enumerate(opened.enclosures, 1):
        path, shown, wrong = mail.named(enclosure, number)
        opening.trouble += [f"{shown}: {sentence}" for sentence in enclosure.trouble]
        if reports and enclosure.declared in report.RETURNED:
            _take_returned(opening, part_of(f"{prefix}{path}", shown, enclosure.raw, enclosure.declared), enclosure.raw)
            continue
        open_file(
            opening,
            f"{prefix}{path}",
            shown,
            enclosure.raw,
            declared=enclosure.declared,
            depth=enclosure.depth,
            wrong=wrong,
            embedded=enclosure.embedded,
            sent=sent,
        )
    if depth == 0 and not any(document.first("report.action") for document in opening.documents):
        said = {part.path: part for part in opening.parts}
        texts = [part for part in opening.parts if part.path in (f"{prefix}body", f"{prefix}body:quoted")]
        told = report.in_words(headers.sender, headers.fields, said.get(f"{prefix}header:subject"), texts)
        opening.documents += [told] if told else []
    opening.home = around
    return headers


def _take_returned(opening: Opening, part: Part, raw: bytes) -> None:
    """The letter that a report gives back: its head is kept, and none of it is read as news."""
    head, _, _ = raw[:HEAD_BYTES_MAX].replace(b"\r\n", b"\n").partition(b"\n\n")
    text, _ = visible(characters_of(head)[0])
    part = replace(part, state=PartState.SET_ASIDE, why="the letter that is reported on", text=text)
    opening.parts.append(part)
    opening.documents[:] = report.about(opening.documents, part)


def open_file(
    opening: Opening,
    path: str,
    name: str,
    raw: bytes,
    *,
    declared: str = "",
    depth: int = 0,
    wrong: tuple[str, ...] = (),
    embedded: bool = False,
    sent: date | None = None,
) -> None:
    """Open one file by what its bytes are. `wrong` is what was wrong with its name, `sent` when its mail was sent."""
    kind = filetype.MAIL if declared == filetype.MAIL else filetype.detect(raw, declared, name)
    part = replace(part_of(path, name, raw, kind), hidden=wrong)
    if opening.opened >= PARTS_MAX:
        opening.refuse_for_number(part)
        return
    opening.opened += 1
    if opening.wanted and kind not in (filetype.MAIL, filetype.ZIP, *wrapped.KINDS):
        opening.found = raw if path == opening.wanted else opening.found
        return
    closed = _closed(part, kind, declared, depth, opening.skip)
    if closed is not None:
        opening.parts.append(closed)
        return
    opening.report(path)
    if kind == filetype.MAIL:
        opening.parts.append(replace(part, why="a mail inside this one; its own parts follow"))
        open_mail(opening, raw, f"{path}/", depth + 1)
        return
    if kind == filetype.ZIP:
        _open_archive(opening, part, raw, depth, sent)
        return
    if kind in wrapped.KINDS:
        _open_wrapped(opening, part, raw, depth)
        return
    if kind in (filetype.TEXT, filetype.HTML, filetype.RTF):
        part = _with_text(part, raw, kind)
        opening.parts.append(part)
        _read_text(opening, part, sent)
        return
    parts, documents = files.read(raw, part, opening.pictures, in_text=embedded, home=opening.home)
    opening.parts += parts
    opening.documents += documents


def _closed(part: Part, kind: str, declared: str, depth: int, skip: Mapping[str, str]) -> Part | None:
    """The part as it ends when it is not to be opened, or None when it is."""
    if part.path in skip:
        return replace(part, state=PartState.UNREADABLE, why=skip[part.path])
    if declared.startswith("multipart/") or depth > NESTING_MAX:
        return replace(part, state=PartState.REFUSED, why=f"nested deeper than {NESTING_MAX} levels")
    for state, sentences in (
        (PartState.SET_ASIDE, filetype.SET_ASIDE),
        (PartState.UNREADABLE, filetype.UNREADABLE),
        (PartState.REFUSED, filetype.REFUSED),
    ):
        if kind in sentences:
            return replace(part, state=state, why=sentences[kind])
    return None


def _open_wrapped(opening: Opening, part: Part, raw: bytes, depth: int) -> None:
    """A mail in a wrapping of its own: opened to what it stands for, within the message's room."""
    around = next(
        (one.text for one in opening.parts if one.path == f"{part.path.rpartition('/')[0]}/body".lstrip("/")), ""
    )
    try:
        inside = wrapped.opened(raw, part.media_type, around)
    except wrapped.NotOpened as closed:
        opening.parts.append(replace(part, state=PartState.UNREADABLE, why=str(closed)))
        return
    except (MemoryError, RecursionError):
        opening.parts.append(replace(part, state=PartState.REFUSED, why="opening it needs more than a reader may use"))
        return
    except Exception as error:  # as in files.read: what hostile bytes make of a parser is not listed
        why = f"the file is damaged or of an unusual kind: opening it failed ({type(error).__name__})"
        opening.parts.append(replace(part, state=PartState.UNREADABLE, why=why))
        return
    if len(inside.raw) > opening.room:
        opening.parts.append(replace(part, state=PartState.REFUSED, why="it holds more than a message may"))
        return
    opening.room -= len(inside.raw)
    opening.trouble += [f"{part.name}: {sentence}" for sentence in inside.trouble]
    opening.parts.append(replace(part, why="a mail inside this one; its own parts follow"))
    open_mail(opening, inside.raw, f"{part.path}/", depth + 1)


def _open_archive(opening: Opening, part: Part, raw: bytes, depth: int, sent: date | None) -> None:
    """The files of an archive, each as a part of its own, until the message's room is used up."""
    at = len(opening.parts)
    opening.parts.append(part)
    number = 0
    try:
        for number, packed in enumerate(archive.files(raw, opening.room), 1):
            shown, wrong = plain_name(packed.name)
            path = f"{part.path}/{number}:{shown}"
            if packed.why:
                inner = part_of(path, shown, b"", filetype.UNKNOWN)
                opening.parts.append(replace(inner, state=PartState.UNREADABLE, why=packed.why, hidden=wrong))
                continue
            opening.room -= len(packed.raw)
            open_file(opening, path, shown, packed.raw, depth=depth + 1, wrong=wrong, sent=sent)
    except archive.TooMuch as much:
        opening.parts[at] = replace(part, state=PartState.REFUSED, why=str(much))
    except archive.NotOpened as closed:
        opening.parts[at] = replace(part, state=PartState.UNREADABLE, why=str(closed))
    else:
        if number == 0:
            opening.parts[at] = replace(part, state=PartState.SET_ASIDE, why="an empty archive")


def _with_text(part: Part, raw: bytes, kind: str) -> Part:
    """A text file with its characters."""
    if kind == filetype.RTF:
        return _with_rtf(part, raw)
    written, wrong = characters_of(raw)
    if kind == filetype.HTML:
        seen, hidden, broken = mail.text_of_html(written)
        wrong = (*wrong, *broken)
    else:
        seen, hidden = visible(written)
    if len(seen) > TEXT_CHARS_MAX:
        wrong = (*wrong, f"the text is cut after {TEXT_CHARS_MAX:,} characters")
    return replace(part, text=seen[:TEXT_CHARS_MAX], hidden=(*part.hidden, *hidden), why="; ".join(wrong))


def _with_rtf(part: Part, raw: bytes) -> Part:
    """An RTF file with its text; one that wraps HTML with the text of that."""
    try:
        text, from_html, hidden = rtf.text_of(raw)
    except rtf.Damaged as damaged:
        return replace(part, state=PartState.UNREADABLE, why=f"the RTF cannot be read: {damaged}")
    broken: tuple[str, ...] = ()
    if from_html:
        text, unseen, broken = mail.text_of_html(text)
        hidden = (*hidden, *unseen)
    seen, invisible = visible(text)
    return replace(
        part, text=seen, hidden=(*part.hidden, *hidden, *invisible)[:HIDDEN_TEXTS_MAX], why="; ".join(broken)
    )


def _read_text(
    opening: Opening, part: Part, sent: date | None, subject: Part | None = None, home: Home = NOWHERE
) -> None:
    """What the sentences of a text say, when they say anything. A mail's subject is read with its text."""
    if opening.wanted:
        return
    if part.path in opening.skip:
        opening.trouble.append(f"{part.name}: {opening.skip[part.path]}")
        return
    opening.report(part.path)
    if len(part.text) > min(SENTENCES_CHARS_MAX, opening.sentences):
        opening.trouble.append(
            f"{part.name}: there is too much text to read it for facts ({len(part.text):,} characters)"
        )
        return
    opening.sentences -= len(part.text)
    try:
        document = text.read(part, sent, subject, home)
    except Exception as error:  # as in `_guarded`: our own rules over hostile text must not cost the message
        opening.trouble.append(f"{part.name}: its sentences could not be read ({type(error).__name__})")
        return
    if document is not None and part.path.endswith("body:forwarded"):
        own = part.path.removesuffix(":forwarded")
        if any(said.part == own and text.tells_news(said) for said in opening.documents):
            document = text.only_papers(document)
    if document is not None and document.claims:
        opening.documents.append(verify(document, (part, subject) if subject else (part,)))
