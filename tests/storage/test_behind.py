"""One piece of work behind the caller's own."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from kurume_bousai.storage.behind import Behind


def bad() -> None:
    raise ValueError("behind")


def test_one_thing_is_done_before_the_next_begins() -> None:
    done: list[tuple[int, bool]] = []
    here = threading.get_ident()

    def work(number: int) -> None:
        done.append((number, threading.get_ident() == here))

    with Behind() as behind:
        behind.wait()  # nothing was begun
        for number in range(3):
            behind.begin(partial(work, number))
        behind.wait()
        assert done == [(0, False), (1, False), (2, False)]


def test_what_went_wrong_behind_is_told_at_the_end_at_the_latest() -> None:
    with pytest.raises(ValueError, match="behind"), Behind() as behind:
        behind.begin(bad)


def test_an_error_of_the_callers_own_goes_first() -> None:
    def both() -> None:
        with Behind() as behind:
            behind.begin(bad)
            raise KeyError("before")

    with pytest.raises(KeyError):
        both()
