from __future__ import annotations

import io
from dataclasses import dataclass, field, replace

import pytest
from pypdf import PdfReader
from pytest_bdd import given, scenarios, then, when

from kurume_bousai import app
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.capacity_answer import CapacityAnswer
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.demand import Demand, DemandRule
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.second_person import Confirmation
from kurume_bousai.services.exercises.report import exercise_report
from kurume_bousai.services.papers.rules import NamedRequest, Recipient
from kurume_bousai.services.ports.members import MemberFilter, MemberQuery
from tests.features.conftest import Office
from tests.fixtures.demo_city import DISTRICT, PASSPHRASE, PROTECTED_OPERATOR
from tests.helpers.disk_scan import files_with

scenarios("protected_people.feature")

DISTRICT_ID = DistrictId(DISTRICT)
EVERYBODY = MemberQuery()


@dataclass
class Hidden:
    """Who must not appear, and who may, as the flagged clerk counts them."""

    members: list[RosterMember] = field(default_factory=list)
    visible: int = 0
    visible_here: int = 0
    visible_people: int = 0
    answers: list[CapacityAnswer] = field(default_factory=list)
    paper: str = ""
    flagged: list[MemberId] = field(default_factory=list)

    @property
    def ids(self) -> set[MemberId]:
        return {member.member_id for member in self.members}

    @property
    def texts(self) -> list[str]:
        return [text for one in self.members for text in (one.name, one.kana, one.member_id)]


@pytest.fixture
def hidden() -> Hidden:
    return Hidden()


@given("津福校区に支援措置対象者がいる")
def somebody(office: Office, hidden: Hidden) -> None:
    city = office.open(PROTECTED_OPERATOR)
    with city.reading() as session:
        everybody = session.members.in_district(city.access, None)
    chosen = next(
        member
        for member in everybody
        if member.district_id == DISTRICT_ID and not member.has_protected_address
    )
    # A name of their own, so that nobody else's name can be taken for it.
    marked = replace(chosen, name="見張 番太郎", kana="ミハリ バンタロウ", has_protected_address=True)
    with city.writing() as writing:
        writing.members.save_many(city.access, [marked], source="画面")
    with city.reading() as session:
        everybody = session.members.in_district(city.access, None)
    hidden.members = [member for member in everybody if member.has_protected_address]
    others = [member for member in everybody if not member.has_protected_address]
    hidden.visible = len(others)
    hidden.visible_here = sum(member.district_id == DISTRICT_ID for member in others)
    hidden.visible_people = sum(member.party_size for member in others)
    assert len(hidden.members) > 1


@given("支援措置担当でない人が開いている")
def not_flagged(office: Office) -> None:
    assert not office.open().access.handles_protected


@then("名簿の一覧にも、しぼりこみの数にも、校区ごとの数にも入っていない")
def not_in_the_list(office: Office, hidden: Hidden) -> None:
    city = office.city
    with city.reading() as session:
        rows = session.members.rows(city.access, EVERYBODY)
        counts = session.members.filter_counts(city.access, EVERYBODY)
        by_district = session.members.district_counts(city.access)
        assert session.members.count(city.access, EVERYBODY) == hidden.visible
    assert len(rows) == hidden.visible
    assert hidden.ids.isdisjoint(row.member_id for row in rows)
    assert counts[MemberFilter.ALL] == hidden.visible
    assert not counts.get(MemberFilter.PROTECTED)
    assert sum(row.total for row in by_district) == hidden.visible
    assert next(row.total for row in by_district if row.district_id == DISTRICT_ID) == hidden.visible_here


@then("名前やよみでさがしても見つからない")
def not_found(office: Office, hidden: Hidden) -> None:
    city = office.city
    with city.reading() as session:
        for member in hidden.members:
            for text in (member.name, member.kana, member.phone, member.address):
                found = session.members.rows(city.access, MemberQuery(text)) if text else []
                assert hidden.ids.isdisjoint(row.member_id for row in found)
        assert session.members.count(city.access, MemberQuery("見張")) == 0


@then("番号をじかに指定しても見つからない")
def not_by_id(office: Office, hidden: Hidden) -> None:
    city = office.city
    with city.reading() as session:
        assert session.members.get_many(city.access, sorted(hidden.ids)) == []
        assert session.plans.by_member(city.access, sorted(hidden.ids)) == {}
        for member_id in hidden.ids:
            assert session.members.get(city.access, member_id) is None
            assert session.members.versions(city.access, member_id) == []


@then("名簿の地図の場面に、番号も位置もない")
def not_on_the_map(office: Office, hidden: Hidden) -> None:
    city = office.city
    with city.reading() as session:
        rows = session.members.rows(city.access, EVERYBODY)
    scene = app.scenes(city).roster(rows)
    assert hidden.ids.isdisjoint(mark.id for mark in scene.people)
    assert not any(text in repr(scene) for text in hidden.texts)


@then("訓練の人にも、「ほかに何人」にも、地図の場面にも入っていない")
def not_in_the_exercise(office: Office, hidden: Hidden) -> None:
    session = office.session
    assert hidden.ids.isdisjoint(session.people)
    assert len(session.people) == hidden.visible_here
    assert session.others_count() + len(session.shown()) == hidden.visible_here
    scene = app.scenes(office.city).session(session, table_id=None)
    assert not any(text in repr(scene) for text in hidden.texts)
    report = exercise_report(session, None)
    assert not any(text in repr(report) for text in hidden.texts)


@when("全員を数えて容量を確認し、報告をすべての形で書き出す")
def count_all(office: Office, hidden: Hidden) -> None:
    conditions = CapacityConditions(demand=Demand(DemandRule.ALL))
    answer = app.capacity(office.city).answer(conditions)
    reporting = app.reporting(office.city)
    content = reporting.capacity_content(answer)
    for ending in ("pdf", "xlsx", "csv", "html", "json"):
        reporting.write(content, office.folder / f"capacity.{ending}")
    hidden.answers.append(answer)


@then("数は見える人だけの数で、報告には「支援措置対象者は含まない」とある")
def only_the_visible(office: Office, hidden: Hidden) -> None:
    answer = hidden.answers[-1]
    assert answer.demand_people == hidden.visible_people
    pages = PdfReader(office.folder / "capacity.pdf").pages
    text = "".join(page.extract_text() for page in pages).replace("\n", "")
    assert "支援措置対象者は含まない" in text or "支援措置対象者は含みません" in text


@then("どの報告にも、その人の名前もよみも番号もない")
def in_no_report(office: Office, hidden: Hidden) -> None:
    assert files_with(office.folder, hidden.texts) == []


@when("津福校区の名簿を紙に出す")
def print_list(office: Office, hidden: Hidden) -> None:
    recipient = Recipient(Body.DISTRICT_ORGANIZATION, "架空の校区コミュニティ組織", DISTRICT_ID)
    reporting = app.reporting(office.city)
    second = Confirmation(reporting.gate.names()[0], PASSPHRASE)
    request = NamedRequest(recipient, "図上訓練", confirmation=second)
    printed = reporting.print_roster(DISTRICT_ID, request).value
    pages = PdfReader(io.BytesIO(printed[0].pdf_bytes)).pages
    hidden.paper = "".join(page.extract_text() for page in pages)


@then("その紙に、その人の名前はない")
def not_on_paper(office: Office, hidden: Hidden) -> None:
    assert "取扱注意" in hidden.paper
    assert not any(text in hidden.paper for text in hidden.texts)


@when("訓練に出ている一人に、支援措置担当が印をつける")
def late_flag(office: Office, hidden: Hidden) -> None:
    chosen = office.session.shown()[0].member_id
    city = office.open(PROTECTED_OPERATOR)
    with city.reading() as session:
        member = session.members.get(city.access, chosen)
    assert member is not None
    with city.writing() as writing:
        writing.members.save_many(city.access, [replace(member, has_protected_address=True)], source="画面")
    hidden.flagged.append(chosen)


@then("その人は、開き直した訓練のどこにもいない")
def gone(office: Office, hidden: Hidden) -> None:
    city = office.open()
    exercises = app.exercises(city)
    running = exercises.latest_running()
    assert running is not None
    session = exercises.open(running)
    assert hidden.flagged[0] not in session.people
    assert len(session.people) == hidden.visible_here - 1
    assert hidden.flagged[0] not in repr(app.scenes(city).session(session, table_id=None))


@when("支援措置担当が開く")
def flagged_opens(office: Office) -> None:
    assert office.open(PROTECTED_OPERATOR).access.handles_protected


@then("その人が一覧にいる")
def in_the_list(office: Office, hidden: Hidden) -> None:
    city = office.city
    with city.reading() as session:
        rows = session.members.rows(city.access, EVERYBODY)
        assert session.members.count(city.access, MemberQuery("見張")) == 1
    assert hidden.ids <= {row.member_id for row in rows}
    assert len(rows) == hidden.visible + len(hidden.members)
