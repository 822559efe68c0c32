from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.mapping_json import mapping_from_json, mapping_json
from kurume_bousai.domain.mapping_profiles import (
    ColumnMapping,
    MappingProfile,
    MappingProfileId,
    Split,
    fold_code,
    header_fingerprint,
    require_profile_name,
    split_address,
    split_name,
)

HEADER = ("宛名番号", "氏名", "生年月日", "住所", "作成日")
texts = st.text(min_size=1, max_size=8)
mappings = st.builds(
    ColumnMapping,
    headings=st.dictionaries(texts, st.lists(texts, min_size=1, max_size=3).map(tuple), max_size=4),
    constants=st.dictionaries(texts, texts, max_size=2),
    defaults=st.dictionaries(texts, texts, max_size=2),
    words=st.dictionaries(texts, st.dictionaries(texts, texts, max_size=3), max_size=2),
    splits=st.sampled_from([{}, {"氏名": Split.NAME, "フリガナ": Split.KANA}, {"方書": Split.BUILDING}]),
)


def profile(*header: str, **columns: str) -> MappingProfile:
    mapping = ColumnMapping.of(columns or {"ID": "宛名番号"})
    return MappingProfile(
        MappingProfileId("p"), "介護保険課", header, mapping, datetime(2026, 11, 21, tzinfo=UTC), "架空係"
    )


@given(mappings)
def test_a_mapping_is_read_as_it_was_written(mapping: ColumnMapping) -> None:
    assert mapping_from_json(mapping_json(mapping)) == mapping


@pytest.mark.parametrize(
    "loaded",
    [
        None,
        [],
        {},
        {"列": 1},
        {"列": {"ID": 1}},
        {"列": {"ID": []}},
        {"列": {}, "宇宙": {}},
        {"列": {}, "コード": {"性別": 1}},
        {"列": {}, "分けて使う項目": ["ID"]},
        {"ID": 1},
    ],
)
def test_a_mapping_that_is_none_is_refused(loaded: object) -> None:
    with pytest.raises(KnownProblem) as caught:
        mapping_from_json(loaded)
    assert caught.value.code == "mapping_bad"


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        (ColumnMapping.of({"宇宙": "x"}), "「宇宙」という項目はありません"),
        (ColumnMapping(constants={"名簿同意": "同意"}), "「名簿同意」は行ごとに違う"),
        (ColumnMapping(defaults={"名簿同意": "同意"}), "「名簿同意」は行ごとに違う"),
        (ColumnMapping(constants={"氏名": "架空"}), "「氏名」は行ごとに違う"),
        (ColumnMapping(constants={"支援措置": "なし"}), "まとめて「なし」にはできません"),
        (ColumnMapping(defaults={"支援措置": "×"}), "まとめて「なし」にはできません"),
        (ColumnMapping(splits={"氏名": Split.KANA}), "「フリガナ」の分け方"),
        (ColumnMapping(words={"性別": {" ": "女"}}), "空のコード"),
    ],
)
def test_what_may_not_be_said_for_a_whole_file(mapping: ColumnMapping, says: str) -> None:
    known = ("ID", "氏名", "フリガナ", "性別", "支援措置", "名簿同意")
    assert any(says in fault for fault in mapping.faults(known))
    assert not ColumnMapping(constants={"支援措置": "○"}).faults(known), (
        "hiding a whole file is the safe side"
    )


def test_a_file_is_recognised_by_its_headings_whatever_their_width_and_spaces() -> None:
    assert header_fingerprint(HEADER) == header_fingerprint(
        ("宛名番号 ", "氏　名", "生年月日※", "住所", "作成日", "")
    )
    assert header_fingerprint(HEADER) != header_fingerprint(HEADER[::-1])
    assert profile(*HEADER).fingerprint == header_fingerprint(HEADER)


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (HEADER, ()),
        (("氏名", "宛名番号", "生年月日", "住所", "作成日"), ("列の並びが変わりました。",)),
        ((*HEADER, "備考"), ("新しい列があります: 備考。",)),
        (HEADER[:-1], ("使っていない列がなくなりました: 作成日。",)),
        (
            ("宛名コード", *HEADER[1:]),
            ("使っている列がなくなりました: 宛名番号。", "新しい列があります: 宛名コード。"),
        ),
    ],
)
def test_what_differs_from_the_file_it_was_made_of_is_said(
    header: tuple[str, ...], says: tuple[str, ...]
) -> None:
    difference = profile(*HEADER).differences(header)
    assert difference.sentences() == says
    assert bool(difference) is bool(says)


def test_a_profile_without_headings_asks_only_for_what_it_needs() -> None:
    assert profile().differences(("宛名番号", "x")).sentences() == ()
    assert profile().differences(("x",)).missing == ("宛名番号",)


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("架空 花子（カクウ ハナコ）", ("架空 花子", "カクウ ハナコ")),
        ("架空 花子(ｶｸｳ ﾊﾅｺ)", ("架空 花子", "ｶｸｳ ﾊﾅｺ")),
        ("架空 花子/カクウ ハナコ", ("架空 花子", "カクウ ハナコ")),
        ("カクウ ハナコ\n架空 花子", ("架空 花子", "カクウ ハナコ")),
        ("架空　花子　カクウ　ハナコ", ("架空　花子", "カクウ　ハナコ")),
        ("架空 エミ", ("架空 エミ", "")),
        ("架空 マリア ホセ", ("架空 マリア ホセ", "")),
        ("架空 花子（旧姓 仮）", ("架空 花子（旧姓 仮）", "")),
        ("", ("", "")),
    ],
)
def test_name_and_reading_of_one_cell(cell: str, parts: tuple[str, str]) -> None:
    assert split_name(cell) == parts


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("久留米市架空町9999-12 架空荘901", ("久留米市架空町9999-12", "架空荘901")),
        (
            "久留米市架空町９９９９番地１２　架空マンション３０１号",
            ("久留米市架空町９９９９番地１２", "架空マンション３０１号"),
        ),
        ("久留米市架空町9999番地12架空荘901号室", ("久留米市架空町9999番地12", "架空荘901号室")),
        ("久留米市架空町2丁目9999-12", ("久留米市架空町2丁目9999-12", "")),
        ("久留米市架空町9999-1 12", ("久留米市架空町9999-1 12", "")),
        ("久留米市架空町", ("久留米市架空町", "")),
    ],
)
def test_address_and_building_of_one_cell(cell: str, parts: tuple[str, str]) -> None:
    assert split_address(cell) == parts


@given(st.text(max_size=40))
def test_no_cell_loses_a_letter_when_it_is_cut(cell: str) -> None:
    def letters(text: str) -> list[str]:
        return sorted(letter for letter in text if letter.isalnum())

    for cut in (split_name, split_address):
        assert letters("".join(cut(cell))) == letters(cell)


@pytest.mark.parametrize(("code", "folded"), [("２１", "21"), ("21.0", "21"), (" a1 ", "a1"), ("021", "021")])
def test_codes_meet_in_every_width(code: str, folded: str) -> None:
    assert fold_code(code) == folded


@pytest.mark.parametrize("name", ["", "  ", "あ" * 61, "あ\x00"])
def test_names_of_profiles(name: str) -> None:
    assert require_profile_name("  介護保険課　認定者 ") == "介護保険課 認定者"
    with pytest.raises(KnownProblem) as caught:
        require_profile_name(name)
    assert caught.value.code == "profile_name_bad"
