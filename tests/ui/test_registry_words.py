from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.members import Sex
from kurume_bousai.ui.privacy import HIDDEN_TEXT
from kurume_bousai.ui.registry.words import flood_words, hidden_address, plan_words, value_words


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("久留米市南薫西町9001-2", "久留米市南薫西町（番地はかくしています）"),
        ("津福今町９９９９", "津福今町（番地はかくしています）"),
        ("架空町三百二番地", "架空町（番地はかくしています）"),
        ("小森野三丁目9820-2", "小森野三丁目（番地はかくしています）"),
        ("9999-12", HIDDEN_TEXT),
        ("架空荘", HIDDEN_TEXT),
    ],
)
def test_no_house_number_is_left(address: str, shown: str) -> None:
    assert hidden_address(address) == shown


@given(st.text(max_size=30))
def test_no_digit_of_any_address_is_left(address: str) -> None:
    shown = hidden_address(address)
    assert not any(letter in "0123456789０１２３４５６７８９" for letter in shown)
    assert shown == HIDDEN_TEXT or address.startswith(shown.removesuffix("（番地はかくしています）"))


def test_words_of_values() -> None:
    assert value_words(date(1935, 4, 1)) == "昭和10年4月1日"
    assert value_words(Sex.FEMALE) == "女"
    assert flood_words(None) == "不明"
    assert flood_words(0) == "—"
    assert plan_words("none")[1] == "なし"
