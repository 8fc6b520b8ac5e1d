"""How much is tried: little in `make test`; in `make properties` `TIMES` times as many histories, each three times as long,
and how far they are is told as they go."""

import os
import sys
import time
from itertools import count

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
TIMES = int(os.environ.get("TIMES", "40"))
TOLD_EVERY_SECONDS = 30


def times(few: int) -> int:
    """How many examples: few, or `TIMES` times as many when asked for."""
    return few * TIMES if DEEP else few


def steps(few: int) -> int:
    """How long a history is."""
    return few * 3 if DEEP else few


class Progress:
    """Tells now and then how many of so many are done, where a run is long. One that fails is tried again in smaller
    pieces: then it counts on, past what was asked."""

    def __init__(self, of: int, what: str) -> None:
        self.of, self.what = of, what
        self.done = count(1)
        self.began = self.told = 0.0

    def one_more(self) -> None:
        """Another one is done."""
        done, now = next(self.done), time.monotonic()
        self.began = self.began or now
        if DEEP and (now - self.told > TOLD_EVERY_SECONDS or done == self.of):
            self.told = now
            print(f"{self.what}: {done} of {self.of}, {now - self.began:.0f} s", file=sys.stderr, flush=True)  # noqa: T201  # a run of hours says where it is
