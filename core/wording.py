"""How figures read in sentences, the same everywhere: $1,751.60, 1,080, 7.9%, 30 Nov 2026."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from core.canonical import text_of
from core.money import DECIMALS, rounded

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "CAD": "CA$"}


def amount(value: Decimal, currency: str) -> str:
    """An amount of money with its currency, in whole minor units: $1,751.60, SEK 12.00."""
    figure = plain_amount(abs(value), currency)
    sign = SIGNS.get(currency)
    minus = "−" if value < 0 else ""
    return f"{minus}{sign}{figure}" if sign else f"{minus}{currency} {figure}"


def plain_amount(value: Decimal, currency: str) -> str:
    """The figure alone, as it stands in a column: 1,751.60."""
    return f"{rounded(value, currency):,.{DECIMALS.get(currency, 2)}f}"


def price(value: Decimal) -> str:
    """A unit price: at least two decimals, more when it has them: 0.42, 0.0375."""
    decimals = max(2, -_exponent(value))
    return f"{value:,.{decimals}f}"


def quantity(value: Decimal) -> str:
    """A quantity without needless zeros: 1,080, 12.5."""
    whole, _, part = text_of(value).partition(".")
    return f"{int(whole):,}.{part}" if part else f"{int(whole):,}"


def percent(value: Decimal) -> str:
    """A percentage with one decimal where it needs one: 7.9%, 15%."""
    tenth = value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{text_of(tenth)}%"


def day(value: date) -> str:
    """A day: 30 Nov 2026."""
    return f"{value.day} {value:%b %Y}"


def hour(value: datetime) -> str:
    """An hour of a day: 14:12."""
    return f"{value:%H:%M}"


def plural(count: Decimal | int, one: str, many: str = "") -> str:
    """A count with its word: 1 piece, 120 pieces."""
    return f"{quantity(Decimal(count))} {one if count == 1 else many or one + 's'}"


def listed(parts: list[str]) -> str:
    """Parts in one sentence: a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _exponent(value: Decimal) -> int:
    _, _, part = text_of(value).partition(".")
    return -len(part)
