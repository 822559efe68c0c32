"""Several files read side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from kurume_bousai.services.roster_import.reading_together import read_together


def test_what_is_read_comes_in_the_order_asked_for() -> None:
    second_is_done = threading.Event()

    def first() -> int:
        assert second_is_done.wait(10)
        return 1

    def second() -> int:
        second_is_done.set()
        return 2

    assert read_together([first, second]) == [1, 2]
    assert read_together([second]) == [2]
    assert read_together([]) == []


def test_the_first_that_fails_in_their_order_is_told() -> None:
    def bad(text: str) -> Callable[[], int]:
        def read() -> int:
            raise ValueError(text)

        return read

    with pytest.raises(ValueError, match="one"):
        read_together([lambda: 1, bad("one"), bad("two")])
