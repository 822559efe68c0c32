"""災害時提供モード・名簿の点検・年に一度の更新・活動の記録 in a real file."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import inspect

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.activities import ActivityEntry, ActivityId, ActivityKind
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.emergency import EmergencyId, EmergencyMode
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.matching import PairVerdict
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.recipients import PartnerId
from kurume_bousai.domain.yearly_update import YearlyStep, YearlyUpdate, usual_due
from kurume_bousai.services.matching.scores import in_order
from kurume_bousai.services.ports.matching import PairDecision, member_ref
from kurume_bousai.services.ports.quality import QualityKind
from kurume_bousai.storage import EncryptedCityDatabase, migrations
from tests.storage.people import CLERK, DISTRICTS, FLAGGED, access, person

NOW = datetime(2026, 7, 10, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def districts(city: EncryptedCityDatabase) -> None:
    with city.writing() as session:
        session.districts.save_many(
            city.access,
            [
                SchoolDistrict(name, name, "", "", LonLat(130.5, 33.3), place)
                for place, name in enumerate(DISTRICTS)
            ],
        )


def mode() -> EmergencyMode:
    return EmergencyMode(
        EmergencyId("1"), "架空の大雨", None, frozenset(DISTRICTS[:2]),
        frozenset({Body.FIRE_SERVICE}), frozenset({PartnerId("p")}), "救助のため", NOW, "誰か",
        NOW + timedelta(hours=6),
    )  # fmt: skip


def test_an_emergency_comes_back_as_it_was_and_ends_once(city: EncryptedCityDatabase) -> None:
    with city.writing() as session:
        session.emergencies.add(city.access, mode())
    with city.reading() as session:
        (kept,) = session.emergencies.all()
    assert kept.started_by == city.access.name
    assert (kept.districts, kept.bodies, kept.partner_ids, kept.until) == (
        mode().districts, mode().bodies, mode().partner_ids, mode().until,
    )  # fmt: skip
    with city.writing() as session:
        session.emergencies.end(city.access, kept.emergency_id, at=NOW, note="鎮まった")
        session.emergencies.end(city.access, kept.emergency_id, at=NOW + timedelta(hours=1), note="二度目")
    with city.reading() as session:
        ended = session.emergencies.get(kept.emergency_id)
        assert ended is not None
        assert (ended.ended_at, ended.end_note) == (NOW, "鎮まった")
        assert session.emergencies.copies(city.access, kept.emergency_id) == []


def test_only_who_may_switch_it_writes(city: EncryptedCityDatabase) -> None:
    for role in (Role.VIEWER, Role.FACILITATOR, Role.ADMINISTRATOR):
        with pytest.raises(KnownProblem) as refused, city.writing() as session:
            session.emergencies.add(access(role), mode())
        assert refused.value.code == "no_right"


def people() -> list[RosterMember]:
    born = date(1940, 4, 1)
    full = {"phone": "0942-00-0001", "kana": "カクウタロウ"}
    return [
        person("架空一", born_on=born, **full),
        person("架空一", born_on=born, **{**full, "phone": ""}, district_id=DISTRICTS[1]),
        person("架空三", born_on=date(1915, 11, 21), kana="カクウサン"),
        person("架空四", born_on=date(1915, 11, 22), kana=" "),
        person("架空五", district_id=None, kana="カクウゴ", home=LonLat(130.5, 33.3)),
        person("架空六", kana="カクウロク", phone="", born_on=born, has_protected_address=True),
        person("架空六", kana="カクウロク", phone="0942-00-0006", born_on=born),
    ]


def test_every_kind_counts_the_people_it_lists(city: EncryptedCityDatabase) -> None:
    with city.writing() as session:
        session.members.add_many(city.access, people(), source="x")
    for viewer in (CLERK, FLAGGED, access(Role.FACILITATOR, districts=frozenset(DISTRICTS[:1]))):
        with city.reading() as session:
            ids = [row.member_id for row in session.quality.people(CLERK, QualityKind.NO_KANA, TODAY)]
            counts = session.quality.counts(viewer, TODAY, unreturned=ids)
            for kind in QualityKind:
                mine = {one.district_id: one.people for one in counts if one.kind is kind}
                everyone = session.quality.people(viewer, kind, TODAY, unreturned=ids)
                assert len(everyone) == sum(mine.values()), kind
                if kind is QualityKind.DUPLICATE:
                    continue  # in one 校区 the other of a pair stands beside, wherever that one lives
                for district_id, counted in mine.items():
                    found = session.quality.people(
                        viewer, kind, TODAY, district_id=district_id,
                        has_no_district=district_id is None, unreturned=ids,
                    )  # fmt: skip
                    assert len(found) == counted


def test_what_each_kind_means(city: EncryptedCityDatabase) -> None:
    with city.writing() as session:
        session.members.add_many(city.access, people(), source="x")

    def names(kind: QualityKind, *, flagged: bool = False) -> list[str]:
        with city.reading() as session:
            viewer = FLAGGED if flagged else CLERK
            return [row.name for row in session.quality.people(viewer, kind, TODAY)]

    assert names(QualityKind.NO_KANA) == ["架空四"]
    assert names(QualityKind.TOO_OLD) == ["架空三"]  # 111 on that day; 架空四 is 110
    assert names(QualityKind.NO_DISTRICT) == ["架空五"]
    assert "架空五" not in names(QualityKind.UNPLACED)
    assert names(QualityKind.DUPLICATE) == ["架空一", "架空一"]
    assert names(QualityKind.DUPLICATE, flagged=True) == ["架空一", "架空一", "架空六", "架空六"]
    assert "架空六" not in names(QualityKind.NO_PHONE)
    assert "架空六" in names(QualityKind.NO_PHONE, flagged=True)
    with city.reading() as session:
        pair = session.quality.people(CLERK, QualityKind.DUPLICATE, TODAY, district_id=DISTRICTS[1])
    assert [row.district_id for row in pair] == [DISTRICTS[0], DISTRICTS[1]]
    assert len({row.group for row in pair}) == 1
    refs = in_order(*(member_ref(row.member_id) for row in pair))
    with city.writing() as session:
        decided = PairDecision(*refs, PairVerdict.OTHER, NOW, "誰か")
        session.matching.save_decisions(city.access, [decided])
    assert names(QualityKind.DUPLICATE) == [], "told apart: nobody is asked about them again"


@pytest.mark.parametrize("looked_up", [0, 1000])
def test_many_unreturned_are_counted_as_few_are(
    city: EncryptedCityDatabase, monkeypatch: pytest.MonkeyPatch, looked_up: int
) -> None:
    monkeypatch.setattr("kurume_bousai.storage.quality._LOOKED_UP", looked_up)
    everybody = people()
    with city.writing() as session:
        session.members.add_many(city.access, everybody, source="x")
    with city.reading() as session:
        counts = session.quality.counts(CLERK, TODAY, unreturned=[one.member_id for one in everybody[1:]])
    found = Counter(one.district_id for one in everybody[1:] if not one.has_protected_address)
    kind = QualityKind.FORM_UNRETURNED
    assert {one.district_id: one.people for one in counts if one.kind is kind} == found


def test_a_protected_person_is_in_no_count_of_anybody_else(city: EncryptedCityDatabase) -> None:
    plain = [one for one in people() if not one.has_protected_address]
    with city.writing() as session:
        session.members.add_many(city.access, plain, source="x")
    with city.reading() as session:
        before = session.quality.counts(CLERK, TODAY), session.quality.totals(CLERK)
    hidden = [one for one in people() if one.has_protected_address]
    with city.writing() as session:
        session.members.add_many(city.access, hidden, source="y")
    with city.reading() as session:
        ids = [one.member_id for one in hidden]
        assert (session.quality.counts(CLERK, TODAY, unreturned=ids), session.quality.totals(CLERK)) == before
        assert session.quality.people(CLERK, QualityKind.FORM_UNRETURNED, TODAY, unreturned=ids) == []
        assert session.quality.counts(FLAGGED, TODAY) != before[0]


def test_a_year_and_an_activity_come_back(city: EncryptedCityDatabase) -> None:
    update = YearlyUpdate(2026, NOW, city.access.name, usual_due(2026))
    entry = ActivityEntry(
        ActivityId("a"), ActivityKind.EXPLANATION, date(2026, 6, 1), DISTRICTS[0], None, 2, "コミセン", "",
        None, NOW, city.access.name,
    )  # fmt: skip
    with city.writing() as session:
        session.yearly_updates.start(city.access, update)
        session.yearly_updates.record_many(
            city.access, 2026, DISTRICTS[:2], YearlyStep.NOTICE, done_on=date(2026, 5, 1), at=NOW, note="郵送"
        )
        session.activities.save(city.access, entry)
    with city.reading() as session:
        assert session.yearly_updates.all() == [update]
        records = session.yearly_updates.records(2026)
        assert [(one.district_id, one.step, one.note) for one in records] == [
            (name, YearlyStep.NOTICE, "郵送") for name in DISTRICTS[:2]
        ]
        assert session.activities.all() == [entry]
    with city.writing() as session:
        session.activities.remove(city.access, entry.activity_id, at=NOW)
    with city.reading() as session:
        assert session.activities.all() == []
        assert len(session.activities.all(with_removed=True)) == 1
        assert session.audit.verify() == []


def test_days_due_of_the_city_and_of_one_district_are_kept_and_audited(city: EncryptedCityDatabase) -> None:
    city_due = usual_due(2026)
    later = {YearlyStep.NOTICE: date(2026, 6, 30)}
    with city.writing() as session:
        session.yearly_updates.start(city.access, YearlyUpdate(2026, NOW, city.access.name, city_due))
        session.yearly_updates.set_due(city.access, 2026, DISTRICTS[:1], later, at=NOW)
        session.yearly_updates.set_due(
            city.access, 2026, None, {**city_due, YearlyStep.DONE: date(2027, 3, 15)}, at=NOW
        )
    with city.reading() as session:
        (update,) = session.yearly_updates.all()
        assert update.due[YearlyStep.DONE] == date(2027, 3, 15)
        assert update.due_of(DISTRICTS[0])[YearlyStep.NOTICE] == date(2026, 6, 30)
        assert update.due_of(DISTRICTS[1]) == update.due
    with city.writing() as session:
        session.yearly_updates.set_due(city.access, 2026, DISTRICTS[:1], {}, at=NOW)
    with city.reading() as session:
        assert session.yearly_updates.all()[0].district_due == {}
        assert session.audit.verify() == []


def test_the_schema_goes_down_and_up_and_keeps_people(city: EncryptedCityDatabase) -> None:
    with city.writing() as session:
        session.members.add_many(city.access, [person("残る人")], source="x")
    migrations.downgrade(city.writer_engine, "0014")
    assert "emergencies" not in inspect(city.writer_engine).get_table_names()
    migrations.upgrade(city.writer_engine)
    with city.reading() as session:
        assert session.emergencies.all() == []
        assert session.quality.totals(city.access) == {DistrictId("津福"): 1}
