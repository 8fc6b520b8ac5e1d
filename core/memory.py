"""Python's own housekeeping, where it would cost more than the work it keeps house for."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unswept() -> Iterator[None]:
    """Make ten thousand rows without Python looking for reference cycles among them and everything else again and again.

    There are none among rows: they go when nobody holds them. Several threads may be inside at once; when the first
    leaves, Python looks again.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()  # whoever switched it off switches it on: whatever threads do between, it is on in the end
