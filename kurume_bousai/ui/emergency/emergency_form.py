"""始める: event, why, where, to whom, until when; in this order, all on one sheet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QWidget

from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.emergency import EMERGENCY_BODIES, LONGEST_WORDS
from kurume_bousai.domain.ids import DistrictId, OperationId
from kurume_bousai.domain.operations import Operation
from kurume_bousai.domain.recipients import PartnerId, SupportPartner
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.disclosure.emergency import EmergencyOrder
from kurume_bousai.ui.form_drafts import Editor, Kept
from kurume_bousai.ui.kit.layouts import tab_behind
from kurume_bousai.ui.kit.widgets import ChipRow, Para, chip, field, flow, vbox
from kurume_bousai.ui.registry.chip_set import ChipSet

_HOURS: Final = ((6, "6時間"), (12, "12時間"), (24, "24時間"), (72, "3日"), (168, "7日"))
_WHOLE, _SOME = "city", "districts"


class EmergencyForm(QWidget):
    """始めるときの欄. ``order(now)`` is what was typed; the service says what is wrong with it."""

    def __init__(self, districts: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.event_name = QLineEdit()
        self.event_name.setAccessibleName("災害の名前")
        self.event_name.setPlaceholderText("例 令和8年7月豪雨")
        self.event_name.setMaxLength(LONGEST_WORDS)
        self.operation = QComboBox()
        self.operation.setAccessibleName("災害対応")
        self.operation_field = field(
            "災害対応", self.operation, hint="選ぶと、その災害対応が終わったときに終わります。"
        )
        self.reason = QLineEdit()
        self.reason.setAccessibleName("わけ")
        self.reason.setPlaceholderText("例 浸水で孤立した家の安否確認と救助のため")
        self.reason.setMaxLength(LONGEST_WORDS)
        self.reach = ChipRow[str]([(_WHOLE, "全市"), (_SOME, "校区を選ぶ")], _SOME, name="範囲")
        self.districts = ChipChecks("範囲の校区")
        self.districts.set_choices([(name, name) for name in districts])
        self.bodies = ChipSet(list(EMERGENCY_BODIES), word_of, name="渡す先の種類")
        self.partners = ChipChecks("渡す先")
        self.partners_field = field("または、渡す先の台帳から", self.partners)
        self.hours = ChipRow[int](list(_HOURS), 24, name="終わる時")
        self.until_words = Para("手で終えることも、いつでもできます。", "small")
        self.reach.chosen.connect(lambda _value: self.show_districts())
        self.operation_field.hide()
        self.partners_field.hide()
        self.setLayout(
            vbox(
                field("どの災害のためですか", self.event_name),
                self.operation_field,
                field(
                    "なぜ、同意を待てないのですか", self.reason, hint="個人がわかることは書かないでください。"
                ),
                field("どこの人ですか", self.reach),
                self.districts,
                field("だれに渡しますか", self.bodies),
                self.partners_field,
                field("いつまでですか", self.hours),
                self.until_words,
                gap=1,
            )
        )

    def set_events(self, events: Sequence[Operation]) -> None:
        """Offer the events that run now."""
        self.operation.clear()
        self.operation.addItem("選ばない(名前だけ)", "")
        for one in events:
            self.operation.addItem(one.settings.purpose or one.settings.place or "災害対応", one.operation_id)
        self.operation_field.setVisible(bool(events))

    def set_partners(self, partners: Sequence[SupportPartner]) -> None:
        """Offer the recipients of the whole city; those of a 校区 are chosen by their kind and the 校区."""
        whole_city = [one for one in partners if one.district_id is None]
        self.partners.set_choices([(one.partner_id, one.name) for one in whole_city])
        self.partners_field.setVisible(bool(whole_city))

    def recipient_words(self) -> list[str]:
        """Those that are chosen, kinds first."""
        return [*(word_of(body) for body in Body if body in self.bodies.values()), *self.partners.words()]

    def order(self, now: datetime) -> EmergencyOrder:
        """What was typed, as it stands."""
        operation = str(self.operation.currentData() or "")
        some = self.reach.value() != _WHOLE
        bodies: frozenset[Body] = frozenset(self.bodies.values())
        return EmergencyOrder(
            event=self.event_name.text(),
            reason=self.reason.text(),
            bodies=bodies,
            partner_ids=frozenset(map(PartnerId, self.partners.keys())),
            districts=frozenset(map(DistrictId, self.districts.keys())) if some else None,
            operation_id=OperationId(operation) if operation else None,
            until=now + timedelta(hours=self.hours.value() or 24),
        )

    def editors(self) -> dict[str, Editor | Kept]:
        """The fields, for a draft."""
        return {
            "event": self.event_name, "operation": self.operation, "reason": self.reason,
            "reach": self.reach, "districts": self.districts.kept(),
            "bodies": (self.bodies.text, self.bodies.set_text), "partners": self.partners.kept(),
            "hours": self.hours,
        }  # fmt: skip

    def show_districts(self) -> None:
        """Offer the 校区 where some are to be chosen."""
        self.districts.setVisible(self.reach.value() != _WHOLE)


class ChipChecks(QWidget):
    """選ぶ札: any number of them, each on or off."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._chips: dict[str, QPushButton] = {}
        self._box = vbox(gap=0)
        self.setLayout(self._box)
        self._flow: QWidget | None = None

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer other choices, none of them on."""
        if self._flow is not None:
            self._box.removeWidget(self._flow)
            self._flow.hide()
            self._flow.deleteLater()
        self._chips = {key: chip(words) for key, words in choices}
        self._flow = flow(list(self._chips.values()))
        self._box.addWidget(self._flow)
        tab_behind(self, list(self._chips.values()))

    def set_on(self, keys: Collection[str]) -> None:
        """Turn these on and all others off."""
        for key, one in self._chips.items():
            one.setChecked(key in keys)

    def kept(self) -> Kept:
        """How a draft reads and fills it."""
        return lambda: ",".join(self.keys()), lambda text: self.set_on(text.split(","))

    def words(self) -> list[str]:
        """What stands on those that are on."""
        return [one.text() for one in self._chips.values() if one.isChecked()]

    def keys(self) -> list[str]:
        """Those that are on."""
        return [key for key, one in self._chips.items() if one.isChecked()]
