"""The words that show what is wrong with goods, and what shall go back. Data for `intent_words`."""

from core.claims import Intent

RULES: tuple[tuple[Intent, tuple[str, ...]], ...] = (
    (
        Intent.DAMAGED_GOODS,
        (
            r"(?:damaged|broken|crushed|cracked|soaked|wet|leaking|dented|torn|bent|smashed|split|scratched"
            r"|shattered|unusable) (?:on (?:arrival|delivery|receipt)|in (?:transit|transport)|upon)",
            r"(?:arriv\w+|came|come|received|got|delivered|turned up|showed up)\b(?: \w+){0,6} (?:damaged|broken"
            r"|crushed|cracked|soaked|dented|torn|bent|smashed|scratched|shattered|leaking)",
            r"\d+(?: \S+){0,5} (?:(?:is|are|was|were|arrived|came) )?(?:badly |totally |completely )?(?:damaged"
            r"|crushed|cracked|soaked|dented|torn|smashed|scratched|leaking|unusable)\b(?=\s*(?:$|[.,;:!)]|(?:and"
            r"|or|on|in|at|by|when|upon)\b))",
            r"transport damage|damage report|damage in transit|goods (?:were |are |arrived )?damaged|(?:pallet"
            r"|carton|box|drum|container|goods|load|parcel)\S*(?: \S+){0,12} (?:was|were|is|are|been) (?:damaged"
            r"|dropped|crushed|soaked|punctured)",
            r"(?:qty|quantity) rejected|write off \d+|had to write off|cannot be used|not usable|seams? split",
            r"Transportschäden|Transportschaden|beschädigt\w*|(?:waren|sind|war|ist)\b[^.]{0,60}(?:verbogen"
            r"|zerbrochen|zerkratzt|aufgerissen|durchnässt|kaputt)|Beschädigung\w*|weist? (?:\w+ )?(?:Risse"
            r"|Beulen)|haben (?:Risse|Beulen|Kratzer)|defekten Teile",
            r"endommag\w+|abîmé\w*|avarié\w*|cassé\w*|(?:émis|avec) des réserves",
            r"dañad[oa]s?|rot[oa]s\b|daños|mercancía en mal estado|beschadig\w+|kapot\b|transportschade",
        ),
    ),
    (
        Intent.WRONG_GOODS,
        (
            r"wrong (?:items?|articles?|goods|parts?|products?|bolts?|nuts?|size|colou?r|materials?|ones?"
            r"|delivery|boxe?s?|pieces)\b|mis-?(?:shipped|delivered|shipment|delivery)",
            r"ordered\b[^.]{0,60}\b(?:but|and)\b[^.]{0,30}\b(?:got|received|the (?:box|label|carton)|you (?:sent"
            r"|delivered|shipped)|were sent|contain\w*)",
            r"(?:were|was) (?:delivered|sent|shipped)[,;:]? (?:but )?(?:we|our) (?:had )?(?:ordered|order)|not "
            r"what (?:we|i) ordered|(?:not|never) ordered",
            r"(?:received|got|sent (?:us|me)|delivered)\b[^.,]{0,25}[A-Z]+-?\w*\d\w*[^.,]{0,15} instead of",
            r"got (?:the )?(?:\d+ instead of|red|blue|green|black|white|other|small|large|big)\b|too many "
            r"(?:were )?(?:sent|delivered|shipped)|over-?delivered",
            r"Falschlieferung|falsche[rsn]? (?:Ware|Artikel|Teile?|Größe|Farbe|Menge)|falsch geliefert"
            r"|statt[^.]{0,60}(?:haben (?:Sie|wir)|wurden?|kamen)[^.]{0,60}(?:geliefert|erhalten|bekommen)",
            r"zu viel (?:geliefert|erhalten)\w*|Überlieferung|nicht bestellt\w*",
            r"mauvais(?:e)? (?:articles?|références?|produits?|marchandises?)|(?:reçu|livré)\b[^.]{0,40} au lieu "
            r"d|erreur de (?:livraison|référence)",
            r"(?:artículo|producto|material|mercancía) (?:equivocad|incorrect|erróne)\w+|(?:recibido|enviado"
            r"|llegado)\b[^.]{0,40} en lugar de|no es lo que pedimos",
            r"verkeerde? (?:artikel\w*|goederen|stuks|levering|producten?|maat|kleur)|(?:kregen|ontvingen"
            r"|ontvangen|gekregen)\b[^.]{0,40} in plaats van|verkeerd geleverd",
        ),
    ),
    (
        Intent.RETURN_REQUEST,
        (
            r"(?:could|can|may|might|shall|would like to|want to|wish to|will|ask you to|please|we have to|we "
            r"need to|we must)(?: (?:we|you|i|they|like to|please|also|kindly)){0,5} (?:return|send (?:\S+ ){1,6}back"
            r"|give (?:\S+ ){1,4}back|take (?:\S+ ){1,5}back|pick (?:them|it|these) up)\b(?! (?:to you with|your "
            r"call))",
            r"when can you (?:pick|collect) (?:them|it|these)(?: up)?|\bRMA\b|returns? (?:number|authori[sz]ation"
            r"|request|label|form)\b|return to (?:vendor|supplier)",
            r"return (?:of )?(?:the |all )?(?:goods|gloves|pieces|parts|material|items)|ready for return|asking? "
            r"(?:you )?to return|we (?:are )?return(?:ing)?\b",
            r"(?:zurück(?:geben|senden|schicken|nehmen)|zurück ?(?:zu)?(?:geben|senden|schicken|nehmen))"
            r"|(?:senden|schicken)\b[^.]{0,60} zurück|Rücksendung|Rücksende\w*|Retoure\w*|Rückgabe|Rücknahme"
            r"|Rückruf\w*",
            r"(?:souhait\w+|voul\w+|voudr\w+|aimer\w+|devons|pouvons)[^.]{0,40}(?:retourner|renvoyer|rendre)"
            r"|retour de (?:la )?marchandise|bon de retour",
            r"devol(?:ver|ución|vemos|veremos)\w*|(?:retourneren|retour (?:sturen|zenden)|terugsturen|retourzending)",
        ),
    ),
    (
        Intent.CUSTOMER_COMPLAINT,
        (
            r"(?<!your )(?<!the )(?<!of )(?<!no )complaints?\b(?! (?:number|no\.?|department|SO-|handling))"
            r"|complain(?:ing)?\b",
            r"(?:very |deeply |extremely |really |honestly |not ){0,4}(?:unhappy|dissatisfied|disappointed"
            r"|disappointing)\b|not (?:at all )?(?:happy|satisfied|pleased|good enough|acceptable)|unacceptable"
            r"|fed up|poor (?:quality|service)",
            r"problem with the (?:last |latest |recent )?(?:batch|quality)|quality (?:problem|issue)s?|out of "
            r"tolerance|going elsewhere",
            r"Beschwerde|beschweren|unzufrieden|nicht zufrieden|enttäuscht|mangelhaft\w*|Qualitätsm[aä]ngel\w*"
            r"|reklamieren|Mängelrüge|so geht das nicht|unzumutbar",
            r"inadmissible|inacceptable|mécontent\w*|insatisf\w+|réclamation\b|déçus?\b|plainte",
            r"(?:una |nuestra )(?:queja|reclamación)|presentar[^.]{0,20}(?:queja|reclamación)|insatisfech\w*"
            r"|inaceptable|decepcionad\w*",
            r"klacht\b|ontevreden|niet (?:\w+ )?tevreden|teleurgesteld|onacceptabel",
        ),
    ),
)  # fmt: skip
