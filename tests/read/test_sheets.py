"""Sheets and CSV files: confirmations, bills and price lists, each as what it is."""

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from agents.read import filetype
from agents.read.document import read_message
from agents.read.files import part_of, read
from core.claims import Claim, Document, DocumentKind, Intent, Part
from tests.read.papers import attached, letter, text_part

CONFIRMATION = (
    "Auftragsbestätigung;AB-7\nIhre Bestellung;PO-40442\nDatum;03.12.2026\n\n"
    "Pos;Artikel;Bezeichnung;Menge;ME;Einzelpreis;Liefertermin\n"
    "10;NP-1;Kiste;1.200;Stk;2,68;13.12.2026\n20;NP-2;Deckel;60;Stk;0,85;04.12.2026\n"
)
BILL = (
    "Invoice;INV-77\nInvoice date;2026-11-30\nYour order;PO-40442\n"
    "Item;Description;Qty;Unit price;Amount\nA1;Bolt M8;100;0.42;42.00\n;Freight;;;12.00\n"
    ";;;Net;54.00\n;;;VAT 20 %;10.80\n;;;Total EUR;64.80\n"
)
PRICES = (
    ("Item no.;Description;Unit;Old price;New price\nNP-C20;Crate 20 l;pcs;2.40;2.68\nNP-L20;Lid;pcs;0.80;0.85\n"),
    ("Artikel-Nr.;Bezeichnung;Preis EUR\nNP-C20;Kiste 20 l;2,68\nNP-L20;Deckel;0,85\n"),
    ('Référence,Désignation,Prix unitaire HT\nNP-C20,Bac 20 l,"2,68"\nNP-L20,Couvercle,"0,85"\n'),
    ("Referencia\tDescripción\tPrecio\nNP-C20\tCaja 20 l\t2,68\nNP-L20\tTapa\t0,85\n"),
    ("Artikelcode;Omschrijving;Nieuwe prijs\nNP-C20;Krat 20 l;2,68\nNP-L20;Deksel;0,85\n"),
)


def of(text: str, name: str = "a.csv", charset: str = "utf-8") -> tuple[Part, Document]:
    raw = text.encode(charset)
    (part,), (document,) = read(raw, part_of(f"1:{name}", name, raw, filetype.CSV))
    return part, document


def values(document: Document, field: str) -> list[object]:
    return [claim.value for claim in document.claims if claim.field == field]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_confirmation_as_csv_has_its_numbers_lines_units_and_days(charset: str) -> None:
    _, document = of(CONFIRMATION, charset=charset)

    assert document.kind is DocumentKind.ORDER_CONFIRMATION
    assert values(document, "confirmation.number") == ["AB-7"]
    assert values(document, "order.number") == ["PO-40442"]
    assert values(document, "line.quantity") == [Decimal(1200), Decimal(60)]
    assert {claim.unit for claim in document.claims if claim.field == "line.quantity"} == {"pcs"}
    assert values(document, "line.delivery_date") == [date(2026, 12, 13), date(2026, 12, 4)]


def test_freight_in_a_sheet_is_a_charge_and_sums_are_no_lines() -> None:
    _, document = of(BILL)

    assert document.kind is DocumentKind.INVOICE
    assert values(document, "line.amount") == [Decimal("42.00")]
    assert values(document, "invoice.charge") == [Decimal("12.00")]
    assert [values(document, f"invoice.{sum_}") for sum_ in ("net_total", "tax_total", "total")] == [
        [Decimal("54.00")],
        [Decimal("10.80")],
        [Decimal("64.80")],
    ]
    assert all(check.holds for check in document.checks)


@pytest.mark.parametrize("text", PRICES)
def test_a_list_of_prices_is_no_confirmation_and_counts_no_goods(text: str) -> None:
    _, document = of(text, "order confirmation.csv")

    assert document.kind is DocumentKind.OTHER
    assert values(document, "line.price") == [Decimal("2.68"), Decimal("0.85")]
    assert values(document, "line.supplier_item") == ["NP-C20", "NP-L20"]
    assert not values(document, "line.quantity")


def workbook(text: str) -> bytes:
    book = openpyxl.Workbook()
    for line in text.splitlines():
        book.active.append(line.split(";"))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_price_list_alone_in_a_mail_is_a_price_change() -> None:
    reading = read_message(letter(text_part("See enclosed."), attached("prices.xlsx", workbook(PRICES[0]))), "a.eml")

    assert [one.intent for one in reading.intents] == [Intent.PRICE_CHANGE]
    (span,) = [one.span for one in reading.intents]
    assert span is not None
    assert span.text == "2.68"


def test_negative_and_zero_quantities_stand_as_written_and_a_doubled_line_stays_two() -> None:
    _, document = of(
        "Credit note;CN-1\nItem;Description;Qty;Price;Amount\nA1;Bolt;-5;2.00;-10.00\nA2;Nut;0;1.00;0.00\n"
        "A3;Pin;3;1.00;3.00\nA3;Pin;3;1.00;3.00\n"
    )

    assert document.kind is DocumentKind.CREDIT_NOTE
    assert values(document, "line.quantity") == [Decimal(-5), Decimal(0), Decimal(3), Decimal(3)]


def test_a_price_per_hundred_and_a_price_in_another_currency_say_so() -> None:
    _, document = of("Order confirmation;OC-1\nItem;Description;Qty;Price;Per\nA1;Bolt;500;GBP 12.50;100\n")

    (price,) = [claim for claim in document.claims if claim.field == "line.price"]
    assert (price.value, price.unit) == (Decimal("12.50"), "GBP")
    assert values(document, "line.price_base") == [Decimal(100)]


def test_a_figure_that_could_be_two_and_a_day_that_could_be_two_stay_open() -> None:
    _, document = of("Order confirmation;OC-1\nItem;Description;Qty;Price;Delivery date\nA1;Bolt;1.200;12;01/02/2026\n")

    assert not values(document, "line.quantity")
    assert not values(document, "line.delivery_date")
    assert values(document, "line.price") == [Decimal(12)]


def test_every_claim_of_a_sheet_stands_where_it_says() -> None:
    for text in (CONFIRMATION, BILL, *PRICES):
        part, document = of(text)
        for claim in document.claims:
            assert claim.span.text in part.text
            assert placed(claim), claim


def placed(claim: Claim) -> bool:
    """A character range, or a cell of the table."""
    return claim.span.start is not None or (claim.span.path or "").startswith("Table1!")


def every_cell(rows: int) -> Iterator[str]:
    yield "Item;Description;Qty;Price"
    yield from (f"A{n};Bolt {n};{n};1.50" for n in range(1, rows))


def test_a_sheet_with_very_many_rows_ends_within_its_bound() -> None:
    _, document = of("\n".join(every_cell(50_000)))

    assert len(values(document, "line.quantity")) < 2_001
