"""架空の支援者: neighbours of each 自治会; some help several people, some have not agreed."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Final

from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.ids import SupporterId
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.services.fictional import addresses
from kurume_bousai.services.fictional.draw import FICTIONAL, identifier, stream
from kurume_bousai.services.fictional.names import draw_name
from kurume_bousai.services.fictional.neighborhoods import Neighborhood
from kurume_bousai.services.fictional.plane import to_lonlat
from kurume_bousai.services.fictional.profile import GeneratorProfile

_WILLING: Final = frozenset({ConsentState.GIVEN, ConsentState.UNANSWERED})


@dataclass(slots=True)
class _Load:
    """How many people a supporter helps already."""

    supporter: Supporter = field(repr=False)
    people: int = 0


class SupporterPool:
    """支援者の集まり, filled while plans are made."""

    def __init__(self, seed: int, profile: GeneratorProfile) -> None:
        self._rng = stream(seed, "supporters")
        self._profile = profile
        self._loads: dict[tuple[str, str], list[_Load]] = {}

    @property
    def supporters(self) -> tuple[Supporter, ...]:
        """All of them, those who refused too, in the order in which they were asked."""
        return tuple(load.supporter for loads in self._loads.values() for load in loads)

    def helpers(self, neighborhood: Neighborhood, *, any_consent: bool) -> tuple[SupporterId, ...]:
        """Return one to three supporters for one person, first choice first.

        ``any_consent``: a plan that is due for renewal may still name somebody who withdrew.
        """
        wanted = self._profile.supporters.per_person.draw(self._rng)
        chosen: list[SupporterId] = []
        while len(chosen) < wanted:
            load = self._known(neighborhood, chosen) or self._ask(neighborhood)
            if any_consent or load.supporter.consent in _WILLING:
                load.people += 1
                chosen.append(load.supporter.supporter_id)
        return tuple(chosen)

    def _known(self, neighborhood: Neighborhood, chosen: list[SupporterId]) -> _Load | None:
        """Return a supporter who helps somebody already, sometimes."""
        loads = self._loads.get(neighborhood.key, [])
        if not loads or self._rng.random() >= self._profile.supporters.shared:
            return None
        load = self._rng.choice(loads)
        is_free = load.people < self._profile.supporters.most_people
        usable = is_free and load.supporter.consent in _WILLING and load.supporter.supporter_id not in chosen
        return load if usable else None

    def _ask(self, neighborhood: Neighborhood) -> _Load:
        load = _Load(_supporter(self._rng, neighborhood, self._profile))
        self._loads.setdefault(neighborhood.key, []).append(load)
        return load


def _supporter(rng: Random, neighborhood: Neighborhood, profile: GeneratorProfile) -> Supporter:
    shares = profile.supporters
    is_organisation = rng.random() < shares.organisation
    person = draw_name(rng, profile.names, age=rng.randint(35, 74), is_woman=rng.random() < 0.5)
    name = f"{FICTIONAL} {neighborhood.name} 防災{rng.randint(1, 9)}班" if is_organisation else person.text
    by_night = rng.random() < shares.night
    return Supporter(
        supporter_id=SupporterId(identifier(rng)),
        name=name,
        kana="" if is_organisation else person.kana,
        is_organisation=is_organisation,
        phone=addresses.phone(rng),
        address=addresses.address(rng, neighborhood.town),
        district_id=neighborhood.district_id,
        neighborhood=neighborhood.name,
        home=to_lonlat(*neighborhood.home(rng)),
        relation="自主防災組織" if is_organisation else shares.relations.draw(rng),
        consent=shares.consent.draw(rng),
        can_help_by_day=rng.random() < shares.day or not by_night,
        can_help_by_night=by_night,
        has_vehicle=is_organisation or rng.random() < shares.vehicle,
    )
