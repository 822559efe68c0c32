"""地理院タイルを取る: the only window that uses the network, and only after it was said and agreed to."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.tile_packs import TilePack
from kurume_bousai.services.maps.tile_fetch import (
    CREDIT,
    CREDIT_ADDRESS,
    LAYERS,
    MOST_TILES,
    FetchOrder,
    FetchPlan,
)
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.layouts import Part, hbox
from kurume_bousai.ui.kit.number_field import NumberField
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import ChipRow, button, field, label
from kurume_bousai.ui.places.tile_words import minutes, size_words
from kurume_bousai.ui.places.working import Told, WorkingDialog

_WARNING: Final = (
    "このソフトがインターネットを使うのは、この窓の「取りに行く」を押したときだけです。"
    "インターネットにつながるパソコンで行ってください。送るのは、取りたい地図の縮尺と番号だけです。"
    "名簿や校区の名前は送りません。"
)
_LIMITS: Final = (
    f"国土地理院の配信に負担をかけないよう、1秒に2枚まで、一度に{MOST_TILES:,}枚までにしています。"
)
_FIRST_ZOOM, _LAST_ZOOM = 14, 17


class FetchDialog(WorkingDialog):
    """どの地図を取りに行きますか. Says count, size and time before anything is asked for."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__("地理院タイルを取る", desktop, parent, size=(760, 600))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._plan: FetchPlan | None = None
        self.district = QComboBox()
        self.district.setAccessibleName("校区")
        self.layer = ChipRow([(one.layer_id, one.title) for one in LAYERS], LAYERS[0].layer_id, name="種類")
        self.first = NumberField(_FIRST_ZOOM, least=5, most=18, name="いちばん粗い縮尺")
        self.last = NumberField(_LAST_ZOOM, least=5, most=18, name="いちばん細かい縮尺")
        self.summary = Para("", "lead_bold", line=1.5)
        self._step_choose = self._add_choose()
        self._step_agree = self._add_agree()
        self.show_step(self._step_choose, self.district)
        self._fill_districts()

    # ------------------------------------------------------------------ what a person does
    def estimate(self) -> None:
        """Work out count, size and time; uses no network."""
        order = FetchOrder(
            DistrictId(str(self.district.currentData() or "")),
            str(self.layer.value()),
            self.first.value(),
            self.last.value(),
        )
        fetching = self.desktop.services.tile_fetch
        self.look(lambda _told: fetching.plan(order), self._on_planned, title="枚数を数えています")

    def fetch(self, address: str = "") -> None:
        """Ask for the tiles and add them as a background."""
        plan, services = self._plan, self.desktop.services
        if plan is None:
            return
        place = unfinished_place(plan, self.desktop.database_path)

        def fetched(told: Told) -> Outcome[TilePack]:
            result = services.tile_fetch.fetch(plan, place, address=address, progress=told)
            outcome = services.tile_packs.add_copy(result.path, told)
            result.path.unlink(missing_ok=True)
            return outcome

        self.look(fetched, self._on_fetched, title="地理院タイルを取っています")

    # ------------------------------------------------------------------ inside
    def _on_planned(self, plan: FetchPlan) -> None:
        self._plan = plan
        order = plan.order
        self.summary.set_text(
            f"{plan.title}　縮尺(ズーム) {order.min_zoom}から{order.max_zoom}\n"
            f"{plan.tile_count:,}枚　およそ{size_words(plan.size_bytes)}　少なくとも{minutes(plan.seconds)}"
        )
        self.show_step(self._step_agree, self._back)

    def _on_fetched(self, outcome: Outcome[TilePack]) -> None:
        pack = outcome.value
        self.desktop.finish(outcome, f"地理院タイル「{pack.title}」{pack.tile_count:,}枚を加えました。")
        self.accept()

    def _on_cancelled(self) -> None:
        self.set_busy(busy=False)
        self.messages.notice("中止しました。取れたところまでは残しています。同じ指定で、続きから取れます。")

    def _fill_districts(self) -> None:
        self.desktop.runner.read(
            self.desktop.services.map_packs.choices,
            lambda choices: self._on_districts(choices.districts),
            on_fail=self.told,
            key="fetch-districts",
        )

    def _on_districts(self, districts: tuple[tuple[DistrictId, str], ...]) -> None:
        self.district.clear()
        for district_id, name in districts:
            self.district.addItem(f"{name}校区", str(district_id))
        chosen = self.district.findData(self.desktop.window.district())
        self.district.setCurrentIndex(max(0, chosen))

    def _add_choose(self) -> int:
        stop = button("やめる", on_click=self.reject)
        self.next_button = button("枚数と大きさを見る", "main", "calculator-variant-outline", self.estimate)
        zooms = hbox(self.first, label("から"), self.last, label("まで(数が大きいほど細かい)", "quiet"), None)
        body: list[Part] = [
            Para(_WARNING),
            field("校区", self.district),
            field("種類", self.layer),
            label("縮尺(ズーム)", "small"),
            zooms,
            Para(_LIMITS, "quiet", line=1.35),
        ]
        return self.add_step("どの地図を取りに行きますか", body, [stop, None, self.next_button])

    def _add_agree(self) -> int:
        self._back = button("選び直す", on_click=lambda: self.show_step(self._step_choose, self.district))
        self.fetch_button = button("取りに行く", "main", "cloud-download-outline", self.fetch)
        body = [
            self.summary,
            Para("「取りに行く」を押すと、国土地理院の配信(cyberjapandata.gsi.go.jp)につながります。"),
            Para(
                "途中で中止しても、取れたところまでは残ります。同じ指定でもう一度行うと、続きから取ります。"
            ),
            Para(f"出典「{CREDIT}」({CREDIT_ADDRESS})を、地図と印刷物に必ず出します。", "quiet", line=1.35),
        ]
        # Enter does nothing by itself here: what uses the network is pressed on purpose.
        return self.add_step(
            "インターネットにつないで、取りに行きますか", body, [None, self.fetch_button, self._back]
        )


def unfinished_place(plan: FetchPlan, database: Path) -> Path:
    """Where the tiles grow: beside the packs of the database, the same for the same order."""
    folder = database.with_name(f"{database.name}.tiles")
    name = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in plan.key)
    if not folder.parent.is_dir():
        folder = Path(tempfile.gettempdir())
    return folder / f"fetch-{name}.mbtiles"
