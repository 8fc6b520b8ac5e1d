"""Promised days of one sentence, as the letter means them: the new date and not the old one, and what has only a rest."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from agents.read.country import NOWHERE, Home
from agents.read.dates import Written, day_comes_first, found
from agents.read.numbers import NUMBER, amount_text, decimal_mark, number, readings
from agents.read.text_moods import asserts
from agents.read.text_sentences import decimal_mark_of_language

NEAR_CHARS = 100
"""What makes a date an old one, or an amount a sum, stands this near before it."""
DATES_MAX = 40
"""A sentence with more dates than this is none; the rest of them are not looked at."""
REST = re.compile(
    r"\b(?:remaining|remainder|rest(?:\b|liche\w*|menge|ante)|balance|missing|outstanding|backorder\w*"
    r"|back-order\w*|reste|solde|resto|overige|fehlende\w*|noch offene\w*|others\b|other(?= \d)"
    r"|(?:\u00fcbrigen?|anderen)(?= \d)"
    r"|autres(?= \d)|otras?(?= \d)|otros(?= \d)|andere(?= \d))",
    re.I,
)
MOVES = re.compile(
    r"\b(?:ship\w*|deliver\w*|arriv\w*|leav\w*|dispatch\w*|despatch\w*|com(?:e|es|ing)|follow\w*|ready|sent"
    r"|send|expect\w*|available|reach\w*|mov\w+|postpon\w*"
    r"|delay\w*|push\w*|promis\w*|liefer\w*|gelief\w*|versand\w*|versend\w*|versch\w*|eintreff\w*|komm\w*"
    r"|folg\w*|verlassen|verf\u00fcgbar|best\u00e4tig\w*|confirm\w*"
    r"|verz\u00f6ger\w*|livr\w*|exp\u00e9di\w*|arriv\w*|entreg\w*|enviar\w*|env\u00ed\w*|llegar\w*|retras\w*"
    r"|lever\w*|gelever\w*"
    r"|volgt|part(?:ira|iront|ent|ir)\w*|suiv\w*|retard\w*|collect\w*|earliest|fr\u00fchestens|with you"
    r"|there by|leaves|slip\w*"
    r"|reschedul\w*|new date"
    r"|go(?:es)? out|try again|need until|kom(?:t|en)\b|ETA|ETD|lead time|zustell\w*|termin\w*|ge\u00e4ndert auf)",
    re.I,
)
_OLD_BEFORE = re.compile(
    r"(?:instead of|rather than|not(?: on| by)?|originally|planned for|scheduled for|previous(?:ly)?"
    r"|was|niet(?: op)?|bisherige[rn]?(?: Termin)?,? ?\(?|statt|anstatt|urspr\u00fcnglich|bisher|nicht(?: am| "
    r"zum)?|geplant(?:en)?(?: f\u00fcr)?"
    r"|au lieu du|en lugar del|in plaats van|from|vom|von|dated|your (?:order|mail|e-mail|letter|message) of"
    r"|(?:order|PO|commande|pedido|Bestellung)[- ]?\S*\d (?:of|vom|du|del|van)|order of|Bestellung vom|Mail vom"
    r"|as of|effective|ab(?: dem)?|seit|since|valid from|prix|gültig ab"
    r"|won'?t make|(?:cannot|can ?not|can'?t|will not|won'?t) (?:make|meet|hold|keep|hit)|miss(?:es|ing)?"
    r"|au lieu de|en vez del"
    r"|pas(?= (?:le|au|du))|aus|\u00e0 partir(?: du)?|a partir del?|per|vanaf|op basis van|desde(?: el)?|del"
    r"|closed from|confirmed as|due|was due"
    r"|confirmed for|promised for|requested|original)(?: (?:the|dem|den|der|le|el|on|am|date|delivery|originally"
    r"|Termin|planned|agreed|confirmed|Liefertermin)){0,3}\s*(?:\w+day,? |\w+tag,? (?:den |dem )?)?$",
    re.I,
)
_STARTS = re.compile(
    r"\b(?:from|ab(?: dem)?|\u00e0 partir(?: du)?|a partir del?|vanaf|not before|nicht vor(?: dem)?)\s*$", re.I
)
_IN_STOCK = re.compile(
    r"\b(?:available|in stock|ready|shippable|lieferbar|verf\u00fcgbar|versandbereit|disponibles?|leverbaar"
    r"|voorradig)\b",
    re.I,
)
""""Available from 3 December" promises that day; "prices from 1 January" promises none."""
_BECOMES = re.compile(
    r"[ ,]*(?:is now|are now|becomes?|becoming|has become|turns into|will be|wird(?: zu(?:m)?)?|wurde(?: zu)?"
    r"|wordt|devient"
    r"|pasa al?|se convierte en|->|=>|\u2192|(?:has |have )?(?:moved|slipped|shifted|changed)?(?: now)? ?(?:to|on to)"
    r"|auf(?: den)?|zum|naar|au|al)(?: the| now| den)? *",
    re.I,
)
"""Between an old date and the new one: "Monday is now Thursday", "vom 27.11. auf den 8.12."."""
_UNMOVED = re.compile(
    r"\b(?:remains?|stays?|still|bleib\w*|nach wie vor|reste(?:nt)?|sigue\w*|blijf\w*|unchanged|as (?:planned"
    r"|agreed|confirmed))\b",
    re.I,
)
_CLOSED = re.compile(
    r"\b(?:on (?:\w+ )?leave|clos(?:e|es|ed|ing|ure)|holidays?|geschlossen|Betriebsferien|Urlaub|ferm\u00e9\w*"
    r"|cerrad\w*|gesloten"
    r"|vacation|fair|Messe|overdue"
    r"|\u00fcberf\u00e4llig|payable|zahlbar|payment|paid|due (?:on|since|by)|invoices? (?:is|are) due|f\u00e4llig)\b",
    re.I,
)
"""Days on which an office is closed or money is due are no promise of goods."""
_REPLACED = re.compile(
    r"(?:instead of|rather than|originally|planned for|scheduled for|statt|anstatt|urspr\u00fcnglich|bisher"
    r"|vom|from|au lieu du|au lieu de"
    r"|en lugar del?|en vez del?|in plaats van|promised for|confirmed for|won'?t make|(?:cannot|can'?t"
    r"|won'?t) (?:make|meet|hold|keep))"
    r"(?: (?:the|dem|den|der|le|el|on|am|as|planned|agreed|confirmed)){0,2}\s*$",
    re.I,
)
"""Before the date that another one takes the place of."""
_UNMET = re.compile(
    r"(?:\b(?:won'?t|will not|cannot|can ?not|can'?t) (?:make|meet|keep|hold|hit)(?: (?:the|our|date|of|promised"
    r"|agreed)){0,3}"
    r"|\b(?:nicht|niet|pas) (?:am|zum|op|bis|le)|\bder bisherige(?: Termin)?,? ?\(?)\s*$",
    re.I,
)
"""Before a date that cannot be met."""


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
    """How a letter writes: its decimal mark, its order of day and month, and the day it was sent. `guessed` tells that the
    mark is only that of the letter's language or its sender's country. `of_numbers` and `of_days` say what showed each."""

    decimal: str | None
    day_first: bool | None
    sent: date | None
    guessed: bool = False
    of_numbers: str = ""
    of_days: str = ""

    def value(self, written: str) -> Decimal | None:
        """The one value of a written number. A language alone tells thousands ("1,200" in English), never three decimals:
        "1.200 pcs" in English stays open."""
        value = number(written, self.decimal)
        both = readings(amount_text(written))
        return None if self.guessed and len(both) > 1 and value != both[0] else value

    def because(self, value: str | Decimal | date, written: str) -> str:
        """What settled a value whose own words could be two; "" where they could not."""
        if isinstance(value, date):
            first = next(found(written, self.sent), None)
            return self.of_days if first is not None and len(first.days) > 1 and not first.relative else ""
        if isinstance(value, Decimal):
            return self.of_numbers if any(len(readings(one[0])) > 1 for one in NUMBER.finditer(written)) else ""
        return ""


OWN, SPOKEN = "the document's other {}", "the language it is written in"


def marks_of(text: str, sent: date | None, home: Home = NOWHERE, texts: Sequence[str] = ()) -> Marks:
    """How a letter writes: by its own numbers and dates, else by its language and its sender's country. Where these two
    contradict each other about days, or the country's evidence itself, nothing is settled. About numbers they cannot: a
    guessed mark tells thousands alone, so what a country says against "1,200" in English is nothing it could show. `texts`
    are the pieces of a table in which numbers and dates stand, where it is one."""
    pieces = texts or (text,)
    shown, spoken = decimal_mark(pieces), decimal_mark_of_language(text)
    there, why = home.decimal_mark()
    mark, of_numbers = (
        (shown, OWN.format("numbers")) if shown else _settled(spoken, there if spoken in (None, there) else None, why)
    )
    day_first, of_days = day_comes_first(pieces), OWN.format("dates")
    if day_first is None:  # German, French, Spanish and Dutch all write the day first
        day_first, of_days = _settled(True if spoken == "," else None, *home.day_first())
        if spoken != "," and day_first is not None and _against_the_calendar(text, sent, day_first):
            day_first, of_days = None, ""
    return Marks(mark, day_first, sent, guessed=shown is None, of_numbers=of_numbers, of_days=of_days)


def _against_the_calendar(text: str, sent: date | None, day_first: bool) -> bool:
    """Whether a country's order of day and month puts a day before the letter was sent that the other order puts after it:
    a new ship date is no day of last week. Then the two contradict each other."""
    if sent is None:
        return False
    for both, one in zip(found(text, sent), found(text, sent, day_first), strict=False):
        if len(both.days) > 1 and not both.relative and one.days[0] < sent <= max(both.days):
            return True
    return False


Shown = TypeVar("Shown", str, bool)


def _settled(spoken: Shown | None, there: Shown | None, why: str) -> tuple[Shown | None, str]:
    """What language and country together say, and what shows it."""
    if spoken is not None and there is not None and spoken != there:
        return None, ""
    if spoken is None:
        return there, why
    return spoken, SPOKEN if there is None else f"{SPOKEN}; {why}"


def first_day(
    field: str,
    sentence: str,
    marks: Marks,
    fits: Callable[[Written, str], object] = lambda written, before: True,
    *,
    past: bool = False,
) -> Iterator[Fact]:
    """The first date of a sentence that is one day and fits; `before` are the 40 characters that stand before it."""
    for written in islice(found(sentence, marks.sent, marks.day_first, past=past), DATES_MAX):
        if len(written.days) == 1 and fits(written, sentence[max(0, written.start - 40) : written.start]):
            yield Fact(field, written.days[0], written.start, written.end)
            return


def promises(sentence: str, written: tuple[Written, ...], *, priced: bool, lead: str = "") -> Iterator[Fact]:
    """Promised days: of the goods, or of the rest when the rest is named between the day before and this one. `lead` is
    the sentence that a list hangs on ("We confirm:")."""
    if _CLOSED.search(sentence):
        return
    at = 0
    promised: list[Fact] = []
    shifted = bool(lead and MOVES.search(lead))
    for place, date_ in enumerate(written):
        clause = sentence[at : date_.start]
        after = re.split(r"[.;]", sentence[date_.end :])[0][:60]
        at_before, at = at, date_.end
        earlier = written[place - 1] if place else None
        shifts = earlier is not None and _BECOMES.fullmatch(clause) is not None
        before = sentence[max(0, date_.start - NEAR_CHARS) : date_.start]
        old = _OLD_BEFORE.search(before) and not (_IN_STOCK.search(sentence) and _STARTS.search(before))
        gives_way = _gives_way(sentence, written, place)
        if len(date_.days) != 1 or (old and not shifts) or gives_way:
            continue
        moved = bool(MOVES.search(clause) or REST.search(clause) or MOVES.search(after)) or shifts or shifted
        if at_before and not moved:
            moved = bool(MOVES.search(sentence[max(0, date_.start - 4 * NEAR_CHARS) : date_.start]))
        if _UNMOVED.search(clause) or _UNMOVED.search(after[:24]) or not moved or (priced and not _takes_goods(clause)):
            continue
        shifted = shifts or shifted
        rest = REST.search(clause) is not None
        day = date_.days[0]
        if shifts and earlier is not None and date_.relative and len(earlier.days) == 1 and day <= earlier.days[0]:
            day += timedelta(days=7)  # "Tuesday is now Friday" names the Friday after that Tuesday
        promised.append(Fact("line.rest_date" if rest else "line.delivery_date", day, date_.start, date_.end))
    yield from _agreed(promised, written)
    starts = {fact.start for fact in promised}
    moved_on = any(fact.field == "line.delivery_date" for fact in promised)
    yield from (fact for fact in _given_way(sentence, written, moved_on=moved_on) if fact.start not in starts)


def _given_way(sentence: str, written: tuple[Written, ...], *, moved_on: bool) -> Iterator[Fact]:
    """The day that no longer holds: one that a new one takes the place of, or that cannot be met."""
    for date_ in written:
        before = sentence[max(0, date_.start - NEAR_CHARS) : date_.start]
        unmet = _UNMET.search(before) is not None
        if len(date_.days) == 1 and (unmet or (moved_on and _set_against(sentence, written, date_))):
            yield Fact("line.old_date", date_.days[0], date_.start, date_.end)
            return


def _gives_way(sentence: str, written: tuple[Written, ...], place: int) -> bool:
    """Whether a date is the old one of "Monday is now Thursday"."""
    if place + 1 >= len(written):
        return False
    between = sentence[written[place].end : written[place + 1].start]
    return _BECOMES.fullmatch(between) is not None


def _takes_goods(clause: str) -> bool:
    """Whether a date beside a price is told of goods on their way, not of when the price begins."""
    return bool(
        REST.search(clause)
        or re.search(r"\b(?:deliver\w*|liefer\w*|livr\w*|entrega|levering|ship\w*)\b[^,;]*$", clause, re.I)
    )


def _agreed(promised: list[Fact], written: tuple[Written, ...]) -> Iterator[Fact]:
    """The promises, without a weekday that a full date in the same sentence makes plain ("Thursday, so 3 Dec")."""
    loose = {w.start for w in written if w.relative}
    full = [f.value for f in promised if f.start not in loose]
    for fact in promised:
        same_day = fact.start in loose and any(
            isinstance(d, date) and isinstance(fact.value, date) and d.weekday() == fact.value.weekday() for d in full
        )
        if not same_day:
            yield fact


def old_and_new(sentence: str, marks: Marks) -> tuple[int, int] | None:
    """The place where a sentence moves a date to a later one, or to one that it only sets against an old one."""
    if not asserts(sentence):
        return None
    written = tuple(islice(found(sentence, marks.sent, marks.day_first), DATES_MAX))
    new = [f for f in promises(sentence, written, priced=False) if f.field == "line.delivery_date"]
    for fact in new:
        old = [w for w in written if len(w.days) == 1 and w.start != fact.start and _set_against(sentence, written, w)]
        later = [w for w in old if isinstance(fact.value, date) and w.days[0] <= fact.value]
        if later:
            return min(fact.start, later[0].start), max(fact.end, later[0].end)
    return None


def _set_against(sentence: str, written: tuple[Written, ...], old: Written) -> bool:
    return _gives_way(sentence, written, written.index(old)) or (
        _REPLACED.search(sentence[max(0, old.start - NEAR_CHARS) : old.start]) is not None
    )
