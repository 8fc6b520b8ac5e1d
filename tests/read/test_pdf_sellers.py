"""Who sent a bill: named by evidence, in layouts that no rule was written for, or not named at all."""

from collections.abc import Sequence

import pytest

from tests.read.sheets import Mark, header, read, sheet

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
        (
            (
                Mark(50, 40, "Stadtwerke Nordheide"),
                Mark(50, 51, "Netz und Service GmbH"),
                Mark(50, 62, "Wasserweg 1"),
                Mark(50, 73, "21244 Buchholz"),
                Mark(50, 84, "Telefon 04181 2200"),
                TITLE,
            ),
            "Stadtwerke Nordheide Netz und Service GmbH",
        ),
        (
            (
                Mark(50, 40, "Ihr Partner f\u00fcr Holz"),
                Mark(50, 51, "Sommer GmbH"),
                Mark(50, 62, "99084 Erfurt, Tel. 0361 100"),
                TITLE,
                *(
                    Mark(300, 780 + 9 * at, said, 7)
                    for at, said in enumerate(("Nordbank AG", "20095 Hamburg", "IBAN auf Anfrage"))
                ),
            ),
            "Sommer GmbH",
        ),
        (
            (
                TITLE,
                *(
                    Mark(400, 100 + 11 * at, said)
                    for at, said in enumerate(("Elektro M\u00fcller", "12345 Ort", "Tel. 030 123"))
                ),
                *(Mark(50, 100 + 11 * at, said) for at, said in enumerate(("Hotel Krone", "Ring 1", "12347 Ort"))),
            ),
            "Elektro M\u00fcller",
        ),
        ((Mark(50, 40, "Adler GmbH"), Mark(330, 40, "Bussard GmbH"), TITLE), None),  # nothing says who of the two it is
        ((Mark(50, 60, "Herrn"), Mark(50, 72, "Max Beispiel"), Mark(50, 84, "20099 Hamburg"), TITLE), None),
    ],
    ids=[
        "the domain",
        "two lines",
        "a sender's line",
        "a label in the seller's block",
        "two lines that share no word",
        "a motto and a bank",
        "a block with a telephone",
        "two alike",
        "the window alone",
    ],
)
def test_the_seller_is_named_by_evidence_or_not_at_all(marks: Sequence[Mark], name: str | None) -> None:
    _, document = read(sheet([*marks, Mark(50, 400, "Gesamtbetrag"), Mark(470, 400, "85,68 \u20ac", right=True)]))

    assert header(document, "supplier.name") == [name]
