"""回復キーをつくり直す: asked first, because the old paper is worth nothing from then on."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import ConfirmDialog, ask
from kurume_bousai.ui.recovery_key import RecoveryKeyDialog


def renew_recovery_key(desktop: Desktop, parent: QWidget) -> ConfirmDialog:
    """Ask, make a new recovery key on the writer lane, and show it until it stands on paper."""
    operators, keeping = desktop.services.operators, desktop.services.keeping

    def show(recovery_key: str) -> None:
        RecoveryKeyDialog(recovery_key, keeping.recovery_pdf, desktop.runner, parent).open()

    def renew() -> None:
        desktop.runner.write(operators.renew_recovery_key, show, title="新しい回復キーをつくっています")

    return ask(
        parent,
        "回復キーをつくり直しますか",
        [
            "新しい回復キーをつくると、いま金庫などにある前の紙は、すぐに使えなくなります。",
            "紙とペンか、プリンターを用意してから始めてください。",
        ],
        "つくり直す",
        renew,
    )
