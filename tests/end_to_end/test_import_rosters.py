"""``import rosters PLAN`` and what stands around it, as somebody types it."""

from __future__ import annotations

from pathlib import Path

from tests.fixtures.rosters import person, write_csv
from tests.helpers.command_line import CommandLine

PLAN = """
[[file]]
path = "kaigo.csv"
source = "架空の介護課"
extent = "part"
expect = "totals.csv"
extracted_on = 2026-11-01

[[file]]
path = "shogai.csv"
source = "架空の障害課"
extent = "part"
"""


def test_two_offices_one_pair_in_doubt_and_a_merge(clerk: CommandLine, tmp_path: Path) -> None:
    write_csv(tmp_path / "kaigo.csv", [person(81), person(82)], encoding="cp932")
    moved = person(82, ID="S-82", 住所="久留米市別架空町9100-1")
    write_csv(tmp_path / "shogai.csv", [person(81, ID="S-81"), moved])
    (tmp_path / "totals.csv").write_text("区分,値\n総件数,2\n要介護度:要介護3,2\n", "utf-8")
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN, "utf-8")
    seen = clerk.ask("import", "rosters", plan)
    assert [(one["added"], one["joined"], one["held"]) for one in seen["files"]] == [(2, 0, 0), (0, 1, 1)]
    assert seen["files"][0]["expected_matches"] is True
    (pair,) = seen["files"][1]["pairs"]
    assert pair["words"].endswith("住所が違う")
    assert clerk.refused("import", "rosters", plan, "--same", "nothing")["code"] == "pair_unknown"
    done = clerk.ask("import", "rosters", plan, "--other", pair["pair"], "--commit")
    assert done["committed"] is True
    assert done["people"]["added"] == 3
    assert done["tell_holders"] == []
    twins = clerk.ask("import", "duplicates")["pairs"]
    assert not [one for one in twins if one["points"] == pair["points"]]
    undone = clerk.ask("import", "undo", done["files"][0]["import_id"])
    assert (undone["taken_out"], len(undone["together"])) == (3, 1)


def test_a_plan_that_cannot_be_read_is_said(clerk: CommandLine, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    for text in ("[[file]]\npath = 'a.csv'", "nothing", '[[file]]\npath="a"\nsource="b"\nextent="all"'):
        plan.write_text(text, "utf-8")
        assert clerk.refused("import", "rosters", plan)["code"] == "plan_bad"
    assert clerk.refused("import", "rosters", tmp_path / "none.toml")["code"] == "file_missing"
