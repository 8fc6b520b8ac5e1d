"""Which goods a sentence speaks of: item numbers, and goods by their name ("the M8×40 bolts", "die Flanschmuttern")."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agents.read.text_freight import CONTAINER

CODE = re.compile(
    r"(?<![\w/-])(?=[\w-]*[A-Z])(?=[\w-]*\d)[A-Z]{1,5}(?:-[A-Z0-9]+)+(?![\w-])"
    r"|(?<![\w/-])[A-Z]{2,5}\d{2,}[A-Z0-9]*(?![\w-])"
)
FIGURES = re.compile(
    r"(?:\b(?:[A-Z\u00c4\u00d6\u00dc][a-z\u00e4\u00f6\u00fc\u00df]{3,}|(?i:item|article|artikel"
    r"|art(?:ikel)?\.?(?:-?nr\.?)?|ref\.?|wir|uns|durch|statt|von)) )"
    r"(?P<code>[1-9]\d{2,4}-\d{2,4})(?![\w-])"
)
_CALLED = re.compile(
    r"\b(?:tel\w*|phone|fax|call|telefon|mobil\w*|hotline|durchwahl|ext|extension|zip|reference|ref|appointment|ticket|voyage|lot|charge|batch|frame|stand|gate)\.? ?$",
    re.I,
)
"""Item numbers of figures alone ("Kombizangen 4805-180") follow what they number; after these words a telephone does."""
_ROAD = re.compile(r"(?:I|US|A)-\d{1,3}")
"""Roads have numbers like items."""
_SIZE = (
    r"(?:M\d{1,2}(?:\s?[x\u00d7X]\s?\d{1,3})?|\d+(?:[.,]\d+)?\s?[x\u00d7]\s?\d+(?:[.,]\d+)?(?:\s?mm)?"
    r"|\d+(?:[.,]\d+)?\s?mm|DIN \d+|ISO \d+)"
)
_WORD = r"[A-Za-z\u00c0-\u00ff][A-Za-z\u00c0-\u00ff-]{2,}"
_SIZED = re.compile(
    rf"(?<![\w-]){_SIZE}(?: {_SIZE})*(?: (?:{_WORD}))?(?: (?:nuts?|bolts?|screws?|washers?))?(?![\w-])"
    rf"|(?<![\w-])(?:{_WORD} ){{1,2}}{_SIZE}(?: {_WORD})?(?![\w-])"
)
_VERB = (
    r"(?:is|are|was|were|will|can|cannot|could|has|have|had|come|comes|ship|ships|cost|costs|follow|follows"
    r"|go|goes|remain|must"
    r"|wird|werden|ist|sind|kann|k\u00f6nnen|kostet|kosten|kommt|kommen|folgt|folgen|haben|hat|sera|seront"
    r"|est|sont|ser\u00e1n?|worden|wordt|zijn)"
)
_SUBJECT = re.compile(
    rf"(?<!\w)(?:[Tt]he|[Yy]our|[Dd]ie|[Dd]er|[Dd]as|[Ll]es?|[Ll]a|[Ll]os"
    rf"|[Dd]e)\s+(?:(?:two|three|four|five|six|eight|ten|twelve|twenty|zwei|drei|vier|f\u00fcnf|zehn|\d+) )?"
    rf"(?P<name>(?:[\w\u00d7-]+\s+){{0,3}}?[^\W\d_][\w-]+)"
    rf"(?=(?: (?:on|from|of|for|in|aus|zu|von|de|du|del|van) (?:your |order |Bestellung |commande "
    rf"|pedido )?\(?P\.?O\b[-# ]?\d+\)?)?\s+{_VERB}\b)"
    rf"(?!(?: \S+){{0,3}}? (?:is|are|was|were|ist|sind|war|est|es|has|had|got|hat)"
    rf" (?:down|flooded|full|broken|closed|wrong|sick|ill|out|short|busy|stuck|blocked|defekt|ausgefallen"
    rf"|geschlossen|krank"
    rf"|en panne|ferm\w+|right|sorry|clear|important|attached|enclosed)\b)"
)
_OBJECT = re.compile(
    r"\b(?i:pieces|pcs|boxes|units|St\u00fcck|Stk\.?|Packungen|pi\u00e8ces|piezas|stuks)(?: (?i:of|von|de"
    r"|van))?(?: (?i:the|der|den))? (?P<name>[^\W\d_][\w\u00d7-]+(?: [^\W\d_][\w-]+)?)"
)
_ABOUT = re.compile(
    r"\b(?i:about|on|for|regarding|concerning|for|zu den|bei den|f\u00fcr die) (?i:the "
    r"|den )?(?P<name>(?:[\w\u00d7-]+ ){0,2}(?:nuts|bolts|screws|washers|plates|bearings|seals|cables|parts"
    r"|brackets))\b"
)
_NOT_GOODS = re.compile(
    r"\b(?:remaining|rest|balance|order|orders|invoice|price|prices|delivery|goods|shipment|delay|date|new"
    r"|old|other|others|missing|payment"
    r"|account|bank|following|same|material|carrier|truck|factory|plant|team|parcel|tracking|note|bestellung"
    r"|lieferung|rechnung|ware|preis|preise"
    r"|restmenge|restliche\w*|termin|liefertermin|konto|we|you|they|it|company|office|rates?|total|amount"
    r"|number|quantity|menge|colleagues?|suppliers?"
    r"|production|line|lines|positions?|items?|pieces|pcs|st\u00fcck|confirmation|despatch|dispatch|package"
    r"|packages|commande|facture|livraison|prix"
    r"|pedido|entrega|bestelling|levering|all|both|everything|first|second|last|next|this|that|only|can|on|by"
    r"|from|in|at|and|to|instead|statt|will|are"
    r"|is|sind|werden|am|kommen|folgen|come|follow|ship|now|with|as|of|or|but|have|has|be|for|until|due|until"
    r"|sur|du|des|del|las|los|van|von|aus|zu|yards?|mills?|machines?|vessels?|ships?|ports?|customs|drivers?"
    r"|lorry|vans?|weather|strike|warehouse"
    r"|stocks?|works|kiln"
    r"|winding|offer|claim|deduction|count|letter|message|mail|document|documents|file|sheet|form|amounts?"
    r"|terms?|change"
    r"|changes|lager|werk|lkw|fahrer|maschine|zoll|usine|camion|almac\u00e9n|f\u00e1brica|fabriek|vrachtwagen"
    r"|sender|boat|container"
    r"|leverdatum|nieuwe|neue[rn]?|nouvelle|nueva|fecha|datum|phone|fax|website|catalog\w*|list|problem"
    r"|reason|situation|earliest|latest)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Item:
    """Goods named in a text: by number or by words, and where."""

    field: str
    value: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """What makes two mentions the same goods. A plural is the same goods, another item number is not."""
        bare = re.sub(r"[^a-z0-9]", "", self.value.casefold().replace("\u00d7", "x"))
        return bare if self.field == "line.supplier_item" else bare.removesuffix("s")


def items(sentence: str, taken: tuple[tuple[int, int], ...]) -> tuple[Item, ...]:
    """The goods a sentence names, left to right. `taken` are places that are already something else (paper "
    "numbers)."""
    found: list[Item] = []
    for field, name, start in _candidates(sentence):
        end = start + len(name)
        if any(a < end and start < b for a, b in taken) or any(i.start < end and start < i.end for i in found):
            continue
        found.append(Item(field, name, start, end))
    return tuple(sorted(found, key=lambda item: item.start))


def _candidates(sentence: str) -> Iterator[tuple[str, str, int]]:
    """Item numbers first, then sizes with their noun, then names that a verb or a count marks as goods."""
    for match in CODE.finditer(sentence):
        if any(c.isdigit() for c in match[0]) and not _elsewise(sentence, match):
            yield "line.supplier_item", match[0], match.start()
    for match in FIGURES.finditer(sentence):
        if not _CALLED.search(sentence[max(0, match.start("code") - 40) : match.start("code")]):
            yield "line.supplier_item", match["code"], match.start("code")
    for match in _SIZED.finditer(sentence):
        name, cut = _goods_only(match[0])
        if name:
            yield "line.description", name, match.start() + cut
    numbered = any(not match[0].startswith("PO") for match in CODE.finditer(sentence))
    for pattern in (_ABOUT, _OBJECT) if numbered else (_ABOUT, _SUBJECT, _OBJECT):
        for match in pattern.finditer(sentence):
            if not _NOT_GOODS.search(match["name"]) and not match["name"][0].isdigit():
                yield "line.description", match["name"], match.start("name")


def _elsewise(sentence: str, code: re.Match[str]) -> bool:
    """Whether what looks like an item number is a paper's, a standard's, a road's, a container's or a telephone's."""
    return bool(
        code[0].startswith(("PO-", "SO-", "BO-", "DIN", "ISO", "KW"))
        or _ROAD.fullmatch(code[0])
        or CONTAINER.fullmatch(code[0])
        or _CALLED.search(sentence[max(0, code.start() - 40) : code.start()])
    )


def _goods_only(name: str) -> tuple[str, int]:
    """A name without words at its ends that are not goods ("M8×40 come"), and how much was cut in front."""
    words = name.split(" ")
    while words and _NOT_GOODS.fullmatch(words[-1]):
        words.pop()
    cut = 0
    while words and (_NOT_GOODS.fullmatch(words[0]) or words[0].casefold() in ("the", "die", "der", "den", "your")):
        cut += len(words[0]) + 1
        words.pop(0)
    return " ".join(words), cut
