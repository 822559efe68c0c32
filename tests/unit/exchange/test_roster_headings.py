from __future__ import annotations

from pathlib import Path

import pytest

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.exchange.roster_headings import read_roster_headings
from tests.fixtures.rosters import COLUMNS, person, write_csv


def test_every_canonical_column_is_found_by_its_name(tmp_path: Path) -> None:
    found = read_roster_headings(write_csv(tmp_path / "r.csv", [person()]))
    assert found.headings == tuple(COLUMNS)
    assert all(column.heading == column.name for column in found.columns)
    assert found.missing == ()
    assert found.mapping({column.name: column.heading for column in found.columns}) is None


def test_a_heading_of_the_office_is_left_to_the_person(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("整理番号,対象の人,生年月日,現住所\nA-1,架空 花子,S10.4.1,架空町9999\n", encoding="utf-8")
    found = read_roster_headings(path)
    by_name = {column.name: column.heading for column in found.columns}
    assert (by_name["ID"], by_name["住所"], by_name["氏名"]) == ("整理番号", "現住所", "")
    assert found.missing == ("氏名",)
    with pytest.raises(KnownProblem) as caught:
        found.mapping(by_name)
    assert caught.value.code == "columns_missing"
    assert found.mapping(by_name | {"氏名": "対象の人"}) == {"氏名": "対象の人"}


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(KnownProblem) as caught:
        read_roster_headings(tmp_path / "none.csv")
    assert caught.value.code == "file_missing"
