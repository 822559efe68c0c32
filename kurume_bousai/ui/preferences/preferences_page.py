"""設定: how the program looks here, what the city decided, who may use the file, is the file whole."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from kurume_bousai import __version__
from kurume_bousai.domain.access import Right, Role
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.ports.keeping import Operator
from kurume_bousai.services.ports.operators import AuditCheck
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.files import choose_place, documents, free_place, open_folder
from kurume_bousai.ui.form_dialog import ask
from kurume_bousai.ui.kit.layouts import fix, hbox, holder, tab_behind, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.tokens import SCALES, Theme, hub, set_scale, set_theme, tokens
from kurume_bousai.ui.kit.widgets import ChipRow, button, card, label
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.login import SAMPLE
from kurume_bousai.ui.page import Page
from kurume_bousai.ui.preferences.city_rules import CityRulesCard
from kurume_bousai.ui.preferences.leaving_rules import LeavingRulesCard
from kurume_bousai.ui.preferences.matching_card import MatchingCard
from kurume_bousai.ui.preferences.operator_dialogs import OperatorDialog, PassphraseDialog
from kurume_bousai.ui.preferences.paper_order_card import PaperOrderCard
from kurume_bousai.ui.preferences.renew_key import renew_recovery_key
from kurume_bousai.ui.preferences.retention_card import RetentionCard
from kurume_bousai.ui.preferences.sharing_card import SharingCard
from kurume_bousai.ui.preferences.sources_card import SourcesCard

THEMES: Final = (
    (Theme.STANDARD.value, "ふつう"),
    (Theme.BLACK_ON_WHITE.value, "白地に黒"),
    (Theme.WHITE_ON_BLACK.value, "黒地に白"),
)
_NO_KEEPING: Final = "操作者を加えたり変えたりできるのは、「管理者」の役割がある人だけです。"
_NO_AUDIT: Final = "監査記録の点検とバックアップには、「名簿の担当」か「管理者」の役割がいります。"
_LICENCES: Final = (
    "このプログラムは MIT ライセンスです。\n"
    "地図の部品: Leaflet、Leaflet.draw(BSD-2-Clause / MIT)、folium(MIT)。地図はこの機械の中だけで動きます。\n"
    "文字: IPAexゴシック(IPAフォントライセンス v1.0)、アイコン: Material Design Icons(Apache-2.0)。\n"
    "画面: Qt for Python(LGPL-3.0)。暗号: SQLCipher(BSD)。計算: HiGHS(MIT)。"
)


class PreferencesPage(Page):
    """設定. What the city decides for capacity stands in the database, apart from this machine's comfort."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__("どこを変えますか", parent)
        self._desktop = desktop
        access = desktop.database.access
        self._may_keep, self._may_verify = access.has(Right.KEEP_OPERATORS), access.has(Right.VERIFY_AUDIT)
        self._districts: tuple[str, ...] = ()
        choices = [(scale, f"{round(scale * 100)}%") for scale in SCALES]
        self.scale = ChipRow(choices, tokens().scale, name="文字の大きさ")
        self.theme = ChipRow(THEMES, tokens().theme.value, name="配色")
        self.city_rules = CityRulesCard(desktop)
        self.leaving = LeavingRulesCard(desktop)
        self.sharing = SharingCard(desktop)
        self.matching = MatchingCard(desktop)
        self.sources = SourcesCard(desktop)
        self.paper_order = PaperOrderCard(desktop)
        self.retention = RetentionCard(desktop)
        self.operators = holder(vbox(gap=0.5))
        self.head = QLineEdit()
        self.head.setPlaceholderText("例 A-0042-7F3C9A1B22")
        self.audit_words = Para("")
        self.audit_words.hide()
        self._build()
        self.scale.chosen.connect(self._on_scale)
        self.theme.chosen.connect(self._on_theme)
        hub().tokens_changed.connect(self._on_tokens_changed)

    # ------------------------------------------------------------------ the page
    def entered(self) -> None:
        """Fill the page when it is shown."""
        self.reload()

    def first_focus(self) -> QWidget:
        """Return the first choice."""
        return self.scale

    def reload(self) -> None:
        """Read the city's values and the operators."""
        self.city_rules.reload()
        self.leaving.reload()
        self.sharing.reload()
        self.matching.reload()
        self.sources.reload()
        self.paper_order.reload()
        self.retention.reload()
        if not self._may_keep:
            return
        operators, database = self._desktop.services.operators, self._desktop.database

        def read() -> tuple[list[Operator], tuple[str, ...]]:
            with database.reading() as session:
                names = tuple(str(one.district_id) for one in session.districts.all())
            return operators.operators(), names

        self._desktop.runner.read(read, lambda found: self._on_read(*found), key="preferences-operators")

    def _on_read(self, operators: Sequence[Operator], districts: tuple[str, ...]) -> None:
        self._districts = districts
        layout = self.operators.layout()
        if layout is None:
            return
        while layout.count():
            item = layout.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.deleteLater()
        rows = [self._operator_row(operator) for operator in operators]
        for row in rows:
            layout.addWidget(row)
        tab_behind(self.operators, [one for row in rows for one in row.findChildren(QPushButton)])

    # ------------------------------------------------------------------ look
    def _on_scale(self, scale: object) -> None:
        if isinstance(scale, float):
            set_scale(scale)
            self._desktop.remember(text_scale=scale, text_scale_asked=True)

    def _on_theme(self, theme: object) -> None:
        set_theme(str(theme))
        self._desktop.remember(theme=str(theme))

    def _on_tokens_changed(self) -> None:
        with QSignalBlocker(self.scale), QSignalBlocker(self.theme):
            self.scale.set_value(tokens().scale)
            self.theme.set_value(tokens().theme.value)

    # ------------------------------------------------------------------ operators
    def add_operator(self) -> None:
        """Ask for a new operator."""
        self._open_operator(None)

    def change_passphrase(self) -> None:
        """Ask for one's own new passphrase."""
        PassphraseDialog(self._desktop, self.window()).open()

    def renew_recovery(self) -> None:
        """Make a new recovery key after asking."""
        renew_recovery_key(self._desktop, self.window())

    def _open_operator(self, known: Operator | None) -> None:
        made = OperatorDialog(self._desktop, self._districts, known, self.window())
        made.accepted.connect(self.reload)
        made.open()

    def _remove(self, operator: Operator) -> None:
        operators = self._desktop.services.operators

        def removed(_nothing: None) -> None:
            self._desktop.messages.done(f"{operator.name}さんを操作者から外しました。")
            self.reload()

        ask(
            self.window(),
            f"{operator.name}さんを操作者から外しますか",
            ["この人の合言葉では、もう開けなくなります。この人がした操作の記録は残ります。"],
            "外す",
            lambda: self._desktop.runner.write(
                lambda: operators.remove_operator(operator.name), removed, title="操作者を外しています"
            ),
        )

    def _operator_row(self, operator: Operator) -> QWidget:
        is_own = operator.name == self._desktop.database.access.name
        mark = "(あなた)" if is_own else ""
        words = vbox(
            label(f"{operator.name}{mark}", "heading"), Para(_role_words(operator), "small", line=1.35), gap=0
        )
        change = button(
            "役割を変える", "tool", on_click=partial(self._open_operator, operator),
            name=f"{operator.name}さんの役割を変える",
        )  # fmt: skip
        remove = button(
            "外す", "tool", on_click=partial(self._remove, operator), name=f"{operator.name}さんを外す"
        )
        remove.setVisible(not is_own)
        return holder(hbox((words, 1), change, remove))

    # ------------------------------------------------------------------ the file
    def verify(self) -> None:
        """Look at the whole audit and the whole file."""
        keeping, head = self._desktop.services.keeping, self.head.text().strip()
        self.verify_button.setEnabled(False)
        self._desktop.runner.compute(
            lambda: keeping.verify(head),
            self._on_verified,
            on_fail=self._on_not_verified,
            on_cancel=lambda: self.verify_button.setEnabled(True),
            title="監査記録を確かめています",
        )

    def backup(self) -> None:
        """Ask where and write a whole encrypted copy."""
        day = self._desktop.clock.now()
        suggested = free_place(documents(), f"バックアップ_{day:%Y%m%d}", ".bousai-backup")
        kinds = "バックアップ (*.bousai-backup)"
        place = choose_place(self.window(), "バックアップを置く場所", suggested, kinds)
        if place is None:
            return
        self.backup_to(place if place.suffix else place.with_name(f"{place.name}.bousai-backup"))

    def backup_to(self, place: Path) -> None:
        """Write a backup on the writer lane."""
        keeping = self._desktop.services.keeping

        def written(head: str) -> None:
            self._desktop.messages.notice(
                "バックアップをとりました。暗号化されたままなので、開くには同じ合言葉がいります。",
                where=str(place),
                advice=f"監査番号 {head} を紙に控え、別の建物に置くと安心です。",
            )

        self._desktop.runner.write(lambda: keeping.backup(place), written, title="バックアップをとっています")

    def _on_verified(self, check: AuditCheck) -> None:
        self.verify_button.setEnabled(True)
        if check.is_whole:
            words = (
                f"監査記録 {check.entries}件に、書きかえも抜けもありません。\nいまの監査番号: {check.head}"
            )
        else:
            faults = "\n".join(f"・{fault}" for fault in check.faults[:10])
            rest = f"\nほかに{len(check.faults) - 10}件あります。" if len(check.faults) > 10 else ""
            words = (
                f"監査記録 {check.entries}件のうちに、合わない所があります。\n{faults}{rest}\n"
                "このまま使い続けず、管理者に知らせてください。バックアップと比べられます。"
            )
        self.audit_words.set_text(words)
        self.audit_words.show()

    def _on_not_verified(self, error: BaseException) -> bool:
        self.verify_button.setEnabled(True)
        if isinstance(error, KnownProblem):
            self._desktop.messages.problem(error)
            return True
        return False

    # ------------------------------------------------------------------ building
    def _build(self) -> None:
        look = card(
            labelled("文字の大きさ", self.scale),
            card(Para(SAMPLE), name="見本"),
            labelled("配色", self.theme),
            title="見え方(この機械だけ)",
        )
        later = (
            self.sharing,
            self.leaving,
            self.paper_order,
            self.matching,
            self.sources,
            self.retention,
            self._people_card(),
            self._file_card(),
            self._about_card(),
        )
        self.set_long_body((look, self.city_rules), later)

    def _people_card(self) -> QWidget:
        own = button("自分の合言葉を変える", icon="form-textbox-password", on_click=self.change_passphrase)
        if not self._may_keep:
            return card(Para(_NO_KEEPING, "quiet"), hbox(own, None), title="操作者と鍵")
        self.add_button = button("操作者を加える", icon="account-plus-outline", on_click=self.add_operator)
        recovery = button("回復キーをつくり直す", icon="shield-key-outline", on_click=self.renew_recovery)
        return card(self.operators, hbox(self.add_button, own, recovery, None), title="操作者と鍵")

    def _file_card(self) -> QWidget:
        if not self._may_verify:
            return card(Para(_NO_AUDIT, "quiet"), title="記録とバックアップ")
        self.verify_button = button("監査記録を確かめる", icon="text-box-check-outline", on_click=self.verify)
        self.backup_button = button(
            "バックアップをとる", icon="content-save-all-outline", on_click=self.backup
        )
        self.head.returnPressed.connect(self.verify)
        fix(self.head, min_width=300)
        return card(
            Para("だれが何をしたかの記録が、あとから書きかえられていないかを調べます。", line=1.35),
            hbox(labelled("紙にある監査番号(なくてもよい)", self.head), None, gap=2),
            hbox(self.verify_button, self.backup_button, None),
            self.audit_words,
            title="記録とバックアップ",
        )

    def _about_card(self) -> QWidget:
        fonts = tokens().families[0] if tokens().families else ""
        database, log = self._desktop.database_path, self._desktop.services.keeping.log_path
        lines = f"版 {__version__}　使っている文字 {fonts}\nデータベース: {database}\n不具合の記録: {log}"
        places = Para(lines)
        places.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByKeyboard | Qt.TextInteractionFlag.TextSelectableByMouse
        )
        opened = button(
            "データベースのフォルダーを開く",
            icon="folder-open-outline",
            on_click=partial(open_folder, database),
        )
        return card(
            places,
            Para("不具合の記録に、名前や住所は入りません。", "small"),
            hbox(opened, None),
            Para(_LICENCES, "quiet", line=1.35),
            title="版とライセンス",
        )


def _role_words(operator: Operator) -> str:
    roles = "、".join(word_of(role) for role in Role if role in operator.roles)
    flag = "　支援措置担当" if operator.handles_protected else ""
    if operator.districts is None:
        return f"{roles}　すべての校区{flag}"
    names = "、".join(f"{name}校区" for name in sorted(operator.districts))
    return f"{roles}　{names}{flag}"
