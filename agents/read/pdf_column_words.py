"""What the columns of line tables are called: English, German, French, Spanish, Dutch. Tried in this order, whole names."""

import re
from functools import lru_cache

_KINDS: tuple[tuple[str, str], ...] = (
    ("other", r"(?:old|current|previous|former|present|alte[rn]?|bisherige[rn]?|aktuelle[rn]?|ancien|actuel|anterior"
        r"|oude?|huidige)[ -](?:\w+ )?(?:price|preis|prix|precio|prijs)|(?:ancien |prix )+actuel|precio anterior"
        r"|change(?: ?%)?|[+-]/?[+-]? ?%"),
    ("rest_date", r"rest(?:termin| date)|back-?order date|balance date"),
    ("buyer_item", r"(?:your|customer|cust\.?|client|buyer'?s?) (?:item|part|article|product|material|ref"
        r"|sku)[\w .#-]*|ihre (?:art|mat|sach)[\w .-]*|kunden-?(?:art|mat|sach)[\w .-]*|art[\w.]*-?nr\.?-?kunde"
        r"|(?:votre|v/) r[ée]f\w*\.?|su (?:ref|c[óo]digo)\w*\.?|uw (?:art|ref)\w*[\w .-]*"),
    ("order", r"(?:your |customer )?(?:p\.?o\.?|order|purchase order)(?: ?/ ?(?:line|pos))?(?: (?:no|nr|number|line"
        r"|pos)\b\.?)?|po[- ]?(?:line|pos)\.?|bestell(?:ung|-?nr\.?|nummer|-?pos\.?|position)|(?:votre )?commande"
        r"|pedido|bestelling"),
    ("pos", r"pos(?:ition)?\.?(?:[- ]?nr\.?)?|p\.|line(?: (?:no|nr|#)\.?)?|ln\.?|#|no\.?|nr\.?|n[°º]\.?"
        r"|lfd\.?(?: ?nr\.?)?|zeile|ligne|l[íi]nea|regel|sl\.? ?no\.?"),
    ("gtin", r"ean(?:[- ]?(?:code|nr\.?|no\.?))?|gtin(?:[- ]?(?:code|nr\.?))?|upc|barcode"),
    ("item", r"unsere? (?:art\.? ?-?nr\.?|artikel-?nr\.?|nummer)|(?:item|part|article|product|material|stock|mfr"
        r"|supplier|vendor|our)[ -]?(?:item|part"
        r"|article)?[ .-]*(?:no|nr|num(?:ber)?|code|#|id|ref(?:erence)?)\b\.?|sku|item code|part|code|material"
        r"|art(?:ikel)?\.?[- ]?(?:nr|no|nummer|code)\b\.?(?:[- ]?(?:lief\w*|hersteller|intern)\.?)?"
        r"|artikelnr\.?|artikelnummer|art-nr(?:-lief\w*)?\.?|sach-?nr\.?|mat(?:erial)?\.?-?nr\.?|bestellnummer"
     r"|r[ée]f(?:[ée]rence)?s?\.?(?: article| produit)?|code(?: article| produit)?|n[°º] article|referencia|ref\.?"
         r"|c[óo]digo(?: art[íi]culo)?|artikelcode|art\.?"),
    ("description", r"(?:item |goods |product |article |service )?descriptions?(?: of (?:goods|items?|services?))?"
        r"|details?|particulars|item(?:s| name)?|product(?:s| name)?|goods|service|title|(?:artikel|produkt|waren"
        r"|leistungs)?(?:bezeichnung|beschreibung)|bezeichnung|text|ware|leistung|artikel|produkt"
        r"|d[ée]signation(?: des? (?:articles?|produits?|marchandises?))?|libell[ée]|description|produit|article"
        r"|prestation|d[ée]tail"
     r"|descripci[óo]n|concepto|art[íi]culo|producto|omschrijving|product ?omschrijving|artikelomschrijving"
         r"|beschrijving|contract no\.? \S+"),
    ("ordered", r"(?:qty\.? |quantity )?ordered(?: (?:qty\.?|quantity))?|order(?:ed)? (?:qty\.?|quantity)"
        r"|bestellt(?:e menge)?|bestellmenge|(?:qt[ée]|quantit[ée]) command[ée]e|command[ée]e?|(?:cant\.? )?pedida?"
        r"|besteld"),
    ("rest", r"back[- ]?order(?:ed)?(?: qty)?|b/o|outstanding|open(?: qty)?|remaining|rest(?:menge)?|r[üu]ckstand"
        r"|offen|reliquat|reste|pendiente|naleverin?g|backlog"),
    ("quantity", r"(?:invoiced |shipped |delivered |confirmed |billed |sales |net )?(?:qty\.?|quantity|quant\.?"
        r"|qnty)(?: (?:invoiced|shipped|delivered|confirmed|billed|sent|supplied))?(?: \(?(?:pcs|ea|units?)\)?)?"
        r"|shipped|delivered|confirmed|pieces|pcs\.?|units|hours|hrs|(?:liefer|rechn\.?-?|rechnungs)?menge|anzahl"
        r"|st[üu]ck(?:zahl)?|stk\.?|geliefert|best[äa]tigt|(?:quantit[ée]|qt[ée]|qte)s?\.?(?: livr[ée]e?"
        r"| factur[ée]e?| confirm[ée]e?)?|nombre|nb\.?|livr[ée]e?"
     r"|cantidad(?: entregada| facturada)?|cant\.?|uds?\.?|unidades|aantal|hoeveelheid|geleverd|bevestigd"
         r"|menge/einheit|menge einheit"),
    ("base", r"per|price (?:unit|per|base)|preis-?einheit|pe|je|basis|vke/geb|par|unit[ée] de prix|p\.?e\.?|prijs per"),
    ("unit", r"(?:order )?(?:unit|uom|u/?m|um|units? of measure|measure)\.?|einh(?:eit|\.)?|me|meng(?:en"
        r"|\.)?-?einheit"
        r"|unit[ée]s?|u\.?m\.?|unidad|ud\.?|eenheid|eenh\.?|verpakking|vpe|pack"),
    ("discount", r"disc(?:ount|\.)?\s?%?|disc\.?%|rabatt\s?(?:in )?%?|rab\.?\s?%?|remise\s?%?|rem\.?\s?%?"
        r"|descuento\s?%?|dto\.?\s?%?|korting\s?%?"),
    ("tax_rate", r"(?:vat|tax|gst|sales tax)\s?(?:rate|%|\(%\)|code|class)|vat|tax(?:es)?|(?:mwst|ust"
        r"|steuer)\.?-?\s?(?:satz|%|in %|schl[üu]ssel)?\.?|mwst-%|st\.?|(?:taux )?tva\s?%?|%\s?tva|iva\s?%?|%\s?iva"
        r"|btw\s?%?|btw-?tarief|%\s?btw|steuer|steuersatz(?: \[%\])?"),
    ("tax", r"(?:vat|tax|gst) (?:amount|amt\.?)|(?:mwst|ust|steuer)\.?-?betrag|montant (?:de la )?tva|cuota(?: iva)?"
        r"|btw-? ?bedrag"),
    ("gross", r"(?:gross|brutto)(?: ?(?:amount|price|total|betrag|preis|wert))?|(?:amount|total|price) incl\.? (?:vat"
        r"|tax|gst)|(?:montant|total|prix|p\.?u\.?) (?:eur )?ttc|bruttopreis|bruttobetrag"),
    ("price", r"(?:neuer|nouveau|nuevo|nieuwe) (?:preis|prix|precio|prijs)"
        r"|(?:new )?(?:unit|net|list|your|new|sales|item|each)[ -]?(?:net )?(?:price|cost|rate|prc|amount)(?: ?\(?(?:usd"
        r"|eur|gbp|chf|net|ex\.? ?vat|excl\.? ?vat|[$€£])\)?)?|price(?: ?/ ?(?:unit|pc|each|ea))?(?: per (?:unit"
        r"|piece))?(?: ?\(?(?:usd|eur|gbp|chf|[$€£])\)?)?|rate|unit cost|cost|each|(?:einzel|e|st[üu]ck|netto|vk"
        r"|einheits|listen)[ .-]*preis(?: ?(?:netto|eur|in eur|€|\(€\)|\(eur\)))?|preis(?: ?/ ?(?:st[üu]ck|einheit"
        r"|me))?(?: ?(?:netto|eur|in eur|€))?|ep(?: netto| eur)?|e-preis|einzelpr\.?"
     r"|prix(?: (?:unitaire|unit\.?|net|u\.?))?(?: ?\(?(?:ht|eur|€)\)?)*|p\.? ?u\.?(?: ?\(?(?:ht|eur|€|net)\)?)*"
         r"|precio(?: (?:unitario|unidad|unit\.?|neto|ud\.?))?(?: ?\(?€\)?)?|p\.? ?unit(?:ario)?\.?|(?:stuk|eenheids"
         r"|netto)?prijs(?: per (?:stuk|eenheid))?(?: ?\(?€\)?)?|tarief"),
    ("amount", r"(?:net|line|ext(?:ended)?\.?|total|sub)?[ -]?(?:amount|total|value|price|sum)(?: ?\(?(?:usd|eur|gbp"
        r"|chf|net|excl?\.? ?(?:vat|tax)?|ex\.? ?vat|[$€£])\)?)?|extended|ext\.?|extension|line net|net|(?:gesamt|g"
        r"|positions|pos\.?-?|zeilen|netto|rechnungs)[ .-]*(?:preis|betrag|wert|summe)(?: ?(?:netto|eur|in eur|€"
        r"|\(€\)|\(eur\)))?|gesamt(?: ?(?:netto|eur|€))?|betrag(?: ?(?:netto|eur|in eur|€))?|summe(?: ?eur)?|wert"
        r"|gp(?: netto| eur)?|nettowert|entgelt|positions-? ?betrag"
     r"|(?:montant|total)(?: (?:ligne|net))?(?: ?\(?(?:ht|hors taxes|eur|€)\)?)*|importe(?: (?:neto"
         r"|total))?(?: ?\(?€\)?)?|total(?: ?\(?€\)?)?|subtotal|neto"
         r"|(?:netto)?bedrag(?: excl\.?(?: btw)?)?(?: ?\(?€\)?)?|totaal(?:prijs|bedrag)?(?: excl\.?(?: btw)?)?"
         r"|prijs incl\.? btw"),
    ("date", r"(?:new |revised |promised |confirmed |delivery |requested |expected |estimated |planned )?"
        r"(?:delivery|ship(?:ping"
        r"|ment)?|despatch|dispatch|due|promise)?[ -]?date|delivery|promised|eta|liefer(?:termin|datum|woche)|termin"
        r"|lt|kw|datum|date(?: (?:de )?livraison)?|livraison|d[ée]lai|fecha(?: (?:de )?entrega)?|entrega"
        r"|lever(?:datum|ing)|week"),
    ("other", r"weight|gewicht|poids|peso|hs code|tariff(?: no\.?)?|zolltarif\w*|origin|ursprung(?:sland)?|country"
        r"|batch|lot|charge[- ]?nr\.?|serial|colour|color|farbe|size|gr[öo](?:ss|ß)e|pkgs?|cartons|colli|kategorie"
        r"|status|remark|bemerkung|warehouse|location|notes?"),
)  # fmt: skip
KINDS = tuple((kind, re.compile(words, re.I)) for kind, words in _KINDS)

_CURRENCY = re.compile(r"[\[(]?\b(?:in )?(?:EUR|USD|GBP|CHF|euros?)\b[\])]?|[\[(]?[\u20ac$\u00a3][\])]?", re.I)
"""A currency in a column's name says nothing about what the column holds."""


@lru_cache(maxsize=4096)
def kind_of_column(text: str) -> str:
    """What a column of that name holds, "" when the name says nothing."""
    bare = " ".join(text.replace("- ", "").split()).strip(" :*")
    for name in (bare, " ".join(_CURRENCY.sub(" ", bare).split()).strip(" :*-|")):
        kind = next((kind for kind, pattern in KINDS if pattern.fullmatch(name)), "")
        if kind:
            return kind
    return ""
