"""The words that show what is said of money: bills, accounts, reminders, payments. Data for `intent_words`."""

from core.claims import Intent

RULES: tuple[tuple[Intent, tuple[str, ...]], ...] = (
    (
        Intent.INVOICE_CORRECTION,
        (
            r"(?<!send a )(?<!send us a )(?<!need a )(?<!for a )correct(?:ed|ion(?: of(?: the| our)?)?) (?:copy "
            r"of (?:the |our )?)?invoice|invoice[^.]{0,40} (?:is"
            r"|was|has been) (?:wrong|incorrect|corrected|replaced)|replac(?:es|ing) (?:the |our )?invoice"
            r"|revised invoice|cancellation (?:of )?invoice|Rechnungskorrektur|korrigierte Rechnung|Stornorechnung"
            r"|ersetzt (?:die |unsere )?Rechnung|facture (?:corrig\u00e9e|rectificative)|factura rectificativa"
            r"|gecorrigeerde factuur",
        ),
    ),
    (
        Intent.CREDIT_NOTE,
        (
            r"(?<!your )(?<!send a )(?<!send us a )(?<!issue a )(?<!need a )credit (?:note|memo)|Gutschrift"
            r"|(?:note de cr\u00e9dit|facture d'avoir|(?:notre|un) avoir\b|\bavoir n)"
            r"|nota de (?:cr\u00e9dito|abono)|creditnota|creditfactuur",
        ),
    ),
    (
        Intent.INVOICE_ENCLOSED,
        (
            r"(?:find|attached|enclosed|attach|enclose|sending|send you|here is)\b[^.]{0,40}\binvoices?\b"
            r"|invoices?\b[^.]{0,60}\b(?:attached|enclosed|anbei)|(?:anbei|beigef\u00fcgt|im Anhang|beiliegend"
            r"|senden)\b[^.]{0,50}\bRechnung|Rechnung\b[^.]{0,60}\b(?:anbei|im Anhang|beigef\u00fcgt)"
            r"|(?:ci-joint|joint|trouver)[^.]{0,40}\bfacture|adjunt\w+[^.]{0,30}\bfactura|(?:bijgevoegd"
            r"|bijlage)[^.]{0,30}\bfactuur",
            r"(?:new|proforma|pro forma) invoice (?:from|[A-Z]*-?\d|attached|is available)|view (?:and pay "
            r")?your invoice",
        ),
    ),
    (
        Intent.STATEMENT_OF_ACCOUNT,
        (
            r"statements? of (?:your |the )?account|account statement|(?:our|your|the|monthly|latest) "
            r"statement\b(?! (?:that|by))",
            r"statement (?:for|as of|as at|from) (?:\d|\w+)|(?:outstanding|open) items? list",
            r"Kontoauszug|Saldenbestätigung|Saldenabstimmung|Saldenliste|offene[rn]? Saldo|OP-Liste"
            r"|Offene-Posten-?\w*|offene(?:n)? Posten",
            r"relevé de compte|(?:extracto|estado) de (?:su )?cuenta|rekeningoverzicht|openstaande posten",
        ),
    ),
    (
        Intent.DISPUTE,
        (
            r"\bdisput\w+|we (?:do not|don't|can ?not|can't|will not) (?:agree|accept|recogni[sz]e)|(?:reject"
            r"|refuse) (?:your|the|this) (?:claim|deduction"
            r"|debit|invoice|charge)|not (?:justified|our fault)|short[- ]pa(?:id|y)\b|underpaid|deduct(?:ed"
            r"|ion) (?:is|was|of|without)",
            r"(?:your|the) (?:claim|deduction|debit note|short payment)[^.]{0,40}(?:reject|refus|unjustified"
            r"|wrong|incorrect)",
            r"(?:invoice|you) charges? [^.]{0,40}(?:our order|agreed|instead)|(?:over|wrongly )charged",
            r"widersprechen|nicht einverstanden|bestreiten|beanstanden|(?:erkennen|akzeptieren)[^.]{0,60} "
            r"nicht(?: an)?\b|nicht an(?:erkannt|erkennen)",
            r"(?:kürzen|gekürzt)[^.]{0,40}Rechnung|Rechnung[^.]{0,40}(?:gekürzt|kürzen)|zu Unrecht",
            r"contestons|nous (?:refusons|n'acceptons pas)|n'étai(?:t|ent) pas convenus?|litige",
            r"no aceptamos|rechazamos|disputamos|no estamos de acuerdo|betwist\w*|niet (?:mee )?(?:eens|akkoord)",
        ),
    ),
    (
        Intent.PAYMENT_REMINDER,
        (
            r"(?:payment|friendly|gentle|first|second|third|2nd|3rd|final|last) (?:payment )?(?:reminder"
            r"|notice)\b|reminder:? (?:of |for )?(?:\w+ )?invoices?",
            r"over ?due|past due|(?:still|remains?|is|are) (?:\w+ )?(?:unpaid|outstanding)\b|(?:was|were|fell) "
            r"due (?:on|since)|still (?:open|unpaid)",
            r"(?:have|has) not (?:yet )?(?:received|had) (?:your |the |any )?payment|do not receive (?:your "
            r")?payment|awaiting (?:your )?payment",
            r"Mahnung|Mahngebühr|Zahlungserinnerung|überfällig|noch (?:offen\b|nicht (?:beglichen|bezahlt"
            r"|ausgeglichen|eingegangen))|Inkasso\w*",
            r"Zahlungsverzug|trotz[^.]{0,30}(?:Mahnung|Erinnerung)",
            r"relance\b|impayée?s?|reste (?:à ce jour )?(?:due|impayé\w*)|mise en demeure|rappel de paiement"
            r"|régler? sous",
            r"recordatorio de pago|vencid[ao]s?\b|pendientes? de pago|impagad\w*",
            r"betalingsherinnering|aanmaning|herinnering (?:aan |voor )?factuur|(?:staat|staan) nog open"
            r"|achterstallig\w*|nog niet (?:betaald|voldaan)",
        ),
    ),
    (
        Intent.REMITTANCE_ADVICE,
        (
            r"remittance advice|payment advice|advice of payment|remittance(?! (?:details|address|information|to"
            r"|instructions))\b",
            r"we (?:have |will |are )?(?:today |just |now ){0,3}(?:paid|pay|paying|remit(?:ted)?|transferr?(?:ed)?"
            r"|wired) (?:you )?(?:the amount of )?(?:[A-Z]{3} |[$€£] ?)?\d",
            r"(?:payment|transfer) of [^.]{0,30}\d[^.]{0,40}(?:has been|was|will be) (?:made|sent|released"
            r"|initiated|credited)",
            r"we have (?:made|sent|released|initiated) (?:a |the |your )?(?:payment|transfer)|che(?:ck|que) "
            r"(?:no\.? ?\w+|#?\d+).{0,40}?(?:went|sent|mailed|posted|is in)",
            r"Zahlungsavis|Überweisungsavis|Zahlungsanzeige|überweisen wir|wir überweisen|wir "
            r"haben[^.]{0,80}(?:überwiesen|angewiesen|gezahlt)|haben wir[^.]{0,80}überwiesen",
            r"avis de (?:paiement|virement)|(?:avons|ai) (?:effectué|procédé)[^.]{0,40}(?:virement|paiement"
            r"|règlement)|vous avons (?:réglé|viré)",
            r"aviso de pago|hemos (?:transferido|pagado|abonado|realizado[^.]{0,30}(?:transferencia|pago))",
            r"betaal(?:advies|specificatie)|(?:hebben|heb) (?:wij|we|ik)[^.]{0,60}(?:betaald|overgemaakt)",
        ),
    ),
)  # fmt: skip
