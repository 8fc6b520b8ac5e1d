"""Where a sender writes from, by what shows it, and how dates and numbers are written there.

"01/02/2026" and "1.200" are two values each. What a text does not settle by itself its sender's country may: by a tax number
of a country's form, the telephone's country code, an address, the domain's ending, or the supplier's record with us. Each
is one piece of evidence with its words. What contradicts itself settles nothing: then the value stays open.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

SCANNED_MAX = 20_000
"""Characters of a text in which evidence is looked for, from its end: signatures and footers stand there."""
SAID_MAX = 8
_NAMES = {
    "DE": "Germany", "AT": "Austria", "CH": "Switzerland", "FR": "France", "BE": "Belgium", "NL": "the Netherlands",
    "LU": "Luxembourg", "ES": "Spain", "PT": "Portugal", "IT": "Italy", "PL": "Poland", "CZ": "Czechia", "SE": "Sweden",
    "NO": "Norway", "DK": "Denmark", "FI": "Finland", "GB": "the United Kingdom", "IE": "Ireland", "US": "the United States",
    "CA": "Canada", "AU": "Australia", "NZ": "New Zealand", "IN": "India",
}  # fmt: skip
_POINT = frozenset(("GB", "IE", "US", "AU", "NZ", "IN"))
_NO_MARK = frozenset(("CH", "CA", "LU"))
"""Countries that write decimals both ways."""
_NO_ORDER = frozenset(("CA",))
"""Countries that write days both ways."""
_CODES = {
    "49": "DE", "43": "AT", "41": "CH", "33": "FR", "32": "BE", "31": "NL", "352": "LU", "34": "ES", "351": "PT", "39": "IT",
    "48": "PL", "420": "CZ", "46": "SE", "47": "NO", "45": "DK", "358": "FI", "44": "GB", "353": "IE", "61": "AU",
    "64": "NZ", "91": "IN",
}  # fmt: skip
"""Telephone country codes. +1 is the United States and Canada, and shows no country."""
_PHONE = re.compile(
    rf"(?<![\d+])(?:\+|00)(?P<code>{'|'.join(sorted(_CODES, key=len, reverse=True))})[ (/.-]?\(?\d[\d ()/.-]{{5,16}}"
)
_TAX = re.compile(
    r"\b(?:DE\d{9}|ATU\d{8}|CHE[- ]?\d{3}\.?\d{3}\.?\d{3}|FR[A-Z\d]{2} ?\d{3} ?\d{3} ?\d{3}|BE ?[01]\d{3}\.?\d{3}\.?\d{3}"
    r"|NL\d{9}B\d{2}|LU\d{8}|ES[A-Z]\d{7}[A-Z\d]|PT\d{9}|IT\d{11}|PL\d{10}|CZ\d{8,10}|SE\d{12}|NO ?\d{9}(?: ?MVA)?|DK\d{8}"
    r"|FI\d{8}|GB ?\d{3} ?\d{4} ?\d{2}|IE\d{7}[A-W][A-I]?|US-\d{2}-\d{7})\b"
)
_ADDRESS = (
    ("DE", re.compile(r"\bD-\d{5}\b|\b(?:Germany|Deutschland|Allemagne|Alemania|Duitsland)\b")),
    ("AT", re.compile(r"\bA-\d{4}\b|\b(?:Austria|\u00d6sterreich|Autriche|Oostenrijk)\b")),
    ("CH", re.compile(r"\bCH-\d{4}\b|\b(?:Switzerland|Schweiz|Suisse|Zwitserland)\b")),
    ("FR", re.compile(r"\bF-\d{5}\b|\b\d{5} [A-Z][\w-]+ C(?:edex|EDEX)\b|\bFrankreich\b")),
    ("BE", re.compile(r"\bB-\d{4}\b|\b(?:Belgium|Belgien|Belgique|Belgi\u00eb)\b")),
    ("NL", re.compile(r"\b\d{4} [A-Z]{2}  ?[A-Z]\w+|\b(?:Netherlands|Nederland|Niederlande|Pays-Bas)\b")),
    ("ES", re.compile(r"\bE-\d{5}\b|\b(?:Espa\u00f1a|Spanien|Espagne)\b")),
    ("GB", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\b(?:United Kingdom|England|Scotland)\b")),
    ("US", re.compile(
        r"\b[A-Z][\w.-]+,? (?:A[KLRZ]|C[AOT]|DC|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]"
        r"|T[NX]|UT|V[AT]|W[AIVY]) \d{5}(?:-\d{4})?\b|\bUSA\b"
    )),
)  # fmt: skip
_ENDINGS = {**{code.lower(): code for code in _NAMES}, "uk": "GB"}
Told = TypeVar("Told", bool, str)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that shows a country, and in which words."""

    country: str
    says: str


@dataclass(frozen=True, slots=True)
class Home:
    """Everything that shows where a sender writes from. Empty where nothing does."""

    evidence: tuple[Evidence, ...] = ()

    def day_first(self) -> tuple[bool | None, str]:
        """Whether days come before months there, and what shows it; None where nothing does, or things that disagree."""
        return self._agreed(_day_first)

    def decimal_mark(self) -> tuple[str | None, str]:
        """The decimal mark that is written there, and what shows it; None where nothing does, or things that disagree."""
        return self._agreed(_mark)

    def _agreed(self, of: Callable[[str], Told | None]) -> tuple[Told | None, str]:
        told = {of(one.country) for one in self.evidence}
        if len(told) != 1:
            return None, ""
        return told.pop(), "; ".join(dict.fromkeys(one.says for one in self.evidence))

    def and_(self, other: "Home") -> "Home":
        """With what else shows it."""
        return Home(tuple(dict.fromkeys((*self.evidence, *other.evidence))))


NOWHERE = Home()


def _day_first(country: str) -> bool | None:
    return None if country in _NO_ORDER else country != "US"


def _mark(country: str) -> str | None:
    return None if country in _NO_MARK else "." if country in _POINT else ","


def of_texts(texts: Iterable[str]) -> Home:
    """What tax numbers, telephone numbers and addresses in a sender's own words show."""
    return Home(tuple(dict.fromkeys(islice((one for text in texts for one in _in(text[-SCANNED_MAX:])), SAID_MAX))))


def _in(text: str) -> Iterator[Evidence]:
    for match in _TAX.finditer(text):
        yield from _one("CH" if match[0].startswith("CHE") else match[0][:2], f"the tax number {match[0]}")
    for match in _PHONE.finditer(text):
        yield from _one(_CODES[match["code"]], f"the telephone number {match[0].strip(' ()/.-')}")
    for country, pattern in _ADDRESS:
        found = pattern.search(text)
        if found:
            yield from _one(country, f"the address (\u201c{' '.join(found[0].split())}\u201d)")


def of_domain(domain: str) -> Home:
    """What the ending of a sender's domain shows; .com, .eu and the like show nothing."""
    ending = domain.rpartition(".")[2].lower()
    return Home(tuple(_one(_ENDINGS.get(ending, ""), f"the domain {domain.lower()}")))


def of_record(tax_id: str, phone: str) -> Home:
    """What a supplier's record with us shows: attested, unlike all that a letter says."""
    tax, called = _TAX.search(tax_id), _PHONE.search(phone)
    found: list[Evidence] = []
    if tax:
        found += _one(
            "CH" if tax[0].startswith("CHE") else tax[0][:2], f"the tax number {tax[0]} on the supplier's record"
        )
    if called:
        found += _one(_CODES[called["code"]], f"the telephone number {phone} on the supplier's record")
    return Home(tuple(found))


def of_sender(sender: str, signatures: Iterable[str], record: Home = NOWHERE) -> Home:
    """All that shows where the sender of a letter writes from: his record with us, his domain, and what he signs with. A
    letter's own text speaks of others' places too, ours among them, and shows nothing."""
    return record.and_(of_domain(sender.rpartition("@")[2])).and_(of_texts(signatures))


def of_wire(pairs: Sequence[Sequence[str]]) -> Home:
    """Evidence as it goes to a reader process: pairs of country and words. What is no country is left out."""
    return Home(tuple(one for country, says in pairs for one in _said(country, says)))


def to_wire(home: Home) -> list[list[str]]:
    """Evidence as it goes to a reader process."""
    return [[one.country, one.says] for one in home.evidence]


def _said(country: str, says: str) -> Iterator[Evidence]:
    if country in _NAMES:
        yield Evidence(country, says)


def _one(country: str, says: str) -> Iterator[Evidence]:
    yield from _said(country, f"{says} is of {_NAMES.get(country, '')}")
