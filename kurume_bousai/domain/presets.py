"""訓練のひな形: the city's own sixty minutes (KURUME.md §4.3) and a longer one. Our own cards (RULES D8)."""

from __future__ import annotations

from typing import Final

from kurume_bousai.domain.exercises import ExercisePreset, ExerciseTask
from kurume_bousai.domain.injects import Inject, InjectEffect

_INJECTS: Final = (
    Inject(
        "level3",
        "警戒レベル3 高齢者等避難",
        "この校区に高齢者等避難が出ました。支援がいる人と支援者は動き始めます。",
        InjectEffect.RAISE_LEVEL,
        planned_min=5,
        expected_actions=("支援者に連絡する", "早い人は集合場所へ向かう"),
        subject="3",
    ),
    Inject(
        "road",
        "道が水につかった",
        "川沿いの道が通れなくなりました。どの道か、地図に印をつけてください。",
        InjectEffect.BLOCK_ROAD,
        planned_min=20,
        expected_actions=("別の道を選ぶ", "行先を見直す"),
    ),
    Inject(
        "close",
        "福祉避難所が使えない",
        "停電と断水のため、福祉避難所の一つが開けません。",
        InjectEffect.CLOSE_SITE,
        planned_min=32,
        expected_actions=("行く予定だった人の行先を決め直す",),
    ),
    Inject(
        "staff",
        "職員が集まらない",
        "道路の冠水で、福祉避難所の職員が半分しか来られません。",
        InjectEffect.REDUCE_STAFF,
        planned_min=40,
        expected_actions=("入れる人数を確かめる",),
    ),
)

KURUME_60: Final = ExercisePreset(
    preset_id="kurume_60",
    name="久留米型60分",
    tasks=(
        ExerciseTask(
            "confirm",
            "要支援者を確かめる",
            "助けがいる人は、どこにいますか",
            10,
            "地図の印と番号を見ながら、知っていることを出し合います。",
        ),
        ExerciseTask(
            "assembly",
            "集合場所を決める",
            "どこに集まりますか",
            10,
            "歩いて行ける場所を、自治会ごとに決めます。",
        ),
        ExerciseTask(
            "routes",
            "避難所までの道",
            "どの道で避難所へ行きますか",
            10,
            "水がつく道、車いすで通れない道に印をつけます。",
        ),
        ExerciseTask(
            "support",
            "誰が助けるか",
            "誰が声をかけ、誰と行きますか",
            20,
            "安否確認、支援者、行先を一人ずつ決めます。",
        ),
        ExerciseTask(
            "present",
            "発表とふりかえり",
            "決まったこと、困ったことは何ですか",
            10,
            "班ごとに発表し、市の担当課が講評します。",
        ),
    ),
    injects=_INJECTS,
)

KURUME_120: Final = ExercisePreset(
    preset_id="kurume_120",
    name="久留米型120分",
    tasks=(
        ExerciseTask("opening", "ねらいと役割", "きょうは何を決めますか", 10),
        ExerciseTask("nature", "災害を知る", "水はどこから来ますか", 15),
        ExerciseTask("town", "まちを知る", "役に立つ物と場所はどこですか", 15),
        ExerciseTask("confirm", "人を知る", "助けがいる人は、どこにいますか", 20),
        ExerciseTask("support", "状況に応じて決める", "誰が声をかけ、誰とどこへ行きますか", 30),
        ExerciseTask("capacity", "入りきれるか確かめる", "決めた行先に入りきれますか", 10),
        ExerciseTask("present", "発表", "決まったこと、困ったことは何ですか", 15),
        ExerciseTask("review", "講評と次の一手", "次に誰が何をしますか", 5),
    ),
    injects=_INJECTS,
)

PRESETS: Final = (KURUME_60, KURUME_120)
