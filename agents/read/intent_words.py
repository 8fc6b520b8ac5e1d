"""The words that show what a message wants, five languages, in the order of the closed list. Data; `intents` reads it."""

import re

from core.claims import Intent

RULES: tuple[tuple[Intent, str], ...] = (
    (
        Intent.ORDER_CONFIRMATION,
        r"order (?:confirmation|acknowledge?ment)|\bwhich we (?:hereby |herewith )?confirm\b|we (?:hereby "
        r"|herewith )?confirm (?:as follows"
        r"|\d|that|all|everything|delivery|both|:)|we (?:hereby |herewith )?confirm:"
        r"|we (?:can )?(?:only )?confirm (?:only )?\d|(?:we |hereby |herewith "
        r"|gladly )+confirm(?: receipt of)? (?:your |the |both )?(?:purchase )?(?:orders?|POs?)\b"
        r"|(?:your |the )?(?:order|PO)\b[^.]{0,30} (?:is|has been) confirmed|Auftragsbest\u00e4tigung"
        r"|best\u00e4tigen (?:wir )?(?:Ihnen |hiermit |gerne )*(?:Ihre|die) (?:Bestellung|Auftrag)"
        r"|Bestellung\b[^.]{0,40} best\u00e4tigen wir"
        r"|(?:k\u00f6nnen wir|wir k\u00f6nnen)[^.]{0,30} \d+[^.]{0,30} best\u00e4tigen|ne pouvons confirmer"
        r"|podemos confirmar \d"
        r"|bevestigen wij (?:uw|de) (?:bestelling|order)|kunnen (?:wij |we )?\w* ?\d+[^.]{0,20} bevestigen"
        r"|confirmation de commande|confirmons (?:votre )?commande|confirmaci\u00f3n de pedido"
        r"|confirmamos (?:su )?pedido|orderbevestiging|bevestigen (?:uw )?(?:bestelling|order)",
    ),
    (
        Intent.SUPPLIER_DELAY,
        r"delay(?:s|ed|ing)?\b|postpon\w+|later than (?:\w+ )?(?:planned|promised|confirmed|expected|agreed)"
        r"|pushed (?:back|out)"
        r"|behind schedule|(?:be|is|are|run|running) late\b|(?:cannot|can ?not|can'?t|won'?t|will not"
        r"|not) (?:make|meet|keep|hold) (?:the |your |this |that "
        r"|our )*(?:agreed |confirmed |promised )?(?:delivery )?(?:date|week|\w+day)\b|new (?:delivery"
        r"|ship(?:ping)?) date|earliest (?:is|would be|date)"
        r"|(?:only|not) (?:ship|arrive|leave|come|be \w+)\w* (?:on|by|before|until) (?:the )?\d"
        r"|not before (?:the )?\d|won'?t be (?:ready|there|in)"
        r"|verz\u00f6ger\w*|versp\u00e4t\w*|versch(?:iebt|oben|ieben)\w*|neue[rn]? Liefertermin"
        r"|sp\u00e4ter (?:als|geliefert|liefern|kommen|eintreffen)|erst (?:am|in der|in|ab|ab dem|zum|Anfang"
        r"|Mitte|Ende) (?:KW ?)?\w+|nicht vor (?:dem |KW )"
        r"|Lieferverzug|Liefer\w+ nicht (?:halten|einhalten)|retard\w*|pas avant le|retras\w*|demora\w*"
        r"|aplaz\w+|no antes del"
        r"|vertraag\w*|vertraging\w*|later (?:geleverd|leveren)|uitgesteld|niet eerder dan|pas op \d",
    ),
    (
        Intent.SHORT_CONFIRMATION,
        r"(?:only|just|nur|lediglich|seulement|s[o\u00f3]lo|slechts|maar) (?:(?:be able to )?(?:confirm"
        r"|best\u00e4tigen|confirmer|confirmar|supply|deliver|liefern"
        r"|offer) )?(?:\w+ )?\d[\d,]{0,14}(?:\.\d{3})*\b(?![.,/]\d)(?! ?(?:%"
        r"|days?|weeks?|Tage?|Wochen?|EUR|USD|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|\. ?\w+|Uhr|am|pm"
        r"|o'clock))"
        r"|can only (?:confirm|supply|deliver|send|offer)(?! (?:on|by|from|in|until|after|before|it|them|the)\b)"
        r"|k\u00f6nnen (?:wir )?(?:leider )?nur (?!am)[^.]{0,40}\d",
    ),
    (
        Intent.PARTIAL_SHIPMENT,
        r"(?:partial(?:ly)?|part) (?:shipment|delivery|ship\w*|deliver\w*)|(?:load|ship|sent|send|deliver"
        r"|pack)(?:ed|ped)? (?:only )?\d[\d.,]{0,14}(?: \w+){0,3} (?<!instead )(?:of|out of) (?:the |your )*\d[\d,]{0,14}"
        r"|\d[\d.,]{0,14}(?: \w+){0,3} (?<!instead )(?:of|von) (?:the |den |your |insgesamt "
        r"|bestellten )*\d[\d.,]{0,14}[^.]{0,60}(?:rest|remaining|balance|follow)|(?:the )?(?:remaining|remainder"
        r"|rest|balance)\b[^.]{0,60}\b(?:follow\w*|will (?:ship|come|be)|ships?|comes?|later)"
        r"|Teillieferung\w*|teilweise (?:liefern|geliefert)|(?:Rest\w*|restliche\w*)[^.]{0,60}\b(?:folg\w*"
        r"|komm\w*|nachgeliefert|nach)|livraison partielle|le (?:reste|solde)[^.]{0,40}(?:suivr\w*|sera)"
        r"|entrega parcial|(?:el resto|las? dem\u00e1s|los dem\u00e1s)[^.]{0,50}(?:env\w+|entreg\w+|sigue"
        r"|lleg\w+|saldr\w+)"
        r"|deellevering|de rest(?:erende)?[^.]{0,40}(?:volgt|volgen|komt|geleverd|nageleverd)"
        r"|(?:\bthe )?other \d+[^.]{0,40}\b(?:follow|ship|come|arrive)\w*"
        r"|livr(?:ons|é)[^.]{0,30} \d+[^.]{0,20} sur \d+|(?:\u00fcbrigen|anderen) \d+[^.]{0,50}folg\w*",
    ),
    (
        Intent.DESPATCH_ADVICE,
        r"(?:has|have) (?:been |just )?(?:shipped|dispatched|despatched|left our)|(?:was|were) (?:shipped"
        r"|dispatched|despatched)|(?:despatch|dispatch|shipping|shipment) (?:advice|note|notice|notification"
        r"|confirmation)|advance ship(?:ping|ment)? notice|ASN\b|on (?:its|their) way"
        r"|tracking (?:number|code|no\.?|id)?:? ?(?=[A-Z0-9]*\d)|(?:picked up|collected) (?:the |\d+ |your |by "
        r"|this |today|yesterday|from)"
        r"|(?:driver|carrier|haulier|forwarder|UPS|DHL|FedEx) (?:has )?(?:collected|picked up)|out for delivery"
        r"|(?:delivery note|packing (?:list|slip)|Lieferschein|bon de livraison|albar\u00e1n"
        r"|pakbon)\b[^.]{0,30}(?:attached|enclosed|anbei|im Anhang"
        r"|beigef\u00fcgt|ci-joint|adjunto|bijgevoegd)|(?:attached|enclosed|anbei|im Anhang|ci-joint|adjunto"
        r"|bijgevoegd)[^.]{0,30}(?:delivery note"
        r"|packing (?:list|slip)|Lieferschein|bon de livraison|albar\u00e1n|pakbon)"
        r"|Lieferavis|Versand(?:anzeige|best\u00e4tigung|avis)|wurde(?:n)? (?:heute "
        r"|gestern )?(?:versandt|verschickt|versendet)|hat unser (?:Werk|Lager|Haus) verlassen"
        r"|avis d'exp\u00e9dition|(?:a|ont) \u00e9t\u00e9 exp\u00e9di\u00e9e?s?|aviso de env\u00edo"
        r"|ha(?:n)? sido enviad[oa]s?"
        r"|verzendbevestiging|is verzonden",
    ),
    (
        Intent.INVOICE_CORRECTION,
        r"correct(?:ed|ion(?: of(?: the| our)?)?) (?:copy of (?:the |our )?)?invoice|invoice[^.]{0,40} (?:is"
        r"|was|has been) (?:wrong|incorrect|corrected|replaced)|replac(?:es|ing) (?:the |our )?invoice"
        r"|revised invoice|cancellation (?:of )?invoice|Rechnungskorrektur|korrigierte Rechnung|Stornorechnung"
        r"|ersetzt (?:die |unsere )?Rechnung|facture (?:corrig\u00e9e|rectificative)|factura rectificativa"
        r"|gecorrigeerde factuur",
    ),
    (
        Intent.CREDIT_NOTE,
        r"credit (?:note|memo)|Gutschrift|(?:note de cr\u00e9dit|facture d'avoir|\bavoir n)"
        r"|nota de (?:cr\u00e9dito|abono)|creditnota|creditfactuur",
    ),
    (
        Intent.INVOICE_ENCLOSED,
        r"(?:find|attached|enclosed|attach|enclose|sending|send you|here is)\b[^.]{0,40}\binvoices?\b"
        r"|invoices?\b[^.]{0,60}\b(?:attached|enclosed|anbei)|(?:anbei|beigef\u00fcgt|im Anhang|beiliegend"
        r"|senden)\b[^.]{0,50}\bRechnung|Rechnung\b[^.]{0,60}\b(?:anbei|im Anhang|beigef\u00fcgt)"
        r"|(?:ci-joint|joint|trouver)[^.]{0,40}\bfacture|adjunt\w+[^.]{0,30}\bfactura|(?:bijgevoegd"
        r"|bijlage)[^.]{0,30}\bfactuur",
    ),
    (
        Intent.DISPUTE,
        r"\bdisput\w+|we (?:do not|don't|cannot) (?:agree|accept)|reject (?:your|the) (?:claim|deduction"
        r"|debit)|not (?:justified|our fault)|(?:unpaid|outstanding|overdue) (?:invoice|balance|amount)"
        r"|(?:final|second|third|last) (?:payment )?reminder|short[- ]paid|underpaid|deduct(?:ed|ion) (?:is|was"
        r"|without)"
        r"|Mahnung|\u00fcberf\u00e4llig|widersprechen|nicht einverstanden|Reklamation"
        r"|bestreiten|mise en demeure|impay\u00e9e?|contestons|reclamaci\u00f3n|vencida|achterstallig|betwist\w*"
        r"|overdue|past due|(?:your|the) (?:claim|deduction|debit note|short payment)[^.]{0,40}(?:reject|refus"
        r"|unjustified|wrong|incorrect)",
    ),
    (
        Intent.OUT_OF_OFFICE,
        r"out of (?:the )?office|on (?:annual |parental |sick )?(?:leave|vacation|holiday) (?:until|from"
        r"|till)|automatic reply|auto-?reply|automatische Antwort|Abwesenheit(?:snotiz|sassistent)?"
        r"|nicht im (?:B\u00fcro|Haus)|r\u00e9ponse automatique|absent(?:e)? du bureau|fuera de la oficina"
        r"|respuesta autom\u00e1tica|afwezig\w*",
    ),
    (
        Intent.PHISHING,
        r"verify your (?:account|identity|password|mailbox)|(?:account|mailbox"
        r"|password)[^.]{0,40}(?:suspended|expir\w+|deactivated|locked)|confirm your (?:password|login"
        r"|credentials)|click (?:here|the link|below)[^.]{0,60}(?:password|account|log ?in|verify)"
        r"|gift cards?|Ihr (?:Konto|Postfach|Passwort)[^.]{0,40}(?:gesperrt|abgelaufen|l\u00e4uft ab)"
        r"|votre (?:compte|mot de passe)[^.]{0,40}(?:suspendu|expir\w*)",
    ),
    (
        Intent.SPAM,
        r"(?:lottery|jackpot|you (?:have )?won|viagra|casino|crypto(?:currency)? investment"
        r"|make money (?:fast|online)|million (?:dollars|USD|euros?)|inheritance|100% free|backlinks?\b"
        r"|SEO\b|rank (?:your (?:\w+ )?|higher |first |top )|(?:first page|top) (?:of|on) (?:search|google)"
        r"|guest post)",
    ),
)  # fmt: skip
PATTERNS = tuple((intent, re.compile(rf"(?<!\w)(?:{pattern})", re.I)) for intent, pattern in RULES)
