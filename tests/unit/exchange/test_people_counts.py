from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.exchange.people_counts import (
    CountReading,
    ParsedCount,
    describe_count,
    parse_people_count,
)

R = CountReading


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("40", ParsedCount(R.EXACT, 40)),
        ("４０人", ParsedCount(R.EXACT, 40)),
        (" 40 名 ", ParsedCount(R.EXACT, 40)),
        ("40.0", ParsedCount(R.EXACT, 40)),
        ("1,371", ParsedCount(R.EXACT, 1371)),
        ("１，３７１人", ParsedCount(R.EXACT, 1371)),
        ("定員40名", ParsedCount(R.EXACT, 40)),
        ("収容人数：120人", ParsedCount(R.EXACT, 120)),
        ("40人（うちショート10人）", ParsedCount(R.NOTED, 40, note="うちショート10人")),
        ("屋内50人", ParsedCount(R.NOTED, 50)),
        # the list of 七尾市, in every shape it has
        (
            "屋内1,371人／屋外5,470人（面積の1/2）",
            ParsedCount(R.IN_AND_OUT, 1371, 5470, "面積の1/2"),
        ),
        ("屋内191人／屋外0人(面積の1/2)", ParsedCount(R.IN_AND_OUT, 191, 0, "面積の1/2")),
        ("屋内0人／屋外12,345人(面積の1/2)", ParsedCount(R.IN_AND_OUT, 0, 12345, "面積の1/2")),
        ("屋内1,371人屋外15,470人（面積の1/2）", ParsedCount(R.IN_AND_OUT, 1371, 15470, "面積の1/2")),
        ("屋内300人／屋外0人(座席数)", ParsedCount(R.IN_AND_OUT, 300, 0, "座席数")),
        ("屋内50人／屋外1200人(面積の1/2)", ParsedCount(R.IN_AND_OUT, 50, 1200, "面積の1/2")),
        # the list of 介護事業所
        ("0", ParsedCount(R.ZERO)),
        ("０", ParsedCount(R.ZERO)),
        ("0人", ParsedCount(R.ZERO)),
        ("", ParsedCount(R.EMPTY)),
        ("　", ParsedCount(R.EMPTY)),
        ("－", ParsedCount(R.EMPTY)),
        ("不明", ParsedCount(R.EMPTY)),
        # what no list should have, and lists have
        ("約50", ParsedCount(R.APPROXIMATE, note="約50", figures=(50,))),
        ("約５０人", ParsedCount(R.APPROXIMATE, note="約５０人", figures=(50,))),
        ("50名程度", ParsedCount(R.APPROXIMATE, note="50名程度", figures=(50,))),
        ("50人くらい", ParsedCount(R.APPROXIMATE, note="50人くらい", figures=(50,))),
        ("40～50人", ParsedCount(R.RANGE, note="40～50人", figures=(40, 50))),
        ("40〜50", ParsedCount(R.RANGE, note="40〜50", figures=(40, 50))),
        ("40人から50人", ParsedCount(R.RANGE, note="40人から50人", figures=(40, 50))),
        ("１０－２０", ParsedCount(R.RANGE, note="１０－２０", figures=(10, 20))),
        ("最大50名", ParsedCount(R.LIMIT, note="最大50名", figures=(50,))),
        ("50人以上", ParsedCount(R.LIMIT, note="50人以上", figures=(50,))),
        ("20,10", ParsedCount(R.SEVERAL, note="20,10", figures=(20, 10))),
        ("特養50／短期10", ParsedCount(R.SEVERAL, note="特養50／短期10", figures=(50, 10))),
        ("体育館200人、教室100人", ParsedCount(R.SEVERAL, note="体育館200人、教室100人", figures=(200, 100))),
        ("40床", ParsedCount(R.OTHER_UNIT, note="40床", figures=(40,))),
        ("120㎡", ParsedCount(R.OTHER_UNIT, note="120㎡", figures=(120,))),
        ("15室", ParsedCount(R.OTHER_UNIT, note="15室", figures=(15,))),
        ("四十人", ParsedCount(R.UNREADABLE, note="四十人")),
        ("要相談", ParsedCount(R.UNREADABLE, note="要相談")),
        ("-5", ParsedCount(R.UNREADABLE, note="-5", figures=(5,))),
        ("48.5", ParsedCount(R.UNREADABLE, note="48.5", figures=(48, 5))),
    ],
)
def test_a_cell_is_read_or_told(text: str, expected: ParsedCount) -> None:
    count = parse_people_count(text)
    assert count == expected
    assert bool(describe_count(count)) is (count.reading is not R.EXACT)


def test_what_was_read_is_said_in_a_sentence() -> None:
    in_and_out = parse_people_count("屋内1,371人／屋外5,470人（面積の1/2）")
    assert describe_count(in_and_out) == "屋内1,371人、屋外5,470人と読みました。数えるのは屋内だけです。"
    assert "40、50" in describe_count(parse_people_count("40～50人"))
    assert "1,200" in describe_count(parse_people_count("約1,200人"))


@given(st.text(alphabet="0123456789０１,.人名約屋内外/(~-～ 床", max_size=24) | st.text(max_size=40))
def test_no_text_is_a_crash_and_no_doubt_is_a_number(text: str) -> None:
    count = parse_people_count(text)
    usable = count.reading in {R.EXACT, R.NOTED, R.IN_AND_OUT}
    assert count.is_unknown is not usable
    assert describe_count(count).endswith("。") or count.is_plain
    if count.reading is R.EXACT:
        assert count.indoor


def test_every_capacity_of_the_real_lists_is_read_or_told(shared_data: Path) -> None:
    lists = (
        (shared_data / "shelter_csv" / "nanao_jichitai_standard.csv", "想定収容人数"),
        (shared_data / "kurume_care_facilities" / "kurume_jigyosho_510_520.csv", "定員"),
    )
    readings = []
    for path, column in lists:
        with path.open(encoding="utf-8-sig", newline="") as file:
            readings.append(Counter(parse_people_count(row[column]).reading for row in csv.DictReader(file)))
    assert readings == [{R.IN_AND_OUT: 109, R.EMPTY: 3}, {R.ZERO: 8, R.EXACT: 5}]
