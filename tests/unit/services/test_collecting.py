from __future__ import annotations

import gc
import weakref

import pytest

from kurume_bousai.services.collecting import let_go, letting_go, rarely_collected


def test_the_collector_rests_inside_and_works_again_after_the_last_one() -> None:
    assert gc.isenabled()
    with rarely_collected():
        with rarely_collected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_works_again_after_a_failure() -> None:
    with pytest.raises(ValueError, match="架空"), rarely_collected():
        raise ValueError("架空")
    assert gc.isenabled()


def test_where_it_was_off_it_stays_off() -> None:
    gc.disable()
    try:
        with rarely_collected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_is_let_go_is_empty_and_another_holder_keeps_its_own() -> None:
    kept = [object() for _number in range(1_201)]
    rows, by_number = list(kept), dict(enumerate(kept))
    let_go(rows, by_number)
    assert not rows
    assert not by_number
    assert len(kept) == 1_201


class _Row:
    """What can be watched as it goes."""


def test_what_a_refused_work_made_is_let_go_though_the_refusal_stays() -> None:
    parts: list[object] = []
    watched: list[weakref.ref[_Row]] = []

    def work() -> None:
        rows = tuple(_Row() for _number in range(700))
        parts.extend(rows)
        watched.extend(map(weakref.ref, rows))
        raise ValueError("架空")

    with pytest.raises(ValueError, match="架空") as caught, letting_go(parts):
        work()
    assert caught.value.__traceback__ is not None  # somebody still holds what was refused
    assert not parts
    assert not any(one() for one in watched)
