"""One row onto one member: what changes, and what a file may never undo."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final

from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.errors import RowProblem
from kurume_bousai.domain.gazetteer import HomePlace
from kurume_bousai.domain.ids import DistrictId, MemberId, new_id
from kurume_bousai.domain.members import DistrictMethod, Registration, RosterMember
from kurume_bousai.domain.person_details import DETAIL_FIELDS, PersonDetails
from kurume_bousai.domain.quick import quickly
from kurume_bousai.services.districts.names import DistrictNames
from kurume_bousai.services.people.detail_columns import apply_stated
from kurume_bousai.services.people.home_moves import HomeMove, settle_home
from kurume_bousai.services.people.roster_file import ParsedRosterRow
from kurume_bousai.services.ports.clock import DistrictLocator
from kurume_bousai.services.roster_import.results import FieldChange

#: Fields that storing itself fills, so that they say nothing about a change of the person.
BOOKKEEPING: Final = frozenset({"member_id", "number", "version", "updated_at"})
#: What says whether a person is as they were.
COMPARED: Final = tuple(
    item.name for item in dataclasses.fields(RosterMember) if item.name not in BOOKKEEPING
)
# One call instead of fifty: asked about every row of every file.
_compared: Final = attrgetter(*COMPARED)
DISTRICT_MISSING: Final = "district_missing"
_FIELDS: Final = tuple(item.name for item in dataclasses.fields(RosterMember))
_fields_of: Final = attrgetter(*_FIELDS)
_member: Final = quickly(RosterMember)
_consent: Final = quickly(Consent)


@dataclasses.dataclass(frozen=True, slots=True)
class Surroundings:
    """取込の手がかり: the 校区, how to find one by position, and how the kept homes were decided."""

    names: DistrictNames
    locator: DistrictLocator | None
    may_suggest: bool = True
    places: Mapping[MemberId, HomePlace] = dataclasses.field(
        default_factory=lambda: MappingProxyType({}), repr=False
    )

    @classmethod
    def of(
        cls,
        districts: list[SchoolDistrict],
        locator: DistrictLocator | None,
        *,
        may_suggest: bool,
        places: Mapping[MemberId, HomePlace] = MappingProxyType({}),
    ) -> Surroundings:
        """From the kept 校区 and the kept places."""
        return cls(DistrictNames(districts), locator, may_suggest, places)


@dataclasses.dataclass(frozen=True, slots=True)
class Merged:
    """行を反映した人, and what came to light on the way."""

    member: RosterMember = dataclasses.field(repr=False)
    problems: tuple[RowProblem, ...] = dataclasses.field(repr=False)


def merge_row(
    row: ParsedRosterRow,
    kept: RosterMember | None,
    *,
    source: str,
    surroundings: Surroundings,
    may_unprotect: bool,
    is_renamed: bool = False,
) -> Merged:
    """The member after this row.

    A member keeps the source and ID under which they came first, whoever else speaks about them later;
    ``is_renamed`` = that source itself gave them a new ID.

    What a row does not state stays. Three things a file cannot do by leaving a cell empty or by being
    old: take a 支援措置 away, overrule a later answer about consent, take away a need. Where a home lies
    is ``home_moves``' to say: a file never moves a pin set by hand.
    """
    problems: list[RowProblem] = []
    base = kept or _NOBODY
    values: dict[str, Any] = {
        "name": row.name,
        **row.values,
        **_known_as(kept, row, source, is_renamed=is_renamed),
        "registration": _registration(base.registration, row),
        "consents": _consents(base, row, problems.append),
        "has_protected_address": _protected(base, row, may_unprotect=may_unprotect),
    }
    if row.details.values:
        values["details"] = apply_stated(base.details, row.details)
    if kept is not None:
        place = surroundings.places.get(kept.member_id)
        values |= _at_home(values.get("address", kept.address), kept, row, place, problems.append)
    values["district_id"], values["district_method"] = _district(
        values.get("home", base.home), base, row, surroundings, problems.append
    )
    # One construction: a session has 30,000 rows, and the record fifty fields.
    if kept is None:
        return Merged(_member(member_id=MemberId(new_id()), number=0, **values), tuple(problems))
    stood = dict(zip(_FIELDS, _fields_of(kept), strict=True))
    return Merged(_member(**{**stood, **values}), tuple(problems))


#: Stands for the record of somebody who is not on the list yet.
_NOBODY: Final = RosterMember(member_id=MemberId(""), number=0, name="")


def _known_as(
    kept: RosterMember | None, row: ParsedRosterRow, source: str, *, is_renamed: bool
) -> dict[str, str]:
    if kept is None or not kept.source_key or (is_renamed and kept.source == source):
        return {"source": source, "source_key": row.key}
    return {"source": kept.source, "source_key": kept.source_key}


def same_person_fields(first: RosterMember, second: RosterMember) -> bool:
    """True where nothing about the person differs."""
    return bool(_compared(first) == _compared(second))


def field_changes(before: RosterMember, after: RosterMember) -> tuple[FieldChange, ...]:
    """The fields that differ, with short texts; くわしい記録 field by field, as ``details.contacts``."""
    found: list[FieldChange] = []
    for name in COMPARED:
        old, new = getattr(before, name), getattr(after, name)
        if old == new:
            continue
        if name == "details":
            found += _detail_changes(old, new)
        else:
            found.append(FieldChange(name, _as_text(old), _as_text(new)))
    return tuple(found)


def _detail_changes(before: PersonDetails, after: PersonDetails) -> list[FieldChange]:
    return [
        FieldChange(f"details.{name}", _as_text(getattr(before, name)), _as_text(getattr(after, name)))
        for name in DETAIL_FIELDS
        if getattr(before, name) != getattr(after, name)
    ]


def _as_text(value: Any) -> str:  # noqa: ANN401 - fields of a member are of many types
    if value is None:
        return ""
    if isinstance(value, frozenset):
        return ";".join(sorted(str(item) for item in value))
    if isinstance(value, LonLat):
        return f"{value.lon:.6f}, {value.lat:.6f}"
    if isinstance(value, Registration):
        return ";".join(filter(None, (value.state.value, _as_text(value.registered_on))))
    if isinstance(value, tuple):
        consents = [f"{item.kind}={item.state}" for item in value if isinstance(item, Consent)]
        return ";".join(consents) if consents or not value else f"{len(value)}件"
    return value.isoformat() if isinstance(value, date) else str(value)


def _protected(base: RosterMember, row: ParsedRosterRow, *, may_unprotect: bool) -> bool:
    if row.is_protected is None:
        return base.has_protected_address
    if row.is_protected:
        return True
    return base.has_protected_address and not may_unprotect


_MOVE_WORDS: Final = {
    HomeMove.LEFT: (
        "住所",
        "home_left",
        "住所が変わったので、前の家の位置を外します。「住所から位置を決める」で決め直してください。",
    ),
    HomeMove.PIN_KEPT: (
        "経度",
        "home_kept",
        "手で置いたか、号までわかっている位置があるため、ファイルの位置には動かしません。",
    ),
    HomeMove.PIN_BACK: ("住所", "home_back", "前に手で位置を決めた住所に戻ったので、その位置に置きます。"),
}


def _at_home(
    address: str,
    kept: RosterMember,
    row: ParsedRosterRow,
    place: HomePlace | None,
    tell: Callable[[RowProblem], None],
) -> dict[str, Any]:
    settled = settle_home(kept, address, row.values.get("home"), place)
    if settled.told is not None:
        column, code, message = _MOVE_WORDS[settled.told]
        tell(RowProblem(row.row, column, "", code, message))
    # How deep the old place would be flooded says nothing about another one.
    return {"home": settled.home, "flood_rank": kept.flood_rank if settled.home == kept.home else None}


#: What ``RosterMember.consent`` says of somebody of whom no answer is kept.
_NO_ANSWER: Final = _NOBODY.consent(ConsentKind.ROSTER)


def _registration(kept: Registration, row: ParsedRosterRow) -> Registration:
    return _registered(row.registration_state or kept.state, row.registered_on or kept.registered_on)


# The same day stands in many rows.
_registered: Final = lru_cache(maxsize=8192)(Registration)


def _consents(
    base: RosterMember, row: ParsedRosterRow, tell: Callable[[RowProblem], None]
) -> tuple[Consent, ...]:
    stated = row.consent
    if stated.state is None:
        return base.consents
    kept = base.consent(ConsentKind.ROSTER) if base.consents else _NO_ANSWER
    if _is_overtaken(kept, stated.state, stated.decided_on):
        tell(
            RowProblem(
                row.row,
                "名簿同意",
                "",
                "consent_older",
                "登録済みの回答のほうが新しいか、日付がないため、名簿同意は変えません。",
            )
        )
        return base.consents
    decided_on = stated.decided_on or (kept.decided_on if stated.state is kept.state else None)
    answer = _consent(
        ConsentKind.ROSTER,
        stated.state,
        decided_on,
        _explained_on((stated.explained_on, kept.explained_on), decided_on),
        stated.explained_by or kept.explained_by,
        kept.covers,
    )
    if answer == kept:
        return base.consents
    others = tuple(consent for consent in base.consents if consent.kind is not ConsentKind.ROSTER)
    return (answer, *others)


def _explained_on(days: tuple[date | None, date | None], decided_on: date | None) -> date | None:
    """The first stated day of explanation that is not after the decision."""
    return next((day for day in days if day and (decided_on is None or day <= decided_on)), None)


def _is_overtaken(kept: Consent, state: ConsentState, decided_on: date | None) -> bool:
    """True where the kept answer is a later word of the person than the file's."""
    if kept.state in (ConsentState.UNANSWERED, state):
        return False
    if state is ConsentState.UNANSWERED:
        return True
    if kept.decided_on is None or decided_on is None:
        # A "no" without dates wins over a kept "yes"; a "yes" without dates never over a kept "no".
        return state is ConsentState.GIVEN
    return decided_on < kept.decided_on


def _district(
    home: LonLat | None,
    base: RosterMember,
    row: ParsedRosterRow,
    surroundings: Surroundings,
    tell: Callable[[RowProblem], None],
) -> tuple[DistrictId | None, DistrictMethod]:
    if row.district_text:
        stated = surroundings.names.find(row.district_text)
        if stated is not None:
            return stated, DistrictMethod.STATED
        tell(_unknown_district(row, surroundings))
    moved = home != base.home
    if base.district_id is not None and (base.district_method is DistrictMethod.STATED or not moved):
        return base.district_id, base.district_method
    if home is not None and surroundings.locator is not None:
        found, method, _distance_m = surroundings.locator.locate(home)
        if found is not None:
            return found, DistrictMethod(method)
    if base.district_id is not None and not moved:
        return base.district_id, base.district_method
    tell(
        RowProblem(
            row.row,
            "校区",
            row.district_text,
            DISTRICT_MISSING,
            "校区がわかりません。校区不明として一覧に出します。",
        )
    )
    return None, DistrictMethod.UNKNOWN


def _unknown_district(row: ParsedRosterRow, surroundings: Surroundings) -> RowProblem:
    near = surroundings.names.suggest(row.district_text) if surroundings.may_suggest else None
    message = f"46校区にない名前です。「{near}」ではありませんか。" if near else "46校区にない名前です。"
    return RowProblem(row.row, "校区", row.district_text, "district_unknown", message)
