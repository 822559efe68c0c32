from __future__ import annotations

import pytest

from kurume_bousai.domain.meshes import CITY_MESHES, mesh_box, mesh_of, part_of_city


def test_the_city_lies_in_two_meshes_cut_at_33_20() -> None:
    assert mesh_of(130.5, 33.30) == "4930"
    assert mesh_of(130.56, 33.345) == "5030"
    assert {mesh_of(130.38, 33.22), mesh_of(130.73, 33.37)} == set(CITY_MESHES)


@pytest.mark.parametrize("code", CITY_MESHES)
def test_the_middle_of_a_box_is_in_its_mesh(code: str) -> None:
    west, south, east, north = mesh_box(code)
    assert mesh_of((west + east) / 2, (south + north) / 2) == code
    assert "市" in part_of_city(code)


def test_a_code_has_four_digits() -> None:
    with pytest.raises(ValueError, match="four digits"):
        mesh_box("49300")
