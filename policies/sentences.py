"""The sentences of rules with the figures of the case in them: "{price_variance_pct:%} is over the 2% tolerance"."""

import re

from core.judging import JudgedFacts
from core.wording import amount, percent

SLOT = re.compile(r"\{(\w+)(?::([$%]))?\}")


def filled(says: str, facts: JudgedFacts) -> str:
    """The sentence with its slots filled: `{name:$}` as money, `{name:%}` as a percentage, `{name}` as it is."""

    def fill(slot: re.Match[str]) -> str:
        value = getattr(facts, slot[1])
        if slot[2] == "$":
            return amount(value, facts.currency)
        return percent(value) if slot[2] == "%" else str(value)

    return SLOT.sub(fill, says)


def slots(says: str) -> set[str]:
    """The facts a sentence names."""
    return {slot[1] for slot in SLOT.finditer(says)}
