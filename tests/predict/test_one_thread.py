"""The switch of the matrix libraries: off while anybody wants it off, back to what it was after the last."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np  # noqa: F401 (brings the library that is switched)
import pytest
import scipy.linalg  # noqa: F401
from threadpoolctl import threadpool_info

from core.predict.one_thread import one_thread


def threads() -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def test_inside_one_thread_and_outside_what_it_was():
    before = threads()
    with one_thread():
        assert threads() == {1}
        with one_thread():
            assert threads() == {1}
        assert threads() == {1}
    assert threads() == before


def test_an_error_inside_turns_it_back():
    before = threads()
    with pytest.raises(KeyError), one_thread():
        raise KeyError
    assert threads() == before


def test_many_at_once_leave_it_as_it_was():
    before, together = threads(), Barrier(4, timeout=30)

    def work(turn: int) -> set[int]:
        with one_thread():
            together.wait()
            return threads()

    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(work, range(16)))
    assert seen == [{1}] * 16 and threads() == before
