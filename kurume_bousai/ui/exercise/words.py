"""訓練の画面のことば: short words for people and distances, from one place."""

from __future__ import annotations

from kurume_bousai.domain.hazards import FloodRank
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.operations import FrozenPerson
from kurume_bousai.labels import label, need_signs


def metres(distance_m: float | None) -> str:
    """「90m」「1.2km」; nothing where it is not known."""
    if distance_m is None:
        return ""
    if distance_m < 1000:
        return f"{max(10, round(distance_m, -1)):.0f}m"
    return f"{distance_m / 1000:.1f}km"


def flood_words(rank: int | None) -> str:
    """The depth at home; a home outside the zone is 「区域外」, never safe, and no data is said so."""
    if rank is None:
        return "浸水データなし"
    return "浸水区域外" if rank == FloodRank.OUTSIDE else f"浸水{label(FloodRank(rank))}"


def person_words(person: FrozenPerson) -> str:
    """One line about a person without a name: needs in words, depth at home, companions."""
    parts = [label(need) for need in Need if need in person.needs]
    parts.append(flood_words(person.flood_rank))
    if person.party_size > 1:
        parts.append(f"同行{person.party_size - 1}人")
    return "・".join(parts)


def signs(person: FrozenPerson) -> str:
    """Need signs in the order of RULEBOOK §2."""
    return need_signs(person.needs)


def short_place(name: str) -> str:
    """「津福コミセン」「津福小」: how neighbours call a place, so that it fits on a chip."""
    for long, short in _SHORTER:
        name = name.replace(long, short)
    return name


_SHORTER = (
    ("校区コミュニティセンター", "コミセン"),
    ("コミュニティセンター", "コミセン"),
    ("小学校", "小"),
    ("中学校", "中"),
)
