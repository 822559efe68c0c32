"""地図の机の読み方: what one reading brings, made off the Qt thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.domain.task_layers import TaskFeature
from kurume_bousai.mapview.protocol import DrawnMark, LayerChoice, MapScene
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.ui.desktop import MapScenes


@dataclass(frozen=True, slots=True)
class DeskReading:
    """読んだ地図: the scene without drawings, and the layers there are."""

    scene: MapScene = field(repr=False)
    choices: tuple[LayerChoice, ...]


def reader(
    database: CityDatabase, scenes: MapScenes, district_id: str, *, with_people: bool
) -> Callable[[], DeskReading]:
    """Return what reads the scene: people only when asked for, those whom the operator may see."""

    def read() -> DeskReading:
        if not with_people:
            return DeskReading(scenes.ground(district=district_id), scenes.choices())
        query = MemberQuery(district_id=DistrictId(district_id) if district_id else None)
        with database.reading() as session:
            rows = session.members.rows(database.access, query)
        return DeskReading(scenes.roster(rows, district_id), scenes.choices())

    return read


def drawn_marks(
    features: Iterable[TaskFeature], waiting: tuple[float, float] | None, say: Callable[[str], str]
) -> tuple[DrawnMark, ...]:
    """Return drawings as marks; ``say`` hides words while names are hidden; ``waiting`` = a text to come."""
    marks = [
        DrawnMark(
            feature.feature_id,
            feature.kind,
            tuple((point.lon, point.lat) for point in feature.points),
            text=say(feature.text),
        )
        for feature in features
    ]
    if waiting is not None:
        marks.append(DrawnMark("", FeatureKind.NOTE, (waiting,), text="…"))
    return tuple(marks)
