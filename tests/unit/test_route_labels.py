"""What is said of a way: nothing unknown is left out, and nothing crossed is never called safe."""

from __future__ import annotations

from dataclasses import replace

from kurume_bousai.domain.plans import TravelMode
from kurume_bousai.domain.route_answers import ClosedPlaces, CrossedZone, WayAnswer
from kurume_bousai.domain.routes import CLOSED_STEP, NO_WAY_STEP, REACH_STEPS, EvacuationRoute, NoWay
from kurume_bousai.labels.routes import (
    minutes_words,
    reach_words,
    short_way_words,
    way_caption,
    way_sentences,
)

ROUTE = EvacuationRoute(TravelMode.CAR, 1240.0, 6.9, caution_m=310.0, unknown_width_m=45.2, steps_m=12.0)
TITLE = "洪水浸水想定区域(想定最大規模)"


def test_a_time_is_never_said_shorter_than_it_is() -> None:
    assert [minutes_words(one) for one in (0.0, 0.2, 12.0, 12.01, 1200.5)] == [
        "およそ1分",
        "およそ1分",
        "およそ12分",
        "およそ13分",
        "およそ1,201分",
    ]


def test_widths_steps_and_zones_are_told() -> None:
    zones = (CrossedZone(TITLE, 120.0, "3m以上5m未満"), CrossedZone("土砂災害警戒区域(土石流)", 40.0))
    closed = ClosedPlaces(3, (1,))
    said = way_sentences(WayAnswer(ROUTE, crossed=zones, asked=(TITLE,), is_night=True, closed=closed))
    whole = "".join(said)
    assert said[0].startswith("車で1.24km、およそ7分です。夜の速さ")
    for words in ("310mは、この手段では気をつける狭い道", "45mは、幅のわからない道", "石段や階段が12m"):
        assert words in whole
    assert f"{TITLE}を120m通ります。いちばん深い所は、3m以上5m未満です。" in said
    assert "土砂災害警戒区域(土石流)を40m通ります。" in said
    assert "3か所を、通れない所としました" in whole
    assert "1か所は、近くに道路がない" in whole


def test_nothing_crossed_and_nothing_known_differ_and_neither_is_safe() -> None:
    dry = "".join(way_sentences(WayAnswer(ROUTE, asked=(TITLE,))))
    unknown = "".join(way_sentences(WayAnswer(ROUTE)))
    assert f"調べた区域({TITLE})は通りません。" in dry
    assert "通る区域はわかりません" in unknown
    assert dry.count("安全という意味ではありません") == unknown.count("安全という意味ではありません") == 1


def test_a_straight_line_says_so_and_a_long_walk_too() -> None:
    straight = replace(ROUTE, mode=TravelMode.WALK, is_straight=True, factor=1.3)
    said = "".join(way_sentences(WayAnswer(straight)))
    assert "直線の長さの1.3倍" in said
    assert "調べていません" in said
    assert way_caption(straight) == "徒歩 およそ7分 1.24km 直線"
    assert short_way_words(WayAnswer(straight)) == ""
    walk = WayAnswer(replace(ROUTE, mode=TravelMode.WALK), asked=(TITLE,))
    assert any("500m" in one for one in way_sentences(walk))
    assert "車で" in short_way_words(WayAnswer(ROUTE))


def test_why_there_is_no_way_is_said() -> None:
    said = {reason: way_sentences(WayAnswer(None, reason))[0] for reason in NoWay}
    assert len(set(said.values())) == len(NoWay)
    assert short_way_words(WayAnswer(None, NoWay.BLOCKED)) == said[NoWay.BLOCKED]


def test_every_step_has_a_word() -> None:
    steps = [NO_WAY_STEP, CLOSED_STEP, *(step.number for step in REACH_STEPS)]
    assert len({reach_words(step) for step in steps}) == len(steps)
