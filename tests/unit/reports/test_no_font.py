"""Without a Japanese font no paper is made of boxes."""

from __future__ import annotations

import importlib.util

import pytest

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.reports.glyphs import font_file


def test_a_paper_without_a_font_is_refused_and_says_what_still_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(KnownProblem) as caught:
        font_file.__wrapped__()
    assert caught.value.code == "no_font"
    assert "xlsx" in caught.value.advice
