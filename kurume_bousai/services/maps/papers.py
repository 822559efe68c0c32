"""地図の紙: what a printed map holds, who may have it, and the entry in the audit before it leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.layers import NEIGHBORHOOD_KIND, LayerFeature, MapLayer
from kurume_bousai.domain.map_papers import (
    LARGEST_SCALE,
    MOST_PAGES,
    SMALLEST_SCALE,
    TILE_SIZES,
    MapHazard,
)
from kurume_bousai.domain.session import ExerciseSession
from kurume_bousai.services.facts import is_fictional
from kurume_bousai.services.fictional.flood import fictional_flood
from kurume_bousai.services.maps.association_grounds import association_grounds
from kurume_bousai.services.papers.map_ports import (
    AssociationGround,
    CellPerson,
    MapPaperContent,
    MapPaperMaker,
    MapPaperOrder,
    MapPlan,
    ReachPaper,
)
from kurume_bousai.services.papers.ports import PaperStamp, RenderedPaper, ReportFormat
from kurume_bousai.services.papers.rules import format_of
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession
from kurume_bousai.services.progress import Progress, no_progress
from kurume_bousai.services.reporting.written import WrittenReport

#: Puts homes into their 100 m cells (``geo.crs.blur``, wired in app).
Blur = Callable[[Sequence[LonLat]], Sequence[LonLat]]
#: Kinds of layers that a map on paper draws besides dangers.
_GROUND_KINDS = frozenset(
    {
        "road", "river", "medical", "school", "welfare_facility", "care_facility", "aed", "other",
        NEIGHBORHOOD_KIND,
    }
)  # fmt: skip
#: Kind and scenario of the layers that show a danger; 土砂 stands beside each.
_SHOWS: dict[MapHazard, frozenset[tuple[str, str]]] = {
    MapHazard.FLOOD_L2: frozenset({("flood", "flood_l2"), ("collapse", "flood_l2")}),
    MapHazard.FLOOD_L1: frozenset({("flood", "flood_l1"), ("collapse", "flood_l1")}),
    MapHazard.DURATION: frozenset({("duration", "flood_l2"), ("duration", "flood_l1")}),
    MapHazard.INLAND: frozenset({("inland", "inland")}),
    MapHazard.STORM_SURGE: frozenset({("storm_surge", "storm_surge")}),
    MapHazard.LANDSLIDE: frozenset(),
    MapHazard.NONE: frozenset(),
}


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
        reach: ReachPaper | None = None,
    ) -> Outcome[WrittenReport]:
        """Write the PDF of a map or an atlas, whole or not at all; audited first.

        ``session``: its people stand on the sheet of its 校区 as numbers and need signs in 100 m cells
        (記号), whatever the level of its tables: a sheet hangs where everybody sees it. ``reach``: the
        roads are coloured by their minutes (逃げ地図).

        Raises
        ------
        KnownProblem
            ``no_right``, ``no_district``, ``map_needs_pdf``, ``map_scale``, ``map_tiles``,
            ``map_association``, ``unknown_district``, ``too_many_pages``, ``no_font`` and those of writing
            files.
        Cancelled
            Nothing is left of the file.
        """
        _refuse_place(place)
        content = self._checked(order, session, reach)
        stamp = self._leaves()
        made = self.maker.write(content, order, stamp, place, progress)
        written = WrittenReport((place,), made.pages, (), stamp.audit_head, made.notices)
        return Outcome(written, frozenset({Topic.LEDGER}))

    def print_pages(
        self,
        order: MapPaperOrder,
        session: ExerciseSession | None = None,
        progress: Progress = no_progress,
        reach: ReachPaper | None = None,
    ) -> Outcome[RenderedPaper]:
        """Return the PDF for a printer, in memory; audited first. Raises as ``write`` but for files."""
        content = self._checked(order, session, reach)
        pdf, made = self.maker.render(content, order, self._leaves(), progress)
        return Outcome(RenderedPaper(pdf, made.pages, made.notices), frozenset({Topic.LEDGER}))

    def preview(
        self,
        order: MapPaperOrder,
        session: ExerciseSession | None = None,
        page: int = 1,
        reach: ReachPaper | None = None,
    ) -> tuple[bytes, MapPlan]:
        """Return one page as a sample for the screen, with the plan of all; nothing leaves by this."""
        content = self._checked(order, session, reach)
        with self.database.reading() as reading:
            stamp = PaperStamp(
                self.clock.now(), self.database.access.name, "見本のため未記録", is_fictional(reading)
            )
        return self.maker.preview(content, order, stamp, page)

    def _checked(
        self, order: MapPaperOrder, session: ExerciseSession | None, reach: ReachPaper | None
    ) -> MapPaperContent:
        access = self.database.access
        access.require(Right.SEE_COUNTS)
        _refuse_order(order)
        if session is not None and not access.sees_district(session.district_id):
            raise KnownProblem("no_district", "担当していない校区の訓練は、地図に出せません。")
        content = replace(self.content(order, session), reach=reach)
        if (pages := self.maker.plan(content, order).pages) > MOST_PAGES:
            raise KnownProblem(
                "too_many_pages",
                f"この注文では{pages:,}ページになります。{MOST_PAGES:,}ページまでにしてください。",
                advice="校区を一つ選ぶか、縮尺の数を大きくするか、紙を大きくしてください。",
            )
        return content

    def _leaves(self) -> PaperStamp:
        """Write down that a map leaves, and return what stands on it."""
        access = self.database.access
        with self.database.writing() as writing:
            writing.audit.record(
                access, "report.anonymous", (), {"paper": "Atlas", "form": ReportFormat.PDF.value}
            )
            return PaperStamp(self.clock.now(), access.name, writing.audit.head(), is_fictional(writing))

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
            layers = tuple(_layers(reading, order.hazard))
            content = MapPaperContent(
                districts=districts,
                outlines=tuple(reading.districts.outlines()),
                layers=layers,
                flood=fictional_flood() if is_fictional(reading) and _lacks_flood(order, layers) else None,
                welfare=tuple(reading.shelters.welfare()),
                designated=tuple(reading.shelters.designated()),
                emergency=tuple(reading.shelters.emergency()),
                backgrounds=tuple(reading.backgrounds.all(with_picture=True)),
            )
            grounds = association_grounds(reading, self.database.access, order, content.layers, self.blur)
        content = replace(content, associations=grounds)
        return content if session is None else self._with_people(content, order, session)

    def associations(self, order: MapPaperOrder) -> tuple[str, ...]:
        """Return the names of the 自治会 of the order's 校区 that can have a sheet."""
        with self.database.reading() as reading:
            every = replace(order, association="", by_association=True)
            found = association_grounds(reading, self.database.access, every, (), self.blur)
        return tuple(one.name for one in found)

    def _with_people(
        self, content: MapPaperContent, order: MapPaperOrder, session: ExerciseSession
    ) -> MapPaperContent:
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
        people = tuple(
            CellPerson(person.number, person.needs, cell, str(person.table_id or ""), person.neighborhood)
            for person, cell in zip(shown, cells, strict=True)
        )
        return replace(
            content,
            people=people,
            people_district=session.district_id,
            hidden_people=session.others_count(),
            table_names={str(table.table_id): table.name for table in session.tables},
            associations=tuple(_holding(one, people) for one in content.associations),
        )


def _holding(ground: AssociationGround, people: Sequence[CellPerson]) -> AssociationGround:
    """A sheet with numbers on it shows all of them: their cells stand on it anyway."""
    own = tuple(person.cell for person in people if person.association == ground.name)
    if not ground.cells or ground.outline is not None:
        return ground
    return replace(ground, cells=tuple(dict.fromkeys((*ground.cells, *own))))


def _layers(reading: ReadSession, hazard: MapHazard) -> list[tuple[MapLayer, tuple[LayerFeature, ...]]]:
    return [
        (layer, tuple(reading.layers.features(layer.layer_id)))
        for layer in reading.layers.all()
        if layer.kind in _GROUND_KINDS or _is_wanted(layer, hazard)
    ]


def _lacks_flood(order: MapPaperOrder, layers: Sequence[tuple[MapLayer, object]]) -> bool:
    """The invented flood stands in only where no layer of it was imported, as on the screen."""
    wants_flood = order.hazard in (MapHazard.FLOOD_L2, MapHazard.FLOOD_L1)
    return wants_flood and not any(layer.kind == "flood" for layer, _features in layers)


def _is_wanted(layer: MapLayer, hazard: MapHazard) -> bool:
    """One water at a time: two depths on top of each other cannot be read. 土砂 stands beside each."""
    if layer.kind == "landslide":
        return hazard is not MapHazard.NONE
    return layer.question in _SHOWS[hazard]


def _refuse_place(place: Path) -> None:
    if format_of(place) is not ReportFormat.PDF:
        raise KnownProblem(
            "map_needs_pdf",
            "地図の紙は、PDFだけです。",
            where=place.name,
            advice="ファイルの終わりを .pdf にしてください。",
        )


def _refuse_order(order: MapPaperOrder) -> None:
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
            advice="校区を選び、紙を A4 か A3 にしてください。",
        )
    if (order.association or order.by_association) and order.district_id is None:
        raise KnownProblem(
            "map_association",
            "自治会の地図には、校区を一つ選ぶ必要があります。",
            advice="校区を選んでください。",
        )
