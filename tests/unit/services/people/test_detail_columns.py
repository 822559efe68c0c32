from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.person_details import (
    NO_DETAILS,
    Contact,
    DeliveryMeans,
    HouseholdPerson,
    MedicalDevice,
    Mobility,
    PersonDetails,
    Residence,
)
from kurume_bousai.exchange.roster_columns import ROSTER_COLUMNS
from kurume_bousai.services.people.detail_columns import (
    DETAIL_COLUMNS,
    DETAIL_NAMES,
    apply_stated,
    read_detail_cells,
)
from tests.storage import people

cells = st.dictionaries(st.sampled_from(sorted(DETAIL_NAMES)), people.texts)


def test_the_second_set_does_not_touch_the_canonical_one() -> None:
    assert not DETAIL_NAMES & {column.name for column in ROSTER_COLUMNS}
    assert len(DETAIL_NAMES) == len(DETAIL_COLUMNS)


def test_a_row_is_read() -> None:
    stated = read_detail_cells(
        {
            "医療機器": "在宅酸素；吸引",
            "移動のしかた": "車椅子",
            "介助に要る人数": "２人",
            "日中の独居": "○",
            "情報の届け方": "訪問、FAX",
            "ペット": "犬1",
            "緊急連絡先2氏名": "架空 三郎",
            "緊急連絡先1電話": "0942-00-0001",
            "家族": "妻：架空 花子;架空 春子",
            "この列は知らない": "何か",
        }
    )
    assert stated.problems == ()
    assert apply_stated(NO_DETAILS, stated) == PersonDetails(
        devices=frozenset({MedicalDevice.OXYGEN, MedicalDevice.SUCTION}),
        mobility=Mobility.WHEELCHAIR,
        helpers_needed=2,
        is_alone_by_day=True,
        delivery=frozenset({DeliveryMeans.VISIT, DeliveryMeans.FAX}),
        pets="犬1",
        contacts=(Contact(phone="0942-00-0001"), Contact("架空 三郎")),
        household=(HouseholdPerson("架空 花子", "妻"), HouseholdPerson("架空 春子")),
    )


@pytest.mark.parametrize(
    ("cell", "residence"),
    [
        ("在宅", Residence.HOME),
        ("居宅サービス", Residence.HOME),
        ("入所", Residence.FACILITY),
        ("入院", Residence.FACILITY),
        ("介護医療院", Residence.FACILITY),
        ("不明", Residence.UNKNOWN),
        ("なし", Residence.UNKNOWN),
    ],
)
def test_where_somebody_lives_is_read(cell: str, residence: Residence) -> None:
    kept = PersonDetails(residence=Residence.HOME)
    stated = read_detail_cells({"在宅・入所": cell})
    assert stated.problems == ()
    assert apply_stated(kept, stated).residence is residence


def test_a_kind_of_service_that_leaves_doubt_is_told_and_never_guessed() -> None:
    stated = read_detail_cells({"在宅・入所": "有料老人ホーム"})
    assert [problem.column for problem in stated.problems] == ["在宅・入所"]
    assert apply_stated(NO_DETAILS, stated) == NO_DETAILS


@given(people.details)
def test_a_row_that_says_nothing_changes_nothing(kept: PersonDetails) -> None:
    assert apply_stated(kept, read_detail_cells(dict.fromkeys(DETAIL_NAMES, "  "))) is kept


@given(people.details, cells)
@example(NO_DETAILS, {"緊急連絡先2住所": "0"})
def test_nothing_breaks_and_a_second_reading_changes_nothing(
    kept: PersonDetails, row: dict[str, str]
) -> None:
    stated = read_detail_cells(row)
    once = apply_stated(kept, stated)
    assert apply_stated(once, stated) == once
    for problem in stated.problems:
        assert problem.column in DETAIL_NAMES
        assert problem.message.endswith("。")


@given(people.details)
def test_none_empties_a_field(kept: PersonDetails) -> None:
    emptied = apply_stated(kept, read_detail_cells(dict.fromkeys(DETAIL_NAMES, "なし")))
    left = PersonDetails(
        reason_records=emptied.reason_records,
        contacts=emptied.contacts,
    )
    assert emptied == left
    assert emptied.reason_records == kept.reason_records


def test_half_a_set_is_not_taken() -> None:
    stated = read_detail_cells({"医療機器": "在宅酸素;よくわからない機械"})
    assert [problem.code for problem in stated.problems] == ["detail_word_unknown"]
    assert "devices" not in stated.values


def test_a_file_does_not_cut_the_link_to_somebody_of_the_list() -> None:
    linked = HouseholdPerson("", "夫", MemberId("m2"))
    kept = PersonDetails(household=(linked, HouseholdPerson("架空 次郎", "弟", None, True, "足が悪い")))
    after = apply_stated(kept, read_detail_cells({"家族": "長男:架空 次郎"}))
    assert after.household == (linked, HouseholdPerson("架空 次郎", "長男", None, True, "足が悪い"))
