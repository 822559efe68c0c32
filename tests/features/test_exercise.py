from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader
from pytest_bdd import scenarios, then, when

from kurume_bousai import app
from kurume_bousai.domain import acts
from kurume_bousai.domain.acts import Decision
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, MemberId, OperationId, SiteId, SupporterId
from kurume_bousai.domain.injects import InjectEffect
from kurume_bousai.domain.operations import FrozenPerson
from kurume_bousai.domain.session import PersonState
from kurume_bousai.services.exercises.capacity import FitAnswer
from kurume_bousai.services.exercises.report import exercise_report
from kurume_bousai.storage import open_database
from tests.features.conftest import Office
from tests.fixtures.demo_city import DISTRICT, OPERATOR, PASSPHRASE

scenarios("exercise.feature")


@dataclass
class Held:
    """訓練のあいだに起きたこと."""

    people: list[FrozenPerson] = field(default_factory=list)
    sites: list[SiteId] = field(default_factory=list)
    fits: list[FitAnswer] = field(default_factory=list)
    decided: dict[MemberId, SupporterId] = field(default_factory=dict)
    offered: list[OperationId] = field(default_factory=list)
    register: list[object] = field(default_factory=list)
    crashed: list[Path] = field(default_factory=list)


@pytest.fixture
def held() -> Held:
    return Held()


def register_of(office: Office) -> object:
    city = office.city
    with city.reading() as session:
        members = session.members.in_district(city.access, DistrictId(DISTRICT))
        return members, session.plans.by_member(city.access, [member.member_id for member in members])


def choose_supporter(office: Office, person: FrozenPerson) -> SupporterId:
    return SupporterId(office.session.supporter_candidates(person.member_id)[0].key)


@when("一人の支援者と行先の福祉避難所を決める")
def decide_one(office: Office, held: Held) -> None:
    held.register.append(register_of(office))
    session, person = office.session, office.session.undecided()[0]
    takes = app.session_capacity().balance(session).takes(person)
    site = SiteId(session.site_candidates(person.member_id, takes)[0].key)
    decision = Decision(choose_supporter(office, person), site, "car", 3)
    app.session_log(office.city).perform(session, acts.decide(session, person.member_id, decision))
    held.people.append(person)
    held.sites.append(site)


@then("その人は、支援者も行先も決まっている")
def is_decided(office: Office, held: Held) -> None:
    assert office.session.state(held.people[0].member_id) is PersonState.DECIDED


@when("状況カードで、その行先が使えなくなる")
def close_it(office: Office, held: Held) -> None:
    session = office.session
    injects = session.operation.settings.preset.injects
    card = next(card for card in injects if card.effect is InjectEffect.CLOSE_SITE)
    app.session_log(office.city).perform(session, acts.play(session, card, held.sites[0]))


@then("決めた人数のぶん、その行先は不足になる")
def is_short(office: Office, held: Held) -> None:
    balance = app.session_capacity().balance(office.session)
    assert balance.sites[held.sites[0]].balance == -held.people[0].party_size
    assert balance.takes(held.people[0])[held.sites[0]] is False


@then("ほかの施設の空きと差し引きされない")
def not_netted(office: Office, held: Held) -> None:
    balance = app.session_capacity().balance(office.session)
    assert sum(row.balance for row in balance.sites.values()) > 0, "there are free places elsewhere"
    places = next(row for row in balance.needs if row.need is None)
    assert places.balance == -held.people[0].party_size


@when("「入りきれますか」と問う")
def ask(office: Office, held: Held) -> None:
    log, capacity = app.session_log(office.city), app.session_capacity()
    rows = capacity.balance(office.session).sites.values()
    kept = min((row for row in rows if row.usable and not row.is_closed), key=lambda row: row.usable)
    for site_id in office.session.sites:  # only the smallest stays, so that somebody is left
        if site_id not in (kept.site_id, held.sites[0]):
            log.perform(office.session, acts.close_site(site_id))
    held.fits.append(capacity.answer(capacity.fit_question(office.session)))


@then("行く人は、入れる人と入れない人の和である")
def sums_up(held: Held) -> None:
    fit = held.fits[0]
    assert fit.demand_people == fit.placed_people + fit.unplaced_people
    assert (
        fit.sum_words
        == f"行く人 {fit.demand_people} = 入れる {fit.placed_people} + 入れない {fit.unplaced_people}"
    )
    assert fit.is_proven


@then("入れない人には、施設ごとの理由がある")
def has_reasons(office: Office, held: Held) -> None:
    fit = held.fits[0]
    assert fit.unplaced
    assert sum(row.people for row in fit.unplaced) == fit.unplaced_people
    assert all(sum(count for _, count in row.reasons) == len(office.session.sites) for row in fit.unplaced)


@when("訓練を終えて、報告をPDFと表計算で書き出す")
def finish(office: Office, held: Held) -> None:
    app.exercises(office.city).finish(office.session)
    content = exercise_report(office.session, held.fits[0] if held.fits else None)
    for ending in ("pdf", "xlsx"):
        app.reporting(office.city).write(content, office.folder / f"report.{ending}")


@then("報告には、訓練の印と校区と、まだ決まっていない人がある")
def report_says(office: Office) -> None:
    pages = PdfReader(office.folder / "report.pdf").pages
    text = "".join(page.extract_text() for page in pages)
    assert "訓練" in text
    assert f"{DISTRICT}校区" in text
    book = openpyxl.load_workbook(office.folder / "report.xlsx", read_only=True)
    cells = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    words = "\n".join(str(cell) for cell in cells)
    assert len(office.session.undecided()) > 0
    assert "支援者がいない" in words or "まだ決まっていない" in words
    assert not any(str(cell).startswith("=") and "SUM" not in str(cell) for cell in cells)


@then("名簿とマイプランは、訓練の前と同じである")
def register_stays(office: Office, held: Held) -> None:
    assert register_of(office) == held.register[0]


@then("監査記録はそろっている")
def audit_is_whole(office: Office) -> None:
    with office.city.reading() as session:
        assert session.audit.verify() == []


@when("もう一人を決めようとする")
def decide_after_the_end(office: Office) -> None:
    session = office.session
    person = session.undecided()[0]
    with pytest.raises(KnownProblem) as caught:
        app.session_log(office.city).perform(
            session, acts.decide(session, person.member_id, Decision(choose_supporter(office, person)))
        )
    office.problem = caught.value


@when("5人の支援者を決める")
def decide_five(office: Office, held: Held) -> None:
    log = app.session_log(office.city)
    for person in office.session.undecided()[:5]:
        supporter = choose_supporter(office, person)
        log.perform(office.session, acts.decide(office.session, person.member_id, Decision(supporter)))
        held.decided[person.member_id] = supporter


@when("プログラムが突然止まる")
def power_cut(office: Office, held: Held) -> None:
    """The files as they lie on the disk at this moment, the write-ahead log beside them, nothing closed."""
    folder = office.folder / "after_the_power_cut"
    folder.mkdir()
    for file in office.path.parent.glob(office.path.name + "*"):
        shutil.copy2(file, folder / file.name)
    held.crashed.append(folder / office.path.name)
    assert held.crashed[0].with_name(office.path.name + "-wal").stat().st_size > 0


@when("その場のファイルを開き直す")
def reopen(office: Office, held: Held) -> None:
    office.close()
    office.path = held.crashed[0]
    office.open()


@then("終わっていない訓練が示される")
def is_offered(office: Office, held: Held) -> None:
    exercises = app.exercises(office.city)
    running = exercises.latest_running()
    assert running == office.session.operation.operation_id
    office.session = exercises.open(running)


@then("決めた5人は、決めたとおりに残っている")
def still_there(office: Office, held: Held) -> None:
    assert len(held.decided) == 5
    for member_id, supporter in held.decided.items():
        assert office.session.board.assignment(member_id).supporter_id == supporter


@then("次の一人を決められる")
def goes_on(office: Office, held: Held) -> None:
    before = office.session.board.entries[-1].stamp.sequence
    person = next(one for one in office.session.undecided() if one.member_id not in held.decided)
    written = app.session_log(office.city).perform(
        office.session,
        acts.decide(office.session, person.member_id, Decision(choose_supporter(office, person))),
    )
    assert written[0].stamp.sequence == before + 1
    office.close()
    open_database(office.path, OPERATOR, PASSPHRASE).close()
