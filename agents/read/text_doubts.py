"""What of a letter could mean two things: days and numbers that were left open, each as a failed check.

"12/11/2026" and "1.200" are settled by the document's other dates and numbers, then by its language and its sender's country
(agents/read/country.py). What these leave open, or contradict each other about, is no claim; a person sees the check and
decides.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from agents.read.dates import Written, found
from agents.read.limits import LINES_MAX
from agents.read.numbers import amount_text, readings
from agents.read.text_facts import COUNTED, COUNTS_ITEM, MONEY
from agents.read.text_promises import DATES_MAX, MOVES, Marks
from agents.read.text_sentences import Sentence
from agents.read.text_table import DATES, DECIMALS, Table
from agents.read.text_table import figure as figure_of
from core.claims import Check

DOUBTS_MAX = 10
DATE, NUMBER = "date_is_certain", "number_is_certain"


def doubts(said: Sequence[Sentence], tables: Sequence[Table], marks: Marks) -> Iterator[Check]:
    """A failed check for each day and each number of goods or money that could be two, up to a bound."""
    told: dict[str, Check] = {}
    for sentence in said:
        for check in (*_days(sentence.text, marks), *_numbers(sentence.text, marks)):
            told.setdefault(check.says, check)
    for table in tables:
        for row in table.rows[:LINES_MAX]:
            for heading, cell in zip(table.headings, row, strict=False):
                for check in in_cell(cell.text, marks, day=heading in DATES, figure=heading in DECIMALS):
                    told.setdefault(check.says, check)
    yield from islice(told.values(), DOUBTS_MAX)


def in_cell(text: str, marks: Marks, *, day: bool, figure: bool) -> Iterator[Check]:
    """A failed check for a cell of days or figures that could be two."""
    if day:
        written = next(found(text, marks.sent, marks.day_first), None)
        if written is not None and len(written.days) > 1:
            yield _of_day(written)
    elif figure and len(readings(amount_text(figure_of(text)))) > 1 and marks.value(figure_of(text)) is None:
        yield _of_number(figure_of(text))


def _days(sentence: str, marks: Marks) -> Iterator[Check]:
    if not MOVES.search(sentence):
        return
    for date_ in islice(found(sentence, marks.sent, marks.day_first), DATES_MAX):
        if len(date_.days) > 1:
            yield _of_day(date_)


def _of_day(written: Written) -> Check:
    both = " or ".join(f"{day.day} {day:%B %Y}" for day in written.days)
    return Check(name=DATE, holds=False, says=f"\u201c{written.text}\u201d can be {both}: nothing was taken from it")


def _numbers(sentence: str, marks: Marks) -> Iterator[Check]:
    for pattern in (COUNTED, COUNTS_ITEM, MONEY):
        for match in islice(pattern.finditer(sentence), DATES_MAX):
            written = next(v for k, v in match.groupdict().items() if v and k not in ("gotu", "before", "after"))
            if len(readings(amount_text(written))) > 1 and marks.value(written) is None:
                yield _of_number(written)


def _of_number(written: str) -> Check:
    both = readings(amount_text(written))
    says = f"\u201c{written}\u201d can be {both[0]:f} or {both[1]:f}: nothing was taken from it"
    return Check(name=NUMBER, holds=False, says=says)
