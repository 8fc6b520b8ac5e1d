"""What a message says enters the books as what it is, once, or somebody is told that it does not."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.cases import Case
from core.claims import Check, Document, DocumentKind, Intent, Part, PartState, Reading
from core.intake.commands import ReadAgain, RecordReading, SetAside
from core.payables.tables import SupplierInvoice
from core.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from core.reading_wire import from_wire, to_wire
from core.refusals import Refusal, Refused
from core.sales.commands import AddCustomer, LinkCustomerSender
from core.sales.tables import Customer
from tests.core.kestrel import D, do, open_cases, order, standing
from tests.core.letters import (
    READER,
    SHA,
    a_reading,
    claim,
    invoice_document,
    link,
    links_to,
    record,
    row,
)


def test_an_invoice_in_a_message_is_registered_as_a_claim_of_that_message(session: Session, placed: str) -> None:
    result = record(session, a_reading(invoice_document(), intents=(Intent.INVOICE_ENCLOSED,)), *links_to(placed))

    invoice = session.scalars(select(SupplierInvoice)).one()
    assert (invoice.their_number, invoice.order, invoice.message, invoice.state) == ("KF-1", placed, SHA, "registered")
    message = row(session)
    assert (message.state, message.says) == ("read", "Kept invoice KF-1.")
    assert (message.sender, message.supplier, message.intents) == (
        "orders@kestrel.example",
        "KESTREL",
        ["invoice_enclosed"],
    )
    assert message.sent_at is not None
    assert (message.message_id, message.readings) == ("<1@kestrel.example>", 1)
    assert result["made"] == [{"command": "RegisterInvoice", "invoice": invoice.number, "says": "invoice KF-1"}]
    assert from_wire(message.reading).documents[0].kind is DocumentKind.INVOICE
    assert open_cases(session) == {}


def test_findings_of_an_invoice_name_the_message_they_came_in(session: Session, placed: str) -> None:
    record(session, a_reading(invoice_document(quantity=120, total="120.00")), *links_to(placed))
    (case,) = open_cases(session).values()
    assert (case.code, case.message) == ("invoice_quantity_variance", SHA)


@pytest.mark.parametrize(("kind", "kept"), [(DocumentKind.MAIL, None), (DocumentKind.ORDER_CONFIRMATION, "OC-9")])
def test_only_a_confirmation_itself_says_its_number(
    session: Session, placed: str, kind: DocumentKind, kept: str | None
) -> None:
    other = order(session, ("KF-M8X40", "50", "1.00"))
    claims = (claim("confirmation.number", "OC-9"), claim("line.delivery_date", date(2026, 12, 9), 1))
    document = Document(kind=kind, part="body", reader="t", claims=claims)
    reading = a_reading(document, intents=(Intent.ORDER_CONFIRMATION,))

    record(session, reading, link(0, "order", other), link(0, "order_line", f"{other}#1", 1))

    session.expire_all()
    line = session.get(PurchaseOrderLine, ("HP", other, 1))
    assert line is not None
    assert line.promised == date(2026, 12, 9)
    assert session.get_one(PurchaseOrder, ("HP", other)).confirmation_number == kept


def test_a_confirmation_is_kept_as_the_suppliers_word(session: Session, placed: str) -> None:
    other = order(session, ("KF-M8X40", "50", "1.00"))
    document = Document(
        kind=DocumentKind.ORDER_CONFIRMATION,
        part="1:a.pdf",
        reader="t",
        claims=(claim("line.quantity", D(40), 1), claim("line.delivery_date", date(2026, 12, 9), 1)),
    )

    record(session, a_reading(document), link(0, "order", other), link(0, "order_line", f"{other}#1", 1))

    session.expire_all()
    line = session.get(PurchaseOrderLine, ("HP", other, 1))
    assert line is not None
    assert (line.confirmed, line.promised, line.ordered, line.need_by) == (
        D(40),
        date(2026, 12, 9),
        D(50),
        date(2026, 12, 1),
    )
    assert set(standing(session, f"order:{other}:confirmation")) == {"supplier_delay", "supplier_short_confirmation"}
    assert row(session).says == f"Kept confirmation of {other}."


def test_a_message_is_read_once(session: Session, placed: str) -> None:
    record(session, a_reading(invoice_document()), *links_to(placed))
    with pytest.raises(Refused) as refused:
        record(session, a_reading(invoice_document()), *links_to(placed))
    assert refused.value.code is Refusal.NO_SUCH_MOVE
    assert session.scalar(select(func.count()).select_from(SupplierInvoice)) == 1


def test_an_invoice_inside_what_calls_itself_a_newsletter_is_an_invoice(session: Session, placed: str) -> None:
    record(session, a_reading(invoice_document(), intents=(Intent.NEWSLETTER,)), *links_to(placed))
    assert row(session).state == "read"


def test_an_unreadable_part_is_somebodys_even_when_the_rest_was_read(session: Session, placed: str) -> None:
    part = Part(
        path="2:scan.pdf",
        name="scan.pdf",
        media_type="application/pdf",
        sha256="s",
        size=9,
        state=PartState.UNREADABLE,
        why="a picture without a text layer; reading pictures is not there yet",
    )
    record(session, a_reading(invoice_document(), parts=(part,)), *links_to(placed))

    (found,) = standing(session, f"message:{SHA}")["document_unreadable"]
    assert found.says == "scan.pdf: a picture without a text layer; reading pictures is not there yet"
    assert open_cases(session)[f"message:{SHA}"].says == "Kestrel Fasteners sent scan.pdf that we cannot read"
    assert row(session).state == "read"


def test_a_reader_that_died_leaves_the_message_with_a_person(session: Session, placed: str) -> None:
    dead = Reading(message=SHA, reader="sandbox", parts=(), documents=(), trouble=("It took longer than 20 s.",))
    record(session, dead, supplier=None)
    assert (row(session).state, row(session).says) == ("set_aside", "A person must look: It took longer than 20 s.")
    assert set(standing(session, f"message:{SHA}")) == {"document_unreadable"}


def test_an_invoice_without_a_number_and_one_of_impossible_size_are_named_and_the_other_is_kept(
    session: Session, placed: str
) -> None:
    nameless = Document(kind=DocumentKind.INVOICE, part="2:b.pdf", reader="t", claims=(claim("invoice.total", D(5)),))
    huge = invoice_document("KF-9", total="1" + "0" * 20)

    result = record(session, a_reading(invoice_document(), nameless, huge), *links_to(placed))

    assert [one["command"] for one in result["made"]] == ["RegisterInvoice"]
    assert result["missing"] == [
        "2:b.pdf: an invoice without a number",
        "invoice KF-9 could not be kept: 1.000E+20 is larger than anything we trade",
    ]
    assert len(standing(session, f"message:{SHA}")["document_unreadable"]) == 2
    events = session.execute(text("select count(*) from event where kind = 'invoice_registered'")).scalar_one()
    assert events == 1


def test_a_message_that_changes_nothing_says_so(session: Session, placed: str) -> None:
    mail = Document(kind=DocumentKind.MAIL, part="body", reader="t", claims=())
    record(session, a_reading(mail, intents=(Intent.DISPUTE,)))
    assert (row(session).state, row(session).says) == (
        "set_aside",
        "Read; nothing in it changes an order or an invoice.",
    )


def test_what_was_read_to_an_end_is_not_read_again(session: Session, placed: str) -> None:
    record(session, a_reading(invoice_document()), *links_to(placed))
    with pytest.raises(Refused) as refused:
        do(session, ReadAgain(entity="HP", message=SHA))
    assert refused.value.code is Refusal.NO_SUCH_MOVE


def test_setting_a_message_aside_keeps_the_reason_and_ends_its_case(session: Session, placed: str) -> None:
    record(session, a_reading(invoice_document()), *links_to(placed), supplier=None)
    assert len(open_cases(session)) == 1

    do(session, SetAside(entity="HP", message=SHA, reason="reported as phishing"))

    assert (row(session).state, row(session).says) == ("set_aside", "reported as phishing")
    assert open_cases(session) == {}
    assert [case.root_cause for case in session.scalars(select(Case))] == ["resolved_by_itself"]


@pytest.mark.parametrize(
    "wire",
    [
        {},
        {"version": 1, "reading": {"message": SHA}},
        {"version": 99, "reading": {}},
        to_wire(Reading(message="another", reader="t", parts=(), documents=())),
    ],
)
def test_what_is_not_the_reading_of_this_message_is_refused(
    session: Session, placed: str, wire: dict[str, Any]
) -> None:
    with pytest.raises(Refused) as refused:
        do(session, RecordReading(entity="HP", message=SHA, reading=wire, supplier="KESTREL"), READER)
    assert refused.value.code is Refusal.COMMAND_MALFORMED
    assert row(session).state == "stored"


@pytest.mark.parametrize(
    ("intents", "says"),
    [
        ((Intent.DISCONTINUED_ITEM, Intent.SUBSTITUTION_OFFER), "writes that an item is no longer made"),
        ((Intent.RETURN_REQUEST,), "writes of goods that shall go back"),
        ((Intent.QUESTION_STATUS, Intent.ORDER_CANCELLATION), "writes that an order is cancelled, or shall be"),
    ],
)
def test_what_a_supplier_asks_and_nothing_keeps_waits_for_a_person(
    session: Session, placed: str, intents: tuple[Intent, ...], says: str
) -> None:
    mail = Document(kind=DocumentKind.MAIL, part="body", reader="t", claims=())
    record(session, a_reading(mail, intents=intents), *links_to(placed))
    assert "request_unanswered" in standing(session, f"message:{SHA}")
    assert row(session).says == f"Waits for an answer: it {says}."


@pytest.mark.parametrize(
    "intents",
    [
        (Intent.STATEMENT_OF_ACCOUNT,), (Intent.REMITTANCE_ADVICE,), (Intent.QUOTE,), (Intent.FREIGHT_NOTICE,),
        (Intent.OTHER,), (Intent.NEWSLETTER,),
    ],
)  # fmt: skip
def test_what_asks_nothing_of_anybody_opens_no_case(session: Session, placed: str, intents: tuple[Intent, ...]) -> None:
    record(session, a_reading(Document(kind=DocumentKind.MAIL, part="body", reader="t", claims=()), intents=intents))
    assert open_cases(session) == {}


def test_a_reminder_beside_a_bill_that_was_kept_is_answered_by_the_bill(session: Session, placed: str) -> None:
    intents = (Intent.INVOICE_ENCLOSED, Intent.PAYMENT_REMINDER)
    record(session, a_reading(invoice_document(), intents=intents), *links_to(placed))
    assert "request_unanswered" not in standing(session, f"message:{SHA}")


def test_a_day_that_could_be_two_is_a_persons(session: Session, placed: str) -> None:
    doubt = Check(name="date_is_certain", holds=False, says="“12/11/2026” can be 12 November 2026 or 11 December 2026")
    mail = Document(kind=DocumentKind.MAIL, part="body", reader="t", claims=(), checks=(doubt,))
    record(session, a_reading(mail, intents=(Intent.SUPPLIER_DELAY,)), *links_to(placed))
    assert "request_unanswered" in standing(session, f"message:{SHA}")


def test_who_only_resembles_a_customer_is_told_by_the_customers_name_and_nothing_of_his_is_kept(
    session: Session, placed: str
) -> None:
    do(session, AddCustomer(entity="HP", number="C-1", name="Alder Interiors", domains=("Alder-Interiors.example",)))
    do(session, LinkCustomerSender(entity="HP", customer="C-1", domain="alder.example"))
    assert session.scalars(select(Customer.domains)).one() == ["alder-interiors.example", "alder.example"]
    with pytest.raises(Refused) as again:
        do(session, LinkCustomerSender(entity="HP", customer="C-1", domain="alder.example"))
    assert again.value.code is Refusal.NOTHING_TO_DO

    reading = a_reading(invoice_document(), sender="orders@alder.test")
    says = "alder.test is not alder.example: the same name under another ending"
    command = RecordReading(
        entity="HP", message=SHA, reading=to_wire(reading), links=(), look_alike_customer="C-1", resembles=says
    )
    do(session, command, READER)

    assert session.scalars(select(SupplierInvoice)).all() == []
    assert "only resembles that of somebody we know; nothing was registered" in row(session).says
    (found,) = standing(session, f"message:{SHA}")["sender_unknown"]
    assert (found.headline, found.says) == ("Looks like Alder Interiors", says)
