"""How alike two item texts are: character 2- to 4-grams, weighted by rarity, compared by cosine.

Abbreviated, reordered and half-translated item texts ("SKS M8x40 vz" for "Hex bolt M8×40, zinc") share pieces of words
rather than words; measured on 40 items this found more first hits than word-based and edit-distance methods. Sizes tell
goods apart where words cannot: a name whose figures contradict those of the text (M6x20 and M8x20) is never likely. Scores
are for ordering only, so they are Decimals with two places and nothing is computed from them.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from agents.read.numbers import readings
from agents.read.trade_words import MEANINGS

SIZES = (2, 3, 4)
SHORT_STEM = 4
CONTRADICTED = 0.38
"""What is left of the likeness of two texts each of which has a figure that the other lacks (evals/item_texts.py)."""
_FIGURE = re.compile(r"\d+(?:[.,]\d+)?(?:\s?(?P<unit>cm|m)\b)?", re.I)
_MILLIMETRES = {"cm": 10, "m": 1000}
Figures = tuple[frozenset[Decimal], ...]
"""The figures of a text, each with every value that it may have."""
UNITS = ((re.compile(r"(\d)\s*[x×*]\s*(\d)"), r"\1x\2"), (re.compile(r"(\d)\s+(mm|cm|m|kg|g|l|ml)\b"), r"\1\2"))


def ranked(text: str, names: Sequence[str]) -> list[tuple[int, Decimal]]:
    """The positions of `names` in order of likeness to `text`, best first, each with its score from 0 to 1."""
    grams = [_grams(_in_english(name)) for name in names]
    seen = Counter(gram for name in grams for gram in name)
    weight = {gram: math.log(1 + len(names) / count) for gram, count in seen.items()}
    mine, sizes = _grams(_in_english(text)), _figures(text)
    scores = [
        (i, _cosine(mine, name, weight) * (CONTRADICTED if _contradict(sizes, _figures(names[i])) else 1))
        for i, name in enumerate(grams)
    ]
    scores.sort(key=lambda pair: (-pair[1], pair[0]))
    return [(i, Decimal(f"{score:.2f}")) for i, score in scores]


def _figures(text: str) -> Figures:
    """The figures of a text: "1,0" is one, "100 cm" may be a thousand millimetres."""
    found = []
    for match in _FIGURE.finditer(text):
        values = readings(re.sub(r"[^\d.,]", "", match[0]))
        scale = _MILLIMETRES.get((match["unit"] or "").casefold(), 1)
        found.append(frozenset({*values, *(value * scale for value in values)}))
    return tuple(found)


def _contradict(one: Figures, other: Figures) -> bool:
    """Whether each has a figure that the other lacks. One that only says more contradicts nothing."""
    return _says_more(one, other) and _says_more(other, one)


def _says_more(one: Figures, other: Figures) -> bool:
    known = frozenset().union(*other)
    return any(not figure & known for figure in one)


def _in_english(text: str) -> str:
    """A text with the English word in place of each word that holds a known stem ("Flanschmutter": flange nut)."""
    said: list[str] = []
    for word in text.casefold().split():
        known = [meaning for stem, meaning in MEANINGS if _holds(word, stem)]
        said += known or [word]
    return " ".join(said)


def _holds(word: str, stem: str) -> bool:
    """Whether a word is made with a stem. A short stem must be the word, or begin or end it."""
    if len(stem) > SHORT_STEM:
        return stem in word
    bare = word.strip(".,;:()")
    return bare == stem or (len(stem) == SHORT_STEM and (bare.startswith(stem) or bare.endswith(stem)))


def _grams(text: str) -> Counter[str]:
    tidy = " ".join(text.casefold().split())
    for pattern, replacement in UNITS:
        tidy = pattern.sub(replacement, tidy)
    words = re.findall(r"[\w.,/x-]+", tidy)
    return Counter(f" {word} "[i : i + size] for word in words for size in SIZES for i in range(len(word) + 3 - size))


def _cosine(one: Counter[str], other: Counter[str], weight: dict[str, float]) -> float:
    default = math.log(2)
    dot = sum(count * other[gram] * weight.get(gram, default) ** 2 for gram, count in one.items() if gram in other)
    if not dot:
        return 0.0
    return dot / (_length(one, weight) * _length(other, weight))


def _length(grams: Counter[str], weight: dict[str, float]) -> float:
    default = math.log(2)
    return math.sqrt(sum((count * weight.get(gram, default)) ** 2 for gram, count in grams.items()))
