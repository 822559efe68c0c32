from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kurume_bousai.domain.addresses import normalize_address, parse_address, place_key, split_building

SAME = (
    ("山川追分2丁目10-16", (
        "福岡県久留米市山川追分２丁目１０番１６号", "久留米市山川追分二丁目10-16", "山川追分2丁目10番地16",
        "久留米市　山川追分　2丁目　10−16", "久留米市山川追分2丁目10ー16",
        "〒839-0814 久留米市山川追分2丁目10の16",
        "久留米市山川追分弐丁目十番十六号", "久留米市山川追分２丁目１０‐１６", "久留米市山川追分2丁10-16",
    )),
    ("御井町1600-4", (
        "御井町1600番地の4", "久留米市御井町千六百番地四", "久留米市御井町1600番地4",
        "久留米市御井町1600-4番地",
        "久留米市御井町一六〇〇の四", "久留米市大字御井町１６００―４", "8300000久留米市御井町1600-0004",
    )),
    ("三潴町玉満2779-1", (
        "福岡県三潴郡三潴町大字玉満2779-1", "三潴郡三瀦町玉満二七七九番地一", "久留米市三潴町玉満2779の1",
        "久留米市三潴町大字玉満２７７９番地１",
    )),
    ("田主丸町秋成9999", ("浮羽郡田主丸町大字秋成9999番地", "久留米市田主丸町秋成9999")),
    ("北野町八重亀139", ("三井郡北野町大字八重亀139", "久留米市北野町八重亀百三十九番地")),
    ("城島町六町原9001", ("三潴郡城島町大字六町原9001番地",)),
    ("宮の陣3丁目4-5", ("宮ノ陣３丁目４−５", "宮之陣三丁目四番五号", "宮乃陣3丁目4番5号")),
    ("松が枝町1", ("松ケ枝町1", "松ヶ枝町１番地", "松ヵ枝町1", "松が枝町一番")),
    ("六つ門町3-11", ("六ツ門町3番地の11", "六ッ門町3-11", "六っ門町三番十一号")),
    ("宮の陣町八丁島200", ("久留米市宮ノ陣町八丁島200番地", "宮ノ陣町大字八丁島二〇〇")) ,
    ("蛍川町1", ("螢川町1", "蛍川町1")),
    ("東町1-2_305号室", ("東町1-2-305号室", "東町1番2-305号室", "東町1-2 305号室")),
    ("宮の陣3丁目4-5_こーぽ架空203", ("宮ノ陣3丁目4-5 コーポ架空203",)),
    ("上津町中尾山123", ("上津町字中尾山123", "久留米市大字上津町小字中尾山123番地")),
)  # fmt: skip
CASES = [(text, expected) for expected, texts in SAME for text in texts]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_one_house_is_written_in_one_way(text: str, expected: str) -> None:
    assert normalize_address(text) == expected
    assert normalize_address(normalize_address(text)) == expected


@pytest.mark.parametrize(
    ("text", "elsewhere"),
    [
        ("福岡県小郡市小郡255", True),
        ("鳥栖市本町1", True),
        ("三潴郡大木町八町牟田255", True),  # the 郡 remains, another town
        ("三井郡大刀洗町本郷1", True),
        ("長崎県長崎市魚の町4", True),
        ("福岡県久留米市東町1", False),
        ("福岡県東町1", False),
        ("東町1", False),
    ],
)
def test_another_municipality_is_seen(text: str, elsewhere: bool) -> None:
    assert parse_address(text).looks_elsewhere is elsewhere


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "久留米市宮の陣３－４－５　コーポ架空２０３号室",
            ("久留米市宮の陣３－４－５", "コーポ架空２０３号室"),
        ),
        ("久留米市東町9999-1 305号室", ("久留米市東町9999-1", "305号室")),
        ("久留米市山川追分 2丁目 10番 16号 架空荘", ("久留米市山川追分 2丁目 10番 16号", "架空荘")),
        ("久留米市東町9999", ("久留米市東町9999", "")),
        ("久留米市 東町", ("久留米市 東町", "")),
        ("", ("", "")),
    ],
)
def test_the_building_is_split_off(text: str, parts: tuple[str, str]) -> None:
    assert split_building(text) == parts


def test_names_of_the_dictionary_meet_the_names_of_addresses() -> None:
    assert place_key("山川追分二丁目") == parse_address("久留米市山川追分２丁目").head
    assert place_key("松ケ枝町") == parse_address("松ヶ枝町3").head
    assert parse_address("上津町字中尾山9").names_koaza
    assert not parse_address("大字上津町9").names_koaza


PIECES = st.sampled_from(
    [
        "福岡県", "久留米市", "三潴郡", "三潴町", "大字", "字", "玉満", "宮ノ陣", "松ヶ枝町", "二", "十",
        "百", "〇", "丁目",
        "丁", "番地", "番", "の", "号", "号室", "-", "ー", "−", " ", "　", "1", "０", "23",
        "〒830-0001", "(架空)",
        "けが", "市", "コーポ", "_", "F", "ｶﾞ",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=30))
@example("久留米市久留米市東町")
@example("10番1号室")
def test_twice_is_the_same_as_once(text: str) -> None:
    once = normalize_address(text)
    assert normalize_address(once) == once


@given(st.text(max_size=40))
def test_any_text_is_taken_apart_without_a_word(text: str) -> None:
    parts = parse_address(text)
    assert all(number.isdigit() for number in parts.numbers)
    before, after = split_building(text)
    assert text.strip().startswith(before)
    assert text.strip().endswith(after)
