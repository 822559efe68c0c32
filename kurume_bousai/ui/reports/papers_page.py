"""帳票: which papers there are, who may have them, and what has left so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QWidget

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.dates import format_wareki, in_japan
from kurume_bousai.domain.ids import DistrictId, OperationId
from kurume_bousai.domain.operations import Operation
from kurume_bousai.domain.recipients import SupportPartner
from kurume_bousai.services.capacity.figures import CapacityForm
from kurume_bousai.services.city_settings import city_settings_of
from kurume_bousai.services.hand_outs.copies import CopyList
from kurume_bousai.ui.columns import Columns
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.layouts import fix, hbox, put_by
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import button, card, label
from kurume_bousai.ui.page import Page
from kurume_bousai.ui.preferences.renew_key import renew_recovery_key
from kurume_bousai.ui.printing import PreviewDialog, Sheet
from kurume_bousai.ui.reports.capacity_dialog import FORM_NAMES
from kurume_bousai.ui.reports.copies_panel import CopiesPanel
from kurume_bousai.ui.reports.hand_out_dialog import HandOutDialog
from kurume_bousai.ui.reports.map_dialog import open_map_print
from kurume_bousai.ui.reports.partners_window import PartnersWindow
from kurume_bousai.ui.reports.person_dialog import NamedPersonMapDialog
from kurume_bousai.ui.reports.save_dialog import save_capacity_report, save_exercise_report

_NO_EXERCISE = "この操作には「進行役」か「災害対応の担当」の役割がいります。"
_NO_NAMED = "名前の入った紙を出せるのは、「名簿の担当」の役割がある人だけです。"
_FOLLOWED = frozenset(
    {Topic.LEDGER, Topic.OPERATIONS, Topic.CITY_SETTINGS, Topic.PARTNERS, Topic.MEMBERS, Topic.CONSENTS}
)
_NO_KEYS = "回復キーをつくり直せるのは、「管理者」の役割がある人だけです。"


@dataclass(frozen=True, slots=True)
class _Found:
    """What the page reads: sessions held, 校区 this operator sees, the ledger and the city's conditions."""

    sessions: tuple[Operation, ...]
    districts: tuple[str, ...]
    copies: CopyList | None
    partners: tuple[SupportPartner, ...]
    usual: CapacityConditions


@dataclass(frozen=True, slots=True)
class PaperCard:
    """ほかの窓の札: a paper that another part of the program makes, with the button that opens it."""

    title: str
    words: str
    opens: QPushButton
    refusal: str = ""


class PapersPage(Page):
    """帳票. Each card is one paper; what an operator may not have is said in a sentence."""

    def __init__(
        self, desktop: Desktop, parent: QWidget | None = None, *, cards: Sequence[PaperCard] = ()
    ) -> None:
        super().__init__("どの書類を出しますか", parent)
        self._cards = tuple(cards)
        self._desktop = desktop
        self._access = desktop.database.access
        self._districts: tuple[str, ...] = ()
        self._usual = CapacityConditions()
        self.session = QComboBox()
        self.session.setAccessibleName("図上訓練")
        self.session.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.session.setMinimumContentsLength(12)
        self.session.currentTextChanged.connect(self.session.setToolTip)
        self._no_session = label("訓練の記録は、まだありません。", "quiet")
        self.area = QComboBox()
        self.area.setAccessibleName("容量の報告の範囲")
        self.area.addItem("全市", "")
        self.capacity_form = QComboBox()
        self.capacity_form.setAccessibleName("容量の書類の形")
        for form, words in FORM_NAMES.items():
            self.capacity_form.addItem(words, form)
        self.capacity_button = button("書き出す", icon="content-save-outline", on_click=self.save_capacity)
        self.exercise_button = button("書き出す", icon="content-save-outline", on_click=self.save_exercise)
        self.roster_button = button("名簿を渡す", icon="account-key-outline", on_click=self.open_hand_out)
        self.map_button = button("地図を印刷する", icon="map-outline", on_click=self.open_map)
        self.person_button = button(
            "渡す先を決める", icon="map-marker-account-outline", on_click=self.open_person
        )
        self.keys_button = button("見て印刷する", icon="printer-outline", on_click=self.print_keys)
        self.recovery_button = button(
            "つくり直して印刷する", icon="shield-key-outline", on_click=self.renew_recovery
        )
        self.partners_button = button(
            "渡す先の台帳", icon="account-group-outline", on_click=self.open_partners
        )
        self._partners: tuple[SupportPartner, ...] = ()
        self.copies = CopiesPanel(desktop)
        self._build()
        desktop.privacy.changed.connect(self._on_privacy)  # a method: Qt lets go of it with the page
        self.copies.set_hidden(hidden=desktop.privacy.hidden)
        desktop.changes.follow(_FOLLOWED, self.reload)

    # ------------------------------------------------------------------ the page
    def entered(self) -> None:
        """Fill the page when it is shown."""
        self.reload()

    def first_focus(self) -> QWidget:
        """Return the first paper's button."""
        return self.capacity_button

    def district_changed(self, district_id: str) -> None:
        """Take over the 校区 of the header."""
        self.area.setCurrentIndex(max(0, self.area.findData(district_id)))

    def _on_privacy(self, hidden: bool) -> None:
        self.copies.set_hidden(hidden=hidden)

    def reload(self) -> None:
        """Read sessions and ledger."""
        database, access = self._desktop.database, self._access

        def read() -> _Found:
            with database.reading() as session:
                held = [one for one in session.operations.all() if one.started_at is not None]
                held.sort(key=lambda one: str(one.started_at), reverse=True)
                seen = [
                    str(one.district_id)
                    for one in session.districts.all()
                    if access.sees_district(one.district_id)
                ]
                usual = city_settings_of(session).conditions()
                partners = session.partners.all(access) if access.has(Right.PRINT_NAMED) else []
            copies = self._desktop.services.copies.ledger() if access.has(Right.PRINT_NAMED) else None
            return _Found(tuple(held), tuple(seen), copies, tuple(partners), usual)

        self._desktop.runner.read(read, self._on_read, key="papers-page")

    def _on_read(self, found: _Found) -> None:
        self._usual = found.usual
        self._fill_areas(found.districts)
        chosen = self.session.currentData()
        self.session.clear()
        for operation in found.sessions:
            self.session.addItem(_session_words(operation), str(operation.operation_id))
        self.session.setCurrentIndex(max(0, self.session.findData(chosen)))
        self.session.setVisible(bool(found.sessions))
        self._no_session.setVisible(not found.sessions)
        self.exercise_button.setEnabled(bool(found.sessions))
        self._partners = found.partners
        if found.copies is not None:
            self.copies.show_copies(found.copies)

    def _fill_areas(self, districts: Sequence[str]) -> None:
        if self._districts == tuple(districts):
            return
        self._districts = tuple(districts)
        self.area.clear()
        self.area.addItem("全市", "")
        for name in districts:
            self.area.addItem(f"{name}校区", name)
        self.district_changed(self._desktop.window.district())

    # ------------------------------------------------------------------ what a person does
    def save_capacity(self) -> None:
        """Write a capacity paper with the city's own conditions."""
        name = str(self.area.currentData() or "")
        conditions = replace(self._usual, district_id=DistrictId(name) if name else None)
        form = CapacityForm(self.capacity_form.currentData())
        save_capacity_report(self._desktop, conditions, self.window(), form)

    def save_exercise(self) -> None:
        """Write the report of the chosen session."""
        chosen = self.session.currentData()
        if chosen:
            save_exercise_report(self._desktop, OperationId(str(chosen)), self.window())

    def show_copies(self, name: str) -> None:
        """Show the copies of one filter of the ledger, and the ledger itself."""
        self.join_rest()
        self.copies.show_only(name)
        # After the page has been laid out: the ledger stands at its foot.
        QTimer.singleShot(0, self, self._scroll_to_copies)

    def _scroll_to_copies(self) -> None:
        if self._body is not None:
            self._body.ensureWidgetVisible(self.copies, 0, self.copies.height())

    def open_hand_out(self) -> None:
        """Ask to whom a list goes; a second person confirms before it leaves."""
        HandOutDialog(self._desktop, self._partners, self.window()).open()

    def open_partners(self) -> None:
        """Open the master of recipients."""
        PartnersWindow(self._desktop, self._districts, self.window()).open()

    def open_map(self) -> None:
        """Open the window for maps."""
        open_map_print(self._desktop, self.window())

    def open_person(self) -> None:
        """Ask whose map goes to whom."""
        NamedPersonMapDialog(self._desktop, self._districts, self.window()).open()

    def print_keys(self) -> None:
        """Show and print the page of all actions with their keys."""
        rows = [(row.group, row.text, row.keys) for row in self._desktop.actions.shortcut_rows()]
        make = self._desktop.services.keeping.shortcut_pdf
        self._desktop.runner.compute(
            lambda: make(rows),
            lambda pdf: self._preview("操作とキーの一覧を印刷しますか", "操作とキーの一覧", pdf),
            title="一覧をつくっています",
        )

    def renew_recovery(self) -> None:
        """Make a new recovery key after asking; the old paper is worth nothing then."""
        renew_recovery_key(self._desktop, self.window())

    def _preview(self, question: str, title: str, pdf: bytes) -> None:
        PreviewDialog(
            question,
            [Sheet(title, pdf)],
            self._desktop.runner,
            on_printed=lambda pages: self._desktop.messages.done(f"{title}を印刷しました({pages}ページ)。"),
            parent=self.window(),
        ).open()

    # ------------------------------------------------------------------ building
    def _build(self) -> None:
        has = self._access.has
        for picker in (self.capacity_form, self.area, self.session):
            fix(picker, min_width=150)
        papers = [
            _paper(
                "容量の書類",
                "くわしい報告、1枚のまとめ、校区ごと、計画と定員の突合。名前は入りません。"
                "条件を変えるときは「容量確認」から出します。",
                [self.capacity_form, self.area, self.capacity_button],
            ),
            _paper(
                "図上訓練の報告",
                "決めたこと、描いたもの、状況カード、容量の突合。番号と記号だけで、名前は入りません。",
                [self._no_session, self.session, self.exercise_button],
                "" if has(Right.RUN_EXERCISE) else _NO_EXERCISE,
            ),
            _paper(
                "名簿を渡す(名前入り)",
                "渡す先の受け持ちの人で、同意のある人だけを、必要な列だけ出します。二人目の人が確かめてから、"
                "一部ずつ番号をつけて渡します。",
                [self.roster_button, self.partners_button],
                "" if has(Right.PRINT_NAMED) else _NO_NAMED,
            ),
            _paper(
                "地図",
                "校区や自治会の地図、全校区の地図帳、校区を数で塗り分けた図。縮尺のとおりに、A4からA0まで。"
                "名前は入りません。",
                [self.map_button],
            ),
            _paper(
                "一人の避難の地図(名前入り)",
                "マイプランの行先までの道と支援者を1枚にします。同意のある人だけを、渡す先を決めて出します。",
                [self.person_button],
                "" if has(Right.PRINT_NAMED) else _NO_NAMED,
            ),
            *(_paper(one.title, one.words, [one.opens], one.refusal) for one in self._cards),
            _paper("操作とキーの一覧", "マウスを使わずに操作するための一枚です。", [self.keys_button]),
            _paper(
                "回復キーの紙",
                "合言葉を忘れたときに使う紙です。つくり直すと、前の紙は使えなくなります。",
                [self.recovery_button],
                "" if has(Right.KEEP_OPERATORS) else _NO_KEYS,
            ),
        ]
        ledger = card(
            Para("名前の入った写しを、一部ずつ書きとめたものです。", "quiet"), self.copies, title="提供台帳"
        )
        put_by(ledger, self)
        columns = Columns(papers, most=2, column=420)
        self.set_long_body((columns,), (ledger,) if has(Right.PRINT_NAMED) else ())


def _paper(
    title: str, words: str, parts: Sequence[QComboBox | QPushButton | QLabel], refusal: str = ""
) -> QWidget:
    """Card of one paper; a refusal stands in place of its buttons."""
    if refusal:
        return card(Para(words, line=1.35), Para(refusal, "quiet", line=1.35), None, title=title)
    for part in parts:
        if isinstance(part, QPushButton):
            part.setAccessibleName(f"{title}を{part.text()}")
    # A picker takes the room that is left, so that a day and a time can be read whole.
    pickers = [part for part in parts if isinstance(part, QComboBox)]
    row = hbox(*((part, 1) if part in pickers else part for part in parts), *([] if pickers else [None]))
    return card(Para(words, line=1.35), None, row, title=title)


def _session_words(operation: Operation) -> str:
    started = operation.started_at
    held = operation.held_on or (in_japan(started).date() if started else None)
    at = f"{in_japan(started):%H:%M}" if started else ""
    day = format_wareki(held) if held else ""
    return f"{operation.settings.district_id}校区　{day} {at}"
