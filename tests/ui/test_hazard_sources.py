"""家の危険 with its 出典: from which file an answer is, how old that says it is, and when it came in."""

from __future__ import annotations

import dataclasses
from datetime import date

from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.hazard_readings import HazardSource, StoredReading
from kurume_bousai.domain.members import MemberRow, RegistrationState
from kurume_bousai.ui.registry.detail_facts import house_card, name_words
from kurume_bousai.ui.registry.hazard_words import hazard_facts
from kurume_bousai.ui.registry.words import reading_words
from tests.helpers.roster_desktop import PEOPLE

PERSON = next(one for one in PEOPLE if one.home is not None)
RIVERS = HazardSource("flood", "flood_l2", "架空の河川の図", "2024年度", date(2026, 11, 21))


def read() -> tuple[StoredReading, ...]:
    home = PERSON.home
    assert home is not None
    return (StoredReading("flood", "flood_l2", "outside", None, None, home.lon, home.lat),)


def test_answers_name_their_files_once_each() -> None:
    more = dataclasses.replace(RIVERS, kind="collapse")
    unnamed = HazardSource("landslide", "landslide", "", "", date(2026, 4, 1))
    facts = dict(hazard_facts(PERSON, read(), (RIVERS, RIVERS, more, unnamed)))
    assert facts["出典"].splitlines() == [
        "洪水(最大)・家屋倒壊: 架空の河川の図 2024年度（令和8年11月21日に取り込み）",
        "土砂: 出典の書かれていない図（令和8年4月1日に取り込み）",
    ]
    assert "出典" not in dict(hazard_facts(PERSON, read()))


def test_a_rank_without_a_reading_says_that_no_map_was_read() -> None:
    ranked = dataclasses.replace(PERSON, flood_rank=3)
    assert "記録に入っていた値" in dict(house_card(ranked).facts)["出典"]
    assert "出典" not in dict(house_card(dataclasses.replace(PERSON, flood_rank=None)).facts)


PLAIN = MemberRow(
    PERSON.member_id, 1, "架空 花子", "カクウ ハナコ", None, "", frozenset(), ConsentState.GIVEN,
    RegistrationState.APPLIED, "", False, None, None, None,
)  # fmt: skip


def test_letters_of_private_use_are_told_in_the_list_and_in_the_record() -> None:
    assert reading_words(PLAIN) == "かくう はなこ"
    assert reading_words(PLAIN._replace(name="\ue000空 花子")) == "外字 かくう はなこ"
    assert "外字" in name_words(dataclasses.replace(PERSON, address="架空\ue000町9999"))
