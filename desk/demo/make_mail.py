"""Writes the demo's mail and its ground truth into `desk/demo/mail`: run `python -m desk.demo.make_mail`.

The letters are data (`letters/*.yaml`), and so is the company. Dates, ids and boundaries are fixed. A second run gives the
same bytes with the same versions of reportlab, Chromium, LibreOffice and factur-x. Development only: the files are
committed, nobody needs these tools to run the desk.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import charset, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import yaml

from desk.demo.maker.attachments import File, file_of

HERE = Path(__file__).resolve().parent
LETTERS, MAIL = HERE / "letters", HERE / "mail"
ACCOUNTS, RECEIVING, BUYER = "invoices", "receiving", "priya"
AUTHENTICATION = {
    "pass": "mx.harbor-pine.example; dkim=pass header.d={domain}; spf=pass smtp.mailfrom={domain}; dmarc=pass header.from={domain}",
    "fail": "mx.harbor-pine.example; dkim=none; spf=fail smtp.mailfrom={domain}; dmarc=fail header.from={domain}",
    "none": "mx.harbor-pine.example; dkim=none; spf=none smtp.mailfrom={domain}",
}
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """A message as it lies in the folder."""

    file: str
    raw: bytes
    letter: Row
    sender: str
    same_as: str = ""


def main() -> None:
    """Write every letter in the order in which they were sent, and the index beside them."""
    written = messages()
    MAIL.mkdir(exist_ok=True)
    for old in MAIL.glob("*.eml"):
        old.unlink()
    for message in written:
        (MAIL / message.file).write_bytes(message.raw)
    head = "# What is true of each message, written by make_mail.py from letters/*.yaml. See ../README.md for how to read it.\n"
    index = yaml.safe_dump([_entry(one) for one in written], sort_keys=False, allow_unicode=True, width=120)
    (MAIL / "index.yaml").write_text(head + index, encoding="utf-8")


def letters() -> list[dict[str, Any]]:
    """All letters, by the moment they were sent."""
    found = [one for file in sorted(LETTERS.glob("*.yaml")) for one in yaml.safe_load(file.read_text(encoding="utf-8"))]
    return sorted(found, key=lambda one: (sent_at(one), one["id"]))


def sent_at(letter: Row) -> datetime:
    """When a letter was sent."""
    return datetime.strptime(f"2026-{letter['sent']}", "%Y-%m-%d %H:%M %z")


def messages() -> list[Written]:
    """Every message with its file name. A letter marked `again` arrives twice, the same bytes under two names."""
    data = yaml.safe_load((HERE / "company.yaml").read_text(encoding="utf-8"))
    suppliers = {row["number"]: row for row in data["suppliers"]}
    made: list[Written] = []
    ids: dict[str, str] = {}
    for letter in letters():
        supplier = suppliers.get(letter["from"], {}) if isinstance(letter["from"], str) else {}
        name, address = _sender(letter, supplier)
        ids[letter["id"]] = f"<{letter['id']}.{sent_at(letter):%Y%m%d%H%M}@{address.rpartition('@')[2]}>"
        files = [file_of(spec, supplier, _names(data, supplier)) for spec in letter.get("attach", ())]
        raw = _mail(letter, (name, address), files, ids)
        file = f"{len(made) + 1:03d}-{letter['id']}.eml"
        made.append(Written(file, raw, letter, address))
        if letter.get("again"):
            made.append(Written(f"{len(made) + 1:03d}-{letter['id']}-again.eml", raw, letter, address, same_as=file))
    return made


def _names(data: Row, supplier: Row) -> dict[str, str]:
    """What a supplier calls the items he sells us, by his numbers."""
    rows = (named for item in data["items"] for named in item["supplier_items"])
    return {row["code"]: row["description"] for row in rows if row["supplier"] == supplier.get("number")}


def _sender(letter: Row, supplier: Row) -> tuple[str, str]:
    if supplier:
        return supplier["contact_name"], supplier["contact_email"]
    return letter["from"]["name"], letter["from"]["email"]


def _mail(letter: Row, sender: tuple[str, str], files: list[File], ids: Mapping[str, str]) -> bytes:
    name, address = sender
    to = {"accounts": ACCOUNTS, "receiving": RECEIVING}.get(letter.get("to", BUYER), letter.get("to", BUYER))
    mail = EmailMessage()
    mail["Authentication-Results"] = AUTHENTICATION[letter.get("auth", "pass")].format(
        domain=address.rpartition("@")[2]
    )
    mail["From"] = f'"{name}" <{address}>' if name else address
    mail["To"] = f"{to}@harbor-pine.example"
    mail["Subject"] = letter["subject"]
    mail["Date"] = format_datetime(sent_at(letter))
    mail["Message-ID"] = ids[letter["id"]]
    if letter.get("reply"):
        mail["In-Reply-To"] = mail["References"] = ids[letter["reply"]]
    for header, value in letter.get("headers", {}).items():
        mail[header] = value
    if letter.get("charset") == "broken":
        return _broken(mail, letter["text"])
    mail.set_content(letter["text"], charset=letter.get("charset", "utf-8"), cte="quoted-printable")
    if letter.get("html"):
        mail.add_alternative(letter["html"], subtype="html", cte="quoted-printable")
    for file in files:
        main_type, _, sub_type = file.kind.partition("/")
        mail.add_attachment(file.raw, maintype=main_type, subtype=sub_type, filename=file.name)
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{letter['id']}_{number}")
    return mail.as_bytes(policy=policy.SMTP)


def _broken(mail: EmailMessage, text: str) -> bytes:
    """A mail that says it is ASCII and is not: some programs still write such."""
    mail["MIME-Version"], mail["Content-Type"] = "1.0", 'text/plain; charset="us-ascii"'
    mail["Content-Transfer-Encoding"] = "8bit"
    head = mail.as_bytes(policy=policy.SMTP).partition(b"\r\n\r\n")[0]
    return head + b"\r\n\r\n" + text.replace("\n", "\r\n").encode("latin-1")


def _entry(message: Written) -> dict[str, Any]:
    """A message's row in the index: what a careful person would say of it."""
    letter, expect = message.letter, message.letter["expect"]
    documents = [{"kind": kind, "number": number, "order": order} for kind, number, order in expect["documents"]]
    expected = {"intents": expect["intents"], "documents": documents, "exceptions": expect["exceptions"]}
    entry: dict[str, Any] = {"file": message.file, "from": message.sender, "says": letter["says"], "expected": expected}
    if message.same_as:
        says = "The same bytes again under another file name: one message, and nothing new."
        return {**entry, "says": says, "same_as": message.same_as, "expected": {**expected, "exceptions": []}}
    if {"invoice_enclosed", "invoice_correction"} & set(expect["intents"]) and not expect["exceptions"]:
        expected["outcome"] = "matched, no exception"
    return entry | {key: letter[key] for key in ("missing",) if key in letter}


charset.add_charset("iso-8859-15", charset.QP, charset.QP, "iso-8859-15")

if __name__ == "__main__":
    main()
