"""What is loaded ahead exists: a name that moved would be left out in silence."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from kurume_bousai.ui.ahead import FIRST


@pytest.mark.parametrize("name", FIRST)
def test_a_screen_that_is_loaded_ahead_is_there(name: str) -> None:
    assert find_spec(f"kurume_bousai.ui.{name}") is not None
