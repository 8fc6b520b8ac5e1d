"""Bills in layouts that no rule was written for: names set close, days by the paper's language, more languages."""

from collections.abc import Sequence
from datetime import date

import pytest

from agents.read.day_order import day_order
from core.claims import DocumentKind
from tests.read.sheets import Mark, header, labels, read, sheet, table

NUMBER, DAY, DUE = "invoice.number", "invoice.date", "invoice.due_date"


def bill(title: str, facts: Sequence[tuple[str, str]], goods: Sequence[Sequence[str]], total: str) -> bytes:
    """A bill with its facts to the right, three columns of goods, and one line for its total."""
    return sheet(
        [
            Mark(50, 40, title, 16),
            *labels(facts, 330, 100, 80),
            *table(goods, (50, -350, -470), 200),
            Mark(300, 260, total),
            Mark(470, 260, "120.00", right=True),
        ]
    )


FRENCH = (("Désignation", "Quantité", "Montant"), ("Lampe", "4", "120.00"))
ENGLISH = (("Description", "Qty", "Amount"), ("Lamp", "4", "120.00"))


def test_a_french_paper_writes_the_day_first() -> None:
    raw = bill("Facture", (("N° de facture", "FA-12"), ("Date facturation", "12/01/2026")), FRENCH, "Total TTC")

    assert header(read(raw)[1], NUMBER, DAY) == ["FA-12", date(2026, 1, 12)]


def test_english_alone_does_not_say_which_number_is_the_day() -> None:
    raw = bill("Invoice", (("Invoice no.", "A-12"), ("Invoice date", "12/01/2026")), ENGLISH, "Total")

    assert header(read(raw)[1], NUMBER, DAY) == ["A-12", None]


@pytest.mark.parametrize(
    ("said", "first"),
    [
        (["Invoice date 12/01/2026", "Des Moines, IA 50309"], False),
        (["Invoice date 12/01/2026", "VAT number GB 245 1234 56"], True),
        (["Invoice date 12/01/2026", "DE 80333 M\u00fcnchen"], None),
        (["Facture, quantit\u00e9, montant 12/01/2026", "Springfield, IL 62701"], None),  # evidence for both
        (["Facture, quantit\u00e9, montant", "12/31/2026", "31/12/2026"], None),  # its own dates are at odds
        (["Rechnung, Menge, Betrag", "12/31/2026"], False),  # its own dates outweigh its language
    ],
)
def test_the_order_of_day_and_month_needs_evidence_that_is_not_contradicted(
    said: list[str], first: bool | None
) -> None:
    assert day_order(said) is first


def test_names_of_facts_set_close_together_have_their_values_below_each() -> None:
    raw = sheet(
        [
            Mark(50, 40, "Rechnung", 16),
            Mark(50, 100, "Rechnungsnummer Rechnungsdatum Leistungsdatum"),
            Mark(50, 112, "26-0031"),
            Mark(126, 112, "11.02.2026"),
            Mark(200, 112, "09.02.2026"),
            Mark(50, 200, "Gesamtsumme"),
            Mark(470, 200, "870,00 \u20ac", right=True),
        ]
    )

    assert header(read(raw)[1], NUMBER, DAY) == ["26-0031", date(2026, 2, 11)]


def test_a_house_number_beside_a_name_is_not_the_number_that_stands_below_it() -> None:
    raw = sheet(
        [
            Mark(50, 40, "TAX INVOICE", 16),
            Mark(250, 80, "Invoice Number"),
            Mark(400, 80, "55 Cuba Street"),
            Mark(250, 92, "INV-0041"),
            Mark(400, 92, "Wellington"),
        ]
    )

    assert header(read(raw)[1], NUMBER) == ["INV-0041"]


def test_a_bare_number_under_the_title_is_the_papers_own() -> None:
    raw = bill(
        "Invoice", (("Number:", "CI-26-0098"), ("Date:", "2026-02-13"), ("Due:", "2026-03-15")), ENGLISH, "Total"
    )

    assert header(read(raw)[1], NUMBER, DAY, DUE) == ["CI-26-0098", date(2026, 2, 13), date(2026, 3, 15)]


@pytest.mark.parametrize(
    ("title", "facts"),
    [
        ("Fattura", (("Numero fattura", "2026-7"), ("Data fattura", "3 febbraio 2026"), ("Scadenza", "05/03/2026"))),
        (
            "Faktura",
            (("Fakturanummer", "2026-7"), ("Fakturadatum", "2026-02-03"), ("F\u00f6rfallodatum", "2026-03-05")),
        ),
        ("Faktura VAT", (("Nr faktury", "2026-7"), ("Data wystawienia", "03.02.2026"), ("Scadenza", "05.03.2026"))),
    ],
)
def test_bills_in_italian_swedish_and_polish_are_bills(title: str, facts: Sequence[tuple[str, str]]) -> None:
    _, document = read(bill(title, facts, ENGLISH, "Total"))

    assert document.kind is DocumentKind.INVOICE
    assert header(document, NUMBER, DAY, DUE)[:2] == ["2026-7", date(2026, 2, 3)]


LETTERHEAD = (Mark(50, 40, "papierhaus", 24),)
WINDOW = (Mark(50, 110, "Kita Sonnenschein e.V."), Mark(50, 122, "Schulstr. 4"), Mark(50, 134, "04109 Leipzig"))
TITLE = Mark(50, 220, "Rechnung 4410-2291", 13)
FOOT = (
    Mark(50, 790, "papierhaus Versand GmbH & Co. KG", 7),
    Mark(200, 790, "service@papierhaus.de", 7),
    Mark(350, 790, "USt-ID: DE812345678", 7),
)


@pytest.mark.parametrize(
    ("marks", "name"),
    [
        (
            (*LETTERHEAD, *WINDOW, TITLE, *FOOT),
            "papierhaus Versand GmbH & Co. KG",
        ),  # the domain is the foot's, not the window's
        (
            (
                Mark(50, 40, "Landwirtschaftliche Bezugs- und", 13),
                Mark(50, 56, "Absatzgenossenschaft Nordheide eG", 13),
                *WINDOW,
                TITLE,
            ),
            "Landwirtschaftliche Bezugs- und Absatzgenossenschaft Nordheide eG",
        ),
        (
            (
                Mark(50, 60, "Bergquell GmbH \u00b7 Am Brunnen 4 \u00b7 87435 Kempten", 6),
                Mark(50, 75, "Adler Gastronomie GmbH"),
                Mark(50, 87, "Marktplatz 1"),
                Mark(50, 99, "87527 Sonthofen"),
                TITLE,
            ),
            "Bergquell GmbH",
        ),
        (
            (
                TITLE,
                Mark(50, 250, "Verk\u00e4ufer"),
                Mark(50, 262, "Nummer:"),
                Mark(150, 262, "549910"),
                Mark(50, 274, "Name:"),
                Mark(150, 274, "MUSTER-Autovermietung"),
                Mark(50, 286, "Ansprechpartner:"),
                Mark(150, 286, "Muster-Einkauf GmbH"),
                Mark(50, 298, "USt-IdNr.: DE136695976"),
            ),
            "MUSTER-Autovermietung",
        ),
        ((Mark(50, 40, "Adler GmbH"), Mark(330, 40, "Bussard GmbH"), TITLE), None),  # nothing says who of the two it is
        ((Mark(50, 60, "Herrn"), Mark(50, 72, "Max Beispiel"), Mark(50, 84, "20099 Hamburg"), TITLE), None),
    ],
    ids=[
        "the domain",
        "two lines",
        "a sender's line",
        "a label in the seller's block",
        "two alike",
        "the window alone",
    ],
)
def test_the_seller_is_named_by_evidence_or_not_at_all(marks: Sequence[Mark], name: str | None) -> None:
    _, document = read(sheet([*marks, Mark(50, 400, "Gesamtbetrag"), Mark(470, 400, "85,68 \u20ac", right=True)]))

    assert header(document, "supplier.name") == [name]
