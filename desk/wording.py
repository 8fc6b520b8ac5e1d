"""Words of the desk's sentences that the core does not need."""

COUNTS = (
    "No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve",
)  # fmt: skip


def count_words(count: int) -> str:
    """A count at the beginning of a sentence: "Six", "128", "No"."""
    return COUNTS[count] if count < len(COUNTS) else f"{count:,}"


def capital(words: str) -> str:
    """Words as a sentence of their own begins: "Lines add up"."""
    return words[:1].upper() + words[1:]
