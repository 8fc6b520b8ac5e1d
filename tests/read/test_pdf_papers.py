"""Order confirmations, delivery notes and credit notes in PDF; what could be two values; where values stand; locks."""

from datetime import date
from decimal import Decimal

from agents.read import pdf
from agents.read.files import part_of
from core.claims import DocumentKind, PartState
from tests.read.sheets import Mark, column, header, labels, read, sheet, table

D = Decimal
NUMBER, ORDER, DATE = "invoice.number", "order.number", "invoice.date"
CONFIRMATION = [
    Mark(50, 40, "Brandt Werkzeuge GmbH", 16),
    Mark(50, 90, "Auftragsbestätigung AB-7712", 13),
    *labels((("Datum", "18.11.2026"), ("Ihre Bestellung", "PO-40424")), 350, 110, 90),
    *table(
        (
            ("Pos", "Artikel-Nr.", "Bezeichnung", "bestellt", "bestätigt", "Preis", "Liefertermin"),
            ("1", "4711-080", "Spiralbohrer HSS 8 mm", "400", "400", "2,15", "01.12.2026"),
            ("2", "4805-180", "Kombizange 180 mm", "90", "60", "11,80", "08.12.2026"),
        ),
        (50, 80, 150, -330, -390, -450, 470),
        180,
    ),
]


def test_a_confirmation_tells_what_is_confirmed_of_what_was_ordered_and_when() -> None:
    _, document = read(sheet(CONFIRMATION))

    assert document.kind is DocumentKind.ORDER_CONFIRMATION
    assert header(document, "confirmation.number", ORDER, NUMBER) == ["AB-7712", "PO-40424", None]
    assert column(document, "line.ordered_quantity") == [D(400), D(90)]
    assert column(document, "line.quantity") == [D(400), D(60)]
    assert column(document, "line.price") == [D("2.15"), D("11.80")]
    assert column(document, "line.delivery_date") == [date(2026, 12, 1), date(2026, 12, 8)]


def test_a_delivery_note_without_prices_gives_quantities_shipped() -> None:
    marks = [
        Mark(50, 40, "Kestrel Fasteners GmbH", 16),
        Mark(350, 40, "Delivery note", 16),
        *labels(
            (("Delivery note no.", "KL-5512"), ("Ship date", "18 Nov 2026"), ("Your order", "PO-40417")), 350, 100, 80
        ),
        *table(
            (
                ("Item no.", "Description", "Qty shipped", "Unit"),
                ("KF-M8X40", "M8x40 hex bolt, zinc", "1,080", "pcs"),
                ("KF-FN10", "M10 flange nut", "2,500", "pcs"),
            ),
            (50, 130, -420, 450),
            200,
        ),
    ]
    _, document = read(sheet(marks))

    assert document.kind is DocumentKind.DESPATCH_ADVICE
    assert header(document, "despatch.number", "despatch.date", ORDER) == ["KL-5512", date(2026, 11, 18), "PO-40417"]
    assert column(document, "line.quantity") == [D(1080), D(2500)]


def test_a_credit_note_names_the_invoice_it_corrects() -> None:
    marks = [
        Mark(50, 40, "CREDIT NOTE", 18),
        *labels(
            (("Credit note no.", "BGC-77"), ("Original invoice", "BG-5512"), ("Date", "19 November 2026")), 350, 100, 80
        ),
        *table(
            (
                ("Item no.", "Description", "Qty", "Price", "Amount"),
                ("BG-B40", "Carton 40 x 30 x 30", "-50", "0.98", "-49.00"),
            ),
            (50, 130, -380, -460, -540),
            200,
        ),
        *table((("Total credit USD", "-49.00"),), (350, -540), 260),
    ]
    _, document = read(sheet(marks))

    assert document.kind is DocumentKind.CREDIT_NOTE
    assert header(document, NUMBER, "invoice.preceding") == ["BGC-77", "BG-5512"]
    assert column(document, "line.amount") == [D("-49.00")]
    assert header(document, "invoice.total") == [D("-49.00")]


def test_a_quantity_that_could_be_two_is_not_guessed() -> None:
    marks = [
        Mark(50, 40, "XQ-1", 12),
        *table((("Lieferschein", "LS-1"),), (50, 200), 80),
        *table((("Item", "Qty"), ("AB-1", "1,200")), (50, -300), 150),
    ]
    part, documents = pdf.read(sheet(marks), part_of("1:a.pdf", "a.pdf", b"", "application/pdf"))
    assert part.state is PartState.READ
    assert [c.value for d in documents for c in d.claims if c.field == "line.quantity"] == []


def test_days_and_months_follow_the_other_dates_of_the_paper() -> None:
    for other, expected in (("30/11/2026", date(2026, 12, 11)), ("11/30/2026", date(2026, 11, 12))):
        marks = [
            Mark(50, 40, "Invoice A-100", 16),
            *labels((("Invoice date", "11/12/2026"), ("Due date", other)), 50, 100, 80),
            *table((("Total USD", "10.00"),), (350, -540), 200),
        ]
        _, document = read(sheet(marks))
        assert header(document, DATE) == [expected]


def test_every_claim_stands_in_its_box_on_its_page() -> None:
    part, document = read(sheet(CONFIRMATION))
    for claim in document.claims:
        assert claim.span.page == 1
        assert claim.span.box is not None
        x0, top, x1, bottom = claim.span.box
        assert 0 <= x0 < x1 <= 596
        assert 0 <= top < bottom <= 842
        assert all(word in part.text for word in claim.span.text.split())


def test_a_locked_pdf_and_a_broken_one_say_so() -> None:
    locked, _ = pdf.read(sheet(CONFIRMATION, password="secret"), part_of("1:a.pdf", "a.pdf", b"", "application/pdf"))
    assert (locked.state, locked.why) == (PartState.UNREADABLE, "the PDF asks for a password")
    broken, _ = pdf.read(b"%PDF-1.7\nnothing", part_of("1:a.pdf", "a.pdf", b"", "application/pdf"))
    assert broken.state is PartState.UNREADABLE
    assert "damaged" in broken.why


def test_a_price_list_prices_goods_and_confirms_none() -> None:
    rows = (("Artikel-Nr.", "Bezeichnung", "Preis EUR"), ("NP-C20", "Kiste 20 l", "2,68"), ("NP-L20", "Deckel", "0,85"))
    marks = [
        Mark(50, 40, "Norden Plastics", 16),
        Mark(50, 90, "Preisliste 2027", 13),
        *table(rows, (50, 150, -450), 180),
    ]
    _, document = read(sheet(marks))

    assert document.kind is DocumentKind.OTHER
    assert column(document, "line.price") == [D("2.68"), D("0.85")]
    assert column(document, "line.quantity") == [None, None]


def test_a_sentence_that_asks_for_another_account_is_told_in_its_box() -> None:
    asked = "From 1 January please send all payments to our new account at Cascade Bank."
    _, document = read(
        sheet([Mark(50, 40, "Larkfield Paper", 16), Mark(50, 120, "Dear customer,"), Mark(50, 150, asked)])
    )
    claim = document.first("bank_change.request")

    assert claim is not None
    assert claim.value == claim.span.text == asked
    assert claim.span.page == 1


def test_a_bank_block_beside_an_address_with_new_in_it_asks_for_nothing() -> None:
    marks = [
        *CONFIRMATION,
        Mark(50, 700, "Bankverbindung: Sparkasse Neustadt, Neue Str. 4, IBAN: DE89370400440532013000"),
    ]
    _, document = read(sheet(marks))

    assert document.first("bank_change.request") is None
    assert header(document, "supplier.iban") == ["DE89370400440532013000"]
