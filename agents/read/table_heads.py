"""What a column or a label is called, in five languages. One list for tables in PDF, Office files and mails."""

import re

COLUMNS: tuple[tuple[str, str], ...] = (
    ("line.order_line", r"pos\.?|line|ln|position|zeile|ligne|nº|#"),
    ("line.supplier_item", r"(?:item|part|article|product|material|art\.?|artikel|sku|code|réf(?:érence)?|ref\.?|referencia)[\s.-]*(?:no\.?|nr\.?|number|code|nummer|#|id)?|artikelnummer|art\.-nr\.?|sku|part"),
    ("line.description", r"description|item description|product|goods|bezeichnung|beschreibung|artikelbezeichnung|désignation|libellé|descripción|concepto|omschrijving|details|item|artikel"),
    ("line.quantity", r"qty\.?|quantity|menge|anzahl|quantité|qté|cantidad|cant\.?|aantal|confirmed(?: qty)?|shipped|pieces|pcs|units"),
    ("line.ordered_quantity", r"ordered|qty ordered|bestellt|commandé|pedido"),
    ("unit", r"unit|uom|u/m|einheit|me|unité|unidad|eenheid"),
    ("line.price", r"(?:unit |net )?price(?: usd| eur)?|price/unit|unit cost|rate|einzelpreis|e-preis|preis|prix(?: unitaire)?|p\.?u\.?|precio(?: unitario)?|prijs|stukprijs|new price"),
    ("line.tax_rate", r"vat(?: ?%)?|tax ?%|mwst\.?(?: ?%)?|ust\.?|tva|iva|btw"),
    ("line.amount", r"(?:line )?(?:amount|total)(?: usd| eur)?|net amount|extended|sum|betrag|gesamt(?:preis)?|g-preis|summe|montant|importe|bedrag|totaal"),
    ("line.delivery_date", r"delivery(?: date)?|ship date|promised|due|date|liefertermin|lieferdatum|termin|livraison|entrega|levering|leverdatum"),
)  # fmt: skip
"""Header words of a column, each tried as a whole cell, the first that fits."""
COMPILED = tuple((field, re.compile(rf"(?:{words})\.?:?", re.IGNORECASE)) for field, words in COLUMNS)

CHARGE = re.compile(r"\b(freight|shipping|carriage|postage|delivery charge|handling|surcharge|packaging charge|fracht|versand(?:kosten)?|porto|transport(?:kosten)?|zuschlag|frais de port|port|portes|gastos de envío|vrachtkosten|verzendkosten)\b", re.IGNORECASE)  # fmt: skip


def column(cell: str) -> str | None:
    """The field a header cell names; None when it names none."""
    bare = " ".join(cell.split())
    return next((field for field, pattern in COMPILED if pattern.fullmatch(bare)), None) if bare else None


def header_of(cells: list[str]) -> dict[int, str]:
    """The fields of a header row by column; empty when it is none: a quantity or price and at least three names."""
    named: dict[int, str] = {}
    for i, cell in enumerate(cells):
        field = column(cell)
        if field == "line.supplier_item" and field in named.values():
            field = "line.description"
        if field is not None and field not in named.values():
            named[i] = field
    if "line.supplier_item" in named.values() and "line.description" not in named.values() and len(named) < 4:
        named = {i: ("line.description" if field == "line.supplier_item" else field) for i, field in named.items()}
    has_figures = {"line.quantity", "line.price", "line.ordered_quantity"} & set(named.values())
    return named if len(named) >= 3 and has_figures else {}
