"""A row of the list shows nothing of the person where it is quoted, and knows its place as a point."""

from __future__ import annotations

import logging

from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.members import MemberRow, RegistrationState

#: Letters that stand in no identifier and no word of ours.
sentinels = st.text(alphabet="龘鱻麤灥䨻", min_size=3, max_size=12)


def row(text: str = "架空") -> MemberRow:
    return MemberRow(
        member_id=MemberId("0" * 32),
        number=12,
        name=text,
        kana=text,
        district_id=DistrictId(text),
        neighborhood=text,
        needs=frozenset(),
        roster_consent=ConsentState.GIVEN,
        registration=RegistrationState.APPLIED,
        plan_state=text,
        has_supporter=False,
        flood_rank=None,
        lon=130.5,
        lat=33.3,
    )


@given(sentinels)
def test_no_text_about_the_person_is_quoted(sentinel: str) -> None:
    made = row(sentinel)
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "%s", (made,), None)
    assert sentinel not in repr(made) + str(made) + f"{made}" + f"{[made]}" + record.getMessage()
    assert "number=12" in repr(made)


def test_where_no_place_is_known_there_is_no_point() -> None:
    assert row().home == LonLat(130.5, 33.3)
    assert row()._replace(lon=None, lat=None).home is None
