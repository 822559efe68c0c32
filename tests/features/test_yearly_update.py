from __future__ import annotations

import json
from datetime import datetime

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from kurume_bousai import app
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.fiscal_years import fiscal_year_of, parse_fiscal_year
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.yearly_update import YearlyStep
from kurume_bousai.labels import label
from kurume_bousai.services.office.yearly_update import YearlyUpdateService
from tests.fakes.city import FixedClock
from tests.features.conftest import Office

scenarios("yearly_update.feature")

STEPS = {label(step): step for step in YearlyStep}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


def service(office: Office, clock: FixedClock) -> YearlyUpdateService:
    return YearlyUpdateService(office.city, clock)


def year(clock: FixedClock) -> int:
    return fiscal_year_of(clock.now().date())


@given(parsers.parse("今日は {day} である"))
@when(parsers.parse("今日は {day} である"))
def today(clock: FixedClock, day: str) -> None:
    clock.moment = datetime.fromisoformat(f"{day}T10:00:00+09:00")


@when(parsers.re("(?P<words>令和[0-9]+年度)の更新を始める"))
def start(office: Office, clock: FixedClock, words: str) -> None:
    service(office, clock).start(parse_fiscal_year(words))


@when(parsers.re("(?P<words>令和[0-9]+年度)の更新をもう一度始めようとする"))
def start_again(office: Office, clock: FixedClock, words: str) -> None:
    with pytest.raises(KnownProblem) as caught:
        service(office, clock).start(parse_fiscal_year(words))
    office.problem = caught.value


@when(parsers.parse("すべての校区に「{step}」を書く"))
def record_all(office: Office, clock: FixedClock, step: str) -> None:
    rows = service(office, clock).sheet().progress.districts
    service(office, clock).record(year(clock), [row.district_id for row in rows], STEPS[step])


@when(parsers.parse("津福校区に「{step}」を書く"))
def record(office: Office, clock: FixedClock, step: str) -> None:
    service(office, clock).record(year(clock), [DistrictId("津福")], STEPS[step])


@when(parsers.parse("津福校区に「{step}」を書こうとする"))
def try_record(office: Office, clock: FixedClock, step: str) -> None:
    with pytest.raises(KnownProblem) as caught:
        record(office, clock, step)
    office.problem = caught.value


@when("津福校区の最後の段階を取り消す")
def take_back(office: Office, clock: FixedClock) -> None:
    service(office, clock).take_back(year(clock), DistrictId("津福"), "書きまちがい")


@then(parsers.parse("「案内」の校区は {notices:d}、「済」の校区は {done:d} である"))
def reached(office: Office, clock: FixedClock, notices: int, done: int) -> None:
    progress = service(office, clock).sheet().progress
    assert (progress.reached(YearlyStep.NOTICE), progress.done) == (notices, done)


@then(parsers.parse("遅れている校区は {late:d} である"))
def late(office: Office, clock: FixedClock, late: int) -> None:
    assert len(service(office, clock).sheet().progress.late(clock.now().date())) == late


@then(parsers.parse("書いたことと取り消したことが {records:d} 件残っている"))
def kept(office: Office, clock: FixedClock, records: int) -> None:
    with office.city.reading() as session:
        assert len(session.yearly_updates.records(year(clock))) == records
        assert session.audit.verify() == []


@then(parsers.parse("更新の紙に {districts:d} 校区が並ぶ"))
def paper(office: Office, clock: FixedClock, districts: int) -> None:
    place = office.folder / "yearly.json"
    app.reporting(office.city).write(service(office, clock).sheet(), place)
    found = json.loads(place.read_text(encoding="utf-8"))
    (table,) = [block for block in found["blocks"] if block["kind"] == "table"]
    assert len(table["rows"]) == districts
    assert found["figures"]["done"] == 1
