"""名簿に人がいないときに見せるもの: why nobody is shown, and what to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from kurume_bousai.ui.kit.empty import EmptyState
from kurume_bousai.ui.kit.widgets import Para, button, card, holder, vbox


def nobody_found(show_everybody: Callable[[], object]) -> EmptyState:
    """Say that nobody fits what is searched, with the way back."""
    return EmptyState(
        "account-search-outline",
        "あてはまる人はいません。",
        "さがす言葉か、しぼりこみを変えてください。",
        button("全員を見る", "plain", on_click=show_everybody),
    )


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
