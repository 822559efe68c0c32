from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from pytest_bdd import given, scenarios, then, when

from kurume_bousai import app
from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.services.people.roster_file import ControlTotals
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.roster_import.importing import Confirmations, ImportOrder, commit_roster
from kurume_bousai.services.roster_import.order import ImportFile
from kurume_bousai.services.roster_import.session import SessionPreview
from kurume_bousai.services.roster_import.supporters import (
    ChargeKey,
    ParsedSupporter,
    SupporterFile,
    commit_supporters,
)
from tests.features.conftest import Office
from tests.fixtures import three_offices as offices
from tests.fixtures.rosters import person, roster_file

scenarios("kamakura.feature")

HELPED = "架空の窓口"


@dataclass
class Session:
    """取込 of three offices."""

    disability: list[offices.Row] = field(default_factory=offices.disability_rows)
    expected: dict[str, ControlTotals] = field(default_factory=dict)
    files: list[ImportFile] = field(default_factory=list)
    preview: SessionPreview | None = None
    problem: KnownProblem | None = None
    before: int = 0

    def of(self, source: str) -> int:
        return [file.order.source for file in self.files].index(source)


@pytest.fixture
def session() -> Session:
    return Session()


def people(office: Office) -> int:
    with office.city.reading() as reading:
        return reading.members.count(office.city.access, MemberQuery())


@given("住基・介護・障害の22,269行のファイルと、それぞれの課の件数表がある")
def three(office: Office, session: Session) -> None:
    assert offices.ROWS == 22_269
    session.before = people(office)
    session.expected = {
        offices.RESIDENT: offices.totals(offices.resident_rows(), "性別"),
        offices.CARE: offices.totals(offices.care_rows(), "要介護度"),
        offices.DISABILITY: offices.totals(offices.disability_rows(), "身障等級"),
    }


@given("障害のファイルは、446人が抜け、331人の等級がずれ、1,041人分よけいに入っている")
def spoiled(session: Session) -> None:
    session.disability = offices.disability_rows(wrong=True)


@when("三つのファイルを一度に点検する")
def check(office: Office, session: Session) -> None:
    service = app.roster_import(office.city)
    session.files = [
        ImportFile(service.read(path), ImportOrder(source, is_whole=True, expected=session.expected[source]))
        for source, path in offices.write_three(office.folder, session.disability).items()
    ]
    session.preview = service.preview_all(session.files)


@when("三つのファイルを一度に確定しようとする")
def commit(office: Office, session: Session) -> None:
    try:
        done = app.roster_import(office.city).commit_all(session.files, session.preview)
        session.preview = done.value
    except KnownProblem as problem:
        session.problem = problem


@then("障害の課の件数だけが合わず、合わない区分が示される")
def shown(session: Session) -> None:
    assert session.preview is not None
    assert [one.expected_matches for one in session.preview.files] == [True, True, False]
    gaps = {(gap.kind, gap.item) for gap in session.preview.files[2].expected_differences}
    assert ("総件数", "") in gaps
    assert {kind for kind, _item in gaps} == {"総件数", "校区", "身障等級"}


@then("件数が合わないことを理由に断られ、名簿には一人も入っていない")
def refused(office: Office, session: Session) -> None:
    assert session.problem is not None
    assert session.problem.code == "totals_mismatch"
    assert people(office) == session.before


@then("どの課の件数も合っている")
def agrees(session: Session) -> None:
    assert session.preview is not None
    assert [one.expected_matches for one in session.preview.files] == [True, True, True]
    assert [one.joined for one in session.preview.files] == [
        0, offices.IN_CARE, offices.PEOPLE - offices.DISABLED_FROM,
    ]  # fmt: skip
    assert not any(one.held or one.rejected for one in session.preview.files)


@then("名簿には人の数だけが入り、数え直しても合っている")
def in_it(office: Office, session: Session) -> None:
    assert session.problem is None, session.problem
    assert session.preview is not None
    assert all(one.recount_matches for one in session.preview.files)
    assert people(office) == session.before + offices.PEOPLE


@then("介護度は介護の課、等級は障害の課、住所は住基のとおりである")
def followed(office: Office) -> None:
    with office.city.reading() as reading:
        kept = reading.members.by_source_keys(offices.RESIDENT)
    both = offices.DISABLED_FROM + 5
    member: RosterMember = kept[f"J{both:08d}"]
    assert member.care_level == offices.care_level(both)
    assert member.physical_grade == offices.grade(both)
    assert member.address.startswith("福岡県久留米市架空町")


@given("校区ごとに本人と支援者がいる")
def helped(office: Office) -> None:
    rows = [
        person(number, ID=f"H-{number}", 校区="津福" if number % 2 else "荒木", 名簿同意="同意")
        for number in range(1, 13)
    ]
    order = ImportOrder(HELPED, is_whole=False)
    commit_roster(office.city, roster_file(rows), order, Confirmations(), clock=app.SystemClock())


def supporters(*, slipped: bool) -> SupporterFile:
    rows = tuple(
        ParsedSupporter(
            number + 1,
            f"T-{number}",
            "津福" if number % 2 else "荒木",
            {"name": f"架空 支援{number}", "consent": ConsentState.GIVEN},
            (ChargeKey(HELPED, f"H-{number % 12 + 1 if slipped else number}"),),
        )
        for number in range(1, 13)
    )
    return SupporterFile("支援者.csv", "h", "UTF-8", (), 12, rows, ())


@when("担当が一行ずれた支援者のファイルを確定しようとする")
def slipped(office: Office, session: Session) -> None:
    try:
        commit_supporters(office.city, supporters(slipped=True))
    except KnownProblem as problem:
        session.problem = problem


@then("だれの情報がだれに渡るかを確かめるように断られ、担当は一つもできていない")
def stopped(office: Office, session: Session) -> None:
    assert session.problem is not None
    assert session.problem.code == "links_unconfirmed"
    assert "だれの情報がだれに渡るか" in session.problem.advice
    assert not charges(office)


@when("正しい支援者のファイルを確定する")
def right(office: Office) -> None:
    done = commit_supporters(office.city, supporters(slipped=False)).value
    assert done.doubtful_links == 0
    assert len(done.receives) == 12


@then("支援者は同じ校区の本人だけを担当している")
def own(office: Office) -> None:
    found = charges(office)
    assert len(found) == 12
    assert all(person == helper for person, helper in found)


def charges(office: Office) -> list[tuple[object, object]]:
    with office.city.reading() as reading:
        mine = reading.members.by_source_keys(HELPED)
        plans = reading.plans.by_member(office.city.access, [one.member_id for one in mine.values()])
        helpers = {one.supporter_id: one for one in reading.supporters.all(office.city.access)}
    of = {member.member_id: member for member in mine.values()}
    return [
        (of[member_id].district_id, helpers[helper].district_id)
        for member_id, plan in plans.items()
        for helper in plan.supporter_ids
    ]
