"""What of a letter could mean two things: days and numbers that were left open, each as a failed check.

"12/11/2026" and "1.200" are settled by the letter's other dates and numbers, then by its language. What neither settles is
no claim; a person who knows the sender sees the check and decides.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from agents.read.dates import found
from agents.read.numbers import amount_text, readings
from agents.read.text_facts import COUNTED, COUNTS_ITEM, MONEY
from agents.read.text_promises import DATES_MAX, MOVES, Marks
from agents.read.text_sentences import Sentence
from core.claims import Check

DOUBTS_MAX = 10
DATE, NUMBER = "date_is_certain", "number_is_certain"


def doubts(said: Sequence[Sentence], marks: Marks) -> Iterator[Check]:
    """A failed check for each day and each number of goods or money that could be two, up to a bound."""
    told: dict[str, Check] = {}
    for sentence in said:
        for check in (*_days(sentence.text, marks), *_numbers(sentence.text, marks)):
            told.setdefault(check.says, check)
    yield from islice(told.values(), DOUBTS_MAX)


def _days(sentence: str, marks: Marks) -> Iterator[Check]:
    if not MOVES.search(sentence):
        return
    for date_ in islice(found(sentence, marks.sent, marks.day_first), DATES_MAX):
        if len(date_.days) > 1:
            both = " or ".join(f"{day.day} {day:%B %Y}" for day in date_.days)
            yield Check(
                name=DATE, holds=False, says=f"\u201c{date_.text}\u201d can be {both}: nothing was taken from it"
            )


def _numbers(sentence: str, marks: Marks) -> Iterator[Check]:
    for pattern in (COUNTED, COUNTS_ITEM, MONEY):
        for match in islice(pattern.finditer(sentence), DATES_MAX):
            written = next(v for k, v in match.groupdict().items() if v and k not in ("gotu", "before", "after"))
            both = readings(amount_text(written))
            if len(both) > 1 and marks.value(written) is None:
                says = f"\u201c{written}\u201d can be {both[0]:f} or {both[1]:f}: nothing was taken from it"
                yield Check(name=NUMBER, holds=False, says=says)
