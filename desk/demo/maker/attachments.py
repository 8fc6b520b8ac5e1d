"""What is attached to a letter, made from its entry: name, bytes, media type."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desk.demo.maker import scans, sheets
from desk.demo.maker.edi import x12
from desk.demo.maker.einvoice import facturx, ubl, ubl_response
from desk.demo.maker.layouts import pdf, text_page
from desk.demo.maker.pages import from_office, printed
from desk.demo.maker.paper import Paper, paper_of

Row = Mapping[str, Any]
KINDS = {
    ".pdf": "application/pdf",
    ".xml": "application/xml",
    ".edi": "application/edi-x12",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
    ".png": "image/png",
    ".ics": "text/calendar",
    ".html": "text/html",
}
PASSWORD = "tulip"  # noqa: S105 (of a file that the desk is not meant to open)
CONDITIONS = [
    "1. Goods remain our property until they are paid in full.",
    "2. Complaints about quantity are to be made within seven days of delivery.",
    "3. Heat treated goods are marked. Storage outdoors is at the customer's risk.",
    "4. Prices are ex works unless agreed otherwise.",
]
BANK_LETTER = [
    "Dear customer,",
    "",
    "we have changed our bank. From 1 January 2027 please send all payments to our new account",
    "00 4471 9920 at Cascade Valley Bank. Our old account will be closed on 31 January 2027.",
    "",
    "Yours sincerely,",
    "Theo Larkfield, Accounting",
]
CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Tarn Vale//Dock//EN\r\nBEGIN:VEVENT\r\nUID:slot-118@tarn-vale.example\r\n"
    "DTSTAMP:20261116T144000Z\r\nDTSTART:20261117T150000Z\r\nDTEND:20261117T160000Z\r\nSUMMARY:Dock 2, Tacoma truck\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)
BANK_FORM = (
    "<!doctype html><html><body><h1>Kestrel Fasteners</h1><form action='http://kestrel-fastener.example/pay' method='post'>"
    "<p>New account: <input name='iban' value='DE00 EXPL 0000 0077 14'></p><button>Confirm payment</button></form></body></html>"
)


@dataclass(frozen=True, slots=True)
class File:
    """An attachment, or a file inside one."""

    name: str
    raw: bytes

    @property
    def kind(self) -> str:
        """Its media type, by its name."""
        return KINDS[Path(self.name).suffix]


def file_of(spec: Row, supplier: Row, names: Mapping[str, str]) -> File:
    """An attachment from its entry. `make` is how, with the layout after a colon: "scan:print:classic"."""
    how, _, rest = spec["make"].partition(":")
    return File(spec["name"], MAKERS[how](spec, rest, supplier, names))


def _paper(spec: Row, supplier: Row, names: Mapping[str, str]) -> Paper:
    return paper_of(spec["paper"], supplier, names)


def _page(paper: Paper, layout: str) -> bytes:
    """A PDF of the paper: "print:din" by Chromium, "office:letter" by LibreOffice, everything else by reportlab."""
    how, _, style = layout.rpartition(":")
    if how == "print":
        return printed(paper, style)
    return from_office(paper) if how == "office" else pdf(paper, style)


def _zip(spec: Row, rest: str, supplier: Row, names: Mapping[str, str]) -> bytes:
    return sheets.packed({file["name"]: file_of(file, supplier, names).raw for file in spec["files"]})


Maker = Callable[[Row, str, Row, Mapping[str, str]], bytes]
MAKERS: Mapping[str, Maker] = {
    "pdf": lambda spec, rest, supplier, names: pdf(_paper(spec, supplier, names), rest),
    "print": lambda spec, rest, supplier, names: printed(_paper(spec, supplier, names), rest),
    "office": lambda spec, rest, supplier, names: from_office(_paper(spec, supplier, names)),
    "facturx": lambda spec, rest, supplier, names: facturx(
        _paper(spec, supplier, names), _page(_paper(spec, supplier, names), rest)
    ),
    "locked": lambda spec, rest, supplier, names: pdf(_paper(spec, supplier, names), rest, password=PASSWORD),
    "broken": lambda spec, rest, supplier, names: pdf(_paper(spec, supplier, names), rest)[:900],
    "scan": lambda spec, rest, supplier, names: scans.scan(
        _page(_paper(spec, supplier, names), rest), float(spec.get("angle", 0.7))
    ),
    "ubl": lambda spec, rest, supplier, names: ubl(_paper(spec, supplier, names)),
    "ubl_response": lambda spec, rest, supplier, names: ubl_response(_paper(spec, supplier, names)),
    "x12": lambda spec, rest, supplier, names: x12(rest, _paper(spec, supplier, names), spec["control"]),
    "sheet": lambda spec, rest, supplier, names: sheets.sheet(spec["title"], spec["rows"]),
    "zip": _zip,
    "photo": lambda spec, rest, supplier, names: scans.label_photo(),
    "conditions": lambda spec, rest, supplier, names: text_page("Conditions of sale", supplier["name"], CONDITIONS),
    "letter": lambda spec, rest, supplier, names: text_page(
        "Change of our bank details", supplier["name"], BANK_LETTER
    ),
    "calendar": lambda spec, rest, supplier, names: CALENDAR.encode(),
    "bank_form": lambda spec, rest, supplier, names: BANK_FORM.encode(),
}
