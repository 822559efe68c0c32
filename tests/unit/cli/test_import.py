from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from kurume_bousai.cli import import_, template
from kurume_bousai.cli.context import CliContext
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, SiteId
from kurume_bousai.domain.shelters import Ownership, WelfareShelter
from tests.fakes.city import FakeCity
from tests.fixtures.rosters import city, person, write_csv


@dataclass
class Surroundings:
    """The context a command gets, over a city in memory."""

    database: FakeCity = field(default_factory=city)
    told: list[str] = field(default_factory=list)

    @contextmanager
    def open_database(self) -> Iterator[FakeCity]:
        yield self.database

    def tell(self, text: str) -> None:
        self.told.append(text)


def run(surroundings: Surroundings, *words: str | Path) -> dict[str, Any]:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    for module in (import_, template):
        module.register(commands)
    args = parser.parse_args([str(word) for word in words])
    return cast("dict[str, Any]", args.run(args, cast("CliContext", surroundings)))


def test_a_preview_then_a_commit_then_undo(tmp_path: Path) -> None:
    here = Surroundings()
    path = write_csv(tmp_path / "r.csv", [person(1), person(2, 性別="?")])
    words = ("import", "roster", path, "--source", "介護保険課", "--whole")
    preview = run(here, *words)
    contract = {
        "import_id", "read", "added", "changed", "unchanged", "removed", "rejected", "held",
        "expected_matches", "recount_matches", "problems",
    }  # fmt: skip
    assert contract <= preview.keys()
    assert preview["problems"][0].keys() == {"row", "column", "value", "code", "message"}
    assert not here.database.state.members
    done = run(here, *words, "--commit")
    assert (done["added"], done["recount_matches"]) == (2, True)
    assert run(here, "import", "undo", done["import_id"])["undone"] == done["import_id"]
    assert not here.database.state.members


def test_nothing_told_on_the_way_counts_somebody_hidden(tmp_path: Path) -> None:
    here = Surroundings()
    path = write_csv(tmp_path / "r.csv", [person(1), person(2), person(3, 支援措置="○")])
    result = run(here, "import", "roster", path, "--source", "介護保険課", "--part", "--commit")
    assert result["read"] == 2
    assert not any("3" in line for line in here.told)


def test_whole_or_part_must_be_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run(Surroundings(), "import", "roster", tmp_path / "r.csv", "--source", "介護保険課")
    assert caught.value.code == 2
    assert "--whole" in capsys.readouterr().err


def test_expected_totals_from_a_file(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r.csv", [person(1)])
    totals = tmp_path / "e.csv"
    totals.write_text("区分,値\n総件数,2\n", "utf-8")
    words = ("import", "roster", path, "--source", "介護", "--part", "--expect", totals, "--commit")
    with pytest.raises(KnownProblem, match="totals_mismatch"):
        run(Surroundings(), *words)
    assert run(Surroundings(), *words, "--accept-mismatch", "確認済")["expected_matches"] is False


def test_a_template_filled_by_nobody_imports_nobody(tmp_path: Path) -> None:
    here = Surroundings()
    made = run(here, "template", "roster", "--out", tmp_path / "t.xlsx")
    assert made["columns"][:2] == ["ID", "氏名"]
    assert run(here, "import", "roster", made["file"], "--source", "介護", "--part")["read"] == 0


def test_the_real_district_and_shelter_files(shared_data: Path) -> None:
    here = Surroundings()
    districts = shared_data / "kurume_school_districts" / "kurume_a27_16_raw.geojson"
    result = run(here, "import", "districts", districts, "--commit")
    assert {"kind", "features", "repaired", "crs", "encoding", "warnings"} <= result.keys()
    assert (result["features"], result["matched"], result["repaired"]) == (46, 3, 3)
    shelters = run(
        here, "import", "shelters", shared_data / "kurume_shelters" / "evacuation_402036.geojson", "--commit"
    )
    assert (shelters["read"], shelters["added"]) == (142, 142)


def test_supporters_are_previewed_then_written(tmp_path: Path) -> None:
    here = Surroundings()
    assert run(here, "template", "supporters", "--out", tmp_path / "s.xlsx")["columns"][-1] == "担当する人"
    path = tmp_path / "s.csv"
    path.write_bytes("ID,氏名,校区\nT-1,架空 太郎,津福\nT-2,,津福\n".encode("cp932"))
    preview = run(here, "import", "supporters", path)
    contract = {"read", "added", "changed", "unchanged", "rejected", "links", "problems", "committed"}
    assert contract <= preview.keys()
    assert (preview["read"], preview["added"], preview["rejected"]) == (2, 1, 1)
    assert [problem["code"] for problem in preview["problems"]][-1] == "name_empty"
    assert not here.database.state.supporters
    assert run(here, "import", "supporters", path, "--commit")["committed"] is True
    assert len(here.database.state.supporters) == 1


def test_care_facilities_are_kept_as_candidates(shared_data: Path) -> None:
    here = Surroundings()
    path = shared_data / "kurume_care_facilities" / "kurume_jigyosho_510_520.csv"
    done = run(here, "import", "care-facilities", path, "--commit")
    contract = {"read", "added", "changed", "unchanged", "rejected", "unknown_capacity", "problems"}
    assert contract <= done.keys()
    assert (done["read"], done["added"], done["unknown_capacity"]) == (13, 13, 8)
    assert {problem["code"] for problem in done["problems"]} == {"count_zero"}
    assert len(done["facilities"]) == 13
    again = run(here, "import", "care-facilities", path, "--commit")
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 13)
    assert not here.database.state.welfare
    chosen = done["facilities"][0]["id"]
    with pytest.raises(KnownProblem, match="adopt_without_commit"):
        run(here, "import", "care-facilities", path, "--adopt", chosen)
    adopted = run(here, "import", "care-facilities", path, "--commit", "--adopt", chosen)["adopted"]
    assert list(here.database.state.welfare) == adopted == [chosen.split(":")[0]]


def test_the_list_of_the_city_goes_out_and_comes_back(tmp_path: Path) -> None:
    here = Surroundings()
    site = WelfareShelter(
        SiteId("F-01"),
        "架空園",
        "架空",
        Ownership.PUBLIC,
        LonLat(130.5, 33.3),
        district_id=DistrictId("津福"),
    )
    here.database.state.welfare[site.site_id] = site
    made = run(here, "template", "welfare-shelters", "--filled", "--out", tmp_path / "w.xlsx")
    assert made["sites"] == 1
    back = run(here, "import", "welfare-shelters", made["file"], "--commit")
    assert (back["unchanged"], here.database.state.welfare[site.site_id]) == (1, site)
    with pytest.raises(KnownProblem, match="template_not_filled"):
        run(here, "template", "roster", "--filled", "--out", tmp_path / "r.xlsx")
