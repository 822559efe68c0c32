"""訓練の画面のことば: short words for people and distances, from one place."""

from __future__ import annotations

from kurume_bousai.domain.members import Need
from kurume_bousai.domain.operations import FrozenPerson
from kurume_bousai.domain.session import PersonState
from kurume_bousai.labels import label, need_signs
from kurume_bousai.ui.kit.painters import State

STATE_OF = {
    PersonState.DECIDED: State.OK,
    PersonState.PARTLY: State.FEW,
    PersonState.NO_SUPPORTER: State.SHORT,
    PersonState.UNKNOWN: State.UNKNOWN,
}

_DEPTHS = {
    0: "",
    1: "浸水0.5m未満",
    2: "浸水0.5〜3m",
    3: "浸水3〜5m",
    4: "浸水5〜10m",
    5: "浸水10〜20m",
    6: "浸水20m以上",
}


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
    return _DEPTHS.get(rank, "") or "浸水区域外"


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
