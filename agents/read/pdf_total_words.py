"""What the sums of a bill are called, in the languages of Europe: net, tax, total, what is to be paid and what was paid."""

import re

_NET = (
    r"(?:total|sum|amount|rechnungssumme|gesamtbetrag|gesamt|summe|montant|importe|totaal(?:bedrag)?"
    r"|bedrag|charges|totale|suma|sum|wartość|razem)[\s:]*\(?(?:net(?:to|o)?\b|excl?\w*\.?(?: (?:vat|tax|btw|gst))?"
    r"|ex\.? vat|before (?:tax|vat)|ohne (?:ust"
    r"|mwst)\.?|without (?:vat|tax)|exkl\w*\.? (?:moms|mwst|ust)\.?|imponibile|\(?(?:ht|hors (?:tax|tva)\w*"
    r"|h\.t\.)\)?|sin iva)"
)
TAX = (
    r"vat|value added tax|sales tax|tax(?:es?)?(?!able| id| no| rate\b| point| code)|gst|hst|pst|mehrwertsteuer"
    r"|umsatzsteuer|mwst|ust|t\.?v\.?a|i\.?v\.?a|b\.?t\.?w|[ics]gst ?\d{0,2}|utgst|qst|tvq|tps|moms|mva|merverdiavgift"
    r"|alv|podatek(?: vat)?|kwota vat|dph|igic"
)
_RATE = r"(?:\(?\s?\d{1,2}(?:[.,]\d{1,4})?\s?%\s?\)?)"
PATTERNS: tuple[tuple[str, int, re.Pattern[str]], ...] = (
    ("net", 5, re.compile(rf"{_NET}|net(?:to)?[ -]?(?:total|amount|sum|value|betrag|summe|bedrag|wert)|base imponible"
        rf"|total ht|totaal exclusief btw|exclusief btw|total neto|importe neto|taxable (?:amount|value)|grondslag"
        rf"|base ht|total before tax|steuerbasisbetrag|basisbetrag|net charges?|(?:totale )?imponibile|base tribut[áa]vel"
        rf"|valor l[íi]quido|nettosumma|nettobel[øo]p|razem netto|warto[śs][ćc] netto|z[áa]klad(?: dan[ěe])?"
        rf"|veroton", re.I)),
    ("net", 3, re.compile(r"sub[ -]?total|subtotaal|zwischensumme|sous[ -]total|netto|net(?=\s*:|$)|goods total"
        r"|total goods|merchandise(?: total)?|warenwert|positionssumme|suma|lines? total|total lines|delsumma|delsum"
        r"|sous-?total|sub-?totale|mezisou[čc]et|v[äa]lisumma|charges"
        r"|lieferwert|nettowert", re.I)),
    ("tax", 5, re.compile(r"(?:total|sum|gesamt)[ -]?(?:vat|tax(?!able|es? incl)|[ics]?gst|ust|mwst|steuer|tva|iva|btw"
        r"|sales tax)(?:betrag)?(?! invoice| incl)"
        r"|(?:vat|tax|gst|ust|mwst|steuer|btw)[ .-]*(?:amount|total|betrag|bedrag|gesamt|summe)|steuerbetrag(?: in)?"
        r"|ust\.? gesamt|montant (?:de la )?tva|total (?:de la )?tva|total iva|cuota(?: de)? iva|totaal btw|(?:summe"
        r"|gesamt) (?:ust|mwst)|totale (?:iva|imposta)|imposta|momsbel[øo]pp?|moms(?:en)? (?:totalt|i alt)|kwota vat"
        r"|razem vat|dph celkem|valor (?:do )?iva|umsatzsteuer(?:betrag)?|mehrwertsteuer(?:betrag)?", re.I)),
    ("tax", 3, re.compile(rf"(?:plus |\+\s?|zzgl\.?\s?|zuz[üu]glich |incl(?:uding|\.)? |inkl\.? |including |included |add "
        rf"|dont |waarvan |en |enth(?:altene|\.)? |darin (?:enthalten(?:e)? )?|davon |hierin enthaltene |varav "
        rf"|heraf |di cui "
        rf"|total |summe |totalt )?{_RATE}?\s?(?:state |local |us )?(?:{TAX})(?![a-z])\.?(?:[ (:]*{_RATE})?", re.I)),
    ("total", 5, re.compile(r"(?:grand|invoice|final|overall|order|factuur|credit(?: note)?)[ -]?(?:total"
        r"|totaal)(?: (?:amount|due))?|total (?:amount )?(?:due|payable|to pay|invoice|inc\w*\.?(?: (?:vat|tax|gst))?"
        r"|incl\.? btw|ttc|t\.t\.c\.|factura|a pagar|amount|brutto|gross|for this invoice|credit|to be paid)|due payable"
        r"|amount (?:due|payable|incl\w*\.?(?: vat| tax)?)|(?:rechnungs|gesamt|end|brutto|zahl"
        r"|gutschrifts)[ -]?(?:betrag|summe)(?: ?(?:brutto|inkl\.? ?(?:mwst|ust)\.?))?|gesamtpreis|brutto(?:summe"
        r"|betrag)?|montant (?:total|ttc|net [àa] payer)(?: ttc)?|net [àa] payer|somme [àa] payer|importe total"
        r"|total a pagar|totaal(?:bedrag)?(?: inclusief btw| incl\.? btw| te betalen)|te betalen|total facture"
        r"|endsumme|(?:sum|summe|gesamt|betrag|montant|importe|bedrag)[ :]*\(?(?:gross|brutto|ttc|con iva|incl\w*\.? btw)\)?"
        r"|gross (?:total|amount)|total (?:vat|tax) invoice(?: amount)?|zu zahlen(?:der betrag)?"
        r"|totale (?:fattura|documento"
        r"|da pagare|dovuto|complessivo)|netto a pagare|att betala|[åa]t? betale|bel[øo]b i alt|i alt"
        r"|totalt?(?: att betala| inkl\w*"
        r"\.? moms)|do zap[łl]aty|razem brutto|k [úu]hrad[ěe]|celkem(?: s dph)?|total a pagar|maksettava|yhteens[äa]"
        r"|charge total"
        r"|total charges?|pay this amount|total amount", re.I)),
    ("total", 3, re.compile(r"(?<!sub)(?<!sub-)(?<!sub )total(?![a-z]| weight| net| gew| qty| quantity| pieces| pcs"
        r"| ht| h\.t| vat| tax| iva| tva)|summe|gesamt(?!gewicht|menge|netto)|totaal(?:bedrag)?|totale|balance(?: due)?"
        r"|amount|summa|razem|celkem", re.I)),
    ("payable", 5, re.compile(r"amount (?:due|payable)|balance due|zahlbetrag|zu zahlen(?:der betrag)?|noch zu zahlen"
        r"|net [àa] payer|reste [àa] payer|total a pagar|te betalen|(?:total )?due now|outstanding|att betala|[åa]t? betale"
        r"|do zap[łl]aty|k [úu]hrad[ěe]|netto a pagare|maksettava|pay this amount|total (?:amount )?(?:due|payable"
        r"|to pay)", re.I)),
    ("prepaid", 5, re.compile(r"(?:pre)?paid(?: amount)?|payments? received|deposit|anzahlung(?:en)?"
        r"|erhaltene anzahlungen|bereits gezahlt|acompte|anticipo|aanbetaling|reeds betaald|less payments?", re.I)),
)  # fmt: skip
CARRIED = re.compile(r"carried forward|brought forward|carry[- ]?over|[üu]bertrag|[àa] reporter"
    r"|report(?: de (?:la )?page)?\b|suma (?:y sigue|anterior)|transport\s*:|saldo overgebracht", re.I)  # fmt: skip
PERCENT = re.compile(r"(?P<rate>\d{1,2}(?:[.,]\d{1,4})?)\s?%")
