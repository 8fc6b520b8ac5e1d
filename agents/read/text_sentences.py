"""A letter cut into sentences, each with its place; and which sentences say that something is *not* so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_END = re.compile(
    r"(?:(?<=[.!?;])[\"')]?(?:[ \t]+|[ \t]*\n[ \t]*)(?=[\"'(]?[A-Z\u00c0-\u00de\d$\u20ac])"
    r"|(?<=:)(?:[ \t]+|[ \t]*\n[ \t]*)(?=[\"'(]?[A-Z\u00c0-\u00de])|(?<=[a-z\u00df-\u00ff]{2}\.) (?=[a-z])|(?<=[!?])\s+"
    r"|\n[ \t]*\n|\n(?=[ \t]*(?:[-*\u2022\u00b7]|\d{1,2}[.)]\s)))"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:No|Nr|Nos|Art|approx|ca|incl|inkl|St|Stk|Mr|Mrs|Ms|Dr|Inc|Ltd|Co|z\.B|bzw|resp|vs|Ref|Pos"
    r"|Bestell-Nr|Best|P\.O"
    r"|qty|pcs|n|nov|dec|jan|feb|aug|sept?|oct|okt|dez)\.|(?<![\w.,-])\d{1,2}\.|\b[A-Z]\.)$",
    re.I,
)
_ORDINAL = re.compile(r"\d\.$")
_BEGINS = re.compile(
    r"(?:And|But|Or|When|Where|Which|Could|Can|Please|We|You|They|It|This|That|There|What|How|Und|Aber|Oder|Wann|Bitte|Wir"
    r"|Sie|K\u00f6nnen|Et|Mais|Quand|Nous|Vous|Merci|Y|Pero|Cu\u00e1ndo|Por favor|En|Maar|Wanneer|Graag|Wij)\b"
)
"""Words that begin a sentence and never follow a day ("am 3. Dezember"): after them "instead of 40." was its end."""
_SHORT_LINE = 48
_NEGATION = re.compile(
    r"\b(?:no|not|never|nothing|nobody|none|ignore|disregard|without|isn't|aren't|won't|hasn't|haven't|neither"
    r"|nor|kein\w*|nichts?|ohne|weder"
    r"|pas(?! (?:op|eind|begin|half|medio|over|na|vanaf|in week|volgende|\d))"
    r"|sans|aucune?|sin|ning\u00fan|geen|niet|zonder|unchanged|unver\u00e4ndert|remains? the same"
    r"|stays? (?:the same|as)|same price|keep\w*|bleib\w*|reste(?:nt)? (?:le|la|les|au|\u00e0|in)|inchang\w*"
    r"|ongewijzigd"
    r"|blijf\w*|sigue\w*)\b|\bn'|\bdoes ?n.t\b|\bdo ?n.t\b",
    re.I,
)
_NEGATION_AFTER = re.compile(
    r"\b(?:not|never|isn't|aren't|won't|hasn't|haven't|nicht|pas(?! (?:op|eind|begin|half|medio|over|na|vanaf|in "
    r"week|volgende|\d))"
    r"|niet|unchanged|unver\u00e4ndert|remains? the same"
    r"|stays? (?:the same|as)|keep\w*|bleib\w*|inchang\w*|ongewijzigd|blijf\w*|sigue\w*)\b",
    re.I,
)
"""What follows a word and takes it back. "Without" and "no" deny what comes after them, not before."""
_WORDS = {
    ".": frozenset(
        [
            "the",
            "and",
            "of",
            "to",
            "for",
            "you",
            "we",
            "our",
            "your",
            "please",
            "is",
            "are",
            "will",
            "on",
            "in",
            "with",
            "be",
            "dear",
            "hello",
            "hi",
        ]
    ),
    ",": frozenset(
        [
            "der",
            "die",
            "das",
            "und",
            "wir",
            "sie",
            "ihre",
            "ihr",
            "für",
            "bitte",
            "ist",
            "sind",
            "mit",
            "den",
            "dem",
            "nicht",
            "am",
            "le",
            "la",
            "les",
            "et",
            "nous",
            "vous",
            "votre",
            "pour",
            "est",
            "avec",
            "el",
            "los",
            "y",
            "para",
            "por",
            "su",
            "nuestro",
            "het",
            "een",
            "wij",
            "u",
            "uw",
            "voor",
            "zijn",
            "met",
            "hallo",
            "guten",
            "bonjour",
            "beste",
            "sehr",
            "geehrte",
            "bestellung",
            "stück",
        ]
    ),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; `text` is text[start:end] of the letter, with a space for each line feed."""

    start: int
    end: int
    text: str
    paragraph: int = 0


def _abbreviates(before: str, after: str) -> bool:
    """Whether a full stop ends an abbreviation or an ordinal, and no sentence."""
    if _ABBREVIATION.search(before) is None:
        return False
    return not (_ORDINAL.search(before) and _BEGINS.match(after))


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text in order. A list item and a table row are sentences of their own."""
    at = 0
    paragraph = 0
    for match in [*_END.finditer(text), None]:
        end = match.start() if match else len(text)
        if match and match[0].count("\n") < 2 and _abbreviates(text[at:end], text[match.end() :]):
            continue
        for start, stop in _lines(text, at, end):
            stripped = text[start:stop].strip()
            if stripped:
                begin = start + text[start:stop].index(stripped)
                yield Sentence(begin, begin + len(stripped), stripped.replace("\n", " "), paragraph)
        if match is None:
            return
        paragraph += match[0].count("\n") > 1
        at = match.end()


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Pieces of a passage: a line that ends early ends a sentence (greetings, lists); a full one is only wrapped."""
    at = start
    for match in re.finditer(r"\n", text[start:end]):
        newline = start + match.start()
        line = text[text.rfind("\n", 0, newline) + 1 : newline]
        following = text[newline + 1 : end].split("\n", 1)[0]
        tabbed = "\t" in line or "\t" in following
        if tabbed or len(line.strip()) < _SHORT_LINE:
            yield at, newline
            at = newline + 1
    yield at, end


def denied(sentence: str) -> bool:
    """Whether a sentence denies or keeps things as they are."""
    return _NEGATION.search(sentence) is not None


def denied_at(sentence: str, start: int, end: int) -> bool:
    """Whether the words from `start` to `end` are denied: by a negation shortly before, or right after."""
    before = " ".join(re.split(r"[,;:.]", sentence[:start])[-1].split()[-4:])
    after = " ".join(re.split(r"[,;:.]", sentence[end:])[0].split()[:4])
    return denied(before) or _NEGATION_AFTER.search(after) is not None


def decimal_mark_of_language(text: str) -> str | None:
    """The decimal mark that the language of a letter uses; None when its language does not show."""
    words = re.findall(r"[^\W\d_]+", text.casefold())[:400]
    votes = {mark: sum(word in known for word in words) for mark, known in _WORDS.items()}
    if abs(votes["."] - votes[","]) < 2:
        return None
    return max(votes, key=lambda mark: votes[mark])
