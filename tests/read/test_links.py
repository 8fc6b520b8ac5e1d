"""What letters are linked to in the demo company: by the number however it is written, by what they say, or not at all."""

from collections.abc import Iterator
from decimal import Decimal
from email.message import EmailMessage
from typing import cast

import pytest
from sqlalchemy import select

from agents.read.document import read_message
from agents.read.link import Link, link, spellings
from agents.read.link_receipts import receipts_meant
from agents.tools import OrderSeen, ReceiptLineSeen, ReceiptSeen, Tools
from core.cases import CaseFinding
from core.claims import Claim, Document, DocumentKind, Reading, Span
from evals.mail_report import DEMO_MAIL, demo_index
from evals.world import World, Worlds, worlds

PELL, KESTREL, BLUEGATE = (
    "ada@pell-sons.example",
    "orders@kestrel-fasteners.example",
    "billing@bluegate-packaging.example",
)


@pytest.fixture(scope="module")
def made() -> Iterator[Worlds]:
    """The demo company in a database, once."""
    with worlds() as made:
        yield made


@pytest.fixture(scope="module")
def world(made: Worlds) -> Iterator[World]:
    """One copy of it, that nothing here writes to."""
    with made.world() as world:
        yield world


def links(world: World, sender: str, body: str, subject: str = "Hello") -> tuple[Link, ...]:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Date"] = sender, subject, "Thu, 19 Nov 2026 09:30:00 -0800"
    mail.set_content(body)
    return link(read_message(mail.as_bytes()), world.tools()).links


def refs(found: tuple[Link, ...], what: str) -> list[str]:
    return [one.ref for one in found if one.what == what]


@pytest.mark.parametrize(
    "written",
    [
        "po-40431",
        "PO40431",
        "PO # 40431",
        "order 40431",
        "your PO 40431",
        "purchase order no. 40431",
        "Bestellung Nr. 40431",
    ],
)
def test_an_order_is_linked_however_its_number_is_written(world: World, written: str) -> None:
    found = links(world, PELL, f"Hi, {written} will only ship on 4 December.")
    assert refs(found, "order") == ["PO-40431"]


def test_a_bare_number_means_an_order_only_of_its_own_sender(world: World) -> None:
    by_owner = [one for one in links(world, PELL, "40431 will only ship on 4 december, sorry") if one.what == "order"]
    assert [(one.ref, one.how, str(one.score)) for one in by_owner] == [("PO-40431", "by bare number", "0.90")]
    assert refs(links(world, KESTREL, "40431 will only ship on 4 december, sorry"), "order") == []


def test_a_number_with_a_unit_or_a_currency_is_no_order(world: World) -> None:
    found = links(world, PELL, "We will ship 40431 pcs on 4 December and bill 40431 USD.")
    assert "by bare number" not in [one.how for one in found]


def test_an_order_named_in_the_subject_alone_is_the_letters(world: World) -> None:
    assert refs(links(world, PELL, "will only ship on 4 December", "PO-40431"), "order") == ["PO-40431"]


def test_the_order_of_another_supplier_is_not_linked(world: World) -> None:
    assert refs(links(world, KESTREL, "PO-40431 will only ship on 4 December"), "order") == []


def test_a_letter_that_names_an_order_we_do_not_have_gets_a_candidate_and_no_order(world: World) -> None:
    found = links(world, BLUEGATE, "PO-49999: 2,000 BG-B40 will ship on 11 December.")
    assert refs(found, "order") == []
    assert refs(found, "order_line") == []
    (candidate,) = [one for one in found if one.what == "order_candidate"]
    assert 0 < candidate.score < 1
    assert "but it names another" in candidate.how


def test_without_any_number_the_goods_tell_the_order(world: World) -> None:
    found = links(world, BLUEGATE, "the 2,000 BG-B40 will ship on 11 December.")
    assert [(one.what, one.how) for one in found if one.what == "order"] == [("order", "by content")]


def test_news_of_prices_alone_is_about_no_order(world: World) -> None:
    found = links(world, BLUEGATE, "From 1 January the price of BG-B40 goes up to 1.12 each.")
    assert {one.what for one in found} == {"supplier"}


def test_goods_nobody_names_are_those_of_the_only_line(world: World) -> None:
    found = links(world, PELL, "PO-40431: we can only confirm 60 of the 100.")
    tools = world.tools()
    order = tools.order("PO-40431")
    assert order is not None
    meant = [one for one in found if one.what == "order_line"]
    assert [one.how for one in meant] == (["the only line"] if len(order.lines) == 1 else [])


def test_the_demos_mail_raises_the_exceptions_that_its_index_says(made: Worlds) -> None:
    def standing(world: World) -> dict[tuple[str, int], tuple[str, str, str]]:
        world.session.expire_all()
        rows = world.session.scalars(select(CaseFinding)).all()
        return {(row.case, row.seq): (row.code, row.subject, row.says) for row in rows}

    wrong = []
    with made.world() as world:
        for entry in demo_index():
            before = standing(world)
            world.receive((DEMO_MAIL / entry["file"]).read_bytes(), entry["file"])
            new = {said[0] for key, said in standing(world).items() if before.get(key) != said} - {"invoice_matched"}
            if new != set(entry["expected"]["exceptions"]):
                wrong.append(f"{entry['file']}: expected {entry['expected']['exceptions']}, got {sorted(new)}")
    assert not wrong


def test_a_sales_order_of_the_same_digits_is_no_purchase_order() -> None:
    assert spellings("SO-40431") == ["SO-40431"]
    assert spellings("order 40431")[-1] == "PO-40431"


def goods(line: int, item: str, quantity: str) -> tuple[Claim, ...]:
    span = Span(part="1:a.pdf", text=quantity, page=1)
    return (
        Claim(field="line.supplier_item", value=item, line=line, span=span, reader="t"),
        Claim(field="line.quantity", value=Decimal(quantity), line=line, span=span, reader="t"),
    )


def of_a_paper(world: World, *claims: tuple[str, str], lines: tuple[tuple[str, str], ...] = ()) -> list[Link]:
    """The receipts that an invoice of Orion's for PO-40390 is tied to."""
    span = Span(part="1:a.pdf", text="x", page=1)
    said = [
        Claim(field=name, value=value, span=span, reader="t") for name, value in (("order.number", "PO-40390"), *claims)
    ]
    of_lines = [claim for at, one in enumerate(lines, 1) for claim in goods(at, *one)]
    paper = Document(kind=DocumentKind.INVOICE, part="1:a.pdf", claims=(*said, *of_lines), reader="t")
    reading = Reading(message="0", reader="t", parts=(), documents=(paper,), sender="sales@orion-pumps.example")
    return [one for one in link(reading, world.tools()).links if one.what == "receipt"]


@pytest.mark.parametrize(
    ("claim", "how"),
    [(("receipt.number", "gr 9880"), "by number"), (("despatch.number", "DN4410"), "by delivery note")],
)
def test_a_receipt_is_linked_by_its_number_or_its_delivery_notes(
    world: World, claim: tuple[str, str], how: str
) -> None:
    assert [(one.ref, one.how, one.score) for one in of_a_paper(world, claim)] == [("GR-9880", how, Decimal("1.00"))]


def test_a_receipt_is_linked_by_what_was_counted_unless_the_paper_names_another_delivery(world: World) -> None:
    order = world.tools().order("PO-40390")
    assert order is not None
    counted = tuple((line.supplier_item, str(line.received)) for line in order.lines)

    (tie,) = of_a_paper(world, lines=counted)
    assert (tie.ref, tie.how, tie.score) == ("GR-9880", "by content", Decimal("0.90"))
    assert of_a_paper(world, ("despatch.number", "DN-9999"), lines=counted) == []
    assert of_a_paper(world, lines=tuple((item, "7") for item, _ in counted)) == []


def test_two_receipts_that_count_the_same_are_not_told_apart() -> None:
    came = ReceiptLineSeen(
        line=1, order_line=1, item="A", quantity=Decimal(5), damaged=Decimal(0), shipped=Decimal(5), returned=Decimal(0),
        in_inspection=Decimal(0), damaged_left=Decimal(0), unit_cost=Decimal(1),
    )  # fmt: skip

    class Twice:
        def receipts(self, order: str) -> list[ReceiptSeen]:
            return [ReceiptSeen(number=number, order=order, lines=(came,)) for number in ("GR-1", "GR-2")]

    paper = Document(kind=DocumentKind.INVOICE, part="a", claims=goods(1, "A", "5"), reader="t")
    order = OrderSeen(number="PO-1", supplier="S", site="X", currency="USD", state="open", placed_by="p", lines=())
    assert receipts_meant(paper, [order], {1: ("PO-1", 1)}, cast(Tools, Twice())) == []
