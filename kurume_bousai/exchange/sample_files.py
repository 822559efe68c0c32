"""Reader of ``db/samples``: the shares and names of the fictional city into a typed profile."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from kurume_bousai.bundled import db_folder
from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.members import AdmissionCategory, Need, Reason, RegistrationState
from kurume_bousai.domain.plans import DestinationKind, PlanState
from kurume_bousai.domain.shelters import UNLIMITED, Unlimited
from kurume_bousai.services.fictional.draw import Lottery
from kurume_bousai.services.fictional.profile import (
    DistrictProfile,
    Gaps,
    GeneratorProfile,
    NamePart,
    NameTables,
    PeopleProfile,
    PersonKind,
    PowerFirstProfile,
    SiteGroup,
    SiteProfile,
    SupporterProfile,
)

T = TypeVar("T")
Table = Mapping[str, Any]


class SampleFiles:
    """架空の市のもとのフォルダ."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = db_folder() / "samples" if folder is None else folder

    def read(self) -> GeneratorProfile:
        """Return the profile; raises ``KnownProblem`` ``samples_damaged`` naming the file."""
        return GeneratorProfile(
            names=self._read("names.toml", _names),
            people=self._read("people.toml", _people),
            supporters=self._read("people.toml", _supporters),
            sites=self._read("sites.toml", _sites),
            districts=self._read("districts.toml", _districts),
        )

    def _read(self, file_name: str, build: Callable[[Table], T]) -> T:
        try:
            with (self._folder / file_name).open("rb") as stream:
                return build(tomllib.load(stream))
        except (OSError, tomllib.TOMLDecodeError, KeyError, ValueError, TypeError) as error:
            raise KnownProblem(
                "samples_damaged",
                "プログラムに付いている架空データのもとを読めません。",
                where=file_name,
                advice="プログラムを入れ直してください。",
            ) from error


def _names(table: Table) -> NameTables:
    def lottery(key: str) -> Lottery[NamePart]:
        return Lottery([(NamePart(text, kana), weight) for text, kana, weight in table[key]])

    return NameTables(
        surnames=lottery("surnames"),
        older_women=lottery("older_women"),
        older_men=lottery("older_men"),
        younger_women=lottery("younger_women"),
        younger_men=lottery("younger_men"),
        buildings=tuple(table["buildings"]),
    )


def _people(table: Table) -> PeopleProfile:
    return PeopleProfile(
        base_date=table["base_date"],
        two_member_household=table["two_member_household"],
        protected=table["protected"],
        building=table["building"],
        limited_consent=table["limited_consent"],
        screened=table["screened"],
        gaps=Gaps(**table["gaps"]),
        kinds=tuple(_kind(kind) for kind in table["kinds"]),
        registration=_keyed(table["registration"], RegistrationState),
        plan_states=_keyed(table["plan_states"], PlanState),
        roster_consent={
            RegistrationState(state): Lottery(_keyed(weights, ConsentState))
            for state, weights in table["roster_consent"].items()
        },
        refused_plan_consent=Lottery(_keyed(table["refused_plan_consent"], ConsentState)),
        heavy_destinations=Lottery(_keyed(table["destinations"]["heavy"], DestinationKind)),
        light_destinations=Lottery(_keyed(table["destinations"]["light"], DestinationKind)),
        information_means=Lottery(_keyed(table["information_means"], str)),
        home_stories=Lottery(_keyed(table["home_stories"], str)),
    )


def _kind(table: Table) -> PersonKind:
    def lottery(key: str) -> Lottery[str] | None:
        return Lottery(_keyed(table[key], str)) if key in table else None

    youngest, oldest = table["ages"]
    return PersonKind(
        name=table["name"],
        weight=table["weight"],
        ages=(youngest, oldest),
        typical_age=table["typical_age"],
        reasons=frozenset(map(Reason, table["reasons"])),
        needs=tuple((Need(need), share) for need, share in table["needs"].items()),
        categories=frozenset(map(AdmissionCategory, table["categories"])),
        elderly_household=table.get("elderly_household", 0.0),
        care_levels=lottery("care_levels"),
        physical_grades=lottery("physical_grades"),
        intellectual_grades=lottery("intellectual_grades"),
        mental_grades=lottery("mental_grades"),
        diseases=lottery("diseases"),
    )


def _supporters(table: Table) -> SupporterProfile:
    shares = table["supporters"]
    return SupporterProfile(
        per_person=Lottery(_keyed(shares["per_person"], int)),
        draft_has_supporter=shares["draft_has_supporter"],
        shared=shares["shared"],
        most_people=shares["most_people"],
        night=shares["night"],
        day=shares["day"],
        vehicle=shares["vehicle"],
        organisation=shares["organisation"],
        consent=Lottery(_keyed(shares["consent"], ConsentState)),
        relations=Lottery(_keyed(shares["relations"], str)),
    )


def _sites(table: Table) -> SiteProfile:
    fewest_public, most_public = table["public_places"]
    fewest, most = table["facility_places"]
    return SiteProfile(
        name_prefix=table["name_prefix"],
        total_places=table["total_places"],
        public_places=(fewest_public, most_public),
        facility_places=(fewest, most),
        unknown_accepts=table["unknown_accepts"],
        unknown_staff=table["unknown_staff"],
        unconfirmed_fitness=table["unconfirmed_fitness"],
        blocked_places=table["blocked_places"],
        public=tuple(table["public"]),
        groups=tuple(
            SiteGroup(group["label"], _accepts(group["accepts"]), tuple(group["names"]))
            for group in table["groups"]
        ),
        power_first=_power_first(table["power_first"]),
    )


def _accepts(values: list[str]) -> frozenset[AdmissionCategory] | Unlimited:
    return UNLIMITED if values == [UNLIMITED.value] else frozenset(map(AdmissionCategory, values))


def _power_first(table: Table) -> PowerFirstProfile:
    return PowerFirstProfile(
        name=table["name"],
        places=table["places"],
        need_capacity={need: table[need.value] for need in Need},
        power_kw=table["power_kw"],
        power_hours=table["power_hours"],
        staff_by_day=table["staff_by_day"],
        staff_by_night=table["staff_by_night"],
    )


def _districts(table: Table) -> DistrictProfile:
    fewest, most = table["neighborhoods"]
    return DistrictProfile(
        registered_ratio=table["registered_ratio"],
        neighborhoods=(fewest, most),
        weights=_keyed(table["weights"], DistrictId),
    )


def _keyed(table: Mapping[str, float], key: Callable[[str], T]) -> dict[T, float]:
    return {key(name): weight for name, weight in table.items()}
