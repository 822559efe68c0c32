"""市の決めごと: the values ⚙ that capacity depends on, each with where it comes from."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kurume_bousai.domain.capacity import RATES_M2
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.city_settings import CitySettings
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.services.city_settings import (
    MOST_PER_STAFF,
    MOST_SCORE,
    CitySettingsService,
    refuse_bad_settings,
)
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.layouts import hbox, holder, vbox
from kurume_bousai.ui.kit.number_field import NumberField
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import ChipRow, button, card, label
from kurume_bousai.ui.kit.widgets import field as labelled

_ABOUT: Final = (
    "容量の計算と紙に使う値です。データベースの中に置くので、どの機械で開いても同じ答えになります。"
    "容量確認の画面では、一回ごとに別の値で試せます。"
)
_NO_CHANGE: Final = (
    "この値を変えられるのは、「名簿の担当」か「管理者」の役割がある人だけです。"
    "変えた人と前の値は、監査記録に残ります。"
)
_RATE_SOURCE: Final = (
    "初めの値は4㎡です。市の計画の5,840㎡・1,460人がこの割合です。3.5㎡は、国の避難所の指針(令和6年12月)が"
    "求める広さです。2㎡は、ほかの市で見られる狭い値です(根拠は未確認)。"
)
_STAFF_SOURCE: Final = (
    "初めの値は10人です。福祉避難所では生活相談の職員1人におおむね10人、という考え方によります"
    "(法令での根拠は未確認)。"
)
_COMPANION_SOURCE: Final = (
    "初めの値は「数える」です。付き添う家族や介助者も場所を使うためです。数えないと、入れる人が多く見えます。"
)
_BAND_SOURCE: Final = (
    "マイプランの優先度の点を、1(最も先に入る)・2・3に分ける境目です。初めの値の70点と40点は、このソフトの目安で、"
    "市の決まりではありません。点のない人は優先度3になります。"
)


class CityRulesCard(QWidget):
    """市の決めごと: shown to everybody, changed by whoever may."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._service = CitySettingsService(desktop.database)
        self._kept = CitySettings()
        self._was_read = False
        self._is_busy = False
        self.rate = ChipRow([(rate, f"{rate:f}㎡") for rate in RATES_M2], name="1人あたりの面積")
        self.companions = ChipRow([(True, "数える"), (False, "数えない")], name="家族・介助者を数えるか")
        staff = "職員1人が見る人数"
        self.staff = NumberField(1, least=1, most=MOST_PER_STAFF, unit="人", name=staff)
        self.first = NumberField(2, least=1, most=MOST_SCORE, unit="点", name="優先度1の点")
        self.second = NumberField(1, least=1, most=MOST_SCORE, unit="点", name="優先度2の点")
        self.words = Para("")
        self.save_button = button("保存", "main", icon="content-save-outline", on_click=self.save)
        self.back_button = button("元に戻す", on_click=self._show_kept)
        self._build()
        self._follow_changes()
        self._set_ready(ready=False)
        desktop.changes.follow(frozenset({Topic.CITY_SETTINGS}), self.reload)

    # ------------------------------------------------------------------ what it does
    def reload(self) -> None:
        """Read the stored values; what was typed and not saved is left."""
        self._desktop.runner.read(
            self._service.read, self._on_read, on_fail=self._on_unreadable, key="city-rules"
        )

    def settings(self) -> CitySettings:
        """Return the values as they stand in the fields."""
        return CitySettings(
            rate_m2=self.rate.value() or Decimal(self._kept.rate_m2),
            places_per_staff=self.staff.value(),
            with_companions=bool(self.companions.value()),
            band_cut_points=(self.first.value(), self.second.value()),
        )

    def save(self) -> None:
        """Keep what stands in the fields, on the writer lane."""
        before, after = self._kept, self.settings()
        try:
            refuse_bad_settings(after)
        except KnownProblem as problem:
            self._say(f"{problem.message}{problem.advice}")
            return
        self._is_busy = True
        self._refresh_buttons()
        self._desktop.runner.write(
            lambda: self._service.save(before, after),
            self._on_saved,
            on_fail=self._on_not_saved,
            title="市の決めごとを保存しています",
        )

    # ------------------------------------------------------------------ inside
    def _on_read(self, kept: CitySettings) -> None:
        is_typing = self._was_read and self.settings() != self._kept
        self._kept, self._was_read = kept, True
        self._set_ready(ready=self._service.may_change)
        if not is_typing:
            self._show_kept()
        self._refresh_buttons()

    def _show_kept(self) -> None:
        kept = self._kept
        self.rate.set_value(kept.rate_m2)
        self.companions.set_value(kept.with_companions)
        self.staff.set_value(kept.places_per_staff)
        self.first.set_value(kept.band_cut_points[0])
        self.second.set_value(kept.band_cut_points[1])
        self._refresh_buttons()

    def _on_saved(self, outcome: Outcome[CitySettings]) -> None:
        self._is_busy = False
        self._kept = outcome.value
        self._show_kept()
        self._desktop.finish(outcome, "市の決めごとを保存しました。容量は新しい値で計算します。")

    def _on_not_saved(self, error: BaseException) -> bool:
        self._is_busy = False
        self._refresh_buttons()
        return self._tell(error)

    def _on_unreadable(self, error: BaseException) -> bool:
        self._set_ready(ready=False)
        return self._tell(error)

    def _tell(self, error: BaseException) -> bool:
        if isinstance(error, KnownProblem):
            self._say(f"{error.message}{error.advice}")
            return True
        return False

    def _say(self, words: str) -> None:
        self.words.set_text(words)
        self.words.setVisible(bool(words))

    def _follow_changes(self) -> None:
        for row in (self.rate, self.companions):
            row.chosen.connect(self._refresh_buttons)
        for number in (self.staff, self.first, self.second):
            number.changed.connect(self._refresh_buttons)

    def _refresh_buttons(self, _value: object = None) -> None:
        changed = self.settings() != self._kept
        self._say("")
        for one in (self.save_button, self.back_button):
            one.setEnabled(changed and not self._is_busy and self.rate.isEnabled())

    def _set_ready(self, *, ready: bool) -> None:
        for one in (self.rate, self.companions, self.staff, self.first, self.second):
            one.setEnabled(ready)

    def _build(self) -> None:
        may_change = self._service.may_change
        self.words.hide()
        parts: list[QWidget] = [
            Para(_ABOUT, line=1.35),
            _rule("1人あたりの面積", self.rate, _RATE_SOURCE),
            _rule("職員1人が見る人数", self.staff, _STAFF_SOURCE),
            _rule("家族・介助者を数える", self.companions, _COMPANION_SOURCE),
            _rule("優先度の区切り", self._bands(), _BAND_SOURCE),
            self.words,
        ]
        foot = holder(hbox(self.save_button, self.back_button, None))
        foot.setVisible(may_change)
        parts += [foot] if may_change else [foot, Para(_NO_CHANGE, "quiet")]
        made = QVBoxLayout(self)
        made.setContentsMargins(0, 0, 0, 0)
        made.addWidget(card(*parts, title="市の決めごと(どの機械でも同じ)", gap=1.25))

    def _bands(self) -> QWidget:
        return holder(
            vbox(
                hbox(label("優先度1は"), self.first, label("以上"), None, gap=0.75),
                hbox(label("優先度2は"), self.second, label("以上"), None, gap=0.75),
                gap=0.5,
            )
        )


def _rule(caption: str, choice: QWidget, source: str) -> QWidget:
    # Chips take the whole width, or they would stand below each other; a number stays small.
    editor = choice if isinstance(choice, ChipRow) else holder(hbox(choice, None))
    return holder(vbox(labelled(caption, editor), Para(source, "small", line=1.35), gap=0.5))
