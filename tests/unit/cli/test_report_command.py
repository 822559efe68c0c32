"""``capacity`` and ``report`` from their options to files."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest

from kurume_bousai.cli import capacity, report
from kurume_bousai.cli.capacity_options import add_capacity_options, conditions_from_args
from kurume_bousai.cli.context import CliContext
from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.capacity import StaffShift
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.city_settings import CitySettings
from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.demand import DemandRule
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, MemberId, OperatorId, SiteId
from kurume_bousai.domain.members import RosterMember
from tests.fakes.city import FakeCity
from tests.fakes.state import CityState

DISTRICT = DistrictId("津福")


@dataclass
class FakeContext:
    city: FakeCity
    said: list[str] = field(default_factory=list)

    @contextmanager
    def open_database(self) -> Iterator[FakeCity]:
        yield self.city

    def output_password(self) -> str:
        return "0123456789"

    def tell(self, text: str) -> None:
        self.said.append(text)


def fake_context() -> FakeContext:
    member = RosterMember(
        MemberId("m1"), 1, "架空 一号", district_id=DISTRICT, home=LonLat(130.5, 33.3),
        consents=(Consent(ConsentKind.ROSTER, ConsentState.GIVEN),),
    )  # fmt: skip
    district = SchoolDistrict(DISTRICT, "津福", "つぶく", "久留米地域", LonLat(130.5, 33.3), 1)
    state = CityState(
        members={member.member_id: member}, districts={DISTRICT: district}, facts={"is_fictional": "1"}
    )
    return FakeContext(FakeCity(Access(OperatorId("o"), "架空", frozenset({Role.CLERK})), state))


def run(context: FakeContext, *words: str) -> dict[str, Any]:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    capacity.register(commands)
    report.register(commands)
    args = parser.parse_args(words)
    return cast("dict[str, Any]", args.run(args, cast("CliContext", context)))


def conditions(*words: str) -> CapacityConditions:
    parser = argparse.ArgumentParser()
    add_capacity_options(parser)
    return conditions_from_args(parser.parse_args(words), CitySettings())


def test_without_options_the_conditions_are_those_of_the_rulebook() -> None:
    assert conditions() == CapacityConditions()


def test_every_option_reaches_the_conditions() -> None:
    found = conditions(
        "--rule", "share:0.05", "--companions", "no", "--off-list", "7", "--rate", "3.5", "--staff", "night",
        "--hazard", "flood_l2", "--unconfirmed", "exclude", "--stage", "3", "--open-rate", "0.4",
        "--closed", "a, b,", "--reach", "3000", "--time-limit", "5", "--district", "津福校区", "--alone",
    )  # fmt: skip
    assert (found.demand.rule, found.demand.share) == (DemandRule.SHARE, Decimal("0.05"))
    assert (found.with_companions, found.off_list_people, found.rate_m2) == (False, 7, Decimal("3.5"))
    assert (found.staff, found.stage, found.open_rate) == (StaffShift.NIGHT, 3, Decimal("0.4"))
    assert found.closed == {SiteId("a"), SiteId("b")}
    assert (found.reach_m, found.time_limit_s, found.district_id, found.alone) == (3000, 5, DISTRICT, True)


@pytest.mark.parametrize("words", [("--rate", "four"), ("--open-rate", "nan"), ("--rule", "some")])
def test_a_value_that_cannot_be_read_is_told(words: tuple[str, str]) -> None:
    with pytest.raises(KnownProblem):
        conditions(*words)


def test_capacity_gives_the_keys_of_the_contract() -> None:
    found = run(fake_context(), "capacity", "--rule", "all")
    wanted = (
        "conditions status phases demand_people demand_parties floor_places usable_places placed_people "
        "unplaced_people free_places by_need by_site by_district unplaced solver_s"
    )
    assert set(wanted.split()) <= set(found)
    assert found["unplaced_people"] == 1


@pytest.mark.parametrize("ending", ["pdf", "xlsx", "csv", "html", "json"])
def test_the_capacity_paper_is_written_in_every_form(tmp_path: Path, ending: str) -> None:
    place = tmp_path / f"paper.{ending}"
    found = run(fake_context(), "report", "capacity", "--rule", "all", "--out", str(place))
    assert found["files"] == [str(place)]
    assert {"files", "pages", "copies", "audit_head"} <= set(found)
    assert place.stat().st_size > 0


@pytest.mark.parametrize("form", ["summary", "districts", "plans"])
def test_every_form_of_the_capacity_paper_is_written(tmp_path: Path, form: str) -> None:
    place = tmp_path / "paper.pdf"
    context = fake_context()
    words = ("report", "capacity", "--rule", "all", "--form", form, "--extras", "no", "--out", str(place))
    found = run(context, *words)
    assert found["pages"] >= 1
    assert place.read_bytes()[:4] == b"%PDF"
    assert context.said
    assert context.city.state.audit[-1][1] == "report.anonymous"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--form", "districts", "--district", "津福"), "one_district"),
        (("--form", "summary", "--compare-with", "x"), "compare_form"),
        (("--compare-with", "x"), "scenario_gone"),
    ],
)
def test_a_form_that_cannot_be_made_is_told(tmp_path: Path, words: tuple[str, ...], code: str) -> None:
    with pytest.raises(KnownProblem, match=code):
        run(fake_context(), "report", "capacity", *words, "--out", str(tmp_path / "a.pdf"))
    assert list(tmp_path.iterdir()) == []


def test_the_list_needs_names_to_be_asked_for(tmp_path: Path) -> None:
    with pytest.raises(KnownProblem, match="named_required"):
        run(fake_context(), "report", "roster", "--district", "津福", "--out", str(tmp_path / "a.pdf"))
    assert [place.name for place in tmp_path.iterdir()] == []


def test_the_list_is_written_encrypted_for_its_recipient(tmp_path: Path) -> None:
    context = fake_context()
    place = tmp_path / "a.xlsx"
    found = run(
        context, "report", "roster", "--district", "津福校区", "--named", "--recipient",
        "district_organization:架空校区まちづくり", "--purpose", "見守り", "--out", str(place),
    )  # fmt: skip
    assert found["copies"] == [entry.copy_number for entry in context.city.state.ledger]
    assert context.city.state.ledger[0].recipient == "架空校区まちづくり"
    assert place.read_bytes()[:4] == b"\xd0\xcf\x11\xe0"  # the envelope of Office encryption


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--recipient", "somebody", "--purpose", "x"), "unknown_recipient"),
        (("--recipient", "teacher", "--purpose", "x"), "recipient_symbols_only"),
        (("--recipient", "police"), "named_incomplete"),
    ],
)
def test_an_unfit_recipient_is_told(tmp_path: Path, words: tuple[str, ...], code: str) -> None:
    out = ("--out", str(tmp_path / "a.pdf"))
    with pytest.raises(KnownProblem, match=code):
        run(fake_context(), "report", "roster", "--district", "津福", "--named", *words, *out)


def test_a_kind_of_body_alone_is_called_by_its_word() -> None:
    args = argparse.Namespace(recipient="police", purpose="x", copies=1)
    request = report.named_request(args, DISTRICT)
    assert (request.recipient.body, request.recipient.name) == (Body.POLICE, "警察")


def test_the_paper_of_no_session_is_told(tmp_path: Path) -> None:
    with pytest.raises(KnownProblem, match="no_operation"):
        run(fake_context(), "report", "exercise", "--out", str(tmp_path / "a.pdf"))
