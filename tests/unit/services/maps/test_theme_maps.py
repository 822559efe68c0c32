"""The service of maps of numbers: rights, the audit before the file, and where the numbers come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kurume_bousai.app.map_papers import theme_maps
from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import OperatorId
from kurume_bousai.domain.map_papers import ThemeMeasure
from kurume_bousai.reports.maps.theme import ThemeMaker
from kurume_bousai.services.maps.theme_maps import ThemeMapService
from kurume_bousai.services.papers.theme_ports import ThemeOrder
from kurume_bousai.services.progress import no_progress
from kurume_bousai.services.roster.statistics import CityStatistics
from kurume_bousai.storage import EncryptedCityDatabase
from tests.fakes.city import FakeCity, FixedClock
from tests.fakes.state import CityState
from tests.unit.services.maps.test_map_papers import CLERK


def never(_should_stop: Any) -> Any:  # noqa: ANN401 - nobody asks
    raise AssertionError("the solver is asked for one measure only")


def test_numbers_are_those_of_the_first_screen(demo_city: EncryptedCityDatabase, tmp_path: Path) -> None:
    service = ThemeMapService(demo_city, ThemeMaker(), FixedClock(), never)
    figures = CityStatistics(demo_city).figures()
    for measure, part, whole in (
        (ThemeMeasure.REGISTRATION, figures.applied, None),
        (ThemeMeasure.PLANS, figures.plans_complete, figures.applied),
        (ThemeMeasure.NO_SUPPORTER, figures.no_supporter, figures.on_list),
    ):
        content = service.content(ThemeOrder(measure), no_progress, lambda: False)
        assert sum(row.part for row in content.rows) == part
        if whole is not None:
            assert sum(row.whole or 0 for row in content.rows) == whole
        assert len(content.kin) == 2
        place = tmp_path / f"{measure}.pdf"
        written = service.write(ThemeOrder(measure), place).value
        assert written.files == (place,)
        assert place.read_bytes().startswith(b"%PDF")


def test_who_cannot_fit_comes_from_the_capacity_question(demo_city: EncryptedCityDatabase) -> None:
    service = theme_maps(demo_city)
    content = service.content(ThemeOrder(ThemeMeasure.UNPLACED), no_progress, lambda: False)
    assert content.conditions is not None
    assert not content.kin
    answer = service.answer(lambda: False)
    assert sum(row.part for row in content.rows) == answer.unplaced_people
    assert sum(row.whole or 0 for row in content.rows) == answer.demand_people


def test_what_is_no_pdf_is_refused_before_anything_is_counted(tmp_path: Path) -> None:
    database = FakeCity(CLERK, CityState())
    with pytest.raises(KnownProblem) as problem:
        ThemeMapService(database, ThemeMaker(), FixedClock(), never).write(ThemeOrder(), tmp_path / "a.xlsx")
    assert problem.value.code == "map_needs_pdf"
    assert database.state.audit == ()


def test_a_sample_leaves_no_entry_and_says_that_it_is_one(demo_city: EncryptedCityDatabase) -> None:
    with demo_city.reading() as reading:
        before = reading.audit.head()
    assert theme_maps(demo_city).preview(ThemeOrder(ThemeMeasure.PLANS)).startswith(b"%PDF")
    with demo_city.reading() as reading:
        assert reading.audit.head() == before


def test_numbers_need_the_right_to_see_counts() -> None:
    nobody = Access(OperatorId("n"), "だれか", frozenset[Role]())
    database = FakeCity(nobody, CityState())
    with pytest.raises(KnownProblem) as problem:
        ThemeMapService(database, ThemeMaker(), FixedClock(), never).preview(ThemeOrder())
    assert problem.value.code == "no_right"
