"""What the heading of a column means, in five languages. Shared by tables in PDFs, sheets and letters."""

import re

_HEADINGS = (
    ("line.rest_date", r"rest(?:termin)?|backorder date|rest date|balance date"),
    ("line.ordered_quantity", r"(?:old|previous|alte) (?:qty\.?|quantity|menge)|(?:qty\.?|quantity) ordered|ordered(?: qty\.?| quantity)?|order qty\.?"
            r"|bestell(?:te )?menge|bestellt|quantit\u00e9 command\u00e9e|command\u00e9e?|pedida|besteld"),
    ("line.old_date", r"(?:old|previous|original(?:ly)?|former|alter|bisheriger) (?:delivery |ship(?:ping)? )?(?:date|termin|liefertermin)"),
    ("line.old_price", r"(?:old|previous|former|alter|bisheriger|ancien) (?:unit |net )?(?:price|preis|prix)"),
    ("line.last_order_date", r"last (?:time )?(?:order|buy)(?: date)?|letzte bestellung"),
    ("line.requested_date", r"(?:date )?(?:required|requested|needed|wanted)(?: (?:on|by|date))?|req(?:uired)?\.? date|wunschtermin"),
    ("line.delivery_date", r"(?:new |confirmed |promised |expected |est\.? |estimated )?(?:delivery"
                           r"|ship(?:ping|ment)?|dispatch|despatch|due|promise|arrival)(?:[ -]?(?:date|day"
                           r"|on))?|(?:new |revised |promised |confirmed )date|eta|liefertermin|lieferdatum"
                           r"|liefertag|date de livraison|fecha de entrega|leverdatum|termin"),
    ("line.buyer_item", r"(?:your|customer|cust\.?|buyer) (?:item|part|article|ref\w*|material)(?: ?(?:no\.?"
                        r"|number|#|code))?|ihre (?:artikel|material|teile)-?(?:nr\.?|nummer)"
                        r"|kunden-?art\w*\.?-?(?:nr\.?)?"),
    ("line.supplier_item", r"(?:our |supplier |vendor )?(?:item|part|article|product|material|sku|catalog"
                           r"|stock)(?: ?(?:no\.?|nr\.?|number|#|code|id|ref\.?))|sku|code|art\.? ?-?nr\.?"
                           r"|artikel-?(?:nr\.?|nummer)|material-?(?:nr\.?|nummer)|teile-?nr\.?|r\u00e9f(?:\."
                           r"|\u00e9rence)?(?: article)?|ref\.?|referencia|c\u00f3digo|artikelnummer"
                           r"|artikelcode|produktnummer|item"),
    ("line.order_line", r"po line|order line|bestellposition|best\.?-?pos\.?"),
    ("position", r"pos\.?|position|#|no\.?|nr\.?|line(?: no\.?)?|ln|n\u00b0|lfd\.? ?nr\.?|l\u00ednea|regel"),
    ("line.price_base", r"(?:price )?per|price unit|price base|preiseinheit|pe|pro|je"),
    ("line.price", r"(?:net |new |unit |list |item |single )*(?:price|rate|cost)(?: ?/ ?(?:unit|pc|pcs|ea"
                   r"|each))?(?: net)?|price each|unit (?:price|cost)|each|einzelpreis(?: netto)?|nettopreis"
                   r"|preis netto|stückpreis"
                   r"|preis(?:/einheit| je einheit| pro st\u00fcck)?|e-preis|ep|neuer preis"
                   r"|prix(?: unitaire)?(?: ht)?|p\.?u\.?(?: ht)?|precio(?: unitario| unit\.?)?"
                   r"|prijs(?: per stuk)?|stukprijs|eenheidsprijs"),
    ("line.tax_rate", r"(?:vat|tax|ust\.?|mwst\.?|tva|iva|btw|gst)(?: ?(?:%|rate|satz))?(?: in %)?|taux(?: tva)?|%"),
    ("tax", r"(?:vat|tax|mwst\.?|ust\.?|tva|iva|btw)[ -]?(?:amount|amt\.?|betrag)|montant tva"),
    ("gross", r"gross(?: worth| amount| total)?|brutto(?:betrag|preis)?|(?:total|montant) ttc"),
    ("discount", r"discount(?: ?%)?|disc\.?(?: ?%)?|rabatt(?: ?%)?|remise|descuento|dto\.?|korting"),
    ("line.amount", r"(?:net |line |ext(?:ended|\.)? |sub ?)*(?:amount|total|value|worth|price total)(?: net"
                    r"| \(?net\)?)?|ext(?:ended|\.) price|gesamt(?:preis|betrag|summe)?(?: netto)?"
                    r"|betrag(?: netto)?|netto(?:betrag|preis)?|summe|g-?preis|gp|wert|montant(?: ht)?"
                    r"|total ht|importe|bedrag|totaal|total price|net price total|total neto"),
    ("line.quantity", r"(?:new |neue )?(?:confirmed |shipped |delivered |invoiced |billed |open |despatched )?(?:qty\.?"
                      r"|quantity|quant\.?|pieces|units|shipped|confirmed|delivered|invoiced)(?: (?:shipped"
                      r"|confirmed|delivered|invoiced|billed|open))?|hours|menge|anzahl|stückzahl|stk\.?"
                      r"|liefermenge|best\u00e4tigte menge|qt\u00e9|quantit\u00e9|cantidad|cant\.?|aantal|hrs"),
    ("unit", r"unit|uom|u/m|um|me|einheit|eh|unit\u00e9|unidad|eenheid|pack"),
    ("order.number", r"(?:your |our |customer |cust\.? )?(?:po|p\.o\.|order|purchase order)(?: ?(?:no\.?|number|#))?"
                     r"|bestellung|bestell-?nr\.?|commande|pedido"),
    ("invoice.number", r"invoices?(?: ?(?:no\.?|number|#|nr\.?))?|our invoice|rechnung(?:en)?(?:s-?(?:nr\.?|nummer))?|re\.?-?nr\.?"
                       r"|factures?(?: n\u00b0)?|facturas?|factuur(?:nummer)?"),
    ("invoice.due_date", r"due|due date|f\u00e4llig(?: am|keit)?|\u00e9ch\u00e9ance|vencimiento|vervaldatum"),
    ("invoice.open", r"open|balance|outstanding|open (?:amount|balance)|offen|offener betrag|solde|saldo|openstaand"),
    ("invoice.date", r"invoice date|date|datum|rechnungsdatum|fecha"),
    ("line.status", r"status|state"),
    ("line.description", r"(?:item |product |goods |article |part )?desc(?:ription|r\.?)?(?: of (?:goods"
                         r"|services?))?|(?:item|product|article|goods|service|services|task|material|details"
                         r"|particulars|bezeichnung|beschreibung|artikel(?:bezeichnung)?|artikelbeschreibung"
                         r"|leistung|text|ware|d\u00e9signation|libell\u00e9|article|produit|prestation"
                         r"|descripci\u00f3n|concepto|art\u00edculo|producto|omschrijving|artikel|product)s?"),
)  # fmt: skip
_PATTERNS = tuple((name, re.compile(pattern, re.I)) for name, pattern in _HEADINGS)
_CURRENCY = re.compile(
    r"[\[(]?\b(?:EUR|USD|GBP|CHF|in EUR|in USD)\b[\])]?|[\[(]?[\u20ac$\u00a3][\])]?"
    r"|\(excl\.? [^)]*\)|\[[^\]]*\]|:",
    re.I,
)


def meaning(heading: str) -> str | None:
    """What a column holds, by its heading; None when the heading is not known. "position", "unit", "tax", "gross" and
    "discount" are known and hold no claim of their own."""
    bare = " ".join(_CURRENCY.sub(" ", heading).split()).strip(" -|")
    if not bare or len(bare) > 40:
        return None
    return next((name for name, pattern in _PATTERNS if pattern.fullmatch(bare)), None)


def looks_like_heading(meanings: list[str | None]) -> bool:
    """Whether a row of headings opens a table of goods: two different known columns, one of them a number or a date of
    the goods, and one that names them."""
    known = {m for m in meanings if m}
    names = known & {
        "line.description",
        "line.supplier_item",
        "line.buyer_item",
        "order.number",
        "line.order_line",
        "position",
    }
    values = known & {
        "line.quantity",
        "line.price",
        "line.amount",
        "line.delivery_date",
        "line.ordered_quantity",
        "line.rest_date",
    }
    if "invoice.number" in known and known & {"invoice.open", "line.amount", "invoice.due_date"}:
        return True  # the entries of an account
    return bool(names and values) or len(values) >= 2
