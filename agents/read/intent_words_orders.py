"""The words that show what buyers want: orders, changes, cancellations, quotations. Data for `intent_words`."""

from core.claims import Intent

RULES: tuple[tuple[Intent, tuple[str, ...]], ...] = (
    (
        Intent.ORDER_CHANGE_REQUEST,
        (
            r"(?:please|pls|kindly|can you|could you|would you|we (?:would like|need|want|wish|have) to)(?: "
            r"\w+){0,2} (?:change|amend|modify|reduce|increase|postpone|reschedule|move (?=(?:the |our "
            r")?(?:delivery|order|PO|date|SO))|push back|bring forward|pull "
            r"in|update)\b(?! (?:your|our) (?:records|bank|details|direct|master))(?![^.]{0,40}(?:bank|account"
            r"|deposit|records))",
            r"(?:change|amendment|revision) (?:request|order|notice)\b|order change|change (?:to|of|on) (?:our "
            r"|the )?(?:order|PO|purchase order|item|quantity|delivery date)\b|purchase order change",
            r"(?:can|could|may) (?:\S+ ){1,8}be (?:moved|changed|postponed|brought forward|rescheduled|delivered "
            r"(?:later|earlier))|be (?:moved|changed|postponed) to\b[^.]{0,40}\?",
            r"(?:please|pls|kindly) (?:deliver|ship|send) [^.]{0,60}\b(?:to (?:our|the) new (?:site|address"
            r"|warehouse)|instead\b)|make it (?:\w+day|\d|the)\b|(?:can|could) you make \S+ \d|(?:can(?:no|')?t"
            r"|cannot|unable to) (?:take|receive|accept) (?:delivery of )?\S*\d",
            r"Bestelländerung|Auftragsänderung|Änderung(?:en)? (?:der |zur? |an |unserer |in ){0,3}(?:Bestellung"
            r"|Auftrag|Bestellmenge)|bitte (?:\w+ )?ändern Sie|(?:bitte|können Sie|könnten Sie|möchten|wollen"
            r"|müssen)\b[^.?]{0,120}(?:verschieben|vorziehen|ändern|reduzieren|erhöhen|umleiten)",
            r"modifier (?:notre|la|ma) commande|modification de (?:la |notre )?commande|(?:reporter|avancer"
            r"|décaler) (?:la |notre )?(?:livraison|date)",
            r"(?:adelantar|aplazar|cambiar|modificar|retrasar)\b[^.?]{0,30}(?:entrega|pedido|cantidad)|cambio "
            r"(?:en|de|del) (?:el )?(?:nuestro )?pedido|modificación del? pedido",
            r"(?:wijzigen|wijziging|aanpassen)\b[^.]{0,30}(?:bestelling|order)|(?:bestelling|order"
            r"|levering)\b[^.]{0,40}(?:wijzigen|aanpassen|verzetten|verschuiven)",
        ),
    ),
    (
        Intent.ORDER_CANCELLATION,
        (
            r"cancel(?:s|l?ed|l?ing|l?ation)?\b(?! (?:invoice|of (?:the |our )?invoice))[^.]{0,40}(?:\border|\bPO"
            r"|\bline|\bSO-|\bit\b|this one|the (?:other|rest|remaining|balance)|\d{3,})|(?:order|\bPO"
            r"|SO-)\S*(?: \S+){0,6} cancel\w*|(?:drop|strike|delete|remove) (?:line|pos\.?|item|position) \d",
            r"(?:stornier\w+|Stornierung|Storno(?! ?rechnung))[^.]{0,60}(?:Bestellung|Auftrag|\d{4,})"
            r"|(?:Bestellung|Auftrag)\b[^.]{0,60}(?:stornier\w+|Storno\b)|(?:Bestellung"
            r"|Auftrag)[^.]{0,40}(?:widerrufen|zurücktreten)",
            r"annul\w+[^.]{0,40}commande|commande\b[^.]{0,40}annul\w+|(?:anul\w+|cancel\w+)[^.]{0,40}pedido"
            r"|pedido\b[^.]{0,40}(?:anul\w+|cancel\w+)",
            r"annuler\w+[^.]{0,40}(?:bestelling|order)|(?:bestelling|order)\b[^.]{0,60}annuler\w+",
        ),
    ),
    (
        Intent.CUSTOMER_ORDER,
        (
            r"(?:please|pls|kindly|can you|could you)(?: also)? (?:send|supply|ship|deliver|book|enter|get)(?: "
            r"(?:us|me|out))? (?:the |another |a further )?\d",
            r"(?:we|i|they)(?:'d| would| want| wish| need)?(?: like)?(?: to)?(?: hereby)? order (?:\d|the "
            r"following|from you|as follows)|(?:would like|want|wish) to (?:order|buy|purchase)\b|(?:place"
            r"|placing|submit) (?:an|the following|our|this|a new) (?:purchase )?order",
            r"new (?:purchase )?order\b(?!s? (?:process|system|number format))|please (?:book|accept|process"
            r"|enter|find) (?:the following |two |our |attached |this |enclosed ){0,4}(?:purchase )?orders?\b|call[- "
            r"]off|release (?:the following )?(?:under|against) (?:blanket|frame)|please confirm (?:this|our"
            r"|receipt of this) (?:purchase )?order",
            r"(?:hiermit |gerne )?bestellen wir|wir bestellen|(?:möchten|wollen|würden)[^.]{0,60}bestellen"
            r"|bestelle ich|bestätigen Sie (?:uns )?(?:den|diesen|unseren|diese|unsere|die) (?:Auftrag"
            r"|Bestellung)\b|Abruf(?:auftrag)?\b[^.]{0,30}\d",
            r"pass(?:ons|er|e) commande|nous (?:vous )?commandons|souhaitons commander|bon de commande "
            r"(?:ci-joint|en pièce)",
            r"(?:hacemos|hacerles?|realizamos|pasamos) (?:el |un |nuestro )?(?:siguiente )?pedido|(?:queremos"
            r"|deseamos|quisiéramos) (?:pedir|encargar)",
            r"(?:wij|we) bestellen|bestellen (?:wij|we)|(?:willen|wensen)[^.]{0,40}bestellen|hierbij onze "
            r"(?:bestelling|order)",
        ),
    ),
    (
        Intent.QUOTE,
        (
            r"quotation|(?:our|your|revised|attached|this|a|new|formal) quote\b|quote (?:no|number|#|for|us"
            r"|you)\b|\bRF[QI]\b|request for (?:a )?(?:quot\w+|price|offer|proposal)|(?:best|your) price (?:for"
            r"|on)|(?:could|can|we) (?:you )?quote\b|(?:our|your) (?:binding |written )?offer (?:no|number|of|\d"
            r"|is|remains|valid)",
            r"(?:could|can|would) do (?:it (?:for|at) )?(?:[$€£]|[A-Z]{3} )?\d+[.,]\d{2}|pricing (?:for|on) \d"
            r"|(?:can|could) offer (?![^.]*\b(?:replacement|substitut|alternativ|instead))[^.]{3,60} at "
            r"(?:[A-Z]{3} ?|[$€£] ?)?\d+[.,]\d",
            r"(?:unser|dieses|folgendes|Ihr|ein|das|verbindliches) Angebot\b|Angebot(?: Nr\.?)? [\dA-Z]"
            r"|Angebotsnummer|Preisanfrage|vielen Dank für Ihre Anfrage|(?:erbitten|bitten um) (?:ein |Ihr "
            r")?Angebot|Kostenvoranschlag|an(?:zu)?bieten: \d",
            r"\bdevis\b|notre offre (?:de prix|n°)|demande de prix|presupuesto|cotización|oferta (?:de precio"
            r"|n\.?º)|\bofferte\b|prijsopgave|prijsaanvraag",
        ),
    ),
    (
        Intent.QUESTION_STATUS,
        (
            r"any (?:news|update|word) (?:on|about|of|from|regarding)|(?:what(?:'s| is)|(?:send|give|need"
            r"|have)[^.?]{0,20}) (?:the |an? )?(?:current )?(?:status|update|ETA)\b|status (?:of|update) (?:our"
            r"|my|the|on)[^.]{0,60}\?|where (?:is|are) (?:my|our|the|it|PO|SO|order)",
            r"when (?:will|can|do|does|is|are|should|would)\b[^.?]{0,80}\b(?:ship\w*|arriv\w*|deliver\w*|leav\w*"
            r"|come|be (?:here|ready|sent)|dispatch\w*|expect|receive|get (?:it|them|our|the|my))\b[^.?]{0,60}\?",
            r"has (?:\S+ ){1,8}(?:shipped|arrived|left|been (?:shipped|sent|paid|received|booked|processed"
            r"|despatched))\b[^.?]{0,40}\?|should have been here|(?:still )?(?:waiting|wait) for (?:our|your|the"
            r"|my|an answer)|have not (?:yet )?(?:received|had|heard)[^.]{0,40}(?:confirmation|answer|reply|news"
            r"|order)",
            r"(?:checking|check|wonder\w*|let (?:me|us) know) (?:whether|if) \S+ (?:is|has|was"
            r"|will)\b[^.?]{0,60}(?:schedul|payment|paid|ship|on (?:its|the) way|received|confirmed)\w*|can you "
            r"send us your account number",
            r"wie ist der Stand|(?:aktuelle[rn]? )?(?:Liefer|Auftrags|Bestell)status|wo (?:bleibt|ist|steht"
            r"|bleiben)\b|(?:wann|kommt|kommen|ist)\b[^.?]{0,80}(?:kommen|geliefert|liefern|versandt|versendet"
            r"|verschickt|Ware|Lieferung|rechnen|eintreffen|da sein)\b[^.?]{0,50}\?|(?:warte"
            r"|warten)\b[^.]{0,60}(?:auf|seit)\b|noch keine (?:Auftragsbestätigung|Bestätigung|Antwort"
            r"|Rückmeldung)|wo die bleibt",
            r"où en est|quand (?:serons|sera|seront|allez|pensez|comptez|pouvez|recevrons)\b[^.?]{0,60}\?"
            r"|toujours pas (?:reçu|livr)\w*|suivi (?:de )?(?:notre |la |ma )?commande",
            r"¿?(?:cuándo|dónde)\b[^.?]{0,60}(?:pedido|envío|entrega|llega\w*|recibir\w*)[^.?]{0,30}\?|estado "
            r"(?:de|del) (?:nuestro |mi |el )?pedido|seguimos esperando",
            r"(?:waar blijft|wanneer (?:komt|wordt|worden|kunnen|mogen|ontvangen))\b[^.?]{0,60}\?|wat is de "
            r"status|nog geen (?:bevestiging|bericht|levering)",
        ),
    ),
)  # fmt: skip
