"""What a letter says of money: what is open, disputed, held back or paid, and by when it is asked for.

Amounts are taken only in letters that are about such a thing, so that a price or a credit limit in passing is none.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from agents.read.dates import Written
from agents.read.intent_words import PATTERNS
from agents.read.text_facts import MONEY
from agents.read.text_promises import Fact, Marks, first_day
from agents.read.text_sentences import denied_at
from agents.read.units import currency
from core.claims import Intent

ABOUT = frozenset(
    (
        Intent.PAYMENT_REMINDER, Intent.STATEMENT_OF_ACCOUNT, Intent.REMITTANCE_ADVICE, Intent.DISPUTE, Intent.QUOTE,
        Intent.DISCONTINUED_ITEM,
    )
)  # fmt: skip
_PATTERNS = tuple((intent, pattern) for intent, pattern in PATTERNS if intent in ABOUT)
_OWED = re.compile(
    r"\b(?:invoices?|account|balance|amount|open|outstanding|overdue|due|unpaid|Rechnung\w*|Betrag|offen"
    r"|f\u00e4llig|facture"
    r"|montant|factura|importe|factuur|bedrag)\b",
    re.I,
)
_FEE = re.compile(r"(?:fee|interest|charges?|Mahngeb\u00fchr\w*|Zinsen|frais|gastos|kosten)\b[^.,;]{0,30}$", re.I)
_BALANCE = re.compile(
    r"\b(?:balance(?: due)?|total (?:outstanding|due|open)|outstanding(?: balance)?|saldo|solde)\b", re.I
)
_LEVELS = {
    Decimal(1): r"1st|first|1\.|erste", Decimal(2): r"2nd|second|2\.|zweite|deuxi\u00e8me|2\u00e8me|segundo|tweede",
    Decimal(3): r"3rd|third|3\.|dritte|troisi\u00e8me|tercer|derde",
}  # fmt: skip
_REMINDER = (
    r" (?:payment |und letzte )?(?:reminder|notice|Mahnung|Zahlungserinnerung|relance|rappel|aviso|herinnering"
    r"|aanmaning)"
)
_DEADLINE = re.compile(
    r"(?:\b(?:by|before|until|no later than|latest|bis(?: (?:zum|sp\u00e4testens(?: zum)?))?|sp\u00e4testens(?: "
    r"am)?|avant le"
    r"|antes del?|v\u00f3\u00f3r|voor|uiterlijk)\s*)$",
    re.I,
)
_PAY = re.compile(
    r"\b(?:pay\w*|paid|settle\w*|transfer\w*|remit\w*|zahl\w*|begleich\w*|\u00fcberweis\w*|einge(?:ht|hen)|eingang\w*"
    r"|r\u00e8gle\w*|r\u00e9gl\w*|paie\w*|pag\w*|abon\w*|betal\w*|over te maken|voldoen)\b",
    re.I,
)
_TERM = re.compile(r"\b(?:within|binnen|innerhalb|sous|dans|dentro|this week|diese)\b", re.I)
_CLAIMED = re.compile(
    r"\b(?:of|for|by|over|\u00fcber|von|um|de|en|van|ad)\s*(?:the amount of )?(?:[A-Z]{3}|[$\u20ac\u00a3])? ?$", re.I
)
_HELD_BACK = re.compile(
    r"\b(?:deduct\w*|less|minus|held back|abz\u00fcglich|Abzug|gek\u00fcrzt|d\u00e9duction|deducci\u00f3n|inhouding)"
    r"(?: \w+){0,2}\s*(?:[A-Z]{3}|[$\u20ac\u00a3])? ?$",
    re.I,
)
_SHORT = re.compile(
    r"\b(?:deduct\w*|difference|too (?:little|much)|short by|Differenz|zu wenig|abgezogen|gek\u00fcrzt|inferior"
    r"|diferencia|verschil"
    r"|diff\u00e9rence)\b",
    re.I,
)
_VALID = re.compile(r"\b(?:valid\w*|g\u00fcltig|gebunden|valable|v\u00e1lid\w*|geldig|holds?|open)\b", re.I)
_UNTIL = re.compile(
    r"\b(?:until|till|through|to|bis(?: zum)?|jusqu'au|hasta(?: el)?|tot(?: en met)?|accepted (?:by|until)|by)\s*$",
    re.I,
)
_LAST_ORDERS = re.compile(
    r"\b(?:last[- ](?:time )?(?:orders?|buy)|letzte Bestell\w+|derni\u00e8res commandes|\u00faltimos pedidos"
    r"|laatste bestelling\w*)\b",
    re.I,
)


def about(sentence: str) -> frozenset[Intent]:
    """What of money, offers and ends of goods a sentence is about, as far as its words show."""
    return frozenset(
        intent
        for intent, pattern in _PATTERNS
        if any(
            intent is Intent.DISPUTE or not denied_at(sentence, m.start(), m.end()) for m in pattern.finditer(sentence)
        )
    )


def told(sentence: str, marks: Marks, letter: frozenset[Intent], own: frozenset[Intent]) -> tuple[Fact, ...]:
    """What a sentence says of money. `letter` is what the whole letter is about, `own` what this sentence is."""
    facts: list[Fact] = []
    if letter & {Intent.PAYMENT_REMINDER}:
        facts += _reminder(sentence, marks)
    if letter & {Intent.STATEMENT_OF_ACCOUNT} and _BALANCE.search(sentence):
        facts += [Fact("statement.balance", *rest) for rest in _amounts(sentence, marks)][-1:]
    if letter & {Intent.REMITTANCE_ADVICE}:
        facts += _payment(sentence, marks, paid=bool(own & {Intent.REMITTANCE_ADVICE}))
    elif own & {Intent.DISPUTE} or (letter & {Intent.DISPUTE} and _SHORT.search(sentence)):
        claimed = [one for one in _amounts(sentence, marks) if _CLAIMED.search(sentence[max(0, one[1] - 30) : one[1]])]
        facts += [Fact("dispute.amount", *rest) for rest in claimed][-1:]
    if letter & {Intent.QUOTE} and (_VALID.search(sentence) or own & {Intent.QUOTE}):
        facts += _until(sentence, marks, "quote.valid_until")
    if _LAST_ORDERS.search(sentence):
        facts += _until(sentence, marks, "line.last_order_date")
    return tuple(facts)


def level(subject: str) -> Fact | None:
    """Which reminder this is: "2. Mahnung", "Second reminder"."""
    for value, words in _LEVELS.items():
        match = re.search(rf"(?<!\w)(?:{words}){_REMINDER}", subject, re.I)
        if match:
            return Fact("reminder.level", value, match.start(), match.end())
    return None


def _amounts(sentence: str, marks: Marks) -> list[tuple[Decimal, int, int, str | None]]:
    """Value, place and currency of each amount of money in a sentence."""
    amounts = []
    for match in MONEY.finditer(sentence):
        name = next(n for n in ("n1", "n2", "n3") if match[n])
        value = marks.value(match[name])
        if value is not None:
            amounts.append((value, match.start(name), match.end(name), currency(match[0])))
    return amounts


def _reminder(sentence: str, marks: Marks) -> Iterator[Fact]:
    """What is open and by when it shall be paid."""
    which = level(sentence)
    if which is not None:
        yield which
    if _OWED.search(sentence):
        owed = [one for one in _amounts(sentence, marks) if not _FEE.search(sentence[max(0, one[1] - 40) : one[1]])]
        yield from [Fact("invoice.open", *rest) for rest in owed][:1]
    if not _PAY.search(sentence):
        return

    def is_deadline(written: Written, before: str) -> bool:
        return bool(_DEADLINE.search(before) or (written.relative and _TERM.match(written.text)))

    yield from first_day("reminder.deadline", sentence, marks, is_deadline)


def _payment(sentence: str, marks: Marks, *, paid: bool) -> Iterator[Fact]:
    """What was paid and when, and what was held back of it."""
    amounts = _amounts(sentence, marks)
    held = [one for one in amounts if _HELD_BACK.search(sentence[max(0, one[1] - 40) : one[1]])]
    yield from [Fact("payment.deduction", *rest) for rest in held][:1]
    if not paid:
        return
    yield from [Fact("payment.amount", *rest) for rest in amounts if rest not in held][:1]
    yield from first_day("payment.date", sentence, marks, past=True)


def _until(sentence: str, marks: Marks, name: str) -> Iterator[Fact]:
    """The day until which something holds."""
    yield from first_day(name, sentence, marks, lambda _, before: _UNTIL.search(before[-30:]))
