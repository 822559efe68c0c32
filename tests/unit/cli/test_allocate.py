from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import pytest

from kurume_bousai.cli import allocate
from kurume_bousai.domain.errors import KnownProblem

PARTIES = "id,lon,lat,size,needs,category,band\na,130.50,33.31,2,power;care,elderly,1\nb,130.51,33.31,1,,,\n"
SITES = "id,lon,lat,capacity,accepts_category,cap_power\ns,130.50,33.31,2,*,1\nt,130.50,33.32,,elderly,0\n"


def run(folder: Path, parties: str, sites: str, *flags: str) -> dict[str, object]:
    (folder / "parties.csv").write_text(parties, encoding="utf-8-sig")
    (folder / "sites.csv").write_text(sites, encoding="utf-8")
    parser = argparse.ArgumentParser()
    allocate.register(parser.add_subparsers())
    files = ["--parties", str(folder / "parties.csv"), "--sites", str(folder / "sites.csv")]
    args = parser.parse_args(["allocate", *files, *flags])
    assert args.needs_database is False
    result = args.run(args)
    assert isinstance(result, dict)
    return result


def test_keys_and_values(tmp_path: Path) -> None:
    result = run(tmp_path, PARTIES, SITES)
    assert list(result) == [
        "status",
        "phases",
        "total_cost",
        "placed_people",
        "unplaced_people",
        "opened",
        "assignments",
        "unplaced",
        "sites",
        "solver_s",
    ]
    assert result["assignments"] == [{"party": "a", "site": "s", "distance_m": 0.0}]
    assert result["unplaced"] == [
        {
            "party": "b",
            "reasons": [{"site": "s", "reason": "full"}, {"site": "t", "reason": "capacity_unknown"}],
        }
    ]
    assert result["sites"] == [
        {"id": "s", "capacity": 2, "used": 2, "remaining": 0},
        {"id": "t", "capacity": None, "used": 0, "remaining": None},
    ]
    json.dumps(result, allow_nan=False)


def test_a_p_median_file(tmp_path: Path) -> None:
    """Two of four points open; every point is a party and a site."""
    rows = [(1, 0, 0, 3), (2, 0, 10, 4), (3, 100, 0, 5), (4, 100, 7, 2)]
    parties = "id,x_m,y_m,size\n" + "".join(f"{i},{x},{y},{d}\n" for i, x, y, d in rows)
    sites = "id,x_m,y_m,capacity\n" + "".join(f"{i},{x},{y},7\n" for i, x, y, _ in rows)
    result = run(tmp_path, parties, sites, "--open", "2", "--cost", "party", "--distance", "floor")
    assert (result["status"], result["total_cost"]) == ("optimal", 17.0)
    opened = result["opened"]
    assert isinstance(opened, list)
    assert len(opened) == 2


def test_unknowns_may_be_taken(tmp_path: Path) -> None:
    sites = "id,lon,lat,capacity,accepts_category,cap_power\ns,130.5,33.3,9,,\n"
    assert run(tmp_path, PARTIES, sites)["placed_people"] == 0
    assert run(tmp_path, PARTIES, sites, "--unknown-accepts")["placed_people"] == 3


def test_every_bad_row_of_both_files_is_told(tmp_path: Path) -> None:
    parties = (
        "id,lon,lat,size,needs,category,band,max_m\n"
        "a,130.5,33.3,0,,,,\n"
        "a,33.3,130.5,1,fly,,,\n"
        "\n"
        "c,130.5,nan,x,,robots,7,-3\n"
        "d,130.5,33.3,1,,,,,extra\n"
    )
    sites = "id,lon,lat,capacity,cap_care,closed\ns,130.5,33.3,-1,many,2\n,130.5,33.3,1.5,,\n"
    with pytest.raises(KnownProblem) as problem:
        run(tmp_path, parties, sites)
    where = problem.value.where
    for place in (
        "parties.csv 2行目 size",
        "parties.csv 3行目 id",
        "parties.csv 3行目 lon",
        "parties.csv 3行目 needs",
        "parties.csv 5行目 lat",
        "parties.csv 5行目 size",
        "parties.csv 5行目 category",
        "parties.csv 5行目 band",
        "parties.csv 5行目 max_m",
        "parties.csv 6行目",
        "sites.csv 2行目 capacity",
        "sites.csv 2行目 cap_care",
        "sites.csv 2行目 closed",
        "sites.csv 3行目 id",
        "sites.csv 3行目 capacity",
    ):
        assert place in where


@pytest.mark.parametrize(
    ("parties", "code"),
    [
        ("", "columns"),
        ("id,size\n", "columns"),
        ("id,lon,lat,size,size\n", "columns"),
        ('id,lon,lat,size\n"a', "csv"),
    ],
)
def test_a_file_of_another_shape_is_told(tmp_path: Path, parties: str, code: str) -> None:
    with pytest.raises(KnownProblem) as problem:
        run(tmp_path, parties, SITES)
    assert problem.value.code == code


def test_a_file_of_the_office_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "parties.csv").write_bytes("id,lon,lat,size\n架空,130.5,33.3,1\n".encode("cp932"))
    args = argparse.Namespace(parties=tmp_path / "parties.csv", sites=tmp_path / "missing.csv")
    with pytest.raises(KnownProblem) as problem:
        allocate.run(args)
    assert problem.value.code == "encoding"


def test_the_result_file_is_inert_and_complete(tmp_path: Path) -> None:
    parties = 'id,lon,lat,size\n"=HYPERLINK(""x"")",130.5,33.31,2\nb,130.5,33.31,1\n'
    run(tmp_path, parties, SITES, "--out", str(tmp_path / "out.csv"))
    rows = list(csv.reader((tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0] == ["party", "site", "distance_m", "reasons"]
    assert rows[1][:2] == ['\'=HYPERLINK("x")', "s"]
    assert rows[2] == ["b", "", "", "s:full;t:capacity_unknown"]
    assert [path.name for path in tmp_path.glob(".allocate*")] == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(KnownProblem) as problem:
        run(tmp_path, PARTIES, SITES, "--out", str(tmp_path / "no" / "out.json"))
    assert problem.value.code == "file_unwritable"
