"""容量確認の窓: the windows that the screen opens over itself, each loaded when first asked for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QWidget

from kurume_bousai.domain.capacity_answer import CapacityAnswer
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.scenarios import SavedScenario
from kurume_bousai.ui.capacity.how_counted import HowCountedDialog
from kurume_bousai.ui.capacity.reading import CapacityPlaces
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import ask


def _run(dialog: QDialog) -> None:
    """Show it until it is left; a window of thousands of rows does not stay in memory."""
    dialog.exec()
    dialog.deleteLater()


def show_how_counted(answer: CapacityAnswer, places: CapacityPlaces, parent: QWidget) -> None:
    """どう数えたか."""
    _run(HowCountedDialog(answer, places, parent))


def show_comparison(
    desktop: Desktop,
    conditions: CapacityConditions,
    places: CapacityPlaces,
    answer: CapacityAnswer | None,
    on_taken: Callable[[CapacityConditions], object],
) -> None:
    """くらべる; ``on_taken`` gets the conditions of the side that is to be looked at alone."""
    from kurume_bousai.ui.capacity.compare_dialog import CompareDialog

    dialog = CompareDialog(desktop, conditions, places, answer, desktop.window)
    dialog.taken.connect(on_taken)
    _run(dialog)


def show_scenarios(
    desktop: Desktop,
    conditions: CapacityConditions,
    places: CapacityPlaces,
    answer: CapacityAnswer | None,
    on_opened: Callable[[SavedScenario], object],
) -> None:
    """条件を保存・開く; only an answer to these very conditions is kept beside them."""
    from kurume_bousai.ui.capacity.scenarios_dialog import ScenariosDialog

    fitting = answer if answer is not None and answer.conditions == conditions else None
    dialog = ScenariosDialog(desktop, conditions, fitting, places, desktop.window)
    dialog.opened.connect(on_opened)
    _run(dialog)


def explain_change(desktop: Desktop, words: str) -> None:
    """Say what has to be done for a change that no condition stands for."""
    ask(
        desktop.window,
        "この手は、施設のようすが変わると効きます",
        words.split("\n"),
        "福祉避難所の画面を開く",
        lambda: desktop.window.show_page("shelters"),
    )


def print_answer(desktop: Desktop, conditions: CapacityConditions, parent: QWidget) -> None:
    """この結果を印刷する."""
    from kurume_bousai.ui.reports.save_dialog import save_capacity_report

    try:
        save_capacity_report(desktop, conditions, parent)
    except KnownProblem as problem:
        desktop.messages.problem(problem)
