"""Invoices in PDF, drawn here in five languages and several layouts: header, lines, charges, sums."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.claims import DocumentKind
from tests.read.sheets import Mark, column, failed, header, labels, read, sheet, table

D = Decimal
NUMBER, ORDER, DATE = "invoice.number", "order.number", "invoice.date"
SUMS = ("invoice.net_total", "invoice.tax_total", "invoice.total")


def test_a_german_invoice_with_values_below_their_labels() -> None:
    marks = [
        Mark(50, 40, "Nordwerk Armaturen GmbH", 15),
        Mark(50, 60, "Hafenstr. 3 · 20457 Hamburg · USt-IdNr. DE811234567", 7),
        Mark(50, 200, "Rechnung", 18),
        *table(
            (("Rechnungsnr.", "Rechnungsdatum", "Ihre Bestellung"), ("R-2026-118", "19.11.2026", "PO-40417")),
            (50, 200, 350),
            230,
            12,
        ),
        *table(
            (
                ("Pos.", "Art.-Nr.", "Bezeichnung", "Menge", "ME", "Einzelpreis", "Gesamtpreis"),
                ("1", "NW-100", "Kugelhahn DN 25 Messing", "1.200", "Stk", "4,15", "4.980,00"),
                ("", "", "PN 16, mit Hebel", "", "", "", ""),
                ("2", "NW-210", "Dichtring 3/4 Zoll", "2.500", "Stk", "0,08", "200,00"),
            ),
            (50, 80, 140, -330, 345, -450, -545),
            300,
        ),
        *table(
            (("Nettobetrag", "5.180,00 €"), ("zzgl. 19 % MwSt.", "984,20 €"), ("Gesamtbetrag", "6.164,20 €")),
            (380, -545),
            400,
        ),
        Mark(50, 480, "Zahlbar bis 19.12.2026 ohne Abzug. IBAN DE89 3704 0044 0532 0130 00"),
    ]
    _, document = read(sheet(marks))

    assert document.kind is DocumentKind.INVOICE
    assert header(document, NUMBER, ORDER, DATE) == ["R-2026-118", "PO-40417", date(2026, 11, 19)]
    assert header(document, *SUMS, "invoice.tax_rate") == [D("5180.00"), D("984.20"), D("6164.20"), D(19)]
    assert header(document, "invoice.due_date", "invoice.currency") == [date(2026, 12, 19), "EUR"]
    assert header(document, "supplier.tax_id", "supplier.iban") == ["DE811234567", "DE89 3704 0044 0532 0130 00"]
    assert header(document, "supplier.name") == ["Nordwerk Armaturen GmbH"]
    assert column(document, "line.supplier_item") == ["NW-100", "NW-210"]
    assert column(document, "line.quantity") == [D(1200), D(2500)]
    assert column(document, "line.price") == [D("4.15"), D("0.08")]
    assert column(document, "line.amount") == [D("4980.00"), D("200.00")]
    assert str(column(document, "line.description")[0]).startswith("Kugelhahn DN 25 Messing")
    assert {claim.unit for claim in document.claims if claim.field == "line.quantity"} == {"pcs"}
    assert failed(document) == []


FRENCH = (
    ("Facture n° FA-2026-311", "Date : 18/11/2026", "Votre commande : PO-40427"),
    ("Référence", "Désignation", "Qté", "P.U. HT", "Montant HT"),
    (
        ("GT-09", "Gants de travail cuir taille 9", "240", "6,20", "1 488,00"),
        ("GT-10", "Gants taille 10", "10", "6,40", "64,00"),
    ),
    (("Total HT", "1 552,00 €"), ("TVA 20 %", "310,40 €"), ("Total TTC", "1 862,40 €")),
    ("FA-2026-311", "PO-40427", date(2026, 11, 18), "1552.00", "310.40", "1862.40", (D(240), D(10))),
)
SPANISH = (
    ("Factura nº F-2026-944", "Fecha de factura: 17/11/2026", "Su pedido: PO-40440"),
    ("Código", "Descripción", "Cantidad", "Precio", "Importe"),
    (
        ("LL-08", "Juego de llaves 8 piezas", "60", "21,40", "1.284,00"),
        ("LL-12", "Llave fija 12", "5", "3,00", "15,00"),
    ),
    (("Base imponible", "1.299,00 €"), ("IVA 21 %", "272,79 €"), ("Total factura", "1.571,79 €")),
    ("F-2026-944", "PO-40440", date(2026, 11, 17), "1299.00", "272.79", "1571.79", (D(60), D(5))),
)
DUTCH = (
    ("Factuurnummer: 2026-3390", "Factuurdatum: 16 november 2026", "Uw bestelling: PO-40438"),
    ("Artikelnr.", "Omschrijving", "Aantal", "Prijs", "Bedrag"),
    (
        ("LF-100", "Luchtkussenfolie 100 cm x 100 m", "30", "14,20", "426,00"),
        ("LF-050", "Folie 50 cm", "4", "8,50", "34,00"),
    ),
    (("Totaal excl. btw", "€ 460,00"), ("BTW 21%", "€ 96,60"), ("Totaal incl. btw", "€ 556,60")),
    ("2026-3390", "PO-40438", date(2026, 11, 16), "460.00", "96.60", "556.60", (D(30), D(4))),
)
ENGLISH = (
    ("Invoice no. BG-5540", "Invoice date: 11/19/2026", "Customer PO: PO-40421"),
    ("Item no.", "Description", "Quantity", "Unit price", "Amount"),
    (
        ("BG-T50", "Packing tape 50mm clear", "640", "$1.20", "$768.00"),
        ("BG-SW500", "Stretch wrap 500 mm 23 my", "48", "$6.40", "$307.20"),
    ),
    (("Subtotal", "$1,075.20"), ("Sales tax 8.5%", "$91.39"), ("Total due", "$1,166.59")),
    ("BG-5540", "PO-40421", date(2026, 11, 19), "1075.20", "91.39", "1166.59", (D(640), D(48))),
)


@pytest.mark.parametrize("paper", [FRENCH, SPANISH, DUTCH, ENGLISH], ids=["fr", "es", "nl", "en"])
@pytest.mark.parametrize("edges", [(50, 120, -340, -430, -540), (40, 95, -300, -380, -470)], ids=["wide", "tight"])
def test_an_invoice_is_read_in_every_language(paper: Any, edges: tuple[float, ...]) -> None:
    heads, names, lines, sums, expected = paper
    marks = [
        Mark(50, 40, "Some Supplier Ltd", 14),
        *(Mark(50, 120 + 14 * at, text, 9) for at, text in enumerate(heads)),
        *table((names, *lines), edges, 240),
        *table(sums, (380, -540), 320),
    ]
    _, document = read(sheet(marks))

    number, order, day, net, tax, total, quantities = expected
    assert document.kind is DocumentKind.INVOICE
    assert header(document, NUMBER, ORDER, DATE) == [number, order, day]
    assert header(document, *SUMS) == [D(net), D(tax), D(total)]
    assert column(document, "line.quantity") == list(quantities)
    assert column(document, "line.supplier_item") == [line[0] for line in lines]
    assert column(document, "line.description") == [line[1] for line in lines]
    assert failed(document) == []


def test_lines_go_on_over_pages_and_what_is_carried_forward_is_no_line() -> None:
    names = ("Item no.", "Description", "Qty", "Price", "Amount")
    edges = (50, 130, -380, -460, -540)
    rows = [(f"KF-{n:03}", f"Hex bolt M{n}", str(n * 10), "0.50", f"{n * 5}.00") for n in range(1, 61)]
    marks = [Mark(50, 40, "Invoice KF-9", 14), Mark(50, 60, "Your order PO-40417")]
    for page in (1, 2, 3):
        start = 20 * (page - 1)
        if page > 1:
            marks += [Mark(50, 40, "Invoice KF-9", 14, page=page), Mark(50, 60, f"Page {page} of 3", page=page)]
            marks.append(Mark(130, 118, "Brought forward", page=page))
            marks.append(Mark(540, 118, f"{sum(5 * n for n in range(1, start + 1))}.00", right=True, page=page))
        marks += table((names,), edges, 100, page=page)
        marks += table(rows[start : start + 20], edges, 135, page=page)
    marks += table((("Total USD", "9,150.00"),), (380, -540), 480, page=3)
    _, document = read(sheet(marks))

    assert column(document, "line.supplier_item") == [row[0] for row in rows]
    assert column(document, "line.amount") == [D(5 * n) for n in range(1, 61)]
    assert header(document, "invoice.total") == [D("9150.00")]
    assert failed(document) == []
    assert {claim.span.page for claim in document.claims if claim.field == "line.amount"} == {1, 2, 3}


def test_freight_below_the_lines_is_a_charge_and_a_rebate_an_allowance() -> None:
    marks = [
        Mark(50, 40, "INVOICE", 20),
        *labels((("Invoice number", "KF-88190"), ("PO number", "PO-40418")), 350, 90, 80),
        *table(
            (
                ("Part no.", "Description", "Qty", "Price", "Total"),
                ("KF-TR8", "Threaded rod M8, 1 m", "80", "1.85", "148.00"),
                ("KF-W8", "M8 washer", "1,000", "0.06", "60.00"),
            ),
            (50, 130, -380, -460, -540),
            200,
        ),
        *table(
            (("Freight and handling", "35.00"), ("Quantity rebate", "-8.00"), ("Total USD", "235.00")), (350, -540), 280
        ),
    ]
    _, document = read(sheet(marks))

    assert column(document, "line.amount")[:2] == [D("148.00"), D("60.00")]
    assert header(document, "invoice.charge", "invoice.charge_reason") == [D("35.00"), "Freight and handling"]
    assert header(document, "invoice.allowance", "invoice.total") == [D("8.00"), D("235.00")]
    assert failed(document) == []


def test_goods_named_like_charges_stay_goods() -> None:
    marks = [
        Mark(50, 40, "Invoice BG-1", 18),
        *table(
            (
                ("Item no.", "Description", "Qty", "Price", "Amount"),
                ("BG-T50", "Packing tape 50mm clear", "1", "1.20", "1.20"),
                ("BG-B40", "Shipping box 40x30x30", "1", "0.98", "0.98"),
                ("", "Freight", "1", "12.00", "12.00"),
            ),
            (50, 130, -380, -460, -540),
            200,
        ),
        *table((("Total USD", "14.18"),), (350, -540), 300),
    ]
    _, document = read(sheet(marks))

    assert column(document, "line.supplier_item") == ["BG-T50", "BG-B40"]
    assert header(document, "invoice.charge", "invoice.charge_reason") == [D("12.00"), "Freight"]


def test_a_bill_of_nothing_but_freight_has_it_as_its_line() -> None:
    marks = [
        Mark(50, 40, "Tarn & Vale Freight", 16),
        Mark(50, 100, "Invoice TV-0093", 12),
        *table(
            (("Description", "Qty", "Rate", "Amount"), ("Freight, four loads", "1", "1,480.00", "1,480.00")),
            (50, -380, -460, -540),
            200,
        ),
        *table((("Total USD", "1,480.00"),), (350, -540), 260),
    ]
    _, document = read(sheet(marks))

    assert column(document, "line.description") == ["Freight, four loads"]
    assert header(document, "invoice.charge", "invoice.total") == [None, D("1480.00")]


def test_a_price_per_hundred_is_told_with_its_base() -> None:
    marks = [
        Mark(50, 40, "Invoice KF-7", 18),
        *table(
            (
                ("Item no.", "Description", "Qty", "Price", "per", "Amount"),
                ("KF-W8", "Washer", "5,000", "6.00", "100", "300.00"),
                ("KF-M8", "Bolt", "1,200", "42.00", "100", "504.00"),
            ),
            (50, 130, -340, -410, -450, -540),
            200,
        ),
        *table((("Total USD", "804.00"),), (350, -540), 280),
    ]
    _, document = read(sheet(marks))

    assert column(document, "line.price") == [D("6.00"), D("42.00")]
    assert column(document, "line.price_base") == [D(100), D(100)]
    assert failed(document) == []


def test_a_list_price_beside_a_discount_is_not_the_price() -> None:
    marks = [
        Mark(50, 40, "Invoice X-1001", 18),
        *table(
            (
                ("Item no.", "Description", "Qty", "Unit price", "Disc. %", "Amount"),
                ("X-1", "Pump", "10", "100.00", "10", "900.00"),
                ("X-2", "Valve", "2", "50.00", "0", "100.00"),
            ),
            (50, 130, -320, -400, -460, -540),
            200,
        ),
        *table((("Total USD", "1,000.00"),), (350, -540), 280),
    ]
    _, document = read(sheet(marks))

    assert column(document, "line.price") == [None, D("50.00")]
    assert column(document, "line.amount") == [D("900.00"), D("100.00")]
    assert failed(document) == []


def test_sums_that_do_not_add_up_are_given_as_printed_and_told() -> None:
    marks = [
        Mark(50, 40, "Invoice W-20931", 18),
        *table(
            (
                ("Item no.", "Description", "Qty", "Price", "Amount"),
                ("W-1", "Hose clamp", "100", "5.60", "565.00"),
                ("W-2", "Hose", "10", "3.00", "30.00"),
            ),
            (50, 130, -380, -460, -540),
            200,
        ),
        *table((("Subtotal", "595.00"), ("Total USD", "595.00")), (350, -540), 280),
    ]
    _, document = read(sheet(marks))

    assert column(document, "line.amount") == [D("565.00"), D("30.00")]
    assert len(failed(document)) == 1
    assert "565" in failed(document)[0]
