"""和暦 and other spellings of dates."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.dates import (
    age_on,
    describe_birth,
    format_wareki,
    format_wareki_short,
    parse_date,
)
from kurume_bousai.domain.errors import KnownProblem


@pytest.mark.parametrize(
    "text",
    [
        "昭和10年4月1日",
        "昭和１０年４月１日",
        "昭10.4.1",
        "S10.4.1",
        "s10/4/1",
        "S100401",
        "1935-04-01",
        "1935/4/1",
        "1935年4月1日",
        "19350401",
        "12875",
        "12875.0",
        "1935-04-01 00:00:00",
        " 昭和10年4月1日（木） ",
    ],
)
def test_every_spelling_of_one_day(text: str) -> None:
    assert parse_date(text) == date(1935, 4, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "date_empty"),
        ("　", "date_empty"),
        ("不詳", "date_unreadable"),
        ("昭和75年1月1日", "date_era"),
        ("S0.1.1", "date_era"),
        ("平成3年2月30日", "date_impossible"),
        ("1935-13-01", "date_impossible"),
        ("10/4/1", "date_unreadable"),
    ],
)
def test_unreadable_dates_say_why(text: str, code: str) -> None:
    with pytest.raises(KnownProblem) as caught:
        parse_date(text)
    assert caught.value.code == code
    assert "例" in caught.value.advice


@given(st.dates(min_value=date(1868, 1, 25), max_value=date(2099, 12, 31)))
def test_what_is_written_can_be_read_again(day: date) -> None:
    assert parse_date(format_wareki(day)) == day
    assert parse_date(format_wareki_short(day)) == day
    assert parse_date(day.isoformat()) == day


def test_age_grows_on_the_birthday() -> None:
    born = date(1935, 4, 1)
    assert age_on(born, date(2026, 3, 31)) == 90
    assert age_on(born, date(2026, 4, 1)) == 91
    assert describe_birth(born, date(2026, 11, 21)) == "昭和10年4月1日・91歳"
