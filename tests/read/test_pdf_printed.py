"""Invoices printed by a real browser: fonts cut to the letters used, words in any order of drawing, tables from style."""

import shutil
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from core.claims import DocumentKind
from tests.read.sheets import column, failed, header, read

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine to print with"),
]
D = Decimal
ROWS = (
    ("10", "OV-15", "Check valve 1 1/2 brass", "120", "18.50", "2,220.00"),
    (
        "20",
        "OS-22",
        "Shaft seal kit 22 mm, with a name so long that it has to be broken over two lines",
        "200",
        "9.75",
        "1,950.00",
    ),
)
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ font: 10pt sans-serif; margin: 1cm }} .head {{ display: flex; justify-content: space-between }}
table {{ width: 100%; border-collapse: collapse; margin-top: 2em }} {borders}
thead th {{ background: #234; color: #fff; text-align: left }} .n {{ text-align: right }} dl {{ display: grid;
grid-template-columns: auto auto; gap: 2px 20px }} dd {{ margin: 0 }}
</style>
<div class="head"><div><h2>Orion Pumps Inc.</h2>1 Pump Road, Reno NV</div><div><h1>INVOICE</h1><dl>
<dt>Invoice #</dt><dd>OP-30260</dd><dt>Date</dt><dd>Nov 18, 2026</dd><dt>P.O. Number</dt><dd>PO-40390</dd></dl></div></div>
<p>Bill to:<br>Harbor &amp; Pine Supply<br>Portland</p>
<table><thead><tr><th>Line</th><th>Part number</th><th>Description</th><th class=n>Qty</th><th class=n>Unit price</th>
<th class=n>Extended</th></tr></thead><tbody>{rows}</tbody></table>
<table style="width: 40%; margin-left: 60%"><tr><td>Subtotal</td><td class=n>$4,170.00</td></tr>
<tr><td>Tax (5%)</td><td class=n>$208.50</td></tr><tr><td><b>Total</b></td><td class=n><b>$4,378.50</b></td></tr></table>
<p>Payment terms: Net 30 days</p>"""


@pytest.mark.parametrize("borders", ["", "td, th { border: 1px solid #888; padding: 4px }"], ids=["bare", "ruled"])
def test_an_invoice_printed_by_a_browser_is_read(borders: str, tmp_path: Path) -> None:
    cells = ["".join(f"<td{' class=n' if n > 2 else ''}>{cell}</td>" for n, cell in enumerate(row)) for row in ROWS]
    page = tmp_path / "invoice.html"
    page.write_text(PAGE.format(borders=borders, rows="".join(f"<tr>{row}</tr>" for row in cells)), encoding="utf-8")
    printed = tmp_path / "invoice.pdf"
    assert CHROMIUM is not None
    subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--no-pdf-header-footer",
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--print-to-pdf={printed}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    part, document = read(printed.read_bytes())

    assert document.kind is DocumentKind.INVOICE
    assert header(document, "invoice.number", "order.number") == ["OP-30260", "PO-40390"]
    assert header(document, "invoice.date", "invoice.terms") == [date(2026, 11, 18), "Net 30 days"]
    sums = header(document, "invoice.net_total", "invoice.tax_total", "invoice.total", "invoice.tax_rate")
    assert sums == [D("4170.00"), D("208.50"), D("4378.50"), D(5)]
    assert column(document, "line.supplier_item") == ["OV-15", "OS-22"]
    assert column(document, "line.description") == [row[2] for row in ROWS]
    assert column(document, "line.quantity") == [D(120), D(200)]
    assert column(document, "line.amount") == [D("2220.00"), D("1950.00")]
    assert header(document, "supplier.name") == ["Orion Pumps Inc."]
    assert failed(document) == []
    assert part.hidden == ()
