"""The parent's side of reading: a small pool of reader processes, each under limits, each replaced when it misbehaves.

No content of a message makes these functions raise. A reader that dies, hangs or asks for too much is ended; the part it
died of is left out and the rest read again; after a few attempts the message gets a reading that says so. What comes
back is text, checked field by field (agents/read/wire.py): nothing a reader process writes is ever executed or unpickled.
What the processes may not do, and what that is worth on which system, stands in agents/read/confine.py.
"""

import atexit
import contextlib
import os
import queue
import threading
from collections.abc import Mapping
from typing import Self

from agents.read import limits
from agents.read.country import NOWHERE, Home
from agents.read.reader_process import OF_PICTURES, ROOT, Bounds, Died, ReaderProcess
from agents.read.shown import PageImage
from agents.read.unread import PicturesWanted, over_the_limit, unread
from core.claims import PartState, Reading

__all__ = ["ROOT", "Bounds", "ReaderPool", "page_in_sandbox", "read_in_sandbox"]


class ReaderPool:
    """Reader processes kept warm. Safe to use from several threads; each call has a process to itself.

    Messages with pictures have readers of their own, started when the first comes: whatever those take, the others wait
    for none of it.
    """

    def __init__(self, readers: int = limits.READERS, bounds: Bounds | None = None) -> None:
        self._bounds = bounds or Bounds()
        self._idle: queue.LifoQueue[ReaderProcess | None] = queue.LifoQueue()
        self._closed = False
        self._of_pictures: ReaderPool | None = None
        self._starting = threading.Lock()
        for _ in range(readers):
            self._idle.put(None)

    def read(self, raw: bytes, name: str = "message.eml", home: Home = NOWHERE) -> Reading:
        """Read one message or bare file. Gives a Reading for any bytes, within `ATTEMPTS_MAX` times the wall clock. `home`
        is what the supplier's record shows of where the sender writes from."""
        try:
            return self.read_quickly(raw, name, home)
        except PicturesWanted:
            return self._for_pictures().read_quickly(raw, name, home)

    def read_quickly(self, raw: bytes, name: str = "message.eml", home: Home = NOWHERE) -> Reading:
        """Read one message or bare file that holds no pictures. Raises `PicturesWanted` for one that does."""
        if len(raw) > limits.MESSAGE_BYTES_MAX:
            return over_the_limit(raw, name)
        skip: dict[str, str] = {}
        why = ""
        for attempt in range(limits.ATTEMPTS_MAX):
            try:
                reading = self._attempt(raw, name, skip, home)
            except Died as died:
                why = died.why
                if died.part:
                    skip[died.part] = died.why
                elif attempt:
                    break
                continue
            if reading is None:
                raise PicturesWanted
            return reading
        return unread(raw, name, PartState.UNREADABLE, f"reading the message was given up: {why}")

    def page(self, raw: bytes, name: str, path: str, number: int) -> PageImage | None:
        """A page of one part as it looks; None where there is none or it cannot be drawn."""
        reader = self._idle.get()
        try:
            if reader is not None and reader.gone():
                reader.end()
                reader = None
            reader = reader or ReaderProcess(self._bounds)
            return reader.page(raw, name, path, number)
        except Died:
            assert reader is not None
            reader.end()
            reader = None
            return None
        finally:
            self._idle.put(reader)

    def _for_pictures(self) -> "ReaderPool":
        with self._starting:
            if self._of_pictures is None:
                self._of_pictures = ReaderPool(limits.PICTURE_READERS, OF_PICTURES)
            return self._of_pictures

    def held(self) -> tuple[str, ...]:
        """The measures that hold for the readers on this machine, by name."""
        reader = self._idle.get()
        try:
            reader = reader or ReaderProcess(self._bounds)
        finally:
            self._idle.put(reader)
        return reader.held

    def close(self) -> None:
        """End all idle readers; those at work end with their message."""
        self._closed = True
        if self._of_pictures is not None:
            self._of_pictures.close()
        with contextlib.suppress(queue.Empty):
            while True:
                reader = self._idle.get_nowait()
                if reader is not None:
                    reader.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _attempt(self, raw: bytes, name: str, skip: Mapping[str, str], home: Home) -> Reading | None:
        reader = self._idle.get()
        try:
            if reader is not None and reader.gone():
                reader.end()
                reader = None
            if reader is None:
                reader = ReaderProcess(self._bounds)
            reading = reader.read(raw, name, skip, home)
        except BaseException:
            if reader is not None:
                reader.end()
            self._idle.put(None)
            raise
        if reader.messages >= limits.READER_MESSAGES_MAX or self._closed:
            reader.end()
            reader = None
        self._idle.put(reader)
        return reading


_pools: dict[int, ReaderPool] = {}
_lock = threading.Lock()


def read_in_sandbox(
    raw: bytes, name: str = "message.eml", bounds: Bounds | None = None, home: Home = NOWHERE
) -> Reading:
    """Read one message or bare file in a reader process of this desk process's own pool. Gives a Reading for any bytes.

    With `bounds` of its own the message gets a process of its own. Raises `RuntimeError` when readers cannot be started.
    """
    if bounds is not None:
        own = ReaderPool(1, bounds)
        try:
            return own.read(raw, name, home)
        finally:
            own.close()
    return _own_pool().read(raw, name, home)


def page_in_sandbox(raw: bytes, name: str, path: str, number: int) -> PageImage | None:
    """A page of one part as it looks, drawn by the same pool; None where there is none or it cannot be drawn."""
    return _own_pool().page(raw, name, path, number)


def _own_pool() -> ReaderPool:
    with _lock:
        pool = _pools.get(os.getpid())  # a forked worker must not share its parent's pipes
        if pool is None:
            pool = _pools[os.getpid()] = ReaderPool()
            atexit.register(pool.close)
        return pool
