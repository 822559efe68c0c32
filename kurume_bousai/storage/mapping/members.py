"""避難行動要支援者 ↔ rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter, methodcaller
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
from kurume_bousai.storage import codec

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
_DATES: Final = ("born_on", "registered_on", "removed_on")
#: Derived for the lists; a kept version does not repeat them.
_DERIVED: Final = ("row_id", "roster_consent", "search_text")
#: Given in order of the names, so that nothing has to be sorted once a person; days and moments as ISO text.
_VERSIONS: Final = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, separators=(",", ":"), default=methodcaller("isoformat")
)
_FIELD_END: Final = "\n"
_AT_ONCE: Final = 1000  # rows that the driver hands over together


def to_row(member: RosterMember, *, number: int, version: int, updated_at: datetime | None) -> dict[str, Any]:
    """Every column of ``members`` but its row number; number, version and time are what storing gives."""
    row: dict[str, Any] = dict(zip(_SAME, _same(member), strict=True))
    row.update(
        sex=member.sex.value,
        district_method=member.district_method.value,
        reasons=pack(member.reasons),
        needs=pack(member.needs),
        categories=pack(member.categories),
        registration_state=member.registration.state.value,
        registered_on=member.registration.registered_on,
        consents=_consents_text(member.consents),
        roster_consent=member.consent_state(ConsentKind.ROSTER).value,
        lon=None if member.home is None else member.home.lon,
        lat=None if member.home is None else member.home.lat,
        removal_reason=None if member.removal_reason is None else member.removal_reason.value,
        search_text=search_text(member, number),
        details=details_text(member.details),
        number=number,
        version=version,
        updated_at=updated_at,
    )
    return row


def from_row(row: Mapping[Any, Any]) -> RosterMember:
    """The member of a row (or of a kept version)."""
    return RosterMember(
        **{name: row[name] for name in _SAME},
        sex=_SEX[row["sex"]],
        district_method=_METHOD[row["district_method"]],
        reasons=unpack(Reason, row["reasons"]),
        needs=unpack(Need, row["needs"]),
        categories=unpack(AdmissionCategory, row["categories"]),
        registration=Registration(_REGISTRATION[row["registration_state"]], row["registered_on"]),
        consents=_consents(row["consents"]),
        home=_point(row["lon"], row["lat"]),
        removal_reason=None if row["removal_reason"] is None else RemovalReason(row["removal_reason"]),
        details=details_of(row.get("details") or ""),  # a version of an older program has none
    )


def members_of(result: Result[Any]) -> list[RosterMember]:
    """The members of a ``select`` of whole rows."""
    names = tuple(result.keys())
    return [
        from_row(dict(zip(names, found, strict=True)))
        for part in result.partitions(_AT_ONCE)
        for found in part
    ]


def to_version(row: Mapping[str, Any]) -> str:
    """A row as the JSON of ``member_versions``, spelled as ``canonical_json`` does."""
    return _VERSIONS.encode({name: row[name] for name in _kept_names(tuple(row))})


@lru_cache(maxsize=8)
def _kept_names(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(names) - set(_DERIVED)))


def from_version(text: str) -> RosterMember:
    """The member of a kept version."""
    row = json.loads(text)
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
        _CONSENT[consent], _REGISTRATION[registration], plan_state, has_supporter, flood_rank,
        None if lon is None else LonLat(lon, lat), protected, is_rough,
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


def search_text(member: RosterMember, number: int) -> str:
    """Folded name, kana, address, 自治会, telephones, number and the office's own ID, one a line."""
    texts = [
        member.name, member.kana, member.address, member.building, member.neighborhood, member.source_key,
    ]  # fmt: skip
    if member.details is not NO_DETAILS:
        texts += (member.details.display_name, member.details.display_kana)
    name, kana, address, building, neighborhood, source_key, *display = fold_each(texts)
    fields = (
        name, kana, address, building, neighborhood, fold_digits(member.phone),
        fold_digits(member.phone_second), str(number), source_key, *display,
    )  # fmt: skip
    return _FIELD_END.join(filter(None, fields))


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
def _unpack(kind: type[StrEnum], text: str) -> frozenset[StrEnum]:
    # The same few sets stand in thousands of rows.
    return frozenset(kind(name) for name in text.split(",") if name)


@lru_cache(maxsize=4096)
def _consents(text: str) -> tuple[Consent, ...]:
    return codec.loads(tuple[Consent, ...], text)


@lru_cache(maxsize=4096)
def _consents_text(consents: tuple[Consent, ...]) -> str:
    return codec.dumps(consents)


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
