"""The words of carriers, of machines that answer, of advertising and of fraud. Data for `intent_words`."""

from core.claims import Intent

RULES: tuple[tuple[Intent, tuple[str, ...]], ...] = (
    (
        Intent.FREIGHT_NOTICE,
        (
            r"(?:collection|pick[- ]?up) (?:is |was |has been |of [^.]{0,30})?(?:booked|scheduled|planned"
            r"|confirmed|arranged)|arrival notice|notice of arrival|free time (?:ends|expires)|demurrage"
            r"|detention charge|storage (?:charges?|of)\b[^.]{0,30}\d",
            r"(?:dock|delivery|unloading|warehouse) (?:appointment|slot|window)|time slot|vessel:|voyage|bills? "
            r"of lading|\bB/L\b|rolled (?:and|over|to)|roll-?over|container [A-Z]{4} ?\d{6,7}|sail(?:s|ed)? "
            r"(?:with|on|from)",
            r"customs (?:clearance|hold|inspection|broker)|(?:held|stuck|stopped) (?:at|by|in) customs|delivery "
            r"attempt|(?:tried|attempted|unable) to deliver|(?:our|the) driver (?:is|was|will|cannot|can"
            r"|collects?|picks up|comes)\b|freight order\b"
            r"|trace the missing|of the \d+ pallets you (?:collected|picked)",
            r"ready for (?:collection|pick[- ]?up)|(?:please )?(?:have|keep) the (?:goods|ramp"
            r"|dock)[^.]{0,30}(?:ready|free)|(?:proof|confirmation) of (?:delivery|collection)",
            r"beim Zoll|Zollabfertigung|Verzollung|Abfertigung benötigen|avisier\w+|Lieferavis\b(?! (?:anbei|im))"
            r"|Avis Ihrer|Zeitfenster|Rampe frei|(?:zur |Ihre )?Abholung\b|abholbereit|Abholtermin|zur Abholung "
            r"bereit|Zustellversuch|Standgeld",
            r"enlèvement|dédouanement|en douane|bloqué\w* (?:en|à la) douane|avis d'arrivée|prise de rendez-vous"
            r"|quai de (?:dé)?chargement|documents de transport",
            r"en (?:la )?aduana|despacho (?:aduanero|de aduanas?)|aviso de llegada|recogida (?:prevista"
            r"|programada|del?)|retenid\w+ en",
            r"(?:bij|door) de douane|inklaring|aankomstbericht|afhaal(?:afspraak|moment)|losafspraak|opgehaald worden",
        ),
    ),
    (
        Intent.OUT_OF_OFFICE,
        (
            r"out of (?:the )?office|on (?:annual |parental |sick )?(?:leave|vacation|holiday) (?:until|from"
            r"|till)|automatic reply|auto-?reply|automatische Antwort|Abwesenheit(?:snotiz|sassistent)?"
            r"|nicht im (?:B\u00fcro|Haus)|r\u00e9ponse automatique|absent(?:e)? du bureau|fuera de la oficina"
            r"|respuesta autom\u00e1tica|afwezig\w*",
            r"(?:bin|befinde)\b[^.]{0,60}im Urlaub|im Urlaub bis|bin ab (?:dem )?[^.]{1,30} wieder (?:für Sie "
            r")?(?:da|erreichbar|im Büro)|(?:will be|am|be) (?:away|on leave|on holiday)\b|absente? du bureau",
        ),
    ),
    (
        Intent.PHISHING,
        (
            r"verify your (?:account|identity|password|mailbox)|(?:account|mailbox"
            r"|password)[^.]{0,40}(?:suspended|expir\w+|deactivated|locked)|confirm your (?:password|login"
            r"|credentials)|click (?:here|the link|below)[^.]{0,60}(?:password|account|log ?in|verify)"
            r"|gift cards?|Ihr (?:Konto|Postfach|Passwort)[^.]{0,40}(?:gesperrt|abgelaufen|l\u00e4uft ab)"
            r"|votre (?:compte|mot de passe)[^.]{0,40}(?:suspendu|expir\w*)",
            r"(?:verify|update|confirm) your (?:card|bank card|payment details|details)|sign(?:ing)? in (?:with"
            r"|here)[^.]{0,60}(?:password|mail)?|password (?:will|expires?|has)|lock your account|(?:parcel"
            r"|package)[^.]{0,60}(?:customs )?fee|link expires",
            r"bestätigen Sie (?:bitte )?Ihr(?:e)? (?:Konto|Daten|Passwort)|Postfach hat \d+|(?:su|tu) cuenta "
            r"(?:será|ha sido) (?:suspendida|bloqueada)|haga clic|cliquez ici pour (?:vérifier|confirmer)|uw "
            r"(?:account|rekening) (?:is|wordt) geblokkeerd",
        ),
    ),
    (
        Intent.SPAM,
        (
            r"(?:lottery|jackpot|you (?:have )?won|viagra|casino|crypto(?:currency)? investment"
            r"|make money (?:fast|online)|million (?:dollars|USD|euros?)|inheritance|100% free|backlinks?\b"
            r"|SEO\b|rank (?:your (?:\w+ )?|higher |first |top )|(?:first page|top) (?:of|on) (?:search|google)"
            r"|guest post)",
            r"(?:minutes|moment) of your time|cut your costs|outsourcing company|winner of|claim your (?:prize"
            r"|reward)|gift voucher|free spins|welcome bonus|pre-?approved|no credit check|(?:email|contact"
            r"|mailing) list of|verified (?:email|contact)\w*|Fortune 500|million-?dollar",
        ),
    ),
)  # fmt: skip
