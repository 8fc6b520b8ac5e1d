"""Bills in layouts that no rule was written for: names set close, days by the paper's language, more languages."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

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


NET, TAX, TOTAL = "invoice.net_total", "invoice.tax_total", "invoice.total"


@pytest.mark.parametrize(
    ("names", "figures", "sums"),
    [
        (("Netto", "Moms 25%", "Att betala SEK"), ("4 620,00", "1 155,00", "5 775,00"), ("4620", "1155", "5775")),
        (("Totale imponibile", "IVA 22%", "Totale fattura"), ("650,00", "143,00", "793,00"), ("650", "143", "793")),
        (("Summe (netto)", "Umsatzsteuer 19% auf 29,40", "Zu zahlender Betrag"), ("29,40", "5,59", "34,99"), ()),
        (
            ("Net Charges (After Discounts, excl. Tax)", "VAT - 25%", "Total VAT Invoice Amount"),
            ("75.00", "18.75", "93.75"),
            (),
        ),
        (
            ("Sub Total", "IGST5 (5%)", "Balance Due"),
            ("32,000.00", "1,600.00", "\u20ac33,600.00"),
            ("32000", "1600", "33600"),
        ),
    ],
)
def test_sums_have_other_names_elsewhere(names: Sequence[str], figures: Sequence[str], sums: Sequence[str]) -> None:
    marks = [Mark(300, 300 + 14 * at, name) for at, name in enumerate(names)]
    marks += [Mark(540, 300 + 14 * at, figure, right=True) for at, figure in enumerate(figures)]
    _, document = read(sheet([Mark(50, 40, "Invoice", 16), *marks]))

    wanted = [Decimal(one) for one in sums or [figure.replace(",", ".") for figure in figures]]
    assert header(document, NET, TAX, TOTAL) == wanted


def test_a_figure_set_over_two_lines_is_one_with_its_sign() -> None:
    marks = [
        Mark(50, 40, "Rechnungskorrektur", 16),
        *labels((("Rechnungssumme ohne USt.", "-7,67"), ("Bruttosumme", "-8,79")), 50, 250, 300, 40),
        Mark(300, 315, "EUR"),
        Mark(330, 315, "-"),
        Mark(50, 321, "Steuerbetrag in"),
        Mark(300, 327, "1,12"),
    ]
    _, document = read(sheet(marks))

    assert header(document, NET, TAX, TOTAL) == [Decimal("-7.67"), Decimal("-1.12"), Decimal("-8.79")]


def test_a_tax_contained_in_gross_lines_is_still_the_tax() -> None:
    marks = [
        Mark(50, 40, "Rechnung", 16),
        *table(
            (("Artikel", "Anzahl", "Einzelpreis", "Gesamtpreis"), ("Papier", "4", "21,42", "85,68")),
            (50, -250, -350, -450),
            200,
        ),
        *labels((("Gesamtsumme", "85,68"), ("enthaltene MwSt. 19 %", "13,68")), 250, 160, 260),
    ]
    _, document = read(sheet(marks))

    assert header(document, NET, TAX, TOTAL) == [None, Decimal("13.68"), Decimal("85.68")]


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ((Mark(330, 90, "Hamburg, den 5. M\u00e4rz 2026"),), date(2026, 3, 5)),
        ((Mark(330, 40, "24 February 2026"),), date(2026, 2, 24)),
        ((Mark(330, 40, "24 February 2026"), Mark(330, 80, "20 February 2026")), None),  # one of two, and none is named
        ((Mark(250, 90, "Delivery date"), Mark(400, 90, "24 February 2026")), None),  # another day's name
        ((Mark(330, 90, "Vom 17. Dezember 2026 bis 6. Januar 2027 haben wir Ferien."),), None),  # a period
        ((Mark(330, 90, "Datum: 01.03.2026 bis 31.03.2026"), Mark(330, 40, "Kiel, 2. April 2026")), date(2026, 4, 2)),
    ],
)
def test_a_day_that_no_label_names_counts_where_it_stands_alone(head: Sequence[Mark], day: date | None) -> None:
    marks = [Mark(50, 40, "Invoice", 16), *head, Mark(300, 300, "Total"), Mark(540, 300, "120.00", right=True)]

    assert header(read(sheet(marks))[1], DAY) == [day]


def test_an_account_may_stand_in_pieces_beside_its_label() -> None:
    pieces = ("DE12", "1234", "4321", "9876", "00")
    marks = [Mark(50, 40, "Invoice", 16), Mark(50, 700, "IBAN:")]
    marks += [Mark(120 + 45 * at, 700, piece) for at, piece in enumerate(pieces)]

    assert header(read(sheet(marks))[1], "supplier.iban") == ["DE12 1234 4321 9876 00"]


def test_a_tax_number_in_the_foot_is_not_the_buyers_whose_heading_stands_far_above_it() -> None:
    marks = [
        Mark(50, 40, "Invoice", 16),
        *(
            Mark(50, 100 + 12 * at, said)
            for at, said in enumerate(("Bill to", "Fjord Analytics AS", "0191 Oslo", "NO 912345678"))
        ),
        Mark(50, 790, "Nimbus Compute SARL, 1855 Luxembourg, VAT LU26888617", 7),
    ]

    assert header(read(sheet(marks))[1], "supplier.tax_id") == ["LU26888617"]


def test_a_number_that_is_labelled_outweighs_one_that_a_sentence_mentions() -> None:
    facts = (("Bestellung:", "2013-471331"), ("Lieferavis:", "L-51112"))
    marks = [Mark(50, 40, "Rechnung", 16), *labels(facts, 50, 90, 80)]
    marks += [Mark(50, 130, "Rechnung gem\u00e4\u00df Bestellung Nr. 2018-471331 vom 01.03.2018.")]

    assert header(read(sheet(marks))[1], "order.number", "despatch.number") == ["2013-471331", "L-51112"]


@pytest.mark.parametrize(
    ("pairs", "sums"),
    [
        (
            (("Total HT", "624,90"), ("\u00e0 20 % et 5,5 %", "46,25"), ("Total TTC", "671,15")),
            ("624.90", "46.25", "671.15"),
        ),
        (
            (("Total HT", "624,90"), ("\u00e0 20 % et 5,5 %", "46,52"), ("Total TTC", "671,15")),
            ("624.90", None, "671.15"),
        ),
        (
            (("Ware", "100,00"), ("hiervon 19 % Steuer", "19,00"), ("Gesamtbetrag", "119,00")),
            ("100.00", "19.00", "119.00"),
        ),
    ],
)
def test_of_three_sums_the_third_needs_no_name_where_the_figures_prove_it(
    pairs: Sequence[tuple[str, str]], sums: Sequence[str | None]
) -> None:
    _, document = read(sheet([Mark(50, 40, "Facture", 16), *labels(pairs, 250, 200, 300)]))

    assert header(document, NET, TAX, TOTAL) == [Decimal(one) if one else None for one in sums]


def test_the_label_below_another_is_not_its_value() -> None:
    marks = [
        Mark(50, 40, "Invoice", 16),
        Mark(300, 90, "Date of taxable supply"),
        Mark(300, 102, "Due date: Mar 18, 2026"),
    ]

    assert header(read(sheet(marks))[1], DAY, DUE) == [None, date(2026, 3, 18)]


def test_a_reference_of_the_buyer_is_his_order_only_where_it_says_so() -> None:
    for said, number in (("PO445", "PO445"), ("Frau Kern", None), ("12-447", None)):
        marks = [Mark(50, 40, "Invoice", 16), *labels((("Your reference", said),), 300, 100, 90)]
        assert header(read(sheet(marks))[1], "order.number") == [number]


@pytest.mark.parametrize(
    ("gross", "sums"),
    [("Sum (gross)", ("150.00", None, "166.50")), ("Bitte \u00fcberweisen", ("150.00", None, None))],
)
def test_one_of_several_taxes_is_not_the_tax(gross: str, sums: Sequence[str | None]) -> None:
    pairs = (("Sum (net)", "150.00"), ("+7% VAT", "7.00"), ("+19% VAT", "9.50"), (gross, "166.50"))
    _, document = read(sheet([Mark(50, 40, "Invoice", 16), *labels(pairs, 250, 200, 300)]))

    assert header(document, NET, TAX, TOTAL) == [Decimal(one) if one else None for one in sums]
