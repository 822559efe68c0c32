"""地図の操作: what the map screen offers by key, declared once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QWidget

from kurume_bousai.ui.actions import Action
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.maps.pictures import DeskPictures
from kurume_bousai.ui.maps.task_desk import TaskDesk

GROUP: Final = "地図"
SCOPE: Final = "places"


def declare_actions(
    desktop: Desktop,
    host: QWidget,
    pictures: DeskPictures,
    tasks: TaskDesk,
    *,
    fit: Callable[[], object],
    toggle_panel: Callable[[], object],
) -> None:
    """Declare the actions of the map screen; ``host`` carries their keys."""
    rows = [
        ("map.copy", "見えている地図の絵をコピーする", "Ctrl+Shift+C", "content-copy", pictures.copy),
        ("map.save", "見えている地図の絵を保存する", "Ctrl+Shift+S", "image-outline", pictures.save),
        ("map.wall", "地図を大きく映す", "Ctrl+Shift+P", "projector-screen-outline", pictures.open_projector),
        ("map.tools", "地図の道具を出す・しまう", "Ctrl+M", "tools", toggle_panel),
        ("map.whole", "市か校区の全体を見る", "", "fit-to-page-outline", fit),
    ]
    if tasks.may_draw:
        rows.append(("map.redo", "戻したものをやり直す", "Ctrl+Y", "redo", tasks.redo))
    actions = desktop.actions
    for name, text, keys, icon, handler in rows:
        actions.add(Action(name, text, keys, icon, GROUP, handler, scope=SCOPE))
    if tasks.may_draw:
        actions.note(GROUP, "描いたものを戻す", "Ctrl+Z")
    actions.note(GROUP, "地図を動かす、大きく・小さくする", "矢印、＋、－")
    actions.note(GROUP, "地図のまん中を押す、線を終える、ひとつ戻る", "スペース、Enter、Backspace")
    actions.note(GROUP, "手にした道具を置く", "Esc")
    actions.note(GROUP, "層を出す・かくす", "一覧でスペース")
    actions.host(host, SCOPE)
