"""A trading partner of another maker on the loopback: what it answers to our orders reads as one story, in both dialects."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from mockedi.testing import Mock

from agents.read import edifact_acknowledge, edifact_syntax, x12_acknowledge, x12_syntax
from agents.read.document import read_message
from core.claims import Document
from tests.read.edi import edi
from tests.read.papers import failed
from tests.read.papers import x12 as interchange
from tests.read.test_edi_acknowledge import AT

Answers = dict[str, str]


@pytest.fixture(scope="module")
def partner() -> Iterator[Mock]:
    """The partner, with its customers set to ship short."""
    with Mock.start() as mock:
        mock.expect("PATCH", "/_mock/partners/EURODIS", {"behaviour": "short-ship"})
        yield mock


def answers_to(partner: Mock, order: str, customer: str) -> Answers:
    """What the partner answers to an order, by kind of document."""
    assert partner.send(order)["accepted"]
    partner.advance(everything=True)
    partner.settle()
    return {row["kind"]: row["payload"] for row in partner.mailbox() if row["partner"] == customer}


@pytest.fixture(scope="module")
def in_x12(partner: Mock) -> Answers:
    """To an 850."""
    first, second, *_ = partner.expect("GET", "/_mock/catalog")
    order = interchange(
        "850",
        "BEG*00*SA*PO-40417**20261102",
        "CUR*BY*USD",
        "N1*BY*Norbeck Supply*92*GLOBEX",
        f"PO1*1*100*EA*{first['price']}**VP*{first['sku']}",
        f"PO1*2*50*EA*{second['price']}**VP*{second['sku']}",
        "CTT*2",
        group="PO",
    ).replace(b"KELLER ", b"GLOBEX ")
    order = order.replace(b"NORBECK ", b"MOCKEDI ").replace(b"KELLER*NORBECK", b"GLOBEX*MOCKEDI")
    return answers_to(partner, order.decode(), "GLOBEX")


@pytest.fixture(scope="module")
def in_edifact(partner: Mock) -> Answers:
    """To an ORDERS."""
    first, second, *_ = partner.expect("GET", "/_mock/catalog")
    order = edi(
        "ORDERS",
        "BGM+220+PO-40417+9",
        "DTM+137:20261102:102",
        "NAD+BY+EURODIS::92++Norbeck Supply",
        "NAD+SU+MOCKEDI::92",
        "CUX+2:USD:9",
        f"LIN+1++{first['sku']}:SA",
        "QTY+21:100:PCE",
        f"PRI+AAA:{first['price']}",
        f"LIN+2++{second['sku']}:SA",
        "QTY+21:50:PCE",
        f"PRI+AAA:{second['price']}",
        "UNS+S",
        "CNT+2:2",
    )
    order = order.replace(b"4012345000009:14", b"EURODIS:14").replace(b"5412345000013:14", b"MOCKEDI:ZZ")
    return answers_to(partner, order.decode(), "EURODIS")


@pytest.mark.parametrize("dialect", ["in_x12", "in_edifact"])
def test_the_answers_of_a_trading_partner_read_as_one_story(dialect: str, request: pytest.FixtureRequest):
    answers: Answers = request.getfixturevalue(dialect)
    read = {kind: read_message(payload.encode(), f"{kind}.edi") for kind, payload in answers.items()}

    (confirmed,) = read["response"].documents
    (shipped,) = read["despatch"].documents
    (billed,) = read["invoice"].documents
    (receipt,) = read["acknowledgment"].documents
    assert receipt.first("acknowledged.status").value == "accepted"
    for document in (confirmed, shipped, billed):
        assert document.first("order.number").value == "PO-40417"
        assert quantities(document) == [Decimal(80), Decimal(40)]
        assert failed(document) == ["in_earnest"]  # the partner of the tests says so itself
    assert [confirmed.first("line.ordered_quantity", n).value for n in (1, 2)] == [Decimal(100), Decimal(50)]
    assert billed.first("despatch.number").value == shipped.first("despatch.number").value
    lines = sum(billed.first("line.quantity", n).value * billed.first("line.price", n).value for n in (1, 2))
    assert billed.first("invoice.total").value == lines


def quantities(document: Document) -> list[object]:
    """The quantities of its lines."""
    return [document.first("line.quantity", n).value for n in document.line_numbers()]


def test_the_partner_takes_our_receipts(partner: Mock, in_x12: Answers, in_edifact: Answers):
    (taken,) = x12_syntax.parse(in_x12["invoice"])
    ours = x12_acknowledge.acknowledge(taken, at=AT, control=77)
    assert partner.send(ours.decode())["accepted"]

    (also,), _ = edifact_syntax.parse(in_edifact["invoice"].encode())
    ours = edifact_acknowledge.acknowledge(also, at=AT, control="78")
    assert partner.send(ours.decode())["accepted"]
