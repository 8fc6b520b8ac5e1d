"""A business paper as data: who issues it, its lines, what it adds up to, and its labels in five languages. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")
BUYER = ("Harbor & Pine Supply", "2400 Harbor Way", "Portland OR 97210, USA")

ADDRESSES = {
    "S-1001": "Industriestr. 14 · 10115 Berlin",
    "S-1002": "88 Mill Road · Portland OR 97217",
    "S-1003": "5 Foundry Way · Reno NV 89502",
    "S-1004": "Kaien 3 · 5003 Bergen",
    "S-1005": "12 Dock St · Tacoma WA 98402",
    "S-1006": "40 Paper Mill Lane · Spokane WA 99201",
    "S-1007": "Verkstadsgatan 9 · 721 30 Västerås",
    "S-1008": "Hammerweg 3 · 42103 Wuppertal",
    "S-1009": "8 rue des Tanneurs · 69001 Lyon",
    "S-1010": "77 Bay St · Olympia WA 98501",
    "S-1011": "Kade 12 · 1013 AB Amsterdam",
    "S-1012": "Calle Mayor 5 · 28013 Madrid",
    "S-1013": "610 Quarry Rd · Olympia WA 98512",
    "S-1014": "19 Timber Row · Eugene OR 97402",
    "S-1015": "2 Belt St · Reno NV 89501",
    "S-1016": "Ringstr. 40 · 70173 Stuttgart",
}
"""Where the made-up suppliers would be: street names of nowhere in towns that exist."""

TITLES = {
    "invoice": ("Invoice", "Rechnung", "Facture", "Factura", "Factuur"),
    "correction": ("Corrected invoice", "Korrigierte Rechnung", "Facture rectificative", "Factura rectificativa", "Gecorrigeerde factuur"),
    "credit_note": ("Credit note", "Gutschrift", "Avoir", "Nota de crédito", "Creditnota"),
    "confirmation": ("Order confirmation", "Auftragsbestätigung", "Confirmation de commande", "Confirmación de pedido", "Orderbevestiging"),
    "delivery_note": ("Delivery note", "Lieferschein", "Bon de livraison", "Albarán", "Pakbon"),
}  # fmt: skip
WORDS = {
    "date": ("Date", "Datum", "Date", "Fecha", "Datum"),
    "order": ("Your order", "Ihre Bestellung", "Votre commande", "Su pedido", "Uw order"),
    "despatch": ("Delivery note", "Lieferschein", "Bon de livraison", "Albarán", "Pakbon"),
    "preceding": ("For invoice", "Zu Rechnung", "Facture d'origine", "Factura original", "Bij factuur"),
    "bill_to": ("Bill to", "Rechnungsempfänger", "Facturé à", "Facturar a", "Factuuradres"),
    "code": ("Item no.", "Art.-Nr.", "Référence", "Referencia", "Artikelnr."),
    "text": ("Description", "Bezeichnung", "Désignation", "Descripción", "Omschrijving"),
    "quantity": ("Qty", "Menge", "Quantité", "Cantidad", "Aantal"),
    "unit": ("Unit", "Einheit", "Unité", "Unidad", "Eenheid"),
    "price": ("Price", "Einzelpreis", "Prix unitaire", "Precio", "Prijs"),
    "amount": ("Amount", "Betrag", "Montant", "Importe", "Bedrag"),
    "when": ("Delivery", "Liefertermin", "Livraison", "Entrega", "Levering"),
    "net": ("Net total", "Nettobetrag", "Total HT", "Base imponible", "Totaal excl. btw"),
    "tax": ("VAT", "MwSt.", "TVA", "IVA", "Btw"),
    "total": ("Total", "Gesamtbetrag", "Total", "Total", "Totaal"),
    "terms": ("Net 30 days", "Zahlbar innerhalb von 30 Tagen netto", "Paiement à 30 jours", "Pago a 30 días", "Betaling binnen 30 dagen"),
    "carried": ("Carried forward", "Übertrag", "Report", "Suma y sigue", "Transport"),
    "account": ("Account", "Konto", "Compte", "Cuenta", "Rekening"),
}  # fmt: skip
LANGUAGES = ("en", "de", "fr", "es", "nl")
DAY = {"en": "%d %b %Y", "de": "%d.%m.%Y", "fr": "%d/%m/%Y", "es": "%d/%m/%Y", "nl": "%d-%m-%Y"}
UNITS = {"de": {"pcs": "Stk"}, "es": {"pcs": "uds"}, "nl": {"pcs": "st"}}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line. `billed` is the amount on the paper where that is not quantity by price."""

    code: str
    text: str
    quantity: Decimal
    price: Decimal
    unit: str = "pcs"
    day: date | None = None
    billed: Decimal | None = None

    @property
    def amount(self) -> Decimal:
        """What the paper says the line comes to."""
        return self.billed if self.billed is not None else cents(self.quantity * self.price)


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What stands on a paper. `total_said` is a total that the paper gets wrong; `ordered` is what 855s refer to."""

    kind: str
    issuer: str
    address: str
    number: str
    day: date
    lines: tuple[Line, ...]
    lang: str = "en"
    order: str = ""
    despatch: str = ""
    preceding: str = ""
    charges: tuple[tuple[str, Decimal], ...] = ()
    tax_rate: Decimal = Decimal(0)
    tax_name: str = ""
    currency: str = "USD"
    total_said: Decimal | None = None
    terms: str = ""
    account: str = ""
    tax_id: str = ""
    ordered: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Its name in its language."""
        return TITLES[self.kind][LANGUAGES.index(self.lang)]

    @property
    def priced(self) -> bool:
        """Delivery notes name no prices."""
        return self.kind != "delivery_note"

    @property
    def net(self) -> Decimal:
        """Lines and charges."""
        return sum((line.amount for line in self.lines), Decimal(0)) + sum((a for _, a in self.charges), Decimal(0))

    @property
    def tax(self) -> Decimal:
        """Tax on the net total."""
        return cents(self.net * self.tax_rate / 100)

    @property
    def total(self) -> Decimal:
        """The total as the paper says it."""
        return self.total_said if self.total_said is not None else self.net + self.tax

    def word(self, key: str) -> str:
        """A label in its language."""
        if key == "tax" and self.tax_name:
            return self.tax_name
        return WORDS[key][LANGUAGES.index(self.lang)]

    def money(self, value: Decimal, places: int = 2) -> str:
        """A figure in its notation."""
        return self._noted(f"{value:,.{places}f}")

    def price(self, value: Decimal) -> str:
        """A price with as many places as it has, two at least."""
        return self.money(value, max(2, -int(value.as_tuple().exponent)))

    def count(self, value: Decimal) -> str:
        """A quantity in its notation."""
        return self._noted(f"{value.normalize():,f}")

    def unit(self, unit: str) -> str:
        """A unit in its language."""
        return UNITS.get(self.lang, {}).get(unit, unit)

    def written(self, day: date | None) -> str:
        """A day in its notation."""
        return day.strftime(DAY[self.lang]).lstrip("0") if day else ""

    def facts(self) -> list[tuple[str, str]]:
        """Label and value of the head, those that there are."""
        label = TITLES["invoice" if self.kind == "correction" else self.kind][LANGUAGES.index(self.lang)]
        rows = [
            (label, self.number),
            (self.word("date"), self.written(self.day)),
            (self.word("order"), self.order),
            (self.word("despatch"), self.despatch),
            (self.word("preceding"), self.preceding),
        ]
        return [(label, value) for label, value in rows if value]

    def totals(self) -> list[tuple[str, str]]:
        """Label and value of the foot."""
        if not self.priced:
            return []
        rows = [(f"{self.word('total')} {self.currency}", self.money(self.total))]
        if self.tax_rate:
            rate = f"{self.word('tax')} {self._noted(f'{self.tax_rate.normalize():f}')}%"
            rows = [(self.word("net"), self.money(self.net)), (rate, self.money(self.tax)), *rows]
        return rows

    def columns(self) -> list[str]:
        """Which columns its table has."""
        names = ["code", "text", "quantity", "unit", *(["price", "amount"] if self.priced else [])]
        return [*names, "when"] if any(line.day for line in self.lines) else names

    def cells(self, line: Line) -> dict[str, str]:
        """A line as it is printed."""
        return {
            "code": line.code, "text": line.text, "quantity": self.count(line.quantity), "unit": self.unit(line.unit),
            "price": self.price(line.price), "amount": self.money(line.amount), "when": self.written(line.day),
        }  # fmt: skip

    def charge_cells(self, reason: str, amount: Decimal) -> dict[str, str]:
        """A charge as it is printed between the lines."""
        figure = self.money(amount)
        return {"code": "", "text": reason, "quantity": "1", "unit": "", "price": figure, "amount": figure, "when": ""}

    def notes(self) -> list[str]:
        """Terms and the account, below the totals."""
        if self.kind not in ("invoice", "correction"):
            return [self.terms] if self.terms else []
        account = [f"{self.word('account')}: {self.account}"] if self.account else []
        return [self.terms or self.word("terms"), *account]

    def _noted(self, text: str) -> str:
        if self.lang == "en":
            return text
        return text.translate(str.maketrans(",.", "\u00a0," if self.lang == "fr" else ".,"))


def cents(value: Decimal) -> Decimal:
    """To the cent, half up."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def paper_of(spec: Mapping[str, Any], supplier: Mapping[str, Any], names: Mapping[str, str]) -> Paper:
    """A paper from its entry in the letters, its issuer's row and what the issuer calls his items."""
    number = supplier.get("number", "")
    lines = tuple(_line(text, names) for text in spec.get("lines", ())) or _consignments(spec["consignments"])
    return Paper(
        kind=spec["kind"],
        issuer=spec.get("issuer", supplier.get("name", "")),
        address=spec.get("address", ADDRESSES.get(number, "")),
        number=str(spec["number"]),
        day=spec["date"],
        lines=lines,
        lang=spec.get("lang", "en"),
        order=spec.get("order", ""),
        despatch=spec.get("despatch", ""),
        preceding=spec.get("preceding", ""),
        charges=tuple((reason, Decimal(amount)) for reason, amount in spec.get("charges", ())),
        tax_rate=Decimal(spec.get("tax_rate", "0")),
        tax_name=spec.get("tax_name", ""),
        currency=spec.get("currency", "USD"),
        total_said=Decimal(spec["total"]) if "total" in spec else None,
        terms=spec.get("terms", ""),
        tax_id=supplier.get("tax_id", ""),
        ordered={code: Decimal(value) for code, value in spec.get("ordered", {}).items()},
    )


def _line(text: str, names: Mapping[str, str]) -> Line:
    """ "KF-M8X40 1200 0.42 [unit] [day] [amount] [description]", a dash for what is left out."""
    code, quantity, price, *rest = text.split(" ", 6)
    unit, day, amount, words = (*rest, *("-" for _ in range(4 - len(rest))))
    return Line(
        code=code,
        text=names[code] if words == "-" else words,
        quantity=Decimal(quantity),
        price=Decimal(price),
        unit="pcs" if unit == "-" else unit,
        day=None if day == "-" else date.fromisoformat(day),
        billed=None if amount == "-" else Decimal(amount),
    )


def _consignments(count: int) -> tuple[Line, ...]:
    """The small consignments of a freight bill: nothing random, so that it is the same every time."""
    towns = ("Tacoma", "Olympia", "Salem", "Reno", "Eugene", "Spokane", "Boise")
    return tuple(
        Line(
            code=f"TVC-{4100 + at}",
            text=f"{towns[at % 7]} to Portland, {1 + at % 4} pallets, {1 + at % 28} October",
            quantity=Decimal(1),
            price=Decimal(38 + (at * 17) % 90) + Decimal("0.50") * (at % 2),
            unit="load",
        )
        for at in range(count)
    )
