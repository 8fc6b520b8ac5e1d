"""The words that show what a message wants, in five languages. Data; `intents` reads it."""

import re

from agents.read import (
    intent_words_goods,
    intent_words_money,
    intent_words_orders,
    intent_words_other,
    intent_words_supply,
)

RULES = (
    *intent_words_supply.RULES, *intent_words_goods.RULES, *intent_words_orders.RULES, *intent_words_money.RULES,
    *intent_words_other.RULES,
)  # fmt: skip
PATTERNS = tuple((intent, re.compile(rf"(?<!\w)(?:{'|'.join(words)})", re.I)) for intent, words in RULES)
