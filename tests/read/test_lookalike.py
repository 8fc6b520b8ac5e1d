"""Whom a sender pretends to be: a table of resemblances, and of companies that only are called alike."""

import pytest

from agents.read.document import read_message
from agents.read.lookalike import resemblance, skeleton, unicode_of
from agents.tools import CustomerSeen, SupplierSeen

SUPPLIERS = (
    SupplierSeen(
        number="KESTREL",
        name="Kestrel Fasteners GmbH",
        currency="EUR",
        domains=("kestrel-fasteners.example", "kestrel.co.uk"),
        contact_name="Jonas Weber",
    ),
    SupplierSeen(number="KFL", name="KFL", currency="USD", domains=("kfl.example",)),
    SupplierSeen(number="MOROLLO", name="Morollo Moulding", currency="USD", domains=("morollo.example",)),
)


def mail(sender: str, more: str = "") -> bytes:
    return f"From: {sender}\n{more}Subject: x\n\nHello".encode()


PRETENDERS = [
    ("a@kestrel-fasteners.test", "KESTREL", "another ending"),
    ("a@kestrel-fasteners.com", "KESTREL", "another ending"),
    ("a@kestrel.com", "KESTREL", "another ending"),
    ("a@kestrelfasteners.example", "KESTREL", "other hyphens"),
    ("a@kestrel-fastners.example", "KESTREL", "a letter less"),
    ("a@kestrel-fasteeners.example", "KESTREL", "a letter more"),
    ("a@kestrle-fasteners.example", "KESTREL", "swapped"),
    ("a@kestrel-fastemers.example", "KESTREL", "a letter of it differs"),
    ("a@kestre1-fasteners.example", "KESTREL", "looks the same"),
    ("a@kestreI-fasteners.example", "KESTREL", "looks the same"),
    ("a@rnorollo.example", "MOROLLO", "looks the same"),
    ("a@m0rollo.example", "MOROLLO", "looks the same"),
    ("a@mor0110.test", "MOROLLO", "looks the same"),
    ("a@kestrel-f\u0430steners.example", "KESTREL", "looks the same"),
    ("a@xn--kestrel-fsteners-1dn.example", "KESTREL", "looks the same"),
    ("a@m\u00f6r\u00f3llo.example", "MOROLLO", "looks the same"),
    ("a@kestrel-fasteners.example.billing.test", "KESTREL", "begins with theirs"),
    ("a@kestrel-fasteners-billing.test", "KESTREL", "has their name in it"),
    ("a@mail-morollo.test", "MOROLLO", "has their name in it"),
    ('"jonas@kestrel-fasteners.example" <thief@far.test>', "KESTREL", "as its name"),
    ('"Kestrel Fasteners GmbH" <thief@far.test>', "KESTREL", "is signed"),
    ('"Jonas Weber" <jonas.weber.77@gmail.com>', "KESTREL", "is signed"),
]


@pytest.mark.parametrize(("sender", "supplier", "says"), PRETENDERS)
def test_a_pretender_is_named_with_what_it_looks_like(sender: str, supplier: str, says: str) -> None:
    found = resemblance(read_message(mail(sender)), SUPPLIERS)

    assert found is not None
    assert (found.supplier, found.customer) == (supplier, "")
    assert says in found.says


@pytest.mark.parametrize(
    "sender",
    [
        "jonas@kestrel-fasteners.example",
        "jonas@kestrel.co.uk",
        '"Kestrel Fasteners" <jonas@kestrel.co.uk>',
        "a@kfg.example",
        "a@kfl2.example",
        "sales@norbeck.example",
        "a@falcon-fasteners.example",
        "a@gmail.com",
        "a@co.uk",
        "a@morello-cherries.example",
        '"Maria" <maria@gmail.com>',
        "nobody",
        '"Jana Keller" <jana@keller.example>',
        "a@xn--\u00ff\u00ff.example",
        "a@" + "x" * 250 + ".example",
    ],
)
def test_who_is_on_record_or_only_called_alike_is_nobodys_double(sender: str) -> None:
    assert resemblance(read_message(mail(sender)), SUPPLIERS) is None


def test_answers_that_would_go_to_a_pretender_are_told_though_the_sender_is_known() -> None:
    raw = mail("jonas@kestrel-fasteners.example", "Reply-To: jonas@kestrel-fasterners.example\n")

    found = resemblance(read_message(raw), SUPPLIERS)

    assert found is not None
    assert found.says.startswith("Answers would go elsewhere")


def test_answers_that_go_to_a_ticket_system_are_nobodys_double() -> None:
    raw = mail("jonas@kestrel-fasteners.example", "Reply-To: case-7@tickets.example\n")
    assert resemblance(read_message(raw), SUPPLIERS) is None


def test_domains_are_shown_as_people_see_them() -> None:
    assert unicode_of("xn--bcher-kva.example") == "bücher.example"
    assert unicode_of("xn--\u20ac.example") == "xn--\u20ac.example"
    assert skeleton("KESTREL") == skeleton("kestreI") == skeleton("kе5trеl")


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ("case-7@tickets.example", True),
        ("Sales <sales@mail.keller.example>", False),
        ("jana@keller.example", False),
        ("", False),
        ("nobody", False),
    ],
)
def test_a_letter_whose_answers_would_go_elsewhere_says_so_and_is_read(answers: str, told: bool) -> None:
    raw = f"From: jana@keller.example\nReply-To: {answers}\nSubject: x\n\nPO-40417 ships on 27 November 2026."

    reading = read_message(raw.encode())

    notes = [check for document in reading.documents for check in document.checks if check.name == "reply_to"]
    assert [note.warning for note in notes] == ([True] if told else [])
    assert reading.documents[0].first("order.number")


CUSTOMERS = (
    CustomerSeen(number="C-ALDER", name="Alder Interiors", domains=("alder-interiors.example",)),
    CustomerSeen(number="C-MOROLLO", name="Morollo Retail", domains=("morollo-shops.example",)),
)


@pytest.mark.parametrize(
    ("sender", "more", "customer", "says"),
    [
        ("a@alder-interiors.test", "", "C-ALDER", "another ending"),
        ("a@a1der-interiors.example", "", "C-ALDER", "looks the same"),
        ("a@alder-interoirs.example", "", "C-ALDER", "swapped"),
        ('"Alder Interiors" <thief@far.test>', "", "C-ALDER", "is signed"),
        ("a@far.test", "Reply-To: b@alder-interlors.example\n", "C-ALDER", "Answers would go elsewhere"),
    ],
)
def test_who_pretends_to_be_a_customer_is_named_too(sender: str, more: str, customer: str, says: str) -> None:
    found = resemblance(read_message(mail(sender, more)), SUPPLIERS, CUSTOMERS)

    assert found is not None
    assert (found.supplier, found.customer) == ("", customer)
    assert says in found.says


def test_a_supplier_is_resembled_before_a_customer_and_neither_pretends_to_be_the_other() -> None:
    both = resemblance(read_message(mail("a@rnorollo.example")), SUPPLIERS, CUSTOMERS)
    assert both is not None
    assert both.supplier == "MOROLLO"
    assert resemblance(read_message(mail("a@alder-interiors.example")), SUPPLIERS, CUSTOMERS) is None
    assert resemblance(read_message(mail("a@morollo-shops.example")), SUPPLIERS, CUSTOMERS) is None
    assert resemblance(read_message(mail("a@kestrel-fasteners.example")), SUPPLIERS, CUSTOMERS) is None
    nobody = mail("a@morollo.example", "Reply-To: b@morollo-shops.example\n")
    assert resemblance(read_message(nobody), SUPPLIERS, CUSTOMERS) is None
