from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import Fitness, HazardScenario
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.opening import (
    TRANSITIONS,
    OpeningCaution,
    opening_cautions,
    refuse_transition,
)
from kurume_bousai.domain.shelters import (
    UNLIMITED,
    OpeningState,
    Ownership,
    Room,
    WelfareShelter,
    YesNoUnknown,
)

SITE = WelfareShelter(
    SiteId("w"), "架空園", "架空", Ownership.PUBLIC, None, designation=YesNoUnknown.YES,
    rooms=(Room("室", Decimal(40)),), accepts=UNLIMITED, opens_at_level=4,
)  # fmt: skip


@given(st.sampled_from(OpeningState), st.sampled_from(OpeningState), st.integers(0, 3))
def test_every_transition_is_allowed_or_told(before: OpeningState, to: OpeningState, occupied: int) -> None:
    site = replace(SITE, state=before)
    allowed = to in TRANSITIONS[before] and not (before is OpeningState.OPEN and occupied)
    if allowed:
        refuse_transition(site, to, occupied=occupied)
    else:
        with pytest.raises(KnownProblem, match=r"state_same|still_occupied|never_opened") as caught:
            refuse_transition(site, to, occupied=occupied)
        assert caught.value.where == "架空園"


def test_no_closing_while_people_are_inside() -> None:
    site = replace(SITE, state=OpeningState.OPEN)
    for to in (OpeningState.CLOSED, OpeningState.UNOPENED):
        with pytest.raises(KnownProblem, match="still_occupied") as caught:
            refuse_transition(site, to, occupied=3)
        assert "3人" in caught.value.message
        refuse_transition(site, to, occupied=0)


def test_a_site_that_never_opened_is_not_closed() -> None:
    with pytest.raises(KnownProblem, match="never_opened"):
        refuse_transition(SITE, OpeningState.CLOSED, occupied=0)


def test_a_ledger_with_fewer_than_nobody_is_a_defect() -> None:
    with pytest.raises(ValueError, match="nobody"):
        refuse_transition(SITE, OpeningState.OPEN, occupied=-1)


def test_what_speaks_against_opening() -> None:
    unfit = replace(SITE, fitness={HazardScenario.FLOOD_L2: Fitness.UNFIT})
    assert opening_cautions(SITE) == ()
    assert opening_cautions(unfit, HazardScenario.FLOOD_L2, 3) == (
        OpeningCaution.UNFIT, OpeningCaution.TOO_EARLY,
    )  # fmt: skip
    assert opening_cautions(SITE, HazardScenario.FLOOD_L1, 4) == (OpeningCaution.FITNESS_UNCONFIRMED,)
    blank = WelfareShelter(SiteId("w"), "架空園", "架空", Ownership.PUBLIC, None)
    assert opening_cautions(blank) == (
        OpeningCaution.CAPACITY_UNKNOWN, OpeningCaution.ACCEPTS_UNKNOWN, OpeningCaution.NO_AGREEMENT,
    )  # fmt: skip
