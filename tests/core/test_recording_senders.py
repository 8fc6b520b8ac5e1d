"""Nothing of a message is registered but from a sender who can be believed, and noise is nobody's case."""

from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.claims import Document, DocumentKind, Intent
from core.intake.commands import ReadAgain
from core.masterdata.commands import LinkSender
from core.payables.tables import SupplierInvoice
from tests.core.kestrel import do, open_cases, standing
from tests.core.letters import (
    SHA,
    a_reading,
    claim,
    invoice_document,
    link,
    links_to,
    queued,
    record,
    row,
)


@pytest.mark.parametrize(
    ("change", "code", "state", "headline"),
    [
        ({"supplier": None}, "sender_unknown", "set_aside", "Unknown sender"),
        (
            {"supplier": None, "look_alike": "KESTREL"},
            "sender_unknown",
            "set_aside",
            "Looks like Kestrel Fasteners GmbH",
        ),
    ],
)
def test_from_a_sender_we_do_not_know_nothing_is_registered(
    session: Session, placed: str, change: dict[str, Any], code: str, state: str, headline: str
) -> None:
    record(session, a_reading(invoice_document()), *links_to(placed), **change)

    assert list(session.scalars(select(SupplierInvoice))) == []
    (found,) = standing(session, f"message:{SHA}")[code]
    assert found.headline == headline
    assert row(session).state == state
    case = open_cases(session)[f"message:{SHA}"]
    assert (case.owner_role, case.supplier) == ("intake_clerk", "KESTREL")


@pytest.mark.parametrize(
    ("results", "believed"),
    [
        (("spf=pass; dkim=pass; dmarc=pass",), True),
        ((), True),
        (("spf=fail; dkim=pass; dmarc=pass",), True),
        (("spf=pass; dkim=fail; dmarc=fail",), False),
        (("spf=fail",), False),
    ],
)
def test_a_failed_authentication_is_no_known_sender(
    session: Session, placed: str, results: tuple[str, ...], believed: bool
) -> None:
    record(session, a_reading(invoice_document(), authentication=results), *links_to(placed))
    assert bool(list(session.scalars(select(SupplierInvoice)))) is believed
    assert bool(standing(session, f"message:{SHA}")) is not believed


def test_phishing_is_quarantined_whoever_seems_to_have_sent_it(session: Session, placed: str) -> None:
    record(session, a_reading(invoice_document(), intents=(Intent.PHISHING, Intent.NEWSLETTER)), *links_to(placed))
    assert row(session).state == "quarantined"
    assert list(session.scalars(select(SupplierInvoice))) == []
    assert set(standing(session, f"message:{SHA}")) == {"sender_unknown"}


@pytest.mark.parametrize("intent", [Intent.NEWSLETTER, Intent.OUT_OF_OFFICE, Intent.SPAM])
def test_noise_is_set_aside_without_a_case_from_anybody(session: Session, placed: str, intent: Intent) -> None:
    mail = Document(kind=DocumentKind.MAIL, part="body", reader="t", claims=())
    record(session, a_reading(mail, intents=(intent,), sender="x@somewhere.example"), supplier=None)
    assert row(session).state == "set_aside"
    assert row(session).says.endswith("nothing in it for us.")
    assert open_cases(session) == {}


def test_a_wish_for_another_account_is_set_apart_and_never_touches_the_invoice(session: Session, placed: str) -> None:
    mail = Document(
        kind=DocumentKind.MAIL,
        part="body",
        reader="t",
        claims=(claim("bank_change.request", "Also please send all future payments to our new account, ending 7714."),),
    )
    invoice = invoice_document(quantity=120, total="120.00")
    links = (link(1, "supplier", "KESTREL"), link(1, "order", placed), link(1, "order_line", f"{placed}#1", 1))

    record(session, a_reading(mail, invoice, intents=(Intent.BANK_DETAILS_CHANGE, Intent.INVOICE_ENCLOSED)), *links)

    cases = open_cases(session)
    assert {case.code for case in cases.values()} == {"bank_details_changed", "invoice_quantity_variance"}
    bank = cases["bank:KESTREL"]
    assert bank.says == "Kestrel Fasteners asks to be paid to another account"
    (found,) = standing(session, "bank:KESTREL")["bank_details_changed"]
    assert found.facts["quote"].endswith("ending 7714.")
    other = next(case for case in cases.values() if case is not bank)
    assert (bank.related, other.related) == ([other.number], [bank.number])


def test_a_look_alike_that_asks_for_another_account_warns_the_controller(session: Session, placed: str) -> None:
    mail = Document(kind=DocumentKind.MAIL, part="body", reader="t", claims=(claim("bank_change.request", "pay here"),))
    reading = a_reading(mail, intents=(Intent.BANK_DETAILS_CHANGE,), sender="orders@kestre1.example")

    record(session, reading, supplier=None, look_alike="KESTREL")

    assert {case.owner_role for case in open_cases(session).values()} == {"controller", "intake_clerk"}


def test_a_file_a_person_put_in_has_no_sender_to_doubt(session: Session, placed: str) -> None:
    record(session, a_reading(invoice_document(), sender=""), *links_to(placed), supplier=None)
    assert session.scalars(select(SupplierInvoice)).one().supplier == "KESTREL"
    assert open_cases(session) == {}


def test_a_file_that_names_nobody_is_somebodys(session: Session, placed: str) -> None:
    record(session, a_reading(invoice_document(), sender=""), supplier=None)
    assert "sender_unknown" in standing(session, f"message:{SHA}")


def test_once_the_sender_is_linked_the_message_is_read_again_and_its_case_closes(session: Session, placed: str) -> None:
    reading = a_reading(invoice_document(), sender="billing@kestrel-new.example")
    record(session, reading, *links_to(placed), supplier=None)
    session.execute(text("delete from procrastinate_jobs"))

    do(session, LinkSender(entity="HP", supplier="KESTREL", domain="kestrel-new.example"))
    do(session, ReadAgain(entity="HP", message=SHA, reason="linked"))
    assert queued(session, "read_message") == [{"entity": "HP", "message": SHA}]
    record(session, reading, *links_to(placed))

    assert (row(session).state, row(session).readings) == ("read", 2)
    assert open_cases(session) == {}
    assert session.scalar(select(func.count()).select_from(SupplierInvoice)) == 1
