"""避難行動要支援者 ↔ rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, TypeVar

from sqlalchemy import Result

from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.dates import in_japan
from kurume_bousai.domain.members import (
    AdmissionCategory,
    CountedMember,
    DistrictMethod,
    MemberRow,
    Need,
    Reason,
    Registration,
    RegistrationState,
    RemovalReason,
    RosterMember,
    Sex,
)
from kurume_bousai.domain.names import fold_digits, fold_each
from kurume_bousai.domain.person_details import NO_DETAILS, PersonDetails
from kurume_bousai.domain.quick import quickly
from kurume_bousai.storage import codec
from kurume_bousai.storage.mapping.consents import consents_of, consents_text
from kurume_bousai.storage.mapping.versions import versions_of, with_empty

E = TypeVar("E", bound=StrEnum)

#: Fields that a row keeps as they are.
_SAME: Final = (
    "member_id", "number", "name", "kana", "born_on", "postal_code", "address", "building", "phone",
    "phone_second", "mail_or_fax", "district_id", "neighborhood", "commissioner", "care_level",
    "physical_grade", "intellectual_grade", "mental_grade", "disease", "power_hours", "household_id",
    "household_size", "companion_count", "information_means", "has_protected_address", "home_story",
    "flood_rank", "screening_class", "note", "source", "source_key", "version", "updated_at", "removed_on",
)  # fmt: skip
_same: Final = attrgetter(*_SAME)
#: Fields that a row holds in another form.
_MADE: Final = (
    "sex", "district_method", "reasons", "needs", "categories", "registration", "consents", "home",
    "removal_reason", "details",
)  # fmt: skip
_made: Final = attrgetter(*_MADE)
#: What is searched in as it is folded; telephones and the number are digits.
_SEARCHED: Final = (
    "name", "kana", "address", "building", "neighborhood", "source_key", "details.display_name",
    "details.display_kana",
)  # fmt: skip
_searched: Final = attrgetter(*_SEARCHED)
_FOLDED_AT_ONCE: Final = 200  # people: some milliseconds
_DATES: Final = ("born_on", "registered_on", "removed_on")
_FIELD_END: Final = "\n"
_AT_ONCE: Final = 1000  # rows that the driver hands over together
_FIELDS: Final = tuple(item.name for item in fields(RosterMember))
_member: Final = quickly(RosterMember)


def to_row(member: RosterMember, *, number: int, version: int, updated_at: datetime | None) -> dict[str, Any]:
    """Every column of ``members`` but its row number; number, version and time are what storing gives."""
    columns = to_columns([member], numbers=[number], versions=[version], updated_at=updated_at)
    return {name: values[0] for name, values in columns.items()}


def to_columns(
    members: Sequence[RosterMember],
    *,
    numbers: Sequence[int],
    versions: Sequence[int],
    updated_at: datetime | None,
) -> dict[str, Sequence[Any]]:
    """``to_row`` of several people, column by column: most of a million cells stay as they are.

    For some hundreds or thousands at once; the caller gives other threads their turn between two parts.
    """
    columns: dict[str, Sequence[Any]] = dict(zip(_SAME, zip(*map(_same, members), strict=True), strict=True))
    made = dict(zip(_MADE, zip(*map(_made, members), strict=True), strict=True))
    homes = made["home"]
    columns.update(
        sex=[_SEX_TEXT[sex] for sex in made["sex"]],
        district_method=[_METHOD_TEXT[method] for method in made["district_method"]],
        reasons=list(map(_pack, made["reasons"])),
        needs=list(map(_pack, made["needs"])),
        categories=list(map(_pack, made["categories"])),
        registration_state=[_REGISTRATION_TEXT[one.state] for one in made["registration"]],
        registered_on=[one.registered_on for one in made["registration"]],
        consents=list(map(consents_text, made["consents"])),
        roster_consent=[_CONSENT_TEXT[_roster_state(consents)] for consents in made["consents"]],
        lon=[None if home is None else home.lon for home in homes],
        lat=[None if home is None else home.lat for home in homes],
        removal_reason=[None if reason is None else reason.value for reason in made["removal_reason"]],
        search_text=search_texts(members, numbers),
        details=list(map(details_text, made["details"])),
        number=numbers,
        version=versions,
        updated_at=[updated_at] * len(members),
    )
    return columns


def _roster_state(consents: Sequence[Consent]) -> ConsentState:
    for one in consents:
        if one.kind is ConsentKind.ROSTER:
            return one.state
    return ConsentState.UNANSWERED


def from_row(row: Mapping[Any, Any]) -> RosterMember:
    """The member of a row (or of a kept version)."""
    return _members({name: (value,) for name, value in row.items()})[0]


def members_in(columns: Mapping[str, Sequence[Any]]) -> list[RosterMember]:
    """The members of whole columns of ``members``, whatever else stands beside them."""
    return _members(columns)


def members_of(result: Result[Any]) -> list[RosterMember]:
    """The members of a ``select`` of whole rows."""
    names = tuple(result.keys())
    found: list[RosterMember] = []
    for part in result.partitions(_AT_ONCE):
        found += _members(dict(zip(names, zip(*part, strict=True), strict=True)))
    return found


def _members(columns: Mapping[Any, Sequence[Any]]) -> list[RosterMember]:
    """Members from whole columns: a list of 20,000 has a million cells, most of which stay as they are."""
    made = fields_in(columns)
    return list(map(_member, *(made[name] for name in _FIELDS)))


def fields_in(columns: Mapping[Any, Sequence[Any]]) -> dict[str, Iterable[Any]]:
    """The fields of ``RosterMember`` from whole columns of ``members``; each can be gone through once."""
    made: dict[str, Iterable[Any]] = {name: columns[name] for name in _SAME}
    made.update(
        sex=map(_SEX.__getitem__, columns["sex"]),
        district_method=map(_METHOD.__getitem__, columns["district_method"]),
        reasons=map(_reasons_of, columns["reasons"]),
        needs=map(_needs_of, columns["needs"]),
        categories=map(_categories_of, columns["categories"]),
        registration=map(_registration, columns["registration_state"], columns["registered_on"]),
        consents=map(consents_of, columns["consents"]),
        home=map(_point, columns["lon"], columns["lat"]),
        removal_reason=(reason and RemovalReason(reason) for reason in columns["removal_reason"]),
        details=map(details_of, columns["details"]),
    )
    return made


def to_version(row: Mapping[str, Any]) -> str:
    """A row as the JSON of ``member_versions``, spelled as ``canonical_json`` does."""
    return versions_of([row])[0]


def from_version(text: str) -> RosterMember:
    """The member of a kept version."""
    row = with_empty(json.loads(text))
    for name in _DATES:
        row[name] = None if row[name] is None else date.fromisoformat(row[name])
    if row["updated_at"] is not None:
        row["updated_at"] = in_japan(datetime.fromisoformat(row["updated_at"]))
    return from_row(row)


def to_list_row(found: Any) -> MemberRow:  # noqa: ANN401 - a row of the driver, in the order of LIST_COLUMNS
    """The slim projection, straight from a tuple in the order of ``LIST_COLUMNS`` and three derived ones."""
    (
        member_id, number, name, kana, district_id, neighborhood, needs, consent, registration,
        flood_rank, lon, lat, protected, plan_state, has_supporter, is_rough,
    ) = found  # fmt: skip
    return MemberRow(
        member_id, number, name, kana, district_id, neighborhood, _needs_of(needs),
        _CONSENT[consent], _REGISTRATION[registration], plan_state, has_supporter == 1, flood_rank,
        lon, lat, protected == 1, is_rough == 1,
    )  # fmt: skip


COUNTED_COLUMNS: Final = (
    "member_id", "number", "district_id", "lon", "lat", "companion_count", "needs", "categories",
    "flood_rank", "screening_class",
)  # fmt: skip


def to_counted(found: Any) -> CountedMember:  # noqa: ANN401 - a row of the driver, in the order of COUNTED_COLUMNS
    """The projection of the capacity question, straight from a tuple in the order of ``COUNTED_COLUMNS``."""
    member_id, number, district_id, lon, lat, companions, needs, categories, flood_rank, kind = found
    return CountedMember(
        member_id, number, district_id, None if lon is None else LonLat(lon, lat), companions,
        unpack(Need, needs), unpack(AdmissionCategory, categories), flood_rank, kind,
    )  # fmt: skip


LIST_COLUMNS: Final = (
    "member_id", "number", "name", "kana", "district_id", "neighborhood", "needs", "roster_consent",
    "registration_state", "flood_rank", "lon", "lat", "has_protected_address",
)  # fmt: skip
_SEX: Final = {sex.value: sex for sex in Sex}
_METHOD: Final = {method.value: method for method in DistrictMethod}
_CONSENT: Final = {state.value: state for state in ConsentState}
_REGISTRATION: Final = {state.value: state for state in RegistrationState}
# An enum works out its value at every asking.
_SEX_TEXT: Final = {sex: text for text, sex in _SEX.items()}
_METHOD_TEXT: Final = {method: text for text, method in _METHOD.items()}
_CONSENT_TEXT: Final = {state: text for text, state in _CONSENT.items()}
_REGISTRATION_TEXT: Final = {state: text for text, state in _REGISTRATION.items()}


def search_text(member: RosterMember, number: int) -> str:
    """Folded name, kana, address, 自治会, telephones, number and the office's own ID, one a line."""
    return search_texts([member], [number])[0]


def search_texts(members: Sequence[RosterMember], numbers: Sequence[int]) -> list[str]:
    """``search_text`` of several people, folded many at once."""
    found: list[str] = []
    for start in range(0, len(members), _FOLDED_AT_ONCE):
        part = members[start : start + _FOLDED_AT_ONCE]
        folded = iter(fold_each([text for member in part for text in _searched(member)]))
        for member, number, texts in zip(
            part, numbers[start : start + _FOLDED_AT_ONCE], zip(*[folded] * len(_SEARCHED), strict=True),
            strict=True,
        ):  # fmt: skip
            name, kana, address, building, neighborhood, source_key, *display = texts
            fields = (
                name, kana, address, building, neighborhood, fold_digits(member.phone),
                fold_digits(member.phone_second), str(number), source_key, *display,
            )  # fmt: skip
            found.append(_FIELD_END.join(filter(None, fields)))
    return found


def pack(values: Iterable[StrEnum]) -> str:
    """``,care,power,`` so that LIKE finds one of them; empty text for the empty set."""
    return _pack(frozenset(values))


@lru_cache(maxsize=1024)
def _pack(values: frozenset[StrEnum]) -> str:
    names = sorted(value.value for value in values)
    return f",{','.join(names)}," if names else ""


def unpack(kind: type[E], text: str) -> frozenset[E]:
    """The set that ``pack`` wrote."""
    return _unpack(kind, text)  # type: ignore[return-value]


@lru_cache(maxsize=256)
def _needs_of(text: str) -> frozenset[Need]:
    return unpack(Need, text)


@lru_cache(maxsize=1024)
def _reasons_of(text: str) -> frozenset[Reason]:
    return unpack(Reason, text)


@lru_cache(maxsize=1024)
def _categories_of(text: str) -> frozenset[AdmissionCategory]:
    return unpack(AdmissionCategory, text)


@lru_cache(maxsize=1024)
def _unpack(kind: type[StrEnum], text: str) -> frozenset[StrEnum]:
    # The same few sets stand in thousands of rows.
    return frozenset(kind(name) for name in text.split(",") if name)


@lru_cache(maxsize=8192)
def _registration(state: str, on: date | None) -> Registration:
    return Registration(_REGISTRATION[state], on)


def details_text(details: PersonDetails) -> str:
    """The JSON of what is known beyond the list; empty text for the many of whom nothing is.

    Only what is known is written: the list passes over these bytes whenever it goes through everybody, and
    an unknown field reads as unknown in every later program too.
    """
    if details is NO_DETAILS or details == NO_DETAILS:
        return ""
    return codec.dumps_known(details)


def details_of(text: str) -> PersonDetails:
    """What ``details_text`` wrote."""
    return codec.loads(PersonDetails, text) if text else NO_DETAILS


def _point(lon: float | None, lat: float | None) -> LonLat | None:
    return None if lon is None or lat is None else LonLat(lon, lat)
