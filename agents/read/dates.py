"""Dates as people write them, in five languages; what could be two days stays open.

"11/12/2026" is the 11th of December or the 12th of November: `readings` gives both, `day` gives one only where the
order of day and month is known or only one reading is a date. Relative dates are counted from the day a mail was sent.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_MONTH_NAMES = (
    "january jan januar j\u00e4nner janvier janv enero ene januari gennaio janeiro stycznia ledna",
    "february feb februar f\u00e9vrier fevrier f\u00e9vr febrero februari febbraio fevereiro lutego \u00fanora",
    "march mar m\u00e4rz maerz mrz mars marzo maart mrt mar\u00e7o marts marca b\u0159ezna",
    "april apr avril avr abril abr aprile kwietnia dubna",
    "may mai mayo mei maj maggio maio maja kv\u011btna",
    "june jun juni juin junio giugno junho czerwca \u010dervna",
    "july jul juli juillet juil julio luglio julho lipca \u010dervence",
    "august aug ao\u00fbt aout agosto ago augustus augusti sierpnia srpna",
    "september sep sept septembre septiembre settembre setembro wrze\u015bnia z\u00e1\u0159\u00ed",
    "october oct oktober okt octobre octubre ottobre outubro pa\u017adziernika \u0159\u00edjna",
    "november nov novembre noviembre novembro listopadu",
    "december dec dezember dez d\u00e9cembre decembre d\u00e9c diciembre dic dicembre dezembro desember grudnia prosince",
)
MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_WEEKDAY_NAMES = (
    "monday montag lundi lunes maandag",
    "tuesday dienstag mardi martes dinsdag",
    "wednesday mittwoch mercredi mi\u00e9rcoles woensdag",
    "thursday donnerstag jeudi jueves donderdag",
    "friday freitag vendredi viernes vrijdag",
    "saturday samstag samedi s\u00e1bado zaterdag",
    "sunday sonntag dimanche domingo zondag",
)
WEEKDAYS = {name: number for number, names in enumerate(_WEEKDAY_NAMES) for name in names.split()}
_COUNTS = {
    word: number
    for number, words in enumerate(
        (
            "a an one ein einer einem eine un une een", "two zwei deux dos twee", "three drei trois tres drie",
            "four vier quatre cuatro", "five f\u00fcnf cinq cinco vijf", "six sechs seis zes",
        ),
        1,
    )
    for word in words.split()
}  # fmt: skip

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_WEEKDAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
_COUNT = "|".join(sorted(_COUNTS, key=len, reverse=True))
_THE_WEEK = (
    r"(?:of[ ]|der[ ]|de[ ]|van[ ])?(?P<nextof>next[ ]|n\u00e4chste[rn]?[ ]|kommende[rn]?[ ]|volgende[ ]|la[ "
    r"]pr\u00f3xima[ ])?"
    r"(?:the[ ]|this[ ]|diese[rn]?[ ]|deze[ ]|la[ ]|esta[ ])?(?:week|Woche|semana|semaine(?P<nextfr>[ ]prochaine)?)"
)
_THE_MONTH = (
    r"(?:of[ ]|des[ ]|de[ ]|du[ ]|van[ ])?(?:the[ ]|this[ ]|diese[sn][ ]|este[ ]|ce[ ]|deze[ ])?"
    r"(?P<nextmonth>next[ ]|n\u00e4chsten[ ]|kommenden[ ]|volgende[ ]|pr\u00f3ximo[ ])?"
    r"(?:month|Monats?|mois(?P<nextmois>[ ]prochain)?|mes|maand)"
)
_DATE = re.compile(
    rf"""(?<![\w])(?:
    (?P<iso>(?P<iy>\d{{4}})[-/.](?P<im>\d{{1,2}})[-/.](?P<id>\d{{1,2}}))(?![\w/-])
    |(?P<num>(?P<n1>\d{{1,2}})(?P<sep>[./-])[ ]?(?P<n2>\d{{1,2}})(?P=sep)[ ]?(?P<ny>\d{{4}}|\d{{2}}))(?![\w/-])
    |(?P<short>(?P<s1>\d{{1,2}})\.(?P<s2>\d{{1,2}})\.)(?!\d)
    |(?P<dm>(?P<dd>\d{{1,2}})(?:st|nd|rd|th|er|\.)?[ \n-]?(?:of[ ]|de[ ])?(?P<dmon>{_MONTH})\b\.?
        (?:,?[ -]?(?:de[ ]|del[ ])?(?P<dy>\d{{4}}|(?<=-)\d{{2}})(?!\d))?)
    |(?P<md>(?P<mmon>{_MONTH})\b\.?[ ](?P<mdd>\d{{1,2}})(?:st|nd|rd|th)?(?:[ ]?,?[ ](?P<my>\d{{4}}))?)(?![\w.,]*\d)
    |(?P<week>(?:KW|CW|(?:calendar[ ])?week|Kalenderwoche|semaine|semana)[ ]?
        (?:no\.?[ ])?(?P<kw>\d{{1,2}})(?:[ ]?/[ ]?(?P<ky>\d{{4}}))?)(?!\d)
    |(?P<span>(?:in|within|binnen|innerhalb[ ]von|dans|sous|en|dentro[ ]de|over)[ ](?P<count>\d{{1,2}}|{_COUNT})[ ]
        (?P<of>days?|tagen?|jours?|d[i\u00ed]as?|dagen|weeks?|wochen?|semaines?|semanas?|weken))\b
    |(?P<day>(?P<nextday>next[ ]|n\u00e4chsten?[ ])?(?:kommenden?[ ]|this[ ]|coming[ ]|diesen?[ ])?
        (?P<wd>{_WEEKDAY}))\b(?![ ]?,?[ ](?:der[ ]|den[ ]|dem[ ]|the[ ])?\d)
    |(?P<end>(?:the[ ])?(?:end|Ende|fin|finales|eind)[ ](?:of[ ]|de[ ]|des[ ]|van[ ])?(?:
        (?P<endweek>{_THE_WEEK})|(?P<endmonth>{_THE_MONTH})
        |(?P<endyear>(?:the[ ]|des[ ]|l'|del?[ ])?(?:year|Jahres|ann\u00e9e|a\u00f1o|jaar))
        |(?P<emon>{_MONTH})(?:[ ](?:de[ ])?(?P<ey>\d{{4}}))?)\b
        |(?P<compound>Monatsende|month[ -]end|Jahresende|year[ -]end))
    |(?P<mid>(?:mid|Mitte|mi|mediados|medio|half)[ -](?:of[ ]|de[ ])?(?P<midmon>{_MONTH})\b
        (?:[ ](?:de[ ])?(?P<midy>\d{{4}}))?)
    |(?P<past>(?P<today>today|heute|aujourd'hui|hoy|vandaag)|yesterday|gestern|ayer|gisteren)\b
    |(?P<aftertomorrow>(?:the[ ])?day[ ]after[ ]tomorrow|\u00fcbermorgen|apr\u00e8s-demain|pasado[ ]ma\u00f1ana|overmorgen)\b
    |(?P<tomorrow>tomorrow|(?<!guten[ ])morgen|demain|(?<!la[ ])ma\u00f1ana)\b
    |(?P<sometime>(?P<nextweek>(?:next|following|coming)[ ]week|(?:n\u00e4chste[rn]?|kommende[rn]?)[ ]Woche
            |semaine[ ]prochaine|pr\u00f3xima[ ]semana|semana[ ](?:que[ ]viene|pr\u00f3xima)|volgende[ ]week)
        |this[ ]week|diese[rn]?[ ]Woche|cette[ ]semaine|esta[ ]semana|deze[ ]week)\b
    )""",
    re.I | re.X,
)
YEARS = range(1990, 2100)


@dataclass(frozen=True, slots=True)
class Written:
    """One date as it stands in a text, with every day it may mean."""

    start: int
    end: int
    text: str
    days: tuple[date, ...]
    relative: bool = False


def found(text: str, sent: date | None, day_first: bool | None = None, *, past: bool = False) -> Iterator[Written]:
    """Every date in a text, left to right. Relative ones and those without a year need `sent`, else they are no date.

    `day_first` is the document's order of day and month in numbers, where known. `past` takes "today" and "yesterday" too,
    which tell when something was done and promise nothing.
    """
    for match in _DATE.finditer(text):
        if match["past"] and not past:
            continue
        days = _days(match, sent, day_first)
        if days:
            relative = any(
                match[name]
                for name in ("week", "span", "day", "tomorrow", "aftertomorrow", "past", "sometime", "end", "mid")
            )
            yield Written(match.start(), match.end(), match[0], days, relative)


def dates_in(text: str, sent: date | None) -> list[date]:
    """Every day that any date in a text may mean, in the text's order."""
    return list(dict.fromkeys(day for written in found(text, sent, past=True) for day in written.days))


def day(written: str, sent: date | None = None, day_first: bool | None = None) -> date | None:
    """The one day a written date means; None when it holds none or could mean two."""
    first = next(found(written, sent, day_first), None)
    return first.days[0] if first and len(first.days) == 1 else None


def day_comes_first(texts: Iterable[str]) -> bool | None:
    """Whether a document writes the day before the month in numbers; None when its dates do not show it."""
    seen: set[bool] = set()
    for text in texts:
        for match in _DATE.finditer(text):
            if not match["num"]:
                continue
            first, second = int(match["n1"]), int(match["n2"])
            if match["sep"] == "." or first > 12 >= second:
                seen.add(True)
            elif second > 12 >= first:
                seen.add(False)
    return seen.pop() if len(seen) == 1 else None


def _days(match: re.Match[str], sent: date | None, day_first: bool | None) -> tuple[date, ...]:
    if match["iso"]:
        return _made(int(match["iy"]), int(match["im"]), int(match["id"]))
    if match["num"]:
        return _numeric(match, day_first)
    if match["short"]:
        return _nearest(int(match["s2"]), int(match["s1"]), sent)
    if match["dm"]:
        return _named(match["dmon"], match["dd"], match["dy"], sent)
    if match["md"]:
        return _named(match["mmon"], match["mdd"], match["my"], sent)
    if sent is None:
        return ()
    return _of_an_interval(match, sent) if match["end"] or match["mid"] else _relative(match, sent)


def _numeric(match: re.Match[str], day_first: bool | None) -> tuple[date, ...]:
    """Day, month and year in numbers. A point between them means the day comes first, as everywhere it is written."""
    first, second = int(match["n1"]), int(match["n2"])
    year = _year(match["ny"])
    if match["sep"] == ".":
        return _made(year, second, first)
    both = dict.fromkeys(_made(year, second, first) + _made(year, first, second))
    if len(both) > 1 and day_first is not None:
        return _made(year, second, first) if day_first else _made(year, first, second)
    return tuple(both)


def _named(month: str, day_of_month: str, year: str | None, sent: date | None) -> tuple[date, ...]:
    number = MONTHS[month.casefold()]
    return _made(_year(year), number, int(day_of_month)) if year else _nearest(number, int(day_of_month), sent)


def _year(written: str) -> int:
    return int(written) + 2000 if len(written) == 2 else int(written)


def _made(year: int, month: int, day_of_month: int) -> tuple[date, ...]:
    if year not in YEARS:
        return ()
    try:
        return (date(year, month, day_of_month),)
    except ValueError:
        return ()


def _nearest(month: int, day_of_month: int, sent: date | None) -> tuple[date, ...]:
    """A day without a year: the one nearest to the day the mail was sent."""
    if sent is None:
        return ()
    days = [d for year in (sent.year - 1, sent.year, sent.year + 1) for d in _made(year, month, day_of_month)]
    return (min(days, key=lambda d: abs((d - sent).days)),) if days else ()


def _relative(match: re.Match[str], sent: date) -> tuple[date, ...]:
    if match["sometime"]:  # a promise for a week is kept until its Friday
        return (sent + timedelta(days=4 - sent.weekday() + (7 if match["nextweek"] else 0)),)
    if match["past"]:
        return (sent if match["today"] else sent - timedelta(days=1),)
    if match["aftertomorrow"]:
        return (sent + timedelta(days=2),)
    if match["tomorrow"]:
        return (sent + timedelta(days=1),)
    if match["span"]:
        written = match["count"].casefold()
        count = int(written) if written.isdigit() else _COUNTS[written]
        weeks = match["of"].casefold()[0] in "ws"
        return (sent + timedelta(days=count * (7 if weeks else 1)),)
    if match["week"]:
        return _week(int(match["kw"]), int(match["ky"]) if match["ky"] else None, sent)
    weekday = WEEKDAYS[match["wd"].casefold()]
    first = sent + timedelta(days=(weekday - sent.weekday()) % 7 or 7)
    if match["nextday"] and weekday > sent.weekday():  # "next Friday", said on a Thursday, is tomorrow or in a week
        return first, first + timedelta(days=7)
    return (first,)


def _of_an_interval(match: re.Match[str], sent: date) -> tuple[date, ...]:
    """The middle of a month is its 15th and the end its last day, as \u00a7 192 BGB says; a week ends on its Friday. The
    beginning of anything is no day."""
    if match["mid"]:
        return _named(match["midmon"], "15", match["midy"], sent)
    compound = (match["compound"] or "").casefold()
    if match["endweek"]:
        return (sent + timedelta(days=4 - sent.weekday() + (7 if match["nextof"] or match["nextfr"] else 0)),)
    if match["endyear"] or compound in ("jahresende", "year-end", "year end"):
        return (date(sent.year, 12, 31),)
    if match["emon"]:
        named = _named(match["emon"], "1", match["ey"], sent)
        return tuple(_last_day(day_) for day_ in named)
    later = match["nextmonth"] or match["nextmois"]
    return (_last_day(_last_day(sent) + timedelta(days=1)) if later else _last_day(sent),)


def _last_day(day_: date) -> date:
    """The last day of a day's month."""
    return (day_.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _week(number: int, year: int | None, sent: date) -> tuple[date, ...]:
    """A promise for a week is kept until its Friday. Without a year, the week nearest to the sending day."""
    days: list[date] = []
    for candidate in (year,) if year else (sent.year - 1, sent.year, sent.year + 1):
        try:
            days.append(date.fromisocalendar(candidate, number, 5))
        except ValueError:
            continue
    return (min(days, key=lambda d: abs((d - sent).days)),) if days else ()
