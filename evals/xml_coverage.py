"""Every value of a structured document against our claims: `python -m evals.xml_coverage [--folder DIR] [--json]`.

Two ways that know nothing of our tables. First, every leaf of the XML and every attribute that says something must be the
place of a claim, or stand in `LEFT_OUT` with the reason. Second, factur-x reads the same invoices to the business terms of
EN 16931 with its own XPaths, and each value it gives under a term must be claimed under the name that docs/vocabulary.md
has for that term. Exit status 1 where a leaf is neither claimed nor left out on purpose.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2

from agents.read import einvoice
from agents.read.structured import Damaged, Element, Refused, local, namespace, parse, path_of, text_of
from core.claims import Document, Part, PartState
from evals.xml_terms_of import terms_of

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT.parent / "shared" / "samples"
SETS = ("facturx_awv", "peppol", "en16931_cen", "peppol_preaward_order")
VALUES = ("schemeID", "listID", "unitCode", "currencyID", "filename", "mimeCode", "name")
"""Attributes that say something about a value; they are in its claim's unit, or claims of their own."""
LEFT_OUT = {
    r"/ChargeIndicator(/Indicator)?$": "says whether a discount or a charge: it is in the claim's name",
    r"/TaxScheme/(ID|TaxTypeCode|Name)$": "says that the tax is VAT: no other is read under these names",
    r"/(ApplicableTradeTax|CategoryTradeTax|AppliedTradeTax)/TypeCode$": "says that the tax is VAT",
    r"/(IssueTime|StartTime|EndTime|ActualDespatchTime|RequestedDespatchTime)$": "a time of day beside a day",
    r"/(EmbeddedDocumentBinaryObject|AttachmentBinaryObject)$": "an enclosed file: it is a part, listed and not opened",
    r"/UBLVersionID$": "technical: the version of the syntax",
    r"^/(?!Invoice|CreditNote)\w+/(CustomizationID|ProfileID)$": "technical: which specification the message follows",
    r"/LanguageID$": "language code",
    r"/AdditionalItemProperty/(ID|NameCode)$": "technical: an identifier of a property",
    r"/Certificate/CertificateTypeCode$": "technical: a fixed code",
    r"/(AdditionalDocumentReference|DocumentReference)/DocumentTypeCode$": "says what it is for: in the claim's name",
    r"/AdditionalReferencedDocument/TypeCode$": "says what it is for: in the claim's name",
    r"/TestIndicator(/Indicator)?$": "says whether it is a test: a claim only where it is",
    r"/CopyIndicator(/Indicator)?$": "says whether it is a copy: a claim only where it is",
    r"/(DocumentCurrencyCode|TaxCurrencyCode|IdentificationCode)/@listID$": "technical: the list of a currency or country",
    r"/(ClassifiedTaxCategory|TaxCategory)/ID/@schemeID$": "technical: the list that tax categories are of",
    r"/(SpecifiedTaxRegistration/ID|PartyTaxScheme/CompanyID)/@schemeID$": "says which tax number: in the claim's name",
    r"/PartyIdentification/ID/@schemeID$": "SEPA says that it is a creditor: in the claim's name",
}
_CII = {"CrossIndustryInvoice": "CII", "CrossIndustryDocument": "CII of 2014 (ZUGFeRD 1)"}
_OUT = [(re.compile(path), why) for path, why in LEFT_OUT.items()]


@dataclass
class Covered:
    """What was found in the documents of one syntax."""

    documents: int = 0
    leaves: int = 0
    claimed: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    terms: int = 0  # values that factur-x gives under a business term
    agreed: int = 0
    differing: Counter[str] = field(default_factory=Counter)


def data_in(path: Path) -> Iterator[bytes]:
    """The XML of a file: itself, or what a PDF carries."""
    if path.suffix.lower() != ".pdf":
        yield path.read_bytes()
        return
    try:
        document = pypdfium2.PdfDocument(path)
        for number in range(document.count_attachments()):
            attachment = document.get_attachment(number)
            if str(attachment.get_name()).lower().endswith(".xml"):
                yield bytes(attachment.get_data())
    except pypdfium2.PdfiumError:
        return


def documents_in(folder: Path) -> Iterator[tuple[Path, bytes, Element, Document]]:
    """Every structured document of the sets that our reader reads, with its root. Files of rule units are no documents."""
    for name in SETS:
        for path in sorted((folder / name).rglob("*")):
            if path.suffix.lower() not in (".xml", ".pdf") or any(step.startswith("unit-") for step in path.parts):
                continue
            for raw in data_in(path):
                part = Part(path=path.name, name=path.name, media_type="", sha256="", size=0, state=PartState.READ)
                try:
                    root = parse(raw)
                except (Refused, Damaged):
                    continue
                _, documents = einvoice.read(raw, part)
                for document in documents:
                    yield path, raw, root, document


def leaves_of(root: Element) -> Iterator[tuple[str, str]]:
    """The path and text of every element without children that has text."""
    for element in root.iter():
        if isinstance(element.tag, str) and len(element) == 0 and text_of(element).strip():
            yield path_of(element), " ".join(text_of(element).split())


def attributes_of(root: Element) -> Iterator[tuple[str, str, str]]:
    """The path of its element, the name and the value of every attribute that says something."""
    for element in root.iter():
        if isinstance(element.tag, str) and text_of(element).strip():
            for name in VALUES:
                if element.get(name, "").strip():
                    yield path_of(element), name, element.get(name).strip()


def cover(root: Element, document: Document, covered: Covered) -> None:
    """Count the leaves of one document: claimed with the very text, left out on purpose, or missed."""
    places: dict[str, set[str]] = {}
    units: dict[str, set[str]] = {}
    for claim in document.claims:
        places.setdefault(claim.span.path or "", set()).add(claim.span.text)
        units.setdefault(claim.span.path or "", set()).add(claim.unit or "")
    said_to_be_none = {check.path for check in document.checks if check.name == "value_is_read"}
    for path, text in leaves_of(root):
        covered.leaves += 1
        if text in places.get(path, ()):
            covered.claimed += 1
        elif path in said_to_be_none:
            covered.left_out["a value that is none of its kind: a failed check says so"] += 1
        else:
            _not_claimed(path, covered)
    for path, name, value in attributes_of(root):
        if path not in places:
            continue  # its element was counted
        covered.leaves += 1
        of_its_claim = value in units[path] or (name == "unitCode" and any(units[path]))
        if of_its_claim or name == "name" or f"{path}/@{name}" in places:
            covered.claimed += 1
        else:
            _not_claimed(f"{path}/@{name}", covered)


def _not_claimed(path: str, covered: Covered) -> None:
    path = re.sub(r"\[\d+\]", "", path)
    why = next((why for pattern, why in _OUT if pattern.search(path)), None)
    if why is not None:
        covered.left_out[why] += 1
    else:
        covered.missed[path] += 1


def compare(raw: bytes, document: Document, covered: Covered) -> None:
    """Hold what factur-x reads under each business term against the claims under the names for that term."""
    for term, value in terms_of(raw):
        covered.terms += 1
        if term.is_claimed(value, document):
            covered.agreed += 1
        else:
            covered.differing[f"{term.number} {value[:60]}"] += 1


def run(folder: Path) -> dict[str, Covered]:
    """Every document of the sets, by syntax."""
    found: dict[str, Covered] = {}
    for _, raw, root, document in documents_in(folder):
        add(found.setdefault(syntax_of(root), Covered()), raw, root, document)
    return found


def syntax_of(root: Element) -> str:
    """What a structured document is written in."""
    return f"UBL {local(root)}" if namespace(root).startswith("urn:oasis:") else _CII.get(local(root), "CII")


def add(covered: Covered, raw: bytes, root: Element, document: Document) -> None:
    """Count one document in both ways."""
    covered.documents += 1
    cover(root, document, covered)
    compare(raw, document, covered)


def told(found: dict[str, Covered]) -> Iterator[str]:
    """The report, line by line."""
    for name, one in sorted(found.items()):
        share = 100 * (one.claimed + sum(one.left_out.values())) // max(1, one.leaves) if not one.missed else None
        rate = (
            "100 %" if share == 100 else f"{100 * (one.leaves - sum(one.missed.values())) / max(1, one.leaves):.2f} %"
        )
        terms = f", {one.agreed} of {one.terms} values of factur-x agree" if one.terms else ""
        yield f"{name:<26}{one.documents:4} documents  {one.leaves:6} leaves  {rate} claimed or named{terms}"
        for path, count in one.missed.most_common(40):
            yield f"    MISSED {count:4}  {path}"
        for what, count in one.differing.most_common(25):
            yield f"    differs {count:3}  {what}"
    reasons: Counter[str] = Counter()
    for one in found.values():
        reasons.update(one.left_out)
    for why, count in reasons.most_common():
        yield f"left out {count:6}  {why}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, run, print. Gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m evals.xml_coverage", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    if not given.folder.is_dir():
        print(f"There are no samples in {given.folder}: nothing was run.")
        return 0
    found = run(given.folder)
    if given.json:
        plain: dict[str, Any] = {name: {**vars(one)} for name, one in sorted(found.items())}
        print(json.dumps(plain, indent=2, ensure_ascii=False))
    else:
        for line in told(found):
            print(line)
    return 1 if any(one.missed for one in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
