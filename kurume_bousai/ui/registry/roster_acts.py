"""一人にすること from the list: take off with a reason, judge, look back, go back to a version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.changes import Topic
from kurume_bousai.services.matching.sources import FieldSource
from kurume_bousai.services.roster.register import RosterService
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.registry.detail import DetailPanel

#: Tells the screens what changed, and the person that it is saved.
Finish = Callable[[frozenset[Topic], str], None]


class RosterActs(QObject):
    """選んだ人にすること. Every act opens a window of its own over the list."""

    def __init__(
        self, desktop: Desktop, service: RosterService, detail: DetailPanel, finish: Finish, page: QWidget
    ) -> None:
        super().__init__(page)
        self._desktop, self._service, self._detail = desktop, service, detail
        self._finish, self._page = finish, page
        self._edits = detail.may_edit
        detail.remove_wanted.connect(self.remove)
        detail.restore_wanted.connect(self.restore)
        detail.screen_wanted.connect(self.screen)
        detail.compare_wanted.connect(self.compare)
        detail.supporters_wanted.connect(self.supporters)
        detail.sources_wanted.connect(self.sources)

    def remove(self) -> None:
        """名簿から消除する, with the reason."""
        from kurume_bousai.ui.registry.remove_dialog import RemoveDialog

        member = self._detail.member
        if not self._edits or member is None:
            return
        dialog = RemoveDialog(member, self._desktop.privacy, self._page.window())
        dialog.accepted.connect(
            lambda: self._desktop.runner.write(
                partial(self._service.remove, member, dialog.reason()),
                lambda outcome: self._finish(outcome.changes, "名簿から消除しました。履歴は残っています。"),
            )
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def screen(self) -> None:
        """Open 「ふりわけを記録する」."""
        from kurume_bousai.ui.registry.screening_dialog import ScreeningDialog

        if self._detail.member is not None:
            ScreeningDialog(self._desktop, self._detail.member, self._page.window()).open()

    def sources(self) -> None:
        """Read which office states what about the person."""
        member = self._detail.member
        if member is None:
            return

        def show(sources: Sequence[FieldSource]) -> None:
            shown = self._detail.member
            if shown is not None and shown.member_id == member.member_id:
                self._detail.set_sources(sources)

        read = partial(self._service.sources, member.member_id)
        self._desktop.runner.read(read, show, key="roster-sources")

    def supporters(self) -> None:
        """Open 「この人の支援者」."""
        from kurume_bousai.ui.registry.supporters_dialog import SupportersDialog

        if self._edits and self._detail.member is not None:
            SupportersDialog(self._desktop, self._detail.member.member_id, self._page.window()).open()

    def compare(self) -> None:
        """Open 「履歴」 with the versions side by side."""
        from kurume_bousai.ui.registry.history import HistoryDialog

        member = self._detail.member
        if member is None:
            return
        dialog = HistoryDialog(
            self._desktop, self._service, member, may_restore=self._edits, parent=self._page.window()
        )
        dialog.restore_wanted.connect(self.restore)
        dialog.open()

    def restore(self, version: int) -> None:
        """前の版に戻す: writes the old one as a new version."""
        from kurume_bousai.ui.registry.remove_dialog import RestoreDialog

        member = self._detail.member
        if not self._edits or member is None:
            return
        dialog = RestoreDialog(version, self._page.window())
        dialog.accepted.connect(
            lambda: self._desktop.runner.write(
                partial(self._service.restore, member.member_id, version),
                lambda outcome: self._finish(
                    outcome.changes, f"第{version}版の内容を、新しい版として保存しました。"
                ),
            )
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
