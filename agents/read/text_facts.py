"""Quantities, prices and dates of one sentence, as the letter means them: the new price and not the old one."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

from agents.read.dates import found
from agents.read.text_moods import asserts
from agents.read.text_promises import DATES_MAX, NEAR_CHARS, REST, Fact, Marks, promises
from agents.read.text_sentences import denied, denied_at
from agents.read.units import UNIT, currency, unit

_N = r"(?:(?<![\w.,-])\d{1,3}(?:[., \u00a0']\d{3})+(?:[.,]\d+)?(?![\w])|(?<![\w.,-])\d+(?:[.,]\d+)?(?![\w\u00d7]))"


def amount(name: str) -> str:
    """The pattern of one counted quantity with its unit, as groups `name` and `name` + "u"."""
    return rf"(?P<{name}>{_N})(?: ?(?P<{name}u>{UNIT})\b\.?)?"


COUNTED_MAX = 80
"""Quantities that one sentence may tell; the rest of a longer one is not looked at."""
_FILL = r"(?: (?!\d)[^\s,;.]+){0,4}?"
_GOODS_BETWEEN = r"(?: (?:of |von |de )?(?:[A-Z]{1,5}-[A-Z0-9-]+|M\d+(?:[x\u00d7]\d+)?)(?: [^\s\d,;.]+)?)?"
_OF = re.compile(
    amount("got") + rf"{_GOODS_BETWEEN}(?: only)? (?:out of|of|von|der|des|sur|de|del|van)"
    r"(?: (?:the|your|den|die|der|Ihren|insgesamt|bestellten|les|las|los|el|la|de|total|un|ordered|originally"
    r"|a total of)){0,3} " + amount("all"),
    re.I,
)
_INSTEAD = re.compile(
    amount("got") + rf"{_FILL}{_GOODS_BETWEEN},? (?:instead of|rather than|statt|anstatt|anstelle von|au lieu de"
    rf"|en lugar de|en vez de|in plaats van)"
    r"(?: (?:the|der|den|die|ordered|bestellten|les|los|de)){0,2} " + amount("all"),
    re.I,
)
_ONLY = re.compile(
    r"\b(?:only|just|nur|lediglich|seulement|solo|s\u00f3lo|slechts|maar|maximum of|at most)\s+(?:\w+\s+){0,2}"
    + amount("got"),
    re.I,
)
COUNTED = re.compile(rf"(?P<got>{_N}) ?(?P<gotu>{UNIT})\b", re.I)
COUNTS_ITEM = re.compile(
    rf"(?P<got>{_N})(?P<gotu>(?!))?(?= (?:x )?(?:[^\W\d][\w-]* "
    rf"){{0,2}}(?-i:(?=[\w-]*\d)[A-Z]{{1,5}}(?:-[A-Z0-9]+)+(?!\w)))"
)
"""The same with the goods' name between: "the 12 valves OV-15"."""
_NUMBERED = re.compile(rf"(?P<got>{_N})(?P<gotu>(?!))?(?= (?:x )?(?-i:(?=[\w-]*\d)[A-Z]{{1,5}}(?:-[A-Z0-9]+)+(?!\w)))")
"""A number straight before an item number counts it: "2,000 BG-B40"."""
_CONFIRMS = re.compile(
    r"\b(?:confirm\w*|go(?:es)? out|arriv\w*|com(?:e|es|ing)|komm(?:t|en)|deliver\w*|ship\w*|sen[dt]\w*"
    r"|dispatch\w*|despatch\w*|suppl\w+|load\w*|bestätig\w*"
    r"|liefer\w*|versend\w*|versandt|expédi\w*|livr\w*|env[ií]\w*|entreg\w*|lever\w*|gelever\w*|verzend\w*|verzonden"
    r"|bevestig\w*)\b",
    re.I,
)
_PRICED = re.compile(
    r"\b(?:pric\w*|billed|charged|costs?|quot\w*|invoiced at|preis\w*|berechne\w*|kost\w*|verrechne\w*|prix"
    r"|factur\w*|precio\w*|prijs\w*|rate|charges|go(?:es)? up to)\b|\b(?:at|zu|f\u00fcr|\u00e0|a) (?:EUR|USD|GBP"
    r"|CHF|US\$|\$|\u20ac"
    r"|\u00a3) ?\d|(?:\b(?:at|zu(?: je)?|\u00e0|a|voor|op)|@) ?\d+[.,]\d{2,4}(?![\d.,]*\d)"
    r"|\d[.,]\d{2,4} (?:EUR |USD |GBP |\$|\u20ac|\u00a3)?(?:each|apiece|a piece|per|je|pro|das St\u00fcck"
    r"|pi\u00e8ce|la pieza|instead of|statt|au lieu de"
    r"|en lugar de|en vez de|in plaats van)\b",
    re.I,
)
_CUR = r"(?:EUR|USD|GBP|CHF|US\$|\$|\u20ac|\u00a3)"
MONEY = re.compile(
    rf"(?P<before>{_CUR}) ?(?P<n1>{_N})|(?P<n2>{_N}) ?(?P<after>{_CUR})(?!\w)"
    rf"|(?P<n3>(?<![\w.,])(?:\d{{1,3}}(?:[.,' ]\d{{3}})+[.,]\d{{2}}|\d+[.,](?:\d{{2}}|\d{{4}})"
    rf"|0[.,]\d{{3}})(?![\w.,]*\d)(?! ?%))"
)
_OLD_PRICE = re.compile(
    r"(?:instead of|rather than|from|was|statt|anstatt|anstelle von|bisher|(?<!preis )von|previously|formerly|not"
    r"|old price(?: of)?|au lieu de|en lugar de|en vez de|in plaats van|(?<!prix )(?<!precio )(?<!prijs )\bde"
    r"|van)\s*(?:the )?$",
    re.I,
)
_GIVES_WAY = re.compile(
    r"(?:instead of|rather than|statt|anstatt|anstelle von|au lieu de|en lugar de|en vez de|in plaats van"
    r"|previously|bisher)"
    r" ?(?:the (?:old )?)?$",
    re.I,
)
_SUM = re.compile(
    r"\b(?:together|totals?|altogether|over|amount(?:s|ing)?(?: to| of)?|sum(?: of)?|worth|insgesamt"
    r"|gesamt\w*|summe|zusammen|\u00fcber"
    r"|value(?: of)?|deduct\w*(?: of)?|freight(?: of| is)?|surcharge\D{0,30}|zuschlag\D{0,30}|au total"
    r"|montant de|importe de|total de)\s*$",
    re.I,
)
"""Before an amount that is no price of one piece."""
_BASE = re.compile(
    rf"\s*(?:/|per|je|pro|par|por|pour)\s*(?P<base>\d{{1,3}}(?:[.,]?000)?|hundred|thousand|hundert"
    rf"|tausend)(?: ?(?:{UNIT}))?\b",
    re.I,
)
_BASES = {"hundred": 100, "hundert": 100, "thousand": 1000, "tausend": 1000}


def facts(sentence: str, marks: Marks, lead: str = "") -> tuple[Fact, ...]:
    """Everything a sentence says of goods, in no particular order. A question or a condition says nothing. `lead` is the
    sentence that a list hangs on ("We confirm:")."""
    if not asserts(sentence) or (lead and not asserts(lead)):
        return ()
    written = tuple(islice(found(sentence, marks.sent, marks.day_first), DATES_MAX))
    busy = [(w.start, w.end) for w in written]
    prices = tuple(_prices(sentence, marks, busy)) if _PRICED.search(sentence) else ()
    amounts = [(m.start(), m.end()) for m in MONEY.finditer(sentence)] if prices else []
    busy += [a for a in amounts if not _counts(sentence, a)]
    counted = tuple(_quantities(sentence, marks, busy, lead))
    return (*counted, *prices, *promises(sentence, written, priced=bool(prices), lead=lead))


def quantities(sentence: str, marks: Marks, *, loose: bool) -> tuple[Fact, ...]:
    """The quantities of a sentence alone. `loose` counts goods whatever the verb is and whatever the mood, and takes more
    than was ordered as well as less: for letters that order, change, return or complain."""
    busy = [(w.start, w.end) for w in islice(found(sentence, marks.sent, marks.day_first), DATES_MAX)]
    if _PRICED.search(sentence):
        busy += [
            place for place in ((m.start(), m.end()) for m in MONEY.finditer(sentence)) if not _counts(sentence, place)
        ]
    return tuple(_quantities(sentence, marks, busy, "", loose=loose))


def shortfall(sentence: str, marks: Marks) -> tuple[int, int] | None:
    """The place where a sentence says that fewer come than were ordered ("60 of the 100", "60 statt 90")."""
    ordered = next((f for f in facts(sentence, marks) if f.field == "line.ordered_quantity"), None)
    got = next((f for f in facts(sentence, marks) if f.field == "line.quantity"), None) if ordered else None
    return (min(got.start, ordered.start), max(got.end, ordered.end)) if got and ordered else None


def _counts(sentence: str, place: tuple[int, int]) -> bool:
    """Whether a unit follows a number that no price word stands before: then it counts goods. "79.00 each" is a price."""
    if re.search(
        r"(?:\b(?:at|zu(?: je)?|\u00e0|is|ist|now)|@) ?(?:EUR|USD|GBP"
        r"|[$\u20ac\u00a3])? ?$",
        sentence[: place[0]],
    ):
        return False
    return re.match(rf" ?(?!(?:each|ea)\b)(?:{UNIT})\b", sentence[place[1] :], re.I) is not None


def _quantities(
    sentence: str, marks: Marks, busy: list[tuple[int, int]], lead: str, *, loose: bool = False
) -> Iterator[Fact]:
    """What is confirmed, loaded or shipped, and out of how much. The remaining rest is not a quantity of its own."""
    for pattern in (_OF, _INSTEAD):
        for match in islice(pattern.finditer(sentence), COUNTED_MAX):
            pair = [
                _counted(match, name, field, marks)
                for name, field in (("got", "line.quantity"), ("all", "line.ordered_quantity"))
            ]
            facts_ = [f for f in pair if f is not None and not _overlaps(f.start, f.end, busy)]
            more = pattern is _INSTEAD and loose
            if len(facts_) == 2 and (more or facts_[0].value < facts_[1].value):  # type: ignore[operator]  # both are decimals
                shared = facts_[0].unit or facts_[1].unit
                yield from (Fact(f.field, f.value, f.start, f.end, f.unit or shared) for f in facts_)
                busy = [*busy, (match.start(), match.end())]
    counting = loose or _CONFIRMS.search(f"{lead} {sentence}") or _ONLY.search(sentence)
    for pattern in (_ONLY, COUNTED, COUNTS_ITEM if loose else _NUMBERED) if counting else ():
        for match in islice(pattern.finditer(sentence), COUNTED_MAX):
            before = sentence[max(0, match.start() - 30) : match.start()]
            if (
                _overlaps(match.start("got"), match.end(), busy)
                or REST.search(before)
                or re.search(r"(?:per|je|pro|/)\s*$", before)
            ):
                continue
            fact = _counted(match, "got", "line.quantity", marks)
            if fact is not None and not denied_at(sentence, match.start(), match.start()):
                yield fact
                busy = [*busy, (match.start(), match.end())]


def _counted(match: re.Match[str], name: str, field: str, marks: Marks) -> Fact | None:
    value = marks.value(match[name])
    if value is None:
        return None
    named = match[f"{name}u"]
    return Fact(field, value, match.start(name), match.end(name), unit(named) if named else None)


def _overlaps(start: int, end: int, places: list[tuple[int, int]]) -> bool:
    return any(a < end and start < b for a, b in places)


def _prices(sentence: str, marks: Marks, busy: list[tuple[int, int]]) -> Iterator[Fact]:
    """The prices that shall hold: not the old one of "0.41 instead of 0.38", no percentages, no sums. Several only where
    each is told as one ("24 boxes at 30.00 and 24 at 9.60")."""
    first = True
    new = False
    for match in MONEY.finditer(sentence):
        name = next(n for n in ("n1", "n2", "n3") if match[n])
        value = marks.value(match[name])
        before = sentence[max(0, match.start() - NEAR_CHARS) : match.start()]
        if value is not None and new and _GIVES_WAY.search(before):
            yield Fact("line.old_price", value, match.start(name), match.end(name), currency(match[0]))
        if (
            value is None
            or _OLD_PRICE.search(before)
            or _SUM.search(before)
            or _overlaps(match.start(), match.end(), busy)
        ):
            continue
        clause = re.split(r"(?:, |;|: )", before)[-1]
        if denied(clause) or _counts(sentence, (match.start(), match.end())):
            continue
        if not first and not re.search(r"(?:\b(?:at|zu(?: je)?|\u00e0)|@) ?$", before):
            continue
        yield Fact("line.price", value, match.start(name), match.end(name), currency(match[0]))
        new = True
        base = _BASE.match(sentence, match.end())
        if base is not None:
            digits = _BASES.get(base["base"].casefold()) or marks.value(base["base"])
            if digits and digits != 1:
                yield Fact("line.price_base", Decimal(digits), base.start("base"), base.end("base"))
        first = False
