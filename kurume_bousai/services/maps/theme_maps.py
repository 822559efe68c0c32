"""テーマの地図の用件: which share shades the 校区, where its numbers come from, the audit first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.capacity_answer import UNKNOWN_DISTRICT, CapacityAnswer
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.map_papers import ThemeMeasure
from kurume_bousai.services.facts import is_fictional
from kurume_bousai.services.papers.ports import PaperStamp, RenderedPaper, ReportFormat
from kurume_bousai.services.papers.rules import format_of
from kurume_bousai.services.papers.theme_ports import ThemeContent, ThemeMapMaker, ThemeOrder, ThemeRow
from kurume_bousai.services.ports.capacity import never_stop
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.services.progress import Progress, no_progress
from kurume_bousai.services.reporting.written import WrittenReport
from kurume_bousai.services.roster.statistics import CityFigures, CityStatistics, DistrictFigures

#: Answers 「入りきれますか」 under the city's usual conditions; may be told to stop.
Answer = Callable[[Callable[[], bool]], CapacityAnswer]
#: Those that count people of the list and so tell of each other.
_OF_THE_LIST = (ThemeMeasure.REGISTRATION, ThemeMeasure.PLANS, ThemeMeasure.NO_SUPPORTER)


@dataclass(frozen=True, slots=True)
class ThemeMapService:
    """テーマの地図の用件 on one open database. Needs ``SEE_COUNTS`` only."""

    database: CityDatabase
    maker: ThemeMapMaker
    clock: Clock
    answer: Answer

    def write(
        self,
        order: ThemeOrder,
        place: Path,
        progress: Progress = no_progress,
        should_stop: Callable[[], bool] = never_stop,
    ) -> Outcome[WrittenReport]:
        """Write the PDF, whole or not at all; audited first.

        Raises
        ------
        KnownProblem
            ``no_right``, ``map_needs_pdf``, ``too_few_people``, ``no_font`` and those of writing files.
        Cancelled
            Nothing is left of the file.
        """
        if format_of(place) is not ReportFormat.PDF:
            raise KnownProblem(
                "map_needs_pdf",
                "地図の紙は、PDFだけです。",
                where=place.name,
                advice="ファイルの終わりを .pdf にしてください。",
            )
        content = self.content(order, progress, should_stop)
        stamp = self._leaves()
        made = self.maker.write(content, order, stamp, place, progress)
        return Outcome(
            WrittenReport((place,), made.pages, (), stamp.audit_head, made.notices),
            frozenset({Topic.LEDGER}),
        )

    def print_pages(
        self,
        order: ThemeOrder,
        progress: Progress = no_progress,
        should_stop: Callable[[], bool] = never_stop,
    ) -> Outcome[RenderedPaper]:
        """Return the PDF for a printer, in memory; audited first."""
        content = self.content(order, progress, should_stop)
        pdf, made = self.maker.render(content, order, self._leaves())
        return Outcome(RenderedPaper(pdf, made.pages, made.notices), frozenset({Topic.LEDGER}))

    def preview(
        self,
        order: ThemeOrder,
        progress: Progress = no_progress,
        should_stop: Callable[[], bool] = never_stop,
    ) -> bytes:
        """Return the paper as a sample for the screen; nothing leaves by this."""
        content = self.content(order, progress, should_stop)
        with self.database.reading() as reading:
            fictional = is_fictional(reading)
        stamp = PaperStamp(self.clock.now(), self.database.access.name, "見本のため未記録", fictional)
        return self.maker.render(content, order, stamp, is_sample=True)[0]

    def content(self, order: ThemeOrder, progress: Progress, should_stop: Callable[[], bool]) -> ThemeContent:
        """Derive the numbers; nothing is kept."""
        self.database.access.require(Right.SEE_COUNTS)
        conditions: CapacityConditions | None = None
        kin: tuple[tuple[ThemeRow, ...], ...] = ()
        progress(0, 0, "数を集めています")
        if order.measure is ThemeMeasure.UNPLACED:
            progress(0, 0, "入りきれるかを計算しています")
            answer = self.answer(should_stop)
            rows, conditions = _unplaced_rows(answer), answer.conditions
        else:
            figures = CityStatistics(self.database).figures()
            rows = rows_of(figures, order.measure)
            kin = tuple(rows_of(figures, one) for one in _OF_THE_LIST if one is not order.measure)
        with self.database.reading() as reading:
            districts = tuple(reading.districts.all())
            outlines = tuple(reading.districts.outlines())
        return ThemeContent(order.measure, rows, kin, districts, outlines, conditions)

    def _leaves(self) -> PaperStamp:
        access = self.database.access
        with self.database.writing() as writing:
            payload = {"paper": "Theme", "form": ReportFormat.PDF.value}
            writing.audit.record(access, "report.anonymous", (), payload)
            return PaperStamp(self.clock.now(), access.name, writing.audit.head(), is_fictional(writing))


def rows_of(figures: CityFigures, measure: ThemeMeasure) -> tuple[ThemeRow, ...]:
    """Return part and whole of every 校区 and of those whose 校区 is not known."""
    return tuple(_row(row, measure) for row in figures.rows)


def _row(row: DistrictFigures, measure: ThemeMeasure) -> ThemeRow:
    if measure is ThemeMeasure.REGISTRATION:
        return ThemeRow(row.district_id, row.applied, row.eligible)
    if measure is ThemeMeasure.PLANS:
        return ThemeRow(row.district_id, row.plans_complete, row.applied)
    return ThemeRow(row.district_id, row.no_supporter, row.on_list)


def _unplaced_rows(answer: CapacityAnswer) -> tuple[ThemeRow, ...]:
    rows = [ThemeRow(one.district_id, one.unplaced, one.people) for one in answer.by_district]
    known = [row for row in rows if row.district_id != UNKNOWN_DISTRICT]
    return (*known, *(row for row in rows if row.district_id == UNKNOWN_DISTRICT))
