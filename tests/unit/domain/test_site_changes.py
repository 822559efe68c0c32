from __future__ import annotations

import pytest

from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.improvements import SiteChange, SiteChangeKind
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.placement import PlacementSite, PlanePoint
from kurume_bousai.domain.shelters import UNLIMITED
from kurume_bousai.domain.site_changes import apply_change

SITE = PlacementSite(
    "s",
    PlanePoint(0, 0),
    5,
    accepts=frozenset({AdmissionCategory.MENTAL}),
    need_capacity={Need.POWER: 1, Need.CARE: UNLIMITED},
    closed=True,
)
UNKNOWN = PlacementSite("s", PlanePoint(0, 0), None, accepts=None)


def change(
    kind: SiteChangeKind, amount: int = 0, need: Need | None = None, *taken: AdmissionCategory
) -> SiteChange:
    return SiteChange(SiteId("s"), kind, amount, need, frozenset(taken))


def test_every_change_does_what_it_says() -> None:
    assert apply_change(SITE, change(SiteChangeKind.PLACES, 3)).capacity == 8
    assert apply_change(SITE, change(SiteChangeKind.UNITS, 3, Need.POWER)).need_capacity[Need.POWER] == 4
    assert not apply_change(SITE, change(SiteChangeKind.OPEN)).closed
    assert apply_change(SITE, change(SiteChangeKind.REACH, 9)) == SITE
    assert apply_change(UNKNOWN, change(SiteChangeKind.CONFIRM_CAPACITY, 7)).capacity == 7
    assert apply_change(UNKNOWN, change(SiteChangeKind.CONFIRM_NEED, 0, Need.CARE)).need_capacity == {
        Need.CARE: 1
    }
    wider = apply_change(SITE, change(SiteChangeKind.ACCEPT, 0, None, AdmissionCategory.ELDERLY))
    assert wider.accepts == frozenset({AdmissionCategory.MENTAL, AdmissionCategory.ELDERLY})
    first = apply_change(UNKNOWN, change(SiteChangeKind.ACCEPT, 0, None, AdmissionCategory.ELDERLY))
    assert first.accepts == frozenset({AdmissionCategory.ELDERLY})
    assert apply_change(UNKNOWN, change(SiteChangeKind.ACCEPT)).accepts is UNLIMITED


@pytest.mark.parametrize(
    ("site", "wrong"),
    [
        (UNKNOWN, change(SiteChangeKind.PLACES, 1)),
        (SITE, change(SiteChangeKind.UNITS, 1, Need.CARE)),
        (SITE, change(SiteChangeKind.UNITS, 1, Need.INFANT)),
        (SITE, change(SiteChangeKind.UNITS, 1)),
        (SITE, SiteChange(SiteId("other"), SiteChangeKind.OPEN)),
    ],
)
def test_a_change_that_means_nothing_is_refused(site: PlacementSite, wrong: SiteChange) -> None:
    with pytest.raises(ValueError, match=r"change|number|capacity"):
        apply_change(site, wrong)
