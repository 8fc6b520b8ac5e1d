"""What factur-x reads in an invoice, as values under business terms of EN 16931; and the names that the vocabulary has for
each term. factur-x nests groups and calls the parts of parties, addresses and charges by names of its own."""

import io
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.claims import Document

WORDS = Path(__file__).resolve().parent.parent / "docs" / "vocabulary.md"
_OWNERS = {"BG-4": "supplier", "BG-7": "buyer", "BG-10": "payee", "BG-11": "tax_representative", "BG-13": "delivery"}
_PARTS = {
    "name": "name", "biz_name": "trading_name", "legal_identifier": "registration", "vat_identifier": "tax_id",
    "addr_l1": "street", "addr_l2": "street_2", "addr_l3": "street_3", "city": "city", "postcode": "post_code",
    "country_subdivision": "region", "country_code": "country", "phone": "phone", "email": "email", "identifiers": "id",
}  # fmt: skip
_EXTRAS = {"BG-20": "invoice.allowance", "BG-21": "invoice.charge", "BG-27": "line.allowance", "BG-28": "line.charge"}
_EXTRA_PARTS = {
    "amount": "", "base_amount": "_base", "percentage": "_percent", "vat_category_code": "_tax_category",
    "vat_rate": "_tax_rate", "reason": "_reason", "reason_code": "_reason_code",
}  # fmt: skip
_UNITS = ("BT-130", "BT-150", "BT-157-1", "BT-125", "BT-125-1", "BT-8", "BT-18-1", "BT-128-1")
"""Terms that are units or schemes of others, an enclosed file, or translated by factur-x into words of its own."""


@dataclass(frozen=True, slots=True)
class TermRead:
    """A business term, or a part of a group, with the names it may be claimed under."""

    number: str
    names: tuple[str, ...]

    def is_claimed(self, value: str, document: Document) -> bool:
        """Whether a claim of one of the names has that value."""
        return any(_same(claim.value, value) for claim in document.claims if claim.field in self.names)


def _same(claimed: str | Decimal | date, value: str) -> bool:
    if isinstance(claimed, Decimal):
        try:
            return claimed == Decimal(value)
        except InvalidOperation:
            return False
    if isinstance(claimed, date):
        return claimed.isoformat() == value[:10]
    return "".join(claimed.split()) == "".join(value.split())


@lru_cache(maxsize=1)
def names_of_terms() -> Mapping[str, tuple[str, ...]]:
    """For each business term the names that docs/vocabulary.md gives it."""
    names: dict[str, list[str]] = {}
    text = WORDS.read_text("utf-8")
    for row in text.splitlines():
        if row.startswith("| `") and (found := re.findall(r"BT-\d+", row)):
            for name in re.findall(r"`([a-z_]+\.[a-z_0-9]+)`", row.split("|")[1]):
                for number in found:
                    names.setdefault(number, []).append(name)
    totals = text.split("| after the paper", 1)[1].split("\n\n", 1)[0]
    for row in totals.splitlines():
        suffixes, numbers = re.findall(r"`(\.[a-z_]+)`", row.split("|")[1]), re.findall(r"BT-\d+", row)
        for suffix, number in zip(suffixes, numbers, strict=False):
            names.setdefault(number, []).append(f"invoice{suffix}")
    return {number: tuple(found) for number, found in names.items()}


def terms_of(raw: bytes) -> Iterator[tuple[TermRead, str]]:
    """Every value that factur-x reads under a term. Nothing for a document that it cannot read."""
    from facturx.parse_xml import parse_ubl_cii_xml

    with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            read: dict[str, Any] = parse_ubl_cii_xml(raw, check_xsd=False)
        except Exception:  # ZUGFeRD 1, orders and others: its way of saying that it does not read them
            return
    yield from _in_group("", read)


def _in_group(group: str, values: Mapping[str, Any]) -> Iterator[tuple[TermRead, str]]:
    for key, value in values.items():
        if isinstance(value, list):
            for one in value:
                if isinstance(one, dict):
                    inside = group if key in ("contacts",) else key
                    yield from _in_group(inside, one)
        elif isinstance(value, dict):
            yield from _nested(group if key == "identifiers" else key, key, value)
        elif value not in (None, "") and not isinstance(value, bytes):
            term = _term(group, key)
            if term is not None:
                yield term, str(value)


def _nested(group: str, key: str, values: Mapping[Any, Any]) -> Iterator[tuple[TermRead, str]]:
    """A group of one, or identifiers by scheme."""
    if key == "identifiers":
        owner = _OWNERS.get(group)
        if owner:
            for value in values.values():
                yield TermRead(f"{group} id", (f"{owner}.id", "payment.creditor")), str(value)
    elif key.startswith("BG-"):
        yield from _in_group(key, values)


def _term(group: str, key: str) -> TermRead | None:
    if group in _OWNERS and key in _PARTS:
        owner, part = _OWNERS[group], _PARTS[key]
        several = ("name", "trading_name") if part in ("name", "trading_name") else (part,)
        contact = (f"{owner}.contact", f"{owner}.department") if part == "name" else ()
        return TermRead(f"{group} {key}", (*(f"{owner}.{name}" for name in several), *contact))
    if group in _EXTRAS and key in _EXTRA_PARTS:
        return TermRead(f"{group} {key}", (f"{_EXTRAS[group]}{_EXTRA_PARTS[key]}",))
    if key.startswith("BT-") and key not in _UNITS:
        names = names_of_terms().get(key)
        return TermRead(key, names) if names else None
    return None
