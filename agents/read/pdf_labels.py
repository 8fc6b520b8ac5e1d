"""What header facts of business papers are called, in five languages: labels, titles, and what a value may look like.

Labels are patterns over the text of a cell; the longest and plainest wins. A label says nothing alone: the value beside or
below it must look like one (agents/read/pdf_header.py).
"""

import re
from dataclasses import dataclass

from core.claims import DocumentKind

K = DocumentKind
BILLS = (K.INVOICE, K.CREDIT_NOTE)
_NO = r"(?:[\s.-]*(?:no|nos|nr|num|number|nummer|num[ée]ro|n[úu]mero|numero|numer|[čc][íi]slo|n\s?o|id)\b\.?"
_NO += r"|[\s.-]*n\.(?=\s?[A-Z\d])|[\s.-]*(?:n\s?)?[#№°º])"
_MAYBE_NO = rf"{_NO}?"
_NOT_A_NUMBER = (
    r"(?![\s.-]*(?:s?datum|date|day|total|amount|betrag|summe|adress|anschrift|empf|to\b|an\b|address|period|gem"
    r"|vom\b"
    r"|adres|bedrag|totaal|fecha|importe|montant|de livraison|value|wert|discount|currency|reason|line|zeile|pos))"
)


@dataclass(frozen=True, slots=True)
class Label:
    """A header fact's name. `weight` orders labels of the same fact; `kinds` are the papers it means this on."""

    field: str
    looks: str  # number, order, date, iso, text
    pattern: re.Pattern[str]
    weight: int
    kinds: tuple[DocumentKind, ...] = ()


def _label(field: str, looks: str, weight: int, words: str, *kinds: DocumentKind) -> Label:
    return Label(field, looks, re.compile(rf"(?<![\w-])(?:{words})", re.I), weight, kinds)


LABELS: tuple[Label, ...] = (
    _label("invoice.number", "number", 5, rf"(?:tax |commercial |sales )?invoice{_NO}|inv{_NO}"
        rf"|(?:\w{{3,}})?rechnungs?{_NO}|n[°ºo]\s*(?:de )?(?:la )?(?:facture|factura)"
           rf"|(?:num[ée]ro|n[úu]mero|n[°ºo]) de (?:la )?factur[ea]|factur[ea]{_NO}|factuur{_NO}|re-?nr\.?|fattura{_NO}"
           rf"|(?:n[°º.]+|numero) (?:della )?fattura|faktura(?: vat)?{_NO}|fakt(?:ura)?-?nr\.?|(?:numer|nr) faktury"
               rf"|fatura{_NO}|n[°ºo.]+ (?:da )?fatura|laskun? ?(?:numero|nro)", K.INVOICE),
    _label("invoice.number", "number", 5, rf"credit (?:note|memo){_NO}|gutschrifts?{_NO}|rechnungs-?\s?korrektur{_NO}"
        rf"|storno(?:rechnung)?s?{_NO}|(?:facture d['’])?avoir{_NO}"
           rf"|n[°º]\s*d['’]avoir|nota de (?:cr[ée]dito|abono){_NO}|factura rectificativa{_NO}|credit(?:nota"
               rf"|factuur){_NO}|credit{_NO}", K.CREDIT_NOTE),
    _label("invoice.number", "number", 3, rf"(?:document|bill|beleg|dokument|document[eo]|documento|stuk){_NO}", *BILLS),
    _label("invoice.number", "number", 2, rf"(?:tax )?invoice{_NOT_A_NUMBER}"
        rf"|(?:\w{{3,}})?rechnung{_NOT_A_NUMBER}(?:\s*\(\d+\))?{_MAYBE_NO}|facture{_NOT_A_NUMBER}"
        rf"|factura{_NOT_A_NUMBER}|factuur{_NOT_A_NUMBER}|fattura{_NOT_A_NUMBER}{_MAYBE_NO}"
        rf"|faktura(?: vat)?{_NOT_A_NUMBER}{_MAYBE_NO}|fatura{_NOT_A_NUMBER}", K.INVOICE),
    _label("invoice.number", "number", 2, rf"credit (?:note|memo){_NOT_A_NUMBER}|gutschrift{_NOT_A_NUMBER}"
        rf"|rechnungs-?\s?korrektur(?:\s*\(\d+\))?{_MAYBE_NO}|avoir{_NOT_A_NUMBER}|nota de (?:cr[ée]dito|abono)"
        rf"|creditnota", K.CREDIT_NOTE),
    _label("invoice.number", "number", 1, rf"(?:\w{{3,}})?rechnung{_NOT_A_NUMBER}(?:\s*\(\d+\))?{_MAYBE_NO}"
        rf"|invoice{_NO}|factur[ea]{_NO}|factuur{_NO}", K.CREDIT_NOTE),
    _label("invoice.preceding", "number", 5, r"ursprungsbeleg-?\s?(?:nr|nummer)?\.?|(?:original|corrected|credited"
        r"|preceding|related) invoice(?:[\s.-]*(?:no|number|nr)\b\.?)?"
           r"|(?:zu|zur|korrigiert|betrifft|storniert)\s+(?:unserer\s+)?rechnung(?:[\s.-]*(?:nr|nummer)\b\.?)?|(?:for"
               r"|to|corrects?|against|re:?) (?:our )?invoice(?:[\s.-]*(?:no|number|nr)\b\.?)?"
           r"|vorausgegangene rechnung(?:snummer)?|facture d['’]origine|sur (?:la )?facture(?:\s*n[°º])?"
               r"|factura (?:rectificada|original)|betreft factuur", *BILLS),
    _label("order.number", "number", 5, rf"(?:your|customer'?s?|client|cust\.?|buyer'?s?"
        rf"|purchase) (?:purchase )?(?:order|p\.?o\.?)(?: ref(?:erence)?)?{_MAYBE_NO}|(?:p\.?o\.?|po){_NO}"
        rf"|purchase order"
           rf"|ihre[rn]? (?:bestell(?:ung|nummer)|bestell-?\s?nr\.?|auftrag){_MAYBE_NO}|kundenbestell(?:ung|nummer"
               rf"|-?nr\.?){_MAYBE_NO}|bestell(?:nummer|-?\s?nr\.?|ungs?{_NO})"
           rf"|(?:votre|v/) ?(?:n[°º] (?:de )?)?commande{_MAYBE_NO}|(?:n[°º]|num[ée]ro) de (?:votre )?commande"
               rf"|bon de commande{_MAYBE_NO}|su (?:n[°º] de )?pedido{_MAYBE_NO}|(?:n[°º.]+|n[úu]mero) de pedido"
           rf"|uw (?:bestelling|order|inkooporder|bestelnummer|ordernummer){_MAYBE_NO}|bestel(?:nummer"
               rf"|bon){_MAYBE_NO}|inkooporder{_MAYBE_NO}"),
    _label("order.number", "number", 4, rf"(?<!sales )(?<!our )(?<!work )order{_NO}|(?<!-)order(?:nummer|nr\.?)"
        rf"|commande{_NO}|pedido{_NO}|bestell?ing{_MAYBE_NO}|bestellung{_MAYBE_NO}|order ref(?:erence)?\.?"
        rf"|r[ée]f(?:[ée]rence)?\.? commande", ),
    _label("order.number", "number", 2, rf"(?<!sales )(?<!our )(?<!work )(?<!of )(?<!in )order{_NOT_A_NUMBER}"
        rf"|commande{_NOT_A_NUMBER}|pedido{_NOT_A_NUMBER}|p\.?o\.?(?=[\s:])"),
    _label("order.number", "order", 1, r"(?:your|ihre?|votre|v/|su|uw|customer|client|buyer)[ .-]?(?:zeichen"
        r"|r[ée]f(?:erence|erenz|[ée]rence|erencia|erentie)?\.?)", *BILLS),
    _label("confirmation.number", "number", 5, rf"(?:order )?(?:confirmation|acknowledge?ment){_NO}"
        rf"|auftragsbest[äa]tigungs?{_NO}|ab-?nr\.?|sales order{_MAYBE_NO}|our order{_MAYBE_NO}|auftrags?{_NO}"
           rf"|(?:confirmation|arc) (?:de )?commande{_NO}|confirmaci[óo]n(?: de pedido)?{_NO}|orderbevestiging{_NO}"
               rf"|n[°º] de confirmation", K.ORDER_CONFIRMATION),
    _label("confirmation.number", "number", 2, rf"order (?:confirmation|acknowledge?ment){_NOT_A_NUMBER}"
        rf"|auftragsbest[äa]tigung{_NOT_A_NUMBER}|auftrag{_NOT_A_NUMBER}|confirmation de (?:votre )?commande"
        rf"|confirmaci[óo]n de(?:l)? pedido|orderbevestiging{_NOT_A_NUMBER}"
           rf"|document{_NO}|beleg{_NO}", K.ORDER_CONFIRMATION),
    _label("despatch.number", "number", 5, rf"(?:delivery|despatch|dispatch|goods) (?:note|advice|docket){_MAYBE_NO}"
        rf"|packing (?:list|slip){_MAYBE_NO}|advice note{_MAYBE_NO}|lieferschein{_MAYBE_NO}|lieferavis{_MAYBE_NO}"
        rf"|lieferschein(?:nummer"
        rf"|-?\s?nr\.?)"
           rf"|ls-?nr\.?|bon de livraison{_MAYBE_NO}|bl{_NO}|albar[áa]n{_MAYBE_NO}|nota de entrega{_MAYBE_NO}"
               rf"|pakbon{_MAYBE_NO}|pakbon(?:nummer)|leverbon{_MAYBE_NO}|shipment{_NO}|asn{_NO}"),
    _label("despatch.number", "number", 3, rf"(?:lieferung|delivery|livraison|entrega|levering|shipment){_NO}", *BILLS),
    _label("despatch.number", "number", 2, rf"(?:document|beleg|dokument|lieferungs?){_NO}", K.DESPATCH_ADVICE),
    _label("receipt.number", "number", 4, rf"goods receipt{_MAYBE_NO}"
        rf"|receiving advice{_MAYBE_NO}|wareneingangs?{_NO}", *BILLS),
    _label("tracking.number", "number", 5, rf"tracking{_MAYBE_NO}|tracking (?:number|code|id)"
        rf"|(?:air)?waybill{_MAYBE_NO}|awb{_MAYBE_NO}|sendungs(?:nummer|-?nr\.?|verfolgung\w*)|(?:n[°º]"
        rf"|num[ée]ro) de suivi|n[úu]mero de seguimiento|consignment{_NO}"),
    _label("invoice.date", "date", 5, r"invoice date|date of (?:issue|invoice)|issue date|tax point"
        r"|credit (?:note )?date|rechnungs-?\s?datum|beleg-?\s?datum|ausstellungsdatum|gutschriftsdatum|dat(?:e"
        r"|um) (?:de (?:la )?)?factur[ea]"
           r"|date (?:d['’][ée]mission|de facturation)|fecha (?:de )?(?:la )?(?:factura|emisi[óo]n|expedici[óo]n)"
               r"|factuur-?\s?datum|invoiced on|date (?:of )?facturation|data (?:della )?fattura|data (?:di )?emissione"
           r"|data (?:de |da )?(?:emiss[ãa]o|fatura)|faktura-?\s?dat(?:um|o)|data wystawienia|datum vystaven[íi]"
               r"|laskun? ?p[äa]iv[äa](?:ys|m[äa][äa]r[äa])?|bill date|date of bill|billed on|issued(?: on)?", *BILLS),
    _label("invoice.date", "date", 3,
        r"(?<!due )(?<!order )(?<!delivery )(?<!ship )(?<!despatch )(?<!value )date(?! (?:de (?:commande|livraison"
        r"|d['’]?[ée]ch)|d['’][ée]ch|due|limite|of (?:order|delivery|supply)))"
           r"|(?<![\w-])datum|dato|data(?= ?:|\s*$)|fecha(?! (?:de )?(?:vencimiento|pedido|entrega))", *BILLS),
    _label("invoice.date", "date", 2, r"(?:vom|von|dated|du|of|del|z dnia|le)(?!\w)|d\.d\.", *BILLS),
    _label("invoice.due_date", "date", 5, r"(?:payment )?due(?: date| by| on)?|pay(?:able|ment)? (?:by|before)"
        r"|date due|f[äa]llig(?:keit)?(?:s-?\s?datum)?(?: am)?|zahlbar bis(?: zum| sp[äa]testens)?|zahlungsziel"
        r"|zahlungstermin"
           r"|(?:date (?:d['’])?)?[ée]ch[ée]ance|date limite de paiement|[àa] (?:payer|r[ée]gler) avant(?: le)?"
               r"|(?:fecha (?:de )?)?vencimiento|verval-?\s?datum|(?:remit|pay|payable) until|f[äa]lligkeitstag"
                   r"|te betalen (?:v[óo][óo]r|uiterlijk)|betaaldatum"
               r"|bis zum|netto bis|scadenza|data (?:di )?(?:scadenza|vencimento)|f[öo]rfallo-?datum|forfalds?-?dato"
               r"|termin p[łl]atno[śs]ci|(?:datum )?splatnost[i]?|er[äa]p[äa]iv[äa]", *BILLS),
    _label("invoice.due_date", "date", 4, r"betrag[^.]{0,40}? wird (?:am|zum)|sera pr[ée]lev[ée]e? le|pr[ée]l[èe]vement"
        r" (?:le|[àa] partir du)|will be (?:debited|collected|charged|taken)(?: from [^.]{0,30})? on"
           r"|abbuchung (?:erfolgt )?am|eingezogen am|se cargar[áa] el|wordt (?:op|rond)", *BILLS),
    _label("delivery.date", "date", 5, r"(?:promised |confirmed |expected |planned |estimated )?(?:delivery"
        r"|ship(?:ping|ment)?|despatch|dispatch)(?: date| by| on)?|promised(?: date)?|liefer(?:termin|datum)"
        r"|voraussichtliche[rs]? liefer(?:termin|datum|ung)"
           r"|date de (?:livraison|d[ée]part|exp[ée]dition)|livraison(?: pr[ée]vue)?|fecha (?:de )?(?:entrega"
               r"|env[íi]o)|entrega|lever(?:datum|ing)|eta", K.ORDER_CONFIRMATION, K.ORDER),
    _label("despatch.date", "date", 5, r"(?:ship(?:ping|ped|ment)?|despatch(?:ed)?|dispatch(?:ed)?"
        r"|delivery)(?: note)?(?: date| on)|shipped|versand(?:datum|tag)|liefer(?:schein)?-?\s?datum"
        r"|date (?:de livraison|d['’]exp[ée]dition|du bl)"
           r"|fecha (?:de )?(?:entrega|env[íi]o|albar[áa]n)|(?:lever|verzend|pakbon)datum", K.DESPATCH_ADVICE),
    _label("despatch.date", "date", 2, r"(?<!order )(?<!due )date|datum|fecha|vom", K.DESPATCH_ADVICE),
    _label("invoice.terms", "text", 5, r"payment terms?|terms of payment|zahlungsbedingung(?:en)?|zahlungskonditionen"
        r"|conditions? de (?:paiement|r[èe]glement)|modalit[ée]s de paiement|condiciones de pago|forma de pago"
        r"|betalings?(?:voorwaarden|termijn|conditie)", *BILLS),
    _label("invoice.terms", "text", 3, r"terms(?=\s*:|$)|zahlungsziel|zahlung(?=\s*:)", *BILLS),
    _label("invoice.currency", "iso", 5, r"(?:rechnungs|beleg)?w[äa]hrung|(?:invoice |document )?currency|devise"
        r"|monnaie|moneda|divisa|valuta|waluta|m[ěe]na|munteenheid", *BILLS),
)  # fmt: skip

NUMBER_ON_TITLE = {
    kind: _label(field, "number", 2, r"(?:nr|no|num(?:ber|mer)|n\s?[°ºo])\b\.?|#")
    for kind, field in (
        (K.INVOICE, "invoice.number"),
        (K.CREDIT_NOTE, "invoice.number"),
        (K.ORDER_CONFIRMATION, "confirmation.number"),
        (K.DESPATCH_ADVICE, "despatch.number"),
    )
}
"""A bare "No." means the paper's own number on the row that names the paper."""

_T = (
    (K.CREDIT_NOTE, r"credit (?:note|memo|invoice)|gutschrift|rechnungs-?\s?korrektur|storno(?:rechnung)?"
        r"|facture d['’]avoir|avoir|nota de (?:cr[ée]dito|abono)|factura rectificativa|credit(?:nota|factuur)"
        r"|nota di credito|nota de cr[ée]dito|kredit(?:nota|faktura)|faktura koryguj[ąa]ca|dobropis"),
    (K.ORDER_CONFIRMATION, r"(?:sales )?order (?:confirmation|acknowledge?ment)|sales (?:order )?confirmation"
        r"|order ack|auftragsbest[äa]tigung|bestellbest[äa]tigung|confirmation (?:de (?:votre )?)?commande"
        r"|accus[ée] de r[ée]ception(?: de (?:votre )?commande)?|confirmaci[óo]n (?:de(?:l)? )?pedido"
        r"|orderbevestiging|bevestiging van uw (?:order|bestelling)|acknowledge?ment of order"),
    (K.DESPATCH_ADVICE, r"(?:despatch|dispatch|delivery|shipping) (?:advice|note|notice|docket)|packing (?:list|slip)"
        r"|advice note|lieferschein|versandanzeige|lieferavis|packliste|bon de livraison|bordereau de livraison"
        r"|avis d['’]exp[ée]dition|albar[áa]n(?: de entrega)?|nota de entrega|pakbon|leverbon|paklijst|verzendadvies"),
    (K.STATEMENT, r"(?:account |customer )?statement(?: of account)?|kontoauszug|saldenbest[äa]tigung|mahnung"
        r"|zahlungserinnerung|relev[ée] de compte|extracto de cuenta|estado de cuenta|rekeningoverzicht"
        r"|remittance advice|payment reminder"),
    (K.ORDER, r"purchase order|bestellung|bon de commande|orden de compra|pedido(?: de compra)?|inkooporder|bestelbon"),
    (K.OTHER, r"quotation|quote|offer|angebot|devis|oferta|presupuesto|offerte|payment receipt|quittung"
        r"|proforma[\s-]?(?:invoice|rechnung)?|pro[\s-]forma invoice|price ?list|preisliste"),
    (K.INVOICE, r"(?:tax |commercial |sales |retail |final |partial |copy |kopie |duplicate )*invoices?|(?:\w{3,}"
        r"|[äöü]\w+)?rechnung|facture|factura|(?:kopie )?factuur|bill"
        r"|fattura|faktura(?: vat)?|fatura|lasku"),
)  # fmt: skip
TITLES: tuple[tuple[DocumentKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"(?<![\w-])(?:{words})(?![\w-]|\s+(?:to|an|address|adresse|anschrift|f[üu]r)\b)", re.I))
    for kind, words in _T
)
"""Titles by kind; a longer match outweighs a shorter ("order confirmation" over "order")."""

CODE = re.compile(
    r"#?\s?(?P<value>(?:[A-Z]{1,6}[ ]?[-/]?[ ]?)?(?=[\w./-]*\d)[A-Za-z0-9](?:[\w./-]*[A-Za-z0-9])?(?:\s?[/-]\s?\d+)*)"
)
"""A paper's number: letters, digits, dashes and slashes with at least one digit."""
IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:\s?[A-Z0-9]){11,30}(?![A-Z0-9])")
TAX_ID = re.compile(
    r"(?<![A-Z0-9])(?:ATU\s?\d{8}|BE\s?[01]?\d{3}[ .]?\d{3}[ .]?\d{3}|CHE-?\s?\d{3}[. ]?\d{3}[. ]?\d{3}"
        r"|DE\s?\d{3}\s?\d{3}\s?\d{3}|DK\s?\d{8}|ES\s?[A-Z]?\d{7,8}[A-Z0-9]?|FI\s?\d{8}"
    r"|FR\s?[A-Z0-9]{2}\s?\d{3}\s?\d{3}\s?\d{3}|GB\s?\d{3}\s?\d{4}\s?\d{2}|IT\s?\d{11}|LU\s?\d{8}"
        r"|NL\s?\d{4}[. ]?\d{2}[. ]?\d{3}[. ]?\s?B[. ]?\d{2}|NO\s?\d{9}(?:\s?MVA)?|PL\s?\d{10}|SE\s?\d{12}|CZ\s?\d{8,10}"
        r"|IE\s?\d{7}[A-Z]{1,2}|PT\s?\d{9}|HU\s?\d{8}|SK\s?\d{10}|(?:EL|GR)\s?\d{9}|HR\s?\d{11}|EE\s?\d{9}|LV\s?\d{11}"
        r"|US[- ]?\d{2}[- ]?\d{7})(?![A-Z0-9])"
)  # fmt: skip
"""Tax numbers by the shapes of their countries."""
OTHERS_TAX = re.compile(
    r"(?:your|ihre|votre|su|uw|customer|buyer|client|kunden)[\w' .-]{0,12}(?:vat|ust|tva|iva|btw|tax|nif)", re.I
)
