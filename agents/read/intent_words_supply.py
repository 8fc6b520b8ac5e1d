"""The words that show what a supplier tells of an order of ours. Data for `intent_words`."""

from core.claims import Intent

RULES: tuple[tuple[Intent, tuple[str, ...]], ...] = (
    (
        Intent.ORDER_CONFIRMATION,
        (
            r"order (?:confirmation|acknowledge?ment)|\bwhich we (?:hereby |herewith )?confirm\b|we (?:hereby "
            r"|herewith )?confirm (?:as follows"
            r"|\d|that|all|everything|delivery|both|:)|we (?:hereby |herewith )?confirm:"
            r"|we (?:can )?(?:only )?confirm (?:only )?\d|(?:we |hereby |herewith "
            r"|gladly )+confirm(?: receipt of)? (?:your |the |both )?(?:purchase )?(?:orders?|POs?)\b"
            r"|(?:your |the )?(?:order|PO)\b[^.]{0,30} (?:is|has been) confirmed|Auftragsbest\u00e4tigung"
            r"|best\u00e4tigen (?:wir )?(?:Ihnen |hiermit |gerne ){0,4}(?:Ihre|die) (?:Bestellung|Auftrag)"
            r"|Bestellung\b[^.]{0,40} best\u00e4tigen wir"
            r"|(?:k\u00f6nnen wir|wir k\u00f6nnen)[^.]{0,30} \d+[^.]{0,30} best\u00e4tigen|ne pouvons confirmer"
            r"|podemos confirmar \d"
            r"|bevestigen wij (?:uw|de) (?:bestelling|order)|kunnen (?:wij |we )?\w* ?\d+[^.]{0,20} bevestigen"
            r"|confirmation de commande|confirmons (?:votre )?commande|confirmaci\u00f3n de pedido"
            r"|confirmamos (?:su )?pedido|orderbevestiging|bevestigen (?:uw )?(?:bestelling|order)",
            r"^confirmed(?=[,!.])|PO\S* ?[-\u2013:] ?confirmed\b"
            r"|(?:ship|be there|arriv|deliver)\w*[^.]{0,30}\d[^.]{0,30} as (?:originally )?(?:promised|agreed"
            r"|confirmed|planned)",
        ),
    ),
    (
        Intent.SUPPLIER_DELAY,
        (
            r"delay(?:s|ed|ing)?\b|postpon\w+|later than (?:\w+ )?(?:planned|promised|confirmed|expected|agreed)"
            r"|pushed (?:back|out)"
            r"|behind schedule|(?:be|is|are|run|running) late\b|(?:cannot|can ?not|can'?t|won'?t|will not"
            r"|not) (?:make|meet|keep|hold) (?:the |your |this |that "
            r"|our ){0,4}(?:agreed |confirmed |promised )?(?:delivery )?(?:date|week|\w+day)\b|new (?:delivery"
            r"|ship(?:ping)?) date|earliest (?:is|would be|date)"
            r"|(?:only|not) (?:ship|arrive|leave|come|be \w+)\w* (?:on|by|before|until) (?:the )?\d"
            r"|not before (?:the )?\d|won'?t be (?:ready|there|in)"
            r"|verz\u00f6ger\w*|versp\u00e4t\w*|versch(?:iebt|oben|ieben)\w*|neue[rn]? Liefertermin"
            r"|sp\u00e4ter (?:als|geliefert|liefern|kommen|eintreffen)|erst (?:am|in der|in|ab|ab dem|zum|Anfang"
            r"|Mitte|Ende) (?:KW ?)?\w+|nicht vor (?:dem |KW )"
            r"|Lieferverzug|Liefer\w+ nicht (?:halten|einhalten)|retard\w*|pas avant le|retras\w*|demora\w*"
            r"|aplaz\w+|no antes del"
            r"|vertraag\w*|vertraging\w*|later (?:geleverd|leveren)|uitgesteld|niet eerder dan|pas op \d",
            r"(?:need|take)s? (?:\w+ )?(?:until|more time)|(?:need|take)s? (?:another )?\d+ (?:more )?(?:days"
            r"|weeks)|reporté\w*|décalé\w*|(?:liefern|kommen|kommt) [^.]{0,40}erst\b",
        ),
    ),
    (
        Intent.SHORT_CONFIRMATION,
        (
            r"(?:only|just|nur|lediglich|seulement|s[o\u00f3]lo|slechts|maar) (?:(?:be able to )?(?:confirm"
            r"|best\u00e4tigen|confirmer|confirmar|supply|deliver|liefern"
            r"|offer) )?(?:\w+ )?\d[\d,]{0,14}(?:\.\d{3})*\b(?![.,/]\d)(?! ?(?:%"
            r"|days?|weeks?|Tage?|Wochen?|EUR|USD|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|\. ?\w+|Uhr|am|pm"
            r"|o'clock))"
            r"|can only (?:confirm|supply|deliver|send|offer)(?! (?:on|by|from|in|until|after|before|it|them|the)\b)"
            r"|k\u00f6nnen (?:wir )?(?:leider )?nur (?!am)[^.]{0,40}\d",
        ),
    ),
    (
        Intent.PARTIAL_SHIPMENT,
        (
            r"(?:partial(?:ly)?|part) (?:shipment|delivery|ship\w*|deliver\w*)|(?:load|ship|sent|send|deliver"
            r"|pack)(?:ed|ped)? (?:only )?\d[\d.,]{0,14}(?: \w+){0,3} (?<!instead )(?:of|out of) (?:the |your "
            r"){0,4}\d[\d,]{0,14}"
            r"|\d[\d.,]{0,14}(?: \w+){0,3} (?<!instead )(?:of|von) (?:the |den |your |insgesamt "
            r"|bestellten ){0,4}\d[\d.,]{0,14}[^.]{0,60}(?:rest|remaining|balance|follow)|(?:the )?(?:remaining|remainder"
            r"|rest|balance)\b[^.]{0,60}\b(?:follow\w*|will (?:ship|come|be)|ships?|comes?|later)"
            r"|Teillieferung\w*|teilweise (?:liefern|geliefert)|(?:Rest\w*|restliche\w*)[^.]{0,60}\b(?:folg\w*"
            r"|komm\w*|nachgeliefert|nach)|livraison partielle|le (?:reste|solde)[^.]{0,40}(?:suivr\w*|sera)"
            r"|entrega parcial|(?:el resto|las? dem\u00e1s|los dem\u00e1s)[^.]{0,50}(?:env\w+|entreg\w+|sigue"
            r"|lleg\w+|saldr\w+)"
            r"|deellevering|de rest(?:erende)?[^.]{0,40}(?:volgt|volgen|komt|geleverd|nageleverd)"
            r"|(?:\bthe )?other \d+[^.]{0,40}\b(?:follow|ship|come|arrive)\w*"
            r"|livr(?:ons|é)[^.]{0,30} \d+[^.]{0,20} sur \d+|(?:\u00fcbrigen|anderen) \d+[^.]{0,50}folg\w*",
            r"in (?:two|three|zwei|drei|deux|trois|dos|tres|twee|\d) (?:parts|lots|shipments|deliveries|Teilen"
            r"|Teillieferungen|Lieferungen|fois|envíos|delen)\b",
        ),
    ),
    (
        Intent.SUBSTITUTION_OFFER,
        (
            r"(?:would|could|will) you (?:take|accept)\b[^.?]{0,40}\binstead",
            r"successor (?:is|will be|item|model)|offer (?:you )?(?:the )?[A-Z0-9-]+ instead",
            r"Ersatzartikel\w*|(?:empfehlen|bieten) wir[^.]{0,40}(?:Ersatz|Alternative)",
            r"en (?:remplacement|substitution)|article équivalent|como (?:alternativa|sustituto)|als "
            r"(?:alternatief|vervanging)",
        ),
    ),
    (
        Intent.DISCONTINUED_ITEM,
        (
            r"discontinu\w+|phas(?:ed|ing|e)[- ]out|end[- ]of[- ]life\b|last[- ](?:time )?(?:buy|orders?) (?:date"
            r"|are|is|by|until|accepted)",
            r"no longer (?:be )?(?:available|produced|made|manufactured|supplied|stocked)|taken out of (?:the "
            r")?(?:range|production)",
            r"(?:stop|cease)\w* (?:the )?(?:production|making|producing|manufactur\w+) of",
            r"abgekündigt|Abkündigung|Produktabkündigung|aus(?:ge)?lauf\w*|läuft (?:zum [^.]{0,20})?aus\b"
            r"|Auslaufartikel",
            r"nicht mehr (?:lieferbar|verfügbar|hergestellt|produziert|gefertigt)|Produktion[^.]{0,40}eingestellt"
            r"|aus dem (?:Programm|Sortiment)",
            r"fin de série|n'est plus (?:fabriqué|disponible|produit|commercialis)\w*|ne (?:sera|seront) plus "
            r"(?:fabriqu|produit|disponible)\w*",
            r"arrêt de (?:la )?(?:production|fabrication|commercialisation)|dernières commandes",
            r"descatalogad\w*|ya no se (?:fabrica|produce)|dej(?:a|ará|amos|aremos) de fabricar\w*|fin de producción",
            r"niet meer (?:leverbaar|geproduceerd|gemaakt)|uit (?:het )?(?:assortiment|productie)|laatste bestellingen",
        ),
    ),
    (
        Intent.DESPATCH_ADVICE,
        (
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
            r"(?:left|leaves) (?:our (?:works|warehouse|factory|premises|dock) )?(?:today|yesterday|by truck"
            r"|this (?:morning|afternoon)|with (?:the|our|DHL|UPS|FedEx|DPD|GLS)\b)|has shipped\b",
            r"(?:is|are|has been) (?:vandaag|gisteren)|(?:is|zijn) (?:vandaag |gisteren )?verzonden|hat (?:heute "
            r"|gestern )?unser (?:Haus|Werk|Lager) verlassen",
        ),
    ),
)  # fmt: skip
