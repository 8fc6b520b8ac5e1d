"""Quantities, prices and dates of one sentence, as the letter means them: the new date and not the old one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agents.read.dates import Written, found
from agents.read.numbers import number
from agents.read.text_sentences import denied, denied_at
from agents.read.units import UNIT, currency, unit

_N = r"(?:(?<![\w.,-])\d{1,3}(?:[., \u00a0']\d{3})+(?:[.,]\d+)?(?![\w])|(?<![\w.,-])\d+(?:[.,]\d+)?(?![\w\u00d7]))"


def _amount(name: str) -> str:
    """The pattern of one counted quantity with its unit, as groups `name` and `name` + "u"."""
    return rf"(?P<{name}>{_N})(?: ?(?P<{name}u>{UNIT})\b\.?)?"


_FILL = r"(?: (?!\d)[^\s,;.]+){0,4}?"
_GOODS_BETWEEN = r"(?: (?:of |von |de )?(?:[A-Z]{1,5}-[A-Z0-9-]+|M\d+(?:[x\u00d7]\d+)?)(?: [^\s\d,;.]+)?)?"
_OF = re.compile(
    _amount("got") + rf"{_GOODS_BETWEEN}(?: only)? (?:out of|of|von|der|des|sur|de|van)"
    r"(?: (?:the|your|den|die|der|Ihren|insgesamt|bestellten|les|ordered|a total of)){0,3} " + _amount("all"),
    re.I,
)
_INSTEAD = re.compile(
    _amount("got") + rf"{_FILL}{_GOODS_BETWEEN},? (?:instead of|rather than|statt|anstatt|anstelle von|au lieu de"
    rf"|en lugar de|en vez de|in plaats van)"
    r"(?: (?:the|der|den|die|ordered|bestellten|les|los|de)){0,2} " + _amount("all"),
    re.I,
)
_ONLY = re.compile(
    r"\b(?:only|just|nur|lediglich|seulement|solo|s\u00f3lo|slechts|maximum of|at most)\s+(?:\w+\s+)?" + _amount("got"),
    re.I,
)
_COUNTED = re.compile(rf"(?P<got>{_N}) ?(?P<gotu>{UNIT})\b", re.I)
_CONFIRMS = re.compile(
    r"\b(?:confirm\w*|deliver\w*|ship\w*|sen[dt]\w*|dispatch\w*|despatch\w*|suppl\w+|load\w*|bestätig\w*"
    r"|liefer\w*|versend\w*|versandt|expédi\w*|livr\w*)\b",
    re.I,
)
_REST = re.compile(
    r"\b(?:remaining|remainder|rest(?:\b|liche\w*|menge|ante)|balance|missing|outstanding|backorder\w*"
    r"|back-order\w*|reste|solde|resto|overige|fehlende\w*|noch offene\w*)",
    re.I,
)
_MOVES = re.compile(
    r"\b(?:ship\w*|deliver\w*|arriv\w*|leav\w*|dispatch\w*|despatch\w*|com(?:e|es|ing)|follow\w*|ready|sent"
    r"|send|expect\w*|available|reach\w*|mov\w+|postpon\w*"
    r"|delay\w*|push\w*|promis\w*|liefer\w*|gelief\w*|versand\w*|versend\w*|versch\w*|eintreff\w*|komm\w*"
    r"|folg\w*|verlassen|verf\u00fcgbar|best\u00e4tig\w*|confirm\w*"
    r"|verz\u00f6ger\w*|livr\w*|exp\u00e9di\w*|arriv\w*|entreg\w*|enviar\w*|lever\w*|gelever\w*|collect\w*"
    r"|ETA|ETD|lead time|zustell\w*|termin\w*)",
    re.I,
)
_OLD_BEFORE = re.compile(
    r"(?:instead of|rather than|not(?: on| by| before)?|originally|planned for|scheduled for|previous(?:ly)?"
    r"|was|statt|anstatt|urspr\u00fcnglich|bisher|nicht(?: am| zum)?|geplant(?:en)?(?: f\u00fcr)?"
    r"|au lieu du|en lugar del|in plaats van|from|vom|von|dated|your (?:order|mail|e-mail|letter|message) of"
    r"|order of|Bestellung vom|Mail vom|as of|effective|ab(?: dem)?|seit|since|valid from|prix|gültig ab"
    r"|confirmed for|promised for|requested|original)(?: (?:the|dem|den|der|le|on|am|date|delivery|originally"
    r"|Termin|planned|agreed|confirmed|Liefertermin)){0,3}\s*(?:\w+day,? |\w+tag,? (?:den |dem )?)?$",
    re.I,
)
_PRICED = re.compile(
    r"\b(?:pric\w*|billed|charged|costs?|quot\w*|invoiced at|preis\w*|berechne\w*|kost\w*|verrechne\w*|prix"
    r"|factur\w*|precio\w*|prijs\w*|rate)\b|\b(?:at|zu|f\u00fcr|\u00e0) (?:EUR|USD|GBP|CHF|US\$|\$|\u20ac"
    r"|\u00a3) ?\d",
    re.I,
)
_CUR = r"(?:EUR|USD|GBP|CHF|US\$|\$|\u20ac|\u00a3)"
_MONEY = re.compile(
    rf"(?P<before>{_CUR}) ?(?P<n1>{_N})|(?P<n2>{_N}) ?(?P<after>{_CUR})(?!\w)"
    rf"|(?P<n3>(?<![\w.,])\d+[.,]\d{{2,4}}(?![\w.,]*\d)(?! ?%))"
)
_OLD_PRICE = re.compile(
    r"(?:instead of|from|was|statt|anstatt|bisher|von|previously|old price(?: of)?|au lieu de|en lugar de"
    r"|in plaats van|de)\s*(?:the )?$",
    re.I,
)
_BASE = re.compile(
    rf"\s*(?:/|per|je|pro|par|por|pour)\s*(?P<base>\d{{1,3}}(?:[.,]?000)?|hundred|thousand|hundert"
    rf"|tausend)(?: ?(?:{UNIT}))?\b",
    re.I,
)
_BASES = {"hundred": 100, "hundert": 100, "thousand": 1000, "tausend": 1000}


@dataclass(frozen=True, slots=True)
class Fact:
    """One value in a sentence and its place there."""

    field: str
    value: str | Decimal | date
    start: int
    end: int
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """How a letter writes: its decimal mark, its order of day and month, and the day it was sent."""

    decimal: str | None
    day_first: bool | None
    sent: date | None


def facts(sentence: str, marks: Marks) -> tuple[Fact, ...]:
    """Everything a sentence says of goods, in no particular order."""
    written = tuple(found(sentence, marks.sent, marks.day_first))
    priced = _PRICED.search(sentence) is not None
    busy = [(w.start, w.end) for w in written]
    prices = tuple(_prices(sentence, marks, busy)) if priced and not denied(sentence) else ()
    busy += [(p.start, p.end) for p in prices]
    quantities = tuple(_quantities(sentence, marks, busy))
    return (*quantities, *prices, *_dates(sentence, written, priced=bool(prices)))


def _quantities(sentence: str, marks: Marks, busy: list[tuple[int, int]]) -> Iterator[Fact]:
    """What is confirmed, loaded or shipped, and out of how much. The remaining rest is not a quantity of its own."""
    for pattern in (_OF, _INSTEAD):
        for match in pattern.finditer(sentence):
            pair = [
                _counted(match, name, field, marks)
                for name, field in (("got", "line.quantity"), ("all", "line.ordered_quantity"))
            ]
            facts_ = [f for f in pair if f is not None and not _overlaps(f.start, f.end, busy)]
            if len(facts_) == 2 and facts_[0].value < facts_[1].value:  # type: ignore[operator]  # both are decimals
                shared = facts_[0].unit or facts_[1].unit
                yield from (Fact(f.field, f.value, f.start, f.end, f.unit or shared) for f in facts_)
                busy = [*busy, (match.start(), match.end())]
    for pattern in (_ONLY, _COUNTED) if _CONFIRMS.search(sentence) or _ONLY.search(sentence) else ():
        for match in pattern.finditer(sentence):
            before = sentence[max(0, match.start() - 30) : match.start()]
            if (
                _overlaps(match.start("got"), match.end(), busy)
                or _REST.search(before)
                or re.search(r"(?:per|je|pro|/)\s*$", before)
            ):
                continue
            fact = _counted(match, "got", "line.quantity", marks)
            if fact is not None and not denied_at(sentence, match.start(), match.start()):
                yield fact
                busy = [*busy, (match.start(), match.end())]


def _counted(match: re.Match[str], name: str, field: str, marks: Marks) -> Fact | None:
    value = number(match[name], marks.decimal)
    if value is None:
        return None
    named = match[f"{name}u"]
    return Fact(field, value, match.start(name), match.end(name), unit(named) if named else None)


def _overlaps(start: int, end: int, places: list[tuple[int, int]]) -> bool:
    return any(a < end and start < b for a, b in places)


def _prices(sentence: str, marks: Marks, busy: list[tuple[int, int]]) -> Iterator[Fact]:
    """The prices that shall hold: not the old one of "0.41 instead of 0.38", no percentages."""
    for match in _MONEY.finditer(sentence):
        name = next(n for n in ("n1", "n2", "n3") if match[n])
        value = number(match[name], marks.decimal)
        if value is None or _OLD_PRICE.search(sentence[: match.start()]) or _overlaps(match.start(), match.end(), busy):
            continue
        yield Fact("line.price", value, match.start(name), match.end(name), currency(match[0]))
        base = _BASE.match(sentence, match.end())
        if base is not None:
            digits = _BASES.get(base["base"].casefold()) or number(base["base"], marks.decimal)
            if digits and digits != 1:
                yield Fact("line.price_base", Decimal(digits), base.start("base"), base.end("base"))
        return


def _dates(sentence: str, written: tuple[Written, ...], *, priced: bool) -> Iterator[Fact]:
    """Promised days: of the goods, or of the rest when the rest is named between the day before and this one."""
    at = 0
    for date_ in written:
        clause = sentence[at : date_.start]
        after = re.split(r"[.;]", sentence[date_.end :])[0][:60]
        at_before, at = at, date_.end
        if len(date_.days) != 1 or _OLD_BEFORE.search(sentence[: date_.start]):
            continue
        moved = bool(_MOVES.search(clause) or _REST.search(clause) or _MOVES.search(after))
        if at_before and not moved:
            moved = bool(_MOVES.search(sentence[: date_.start]))
        if not moved or (priced and not _REST.search(clause)):
            continue
        rest = _REST.search(clause) is not None
        yield Fact("line.rest_date" if rest else "line.delivery_date", date_.days[0], date_.start, date_.end)
