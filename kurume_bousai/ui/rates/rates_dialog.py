"""登録率: the city, the 校区 and the years as charts and tables; where 対象者 come from; paper and map."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.dates import format_wareki, format_wareki_short
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.fiscal_years import fiscal_year_words, parse_fiscal_year
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.labels.letters import (
    PEER_RATE_CAUTION,
    PEER_RATE_NUMBERS,
    PEER_RATE_SHORT,
    PEER_RATE_SHORT_RULE,
    PEER_RATE_SOURCE,
)
from kurume_bousai.services.office.registration_rates import RateFigures, StatedEligible
from kurume_bousai.services.papers.ports import AnonymousContent
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable, Row
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.home.measures import Measure, is_told, list_rows, rate_of
from kurume_bousai.ui.kit.empty import EmptyState
from kurume_bousai.ui.kit.layouts import Part, VScroll
from kurume_bousai.ui.kit.widgets import (
    ChipRow,
    DateEdit,
    NumberLabel,
    Para,
    button,
    card,
    field,
    hbox,
    label,
    vbox,
)
from kurume_bousai.ui.rates.chart import RateBar, RateChart
from kurume_bousai.ui.rates.rate_map import RateMap
from kurume_bousai.ui.reports.map_choices import MapPaperKind
from kurume_bousai.ui.reports.save_dialog import day_in_name
from kurume_bousai.ui.reports.save_window import SaveReportDialog
from kurume_bousai.ui.tasks import Progress

_DISTRICTS: Final = (
    Column("校区", at_least=160),
    Column("登録者", is_figure=True, at_least=120),
    Column("対象者", is_figure=True, at_least=120),
    Column("登録率", is_figure=True, at_least=120),
    Column("いつの数か", stretches=True, at_least=110, drop=1),
)
_YEARS: Final = (
    Column("年度", at_least=110),
    Column("登録者", is_figure=True, at_least=90),
    Column("対象者", is_figure=True, at_least=90),
    Column("登録率", is_figure=True, at_least=80),
    Column("いつの数か", at_least=100, drop=2),
    Column("出典", stretches=True, at_least=120, drop=1),
)


class View(StrEnum):
    """見かた."""

    CHART = "chart"
    MAP = "map"
    TABLE = "table"
    YEARS = "years"


class RatesDialog(FormDialog):
    """登録率. Numbers only; 1 to 4 people are 「5人未満」 as on はじめに."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__("登録率", parent, size=(1080, 660))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._service = desktop.services.letters.rates()
        self._figures: RateFigures | None = None
        self._may_type = desktop.database.access.has(Right.KEEP_CITY_RULES)
        self.city = NumberLabel("登録率", "—", "%", "登録者 ÷ 対象者")
        self.target = NumberLabel("目標", "—", "%", " ")
        self.peer = NumberLabel(PEER_RATE_SHORT, PEER_RATE_NUMBERS, "%", PEER_RATE_SHORT_RULE)
        self.peer.setToolTip(f"{PEER_RATE_SOURCE}。{PEER_RATE_CAUTION}")
        self.views = ChipRow(
            [(View.CHART, "図"), (View.MAP, "地図"), (View.TABLE, "校区の表"), (View.YEARS, "年度")],
            View.CHART,
            name="見かた",
        )
        self.views.chosen.connect(lambda _view: self._show())
        self.chart, self.year_chart = RateChart("校区ごとの登録率"), RateChart("年度ごとの登録率")
        self.map = RateMap()
        self.table = FigureTable(_DISTRICTS, name="校区ごとの登録率")
        self.years = FigureTable(_YEARS, name="年度ごとの登録率")
        self.no_years = EmptyState(
            "calendar-blank-outline",
            "年度ごとの数は、まだありません。",
            "「年度の数と目標」で、今日の数を控えるか、前の年度の数を資料から入れます。",
        )
        self.about = Para("", "quiet", line=1.35)
        self._main = self._build()
        self._eligible_step = self._build_eligible()
        self._year_step = self._build_year()
        desktop.changes.follow(frozenset({Topic.MEMBERS, Topic.DISTRICTS}), self.read)
        self.show_step(self._main, self.views)
        self._show()
        self.read()
        scenes = desktop.scenes
        desktop.runner.compute(
            lambda: scenes.city({}, {}), self.map.set_ground, on_fail=self.told, key="rates-map"
        )

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> int:
        self._chart_side = VScroll(vbox(self.chart, None))
        typed = [
            button("対象者の数を入れる", "plain", "pencil-outline", self._to_eligible),
            button("年度の数と目標", "plain", "calendar-outline", self._to_year),
        ]
        for one in typed:
            one.setVisible(self._may_type)
        foot = hbox(
            button("印刷・保存", "plain", "printer-outline", self._save),
            button("地図の紙", "plain", "map-outline", self._map),
            *typed,
            None,
            button("閉じる", "plain", "close", self.reject),
        )
        body = vbox(
            label("どれだけの人が登録していますか", "title"),
            card(hbox(self.city, self.target, self.peer, None, gap=4)),
            self.views,
            (self._chart_side, 1),
            (self.map, 1),
            (self.table, 1),
            self.year_chart,
            (self.years, 1),
            (self.no_years, 1),
            self.about,
            foot,
            gap=1,
        )
        return self.add_wide_step(body)

    def _build_eligible(self) -> int:
        self.from_list = ChipRow(
            [(False, "校区ごとに打ちこむ"), (True, "名簿の人数とする")], False, name="対象者の数え方"
        )
        self.from_list.chosen.connect(lambda _value: self._save_source())
        self.which = QComboBox()
        self.which.currentIndexChanged.connect(lambda _place: self._show_stated())
        self.eligible, self.eligible_on = QLineEdit(), DateEdit("いつの数か")
        self.eligible.setPlaceholderText("例 1250")
        body: list[Part] = [
            field(
                "対象者の数え方",
                self.from_list,
                hint="名簿に要件の人が全員そろっている市だけ「名簿の人数とする」を選びます。",
            ),
            field("校区", self.which),
            hbox((field("対象者の数", self.eligible), 1), (field("いつの数か", self.eligible_on), 1), gap=2),
        ]
        back = button("もどる", on_click=lambda: self.show_step(self._main, self.views))
        return self.add_step(
            "対象者は何人ですか",
            body,
            [back, None, button("保存して次の校区へ", "main", on_click=self._save_stated)],
        )

    def _build_year(self) -> int:
        self.goal = QLineEdit()
        self.goal.setPlaceholderText("例 50.0")
        self.year, self.year_applied = QLineEdit(), QLineEdit()
        self.year_eligible, self.year_source = QLineEdit(), QLineEdit()
        self.year.setPlaceholderText("例 R6")
        self.year_on = DateEdit("いつの数か")
        for one in (self.year_on, self.eligible_on):
            one.line.setPlaceholderText("例 R8.10.1")
        record = button("今日の数を今年度の数として控える", "plain", "content-save-outline", self._record)
        body: list[Part] = [
            hbox(
                (field("登録率の目標(%)", self.goal), 1),
                vbox(None, button("目標を保存する", "plain", on_click=self._save_goal)),
                gap=2,
            ),
            hbox(record, None),
            card(
                label("前の年度の数を、資料から入れる", "heading"),
                hbox(
                    (field("年度", self.year), 1),
                    (field("登録者", self.year_applied), 1),
                    (field("対象者", self.year_eligible), 1),
                    gap=2,
                ),
                hbox(
                    (field("いつの数か", self.year_on), 1), (field("資料の名前", self.year_source), 1), gap=2
                ),
            ),
        ]
        back = button("もどる", on_click=lambda: self.show_step(self._main, self.views))
        return self.add_step(
            "年度の数と目標を決める",
            body,
            [back, None, button("前の年度の数を保存する", "main", on_click=self._save_year)],
        )

    # -- reading -------------------------------------------------------------------------------

    def read(self) -> None:
        """Derive the numbers anew."""
        self._desktop.runner.read(self._service.figures, self._on_read, on_fail=self.told, key="rates")

    def _on_read(self, found: RateFigures) -> None:
        self._figures = found
        city = found.city
        parts = (
            "対象者の数がわかりません"
            if not city.whole
            else f"登録者 {city.part:,}人 ÷ 対象者 {city.whole:,}人"
        )
        self.city.set_number(city.percent, rule_text=parts)
        needed = found.needed_for_target
        self.target.setVisible(found.target_percent is not None)
        self.target.set_number(
            str(found.target_percent or "—"),
            rule_text="" if needed is None else (f"あと{needed:,}人の登録" if needed else "届いています"),
        )
        self.map.set_figures(found.figures)
        self._fill(found)
        self._say(found)
        self._show()

    def _fill(self, found: RateFigures) -> None:
        rows = found.figures.districts
        told = {row.district_id: rate_of(row, Measure.REGISTRATION) for row in rows}
        ordered = sorted(rows, key=lambda row: -(told[row.district_id].ratio or -1.0))
        goal = None if found.target_percent is None else float(found.target_percent / Decimal(100))
        bars = []
        for row in ordered:
            rate = told[row.district_id]
            shown = is_told(rate)
            few = "少人数" if rate.whole else "—"
            bars.append(
                RateBar(
                    str(row.district_id), rate.ratio if shown else None, f"{rate.percent}%" if shown else few
                )
            )
        self.chart.set_bars(bars, goal)
        days = {one.district_id: one.on for one in found.stated}
        words = {one.district_id: one for one in list_rows(found.figures)}
        table: list[Row] = []
        for row in rows:
            line = words[str(row.district_id)]
            on = found.as_of if found.is_from_list else days.get(row.district_id)
            whole = "—" if row.eligible is None else f"{row.eligible:,}人"
            table.append(
                (
                    str(row.district_id),
                    (
                        Cell(f"{row.district_id}校区"),
                        Cell(line.applied),
                        Cell(whole if line.registration != "—" or not row.eligible else "非表示"),
                        Cell(line.registration),
                        Cell("" if on is None else format_wareki_short(on), is_quiet=True),
                    ),
                )
            )
        self.table.set_rows(table)
        self._fill_years(found, goal)

    def _fill_years(self, found: RateFigures, goal: float | None) -> None:
        self.year_chart.set_bars(
            [
                RateBar(
                    fiscal_year_words(one.fiscal_year),
                    one.rate.ratio,
                    f"{one.rate.percent}%" if one.rate.whole else "—",
                )
                for one in found.years[-8:]
            ],
            goal,
        )
        self.years.set_rows(
            [
                (
                    one.fiscal_year,
                    (
                        Cell(fiscal_year_words(one.fiscal_year)),
                        Cell(f"{one.rate.part:,}人"),
                        Cell("—" if one.rate.whole is None else f"{one.rate.whole:,}人"),
                        Cell(f"{one.rate.percent}%" if one.rate.whole else "—"),
                        Cell(format_wareki_short(one.counted_on)),
                        Cell(one.source, is_quiet=True),
                    ),
                )
                for one in reversed(found.years)
            ]
        )

    def _say(self, found: RateFigures) -> None:
        words = (
            "対象者は名簿の人数です。"
            if found.is_from_list
            else "対象者は、校区ごとに打ちこんだ数です。登録者と日付が違うことがあります。"
        )
        left = len(found.without_denominator)
        if left:
            words += f"対象者のわからない{left}校区は、市の登録率に入れていません。"
        if found.overfull:
            words += f"登録者が対象者より多い{len(found.overfull)}校区は、対象者の数を確かめてください。"
        if found.applied_outside:
            words += f"そのほかの登録者が{_few(found.applied_outside)}います。"
        words += f"{format_wareki(found.as_of)}の数です。支援措置対象者は含みません。"
        self.about.set_text(words)
        self.from_list.set_value(found.is_from_list)
        self.goal.setText(str(found.target_percent or ""))
        if not self.which.count():
            for one in found.stated:
                self.which.addItem(f"{one.district_id}校区", one.district_id)

    def _show(self) -> None:
        view = self.views.value() or View.CHART
        self._chart_side.setVisible(view is View.CHART)
        self.map.setVisible(view is View.MAP)
        self.table.setVisible(view is View.TABLE)
        has_years = bool(self.years.rows())
        self.year_chart.setVisible(view is View.YEARS and has_years)
        self.years.setVisible(view is View.YEARS and has_years)
        self.no_years.setVisible(view is View.YEARS and not has_years)

    # -- paper ---------------------------------------------------------------------------------

    def _save(self) -> None:
        service, day = self._service, day_in_name(self._desktop.clock.now().date())

        def collect(progress: Progress) -> AnonymousContent:
            progress.step(0, 0, "登録の数を集めています")
            return service.report()

        SaveReportDialog(self._desktop, "登録率", f"登録率_{day}", collect, self).open()

    def _map(self) -> None:
        from kurume_bousai.ui.reports.map_dialog import open_map_print

        open_map_print(self._desktop, self, kind=MapPaperKind.THEME)

    # -- typing --------------------------------------------------------------------------------

    def _to_eligible(self) -> None:
        self._show_stated()
        self.show_step(self._eligible_step, self.which)

    def _to_year(self) -> None:
        self.show_step(self._year_step, self.goal)

    def _show_stated(self) -> None:
        found = self._figures
        chosen = self.which.currentData()
        one = next((each for each in found.stated if each.district_id == chosen), None) if found else None
        self.eligible.setText("" if one is None or one.count is None else str(one.count))
        self.eligible_on.set_value(None if one is None else one.on)

    def _save_source(self) -> None:
        wanted = bool(self.from_list.value())
        self._write(lambda: self._service.count_from_list(is_whole=wanted), "対象者の数え方を保存しました。")

    def _save_stated(self) -> None:
        try:
            text = self.eligible.text().strip().replace(",", "")
            on = self.eligible_on.check()
            stated = StatedEligible(DistrictId(str(self.which.currentData())), _whole(text), on)
        except KnownProblem as problem:
            self.say(problem)
            return
        self._write(lambda: self._service.set_eligible([stated]), "対象者の数を保存しました。", self._next)

    def _next(self) -> None:
        if self.which.currentIndex() + 1 < self.which.count():
            self.which.setCurrentIndex(self.which.currentIndex() + 1)
        self.eligible.setFocus()
        self.eligible.selectAll()

    def _save_goal(self) -> None:
        text = self.goal.text()
        self._write(lambda: self._service.set_target(text), "目標を保存しました。")

    def _record(self) -> None:
        self._write(self._service.record_year, "今年度の数を控えました。")

    def _save_year(self) -> None:
        try:
            year = parse_fiscal_year(self.year.text())
            applied, eligible = _whole(self.year_applied.text()), _whole(self.year_eligible.text())
            on = self.year_on.check()
        except KnownProblem as problem:
            self.say(problem)
            return
        if applied is None or on is None:
            self.say(KnownProblem("year_invalid", "登録者の数と、いつの数かを入れてください。"))
            return
        source = self.year_source.text()
        self._write(
            lambda: self._service.type_year(year, applied, eligible, on, source), "年度の数を保存しました。"
        )

    def _write(self, work: Callable[[], Any], words: str, then: Callable[[], object] = lambda: None) -> None:
        self.clear_messages()
        self.set_busy(busy=True)

        def done(outcome: Any) -> None:  # noqa: ANN401 - whatever the work gives
            self.set_busy(busy=False)
            self._desktop.finish(outcome, words)
            self.messages.done(words)
            self.read()
            then()

        self._desktop.runner.write(work, done, on_fail=self.told)


def _whole(text: str) -> int | None:
    plain = text.strip().replace(",", "")
    if not plain:
        return None
    if not plain.isdecimal():
        raise KnownProblem(
            "number_unreadable", "数が読めません。", where=text, advice="数字だけを入れてください。"
        )
    return int(plain)


def _few(count: int) -> str:
    return "5人未満" if count < 5 else f"{count:,}人"
