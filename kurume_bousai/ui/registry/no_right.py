"""名簿を開けない役割の人に見せる札."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kurume_bousai.ui.kit.widgets import Para, card, holder, vbox


def no_right_card() -> QWidget:
    """Say why there is no list here, and where the numbers are."""
    return holder(
        vbox(
            card(
                Para("あなたの役割では、名簿の一人ひとりの記録は見られません。"),
                Para(
                    "人数は「はじめに」と「容量確認」で見られます。記録を見る必要があるときは、管理者に相談してください。",
                    "quiet",
                ),
                title="名簿は開けません",
            ),
            None,
        )
    )
