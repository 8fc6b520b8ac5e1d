"""Sentences that ask or announce: other payment details, a price change, goods replaced or no longer made."""

import re
from collections.abc import Iterator

from agents.read.text_moods import asks
from agents.read.text_promises import Fact, Marks, first_day
from agents.read.text_sentences import denied_at

_BANK = re.compile(
    r"\b(?:bank(?:ing)?(?: details| account| data| information)?|(?:new|other|different|updated"
    r"|following) (?:\w+ )?account|account (?:number|details)|IBAN|BIC|SWIFT|payment details|remit\w* (?:to"
    r"|details|address)"
    r"|routing number|Bankverbindung|Bankdaten|Bankkonto|Konto(?:nummer|verbindung|daten)?"
    r"|coordonn\u00e9es bancaires|compte bancaire|RIB|cuenta(?: bancaria)?|datos bancarios|bankrekening"
    r"|rekeningnummer|bankgegevens)\b",
    re.I,
)
_OTHER = re.compile(
    r"\b(?:new|chang\w*|updat\w*|different|switch\w*|mov\w+|replac\w*|from now on|future|henceforth|no longer"
    r"|instead|effective|neu\w*|ge\u00e4nder\w*|\u00e4nder\w*|aktualisier\w*|k\u00fcnftig\w*|ab sofort"
    r"|zuk\u00fcnftig\w*"
    r"|nouve\w+|chang\u00e9\w*|d\u00e9sormais|modifi\w*|nuev\w+|cambi\w*|nieuw\w*|gewijzigd|voortaan)\b",
    re.I,
)
_UNCHANGED = re.compile(
    r"\b(?:not changed|unchanged|no change\w*|have not|has not|never change"
    r"|will not change|nicht ge\u00e4ndert|unver\u00e4ndert|keine \u00c4nderung\w*"
    r"|never ask|did not)\b",
    re.I,
)
_PRICE = re.compile(
    r"\b(?:pric\w*|bill(?:ed)?|charged?|invoice(?= \d+ ?%)|preis\w*|berechne\w*|prix|tarif\w*|precio\w*|prij[sz]\w*"
    r"|surcharge|zuschlag)\b",
    re.I,
)
_CHANGE = re.compile(
    r"\b(?:as of|effective|from \d|new price|increas\w*|rais\w*|adjust\w*|chang\w*|will be|go(?:es)? up"
    r"|ris(?:e\w*|ing)|higher|dearer|more expensive|\d ?% (?:more|up|mehr)|teurer|h\u00f6her|ab (?:dem )?\d"
    r"|erh\u00f6h\w*|steig\w*|anpass\w*|neue[rn]? preis\w*|angepasst|\u00e4nder\w*"
    r"|augment\w*|nouveau(?:x)? prix|hausse|pass(?:e|ent|era) (?:\u00e0|de)|au lieu de|aument\w*|sub(?:e|en|ida"
    r"|ir\w*)|nuevos? precio\w*"
    r"|en lugar de|verho\w*|nieuwe prij\w*|stij\w*|in plaats van|gilt|gelten|instead of|statt)\b",
    re.I,
)
_NEW_FOR_OLD = re.compile(
    r"(?:(?P<sign>EUR|USD|GBP|CHF|[$\u20ac\u00a3]) ?)?(?P<new>\d+[.,]\d{2,4})(?![\d.,]*\d)(?P<after> ?(?:EUR"
    r"|USD|GBP|CHF|[$\u20ac\u00a3]))?"
    r"(?: (?:each|apiece|a piece|(?:per|je|pro|par|la|das) \w+))?,?"
    r" (?:instead of|rather than|not|statt|anstatt|anstelle von|au lieu de|en lugar de|en vez de|in plaats van)"
    r" (?:the (?:old )?)?(?:EUR |USD |GBP |CHF |[$\u20ac\u00a3] ?)?\d+[.,]\d{2,4}(?![\d.,]*\d)",
    re.I,
)
""" "2.05 instead of 1.85": two amounts with cents are prices; quantities have none."""
_GOES_UP = re.compile(r"\bgo(?:es|ing)? up (?:to|by) (?:[A-Z]{3} ?|[$€£] ?)?\d+(?:[.,]\d+)?(?: ?%)?", re.I)
_DEARER = re.compile(
    r"\b(?:bill|charge|invoice|cost|berechnen|verrechnen|facturons|facturamos"
    r"|rekenen)\w*\b[^.;]{0,30}?\d+(?:[.,]\d+)? ?(?:%|percent|Prozent)"
    r" (?:more|higher|extra|mehr|de plus|plus|m\u00e1s|meer)\b",
    re.I,
)
_PAPER = re.compile(
    r"\W+(?:(?:our|the|your|unsere|die|Ihre|la|notre|onze|de|by)\W+){0,2}(?:invoice|Rechnung"
    r"|facture|factura|factuur|letter"
    r"|message|mail|confirmation|Best\u00e4tigung|Auftragsbest\u00e4tigung|list|Preisliste|delivery note"
    r"|Lieferschein|account|bank|IBAN)\b",
    re.I,
)
"""What is replaced is a paper, not goods."""
_OFFERS = r"(?:offer|propos|suggest|supply|send|deliver|anbiet|biet|liefer|ofrec|bied|aanbied)\w*"
_PERCENT = re.compile(
    r"(?<![\w.,])(?P<n>\d{1,3}(?:[.,]\d{1,3})?) ?(?:%|percent\b|per cent\b|Prozent\b|pour ?cent\b|procent\b)", re.I
)
_LOWER = re.compile(
    r"\b(?:reduc\w*|lower\w*|decreas\w*|cut\w*|cheaper|less|senk\w*|gesenkt|g\u00fcnstiger|billiger|bais\w*"
    r"|baj\w*|dal\w*"
    r"|daal\w*|verlag\w*)\b",
    re.I,
)
_SO_FAR = re.compile(
    r"(?:so far|until now|bisher|instead of|statt|from|von|previously|au lieu de|tax|VAT|MwSt\.?)\s*$", re.I
)
_FROM = re.compile(
    r"\b(?:from|as of|as from|effective(?: from)?|with effect from|starting|takes? effect on|ab(?: dem)?|zum|per"
    r"|mit Wirkung vom"
    r"|\u00e0 partir du|a partir del?|desde el|vanaf|met ingang van)\s*$",
    re.I,
)
_STATUS = (
    ("substituted", re.compile(r"\b(?:substitut\w*|replaced (?:by|with)|replacement for|as (?:an? )?replacement"
            rf"|{_OFFERS}[^.]{{0,60}}(?:alternativ\w*|equivalent)|(?:alternativ\w*|equivalent)[^.]{{0,60}}{_OFFERS}"
            r"|offer (?:you )?instead|(?:would|could) you (?:take|accept)\b[^.?]{0,40}\binstead|successor|Nachfolger\w*"
            r"|(?<!um )Ersatz(?!lieferung|teil)\w*|ersetzt|ersatzweise|remplac\w*|sustitu\w*|vervang\w*)\b", re.I)),
    ("discontinued", re.compile(r"\b(?:discontinued|no longer (?:available|produced|made|manufactured)"
            r"|end of life|obsolete|phased out|nicht mehr (?:lieferbar|verf\u00fcgbar|hergestellt)|abgek\u00fcndigt"
            r"|ausgelaufen|eingestellt|arr\u00eat\u00e9e?s?|n'est plus (?:fabriqu|disponible|produit)\w*"
            r"|descatalogad\w*"
            r"|niet meer leverbaar)\b", re.I)),
    ("rejected", re.compile(r"\b(?:cannot (?:supply|deliver|accept)|unable to (?:supply|deliver)"
                            r"|k\u00f6nnen wir nicht (?:liefern|annehmen)|out of stock|ausverkauft)\b", re.I)),
    ("backordered", re.compile(r"\b(?:back-?order(?:ed)?|on backorder|im R\u00fcckstand)\b", re.I)),
)  # fmt: skip
_NO_STATUS = re.compile(r"\b(?:no|not|without|kein\w*|nicht)\s+(?:\w+\s+)?$", re.I)


def bank_change(sentence: str) -> bool:
    """Whether a sentence asks to pay to other details than before. Denials ("have not changed") do not."""
    return bool(_BANK.search(sentence) and _OTHER.search(sentence)) and not _UNCHANGED.search(sentence)


def price_notice(sentence: str) -> bool:
    """Whether a sentence announces another price."""
    if asks(sentence):
        return False
    if _NEW_FOR_OLD.search(sentence) or _DEARER.search(sentence) or _GOES_UP.search(sentence):
        return True
    price = _PRICE.search(sentence)
    change = _CHANGE.search(sentence)
    return bool(price and change) and not any(m and denied_at(sentence, m.start(), m.end()) for m in (price, change))


def price_facts(sentence: str, marks: Marks) -> Iterator[Fact]:
    """By how many percent prices change, and from when others hold, in a sentence that announces it."""
    lower = -1 if _LOWER.search(sentence) else 1
    for match in _PERCENT.finditer(sentence):
        value = marks.value(match["n"])
        if value is not None and not _SO_FAR.search(sentence[max(0, match.start() - 40) : match.start()]):
            yield Fact("price.change_percent", lower * value, match.start("n"), match.end("n"))
            break
    yield from first_day("price.valid_from", sentence, marks, lambda _, before: _FROM.search(before[-30:]))


def statuses(sentence: str) -> tuple[tuple[str, int, int], ...]:
    """What becomes of goods ("discontinued", "substituted"), each with the place and length of the words that say so."""
    found: list[tuple[int, str, int]] = []
    for status, pattern in _STATUS:
        match = pattern.search(sentence)
        if (
            match
            and not _NO_STATUS.search(sentence[max(0, match.start() - 60) : match.start()])
            and not _PAPER.match(sentence, match.end())
        ):
            found.append((match.start(), status, len(match[0])))
    return tuple((status, start, length) for start, status, length in sorted(found))
