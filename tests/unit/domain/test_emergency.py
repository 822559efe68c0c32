"""Without a live emergency whose event, area and recipients match, nothing without consent is shared."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import ConsentState, SharingMode, may_share
from kurume_bousai.domain.emergency import (
    EMERGENCY_BODIES,
    EmergencyEnd,
    EmergencyId,
    EmergencyMode,
    check_mode,
    live_modes,
    sharing_of,
)
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, OperationId
from kurume_bousai.domain.recipients import PartnerId

NOW = datetime(2026, 7, 10, 3, 0, tzinfo=UTC)
DISTRICTS = tuple(map(DistrictId, ("津福", "荘島", "日吉")))
PARTNERS = tuple(map(PartnerId, ("消防本部", "警察署")))
EVENTS = tuple(map(OperationId, ("大雨", "地震")))
ORDINARY = (SharingMode.OPT_IN, SharingMode.OPT_OUT_BY_ORDINANCE)

moments = st.integers(-48, 48).map(lambda hours: NOW + timedelta(hours=hours))
modes = st.builds(
    EmergencyMode,
    emergency_id=st.uuids().map(lambda found: EmergencyId(found.hex)),
    event=st.just("架空の大雨"),
    operation_id=st.none() | st.sampled_from(EVENTS),
    districts=st.none() | st.frozensets(st.sampled_from(DISTRICTS), min_size=1),
    bodies=st.frozensets(st.sampled_from(Body), max_size=3),
    partner_ids=st.frozensets(st.sampled_from(PARTNERS), max_size=2),
    reason=st.just("救助のため"),
    started_at=moments,
    started_by=st.just("検査"),
    until=st.none() | moments,
    ended_at=st.none() | moments,
)
finishes = st.dictionaries(st.sampled_from(EVENTS), moments)


@given(
    st.lists(modes, max_size=4),
    finishes,
    st.sampled_from(ORDINARY),
    st.sampled_from(Body),
    st.none() | st.sampled_from(PARTNERS),
    st.none() | st.sampled_from(DISTRICTS),
    st.sampled_from(ConsentState),
    st.booleans(),
)
def test_only_a_live_emergency_that_matches_widens_what_is_shared(
    kept: list[EmergencyMode],
    finished: dict[OperationId, datetime],
    ordinary: SharingMode,
    body: Body,
    partner_id: PartnerId | None,
    district_id: DistrictId | None,
    state: ConsentState,
    protected: bool,
) -> None:
    def matches(mode: EmergencyMode) -> bool:
        """The rule written out a second time."""
        is_over = any(
            at is not None and at <= NOW
            for at in (mode.until, mode.ended_at, finished.get(mode.operation_id or OperationId("")))
        )
        named = body in mode.bodies or partner_id in mode.partner_ids
        here = mode.districts is None or district_id in mode.districts
        return mode.started_at <= NOW and not is_over and named and here and body in EMERGENCY_BODIES

    sharing = sharing_of(live_modes(kept, finished, NOW), ordinary, body, partner_id)
    shared = may_share(state, sharing.mode(district_id), protected_address=protected)
    if protected:
        assert not shared
    elif any(matches(mode) for mode in kept):
        assert shared
        assert sharing.emergency_for(district_id) in {mode.emergency_id for mode in kept if matches(mode)}
    else:
        assert shared == may_share(state, ordinary, protected_address=False)
        assert sharing.emergency_for(district_id) is None


def made(**fields: object) -> EmergencyMode:
    mode = EmergencyMode(
        EmergencyId("1"), "架空の大雨", None, None, frozenset({Body.FIRE_SERVICE}), frozenset(),
        "救助のため", NOW, "検査", NOW + timedelta(hours=24),
    )  # fmt: skip
    return replace(mode, **fields)  # type: ignore[arg-type]


def test_it_ends_by_what_comes_first() -> None:
    mode = made(operation_id=EVENTS[0], ended_at=NOW + timedelta(hours=5))
    assert mode.ending(NOW, None) is None
    late = NOW + timedelta(hours=30)
    ending = mode.ending(late, NOW + timedelta(hours=3))
    assert ending is not None
    assert (ending.kind, ending.at) == (EmergencyEnd.EVENT_FINISHED, NOW + timedelta(hours=3))
    assert mode.ending(late, None) is not None
    over = made().ending(NOW + timedelta(hours=24), None)
    assert over is not None
    assert over.kind is EmergencyEnd.TIME_OVER


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"event": " "}, "emergency_event"),
        ({"reason": ""}, "emergency_reason"),
        ({"bodies": frozenset()}, "emergency_recipients"),
        ({"bodies": frozenset({Body.TEACHER})}, "emergency_recipients"),
        ({"districts": frozenset()}, "emergency_districts"),
        ({"until": None}, "emergency_until"),
        ({"until": NOW}, "emergency_until"),
        ({"until": NOW + timedelta(days=15)}, "emergency_until"),
        ({"event": "大" * 500}, "emergency_words"),
    ],
)
def test_a_mode_without_its_reasons_is_refused(fields: dict[str, object], code: str) -> None:
    check_mode(made())
    with pytest.raises(KnownProblem) as refused:
        check_mode(made(**fields))
    assert refused.value.code == code


def test_an_emergency_for_three_districts_says_nothing_of_people_without_one() -> None:
    sharing = sharing_of(
        [made(districts=frozenset(DISTRICTS[:1]))], SharingMode.OPT_IN, Body.FIRE_SERVICE, None
    )
    assert sharing.mode(DISTRICTS[0]) is SharingMode.EMERGENCY
    assert sharing.mode(DISTRICTS[1]) is SharingMode.OPT_IN
    assert sharing.mode(None) is SharingMode.OPT_IN
    assert sharing.emergencies_for([*DISTRICTS, None]) == (EmergencyId("1"),)
    assert sharing.emergencies_for([DISTRICTS[2]]) == ()
