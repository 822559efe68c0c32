"""Folding of names for search."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kurume_bousai.domain.names import (
    bigrams,
    fold,
    fold_digits,
    fold_each,
    kana_form,
    to_hiragana,
    unusual_characters,
)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("髙﨑 ミサヲ", "高崎みさを"),
        ("ﾔﾏﾀﾞ", "やまだ"),
        ("渡邊", "渡辺"),
        ("𠮷田", "吉田"),
        ("葛󠄀城", "葛城"),
        ("０９４２－００", "0942-00"),
        ("ＡＢＣ", "abc"),
    ],
)
def test_what_people_take_for_the_same_folds_to_the_same(left: str, right: str) -> None:
    assert fold(left) == fold(right)


@given(st.text(max_size=40))
@example("t \u0308")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.lists(st.text(max_size=8), max_size=6))
@example(["山\x00田", "森"])
@example(["か", "\u3099き"])
@example([])
def test_several_fold_together_as_they_do_one_by_one(texts: list[str]) -> None:
    assert fold_each(texts) == [fold(text) for text in texts]


def test_one_letter_has_one_key_and_more_have_pairs() -> None:
    assert bigrams("") == ()
    assert bigrams("森") == ("森",)
    assert bigrams("山田花") == ("山田", "田花")


def test_digits_and_kana() -> None:
    assert fold_digits("０９４２（００）1234") == "0942001234"
    assert to_hiragana("ｲﾉｳｴ ミサオ") == "いのうえ みさお"


def test_characters_that_other_computers_may_not_show_are_told() -> None:
    assert unusual_characters("山\ue000田") == ("\ue000",)
    assert unusual_characters("山田") == ()


@pytest.mark.parametrize(
    ("received", "kept"),
    [
        ("ｶﾞｸｳ ｼﾞﾛｳ", "ガクウ ジロウ"),
        ("かくう　はなこ", "カクウ ハナコ"),
        ("カクウ ハナコ", "カクウ ハナコ"),
        ("カクウ・ハナコー", "カクウ・ハナコー"),
        ("カクウ 花子", "カクウ 花子"),
        ("KAKUU", "KAKUU"),
        ("", ""),
    ],
)
def test_a_reading_has_one_form_and_what_is_none_stays(received: str, kept: str) -> None:
    assert kana_form(received) == kept
    assert kana_form(kept) == kept
