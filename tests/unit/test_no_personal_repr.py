"""No value about a person shows a text in ``repr``: what a traceback, an assertion or a log would quote.

Every dataclass is built from its annotations. Those about people get a sentinel in every text, wherever
they are held; a class with a field that only people have must be named here, as theirs or as a place's.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import importlib
import inspect
import logging
import pkgutil
import types
import typing
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, Literal, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kurume_bousai.domain.dates import parse_date
from kurume_bousai.domain.demand import parse_demand
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.ui.crash_report import CleanFormatter

PACKAGES = ("domain", "services", "exchange", "mapview", "reports", "storage")
#: Classes about people, each with the fields whose text may be shown: codes, versions, names of places.
PEOPLE: dict[str, frozenset[str]] = {
    "domain.consents.Consent": frozenset(),
    "domain.demand.CapacityPerson": frozenset(),
    "domain.eligibility.EligibilityFacts": frozenset(),
    "domain.hand_outs.ChangedEntry": frozenset(),
    "domain.hand_outs.CopyEvent": frozenset({"event_id", "copy_number", "recorded_by", "cancels"}),
    "domain.hand_outs.HandedCopy": frozenset(
        {"copy_number", "document", "purpose", "operator", "confirmed_by"}
    ),
    "domain.home_places.HomeRecord": frozenset(),
    "domain.mailings.Addressee": frozenset(),
    "domain.map_places.MapPlace": frozenset({"district_id"}),
    "domain.matching.PersonFacts": frozenset(),
    "domain.matching.Prepared": frozenset(),
    "domain.members.CountedMember": frozenset(),
    "domain.members.RosterMember": frozenset(),
    "domain.operations.DrawnFeature": frozenset({"feature_id"}),
    "domain.operations.FrozenPerson": frozenset(),
    "domain.operations.LogEntry": frozenset({"operator"}),
    "domain.person_details.Contact": frozenset(),
    "domain.person_details.HouseholdPerson": frozenset(),
    "domain.person_details.PersonDetails": frozenset(),
    "domain.person_details.ReasonRecord": frozenset(),
    "domain.plans.IndividualEvacuationPlan": frozenset(),
    "domain.reception.ReceptionEntry": frozenset({"entry_id", "operator", "party_id", "cancels"}),
    "domain.reception.ReceptionParty": frozenset({"party_id"}),
    "domain.reception.ReceptionWords": frozenset({"party_id", "cancels"}),
    "domain.reception.SiteOccupancy": frozenset(),
    "domain.recipients.Handler": frozenset(),
    "domain.recipients.SupportPartner": frozenset({"partner_id", "district_id"}),
    "domain.roster_columns.RosterEntry": frozenset(),
    "domain.screening.Screening": frozenset({"screening_id", "recorded_by"}),
    "domain.session.SupporterSpot": frozenset(),
    "domain.site_record.SiteContacts": frozenset(),
    "domain.supporters.Supporter": frozenset(),
    "domain.task_layers.TaskFeature": frozenset({"feature_id", "layer_id", "drawn_by"}),
    "domain.task_layers.TaskLayer": frozenset({"layer_id", "created_by"}),
    "exchange.allocation_files._Row": frozenset(),
    "mapview.protocol.DrawnMark": frozenset({"id", "table"}),
    "reports.paper.Facts": frozenset({"heading"}),
    "reports.paper.Notes": frozenset({"heading"}),
    "services.eligibility.judging.JudgedPerson": frozenset(),
    "services.letters.replies.LetterEcho": frozenset({"code"}),
    "services.people.detail_columns.DetailProblem": frozenset({"column", "code", "message"}),
    "services.people.detail_columns.StatedDetails": frozenset({"column", "code", "message"}),
    "services.fictional.conditions.Condition": frozenset(),
    "services.fictional.names.FictionalName": frozenset(),
    "services.fictional.people.Person": frozenset(),
    "services.fictional.people._Household": frozenset({"household_id"}),
    "services.papers.hand_outs.LossReport": frozenset(
        {"copy_number", "document", "purpose", "operator", "confirmed_by"}  # members of staff
    ),
    "services.papers.hand_outs.LostPerson": frozenset(),
    "services.papers.hand_outs.PartnerScope": frozenset(),
    "services.papers.hand_outs.ReceiptForm": frozenset({"copies", "purpose"}),
    "services.people.home_moves.SettledHome": frozenset({"told"}),
    "services.roster_import.results.FieldChange": frozenset({"field_name"}),
    "services.ports.ledger.LedgerEntry": frozenset({"copy_number", "document", "purpose", "operator"}),
    "services.ports.members.MemberQuery": frozenset(),
    "services.ports.drafts.Draft": frozenset({"form"}),
    "services.ports.hand_outs.CopyNote": frozenset({"copy_number", "confirmed_by"}),
    "services.ports.office_papers.ImportTold": frozenset({"copies"}),
    "services.ports.office_papers.EmergencyCopyLine": frozenset(
        {"copy_number", "document", "purpose", "operator"}
    ),
    "services.ports.quality.QualityPerson": frozenset(),
    "services.papers.ports.CopyMark": frozenset({"copy_number", "purpose"}),
    "services.papers.ports.DrawnFigures": frozenset({"table"}),
    "services.papers.ports.LogLine": frozenset({"table", "supporter", "site"}),
    "services.papers.ports.NamedRow": frozenset(),
    "services.papers.ports.PersonMap": frozenset({"district"}),
    "services.papers.ports.PersonSupporter": frozenset(),
    "services.roster_import.recalls.HolderNotice": frozenset({"copy_numbers"}),
    "services.shelters.reception.ReceptionDraft": frozenset({"party_id"}),
    "services.shelters.reception._FoundParty": frozenset({"party_id"}),
    "services.papers.rules.Recipient": frozenset(),
    "services.roster.register.PersonFile": frozenset(),
    "services.roster.register.Relative": frozenset(),
    "services.people.roster_file.ParsedRosterRow": frozenset(),
    "services.people.roster_file.StatedConsent": frozenset(),
    "services.shelters.screenings.ScreeningDraft": frozenset(),
}
#: Names of fields that only a record of a person has …
PERSONAL = frozenset(
    {
        "kana",
        "phone",
        "home",
        "born_on",
        "household_id",
        "neighborhood",
        "recipient",
        "explained_by",
        "in_charge",
    }
)
#: … but for these, which speak of places or of the odds of the fictional city.
NOT_PEOPLE = frozenset(
    {
        "domain.care_facilities.CareFacility",
        "domain.districts.SchoolDistrict",
        "domain.shelters.WelfareShelter",
        "services.fictional.profile.Gaps",
        "services.fictional.profile.NamePart",
        "services.papers.rules.NamedRequest",
        "services.disclosure.second_person.LetterFileRequest",
    }
)

#: Letters that stand in no identifier and no word of ours.
sentinels = st.text(alphabet="龘鱻麤灥䨻", min_size=3, max_size=12)


def dataclasses_of_the_program() -> list[type[Any]]:
    found: dict[str, type[Any]] = {}
    for package in PACKAGES:
        root = importlib.import_module(f"kurume_bousai.{package}")
        for item in pkgutil.walk_packages(root.__path__, f"kurume_bousai.{package}."):
            module = importlib.import_module(item.name)
            for _, kind in inspect.getmembers(module, inspect.isclass):
                if dataclasses.is_dataclass(kind) and kind.__module__ == item.name:
                    found[kind.__qualname__ + "@" + item.name] = kind
    return [found[name] for name in sorted(found)]


CLASSES = dataclasses_of_the_program()


def name_of(kind: type[Any]) -> str:
    return f"{kind.__module__.removeprefix('kurume_bousai.')}.{kind.__qualname__}"


def hints_of(kind: type[Any]) -> Mapping[str, Any]:
    """The types of the fields; where one is known to type checkers only, those of plain texts."""
    try:
        return typing.get_type_hints(kind)
    except NameError:
        return {one.name: str if one.type == "str" else None for one in dataclasses.fields(kind)}


def built(kind: type[Any], sentinel: str, depth: int = 0) -> object:
    """An instance with the sentinel in the texts about people, wherever they are; no check of it runs."""
    value = object.__new__(kind)
    hints = hints_of(kind)
    shown = PEOPLE.get(name_of(kind))
    for one in dataclasses.fields(kind):
        own = "x" if shown is None or one.name in shown else sentinel
        object.__setattr__(value, one.name, filled(hints[one.name], own, sentinel, depth))
    return value


def filled(hint: Any, text: str, sentinel: str, depth: int) -> object:  # noqa: ANN401 - any annotation
    """A value of an annotated type."""
    if isinstance(hint, typing.NewType):
        return filled(hint.__supertype__, "id", "id", depth)
    if (origin := typing.get_origin(hint)) is not None:
        return _of_generic(origin, typing.get_args(hint), text, sentinel, depth)
    if hint in (str, Any, object) or isinstance(hint, TypeVar):
        return text
    if inspect.isclass(hint) and issubclass(hint, Enum):
        return next(iter(hint))
    if inspect.isclass(hint) and dataclasses.is_dataclass(hint) and depth < 4:
        return built(hint, sentinel, depth + 1)
    return _SIMPLE.get(hint)


def _of_generic(origin: object, args: tuple[Any, ...], text: str, sentinel: str, depth: int) -> object:
    if origin is Literal:
        return args[0]
    if origin is collections.abc.Callable:
        return None
    kinds = [arg for arg in args if arg not in (type(None), Ellipsis)]
    parts = [filled(kind, text, sentinel, depth) for kind in kinds]
    if origin in (typing.Union, types.UnionType) or not inspect.isclass(origin):
        return parts[0]
    if issubclass(origin, Mapping):
        return {parts[0]: parts[1]}
    if issubclass(origin, AbstractSet):
        return frozenset(parts)
    return tuple(parts) if issubclass(origin, tuple) else parts


_SIMPLE: dict[Any, Any] = {
    int: 1,
    float: 1.0,
    bool: True,
    bytes: b"x",
    Decimal: Decimal(1),
    date: date(2026, 4, 1),
    datetime: datetime(2026, 4, 1, tzinfo=UTC),
    Path: Path("x"),
}


@pytest.mark.parametrize("kind", CLASSES, ids=name_of)
@settings(max_examples=3, deadline=None)
@given(sentinel=sentinels)
def test_no_text_about_a_person_is_in_a_repr(kind: type[Any], sentinel: str) -> None:
    assert sentinel not in repr(built(kind, sentinel))


@pytest.mark.parametrize("kind", CLASSES, ids=name_of)
def test_a_class_with_personal_fields_is_known_as_one(kind: type[Any]) -> None:
    if PERSONAL & {one.name for one in dataclasses.fields(kind)}:
        assert name_of(kind) in PEOPLE.keys() | NOT_PEOPLE


def test_every_class_named_here_is_there() -> None:
    assert PEOPLE.keys() | NOT_PEOPLE <= {name_of(kind) for kind in CLASSES}


@given(sentinels)
def test_a_logged_value_stays_silent(sentinel: str) -> None:
    for name in PEOPLE:
        kind = next(kind for kind in CLASSES if name_of(kind) == name)
        record = logging.LogRecord("x", logging.INFO, __file__, 1, "%s", (built(kind, sentinel),), None)
        assert sentinel not in record.getMessage()


@given(sentinels)
def test_a_problem_told_to_a_person_is_only_its_code_elsewhere(sentinel: str) -> None:
    problem = KnownProblem("code", f"「{sentinel}」", where=sentinel, advice=sentinel)
    assert sentinel not in str(problem) + repr(problem)


@pytest.mark.parametrize("parse", [parse_date, parse_demand], ids=lambda parse: parse.__name__)
@given(sentinel=sentinels)
def test_what_was_typed_is_in_no_exception(parse: Callable[[str], object], sentinel: str) -> None:
    with pytest.raises(KnownProblem) as caught:
        parse(sentinel)
    assert sentinel not in str(caught.value) + repr(caught.value)


@given(sentinels)
def test_a_logged_failure_tells_the_kind_and_the_place_only(sentinel: str) -> None:
    error = RuntimeError(sentinel)
    failure = (type(error), error, None)
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", None, failure)
    said = CleanFormatter("%(message)s").format(record)
    assert "RuntimeError" in said
    assert sentinel not in said
