from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, cast

import pytest

from kurume_bousai.cli import geocode, import_
from kurume_bousai.cli.context import CliContext
from kurume_bousai.domain.errors import KnownProblem
from tests.fixtures.gazetteers import isj_block_zip
from tests.unit.cli.test_import import Surroundings


def run(here: Surroundings, *words: str | Path) -> dict[str, Any]:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    for module in (import_, geocode):
        module.register(commands)
    args = parser.parse_args([str(word) for word in words])
    return cast("dict[str, Any]", args.run(args, cast("CliContext", here)))


@pytest.fixture
def here(tmp_path: Path) -> Surroundings:
    here = Surroundings()
    done = run(here, "import", "gazetteer", isj_block_zip(tmp_path), "--commit")
    assert {"kind", "features", "repaired", "crs", "encoding", "warnings"} <= done.keys()
    assert (done["kind"], done["features"], done["committed"]) == ("isj_block", 13, True)
    return here


def test_a_preview_writes_nothing(tmp_path: Path) -> None:
    here = Surroundings()
    assert run(here, "import", "gazetteer", isj_block_zip(tmp_path))["committed"] is False
    assert not here.database.state.gazetteer_sources
    assert any("ほかの市町村" in line for line in here.told)


def test_an_address_with_the_keys_of_the_contract(here: Surroundings) -> None:
    found = run(here, "geocode", "久留米市山川追分2-10-9999")
    assert {"lon", "lat", "level", "confidence", "matched", "candidates"} <= found.keys()
    assert (found["lon"], found["lat"], found["level"]) == (130.5693, 33.3146, "block")
    assert (found["matched"], found["left_over"]) == ("久留米市山川追分二丁目10", "9999")


def test_a_rough_place_says_so_and_gives_no_district(here: Surroundings) -> None:
    found = run(here, "geocode", "久留米市山川追分2-9999")
    assert (found["level"], found["typical_error_m"], found["district"]) == ("town", 520, None)
    assert any("520m" in line for line in here.told)


def test_what_is_not_found_has_no_point(here: Surroundings) -> None:
    found = run(here, "geocode", "久留米市架空町9999")
    assert (found["lon"], found["lat"], found["level"], found["candidates"]) == (None, None, None, [])
    assert found["reason"] == "town_unknown"
    assert not any("架空町" in line for line in here.told)


def test_the_list_is_previewed_then_placed(here: Surroundings) -> None:
    assert run(here, "geocode", "--batch")["committed"] is False
    done = run(here, "geocode", "--batch", "--commit")
    assert (done["people"], done["committed"]) == (0, True)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["geocode"], "geocode_what"),
        (["geocode", "東町1", "--batch"], "geocode_what"),
        (["geocode", "--batch", "--rough-districts"], "geocode_rough"),
        (["import", "gazetteer", "x.csv", "--kind", "zenrin"], "gazetteer_kind_unknown"),
    ],
)
def test_what_is_asked_wrongly(here: Surroundings, words: list[str], code: str) -> None:
    with pytest.raises(KnownProblem) as caught:
        run(here, *words)
    assert caught.value.code == code
