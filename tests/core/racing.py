"""Threads that act at the same moment."""

import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg

from core.refusals import Refused

WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
HANGS = 60
"""Seconds after which a thread hangs: a busy machine takes some."""


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


def begun(url: str, act: Callable[[], Any]) -> Callable[[], Any]:
    """Begin something in a thread, and come back once it waits for a lock in the database of the URL, or has ended. Gives
    what waits for its end, and gives what that gave or the refusal it met."""
    ended: list[Any] = []

    def run() -> None:
        try:
            ended.append((act(), None))
        except Exception as broke:
            ended.append((None, broke))

    thread = threading.Thread(target=run)
    thread.start()
    until = time.monotonic() + HANGS
    with psycopg.connect(url, autocommit=True) as watch:
        while thread.is_alive() and time.monotonic() < until:
            if watch.execute(WAITING).fetchone() != (0,):
                break
            time.sleep(0.002)

    def end() -> Any:
        thread.join(timeout=HANGS)
        assert ended, "it waits for ever"
        result, broke = ended[0]
        if broke is not None and not isinstance(broke, Refused):
            raise broke
        return broke or result

    return end
