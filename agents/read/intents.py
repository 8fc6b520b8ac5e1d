"""What a message wants: the closed list, several per message, each with the words that show it.

Rules over the headers, the subject and the sentences of the letter; documents show their own. Denials ("there is no
delay") show nothing. Set-aside intents (newsletter, out of office, spam) need headers or unmistakable words.
"""

import re
from collections.abc import Iterator, Mapping

from agents.read.text_notices import bank_change, line_status, price_notice
from agents.read.text_sentences import Sentence, denied_at, sentences
from core.claims import Document, DocumentKind, Intent, IntentClaim, Part, PartState, Span

READER = "intent-rules/1"
SUBJECT = "header:subject"
_LETTERS = re.compile(r"(?:^|/)body(?::forwarded)?$")

_RULES: tuple[tuple[Intent, str], ...] = (
    (
        Intent.ORDER_CONFIRMATION,
        r"order (?:confirmation|acknowledge?ment)|(?:we |hereby |herewith "
        r"|gladly )+confirm(?: receipt of)? (?:your |the )?(?:purchase )?(?:order|PO)\b"
        r"|(?:your |the )?(?:order|PO)\b[^.]{0,30} (?:is|has been) confirmed|Auftragsbest\u00e4tigung"
        r"|best\u00e4tigen (?:wir )?(?:Ihnen |hiermit |gerne )*(?:Ihre|die) Bestellung"
        r"|confirmation de commande|confirmons (?:votre )?commande|confirmaci\u00f3n de pedido"
        r"|confirmamos (?:su )?pedido|orderbevestiging|bevestigen (?:uw )?(?:bestelling|order)",
    ),
    (
        Intent.SUPPLIER_DELAY,
        r"delay(?:s|ed)?\b|postponed?|later than (?:planned|promised|confirmed|expected)|(?:instead of"
        r"|rather than) (?:the )?(?:\w+ )?\d{1,2}(?:st|nd|rd|th)? (?:of )?(?:January|February|March|April|May"
        r"|June|July"
        r"|August|September|October|November|December)|(?:instead of"
        r"|statt) (?:the |dem |den )?\d{1,2}\.\d{1,2}\.|pushed back|behind schedule|will be late|cannot (?:meet"
        r"|keep) the (?:delivery )?date|new (?:delivery|ship(?:ping)?) date"
        r"|verz\u00f6ger\w*|versp\u00e4t\w*|versch(?:iebt|oben|ieben)\w*|neue[rn]? Liefertermin"
        r"|sp\u00e4ter als|Lieferverzug|retard\w*|retras\w*|demora\w*|vertraag\w*|vertraging\w*|uitgesteld",
    ),
    (
        Intent.SHORT_CONFIRMATION,
        r"(?:only|just|nur|lediglich|seulement|s\u00f3lo|slechts) (?:(?:be able to )?(?:confirm"
        r"|best\u00e4tigen|confirmer|confirmar|supply|deliver|liefern|offer) )?(?:\w+ )?\d[\d.,]*\b(?! ?(?:%"
        r"|days?|weeks?|EUR|USD))"
        r"|can only (?:confirm|supply|deliver|send|offer)"
        r"|k\u00f6nnen (?:wir )?(?:leider )?nur (?!am)[^.]{0,40}\d|\d[\d.,]*(?: \w+){0,4} (?:instead of|statt"
        r"|anstatt|au lieu de|en lugar de|in plaats van) (?:the )?\d[\d.,]*\b(?![./]\d|\. ?(?:Jan|Feb"
        r"|M\u00e4r|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)| (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))",
    ),
    (
        Intent.PARTIAL_SHIPMENT,
        r"(?:partial(?:ly)?|part) (?:shipment|delivery|ship\w*|deliver\w*)|(?:load|ship|sent|send|deliver"
        r"|pack)(?:ed|ped)? (?:only )?\d[\d.,]*(?: \w+){0,3} (?<!instead )(?:of|out of) (?:the |your )*\d[\d,]*"
        r"|\d[\d.,]*(?: \w+){0,3} (?<!instead )(?:of|von) (?:the |den |your |insgesamt "
        r"|bestellten )*\d[\d.,]*[^.]{0,60}(?:rest|remaining|balance|follow)|(?:the )?(?:remaining|remainder"
        r"|rest|balance)\b[^.]{0,60}\b(?:follow\w*|will (?:ship|come|be)|ships?|comes?|later)"
        r"|Teillieferung\w*|teilweise (?:liefern|geliefert)|(?:Rest\w*|restliche\w*)[^.]{0,60}\b(?:folg\w*"
        r"|komm\w*|nachgeliefert|nach)|livraison partielle|le (?:reste|solde)[^.]{0,40}(?:suivr\w*|sera)"
        r"|entrega parcial|deellevering",
    ),
    (
        Intent.DESPATCH_ADVICE,
        r"(?:has|have) (?:been |just )?(?:shipped|dispatched|despatched|left our)|(?:was|were) (?:shipped"
        r"|dispatched|despatched)|(?:despatch|dispatch|shipping|shipment) (?:advice|note|notice|notification"
        r"|confirmation)|advance ship(?:ping|ment)? notice|ASN\b|on (?:its|their) way"
        r"|tracking (?:number|code)|Lieferavis|Versand(?:anzeige|best\u00e4tigung|avis)|wurde(?:n)? (?:heute "
        r"|gestern )?(?:versandt|verschickt|versendet)|hat unser (?:Werk|Lager|Haus) verlassen"
        r"|avis d'exp\u00e9dition|a \u00e9t\u00e9 exp\u00e9di\u00e9e?|aviso de env\u00edo|ha sido enviado"
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
        r"|(?:payment|final) reminder|short[- ]paid|underpaid|deduct(?:ed|ion) (?:is|was|without)"
        r"|Mahnung|Zahlungserinnerung|\u00fcberf\u00e4llig|widersprechen|nicht einverstanden|Reklamation"
        r"|bestreiten|mise en demeure|impay\u00e9e?|contestons|reclamaci\u00f3n|herinnering|betwist\w*",
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
        r"|make money (?:fast|online)|million (?:dollars|USD|euros?)|inheritance|100% free|SEO (?:services"
        r"|ranking)|guest post)",
    ),
)  # fmt: skip
_PATTERNS = tuple((intent, re.compile(rf"(?<!\w)(?:{pattern})", re.I)) for intent, pattern in _RULES)
_KINDS = {
    DocumentKind.INVOICE: Intent.INVOICE_ENCLOSED,
    DocumentKind.CREDIT_NOTE: Intent.CREDIT_NOTE,
    DocumentKind.ORDER_CONFIRMATION: Intent.ORDER_CONFIRMATION,
    DocumentKind.DESPATCH_ADVICE: Intent.DESPATCH_ADVICE,
}
_UNSUBSCRIBE = re.compile(
    r"\b(?:unsubscribe|newsletter abbestellen|abmelden|se d\u00e9sabonner|darse de baja"
    r"|uitschrijven)\b",
    re.I,
)
_BUSINESS = frozenset(_KINDS.values()) | {
    Intent.SUPPLIER_DELAY, Intent.SHORT_CONFIRMATION, Intent.PARTIAL_SHIPMENT, Intent.PRICE_CHANGE, Intent.INVOICE_CORRECTION,
    Intent.BANK_DETAILS_CHANGE, Intent.DISPUTE, Intent.SUBSTITUTION_OFFER,
}  # fmt: skip


def classify(
    subject: str, parts: tuple[Part, ...], documents: tuple[Document, ...], sender: str, headers: Mapping[str, str]
) -> tuple[IntentClaim, ...]:
    """The intents of a message in the order of the closed list; `OTHER` where nothing shows any.

    Takes the subject, every part with its text, the documents read, the sender's address and the mail's headers.
    """
    found: dict[Intent, Span | None] = {}
    for part in parts:
        if part.state is PartState.READ and _LETTERS.search(part.path):
            for sentence in sentences(part.text):
                for intent, start, end in _shown(sentence):
                    span = Span(part=part.path, text=part.text[start:end], start=start, end=end)
                    found.setdefault(intent, span)
    for intent, start, end in _shown(Sentence(0, len(subject), subject)):
        found.setdefault(intent, Span(part=SUBJECT, text=subject[start:end], start=start, end=end))
    for document in documents:
        _of_document(document, found)
    _of_headers(parts, headers, found)
    if (
        Intent.SHORT_CONFIRMATION in found
        and Intent.PARTIAL_SHIPMENT in found
        and Intent.ORDER_CONFIRMATION not in found
    ):
        del found[Intent.SHORT_CONFIRMATION]  # the goods were sent short: nothing is being confirmed
    if Intent.INVOICE_CORRECTION in found and DocumentKind.CREDIT_NOTE not in {d.kind for d in documents}:
        found.pop(Intent.CREDIT_NOTE, None)
    if not found:
        return (IntentClaim(intent=Intent.OTHER, reader=READER),)
    return tuple(IntentClaim(intent=intent, reader=READER, span=found[intent]) for intent in Intent if intent in found)


def _shown(sentence: Sentence) -> Iterator[tuple[Intent, int, int]]:
    """The intents a sentence shows, with the place of the words."""
    text = sentence.text
    for intent, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if intent is Intent.DISPUTE or not denied_at(text, match.start(), match.end()):
                yield intent, sentence.start + match.start(), sentence.start + match.end()
                break
    if bank_change(text):
        yield Intent.BANK_DETAILS_CHANGE, sentence.start, sentence.end
    if price_notice(text):
        yield Intent.PRICE_CHANGE, sentence.start, sentence.end
    status = line_status(text)
    if status is not None and status[0] in ("substituted", "discontinued"):
        yield Intent.SUBSTITUTION_OFFER, sentence.start + status[1], sentence.start + status[1] + status[2]


def _of_document(document: Document, found: dict[Intent, Span | None]) -> None:
    """What an enclosed document shows by being there; its number is the place."""
    intent = _KINDS.get(document.kind)
    if intent is None:
        return
    if intent is Intent.INVOICE_ENCLOSED and document.first("invoice.preceding") is not None:
        intent = Intent.INVOICE_CORRECTION
    number = next((c for c in document.claims if c.field.endswith(".number")), None)
    found.setdefault(intent, number.span if number else None)


def _of_headers(parts: tuple[Part, ...], headers: Mapping[str, str], found: dict[Intent, Span | None]) -> None:
    """What machines say in headers: answers sent by nobody, mails sent to many. Business in the words "
    "outweighs a list."""
    lowered = {name.casefold(): value for name, value in headers.items()}
    automatic = lowered.get("auto-submitted", "no").casefold().strip()
    if automatic.startswith("auto-replied") or "x-autoreply" in lowered or "x-autorespond" in lowered:
        found.setdefault(Intent.OUT_OF_OFFICE, None)
    many = "list-unsubscribe" in lowered or lowered.get("precedence", "").casefold().strip() in ("bulk", "list", "junk")
    if found.keys() & _BUSINESS or Intent.OUT_OF_OFFICE in found:
        return
    unsubscribe = next(((p, m) for p in parts if _LETTERS.search(p.path) and (m := _UNSUBSCRIBE.search(p.text))), None)
    if unsubscribe is not None:
        part, match = unsubscribe
        found.setdefault(Intent.NEWSLETTER, Span(part=part.path, text=match[0], start=match.start(), end=match.end()))
    elif many:
        found.setdefault(Intent.NEWSLETTER, None)
