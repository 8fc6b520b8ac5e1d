"""Whether a paper writes the day before the month, by evidence: its own dates, else its language, else its country.

"01/02/2026" is the first of February wherever German, French, Spanish, Dutch, Italian, Polish or a Nordic language is
written. English alone says nothing: a United States address, state tax or employer number says month first, a British,
Irish, Indian, Australian or other number of a tax register says day first. Evidence for both, or for neither, leaves the
order open.
"""

import re
from collections.abc import Sequence

from agents.read import dates

WORDS_MIN = 3
"""Words of languages that put the day first which a paper needs before they speak for it."""
_DAY_FIRST_NAMES = (
    "rechnung rechnungsnummer rechnungsdatum datum betrag menge einzelpreis gesamtpreis gesamtbetrag mwst ust bezeichnung "
    "facture désignation quantité prix montant tva échéance règlement client siret émetteur livraison commande "
    "factura cantidad precio importe iva fecha vencimiento cliente descripción pedido nif cif "
    "factuur factuurnummer factuurdatum aantal omschrijving bedrag btw totaal vervaldatum klantnummer "
    "fattura quantità prezzo importo imponibile descrizione totale scadenza partita "
    "fatura quantidade preço valor descrição nif vencimento "
    "faktura fakturanummer fakturadatum fakturadato antal belopp moms beløb forfaldsdato mva beskrivelse "
    "sprzedawca nabywca ilość cena wartość brutto netto płatności "
    "dodavatel odběratel množství celkem splatnosti dph lasku päiväys määrä yhteensä"
)
_DAY_FIRST = frozenset(_DAY_FIRST_NAMES.split())
_MONTH_FIRST = re.compile(
    r"(?i:\bUnited States\b|\bU\.?S\.?A\b|\bEIN\b[:# ]*\d{2}-\d{7}|\bsales tax\b)"
    r"|[^\W\d_],? (?:A[KLRZ]|C[AOT]|DC|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]"
    r"|W[AIVY]) \d{5}(?:-\d{4})?\b"
)
_DAY_FIRST_NUMBERS = re.compile(
    r"\bGSTIN\b|\bABN\b[: ]*\d{2} ?\d{3}|\bVAT\b.{0,16}\b(?:GB|IE|XI|MT|CY)\s?\d|\bGST (?:Number|No|Reg)"
    r"|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\bsort code\b|\bUnited Kingdom\b|\bPAN\b[: ]*[A-Z]{5}\d{4}[A-Z]\b"
)


def day_order(texts: Sequence[str]) -> bool | None:
    """True where the day comes first, False where the month does, None where the lines of a paper do not show it."""
    shown = dates.day_comes_first(texts)
    if shown is not None or _both_shown(texts):
        return shown
    month_first = any(_MONTH_FIRST.search(text) for text in texts)
    words = {word for text in texts for word in re.findall(r"[^\W\d_]+", text.casefold())}
    day_first = len(words & _DAY_FIRST) >= WORDS_MIN or any(_DAY_FIRST_NUMBERS.search(text) for text in texts)
    return day_first if day_first != month_first else None


def _both_shown(texts: Sequence[str]) -> bool:
    """Whether a paper writes numeric dates in both orders: then nothing else may decide."""
    each = {dates.day_comes_first((text,)) for text in texts}
    return {True, False} <= each
