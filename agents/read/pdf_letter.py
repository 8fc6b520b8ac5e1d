"""Prose on a page: the sentences that ask for other bank details, by the rule that serves a mail's text.

A page holds labels, columns and footers too; only lines that read as prose are taken, so that an address with "Neu" in it
beside a bank's block asks for nothing.
"""

import re
from collections.abc import Iterator, Sequence

from agents.read.pdf_rows import Row, span_of, text_of
from agents.read.pdf_words import Word
from agents.read.text_notices import bank_change
from agents.read.text_sentences import sentences
from core.claims import Claim

LETTER_CHARS_MAX = 60_000
"""How much of a paper is read for sentences."""
WORDS_MIN = 5
_PROSE = re.compile(
    r"\b(?:please|we|our|has|have|is|are|will|to|from|bitte|wir|unsere?[rnms]?|hat|haben|ist|sind|werden|wurde|auf|nous"
    r"|notre|nos|veuillez|est|sont|merci|nuestr[ao]s?|por favor|hemos|ha|es|son|wij|onze|gelieve|is|zijn|hebben|wordt)\b",
    re.I,
)
"""Words that sentences have and labels lack; two of them make prose."""


def bank_requests(rows: Sequence[Row], part: str, reader: str) -> Iterator[Claim]:
    """A claim for each sentence that asks to pay to other details than before, in the box it stands in."""
    text = text_of(rows)[:LETTER_CHARS_MAX]
    for sentence in sentences(text):
        plain = " ".join(sentence.text.split())
        if "\t" in sentence.text or len(plain.split()) < WORDS_MIN or len(_PROSE.findall(plain)) < 2:
            continue
        if not bank_change(plain):
            continue
        words = _words(rows, sentence.start, sentence.end)
        if words:
            span = span_of(part, words)
            yield Claim(field="bank_change.request", value=span.text, span=span, reader=reader)


def _words(rows: Sequence[Row], start: int, end: int) -> tuple[Word, ...]:
    """The words of a range of the rows' text (`text_of`), of one page."""
    found: list[Word] = []
    at = 0
    page = 1
    for row in rows:
        at += row.page != page
        page = row.page
        if at >= end:
            break
        for word in row.words:
            if start <= at < end:
                found.append(word)
            at += len(word.text) + 1
    return tuple(found)
