"""Threads that act at the same moment."""

import threading
from collections.abc import Callable
from typing import Any

from core.refusals import Refused


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Let threads act at the same moment; what each gives, or the refusal it met."""
    ready = threading.Barrier(count)
    results: list[Any] = [None] * count

    def run(place: int) -> None:
        ready.wait(timeout=10)
        try:
            results[place] = act(place)
        except Refused as refusal:
            results[place] = refusal

    threads = [threading.Thread(target=run, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)  # a hang ends; a busy machine is none
    return results
