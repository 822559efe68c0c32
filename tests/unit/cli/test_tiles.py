"""``tiles`` and ``map-pack`` as somebody at a terminal uses them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kurume_bousai.domain.access import Role
from kurume_bousai.storage import create_database
from tests.fixtures import layers as files
from tests.fixtures import tiles as made
from tests.helpers.command_line import CommandLine


def laptop(folder: Path) -> CommandLine:
    folder.mkdir(exist_ok=True)
    city, _ = create_database(folder / "city.db", "架空", "demo", roles=list(Role), fictional=True)
    city.close()
    return CommandLine.of(folder / "home", DB=str(folder / "city.db"), OPERATOR="架空", PASSPHRASE="demo")


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    return laptop(tmp_path / "a")


def test_a_map_is_looked_at_added_listed_and_removed(line: CommandLine, tmp_path: Path) -> None:
    path = made.mbtiles(tmp_path / "x.mbtiles", facts={"name": "架空の地図"})
    preview = line.ask("tiles", "import", path)
    assert (preview["tiles"], preview["committed"], preview["attribution"]) == (15, False, "")
    assert line.refused("tiles", "import", path, "--commit")["code"] == "tiles_no_credit"
    added = line.ask("tiles", "import", path, "--attribution", "架空市", "--commit")
    assert (added["title"], added["committed"]) == ("架空の地図", True)
    (pack,) = line.ask("tiles", "list")["packs"]
    assert (pack["id"], pack["state"], pack["attribution"]) == (added["id"], "whole", "架空市")
    (tmp_path / "a" / "city.db.tiles" / f"{pack['sha256']}.mbtiles").unlink()
    assert line.ask("tiles", "list")["packs"][0]["state"] == "missing"
    assert line.ask("tiles", "remove", pack["id"])["removed"] == pack["id"]
    assert line.refused("tiles", "remove", pack["id"])["code"] == "tiles_no_pack"


def test_a_hostile_file_is_refused(line: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "x.mbtiles"
    path.write_bytes(b"<html>404</html>")
    assert line.refused("tiles", "import", path, "--commit")["code"] == "tiles_unknown_kind"
    assert line.refused("tiles", "import", tmp_path / "none.mbtiles")["code"] == "file_unreadable"


def test_fetching_says_count_and_size_and_asks_first(line: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "F.mbtiles"
    words = ("tiles", "fetch", "--district", "津福校区", "--layer", "pale", "--out", out)
    assert line.refused(*words)["code"] == "unknown_district"  # an empty file has no 校区
    assert line.refused(*words[:-1], tmp_path / "x.zip")["code"] == "not_mbtiles"
    assert not out.exists()


def test_a_map_pack_goes_to_another_laptop(line: CommandLine, tmp_path: Path) -> None:
    line.ask("import", "layer", files.a31a(tmp_path / "x.zip"), "--commit")
    line.ask("tiles", "import", made.mbtiles(tmp_path / "t.mbtiles"), "--commit")
    out = tmp_path / "pack.zip"
    written = line.ask("map-pack", "create", "--out", out)
    assert (len(written["layers"]), len(written["tiles"]), written["left_out"]) == (4, 1, [])
    assert line.refused("map-pack", "create", "--out", out)["code"] == "already_exists"
    assert (
        line.refused("map-pack", "create", "--out", tmp_path / "p", "--picture", "x")["code"]
        == "unknown_name"
    )
    told = line.ask("map-pack", "inspect", out)
    assert told["digest"] == written["digest"]
    other = laptop(tmp_path / "b")
    assert other.ask("map-pack", "import", out)["brings"] == 5
    assert other.ask("hazards")["layers"] == []
    assert other.ask("map-pack", "import", out, "--commit")["committed"] is True
    assert len(other.ask("hazards")["layers"]) == 4
    assert [one["state"] for one in other.ask("tiles", "list")["packs"]] == ["whole"]
    assert other.ask("map-pack", "import", out)["brings"] == 0
