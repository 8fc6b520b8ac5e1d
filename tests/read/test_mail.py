"""Mails as they come: who and what, the text people see, history and signature apart, every attachment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.read.characters import plain_name
from agents.read.charsets import characters_of
from agents.read.document import read_message
from agents.read.quotes import split
from core.claims import PartState
from tests.read.papers import attached, cii, found, letter, packed, pdf, plain, text_part
from tests.read.papers import x12 as interchange


def test_the_header_fields_are_claims_with_parts_to_point_into():
    reading = read_message(plain("Hello", subject="=?utf-8?q?Best=C3=A4tigung?= PO-40417"))

    assert (reading.sender, reading.sender_name) == ("jana@keller.example", "Jana Keller")
    assert reading.subject == "Bestätigung PO-40417"
    assert found(reading, "header:subject").text == reading.subject
    assert reading.sent == "2026-11-19T16:04:00+01:00"
    assert reading.thread == ("<k1@keller.example>",)


@pytest.mark.parametrize(
    ("field", "name", "address"),
    [
        ("jana@keller.example", "", "jana@keller.example"),
        ('"ceo@norbeck.example" <thief@far.example>', "ceo@norbeck.example", "thief@far.example"),
        ("=?utf-8?q?ceo=40norbeck=2Eexample?= <thief@far.example>", "ceo@norbeck.example", "thief@far.example"),
        ("Jana Keller (Sales) <jana@keller.example>", "Jana Keller (Sales)", "jana@keller.example"),
        ("Jana, Keller & Co <jana@keller.example>", "Jana, Keller & Co", "jana@keller.example"),
        ("nobody", "nobody", ""),
    ],
)
def test_a_display_name_never_passes_for_the_address(field: str, name: str, address: str):
    reading = read_message(f"From: {field}\nSubject: x\n\nHello".encode())

    assert (reading.sender_name, reading.sender) == (name, address)


def test_results_come_with_the_name_of_the_server_they_claim_to_be_of():
    ours = "Authentication-Results: mx.norbeck.example; spf=pass smtp.mailfrom=keller.example; dkim=fail header.d=x\n"
    theirs = "Authentication-Results: mx.norbeck.example; dkim=pass; dmarc=pass\n"
    other = "Authentication-Results: mx.far.example 1; dkim=pass\nReceived-SPF: Fail (far.example)\n"
    raw = f"{ours}Received: from a by b\n{theirs}{other}From: a@keller.example\n\nHi".encode()

    assert read_message(raw).authentication == (
        "mx.norbeck.example; spf=pass smtp.mailfrom=keller.example",
        "mx.norbeck.example; dkim=fail header.d=x",
        "mx.norbeck.example (below another server); dkim=pass",
        "mx.norbeck.example (below another server); dmarc=pass",
        "mx.far.example; dkim=pass",
        "received-spf; spf=fail",
    )


def test_a_mail_without_any_date_or_with_a_wrong_one_has_none():
    assert read_message(b"From: a@b.example\n\nHi").sent == ""
    assert read_message(b"From: a@b.example\nDate: soon\n\nHi").sent == ""


REPLIES = {
    "gmail": "We ship.\n\nOn Thu, Nov 19, 2026 at 9:00 AM Mara Lind\n<mara@norbeck.example> wrote:\n> 1,200 by 27 Nov?",
    "german": "Wir liefern Montag.\n\nAm 19.11.2026 um 09:00 schrieb Mara Lind:\n> 1.200 Stück bis 27.11.?",
    "outlook": "We ship.\n\n________________________________\nFrom: Mara\nSent: Thursday\nTo: Jana\nSubject: PO\n\n1,200?",
    "german outlook": "Wir liefern.\n\nVon: Mara\nGesendet: Donnerstag\nAn: Jana\nBetreff: PO\n\n1.200?",
    "french": "Nous livrons lundi.\n\nLe jeu. 19 nov. 2026 à 09:00, Mara a écrit :\n\n1 200 ?",
    "original": "We ship.\n\n-----Original Message-----\nFrom: Mara\n1,200?",
}


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
def test_history_is_cut_off_in_every_manner_of_quoting(reply: str):
    taken = split(reply)

    assert "200" not in taken.new
    assert "200" in taken.quoted
    assert taken.new == reply.split("\n")[0]


def test_answers_between_quoted_lines_stay_news():
    taken = split("> 1,200 bolts by 27 Nov?\n1,080 only.\n> 100 caps?\nYes.")

    assert taken.new == "1,080 only.\nYes."


def test_a_signature_is_no_news_and_a_postscript_is():
    taken = split("We ship Monday.\n\nBest regards\nJana Keller\nTel. +49 30 1234567\nP.S. Prices rise on 1 January.")

    assert taken.new == "We ship Monday.\n\nP.S. Prices rise on 1 January."
    assert "1234567" in taken.signature


def test_thanks_in_the_middle_end_nothing():
    text = "Dear Mara,\nThank you.\nOf the 1,200 bolts we ship 1,080 on Monday, and the other 120 follow in two weeks."

    assert split(text).new == text


def test_a_forward_without_words_of_its_own_is_the_news():
    text = "---------- Forwarded message ---------\nFrom: Jana <jana@keller.example>\nSubject: PO\n\nWe ship 1,080."

    assert "We ship 1,080." in split(text, "Fwd: PO").new
    commented = split(f"Please see below.\n\n{text}", "Fwd: PO")
    assert (commented.new, "1,080" in commented.forwarded) == ("Please see below.", True)


@given(st.text(alphabet="On >:wrote\nFrmSeTa@.-_Betgrds1", max_size=400))
def test_every_line_of_a_mail_goes_to_exactly_one_place(text: str):
    taken = split(text)
    pieces = (taken.new, taken.quoted, taken.forwarded, taken.signature)

    lines = sorted(line.rstrip(" \t") for piece in pieces for line in piece.split("\n") if line.strip())
    assert lines == sorted(line.rstrip(" \t") for line in text.split("\n") if line.strip())


def test_of_a_chain_of_forwards_the_newest_that_says_something_is_passed_on_and_the_older_is_history():
    rule = "---------- Forwarded message ----------\n"
    newest = f"{rule}From: mill@a.example\nSubject: x\n\nwe can do 800 of the PS-05\n\n"
    older = f"{rule}From: b@c.example\nSubject: x\n\n"
    taken = split(f"Dana, see below.\n\n{newest}{older}they ordered 1,000 PS-05 for 2 December", "FW: FW: x")
    assert "800 of the PS-05" in taken.forwarded
    assert "they ordered" in taken.quoted
    assert "they ordered" not in taken.forwarded


def test_a_forward_of_a_forward_that_says_nothing_passes_on_the_letter_at_its_end():
    rule = "---------- Forwarded message ----------\n"
    taken = split(
        f"fyi\n\n{rule}From: a@b.example\nSubject: x\n\nsee below\n\n{rule}From: c@d.example\n\nPO-40417 is late.",
        "FW: x",
    )
    assert "PO-40417 is late" in taken.forwarded


@pytest.mark.parametrize(
    ("raw", "declared", "text"),
    [
        ("Größe".encode(), "", "Größe"),
        ("Größe".encode(), "iso-8859-1", "Größe"),
        ("Größe".encode("latin-1"), "utf-8", "Größe"),
        ("Größe".encode("cp1252"), "nonsense", "Größe"),
        ("Größe".encode("utf-16"), "us-ascii", "Größe"),
        ("すみません".encode("iso-2022-jp"), "", "すみません"),
        ("すみません".encode("shift_jis"), "shift_jis", "すみません"),
        (b"plain", "unicode_escape", "plain"),
        ("Größe – 5 €".encode("cp1252"), "iso-8859-1", "Größe – 5 €"),
        ("Größe – 5 €".encode("cp1252"), "utf-8", "Größe – 5 €"),
        ("für Stück, Maß, übermorgen".encode("cp850"), "", "für Stück, Maß, übermorgen"),
        ("Größe für die Prüfung".encode() + b" \xff", "utf-8", "Größe für die Prüfung \ufffd"),
        ("Größe für 5 €".encode().decode("cp1252").encode(), "utf-8", "Größe für 5 €"),
        ("Ça coûte 3 € l’unité, à côté".encode("cp1252"), "", "Ça coûte 3 € l’unité, à côté"),
        ("Âge, Ã, ¿Qué?".encode(), "utf-8", "Âge, Ã, ¿Qué?"),
    ],
)
def test_wrong_and_missing_charsets_are_survived(raw: bytes, declared: str, text: str):
    assert characters_of(raw, declared)[0] == text


def test_a_wrong_charset_is_noted_on_the_part_and_costs_nothing():
    reading = read_message(
        "From: a@b.example\nContent-Type: text/plain; charset=us-ascii\n\nSchöne Grüße".encode("cp1252")
    )
    body = next(part for part in reading.parts if part.path == "body")
    assert body.text == "Schöne Grüße"
    assert "us-ascii" in body.why
    assert reading.trouble == ()


def test_every_attachment_is_a_part_and_says_how_it_ended():
    reading = read_message(
        letter(
            text_part("See enclosed."),
            attached("KF-88213.xml", cii(), "text/xml"),
            attached("answer.txt", interchange("855", "BAK*00*AD*PO-1*20261102")),
            attached("locked.pdf", pdf("secret", password="open")),
            attached("scan.pdf", pdf(picture=True)),
            attached("cut.pdf", pdf("x")[:200]),
            attached("label.png", b"\x89PNG\r\n\x1a\n" + bytes(50), "image/png"),
            attached("run.pdf", b"MZ" + bytes(100), "application/pdf"),
            attached("meeting.ics", b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", "text/calendar"),
            attached("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
            attached("empty.pdf", b""),
        )
    )
    ends = {part.path: (part.state, part.why) for part in reading.parts if part.path[0].isdigit()}

    assert ends["1:KF-88213.xml"][0] is PartState.READ
    assert ends["2:answer.txt"][0] is PartState.READ
    assert ends["3:locked.pdf"] == (PartState.UNREADABLE, "the PDF asks for a password")
    assert ends["5:cut.pdf"][0] is PartState.UNREADABLE
    assert ends["6:label.png"][0] is PartState.UNREADABLE
    assert ends["7:run.pdf"][0] is PartState.REFUSED
    assert ends["8:meeting.ics"][0] is PartState.SET_ASIDE
    assert ends["9:old.xls"][0] is PartState.UNREADABLE
    assert ends["10:empty.pdf"][0] is PartState.SET_ASIDE
    assert all(why for state, why in ends.values() if state is not PartState.READ)
    assert [document.part for document in reading.documents[-2:]] == ["1:KF-88213.xml", "2:answer.txt"]
    assert "locked.pdf: the PDF asks for a password" in reading.trouble


def test_a_picture_without_text_says_so():
    reading = read_message(pdf(picture=True), "scan.pdf")

    assert found(reading, "1:scan.pdf").state is PartState.UNREADABLE
    assert "there is no text on it" in found(reading, "1:scan.pdf").why


def test_files_in_an_archive_are_parts_inside_it():
    raw = packed(("papers/KF-88213.xml", cii()), ("more.zip", packed(("b.xml", cii()))))
    reading = read_message(letter(text_part("Hi"), attached("all.zip", raw)))

    assert [document.part for document in reading.documents[-2:]] == [
        "1:all.zip/1:KF-88213.xml",
        "1:all.zip/2:more.zip/1:b.xml",
    ]


def test_a_forwarded_mail_is_opened_with_its_own_headers_and_attachments():
    inner = letter(text_part("We ship 1,080."), attached("KF.xml", cii()), subject="Answer")
    outer = letter(text_part("FYI"), b"Content-Type: message/rfc822\n\n" + inner.replace(b"cut", b"inn"))
    reading = read_message(outer)

    assert found(reading, "1:Answer.eml/header:subject").text == "Answer"
    assert found(reading, "1:Answer.eml/body").text == "We ship 1,080."
    assert any(document.part == "1:Answer.eml/1:KF.xml" for document in reading.documents)
    assert reading.subject == "Order PO-40417"


def test_a_file_alone_is_one_part_and_its_kind_is_told_by_its_bytes():
    reading = read_message(cii(), "invoice.pdf")

    (part,) = reading.parts
    assert (part.path, part.media_type) == ("1:invoice.pdf", "application/xml")
    assert len(reading.documents) == 1


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="=?utf-8?b?QmVzdMOkdGlndW5nLnBkZg==?="', "Bestätigung.pdf"),
        ("attachment; filename*=utf-8''Best%C3%A4tigung.pdf", "Bestätigung.pdf"),
        ('attachment; filename*0="Best"; filename*1="aetigung.pdf"', "Bestaetigung.pdf"),
        ("attachment; filename=Bestätigung.pdf", "Bestätigung.pdf"),
        ("attachment", "unnamed"),
    ],
)
def test_names_of_attachments_in_every_spelling(header: str, name: str):
    part = f"Content-Type: application/pdf\nContent-Disposition: {header}\n\n%PDF-".encode()

    assert read_message(letter(part)).parts[-1].name == name


def test_names_lead_nowhere():
    assert plain_name("../../etc/passwd")[0] == "passwd"
    assert plain_name("C:\\Windows\\a.exe")[0] == "a.exe"
    name, wrong = plain_name("invoice\u202efdp.exe\0")
    assert name == "invoicefdp.exe"
    assert len(wrong) == 2


@given(st.text(max_size=300))
def test_no_name_keeps_a_folder_a_control_or_nothing_at_all(name: str):
    shown, _ = plain_name(name)

    assert shown
    assert len(shown) <= 120
    assert not any(c in shown for c in '/\\:"<>|?*\0\n\r\u202e\u200b')
    assert shown not in (".", "..")


@given(st.binary(max_size=400))
def test_any_bytes_after_a_header_give_a_reading(raw: bytes):
    reading = read_message(b'From: a@b.example\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n' + raw)

    assert all(part.state is PartState.READ or part.why for part in reading.parts)


def test_control_characters_strewn_into_a_letter_do_not_hide_it():
    written = "From: a@kestrel.example\r\nContent-Type: text/plain\r\n\r\nPaid\0 in full\0\r\nPO-40436: 40 on Monday"
    reading = read_message(written.encode())

    body = found(reading, "body")
    assert body.text.endswith("PO-40436: 40 on Monday")


def test_a_name_of_any_length_does_not_push_the_address_away():
    reading = read_message(b"From: " + b"Larkfield " * 2_000 + b"<office@larkfield.example>\nSubject: PO\n\nWe ship.")

    assert reading.sender == "office@larkfield.example"
