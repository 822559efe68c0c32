from __future__ import annotations

import gc

import pytest

from kurume_bousai.services.collecting import rarely_collected


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
