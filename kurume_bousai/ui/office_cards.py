"""窓口の仕事の札: activities, the yearly update, data quality and the emergency mode, opened from 帳票."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from kurume_bousai.domain.access import Right
from kurume_bousai.ui.kit.widgets import button

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton, QWidget

    from kurume_bousai.ui.desktop import Desktop
    from kurume_bousai.ui.registry.quality_dialog import QualityDialog
    from kurume_bousai.ui.reports.papers_page import PaperCard

_NO_PEOPLE = "この操作には、人を見る役割がいります。"


def office_cards(desktop: Desktop) -> list[PaperCard]:
    """Return the cards of the office's work; each window is loaded when it is first opened."""
    from kurume_bousai.ui.reports.papers_page import PaperCard  # 名簿 has a button from here, and no papers

    sees = desktop.database.access.has(Right.SEE_PEOPLE)
    return [
        PaperCard(
            "活動の実績",
            "名簿制度の説明、図上訓練、マイプラン出前講座を年度ごとに。市の表(R2から)の続きになります。",
            button(
                "記録と表を見る", icon="clipboard-list-outline", on_click=partial(_open, desktop, _activities)
            ),
            "",
        ),
        PaperCard(
            "年に一度の更新",
            "46校区の名簿の更新が、どの段階まで進んだか。遅れている校区がわかります。",
            button("進みを見る", icon="calendar-check-outline", on_click=partial(_open, desktop, _yearly)),
            "",
        ),
        PaperCard(
            "名簿の点検",
            "電話がない、校区がわからない、同じ人かもしれないなど、直すところを校区ごとに数えます。",
            button("直すところを見る", icon="magnify-scan", on_click=partial(_open, desktop, _quality)),
            "" if sees else _NO_PEOPLE,
        ),
        PaperCard(
            "災害時提供モード",
            "災害のとき、決めた災害・範囲・渡す先に限り、同意がなくても渡せるようにします。渡したものの記録も出します。",
            button("ようすを見る", icon="alert-outline", on_click=partial(_open, desktop, _emergency)),
            "" if sees else _NO_PEOPLE,
        ),
    ]


def _open(desktop: Desktop, load: Callable[[], Callable[..., object]]) -> None:
    load()(desktop, desktop.window)


def _activities() -> Callable[..., object]:
    from kurume_bousai.ui.activities.activities_dialog import open_activities

    return open_activities


def _yearly() -> Callable[..., object]:
    from kurume_bousai.ui.yearly.yearly_dialog import open_yearly

    return open_yearly


def _quality() -> Callable[..., object]:
    return open_quality_with_places


def quality_button(desktop: Desktop) -> QPushButton:
    """Return the button that opens 名簿の点検 from the list."""
    opens = partial(_open, desktop, _quality)
    return button("点検", icon="magnify-scan", on_click=opens, name="名簿の点検をする")


def open_quality_with_places(desktop: Desktop, parent: QWidget | None) -> QualityDialog:
    """Open 名簿の点検, from which the window of places opens too."""
    from kurume_bousai.ui.geocode.placing_dialog import open_placing
    from kurume_bousai.ui.registry.quality_dialog import open_quality

    made = open_quality(desktop, parent)
    made.place_wanted.connect(partial(open_placing, desktop, made))
    return made


def _emergency() -> Callable[..., object]:
    from kurume_bousai.ui.emergency.emergency_dialog import open_emergency

    return open_emergency
