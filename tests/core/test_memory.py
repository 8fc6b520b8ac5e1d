"""Python's search for reference cycles waits while many rows are made, and comes back however that ends."""

import gc
from threading import Barrier, Thread

import pytest

from core.memory import unswept


def test_python_does_not_look_for_cycles_inside_and_does_again_after() -> None:
    assert gc.isenabled()
    with unswept():
        assert not gc.isenabled()
        with unswept():
            pass
        assert not gc.isenabled(), "the inner end is not the end"
    assert gc.isenabled()


def test_an_error_inside_leaves_python_looking_again() -> None:
    with pytest.raises(ZeroDivisionError), unswept():
        1 / 0  # noqa: B018 - it is done for its error
    assert gc.isenabled()


def test_who_had_it_off_finds_it_off() -> None:
    gc.disable()
    try:
        with unswept():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_threads_that_overlap_leave_python_looking_again() -> None:
    together = Barrier(4)

    def work() -> None:
        for _ in range(50):
            together.wait()
            with unswept():
                list(range(100))

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert gc.isenabled()
