"""年度 in the words of the office."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.fiscal_years import (
    fiscal_year_letter,
    fiscal_year_of,
    fiscal_year_words,
    parse_fiscal_year,
)


@pytest.mark.parametrize(
    ("day", "year", "letter", "words"),
    [
        (date(2026, 3, 31), 2025, "R7", "令和7年度"),
        (date(2026, 4, 1), 2026, "R8", "令和8年度"),
        (date(2019, 4, 1), 2019, "R1", "令和元年度"),
        (date(2019, 3, 31), 2018, "H30", "平成30年度"),
    ],
)
def test_a_day_belongs_to_its_year(day: date, year: int, letter: str, words: str) -> None:
    assert fiscal_year_of(day) == year
    assert fiscal_year_letter(year) == letter
    assert fiscal_year_words(year) == words


@given(st.integers(1990, 2099))
def test_what_is_written_can_be_read_again(year: int) -> None:
    assert parse_fiscal_year(fiscal_year_letter(year)) == year
    assert parse_fiscal_year(fiscal_year_words(year)) == year
    assert parse_fiscal_year(f"{year}年度") == year


@pytest.mark.parametrize("text", ["", "R", "昔", "0", "R999", "12"])
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(KnownProblem):
        parse_fiscal_year(text)
