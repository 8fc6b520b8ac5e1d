"""What we would answer to an interchange, read back by our own readers and by parsers of other makers."""

import warnings
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from pydifact.segmentcollection import Interchange as TheirInterchange
from x12 import parse_x12_interchange, tokenize_x12

from agents.read import edifact, edifact_acknowledge, edifact_syntax, x12, x12_acknowledge, x12_syntax
from core.claims import Document, DocumentKind
from tests.read.edi import edi
from tests.read.papers import failed, part, said
from tests.read.papers import x12 as interchange

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ORDER = ("BEG*00*SA*PO-1**20261102", "PO1*1*5*BX*1.5**IN*4711", "CTT*1")
RELEASES = ["004010", "005010", "005010X217"]


def answer_to(raw: bytes, *accepts: str) -> bytes:
    """Our answer to an X12 interchange."""
    (taken,) = x12_syntax.parse(raw.decode())
    return x12_acknowledge.acknowledge(taken, at=AT, control=31, accepts=accepts)


def answered(raw: bytes, *accepts: str) -> Document:
    """The same, read back."""
    answer = answer_to(raw, *accepts)
    (document,) = x12.read(answer, part(answer))[1]
    assert document.kind is DocumentKind.ACKNOWLEDGEMENT
    assert failed(document) == []
    return document


@pytest.mark.parametrize("release", RELEASES)
def test_a_good_group_is_accepted_with_each_of_its_transactions(release: str):
    raw = interchange("850", *ORDER, group="PO").replace(b"004010", release.encode())

    document = answered(raw)

    assert said(document) == {
        "acknowledged.group": "7",
        "acknowledged.kind": "PO",
        "acknowledged.status": "accepted",
        **({"acknowledged.release": release} if "X" in release else {}),
        "acknowledged.sent": Decimal("1"),
        "acknowledged.received": Decimal("1"),
        "acknowledged.accepted": Decimal("1"),
    }
    assert said(document, 1) == {
        "acknowledged.kind": "850",
        "acknowledged.document": "0001",
        "acknowledged.status": "accepted",
    }
    assert (b"ST*999" in answer_to(raw)) is ("X" in release)


def test_a_miscounted_transaction_is_rejected_with_the_reason():
    document = answered(interchange("850", *ORDER, group="PO", counted=99))

    assert said(document)["acknowledged.status"] == "rejected"
    assert said(document, 1)["acknowledged.error"] == "number of segments does not match"


def test_what_we_do_not_read_is_not_supported():
    document = answered(interchange("271", "BHT*1*2*3", group="HB"), "850", "855")

    assert said(document, 1)["acknowledged.error"] == "transaction set not supported"


def test_of_two_transactions_the_good_one_is_accepted():
    first = interchange("850", *ORDER, group="PO")
    body = first[first.index(b"ST*") : first.index(b"GE*")]
    second = body.replace(b"ST*850*0001", b"ST*850*0002")  # and still closed as 0001
    document = answered(first.replace(b"GE*1*", second + b"GE*2*"))

    assert said(document)["acknowledged.status"] == "partly accepted"
    assert [said(document, n)["acknowledged.status"] for n in (1, 2)] == ["accepted", "rejected"]


def test_a_broken_interchange_is_rejected_as_a_whole():
    document = answered(interchange("850", *ORDER, group="PO").replace(b"IEA*1*", b"IEA*3*"))

    assert said(document)["acknowledged.interchange"] == "000000007"
    assert said(document)["acknowledged.status"] == "rejected"


def test_an_acknowledgment_is_not_acknowledged():
    answer = answer_to(interchange("997", "AK1*PO*1", "AK9*A*1*1*1", group="FA"))

    assert b"AK1" not in answer


@pytest.mark.parametrize("counted", [None, 99])
def test_another_parser_of_x12_takes_our_answer(counted: int | None):
    answer = answer_to(interchange("850", *ORDER, group="PO", counted=counted))

    theirs = parse_x12_interchange(tokenize_x12(answer))  # it raises where an envelope does not count

    (group,) = theirs.groups
    (transaction,) = group.transactions
    assert [segment.elements[0].decode() for segment in transaction.segments if segment.tag == "AK5"] == [
        "R" if counted else "A"
    ]


def contrl_to(raw: bytes, *accepts: str) -> bytes:
    """Our answer to an EDIFACT interchange."""
    (taken,), _ = edifact_syntax.parse(raw)
    return edifact_acknowledge.acknowledge(taken, at=AT, control="31", accepts=accepts)


def controlled(raw: bytes, *accepts: str) -> Document:
    """The same, read back."""
    answer = contrl_to(raw, *accepts)
    (document,) = edifact.read(answer, part(answer))[1]
    assert document.kind is DocumentKind.ACKNOWLEDGEMENT
    assert failed(document) == []
    return document


LINES = ("BGM+231+1+29", "RFF+ON:PO-1", "LIN+1+5", "QTY+21:5", "UNS+S")


def test_a_good_interchange_is_accepted_with_each_of_its_messages():
    document = controlled(edi("ORDRSP", *LINES))

    assert said(document) == {
        "acknowledged.interchange": "77",
        "acknowledged.status": "accepted",
        "acknowledged.sender": "4012345000009",
        "acknowledged.receiver": "5412345000013",
    }
    assert said(document, 1) == {
        "acknowledged.document": "1",
        "acknowledged.kind": "ORDRSP",
        "acknowledged.status": "accepted",
        "acknowledged.release": ["D", "96A"],
        "acknowledged.agency": "UN",
    }


def test_a_miscounted_message_is_rejected_and_a_miscounted_interchange_whole():
    message = controlled(edi("ORDRSP", *LINES, counted=99))
    whole = controlled(edi("ORDRSP", *LINES).replace(b"UNZ+1+", b"UNZ+4+"))

    assert said(message, 1)["acknowledged.status"] == "rejected"
    assert said(message, 1)["acknowledged.error"] == "control count does not match number of instances received"
    assert said(whole)["acknowledged.status"] == "rejected"
    assert whole.line_numbers() == ()


def test_a_kind_we_do_not_read_is_not_supported():
    assert said(controlled(edi("PAXLST", "BGM+745"), "ORDERS"), 1)["acknowledged.status"] == "rejected"


def test_another_parser_of_edifact_takes_our_answer():
    raw = edi("ORDRSP", *LINES).replace(b"+77'", b"+7?+7'")  # a reference with a separator in it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = TheirInterchange.from_str(contrl_to(raw).decode())
        (message,) = theirs.get_messages()

    uci, ucm = message.get_segment("UCI"), message.get_segment("UCM")
    assert uci.elements[0] == "7+7"
    assert uci.elements[3] == "7"
    assert ucm.elements[:3] == ["1", ["ORDRSP", "D", "96A", "UN"], "7"]
