"""地図の紙: what a printed map holds, who may have it, and the entry in the audit before it leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.layers import LayerFeature, MapLayer
from kurume_bousai.domain.session import ExerciseSession
from kurume_bousai.services.facts import is_fictional
from kurume_bousai.services.fictional.flood import fictional_flood
from kurume_bousai.services.ports import CityDatabase, Clock, ReadSession
from kurume_bousai.services.ports_map_papers import (
    LARGEST_SCALE,
    MOST_PAGES,
    SMALLEST_SCALE,
    TILE_SIZES,
    CellPerson,
    MapPaperContent,
    MapPaperMaker,
    MapPaperOrder,
)
from kurume_bousai.services.ports_reports import PaperStamp, ReportFormat
from kurume_bousai.services.progress import Progress, no_progress
from kurume_bousai.services.report_rules import format_of
from kurume_bousai.services.reporting import WrittenReport

#: Puts homes into their 100 m cells (``geo.crs.blur``, wired in app).
Blur = Callable[[Sequence[LonLat]], Sequence[LonLat]]
#: Kinds of layers that a map on paper draws besides dangers.
_GROUND_KINDS = frozenset({"road", "river", "medical", "school", "welfare_facility"})


@dataclass(frozen=True, slots=True)
class MapPaperService:
    """地図の紙の用件 on one open database."""

    database: CityDatabase
    maker: MapPaperMaker
    clock: Clock
    blur: Blur

    def write(
        self,
        order: MapPaperOrder,
        place: Path,
        session: ExerciseSession | None = None,
        progress: Progress = no_progress,
    ) -> Outcome[WrittenReport]:
        """Write the PDF of a map or an atlas, whole or not at all; audited first.

        ``session``: its people stand on the sheet of its 校区 as numbers and need signs in 100 m cells
        (記号), whatever the level of its tables: a sheet hangs where everybody sees it.

        Raises
        ------
        KnownProblem
            ``no_right``, ``no_district``, ``map_needs_pdf``, ``map_scale``, ``map_tiles``,
            ``unknown_district``, ``too_many_pages``, ``no_font`` and those of writing files.
        Cancelled
            Nothing is left of the file.
        """
        access = self.database.access
        access.require(Right.SEE_COUNTS)
        _refuse(order, place)
        if session is not None and not access.sees_district(session.district_id):
            raise KnownProblem("no_district", "担当していない校区の訓練は、地図に出せません。")
        content = self.content(order, session)
        if (pages := self.maker.count_pages(content, order)) > MOST_PAGES:
            raise KnownProblem(
                "too_many_pages",
                f"この注文では{pages:,}ページになります。{MOST_PAGES:,}ページまでにしてください。",
                advice="校区を一つ選ぶか、縮尺の数を大きくするか、紙を大きくしてください。",
            )
        with self.database.writing() as writing:
            writing.audit.record(
                access, "report.anonymous", (), {"paper": "Atlas", "form": ReportFormat.PDF.value}
            )
            stamp = PaperStamp(self.clock.now(), access.name, writing.audit.head(), is_fictional(writing))
        made = self.maker.write(content, order, stamp, place, progress)
        written = WrittenReport((place,), made.pages, (), stamp.audit_head, made.notices)
        return Outcome(written, frozenset({Topic.LEDGER}))

    def content(self, order: MapPaperOrder, session: ExerciseSession | None = None) -> MapPaperContent:
        """Read what the order shows, in one consistent view."""
        with self.database.reading() as reading:
            districts = tuple(reading.districts.all())
            known = {district.district_id for district in districts}
            if order.district_id is not None and order.district_id not in known:
                raise KnownProblem(
                    "unknown_district",
                    "その名前の校区はありません。",
                    where=order.district_id,
                    advice="校区の名前を確かめてください。",
                )
            fictional = is_fictional(reading)
            wants_flood = order.hazard in (HazardScenario.FLOOD_L2, HazardScenario.FLOOD_L1)
            content = MapPaperContent(
                districts=districts,
                outlines=tuple(reading.districts.outlines()),
                layers=tuple(_layers(reading, order.hazard)),
                flood=fictional_flood() if fictional and wants_flood else None,
                welfare=tuple(reading.shelters.welfare()),
                designated=tuple(reading.shelters.designated()),
                emergency=tuple(reading.shelters.emergency()),
                backgrounds=tuple(reading.backgrounds.all(with_picture=True)),
            )
        return content if session is None else self._with_people(content, order, session)

    def _with_people(
        self, content: MapPaperContent, order: MapPaperOrder, session: ExerciseSession
    ) -> MapPaperContent:
        from dataclasses import replace

        shown = [
            person
            for person in session.shown()
            if person.home is not None and order.association in ("", person.neighborhood)
        ]
        if order.association and not shown:
            raise KnownProblem(
                "nobody_to_show",
                "この自治会には、地図に出せる人がいません。",
                advice="自治会の名前と、訓練を確かめてください。",
            )
        cells = self.blur([person.home for person in shown if person.home is not None])
        return replace(
            content,
            people=tuple(
                CellPerson(person.number, person.needs, cell, str(person.table_id or ""))
                for person, cell in zip(shown, cells, strict=True)
            ),
            people_district=session.district_id,
            hidden_people=session.others_count(),
            table_names={str(table.table_id): table.name for table in session.tables},
        )


def _layers(reading: ReadSession, hazard: HazardScenario) -> list[tuple[MapLayer, tuple[LayerFeature, ...]]]:
    return [
        (layer, tuple(reading.layers.features(layer.layer_id)))
        for layer in reading.layers.all()
        if layer.kind in _GROUND_KINDS or _is_wanted(layer, hazard)
    ]


def _is_wanted(layer: MapLayer, hazard: HazardScenario) -> bool:
    """One water at a time: two depths on top of each other cannot be read. 土砂 stands beside each."""
    if hazard is HazardScenario.NONE:
        return False
    if layer.kind == "landslide":
        return True
    return layer.kind in ("flood", "collapse", "inland") and layer.scenario == hazard.value


def _refuse(order: MapPaperOrder, place: Path) -> None:
    if format_of(place) is not ReportFormat.PDF:
        raise KnownProblem(
            "map_needs_pdf",
            "地図の紙は、PDFだけです。",
            where=place.name,
            advice="ファイルの終わりを .pdf にしてください。",
        )
    if order.scale is not None and not LARGEST_SCALE <= order.scale <= SMALLEST_SCALE:
        raise KnownProblem(
            "map_scale",
            f"縮尺は 1:{LARGEST_SCALE:,} から 1:{SMALLEST_SCALE:,} までです。",
            where=f"1:{order.scale:,}",
            advice="1,500 から 25,000 までの数にしてください。",
        )
    if order.is_tiled and (order.paper not in TILE_SIZES or order.district_id is None):
        raise KnownProblem(
            "map_tiles",
            "貼り合わせる地図は、校区を一つ選び、A4 か A3 でつくります。",
            where=order.paper.value,
            advice="--district で校区を選び、--paper A4 か A3 にしてください。",
        )
