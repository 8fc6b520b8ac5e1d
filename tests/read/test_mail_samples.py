"""Mail of other people's programs: what they quote is cut, what they break is read, what came back is told.

Skipped, and saying so, where the folder of samples is not beside the project. What is expected of replies is their own
ground truth; subjects, senders, bodies and files are compared with the standard library where it finds nothing wrong.
"""

import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path

from agents.read.document import read_message
from agents.read.mail import open_mail
from agents.read.quotes import split
from core.intake.reports import report_in
from tests.read.test_samples import SAMPLES, files

HELLO, FINE = "Hello", "Hi. I am fine.\n\nThanks,\nAlex"
OTHER_SUBJECTS = {
    "msg_35.txt": "a body that begins without an empty line is a header that goes on, until it is none",
    "content_transfer_encoding_empty.eml": "an invisible hyphen is taken out of the subject",
    "invalid_subject_characters.eml": "bytes of Windows-1252 are read, not replaced",
}
"""Subjects that are read otherwise than by the standard library, and why."""
OTHER_BODIES = {
    "msg_04.txt": "its text is a file sent along",
    "msg_44.txt": "its text is a file sent along",
    "attachment_pdf_non_ascii.eml": "text that was encoded twice is read as it was meant",
    "attachment_pdf_non_ascii_lf.eml": "text that was encoded twice is read as it was meant",
    "content_transfer_encoding_7-bit.eml": "text that was encoded twice is read as it was meant",
    "empty_group_lists.eml": "its HTML says otherwise than its plain text, and is what people see",
    "new_line_in_to_header.eml": "its text is an XML document",
}


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def new_of(raw: bytes) -> str:
    """The new text of a mail with its signature: the expected texts do not part the two."""
    texts = {part.path: part.text for part in read_message(raw).parts}
    return plain(texts.get("body", "") + texts.get("body:signature", ""))


def test_replies_of_twelve_mail_programs_are_cut_where_their_history_begins() -> None:
    replies = [file for file in files("email_talon", ".eml") if file.parent.name == "standard_replies"]
    assert len(replies) == 12
    for file in replies:
        own = file.with_name(f"{file.stem}_reply_text")
        expected = own.read_text(encoding="utf-8") if own.exists() else HELLO
        assert new_of(file.read_bytes()) == plain(expected), file.name


def test_replies_in_html_are_cut_where_their_history_begins() -> None:
    replies = [file for file in files("email_talon", ".html") if file.parent.name == "html_replies"]
    assert len(replies) == 9
    head = b"From: a@b.example\nSubject: Re: x\nContent-Type: text/html; charset=utf-8\n\n"
    for file in replies:
        assert new_of(head + file.read_bytes()) == plain(FINE), file.name


def test_signatures_are_told_where_a_formula_or_a_card_shows_them() -> None:
    """Three of six: a name with "via mobile" under it, and a card of ten paragraphs, stay text; no fact is lost by it."""
    bodies = [file for file in files("email_talon", "") if file.name.endswith("_body") and "stripped" in file.parts]
    found = 0
    for file in bodies:
        own = file.with_name(file.name.replace("_body", "_signature"))
        expected = own.read_text(encoding="utf-8", errors="replace") if own.exists() else ""
        found += plain(split(file.read_text(encoding="utf-8", errors="replace")).signature) == plain(expected)
    assert (found, len(bodies)) == (3, 6)


def mails() -> list[Path]:
    found = [*files("email_mikel", ".eml", ".txt"), *files("email_cpython", ".txt")]
    return [file for file in found if file.name.startswith(("msg_", "SOURCE")) or file.suffix == ".eml"]


def by_the_library(raw: bytes) -> EmailMessage | None:
    """The mail as the standard library has it, None where it finds something wrong with any part."""
    body = raw.split(b"\n", 1)[1] if raw.startswith(b"From ") else raw
    try:
        message = email.message_from_bytes(body, policy=email.policy.default)
        whole = isinstance(message, EmailMessage) and not any(part.defects for part in message.walk())
    except (ValueError, IndexError, AttributeError, LookupError):
        return None
    return message if whole and isinstance(message, EmailMessage) else None


def test_charsets_and_broken_mails_are_read_without_a_character_lost() -> None:
    chosen = [file for file in mails() if file.name != "SOURCE.txt"]
    for file in chosen:
        raw = file.read_bytes()
        text = " ".join(part.text for part in read_message(raw, file.name).parts)
        assert "\ufffd" not in text or b"\xef\xbf\xbd" in raw, file.name
    assert len(chosen) >= 130


def test_what_the_standard_library_reads_without_a_doubt_is_read_the_same() -> None:
    compared = 0
    for file in mails():
        theirs = by_the_library(file.read_bytes())
        if theirs is None or file.name == "SOURCE.txt":
            continue
        ours = open_mail(file.read_bytes())
        compared += 1
        if theirs["subject"] is not None and not theirs["subject"].defects and file.name not in OTHER_SUBJECTS:
            assert " ".join(str(theirs["subject"]).split()) == ours.headers.subject, file.name
        if theirs["from"] is not None and not theirs["from"].defects and theirs["from"].addresses:
            assert theirs["from"].addresses[0].addr_spec == ours.headers.sender, file.name
        body = theirs.get_body(("plain",))
        if body is not None and file.name not in OTHER_BODIES:
            seen = {word for text in ours.texts for word in text.text.split()}
            lost = [word for word in _words(body) if word not in seen and not word.startswith((">", "http", "<http"))]
            assert not lost, (file.name, lost[:5])
    assert compared >= 90


def _words(body: EmailMessage) -> list[str]:
    try:
        text = body.get_content()
    except (LookupError, ValueError):
        return []
    return [] if "\ufffd" in text else str(text).split()


def test_every_delivery_report_says_what_became_of_which_letter() -> None:
    reports = [file for file in mails() if file.parent.name == "multipart_report_emails"]
    reports += [SAMPLES / "email_cpython" / name for name in ("msg_16.txt", "msg_25.txt", "msg_43.txt")]
    told = [report_in(read_message(file.read_bytes())) for file in reports]
    assert len(told) == 8
    assert all(report is not None and report.about and report.why for report in told)
    assert [report.action for report in told if report].count("delayed") == 1
