"""だれが対象ですか: judge everybody, look at what changed, decide those who meet no criterion any more."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.dates import format_wareki, format_wareki_short
from kurume_bousai.domain.eligibility import HOME_UNKNOWN, CriteriaSet, EligibilityChange, Verdict
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.eligibility.judging import JudgedPerson, Judgement
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable, Row
from kurume_bousai.ui.form_dialog import FormDialog, ask
from kurume_bousai.ui.kit.tokens import control
from kurume_bousai.ui.kit.widgets import ChipRow, NumberLabel, Para, button, card, field, hbox, label, vbox
from kurume_bousai.ui.letters.words import finding_words
from kurume_bousai.ui.registry.words import number_words
from kurume_bousai.ui.tasks import Progress

_PEOPLE: Final = (
    Column("番号", is_figure=True, at_least=70),
    Column("氏名", stretches=True, at_least=140),
    Column("校区", at_least=90, drop=2),
    Column("判定", at_least=110),
    Column("わけ", stretches=True, at_least=220),
    Column("いつから", at_least=90, drop=1),
)
_CRITERIA: Final = (
    Column("要件", stretches=True, at_least=240),
    Column("当たる人", is_figure=True, at_least=90),
    Column("始まり", at_least=90, drop=2),
    Column("終わり", at_least=90, drop=2),
    Column("確かめ", at_least=80),
    Column("根拠", stretches=True, at_least=160, drop=1),
)
_MOST_ROWS: Final = 2_000


class Group(StrEnum):
    """一覧の種類."""

    CRITERIA = "criteria"
    LEFT = "left"
    UNKNOWN = "unknown"
    FRESH = "fresh"
    HOME = "home"
    KEPT = "kept"
    PROTECTED = "protected"


#: Height of a screen, px at 100 %, below which the large numbers give way to the list.
_ROOMY: Final = 640


class EligibilityDialog(FormDialog):
    """だれが対象ですか. Nothing leaves the list by itself: each removal is pressed."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__("だれが対象ですか", parent, size=(1180, 660))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._service = desktop.services.letters.eligibility()
        self._judgement: Judgement | None = None
        self.eligible = NumberLabel("対象者", "—", "人", "要件に当たる人と、残すと決めた人")
        self.proposed = NumberLabel("外す候補", "—", "人", "どの要件にも当たらない人")
        self.doubtful = NumberLabel("わからない", "—", "人", "人が見て決める")
        self.fresh = NumberLabel("新しく対象", "—", "人", "前の判定にいなかった人を含む")
        self.chips = ChipRow([(Group.CRITERIA, "要件")], Group.CRITERIA, name="一覧を選ぶ")
        self.chips.chosen.connect(lambda _group: self._show())
        self.people = FigureTable(_PEOPLE, name="判定された人")
        self.criteria = FigureTable(_CRITERIA, name="要件")
        self.people.moved.connect(lambda _key: self._follow())
        self.about = Para("", "quiet", line=1.35)
        self.run_button = button("判定する", "main", "account-check-outline", self.run)
        self.remove_button = button("名簿から外す", "plain", "account-remove-outline", self._ask_remove)
        self.keep_button = button("対象者として残す", "plain", "account-plus-outline", self._ask_keep)
        self.edit_button = button("要件を直す", "plain", "pencil-outline", self._edit)
        self._main = self._build()
        self._keep_step = self._build_keep()
        desktop.privacy.changed.connect(self._on_privacy)
        desktop.changes.follow(frozenset({Topic.MEMBERS, Topic.ELIGIBILITY}), self.read)
        self.show_step(self._main, self.run_button)
        self.read()

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> int:
        title = label("だれが対象ですか", "title")
        numbers = card(hbox(self.eligible, self.proposed, self.doubtful, self.fresh, gap=3))
        # On a low screen the list has their room: the chips below tell all but the first of them again.
        numbers.setVisible(self.screen().availableGeometry().height() >= control(_ROOMY))
        foot = hbox(
            self.remove_button,
            self.keep_button,
            self.edit_button,
            None,
            button("閉じる", "plain", "close", self.reject),
        )
        return self.add_wide_step(
            vbox(
                hbox((title, 1), self.run_button),
                numbers,
                self.chips,
                (self.criteria, 1),
                (self.people, 1),
                self.about,
                foot,
                gap=1,
            )
        )

    def _build_keep(self) -> int:
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("例 難聴で警報が聞こえないと、民生委員から聞いた")
        self._keep_words = Para("")
        back = button("もどる", on_click=lambda: self.show_step(self._main, self.people))
        do = button("残す", "main", on_click=self._keep)
        return self.add_step(
            "対象者として残すわけは何ですか",
            [
                self._keep_words,
                field("わけ", self.reason, hint="あとで見る人にわかるように書きます。名簿の紙には出ません。"),
            ],
            [back, None, do],
        )

    # -- reading -------------------------------------------------------------------------------

    def read(self) -> None:
        """Read what the last run found."""
        self._desktop.runner.read(self._service.results, self._on_read, on_fail=self.told, key="eligible")

    def _on_read(self, found: Judgement | None) -> None:
        self._judgement = found
        if found is None:
            self.about.set_text("まだ判定していません。「判定する」を押すと、名簿の全員を要件に当てます。")
            self._desktop.runner.read(self._service.in_force, self._on_criteria, on_fail=self.told)
            return
        counts = found.changes
        open_left = sum(one.is_open and one.finding.verdict is Verdict.NOT_MET for one in found.counted)
        open_doubtful = sum(one.is_open and one.finding.verdict is Verdict.UNKNOWN for one in found.counted)
        fresh = counts[EligibilityChange.JOINED] + counts[EligibilityChange.BECAME]
        for number, value in (
            (self.eligible, found.eligible),
            (self.proposed, open_left),
            (self.doubtful, open_doubtful),
            (self.fresh, fresh),
        ):
            number.set_number(f"{value:,}")
        self._set_chips(found, open_left, open_doubtful, fresh)
        self._say(found)
        self._show()

    def _set_chips(self, found: Judgement, left: int, doubtful: int, fresh: int) -> None:
        kept = sum(one.decision is not None for one in found.counted)
        choices = [
            (Group.CRITERIA, "要件"),
            (Group.LEFT, f"外す候補 {left:,}"),
            (Group.UNKNOWN, f"わからない {doubtful:,}"),
            (Group.FRESH, f"新しく対象 {fresh:,}"),
            (Group.HOME, f"在宅か不明 {found.home_unknown:,}"),
            (Group.KEPT, f"残すと決めた {kept:,}"),
        ]
        hidden = sum(one.is_protected for one in found.people)
        if hidden:
            choices.append((Group.PROTECTED, f"支援措置対象者 {hidden:,}"))
        self.chips.set_choices(choices, self.chips.value() or Group.CRITERIA)

    def _say(self, found: Judgement) -> None:
        run = found.run
        unconfirmed = sum(one.is_unconfirmed for one in found.criteria.on(found.judged_on))
        words = ""
        if found.home_unknown:
            words = (
                f"当たる人のうち{found.home_unknown:,}人は、在宅か入所・入院かがわかりません。"
                "人の記録の「在宅・入所」か、取り込みの同じ名前の列で入れてください。\n"
            )
        words += f"{format_wareki(found.judged_on)}に「{found.criteria.name}」で判定しました。"
        words += (
            f"名簿の{len(found.counted):,}人のうち、対象者は{found.eligible:,}人です。"
            "支援措置対象者は含みません。"
        )
        if unconfirmed:
            words += f"要件のうち{unconfirmed}つは「要確認」です。要綱で確かめてください。"
        if run is not None and run.run == 1:
            words += "はじめての判定なので、当たる人はみな「はじめて対象」です。"
        self.about.set_text(words)

    def _on_criteria(self, criteria: CriteriaSet) -> None:
        if self._judgement is None:
            self._show_criteria(Judgement(criteria, self._service.today, ()), has_counts=False)
            self._arrange(Group.CRITERIA)

    # -- showing -------------------------------------------------------------------------------

    def _show(self) -> None:
        found = self._judgement
        if found is None:
            return
        group = self.chips.value() or Group.CRITERIA
        if group is Group.CRITERIA:
            self._show_criteria(found, has_counts=True)
        else:
            chosen = [one for one in found.people if _IN[group](one)]
            self.people.set_rows([self._row(one, found) for one in chosen[:_MOST_ROWS]])
        self._arrange(group)

    def _arrange(self, group: Group) -> None:
        self.criteria.setVisible(group is Group.CRITERIA)
        self.people.setVisible(group is not Group.CRITERIA)
        self._follow()

    def _show_criteria(self, found: Judgement, *, has_counts: bool) -> None:
        counts = found.by_criterion
        self.criteria.set_rows(
            [
                (
                    one.criterion_id,
                    (
                        Cell(one.words, is_quiet=not one.holds_on(found.judged_on)),
                        Cell(f"{counts[one.criterion_id]:,}人" if has_counts else "—"),
                        Cell("" if one.valid_from is None else format_wareki_short(one.valid_from)),
                        Cell("" if one.valid_to is None else format_wareki_short(one.valid_to)),
                        Cell("要確認" if one.is_unconfirmed else "確認済"),
                        Cell(one.basis, is_quiet=True),
                    ),
                )
                for one in found.criteria.criteria
            ]
        )

    def _row(self, one: JudgedPerson, found: Judgement) -> Row:
        privacy = self._desktop.privacy
        decided = "" if one.decision is None else f"({word_of(one.decision)})"
        return one.member_id, (
            Cell(number_words(one.number)),
            Cell(privacy.shown(one.name)),
            Cell("校区不明" if one.district_id is None else str(one.district_id)),
            Cell(f"{word_of(one.change)}{decided}"),
            Cell(finding_words(one.finding, one.before, found.criteria)),
            Cell("" if one.since_on is None else format_wareki_short(one.since_on)),
        )

    def _on_privacy(self, _hidden: bool) -> None:
        self._show()

    def _chosen(self) -> JudgedPerson | None:
        key = self.people.key()
        people = () if self._judgement is None or not self.people.isVisible() else self._judgement.people
        return next((one for one in people if one.member_id == key), None)

    def _follow(self) -> None:
        one = self._chosen()
        self.remove_button.setEnabled(
            one is not None and one.is_open and one.finding.verdict is Verdict.NOT_MET
        )
        self.keep_button.setEnabled(one is not None and one.is_open)

    # -- doing ---------------------------------------------------------------------------------

    def run(self) -> None:
        """判定する: nobody's record is changed by it."""
        self.clear_messages()
        self.set_busy(busy=True)
        service = self._service

        def work(progress: Progress) -> Outcome[Judgement]:
            return service.run(progress.step)

        self._desktop.runner.write(work, self._on_run, on_fail=self.told, title="対象者の判定")

    def _on_run(self, outcome: Outcome[Judgement]) -> None:
        self.set_busy(busy=False)
        self._desktop.finish(outcome, "判定しました。名簿はまだ変えていません。")

    def _ask_remove(self) -> None:
        one = self._chosen()
        if one is None:
            return
        lines = [
            f"番号 {number_words(one.number)} の人を、要件に当たらなくなったとして名簿から外します。",
            "記録は残り、渡してある名簿は差分名簿で知らせます。",
        ]
        ask(self, "名簿から外しますか", lines, "外す", lambda: self._remove(one.member_id))

    def _remove(self, member_id: MemberId) -> None:
        self._write(lambda: self._service.remove([member_id]), "名簿から外しました。")

    def _ask_keep(self) -> None:
        one = self._chosen()
        if one is None:
            return
        self.reason.clear()
        self._keep_words.set_text(
            f"番号 {number_words(one.number)} の人を、これらに準じる人として名簿に残します。"
        )
        self.show_step(self._keep_step, self.reason)

    def _keep(self) -> None:
        one, reason = self._chosen_for_keep(), self.reason.text()
        if one is not None:
            self._write(lambda: self._service.keep([one], reason), "対象者として残しました。")

    def _chosen_for_keep(self) -> MemberId | None:
        key = self.people.key()
        return None if key is None else MemberId(str(key))

    def _write(self, work: Callable[[], Outcome[int]], words: str) -> None:
        self.set_busy(busy=True)

        def done(outcome: Outcome[int]) -> None:
            self.set_busy(busy=False)
            self.show_step(self._main, self.people)
            self._desktop.finish(outcome, words)

        self._desktop.runner.write(work, done, on_fail=self.told)

    def _edit(self) -> None:
        from kurume_bousai.ui.letters.criteria_dialog import CriteriaDialog

        CriteriaDialog(self._desktop, self._service, self).open()


_IN: Final[dict[Group, Callable[[JudgedPerson], bool]]] = {
    Group.LEFT: lambda one: not one.is_protected and one.is_open and one.finding.verdict is Verdict.NOT_MET,
    Group.UNKNOWN: lambda one: (
        not one.is_protected and one.is_open and one.finding.verdict is Verdict.UNKNOWN
    ),
    Group.FRESH: lambda one: (
        not one.is_protected and one.change in (EligibilityChange.JOINED, EligibilityChange.BECAME)
    ),
    Group.HOME: lambda one: not one.is_protected and HOME_UNKNOWN in one.finding.criteria,
    Group.KEPT: lambda one: not one.is_protected and one.decision is not None,
    Group.PROTECTED: lambda one: one.is_protected,
}
