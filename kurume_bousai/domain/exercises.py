"""図上訓練: tables, tasks with their time, and the presets of the city."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kurume_bousai.domain.bodies import OWN_DISTRICT_ONLY, Body, DataLevel, table_level
from kurume_bousai.domain.ids import DistrictId, TableId
from kurume_bousai.domain.injects import Inject, InjectEffect

#: Numbers of people are short so that they can be called across a hall (RULEBOOK §5).
NUMBERS_PER_TABLE = 99


@dataclass(frozen=True, slots=True)
class Participant:
    """参加者の組: so many people of one body at a table. ``district_id`` None = of this 校区 or the whole city."""

    body: Body
    count: int = 1
    role: str = ""  # 進行役, 記録 …
    district_id: DistrictId | None = None


@dataclass(frozen=True, slots=True)
class ExerciseTable:
    """班: a table and the 自治会 it works for. ``neighborhoods`` empty = all of the 校区."""

    table_id: TableId
    name: str
    neighborhoods: tuple[str, ...] = ()
    participants: tuple[Participant, ...] = ()

    def bodies(self) -> frozenset[Body]:
        """Every body that sits here."""
        return frozenset(participant.body for participant in self.participants if participant.count)

    def level(self, district_id: DistrictId, *, practice: bool) -> DataLevel:
        """データ水準 of the table for people of ``district_id`` (RULEBOOK §1)."""
        outsiders = any(
            participant.body in OWN_DISTRICT_ONLY and participant.district_id not in (None, district_id)
            for participant in self.participants
        )
        return table_level(self.bodies(), practice=practice, outsiders=outsiders)


@dataclass(frozen=True, slots=True)
class ExerciseTask:
    """問い: one question on the projector and its time in minutes."""

    task_id: str
    heading: str
    question: str
    minutes: int
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ExercisePreset:
    """訓練のひな形."""

    preset_id: str
    name: str
    tasks: tuple[ExerciseTask, ...]
    injects: tuple[Inject, ...] = ()

    @property
    def minutes(self) -> int:
        """Length of the whole, in minutes."""
        return sum(task.minutes for task in self.tasks)


@dataclass(frozen=True, slots=True)
class ExerciseSettings:
    """訓練の設定, kept with the operation when it starts."""

    district_id: DistrictId
    preset: ExercisePreset
    tables: tuple[ExerciseTable, ...]
    place: str = ""
    purpose: str = ""
    scenario: str = "flood_l2"
    practice: bool = False
    facilitator: str = field(default="", repr=False)

    def with_participants(self, table_id: TableId, participants: Sequence[Participant]) -> ExerciseSettings:
        """The same session with other people at one table (a late arrival)."""
        tables = tuple(
            replace(table, participants=tuple(participants)) if table.table_id == table_id else table
            for table in self.tables
        )
        return replace(self, tables=tables)


KURUME_60 = ExercisePreset(
    preset_id="kurume_60",
    name="久留米型60分",
    tasks=(
        ExerciseTask("confirm", "要支援者を確かめる", "助けがいる人は、どこにいますか", 10, "地図の印と番号を見ながら、知っていることを出し合います。"),
        ExerciseTask("assembly", "集合場所を決める", "どこに集まりますか", 10, "歩いて行ける場所を、自治会ごとに決めます。"),
        ExerciseTask("routes", "避難所までの道", "どの道で避難所へ行きますか", 10, "水がつく道、車いすで通れない道に印をつけます。"),
        ExerciseTask("support", "誰が助けるか", "誰が声をかけ、誰と行きますか", 20, "安否確認、支援者、行先を一人ずつ決めます。"),
        ExerciseTask("present", "発表とふりかえり", "決まったこと、困ったことは何ですか", 10, "班ごとに発表し、市の担当課が講評します。"),
    ),
    injects=(
        Inject("level3", "警戒レベル3 高齢者等避難", "この校区に高齢者等避難が出ました。支援がいる人と支援者は動き始めます。", InjectEffect.RAISE_LEVEL, 5, ("支援者に連絡する", "早い人は集合場所へ向かう"), "3"),
        Inject("road", "道が水につかった", "川沿いの道が通れなくなりました。どの道か、地図に印をつけてください。", InjectEffect.BLOCK_ROAD, 20, ("別の道を選ぶ", "行先を見直す")),
        Inject("close", "福祉避難所が使えない", "停電と断水のため、福祉避難所の一つが開けません。", InjectEffect.CLOSE_SITE, 32, ("行く予定だった人の行先を決め直す",)),
        Inject("staff", "職員が集まらない", "道路の冠水で、福祉避難所の職員が半分しか来られません。", InjectEffect.REDUCE_STAFF, 40, ("入れる人数を確かめる",)),
    ),
)  # fmt: skip

KURUME_120 = ExercisePreset(
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
    injects=KURUME_60.injects,
)

PRESETS = (KURUME_60, KURUME_120)
