"""What a message wants, by rules over sentences and headers: several intents a message, each with the words that show it.

English and German are covered fully, French, Spanish and Dutch in the common cases. A negated sentence shows nothing.
"""

import re
from collections.abc import Iterator, Mapping

from core.claims import Claim, Document, DocumentKind, Intent, IntentClaim, Part, Span

READER = "intents/1"
NEGATED = re.compile(
    r"\b(no|not|without|keine?n?|nicht|ohne|aucun|sans|sin|geen|unchanged|unverändert)\b[^.!?\n]{0,30}$", re.I
)

PATTERNS: tuple[tuple[Intent, str], ...] = (
    (Intent.ORDER_CONFIRMATION, r"\bwe (?:hereby |can |gladly )?confirm\b|order confirmation|\bconfirmed as ordered|auftragsbestätigung|wir bestätigen|confirmons|confirmation de commande|confirmamos|bevestigen wij|orderbevestiging"),
    (Intent.SUPPLIER_DELAY, r"\bdelay(?:ed|s)?\b|\b(?:moved|moves|slips?|postponed|pushed back|shifted)\b[^.\n]{0,40}\b(?:to|until)\b|not before|\blater than\b|will (?:only )?(?:ship|arrive|be delivered|leave)[^.\n]{0,40}\binstead of\b|is now (?:mon|tues|wednes|thurs|fri)day|verzöger|verspät|verschieb|retard|retraso|vertrag(?:ing|ed)|können wir erst"),
    (Intent.SHORT_CONFIRMATION, r"\bonly (?:confirm|supply|deliver|have)\b|can only (?:confirm|supply|deliver|ship|offer)|instead of (?:the )?\d[\d.,]*\s*(?:ordered|pieces|pcs|units)?|nur \d[\d.,]* (?:statt|von)|können (?:wir )?nur|seulement \d|solo \d|slechts \d"),
    (Intent.PARTIAL_SHIPMENT, r"partial (?:shipment|delivery)|part(?:ial)?[- ]deliver|\bthe (?:remaining|rest|balance|other)\b[^.\n]{0,60}\b(?:follow|come|ship|later)|\bteillieferung|der rest folgt|die restlichen|\bin two (?:parts|deliveries)|livraison partielle|le reste|entrega parcial|deellevering|\d[\d.,]* of (?:the )?\d"),
    (Intent.PRICE_CHANGE, r"price (?:increase|change|rise|adjustment)|new prices?\b|\bprices? (?:go|goes|went|rise|rises|will rise|have to go) up|are billed at|\bnow costs?\b|preis(?:erhöhung|anpassung|änderung)|neuer preis|augmentation (?:de|des) (?:prix|tarifs)|nouveaux? (?:prix|tarif)|nuevos? precios?|subida de precio|prijs(?:verhoging|wijziging)|our surcharge"),
    (Intent.SUBSTITUTION_OFFER, r"\bsubstitut|\balternatively\b[^.\n]{0,30}\boffer|replacement (?:item|model)|\bdiscontinued\b|in place of|ersatzartikel|als ersatz|en remplacement|sustitut|vervangend|\bsuccessor\b"),
    (Intent.DESPATCH_ADVICE, r"despatch advice|dispatch(?:ed)? (?:advice|note|today)|\b(?:has|have|was|were) shipped\b|shipping notice|advance ship|lieferavis|versandanzeige|versendet|avis d.expédition|expédi[ée]|aviso de (?:envío|expedición)|verzendbericht|\btracking\b|left our (?:warehouse|dock)"),
    (Intent.INVOICE_CORRECTION, r"correct(?:ed|ion of)\b[^.\n]{0,20}\binvoice|invoice correction|replaces invoice|rechnungskorrektur|korrigierte rechnung|facture (?:rectificative|corrigée)|factura rectificativa|gecorrigeerde factuur"),
    (Intent.CREDIT_NOTE, r"credit (?:note|memo)|gutschrift|\bavoir\b|nota de crédito|nota de abono|creditnota"),
    (Intent.INVOICE_ENCLOSED, r"\binvoice\b[^.\n]{0,60}\b(?:attached|enclosed|below|is due)|(?:attached|enclosed|find|sending|sent)\b[^.\n]{0,40}\binvoice|rechnung[^.\n]{0,50}\b(?:anbei|anhang|beigefügt)|(?:anbei|im anhang|beigefügt)[^.\n]{0,50}rechnung|ci-joint[^.\n]{0,30}facture|facture[^.\n]{0,40}ci-joint|adjunt\w*[^.\n]{0,40}factura|(?:bijgevoegd|bijlage)[^.\n]{0,40}factuur"),
    (Intent.BANK_DETAILS_CHANGE, r"\b(?:new|changed?|updated?|different)\b[^.\n]{0,40}\b(?:bank|iban|account (?:details|number)|payment details|remittance)|(?:bank|payment|account) details (?:have |has )?(?:been )?(?:changed|updated)|\bfuture payments\b[^.\n]{0,40}\baccount|neue[nrs]? (?:bankverbindung|iban|konto)|bankverbindung (?:hat sich )?geändert|nouv(?:eau|elles?) (?:rib|iban|coordonnées bancaires)|nuev[ao]s? (?:cuenta|datos bancarios|iban)|nieuw(?:e)? (?:rekening|iban|bankgegevens)"),
    (Intent.DISPUTE, r"\bdispute\b|we do not (?:agree|accept)|\bcannot accept your (?:claim|deduction|debit)|short payment|unjustified deduction|widersprechen|reklamation|nicht einverstanden|contest(?:ons|er)|no estamos de acuerdo|niet akkoord"),
)  # fmt: skip
COMPILED = tuple((intent, re.compile(pattern, re.IGNORECASE)) for intent, pattern in PATTERNS)

OUT_OF_OFFICE = re.compile(r"out of (?:the )?office|automatic reply|auto(?:matic)?[- ]?reply|abwesenheit|automatische antwort|absence du bureau|réponse automatique|fuera de la oficina|afwezig", re.I)  # fmt: skip
NEWSLETTER = re.compile(r"\bnewsletter\b|unsubscribe|abbestellen|se désabonner|darse de baja|uitschrijven", re.I)
SPAM = re.compile(
    r"\b(?:seo|backlinks?|casino|viagra|crypto|lottery|loan offer|rank your (?:web)?site|million (?:usd|dollars))\b",
    re.I,
)
PHISHING = re.compile(r"verify your (?:account|password|mailbox)|your (?:mailbox|account|password) (?:is|has|will)[^.\n]{0,40}(?:expire|suspend|locked|full|deactivat)|click (?:here|the link)[^.\n]{0,40}(?:sign|log)[ -]?in|confirm your (?:password|credentials)", re.I)  # fmt: skip

BY_KIND = {
    DocumentKind.INVOICE: Intent.INVOICE_ENCLOSED,
    DocumentKind.CREDIT_NOTE: Intent.CREDIT_NOTE,
    DocumentKind.ORDER_CONFIRMATION: Intent.ORDER_CONFIRMATION,
    DocumentKind.DESPATCH_ADVICE: Intent.DESPATCH_ADVICE,
}


def classify(
    subject: str, parts: tuple[Part, ...], documents: tuple[Document, ...], sender: str, headers: Mapping[str, str]
) -> tuple[IntentClaim, ...]:
    """The intents of a message in the order of the closed list. Noise (newsletter, spam, out of office) is found only
    where no document and no business intent is: a phrase in a letter never sets an invoice aside."""
    found = dict(_by_documents(documents))
    for intent, claim in _by_words(subject, parts):
        found.setdefault(intent, claim)
    phishing = _first(PHISHING, Intent.PHISHING, subject, parts)
    if phishing is not None:
        found[Intent.PHISHING] = phishing
    if not found:
        noise = next(_noise(subject, parts, {name.lower(): value for name, value in headers.items()}), None)
        found = {noise.intent: noise} if noise else {Intent.OTHER: IntentClaim(intent=Intent.OTHER, reader=READER)}
    place = {intent: i for i, intent in enumerate(Intent)}
    return tuple(sorted(found.values(), key=lambda claim: place[claim.intent]))


def _by_documents(documents: tuple[Document, ...]) -> Iterator[tuple[Intent, IntentClaim]]:
    for document in documents:
        intent = BY_KIND.get(document.kind)
        if intent is not None:
            yield intent, IntentClaim(intent=intent, reader=document.reader)
        preceding = document.first("invoice.preceding")
        if document.kind is DocumentKind.INVOICE and preceding is not None:
            yield Intent.INVOICE_CORRECTION, _shown(Intent.INVOICE_CORRECTION, document, preceding)
        request = document.first("bank_change.request")
        if request is not None:
            yield Intent.BANK_DETAILS_CHANGE, _shown(Intent.BANK_DETAILS_CHANGE, document, request)


def _shown(intent: Intent, document: Document, claim: Claim) -> IntentClaim:
    return IntentClaim(intent=intent, reader=document.reader, span=claim.span)


def _by_words(subject: str, parts: tuple[Part, ...]) -> Iterator[tuple[Intent, IntentClaim]]:
    for path, text in (*_bodies(parts), ("header:subject", subject)):
        for intent, pattern in COMPILED:
            match = next(
                (m for m in pattern.finditer(text) if not NEGATED.search(text[max(0, m.start() - 60) : m.start()])),
                None,
            )
            if match is not None:
                yield intent, IntentClaim(intent=intent, reader=READER, span=_span(path, match))


def _noise(subject: str, parts: tuple[Part, ...], headers: Mapping[str, str]) -> Iterator[IntentClaim]:
    auto = headers.get("auto-submitted", "no").lower() not in ("no", "")
    away = _first(OUT_OF_OFFICE, Intent.OUT_OF_OFFICE, subject, parts)
    if away is not None or auto:
        yield away or IntentClaim(intent=Intent.OUT_OF_OFFICE, reader=READER)
    bulk = "list-unsubscribe" in headers or headers.get("precedence", "").lower() in ("bulk", "list")
    spam = _first(SPAM, Intent.SPAM, subject, parts)
    if spam is not None:
        yield spam
    letter = _first(NEWSLETTER, Intent.NEWSLETTER, subject, parts)
    if bulk or letter is not None:
        yield letter or IntentClaim(intent=Intent.NEWSLETTER, reader=READER)


def _first(pattern: re.Pattern[str], intent: Intent, subject: str, parts: tuple[Part, ...]) -> IntentClaim | None:
    for path, text in (*_bodies(parts), ("header:subject", subject)):
        match = pattern.search(text)
        if match is not None:
            return IntentClaim(intent=intent, reader=READER, span=_span(path, match))
    return None


def _bodies(parts: tuple[Part, ...]) -> list[tuple[str, str]]:
    return [(part.path, part.text) for part in parts if part.path == "body"]


def _span(path: str, match: re.Match[str]) -> Span:
    return Span(part=path, text=match[0], start=match.start(), end=match.end())
