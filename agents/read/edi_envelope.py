"""What EDIFACT and X12 envelopes share: what they miscount, and what is said of a message beside what it says itself."""

from collections.abc import Sequence

from core.claims import Check


def is_whole(written: str) -> bool:
    """Whether a count is written in plain digits: others, superscripts among them, are no numbers to a machine."""
    return written.isascii() and written.isdigit()


def miscounted(wrong: list[str], where: str, what: str, said: str, found: int) -> None:
    """Note a count that is not that of what is there."""
    if not is_whole(said) or int(said[:9]) != found:
        wrong.append(f"{where} says it has {said[:9] or 'no number of'} {what}, it has {found}")


def mismatched(wrong: list[str], what: str, opened: str, closed: str) -> None:
    """Note a trailer that closes another one than its header opened."""
    if opened != closed:
        wrong.append(f"{what} {opened[:20] or 'without a number'} is closed as {closed[:20] or 'nothing'}")


def checks(wrong: Sequence[str], what: str, number: int, before: int, *, test: bool) -> tuple[Check, ...]:
    """What is to be said of the envelope: its counts always, a test and a repetition where there is one.

    `what` is the syntax's word for a message, `number` its place in the file, `before` that of the first that says the same
    (its own where none does).
    """
    says = "; ".join(wrong[:5]) or f"Segments, {what}s and groups are as many as the envelope says"
    found = [Check(name="envelope", holds=not wrong, says=says)]
    if test:
        found.append(Check(name="in_earnest", holds=False, says="Its sender marks the interchange as a test"))
    if before != number:
        says = f"{what.capitalize()} {number} of the file says the same as {what} {before}"
        found.append(Check(name="said_once", holds=False, says=says))
    return tuple(found)
