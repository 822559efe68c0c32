"""活動の記録 on a real file: a finished 図上訓練 counts by itself, once, with who sat there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kurume_bousai import app
from kurume_bousai.domain.activities import ActivityKind, ActivityMeasure, ActivitySource
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.exercises import Participant
from kurume_bousai.domain.fiscal_years import fiscal_year_of
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.operations import OperationState
from kurume_bousai.services.office.activities import ActivityService
from kurume_bousai.services.roster.statistics import CityStatistics
from kurume_bousai.storage import EncryptedCityDatabase
from tests.fakes.city import FixedClock
from tests.fixtures.demo_city import DISTRICT


def hold(city: EncryptedCityDatabase, *, practice: bool = False) -> None:
    """A session of two tables with 12 people, begun and finished."""
    exercises = app.exercises(city)
    settings = exercises.default_settings(DistrictId(DISTRICT), tables=2)
    sat = (Participant(Body.WELFARE_COMMISSIONER, 4), Participant(Body.NEIGHBORHOOD_ASSOCIATION, 2))
    tables = tuple(replace(table, participants=sat) for table in settings.tables)
    operation_id = exercises.start(replace(settings, tables=tables, practice=practice)).value
    with city.writing() as session:
        operation = session.operations.get(operation_id)
        assert operation is not None
        now = app.SystemClock().now()
        session.operations.save(
            city.access,
            replace(operation, state=OperationState.FINISHED, finished_at=now, held_on=now.date()),
        )


def test_a_finished_session_counts_by_itself_and_a_correction_takes_its_place(
    demo_city: EncryptedCityDatabase,
) -> None:
    now = app.SystemClock().now()
    service = ActivityService(demo_city, FixedClock(now + timedelta(hours=1)))
    year = fiscal_year_of(now.date())
    none = service.report().table.cell(ActivityKind.TABLETOP, ActivityMeasure.TIMES, year)
    assert none.source is ActivitySource.NOT_RECORDED
    hold(demo_city)
    hold(demo_city, practice=True)

    def cell(measure: ActivityMeasure) -> int | None:
        return service.report().table.cell(ActivityKind.TABLETOP, measure, year).value

    assert [cell(measure) for measure in ActivityMeasure] == [1, 12, 1]
    (entry,) = service.report().entries
    assert entry.is_from_session
    service.save(replace(entry, people=15))
    assert [cell(measure) for measure in ActivityMeasure] == [1, 15, 1]
    (typed,) = service.report().entries
    service.remove(typed)
    assert service.report().entries == ()


def test_a_session_can_be_left_out_and_a_typed_one_moves_the_last_day(
    demo_city: EncryptedCityDatabase,
) -> None:
    now = app.SystemClock().now()
    service = ActivityService(demo_city, FixedClock(now + timedelta(hours=1)))
    hold(demo_city)
    (entry,) = service.report().entries
    service.remove(entry)
    assert service.report().entries == ()
    typed = replace(
        entry, activity_id=type(entry.activity_id)(""), operation_id=None, district_id=DistrictId("日吉")
    )
    service.save(typed)
    rows = {row.district_id: row for row in CityStatistics(demo_city).figures().districts}
    assert rows[DistrictId("日吉")].last_session_on == entry.held_on
    (overdue,) = [row for row in service.report().coverage if row.district_id == "日吉"]
    assert not overdue.is_overdue
