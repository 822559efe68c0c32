"""書類の窓をひらく: the capacity papers under given conditions, and the report of a session."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.ids import OperationId
from kurume_bousai.services.capacity.figures import CapacityForm
from kurume_bousai.services.exercises.report import exercise_report
from kurume_bousai.services.papers.ports import AnonymousContent
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.reports.capacity_dialog import CapacityReportDialog
from kurume_bousai.ui.reports.save_window import Collect, SaveReportDialog
from kurume_bousai.ui.tasks import Progress


def save_capacity_report(
    desktop: Desktop,
    conditions: CapacityConditions,
    parent: QWidget,
    form: CapacityForm = CapacityForm.FULL,
) -> SaveReportDialog:
    """Open the window for the capacity papers under these conditions; solved anew while writing."""
    made = CapacityReportDialog(desktop, conditions, day_in_name(desktop.clock.now().date()), parent, form)
    made.open()
    return made


def save_exercise_report(desktop: Desktop, operation_id: OperationId, parent: QWidget) -> SaveReportDialog:
    """Open the window for the report of a session."""
    exercises, capacity = desktop.exercises, desktop.session_capacity

    def collect(progress: Progress) -> AnonymousContent:
        progress.step(0, 0, "訓練の記録を集めています")
        session = exercises.open(operation_id)
        fit = None
        if session.sites:
            fit = capacity.answer(capacity.fit_question(session), lambda: progress.cancelled)
        return exercise_report(session, fit)

    return _opened(desktop, "図上訓練の報告", "図上訓練の報告", collect, parent)


def _opened(desktop: Desktop, title: str, stem: str, collect: Collect, parent: QWidget) -> SaveReportDialog:
    made = SaveReportDialog(
        desktop, title, f"{stem}_{day_in_name(desktop.clock.now().date())}", collect, parent
    )
    made.open()
    return made


def day_in_name(day: date) -> str:
    """Return 「20261121」, as it stands in the names of files."""
    return f"{day:%Y%m%d}"
