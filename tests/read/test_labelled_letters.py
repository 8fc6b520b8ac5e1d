"""The demo's mail is read as its index says, and our own labelled letters as well as the reader is said to read them.

Every third letter is held out: rules are tuned on the others only. A floor is what the code reaches, rounded down; a
reader that falls below it names what it lost.
"""

import pytest

from agents.read.document import read_message
from core.claims import DocumentKind, Intent
from evals.mail_report import DEMO_MAIL, FIELDS, demo_index, disagreements, labelled, mail_of, measured

INDEX = demo_index()
LETTERS = [*labelled(held_out=False), *labelled(held_out=True)]


@pytest.mark.parametrize("entry", INDEX, ids=[entry["file"] for entry in INDEX])
def test_a_message_of_the_demo_is_read_as_its_index_says(entry: dict[str, object]) -> None:
    file = str(entry["file"])
    assert disagreements(entry, read_message((DEMO_MAIL / file).read_bytes(), file)) == ()


def test_there_are_enough_letters_and_their_labels_use_the_words_of_the_house() -> None:
    assert len(LETTERS) >= 300
    assert len(list(labelled(held_out=True))) >= len(LETTERS) // 4
    for name, letter in LETTERS:
        assert {Intent(intent) for intent in letter["intents"]}, name
        assert {field for row in letter["facts"] for field in row} <= set(FIELDS), name


@pytest.mark.parametrize(
    ("held_out", "intents_floor", "facts_floor"),
    [(False, 0.98, 0.96), (True, 0.96, 0.90)],
    ids=["developed", "held out"],
)
def test_letters_are_read_no_worse_than_before(*, held_out: bool, intents_floor: float, facts_floor: float) -> None:
    intents, facts = measured(held_out=held_out)
    lost = [] if held_out else [*intents.misses, *facts.misses]
    assert intents.macro_f1() >= intents_floor, lost
    assert facts.macro_f1() >= facts_floor, lost


@pytest.mark.parametrize(("name", "letter"), LETTERS, ids=[name for name, _ in LETTERS])
def test_no_claim_of_a_letter_stands_outside_its_words(name: str, letter: dict[str, object]) -> None:
    reading = read_message(mail_of(letter))
    texts = {part.path: part.text for part in reading.parts}
    for document in reading.of_kind(DocumentKind.MAIL):
        assert not [check.says for check in document.checks if check.name == "span_supports_value"]
        for claim in document.claims:
            assert claim.span.start is not None
            assert texts[claim.span.part][claim.span.start : claim.span.end] == claim.span.text
