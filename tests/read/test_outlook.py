"""Mail that Outlook saved or wrapped (`.msg`, `winmail.dat`, RTF): written here by the standards, read like any other."""

import base64
import random
import struct
import zlib
from datetime import UTC, datetime
from typing import Any

import oxmsg
import pytest

from agents.read import rtf
from agents.read.document import read_message
from agents.read.sandbox import read_in_sandbox
from core.claims import PartState, Reading
from tests.read.compound import binary, compound, table, text

SENT = int((datetime(2026, 11, 20, 10, tzinfo=UTC) - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10**7
BODY = "Hello Priya,\r\n\r\nyour order PO-40417 ships on 27 November 2026.\r\n\r\nBest regards\r\nJonas Weber"


def saved(**more: Any) -> dict[str, Any]:
    """A mail as Outlook saves it, as a tree."""
    return {
        **text(0x001A, "IPM.Note"),
        **text(0x0037, "Order PO-40417"),
        **text(0x0C1A, "Jonas Weber"),
        **text(0x5D01, "jonas@kestrel.example"),
        **text(0x0E04, "Priya"),
        **text(0x1035, "<m1@kestrel.example>"),
        **text(0x1042, "<p1@harbor-pine.example>"),
        **text(0x1000, BODY),
        **table(32, (0x0039, 0x0040, SENT)),
        **more,
    }


def attached(number: int, name: str, raw: bytes, kind: str = "") -> dict[str, Any]:
    place = {**text(0x3707, name), **text(0x370E, kind), **binary(0x3701, raw), **table(8, (0x3705, 3, 1))}
    return {f"__attach_version1.0_#{number:08X}": place}


def read(raw: bytes, name: str = "letter.msg") -> Reading:
    return read_message(raw, name)


def part(reading: Reading, path: str) -> Any:
    return next(one for one in reading.parts if one.path == path)


def test_a_saved_mail_is_read_as_the_mail_it_was() -> None:
    reading = read(compound(saved()))

    assert (reading.sender, reading.sender_name, reading.subject) == (
        "jonas@kestrel.example",
        "Jonas Weber",
        "Order PO-40417",
    )
    assert reading.thread == ("<m1@kestrel.example>", "<p1@harbor-pine.example>")
    assert reading.sent.startswith("2026-11-20T10:00")
    assert "ships on 27 November 2026" in part(reading, "body").text
    assert part(reading, "body:signature").text.startswith("Best regards")
    assert reading.documents[0].first("order.number")


def test_the_files_written_here_are_what_another_reader_takes_them_for(tmp_path: Any) -> None:
    file = tmp_path / "a.msg"
    file.write_bytes(compound(saved(**attached(0, "KF-1.txt", b"x" * 5000, "text/plain"))))

    other = oxmsg.Message.load(str(file))

    assert (other.subject, other.body) == ("Order PO-40417", BODY)
    assert [(one.file_name, one.file_bytes) for one in other.attachments] == [("KF-1.txt", b"x" * 5000)]


def test_the_header_as_it_came_outweighs_properties() -> None:
    header = (
        "Received: from a by b\r\nAuthentication-Results: mx.ours.example; spf=fail\r\n"
        "From: =?utf-8?q?J=C3=B6rn?= <j@keller.example>\r\nSubject: as it came\r\n"
        "Content-Type: multipart/mixed; boundary=x\r\n\tcharset=y\r\nDate: Fri, 20 Nov 2026 09:00:00 +0100\r\n"
    )
    reading = read(compound(saved(**text(0x007D, header))))

    assert (reading.sender, reading.sender_name, reading.subject) == ("j@keller.example", "Jörn", "as it came")
    assert reading.authentication == ("mx.ours.example; spf=fail",)
    assert "PO-40417" in part(reading, "body").text


def test_files_and_mails_inside_a_saved_mail_are_opened() -> None:
    inner = {**text(0x0037, "Inner"), **text(0x1000, "We ship 1,080 on Monday."), **table(24)}
    tree = saved(
        **attached(0, "prices.csv", b"item;price\nA;1.00\n", "text/csv"),
        **attached(1, "Größe.txt", "Maß".encode(), "text/plain"),
        **{"__attach_version1.0_#00000002": {"__substg1.0_3701000D": inner, **table(8, (0x3705, 3, 5))}},
    )

    reading = read(compound(tree))

    assert [one.path for one in reading.parts if one.path.startswith(("1:", "2:", "3:"))] == [
        "1:prices.csv",
        "2:Größe.txt",
        "3:Inner.eml",
        "3:Inner.eml/header:subject",
        "3:Inner.eml/body",
    ]
    assert part(reading, "2:Größe.txt").text == "Maß"
    assert "1,080" in part(reading, "3:Inner.eml/body").text


def test_a_saved_mail_may_be_attached_to_a_mail() -> None:
    inside = base64.encodebytes(compound(saved())).decode()
    raw = (
        'From: a@b.example\nSubject: see\nContent-Type: multipart/mixed; boundary="x"\n\n--x\n\nSee attached.\n--x\n'
        'Content-Type: application/octet-stream; name="old.msg"\nContent-Transfer-Encoding: base64\n\n'
        f"{inside}\n--x--\n"
    ).encode()

    reading = read_message(raw)

    assert "27 November" in part(reading, "1:old.msg/body").text
    assert reading.sender == "a@b.example"


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("html", binary(0x1013, b"<html><body><p>We ship on <b>Monday</b></p></body></html>")),
        ("html text", text(0x1013, "<html><body><p>We ship on <b>Monday</b></p></body></html>")),
        (
            "plain rtf",
            binary(0x1009, struct.pack("<II4sI", 40, 34, b"MELA", 0) + rb"{\rtf1\ansi We ship on Monday\par}"),
        ),
    ],
)
def test_a_body_is_read_in_whatever_form_it_is_kept(kind: str, properties: dict[str, bytes]) -> None:
    tree = {key: value for key, value in saved().items() if "1000001F" not in key}
    assert "We ship on Monday" in part(read(compound({**tree, **properties})), "body").text


RTF_OF_HTML = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}}"
    rb"{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Wir liefern am {\*\htmltag84 <b>}\htmlrtf {\b\htmlrtf0 Montag"
    rb"\htmlrtf }\htmlrtf0"
    rb"{\*\htmltag92 </b>} 1.080 St\'fcck \u8364?5\htmlrtf\par}\htmlrtf0{\*\htmltag72 </p>}}"
)


def test_html_wrapped_in_rtf_comes_out_as_it_went_in() -> None:
    text_, from_html, hidden = rtf.text_of(RTF_OF_HTML)
    assert (text_, from_html, hidden) == ("<p>Wir liefern am <b>Montag</b> 1.080 Stück €5</p>", True, ())


def test_rtf_is_read_as_its_text_and_hidden_words_stay_apart() -> None:
    raw = (
        rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\info{\author X}}Price \'80 4.20\par{\v pay elsewhere}Line\tab two\u228?}"
    )

    found, from_html, hidden = rtf.text_of(raw)

    assert (found, from_html, hidden) == ("Price € 4.20\nLine\ttwoä", False, ("pay elsewhere",))
    reading = read_message(raw, "letter.rtf")
    assert (reading.parts[0].state, "Price € 4.20" in reading.parts[0].text) == (PartState.READ, True)


def test_packed_rtf_opens_by_the_example_of_the_standard() -> None:
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert rtf.unpacked(packed, 1000) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_packed_rtf_that_claims_too_much_is_damaged() -> None:
    with pytest.raises(rtf.Damaged):
        rtf.unpacked(struct.pack("<IIII", 100, 2**31, int.from_bytes(b"LZFu", "little"), 0) + b"\0" * 84, 10**6)


def attribute(level: int, number: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def mapi(*properties: tuple[int, int, bytes]) -> bytes:
    """A block of properties: kind, number, bytes; those of any length get their count and length."""
    block = struct.pack("<I", len(properties))
    for kind, number, raw in properties:
        block += struct.pack("<HH", kind, number)
        if kind in (0x1E, 0x1F, 0x102, 0x0D):
            block += struct.pack("<II", 1, len(raw)) + raw + b"\0" * (-len(raw) % 4)
        else:
            block += raw
    return block


def winmail(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


def a_file(name: str, raw: bytes) -> bytes:
    long_name = mapi((0x1F, 0x3707, name.encode("utf-16-le") + b"\0\0"))
    return (
        attribute(2, 0x00069002, b"\0" * 14)
        + attribute(2, 0x00018010, b"SHORT~1.TXT\0")
        + attribute(2, 0x0006800F, raw)
        + attribute(2, 0x00069005, long_name)
    )


WINMAIL = winmail(
    attribute(1, 0x00069007, struct.pack("<II", 1252, 0)),
    attribute(1, 0x00069003, mapi((0x102, 0x1013, b"<p>It ships on <b>Monday</b>.</p>"), (0x0B, 0x0E1B, b"\1\0\0\0"))),
    a_file("Preisliste.csv", b"item;price\nA;1.00\n"),
    a_file("Lieferschein.txt", "Stück 1.080".encode("cp1252")),
)


def test_a_winmail_dat_gives_its_files_and_its_body() -> None:
    reading = read_message(WINMAIL, "winmail.dat")

    assert [one.path for one in reading.parts] == [
        "1:winmail.dat",
        "1:winmail.dat/body",
        "1:winmail.dat/1:Preisliste.csv",
        "1:winmail.dat/2:Lieferschein.txt",
    ]
    assert part(reading, "1:winmail.dat/body").text.strip() == "It ships on Monday."
    assert part(reading, "1:winmail.dat/2:Lieferschein.txt").text == "Stück 1.080"


def test_a_winmail_dat_does_not_say_again_what_its_mail_says() -> None:
    raw = (
        b'From: a@b.example\nSubject: x\nContent-Type: multipart/mixed; boundary="x"\n\n--x\n\nIt ships on Monday.\n--x\n'
        b"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: binary\n\n"
        + WINMAIL
        + b"\n--x--\n"
    )

    reading = read_message(raw)

    assert "1:winmail.dat/1:Preisliste.csv" in [one.path for one in reading.parts]
    assert "1:winmail.dat/body" not in [one.path for one in reading.parts]


def test_a_winmail_dat_in_a_winmail_dat_ends() -> None:
    inner = winmail(a_file("deep.txt", b"deep"))
    for _ in range(30):
        inside = bytes.fromhex("0703020000000000C000000000000046") + inner
        inner = winmail(attribute(2, 0x00069002, b""), attribute(2, 0x00069005, mapi((0x0D, 0x3701, inside))))

    reading = read_message(inner, "winmail.dat")

    assert any(one.state is PartState.REFUSED for one in reading.parts)


@pytest.mark.parametrize("raw", [WINMAIL, compound(saved(**attached(0, "a.txt", b"x" * 9000)))], ids=["tnef", "msg"])
def test_damaged_files_end_in_a_sentence_and_not_in_an_error(raw: bytes) -> None:
    chance = random.Random(zlib.crc32(raw))
    for _ in range(150):
        broken = bytearray(raw)
        for _ in range(chance.randrange(1, 12)):
            at = chance.randrange(len(broken))
            broken[at : at + chance.randrange(1, 4)] = chance.randbytes(chance.randrange(0, 4))
        reading = read_message(bytes(broken[: chance.randrange(8, len(broken) + 1)]), "x.bin")
        assert reading.parts


def test_they_are_read_in_the_sandbox() -> None:
    assert "27 November" in part(read_in_sandbox(compound(saved()), "a.msg"), "body").text
    assert read_in_sandbox(WINMAIL, "winmail.dat").parts[1].path == "1:winmail.dat/body"
