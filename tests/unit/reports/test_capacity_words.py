"""The sentences of the papers say what the numbers say, and no more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.ids import DistrictId, SiteId
from kurume_bousai.domain.improvements import SiteChange, SiteChangeKind
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.labels import change_words
from kurume_bousai.reports.capacity_words import (
    off_list_line,
    proof_lines,
    shorter,
    status_line,
    three_sentences,
)
from kurume_bousai.services.capacity.figures import PhaseFigures
from tests.fixtures import papers

REPORT = papers.capacity()


def test_the_three_sentences_of_a_city_where_not_everybody_fits() -> None:
    assert three_sentences(REPORT) == (
        "この条件では、福祉避難所へ行く 97人のうち、80人が入れて、17人が入れません。",
        "空きは 10人分ありますが、必要な支援や受入対象などが合わないため、入れない人の数からは引けません。",
        (
            "調べた中でいちばん効く手は「架空ケアセンター一番に場所を10人分増やす」で、"
            "入れない人は 9人に減ります。"
        ),
    )


def test_the_three_sentences_where_everybody_fits() -> None:
    said = three_sentences(replace(REPORT, placed_people=97, unplaced_people=0, unplaced=(), ladder=()))
    assert said[0] == "この条件では、福祉避難所へ行く 97人の全員が入れます。"
    assert said[1] == "全員が入ったあとも、10人分の空きがあります。"


def test_the_three_sentences_where_nobody_goes_or_nobody_fits() -> None:
    nobody = three_sentences(replace(REPORT, demand_people=0, placed_people=0, unplaced_people=0))
    assert nobody[0] == "この条件では、福祉避難所へ行く人がいません。"
    full = three_sentences(
        replace(REPORT, placed_people=0, unplaced_people=97, usable_places=0, free_places=0)
    )
    assert full[0] == "この条件では、福祉避難所へ行く 97人のだれも入れません。"
    assert full[1].startswith("使える福祉避難所がありません。")


def test_without_improvements_the_most_frequent_reason_is_told() -> None:
    said = three_sentences(replace(REPORT, improvements=None))[2]
    assert said == "施設が受け入れられない理由でいちばん多いのは、「受入対象外」です。"


def test_an_improvement_that_brings_nothing_is_no_advice() -> None:
    found = tuple(replace(one, unplaced_after=17) for one in REPORT.improvements or ())
    assert "効く手" not in three_sentences(replace(REPORT, improvements=found))[2]


def test_the_share_of_a_district_speaks_of_the_whole_city_where_help_is_meant() -> None:
    conditions = replace(REPORT.conditions, district_id=DistrictId("津福"))
    assert "全市の入れない人は 9人" in three_sentences(replace(REPORT, conditions=conditions))[2]


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 900))
def test_the_first_sentence_has_the_numbers_of_the_sum(placed: int, left: int, free: int) -> None:
    report = replace(
        REPORT, demand_people=placed + left, placed_people=placed, unplaced_people=left, free_places=free
    )
    first, second, third = three_sentences(report)
    for number in (placed, left):
        if placed and left:
            assert f"{number:,}人" in first
    assert all(sentence.endswith("。") for sentence in (first, second, third))
    if left and free and report.usable_places:
        assert "引けません" in second  # never netted


def test_what_is_not_proven_is_told_in_plain_words() -> None:
    phases = (
        PhaseFigures("band_1", 312, 299.5, is_proven=False),
        PhaseFigures("band_2", 4, 4, is_proven=True),
        PhaseFigures("cost", 1000, 985, is_proven=False),
    )
    report = replace(REPORT, phases=phases)
    assert proof_lines(report) == [
        "時間内に確かめきれませんでした: 優先度1の人で入れない人は 300人以上312人以下",
        "時間内に確かめきれませんでした: 移動の距離を短くする計算(いちばん良い答えとの差は最大で 1.5%)",
    ]
    assert "言いきれません" in status_line(report)
    assert proof_lines(REPORT) == []
    assert "確かめました" in status_line(REPORT)


def test_people_who_are_not_on_the_list_stand_apart() -> None:
    assert off_list_line(REPORT) == "そのうち名簿外の人 6人 = 入れる人 4人 + 入れない人 2人"
    assert off_list_line(replace(REPORT, off_list_people=0, off_list_unplaced=0)) == ""


def test_a_long_name_is_cut_with_a_sign() -> None:
    assert shorter("架空" * 30).endswith("…")
    assert len(shorter("架空" * 30)) == 30
    assert shorter("架空苑") == "架空苑"


@pytest.mark.parametrize("kind", list(SiteChangeKind))
def test_every_change_of_a_site_has_words(kind: SiteChangeKind) -> None:
    change = SiteChange(SiteId("w01"), kind, 130, Need.POWER, frozenset({AdmissionCategory.ELDERLY}))
    words = change_words(change, "架空苑")
    assert "架空苑" in words
    if kind is SiteChangeKind.REACH:
        assert "200m" in words  # rounded up: the exact distance would tell where a home is
        assert "130" not in words
