"""The gates before a paper leaves, the ledger before the file, and whose names are in it."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, MemberId, OperatorId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.reports import files
from kurume_bousai.reports.maker import ReportMaker
from kurume_bousai.services.facts import FACT_NAMED_OUTPUT_LOCKED
from kurume_bousai.services.papers.rules import NamedRequest, Recipient, copy_places
from kurume_bousai.services.reporting.service import ReportingService
from tests.fakes.city import FakeCity, FixedClock
from tests.fakes.hand_outs import FakeLone
from tests.fakes.state import CityState
from tests.fixtures import papers

DISTRICT = DistrictId("津福")
PASSWORD = "0123456789"
RECIPIENT = Recipient(Body.DISTRICT_ORGANIZATION, "架空校区コミュニティ組織", DISTRICT)
REQUEST = NamedRequest(RECIPIENT, "平常時の見守り")


def access(*roles: Role, protected: bool = False) -> Access:
    return Access(OperatorId("o"), "架空", frozenset(roles), None, protected)


def person(
    number: int,
    state: ConsentState = ConsentState.GIVEN,
    covers: frozenset[Body] | None = None,
    *,
    protected: bool = False,
) -> RosterMember:
    return RosterMember(
        MemberId(f"m{number}"),
        number,
        f"架空 {number}号",
        district_id=DISTRICT,
        address="津福本町9999-1",
        consents=(Consent(ConsentKind.ROSTER, state, covers=covers),),
        has_protected_address=protected,
    )


def city(people: Iterable[RosterMember], *roles: Role, protected: bool = False) -> FakeCity:
    state = CityState(members={member.member_id: member for member in people}, facts={"is_fictional": "1"})
    return FakeCity(access(*(roles or (Role.CLERK,)), protected=protected), state)


def service(database: FakeCity) -> ReportingService:
    return ReportingService(database, ReportMaker(), FixedClock(), FakeLone())


def text_of(content: bytes, password: str | None = None) -> str:
    reader = pypdf.PdfReader(io.BytesIO(content))
    if password is not None:
        assert reader.decrypt(password)
    return "".join(page.extract_text() for page in reader.pages)


def code_of(caught: pytest.ExceptionInfo[KnownProblem]) -> str:
    return caught.value.code


@given(
    st.sampled_from(ConsentState),
    st.booleans(),
    st.none() | st.sets(st.sampled_from(Body)).map(frozenset),
    st.sampled_from(["", "opt_in", "opt_out_by_ordinance", "emergency"]),
    st.booleans(),
)
def test_a_name_is_on_paper_only_with_live_consent_for_the_recipient(
    state: ConsentState, hidden: bool, covers: frozenset[Body] | None, mode: str, flagged: bool
) -> None:
    sure = person(1)
    other = person(2, state, covers, protected=hidden)
    database = city([sure, other], protected=flagged)
    database.state.facts["sharing_mode"] = mode
    text = text_of(service(database).print_roster(DISTRICT, REQUEST).value[0].pdf_bytes)
    answered = state is ConsentState.GIVEN or (
        state is ConsentState.UNANSWERED and mode == "opt_out_by_ordinance"
    )
    covered = covers is None or Body.DISTRICT_ORGANIZATION in covers
    assert "架空 1号" in text
    assert ("架空 2号" in text) == (answered and covered and not hidden)


def test_a_printed_paper_is_in_memory_only_and_in_the_ledger(tmp_path: Path) -> None:
    database = city([person(1)])
    printed = service(database).print_roster(DISTRICT, replace(REQUEST, copies=3)).value
    assert [paper.copy_number for paper in printed] == [entry.copy_number for entry in database.state.ledger]
    assert len(printed) == 3
    for position, paper in enumerate(printed, start=1):
        text = text_of(paper.pdf_bytes)
        assert f"写し {position}/3(番号 {paper.copy_number})" in text
        assert "平常時の見守り" in text
    assert [place.name for place in tmp_path.iterdir()] == []
    assert "号" not in repr(printed)


def test_a_named_file_is_encrypted_one_for_each_copy(tmp_path: Path) -> None:
    database = city([person(1)])
    place = tmp_path / "list.pdf"
    written = (
        service(database).write_roster(DISTRICT, replace(REQUEST, copies=2), place, lambda: PASSWORD).value
    )
    assert sorted([place.name for place in tmp_path.iterdir()]) == ["list-1of2.pdf", "list-2of2.pdf"]
    assert written.as_json()["copies"] == [entry.copy_number for entry in database.state.ledger]
    for position, file in enumerate(written.files, start=1):
        assert "架空 1号".encode() not in file.read_bytes()
        assert f"写し {position}/2" in text_of(file.read_bytes(), PASSWORD)
        assert written.audit_head in text_of(file.read_bytes(), PASSWORD)


def test_the_ledger_stands_before_the_file_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = city([person(1)])
    seen: list[int] = []
    publish = files.StagedFiles.publish

    def watched(self: files.StagedFiles) -> None:
        seen.append(len(database.state.ledger))
        publish(self)

    monkeypatch.setattr(files.StagedFiles, "publish", watched)
    service(database).write_roster(DISTRICT, REQUEST, tmp_path / "a.xlsx", lambda: PASSWORD)
    assert seen == [1]


def test_nothing_of_a_list_lies_on_the_disk_before_the_ledger_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before the ledger is kept, only room is left behind; killed after it, an entry is there."""
    database = city([person(1)])
    before: list[bytes] = []
    fill = files.StagedFiles.fill

    def watched(self: files.StagedFiles, place: Path, content: bytes) -> None:
        assert len(database.state.ledger) == 1
        before.extend(one.read_bytes() for one in tmp_path.iterdir())
        fill(self, place, content)

    monkeypatch.setattr(files.StagedFiles, "fill", watched)
    service(database).write_roster(DISTRICT, REQUEST, tmp_path / "a.xlsx", lambda: PASSWORD)
    [room] = before
    assert room == bytes(len(room)), "room, and not a byte of the list"
    assert [one.name for one in tmp_path.iterdir()] == ["a.xlsx"]
    assert len((tmp_path / "a.xlsx").read_bytes()) == len(room)


@pytest.mark.parametrize("name", ["a.csv", "a.html", "a.json"])
def test_named_csv_html_and_json_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(KnownProblem) as caught:
        service(city([person(1)])).write_roster(DISTRICT, REQUEST, tmp_path / name, lambda: PASSWORD)
    assert code_of(caught) == "named_format"
    assert [place.name for place in tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (replace(REQUEST, purpose=" "), "named_incomplete"),
        (replace(REQUEST, recipient=replace(RECIPIENT, name="")), "named_incomplete"),
        (replace(REQUEST, copies=0), "copies"),
        (replace(REQUEST, expires_on=date(2026, 11, 20)), "expired"),
        (replace(REQUEST, recipient=Recipient(Body.TEACHER, "架空小学校")), "recipient_symbols_only"),
        (
            replace(REQUEST, recipient=replace(RECIPIENT, district_id=DistrictId("荒木"))),
            "recipient_other_district",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_incomplete_or_unfit_request_leaves_nothing(
    tmp_path: Path, request_: NamedRequest, code: str
) -> None:
    database = city([person(1)])
    with pytest.raises(KnownProblem) as caught:
        service(database).write_roster(DISTRICT, request_, tmp_path / "a.pdf", lambda: PASSWORD)
    assert code_of(caught) == code
    assert database.state.ledger == ()
    assert [place.name for place in tmp_path.iterdir()] == []


@pytest.mark.parametrize("role", [Role.VIEWER, Role.FACILITATOR, Role.DESK, Role.ADMINISTRATOR])
def test_only_a_clerk_gets_names_on_paper(role: Role) -> None:
    with pytest.raises(KnownProblem) as caught:
        service(city([person(1)], role)).print_roster(DISTRICT, REQUEST)
    assert code_of(caught) == "no_right"


def test_a_short_password_stops_before_the_ledger(tmp_path: Path) -> None:
    database = city([person(1)])
    with pytest.raises(KnownProblem) as caught:
        service(database).write_roster(DISTRICT, REQUEST, tmp_path / "a.pdf", lambda: "123456789")
    assert code_of(caught) == "password_short"
    assert database.state.ledger == ()


def test_a_locked_list_prints_no_names() -> None:
    database = city([person(1)])
    database.state.facts[FACT_NAMED_OUTPUT_LOCKED] = "件数が合わない"
    with pytest.raises(KnownProblem) as caught:
        service(database).print_roster(DISTRICT, REQUEST)
    assert code_of(caught) == "named_locked"


def test_a_folder_that_cannot_be_written_takes_the_ledger_back(tmp_path: Path) -> None:
    database = city([person(1)])
    with pytest.raises(KnownProblem) as caught:
        service(database).write_roster(DISTRICT, REQUEST, tmp_path / "no" / "a.pdf", lambda: PASSWORD)
    assert code_of(caught) == "folder_missing"
    assert database.state.ledger == ()
    assert database.state.audit == ()


def test_copies_that_could_not_appear_are_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError

    database = city([person(1)])
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(KnownProblem) as caught:
        service(database).write_roster(DISTRICT, REQUEST, tmp_path / "a.pdf", lambda: PASSWORD)
    assert code_of(caught) == "file_in_use"
    assert [place.name for place in tmp_path.iterdir()] == []
    assert database.state.audit[-1][1] == "report.not_written"
    assert database.state.audit[-1][2] == (database.state.ledger[0].copy_number,)


def test_nobody_to_share_is_told() -> None:
    with pytest.raises(KnownProblem) as caught:
        service(city([person(1, ConsentState.REFUSED)])).print_roster(DISTRICT, REQUEST)
    assert code_of(caught) == "nobody_to_share"


@pytest.mark.parametrize("name", ["a.pdf", "a.xlsx", "a.csv", "a.html", "a.json", "A.PDF"])
def test_a_paper_without_names_is_written_and_audited(tmp_path: Path, name: str) -> None:
    database = city([], Role.VIEWER)
    written = service(database).write(papers.capacity(), tmp_path / name).value
    assert written.files[0].stat().st_size > 500
    assert written.copies == ()
    assert (written.pages > 0) == name.lower().endswith(".pdf")
    assert database.state.audit[-1][1] == "report.anonymous"
    assert written.audit_head == "00000001"


def test_a_report_that_does_not_reconcile_leaves_no_trace(tmp_path: Path) -> None:
    database = city([])
    with pytest.raises(KnownProblem) as caught:
        service(database).write(replace(papers.capacity(), demand_people=1), tmp_path / "a.pdf")
    assert code_of(caught) == "not_reconciled"
    assert [place.name for place in tmp_path.iterdir()] == []
    assert database.state.audit == ()


def test_an_unknown_ending_is_told(tmp_path: Path) -> None:
    with pytest.raises(KnownProblem) as caught:
        service(city([])).write(papers.capacity(), tmp_path / "a.docx")
    assert code_of(caught) == "unknown_ending"


def test_places_of_copies() -> None:
    assert list(copy_places(Path("a.pdf"), 1)) == [Path("a.pdf")]
    assert [place.name for place in copy_places(Path("a.pdf"), 2)] == ["a-1of2.pdf", "a-2of2.pdf"]
