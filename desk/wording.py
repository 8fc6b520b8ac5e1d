"""Words of the desk's sentences that the core does not need."""

COUNTS = (
    "No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve",
)  # fmt: skip


def count_words(count: int) -> str:
    """A count at the beginning of a sentence: "Six", "128", "No"."""
    return COUNTS[count] if count < len(COUNTS) else f"{count:,}"
