"""Units of quantity and currencies as written, under the names the vocabulary uses (`pcs`, `box`, `kg`; ISO 4217)."""

import re

_NAMES = {
    "pcs": "pcs pc pce piece pieces ea each unit units stk st st\u00fcck stck stueck pi\u00e8ce pi\u00e8ces pz pza "
    "pieza piezas unidad unidades ud uds stuks stuk h87 c62 nos",
    "box": "box boxes karton kartons schachtel schachteln carton cartons bo\u00eete bo\u00eetes caja cajas doos dozen",
    "pack": "pack packs pkg package packages pkt packung packungen paket pakete paquet paquets paquete paquetes pak",
    "kg": "kg kgs kilogram kilograms kilogramm kilo kilos",
    "g": "g gram grams gramm",
    "t": "t to tonne tonnes tonnen",
    "m": "m metre metres meter meters mtr lfm m\u00e8tre m\u00e8tres metro metros",
    "l": "l ltr litre litres liter liters litro litros",
    "h": "h hr hrs hour hours std stunde stunden heure heures hora horas uur hur",
    "day": "day days tag tage jour jours d\u00eda d\u00edas dag dagen",
    "roll": "roll rolls rolle rollen rouleau rouleaux rollo rollos rol",
    "pair": "pair pairs paar paare paire paires par pares",
    "set": "set sets satz s\u00e4tze",
    "pallet": "pallet pallets palette paletten palettes palet palets",
}
UNITS = {written: unit for unit, names in _NAMES.items() for written in names.split()}
UNIT = "|".join(sorted((re.escape(name) for name in UNITS), key=len, reverse=True))
"""All units as alternatives of a pattern, longest first."""

_SIGNS = {"$": "USD", "US$": "USD", "\u20ac": "EUR", "\u00a3": "GBP", "FR.": "CHF", "\u20b9": "INR", "Z\u0141": "PLN"}
_CODES = (
    "USD",
    "EUR",
    "GBP",
    "CHF",
    "CAD",
    "SEK",
    "DKK",
    "NOK",
    "PLN",
    "CZK",
    "JPY",
    "AUD",
    "INR",
    "NZD",
    "HUF",
    "RON",
)
CURRENCY = re.compile(
    rf"(?<![A-Za-z])(?:{'|'.join(_CODES)})(?![A-Za-z])|US\$|[$\u20ac\u00a3\u20b9]"
    r"|(?<!\w)z\u0142(?!\w)|(?<!\w)Euro?s?\b",
    re.I,
)


def unit(written: str) -> str | None:
    """The unit under its own name, the word as written when it is not known, None for nothing."""
    bare = written.strip().strip(".()").casefold()
    return UNITS.get(bare, written.strip() or None)


def currency(text: str) -> str | None:
    """The one currency a text names, as ISO 4217; None when it names none or several."""
    codes = {_code(match[0]) for match in CURRENCY.finditer(text)}
    return codes.pop() if len(codes) == 1 else None


def _code(written: str) -> str:
    upper = written.upper()
    return "EUR" if upper.startswith("EUR") else _SIGNS.get(upper, upper)
