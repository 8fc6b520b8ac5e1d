"""EDI written at random and read again gives the same values; text of any kind breaks nothing, and broken files end."""

import string
import time
import warnings
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydifact.segmentcollection import Interchange as TheirInterchange
from x12 import parse_x12_interchange, tokenize_x12

from agents.read import edifact, edifact_syntax, limits, x12, x12_syntax
from agents.read.document import read_message
from agents.read.edifact_characters import NotEdifact, Service
from agents.read.edifact_dates import day_of
from agents.read.edifact_sheet import decimal_of
from agents.read.edifact_syntax import parse
from core.claims import Document, PartState
from tests.read.edi import at_path, edi, one
from tests.read.papers import part
from tests.read.papers import x12 as interchange

SECONDS = 8
"""Of the processor: other work beside the tests counts for nothing."""
LETTERS = string.ascii_letters + string.digits + " ?+:'*äöüß€.,-/()&"
WORDS = st.text(alphabet=LETTERS, min_size=1, max_size=30).map(str.strip).filter(bool)
PLAIN = (
    st.text(alphabet=string.ascii_letters + string.digits + " .,-/()&", min_size=1, max_size=30)
    .map(str.strip)
    .filter(bool)
)
NUMBERS = st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False, allow_infinity=False)
DAYS = st.dates(date(2000, 1, 1), date(2079, 12, 31))
SERVICES = st.sampled_from(
    [
        Service(),
        Service("=", "*", ",", "?", "~", True),
        Service(":", "+", ",", "\\", "\n", True),
        Service("|", "^", ".", "!", ";", True),
    ]
)
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def released(text: str, service: Service) -> str:
    """A text with its service characters released."""
    signs = (service.component, service.element, service.terminator, service.release)
    return "".join(f"{service.release}{sign}" if sign in signs else sign for sign in text)


def written(segments: list[list[list[str]]], service: Service) -> bytes:
    """One ORDERS with these segments, in these service characters, in UTF-8."""
    una = (
        f"UNA{service.component}{service.element}{service.mark}{service.release} {service.terminator}"
        if service.given
        else ""
    )
    everything = [
        [["UNB"], ["UNOW", "4"], ["4012345000009", "14"], ["5412345000013", "14"], ["261119", "0900"], ["77"]],
        [["UNH"], ["1"], ["ORDERS", "D", "01B", "UN"]],
        *segments,
        [["UNT"], [str(len(segments) + 2)], ["1"]],
        [["UNZ"], ["1"], ["77"]],
    ]
    lines = [
        service.element.join(service.component.join(released(c, service) for c in element) for element in segment)
        for segment in everything
    ]
    return (una + "".join(f"{line}{service.terminator}" for line in lines)).encode()


@SLOW
@given(
    service=SERVICES,
    number=WORDS,
    name=WORDS,
    item=WORDS,
    text=WORDS,
    quantity=NUMBERS,
    price=NUMBERS,
    wanted=DAYS,
)
def test_an_order_written_with_any_separators_says_the_same(
    service: Service, number: str, name: str, item: str, text: str, quantity: Decimal, price: Decimal, wanted: date
):
    segments = [
        [["BGM"], ["220"], [number], ["9"]],
        [["DTM"], ["2", f"{wanted:%Y%m%d}", "102"]],
        [["NAD"], ["BY"], ["5412345000013", "", "9"], [""], [name]],
        [["LIN"], ["1"], [""], [item, "IN"]],
        [["IMD"], ["F"], [""], ["", "", "", text]],
        [["QTY"], ["21", f"{quantity:f}".replace(".", service.mark), "PCE"]],
        [["PRI"], ["AAA", f"{price:f}".replace(".", service.mark)]],
        [["UNS"], ["S"]],
    ]
    raw = written(segments, service)
    document = one(raw)

    assert document.first("order.number").value == number
    assert document.first("buyer.name").value == name
    assert document.first("delivery.requested_date").value == wanted
    assert document.first("line.buyer_item", 1).value == item
    assert document.first("line.description", 1).value == text
    assert document.first("line.quantity", 1).value == quantity
    assert document.first("line.price", 1).value == price
    assert all(check.holds for check in document.checks)
    for claim in document.claims:
        assert at_path(raw, claim) == claim.span.text


@SLOW
@given(
    element=st.sampled_from("*|^\x1d+"),
    terminator=st.sampled_from("~\x1c'!"),
    number=PLAIN,
    lines=st.lists(st.tuples(PLAIN, NUMBERS, NUMBERS, DAYS), min_size=1, max_size=6),
)
def test_an_acknowledgment_written_with_any_separators_says_the_same(
    element: str, terminator: str, number: str, lines: list[tuple[str, Decimal, Decimal, date]]
):
    segments = [f"BAK*00*AD*{number}*20261102", "CUR*SE*USD"]
    for at, (item, quantity, price, day) in enumerate(lines, 1):
        segments += [f"PO1*{at}*{quantity:f}*EA*{price:f}**VP*{item}", f"ACK*IA*{quantity:f}*EA*067*{day:%Y%m%d}"]
    raw = interchange("855", *segments, f"CTT*{len(lines)}", group="PR")
    raw = raw.replace(b"*", element.encode()).replace(b"~\n", terminator.encode())
    (document,) = x12.read(raw, part(raw))[1]

    assert document.first("order.number").value == number
    assert all(check.holds for check in document.checks)
    for at, (item, quantity, price, day) in enumerate(lines, 1):
        assert document.first("line.supplier_item", at).value == item
        assert document.first("line.quantity", at).value == quantity
        assert document.first("line.price", at).value == price
        assert document.first("line.delivery_date", at).value == day


@SLOW
@given(lines=st.lists(st.tuples(PLAIN, PLAIN), min_size=1, max_size=8))
def test_other_parsers_find_the_same_segments(lines: list[tuple[str, str]]):
    body = [f"REF*ZZ*{one}*{two}" for one, two in lines]
    raw = interchange("850", "BEG*00*SA*PO-1**20261102", *body, group="PO")
    (ours,) = x12_syntax.parse(raw.decode())
    theirs = parse_x12_interchange(tokenize_x12(raw)).groups[0].transactions[0]
    mine = [tuple(s.elements[1:]) for s in ours.transactions[0].segments[1:-1]]
    assert mine == [tuple(value.decode() for value in segment.elements) for segment in theirs.segments]

    message = edi("ORDERS", *(f"FTX+AAI+++{one}:{two}" for one, two in lines))
    (interchanges, _) = edifact_syntax.parse(message)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (their_message,) = TheirInterchange.from_str(message.decode("latin-1")).get_messages()
    found = [segment.elements[3] for segment in their_message.get_segments("FTX")]
    texts = [[segment.elements[4][0], segment.elements[4][1]] for segment in interchanges[0].messages[0].segments[1:-1]]
    assert [[value.strip() for value in pair] for pair in texts] == [
        [value.strip() for value in pair] for pair in found
    ]


@given(st.text(alphabet="UNABHTZ+:.?' '\n0INVOICLQTY1D", max_size=300))
def test_no_text_breaks_the_reader(text: str):
    for start in (b"UNB+", b"UNA:+.? '", b"UNB+UNOC:3+A+B+261119:0900+1'"):
        raw = start + text.encode()
        after, documents = edifact.read(raw, part(raw))
        assert documents or after.why


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(noise: bytes):
    for start in (b"UNB+UNOC:3+A+B+261119:0900+1'UNH+1+ORDERS:D:96A:UN'", b"UNA:+.? 'UNB+UNOX:3+A+B+1:1+1'"):
        after, documents = edifact.read(start + noise, part(start + noise))
        assert documents or after.why


@pytest.mark.parametrize("cut", range(0, 620, 23))
def test_a_file_cut_anywhere_is_never_taken_for_whole(cut: int):
    raw = edi("ORDERS", "BGM+220+PO-1+9", *("LIN+1++A:IN", "QTY+21:5:PCE") * 12, "UNS+S", "CNT+2:12")
    shorter = raw[: max(len(raw) - 3 - cut, 0)]

    after, documents = edifact.read(shorter, part(shorter))
    assert after.state is PartState.UNREADABLE or not any(d for d in documents if envelope_holds(d))


def envelope_holds(document: Document) -> bool:
    """Whether the envelope of a document was found whole."""
    return all(check.holds for check in document.checks if check.name == "envelope")


HEAD = b"UNB+UNOC:3+A:14+B:14+261119:0900+1'UNH+1+ORDERS:D:96A:UN'BGM+220+PO-1+9'"
ISA = b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *261119*0900*U*00401*000000007*0*P*>~"
HOSTILE = {
    "one segment of 9 MB": HEAD + b"FTX+AAI+++" + b"A" * 9_000_000 + b"'UNT+3+1'UNZ+1+1'",
    "9 MB of elements": HEAD + b"FTX" + b"+" * 9_000_000 + b"'UNT+3+1'UNZ+1+1'",
    "9 MB of components": HEAD + b"FTX+" + b":" * 9_000_000 + b"'UNT+3+1'UNZ+1+1'",
    "a million segments": HEAD + b"QTY+21:1'" * 1_000_000 + b"UNT+3+1'UNZ+1+1'",
    "a hundred thousand messages": HEAD + b"UNT+3+1'UNH+1+ORDERS:D:96A:UN'" * 100_000 + b"UNT+2+1'UNZ+1+1'",
    "a hundred thousand lines": HEAD + b"LIN+1++A:IN'QTY+21:1'" * 90_000 + b"UNT+3+1'UNZ+1+1'",
    "release characters only": HEAD + b"?" * 9_000_000,
    "a release character at the end": HEAD + b"FTX+AAI+++text?",
    "larger than may be": HEAD + b"FTX+AAI+++text'" * 800_000,
    "no end of the interchange header": b"UNB+" + b"A" * 5_000_000,
    "service characters that are letters": b"UNAABCDEFUNBBUNOC" + b"A" * 100,
    "service characters that are the same": b"UNA++++++UNB+UNOC:3+A+B+1:1+1'",
    "service characters that are cut off": b"UNA:+",
    "other separators than it says": b"UNA:+.? 'UNB*UNOC=3*A*B*1=1*1~UNH*1*ORDERS=D=96A=UN~",
    "interchanges without end": HEAD * 20_000,
    "quotes in a row": HEAD + b"'" * 9_000_000,
    "packages in a circle": HEAD.replace(b"ORDERS", b"DESADV") + b"CPS+1+2'CPS+2+1'" * 20_000 + b"LIN+1'QTY+12:1'",
    "X12 of one segment": ISA + b"GS*PO*A*B*20261119*0900*1*X*004010~ST*850*0001~MSG*" + b"A" * 9_000_000 + b"~",
    "X12 of levels": ISA + b"GS*SH*A*B*20261119*0900*1*X*004010~ST*856*0001~BSN*00*1*20261119~"
    + b"".join(b"HL*%d*%d*I~SN1**1*EA~" % (n, n - 1) for n in range(1, 40_000)) + b"SE*3*0001~",
    "X12 of interchanges": ISA * 60_000,
    "X12 of transactions": ISA + b"GS*PO*A*B*20261119*0900*1*X*004010~" + b"ST*850*0001~BEG*00*SA*1~SE*3*0001~" * 60_000,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_files_made_to_harm_end_soon_and_with_a_reason(name: str):
    started = time.process_time()
    reading = read_message(HOSTILE[name], "a.edi")
    assert time.process_time() - started < SECONDS

    (after,) = reading.parts
    assert after.state is PartState.UNREADABLE or reading.documents
    assert not any(envelope_holds(document) for document in reading.documents)
    assert sum(len(document.claims) for document in reading.documents) <= limits.CLAIMS_MAX


@pytest.mark.parametrize(
    ("written", "code", "day"),
    [
        ("20261130", "102", date(2026, 11, 30)),
        ("202611301545", "203", date(2026, 11, 30)),
        ("20261130154500", "204", date(2026, 11, 30)),
        ("202611301545+01", "303", date(2026, 11, 30)),
        ("261130", "101", date(2026, 11, 30)),
        ("2611301545", "201", date(2026, 11, 30)),
        ("301126", "2", date(2026, 11, 30)),
        ("20261125-20261130", "718", date(2026, 11, 30)),
        ("2026112520261130", "718", date(2026, 11, 30)),
        ("202611250800-202611301700", "719", date(2026, 11, 30)),
        ("202648", "616", date(2026, 11, 27)),
        ("202647-202648", "716", date(2026, 11, 27)),
        ("20261130", "", date(2026, 11, 30)),
        ("2026-11-30", "102", date(2026, 11, 30)),
        ("202611", "610", None),
        ("2026", "602", None),
        ("20261399", "102", None),
        ("20261130", "999", None),
        ("next week", "102", None),
        ("30", "804", None),
        ("", "102", None),
    ],
)
def test_a_day_is_read_by_its_format(written: str, code: str, day: date | None):
    assert day_of(written, code) == day


@pytest.mark.parametrize(
    ("written", "mark", "number"),
    [
        ("1234.5", ".", "1234.5"), ("1234,5", ".", "1234.5"), ("1234,5", ",", "1234.5"),
        (".5", ".", "0.5"), ("5.", ".", "5"), ("-3", ".", "-3"), ("3-", ".", "-3"),
        ("1,234", ".", None), ("1.234", ",", None), ("1,234", ",", "1.234"),
        ("1.234,5", ",", None), ("+7", ".", "7"), ("1e5", ".", None),
        ("", ".", None), ("-", ".", None), ("-3-", ".", None),
    ],
)  # fmt: skip
def test_a_number_is_read_by_the_mark_that_is_named(written: str, mark: str, number: str | None):
    service = Service(mark=mark, given=True)
    assert decimal_of(written, service) == (Decimal(number) if number is not None else None)


CHARSETS = {
    "UNOA:2": "ascii", "UNOC:3": "latin-1", "UNOD:3": "iso-8859-2", "UNOE:3": "iso-8859-5", "UNOF:3": "iso-8859-7",
    "UNOK:3": "iso-8859-9", "UNOW:4": "utf-8", "UNOY:4": "utf-8",
}  # fmt: skip
NAMES = {
    "ascii": "Keller", "latin-1": "Müller & Söhne", "iso-8859-2": "Škoda Příbram", "iso-8859-5": "Завод",
    "iso-8859-7": "Ελλάδα", "iso-8859-9": "İstanbul Çağ", "utf-8": "Müller Завод €",
}  # fmt: skip


@pytest.mark.parametrize("charset", CHARSETS)
def test_the_charset_is_the_one_the_header_names(charset: str):
    name = NAMES[CHARSETS[charset]]
    head = f"UNB+{charset}+A:14+B:14+261119:0900+77'UNH+1+ORDERS:D:96A:UN'"
    text = f"{head}BGM+220+PO-1+9'NAD+BY+++{name}'UNT+4+1'UNZ+1+77'"
    assert one(text.encode(CHARSETS[charset])).first("buyer.name").value == name


def test_utf_8_under_a_latin_name_is_read_as_what_it_is():
    raw = edi("ORDERS", "BGM+220+PO-1+9", "NAD+BY+++Müller").replace("ü".encode("latin-1"), "ü".encode())
    assert one(raw).first("buyer.name").value == "Müller"


def test_a_header_that_is_none_says_so():
    with pytest.raises(NotEdifact, match="UNB"):
        parse(b"UNH+1+ORDERS:D:96A:UN'BGM+220+1+9'UNT+3+1'")
