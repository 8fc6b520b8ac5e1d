"""Whom a sender pretends to be: domains, names and answer addresses that resemble those of a supplier or customer on record.

Pure and small: it says whom and in what way, in a sentence; what follows is for others. A domain on the record is never a
look-alike. A resemblance raises doubt and proves nothing: some companies do write from three domains.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz.distance import OSA

from agents.tools import CustomerSeen, SupplierSeen
from core.claims import Reading

NAME_MIN = 5
"""Shorter names differ by a letter every day: KFL is not KFG."""
LONG_NAME = 8
"""From here on two letters may differ."""
_ADDRESS = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
_SECOND_LEVEL = frozenset(("co", "com", "org", "net", "ac", "gov", "edu", "or", "ne", "gob", "ltd", "plc"))
_SAME = str.maketrans(
    "а\u0251ɑαсϲԁеєһіїɩιјӏοоοрρԛѕυսνѵԝхχуүγᴢʏɢʀɴʟʙʜ0135678$|!łøđ",
    "aaaaccdeehiiiijloooppqsuuvvwxxyyyzyɢrnlbhoiesgtbsiilod",
)
"""Letters of other alphabets, and digits, that people take for these Latin ones. 1, l, | and i become one."""
_FREE = frozenset(
    ("gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "gmx.de", "web.de", "proton.me", "icloud.com")
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Resemblance:
    """A supplier, or else a customer, that somebody pretends to be, and how it shows."""

    says: str
    supplier: str = ""
    customer: str = ""


class Party(Protocol):
    """Somebody with a record of ours."""

    @property
    def number(self) -> str:
        """Our number."""
        ...

    @property
    def name(self) -> str:
        """Their name."""
        ...

    @property
    def domains(self) -> tuple[str, ...]:
        """The mail domains on their record."""
        ...


Found = tuple[str, str]
"""The number of whom somebody resembles, and how it shows."""


def resemblance(
    reading: Reading, suppliers: Sequence[SupplierSeen], customers: Sequence[CustomerSeen] = ()
) -> Resemblance | None:
    """Whom the sender of a message pretends to be, by his domain, his name, or where answers to him would go: a supplier
    before a customer. Who has a domain of either's record pretends to be nobody."""
    everybody: list[Party] = [*suppliers, *customers]
    known = {domain.lower() for party in everybody for domain in party.domains}
    domain, answers = _domain(reading.sender), answers_to(reading)
    if not domain:
        return None
    sides: tuple[tuple[str, Sequence[Party]], ...] = (("supplier", suppliers), ("customer", customers))
    for side, parties in sides if domain not in known else ():
        found = of_domain(domain, parties) or _of_name(reading.sender_name, domain, parties)
        if found is not None:
            return _named(side, *found)
    for side, parties in sides if answers and answers != domain and answers not in known else ():
        found = of_domain(answers, parties)
        if found is not None:
            return _named(side, found[0], f"Answers would go elsewhere: {found[1]}")
    return None


def _named(side: str, number: str, says: str) -> Resemblance:
    return Resemblance(says=says, supplier=number) if side == "supplier" else Resemblance(says=says, customer=number)


def answers_to(reading: Reading) -> str:
    """The domain that answers would go to by the Reply-To field, "" where there is none."""
    field = next((part.text for part in reading.parts if part.path == "header:reply-to"), "")
    found = _ADDRESS.findall(field)
    return found[-1].lower() if found else ""


def of_domain(domain: str, parties: Sequence[Party]) -> Found | None:
    """The party whose domain this one resembles most plainly, and how."""
    shown = unicode_of(domain)
    for way in (_same_letters, _other_ending, _before, _few_letters, _inside):
        for party in parties:
            for record in party.domains:
                how = way(shown, record.lower())
                if how:
                    written = f"{domain} ({shown})" if shown != domain else domain
                    return party.number, f"{written} is not {record}: {how}"
    return None


def unicode_of(domain: str) -> str:
    """A domain as people see it: its punycode labels decoded, what does not decode as it stands."""
    labels = []
    for label in domain.lower().split("."):
        try:
            labels.append(label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label)
        except (UnicodeError, ValueError, OverflowError):
            labels.append(label)
    return ".".join(labels)


def skeleton(text: str) -> str:
    """Letters as they look: accents off, look-alikes of other alphabets and digits as the Latin letter, rn as m."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_SAME))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).translate(_SAME)
    for written, seen in (("rn", "m"), ("vv", "w"), ("l", "i"), ("j", "i")):
        plain = plain.replace(written, seen)
    return plain


def _same_letters(shown: str, record: str) -> str:
    if shown != record and skeleton(shown) == skeleton(record):
        return "it only looks the same, some of its letters are others"
    name, ours = _name(shown), _name(record)
    if name != ours and skeleton(name) == skeleton(ours) and len(ours) >= NAME_MIN:
        return "its name only looks the same, some of its letters are others"
    return ""


def _other_ending(shown: str, record: str) -> str:
    name, ours = _name(shown), _name(record)
    if len(ours) >= NAME_MIN and name == ours and _registered(shown) != _registered(record):
        return "the same name under another ending"
    if len(ours) >= NAME_MIN and name != ours and _joined(name) == _joined(ours):
        return "the same name with other hyphens"
    return ""


def _before(shown: str, record: str) -> str:
    """Their whole domain before somebody else's."""
    inside = shown.startswith(f"{record}.") or f".{record}." in shown
    return "it begins with theirs, and belongs to somebody else" if inside else ""


def _inside(shown: str, record: str) -> str:
    """Their name as a part of a longer one."""
    name, ours = _joined(skeleton(_name(shown))), _joined(skeleton(_name(record)))
    if len(ours) >= NAME_MIN + 1 and ours in name and ours != name:
        return "it has their name in it"
    return ""


def _few_letters(shown: str, record: str) -> str:
    name, ours = _name(shown), _name(record)
    allowed = 2 if len(ours) >= LONG_NAME else 1 if len(ours) >= NAME_MIN else 0
    apart = int(OSA.distance(name, ours))
    if 0 < apart <= allowed:
        same = sorted(name) == sorted(ours)
        return "two of its letters are swapped" if same else _apart(name, ours, apart)
    return ""


def _apart(name: str, ours: str, apart: int) -> str:
    count = "a letter" if apart == 1 else "two letters"
    if len(name) == len(ours):
        return f"{count} of it differ{'s' if apart == 1 else ''}"
    return f"it has {count} {'more' if len(name) > len(ours) else 'less'}"


def _of_name(name: str, domain: str, parties: Sequence[Party]) -> Found | None:
    """Somebody whose display name is an address or a name of theirs, from another domain."""
    shown = [address.lower() for address in _ADDRESS.findall(name)]
    for party in parties:
        if any(address in party.domains for address in shown):
            return party.number, f"It shows an address of {party.name} as its name, and comes from {domain}"
    said = _words(name)
    for party in parties:
        names = (party.name, party.contact_name) if isinstance(party, SupplierSeen) else (party.name,)
        if said and said in map(_words, names) and (domain in _FREE or len(said) > 1):
            return party.number, f"It is signed {name}, and comes from {domain}"
    return None


def _words(name: str) -> tuple[str, ...]:
    """A name as it is compared: its words without legal forms."""
    forms = (
        "gmbh",
        "ag",
        "kg",
        "co",
        "inc",
        "llc",
        "ltd",
        "limited",
        "corp",
        "bv",
        "nv",
        "sa",
        "sas",
        "sarl",
        "sl",
        "srl",
    )
    return tuple(word for word in re.findall(r"\w+", name.casefold()) if word not in forms)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower().strip(".")


def _registered(domain: str) -> str:
    """The part that somebody registered: mail.example.co.uk is example.co.uk."""
    labels = domain.split(".")
    country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:] if country else labels[-2:])


def _name(domain: str) -> str:
    return _registered(domain).partition(".")[0]


def _joined(name: str) -> str:
    return name.replace("-", "")
