"""Papers as HTML in three styles, printed to PDF by Chromium: a modern one, a DIN letter, a classic with a grid; and as a
word processor's file, printed by LibreOffice.

Both programs write the hour of their making into the file. It is replaced by a fixed one of the same length, so that a
second run on the same machine gives the same bytes; another version of Chromium or LibreOffice gives other bytes.
"""

import re
import shutil
import subprocess  # (runs the two programs named above on files made here)
import tempfile
from html import escape
from pathlib import Path

from desk.demo.maker.paper import BUYER, Paper

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
OFFICE = ("soffice", "libreoffice")
RIGHT = ("quantity", "price", "amount")
WIDTHS = {"code": 2.4, "text": 5.6, "quantity": 1.7, "unit": 1.6, "price": 1.9, "amount": 2.2, "when": 2.4}
HOUR = b"20261119090000"

STYLES = {
    "modern": """@page{size:A4;margin:18mm} body{font:10.5pt 'DejaVu Sans',sans-serif;color:#1d2b36} h1{font-size:24pt;font-weight:300;
    color:#0b6e75;margin:0} .head{display:flex;justify-content:space-between;margin-bottom:10mm} dl{display:grid;
    grid-template-columns:auto auto;gap:2pt 12pt;margin:0} dt{color:#667} dd{margin:0;font-weight:bold} table{width:100%;
    border-collapse:collapse} th{text-align:left;color:#667;font-weight:normal;border-bottom:1.5pt solid #0b6e75;padding:4pt}
    td{padding:5pt 4pt;border-bottom:.4pt solid #ccd} .r{text-align:right} .sum{margin:6mm 0 0 auto;width:75mm} .sum td{border:0}
    .sum tr:last-child td{font-weight:bold;border-top:1pt solid #0b6e75} footer{margin-top:14mm;color:#667;font-size:9pt}""",
    "din": """@page{size:A4;margin:20mm 20mm 20mm 25mm} body{font:10.5pt 'Liberation Sans',sans-serif} .from{font-size:7.5pt;
    border-bottom:.4pt solid #000;display:inline-block} .to{height:34mm} h1{font-size:13pt;margin:0 0 6mm} .head{display:block} dl{
    float:right;width:62mm;display:grid;grid-template-columns:31mm auto;margin:-38mm 0 0;font-size:9.5pt} dd{margin:0} table{
    width:100%;border-collapse:collapse;font-size:9.5pt} th{text-align:left;border-top:.6pt solid;border-bottom:.6pt solid;padding:3pt
    2pt} td{padding:3pt 2pt} .r{text-align:right} .sum{margin:2mm 0 0 auto;width:80mm;border-top:.6pt solid} footer{margin-top:12mm}""",
    "classic": """@page{size:A4;margin:20mm} body{font:11pt 'Liberation Serif',serif} h1{font-size:17pt;text-align:center;
    font-variant:small-caps;letter-spacing:1pt} .head{text-align:center;margin-bottom:6mm} dl{display:grid;grid-template-columns:45mm
    auto;margin:6mm 0;text-align:left} dt::after{content:' :'} dd{margin:0} table{width:100%;border-collapse:collapse} th,td{border:.5pt
    solid #333;padding:3pt 5pt;text-align:left} th{background:#eee} .r{text-align:right} .sum{width:80mm;margin:4mm 0 0 auto}
    footer{margin-top:10mm;font-style:italic}""",
}


def html(paper: Paper, style: str) -> str:
    """The paper as a page."""
    names = paper.columns()
    rows = [paper.cells(line) for line in paper.lines] + [paper.charge_cells(*charge) for charge in paper.charges]
    head = "".join(f"<th{_side(name)}>{escape(paper.word(name))}</th>" for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td{_side(name)}>{escape(cells[name])}</td>" for name in names) + "</tr>" for cells in rows
    )
    facts = "".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in paper.facts())
    sums = "".join(
        f"<tr><td>{escape(label)}</td><td class=r>{escape(value)}</td></tr>" for label, value in paper.totals()
    )
    notes = "".join(f"<p>{escape(note)}</p>" for note in paper.notes())
    address = escape(" · ".join(filter(None, (paper.issuer, paper.address))))
    to = "<br>".join(escape(text) for text in BUYER)
    start = (
        f"<div class=from>{address}</div><div class=to><p>{to}</p></div><dl>{facts}</dl><h1>{escape(paper.title)}</h1>"
        if style == "din"
        else f"<div class=head><div><h1>{escape(paper.issuer)}</h1><p>{escape(paper.address)}</p><p>{to}</p></div>"
        f"<div><h2>{escape(paper.title)}</h2><dl>{facts}</dl></div></div>"
    )
    return (
        f"<!doctype html><html lang={paper.lang}><head><meta charset=utf-8><title>{escape(paper.title)} {escape(paper.number)}"
        f"</title><style>{STYLES[style]}</style></head><body>{start}<table><thead><tr>{head}</tr></thead><tbody>{body}"
        f"</tbody></table><table class=sum>{sums}</table><footer>{notes}</footer></body></html>"
    )


def printed(paper: Paper, style: str) -> bytes:
    """The page as Chromium prints it."""
    with tempfile.TemporaryDirectory() as folder:
        page, out = Path(folder) / "page.html", Path(folder) / "page.pdf"
        page.write_text(html(paper, style), encoding="utf-8")
        _run(
            _program(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            f"--user-data-dir={folder}/profile", "--no-pdf-header-footer", f"--print-to-pdf={out}", page.as_uri(),
        )  # fmt: skip
        return undated(out.read_bytes())


def from_office(paper: Paper) -> bytes:
    """The paper written as a word processor's letter, printed by LibreOffice."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm

    letter = docx.Document()
    letter.styles["Normal"].font.name = "Liberation Sans"
    letter.add_heading(paper.issuer, 1)
    letter.add_paragraph(paper.address)
    letter.add_paragraph(f"{paper.word('bill_to')}: {', '.join(BUYER)}")
    for label, value in paper.facts():
        letter.add_paragraph(f"{label}: {value}")
    names = paper.columns()
    table = letter.add_table(rows=1, cols=len(names))
    table.style, table.autofit = "Light Grid Accent 1", False
    for column, name in zip(table.columns, names, strict=True):
        column.width = Cm(WIDTHS[name])
    rows = [paper.cells(line) for line in paper.lines] + [paper.charge_cells(*charge) for charge in paper.charges]
    for cells in [{name: paper.word(name) for name in names}, *rows]:
        places = table.rows[0].cells if cells["text"] == paper.word("text") else table.add_row().cells
        for place, name in zip(places, names, strict=True):
            place.text, place.width = cells[name], Cm(WIDTHS[name])
            if name in RIGHT:
                place.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    letter.add_paragraph()
    for label, value in paper.totals():
        letter.add_paragraph(f"{label}: {value}").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for note in paper.notes():
        letter.add_paragraph(note)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "letter.docx"
        letter.save(str(file))
        profile = f"-env:UserInstallation=file://{folder}/profile"
        _run(_program(OFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(file))
        return undated(file.with_suffix(".pdf").read_bytes())


def undated(raw: bytes) -> bytes:
    """The same PDF with a fixed hour and fixed ids, each as long as what it replaces."""
    raw = re.sub(rb"\(D:\d{14}", b"(D:" + HOUR, raw)
    raw = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", b"2026-11-19T09:00:00", raw)
    raw = re.sub(rb"(/DocChecksum /)[0-9A-F]+", lambda found: found[1] + b"0" * (len(found[0]) - len(found[1])), raw)
    ids = re.search(rb"/ID\s*\[\s*<[0-9A-Fa-f]+>\s*<[0-9A-Fa-f]+>\s*\]", raw)
    return raw.replace(ids[0], re.sub(rb"[0-9A-Fa-f]{16,}", lambda found: b"0" * len(found[0]), ids[0])) if ids else raw


def _side(name: str) -> str:
    return " class=r" if name in RIGHT else ""


def _program(names: tuple[str, ...]) -> str:
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        raise SystemExit(f"{names[0]} is needed to make these papers; the made files are in the project already")
    return found


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=120)
