"""取込の結果のことば, and its paper: what was counted, twice, and what it was compared with."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kurume_bousai.services.roster_import.paper import import_report
from kurume_bousai.services.roster_import.results import ImportPreview, RowKind
from kurume_bousai.services.roster_import.session import SessionPreview
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.printing import PreviewDialog, Sheet


def result_words(done: SessionPreview) -> list[str]:
    """What was written and how it was checked, one sentence a line."""
    if not done.is_committed:
        return ["同じファイルがもう取り込まれていたので、名簿は変わっていません。"]
    added, changed, removed = (
        done.people[kind] for kind in (RowKind.ADDED, RowKind.CHANGED, RowKind.REMOVED)
    )
    return [
        f"{added:,}人を加え、{changed:,}人を直し、{removed:,}人を消除しました。",
        "書き込んだあと、データベースから数え直して、点検の結果と合っています。",
        *(_file_words(one) for one in done.files),
    ]


def _file_words(one: ImportPreview) -> str:
    compared = {
        True: "提供元の件数と合っています。",
        False: "提供元の件数と合わないまま書き込みました。担当が解除するまで、名前の入った紙は出せません。",
        None: "提供元の件数がないので、照合していません。",
    }[one.expected_matches]
    left = one.rejected + one.held
    waiting = f"不採用と保留の{left:,}行は、書き込んでいません。" if left else ""
    return f"「{one.source}」は{one.read:,}行を読みました。{compared}{waiting}"


def print_result(desktop: Desktop, done: SessionPreview, parent: QWidget) -> None:
    """Make the paper of the result and show it before it is printed."""
    reporting = desktop.services.reporting

    def make() -> bytes:
        content = import_report(done, reporting.clock.now().date())
        return reporting.print_pages(content).value.content

    def show(pdf: bytes) -> None:
        sheets = [Sheet("名簿の取込の結果", pdf)]
        PreviewDialog("取込の結果を印刷しますか", sheets, desktop.runner, parent=parent).open()

    desktop.runner.write(make, show, title="取込の結果の紙をつくっています")
