"""What a long measurement is doing, on standard error: a line when something begins or ends, now and then how far it is."""

import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")
SECONDS_BETWEEN = 10.0


def say(sentence: str) -> None:
    """One line, at once."""
    print(sentence, file=sys.stderr, flush=True)


def passing(name: str, things: Sequence[Thing]) -> Iterator[Thing]:
    """The things one by one, telling every ten seconds how many are done, and at the end."""
    began = told = time.monotonic()
    for done, thing in enumerate(things):
        if time.monotonic() - told >= SECONDS_BETWEEN:
            told = time.monotonic()
            say(f"  {name}: {done} of {len(things)}, {told - began:.0f} s")
        yield thing
    say(f"  {name}: {len(things)} of {len(things)}, {time.monotonic() - began:.0f} s")
