from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kurume_bousai.bundled import db_folder
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.plans import PlanState
from kurume_bousai.exchange.sample_files import SampleFiles
from kurume_bousai.exchange.seed_files import SeedFiles


def test_shares_are_whole() -> None:
    profile = SampleFiles().read()
    assert sum(kind.weight for kind in profile.people.kinds) == pytest.approx(1.0)
    assert sum(profile.people.plan_states.values()) == pytest.approx(1.0)
    assert set(profile.people.plan_states) == set(PlanState)


def test_weights_name_the_46_districts() -> None:
    weights = SampleFiles().read().districts.weights
    assert set(weights) == {district.district_id for district in SeedFiles().read().districts}


def test_names_of_the_37_are_short_enough_for_the_map() -> None:
    sites = SampleFiles().read().sites
    names = [*sites.public, *(name for group in sites.groups for name in group.names)]
    assert len(names) == len(set(names)) == 37
    assert all(len(name) <= 10 for name in (*names, sites.power_first.name))


@pytest.mark.parametrize("file_name", ["names.toml", "people.toml", "sites.toml", "districts.toml"])
def test_a_damaged_file_is_refused_with_its_name(tmp_path: Path, file_name: str) -> None:
    folder = tmp_path / "samples"
    shutil.copytree(db_folder() / "samples", folder)
    (folder / file_name).write_text("x = [", encoding="utf-8")
    with pytest.raises(KnownProblem) as caught:
        SampleFiles(folder).read()
    assert (caught.value.code, caught.value.where) == ("samples_damaged", file_name)
