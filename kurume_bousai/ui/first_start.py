"""はじめての起動: practise on the fictional city, or make the city's database and keep its key on paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QLineEdit, QProgressBar, QWidget

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.keys import MINIMUM_PASSPHRASE, require_passphrase
from kurume_bousai.ui.form_dialog import FormDialog, ask
from kurume_bousai.ui.kit.layouts import holder, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.tokens import SCALES, set_scale, tokens
from kurume_bousai.ui.kit.widgets import ChipRow, button, card, door, label
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.login import SecretField
from kurume_bousai.ui.recovery_key import RecoveryKeyPanel
from kurume_bousai.ui.tasks import Progress as TaskProgress
from kurume_bousai.ui.tasks import Step, Task, TaskRunner

if TYPE_CHECKING:
    from kurume_bousai.services.ports.sessions import CityDatabase

#: Tells how far long work is: done, of how many, what.
Progress = Callable[[int, int, str], None]
CreateDatabase = Callable[[str, str, Progress], "tuple[CityDatabase, str]"]

_LONGEST_NAME: Final = 50
_RULES: Final = (
    f"{MINIMUM_PASSPHRASE}文字以上です。ひらがなでも、英数字でもかまいません。\n"
    "短い言葉をいくつかつなげると、長くても覚えやすくなります。生年月日や電話番号は使わないでください。"
)


@dataclass(frozen=True, slots=True)
class _Steps:
    """The numbers of the steps."""

    doors: int
    practice: int
    make: int
    working: int
    key: int


class FirstStartDialog(FormDialog):
    """はじめてお使いですか. Accepted when a database stands and its recovery key is on paper.

    `create_database(operator, passphrase, progress)` runs on the writer thread and returns the opened
    database with its recovery key; `recovery_pdf(key)` makes the sheet in memory.
    """

    def __init__(
        self,
        create_database: CreateDatabase,
        runner: TaskRunner,
        start_practice: Callable[[], None],
        recovery_pdf: Callable[[str], bytes],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("はじめてお使いですか", parent, size=(900, 640))
        self.setWindowTitle("久留米 要支援者 図上訓練・容量")
        self._create_database = create_database
        self._runner = runner
        self._start_practice = start_practice
        self._recovery_pdf = recovery_pdf
        self._database: CityDatabase | None = None
        self._making: Task | None = None
        self.key_panel: RecoveryKeyPanel | None = None
        self.operator = QLineEdit()
        self.operator.setMaxLength(_LONGEST_NAME)
        self.passphrase = SecretField("合言葉")
        self.again = SecretField("合言葉(もう一度)")
        self._length_note = label("", "small")
        self._same_note = label("", "small")
        for secret in (self.passphrase, self.again):
            secret.line.textChanged.connect(self._tell_passphrase)
        self._progress_words = label("", "lead")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("データベースをつくる進みぐあい")
        self._key_place = holder(vbox())
        self._doors = self._make_doors()
        self._steps_are = _Steps(
            doors=self._add_doors(),
            practice=self._add_practice(),
            make=self._add_make(),
            working=self._add_working(),
            key=self._add_key(),
        )
        runner.progressed.connect(self._on_progress)
        self._tell_passphrase()
        self.show_step(self._steps_are.doors, self._doors[0])

    # ------------------------------------------------------------------ what it gives
    def database(self) -> CityDatabase:
        """Return the opened database; RuntimeError before acceptance."""
        if self._database is None:
            raise RuntimeError("no database has been made")
        return self._database

    def close_database(self) -> None:
        """Let go of a database that was made before the window was closed; it opens at the next start."""
        if self._database is not None:
            self._database.close()
            self._database = None

    # ------------------------------------------------------------------ what a person does
    def practise(self) -> None:
        """Open the fictional city in its own window."""
        try:
            self._start_practice()
        except OSError:
            self.say(
                KnownProblem(
                    "practice_not_started",
                    "練習の窓を開けませんでした。",
                    advice="プログラムを入れ直すか、管理者に相談してください。",
                )
            )
            return
        self.show_step(self._steps_are.practice)

    def show_make(self) -> None:
        """Ask for the first operator."""
        self.show_step(self._steps_are.make, self.operator)

    def make_database(self) -> None:
        """Make the database, if name and passphrase are right."""
        name, passphrase = self.operator.text().strip(), self.passphrase.text()
        try:
            self._check(name, passphrase)
        except KnownProblem as problem:
            self.say(problem)
            return
        make = self._create_database

        def work(progress: TaskProgress) -> tuple[CityDatabase, str]:
            return make(name, passphrase, progress.step)

        self._progress_words.setText("はじめています")
        self._bar.setRange(0, 0)
        self.show_step(self._steps_are.working)
        self._making = self._runner.write(work, self._on_created, on_fail=self._on_failed)

    def reject(self) -> None:
        """Stop; a key that is not on paper yet is asked about first (Qt)."""
        if self.step() == self._steps_are.working:
            return  # what has begun is finished: it takes a few seconds
        if self.step() != self._steps_are.key:
            super().reject()
            return
        ask(
            self,
            "回復キーを書かずに終えますか",
            [
                "データベースはできています。合言葉があれば、次から開けます。",
                "合言葉を忘れると、だれにも開けなくなります。",
                "回復キーは、あとで「設定」から新しくつくれます。",
            ],
            "書かずに終える",
            lambda: super(FirstStartDialog, self).reject(),
        )

    def done(self, result: int) -> None:
        """Forget what was typed and shown (Qt)."""
        self._forget()
        if self.key_panel is not None:
            self.key_panel.forget()
        super().done(result)

    # ------------------------------------------------------------------ steps
    def _make_doors(self) -> tuple[QWidget, QWidget]:
        practice = door(
            "架空の市で練習する",
            "名前も住所も作りものです。何をしても、だれにも迷惑はかかりません。",
            "school-outline",
            self.practise,
        )
        city = door(
            "この市のデータベースをつくる",
            "名簿を入れて仕事に使います。合言葉で暗号化します。",
            "shield-lock-outline",
            self.show_make,
        )
        return practice, city

    def _add_doors(self) -> int:
        choices = [(scale, f"{round(scale * 100)}%") for scale in SCALES]
        sizes = ChipRow(choices, tokens().scale, name="文字の大きさ")
        sizes.chosen.connect(set_scale)
        size_card = card(
            sizes,
            Para("津福校区の人は、入りきれますか。昭和10年4月1日・91歳　空き 229人分"),
            label("あとから「設定」でも変えられます。", "small"),
            title="どの大きさの文字が読みやすいですか",
        )
        leave = button("終える", on_click=self.reject)
        return self.add_step("はじめてお使いですか", [*self._doors, size_card], [leave, None])

    def _add_practice(self) -> int:
        back = button("もどる", on_click=lambda: self.show_step(self._steps_are.doors, self._doors[0]))
        leave = button("この窓を閉じる", "main", on_click=self.reject)
        words = Para(
            "少しお待ちください。練習の窓が、別に開きます。\n"
            "操作する人は「架空」、合言葉は demo です。\n開いたら、この窓は閉じてかまいません。",
            "lead",
        )
        return self.add_step("練習の窓を開いています", [words], [back, None, leave])

    def _add_make(self) -> int:
        back = button("もどる", on_click=lambda: self.show_step(self._steps_are.doors, self._doors[1]))
        make = button("データベースをつくる", "main", on_click=self.make_database)
        body = [
            labelled(
                "操作する人の名前",
                self.operator,
                hint="あなたの名前です。だれが操作したかの記録に残ります。",
            ),
            labelled("合言葉", self.passphrase),
            self._length_note,
            labelled("合言葉(もう一度)", self.again),
            self._same_note,
            Para(_RULES, "quiet"),
        ]
        return self.add_step("だれが、どの合言葉で使いますか", body, [back, None, make])

    def _add_working(self) -> int:
        wait = Para("電源を切らずに、数秒お待ちください。", "quiet")
        return self.add_step("データベースをつくっています", [self._progress_words, self._bar, wait], [])

    def _add_key(self) -> int:
        go_on = button("紙に書いたので始める", "main", on_click=self._check_key)
        return self.add_step("回復キーを紙に書いてください", [self._key_place], [None, go_on])

    # ------------------------------------------------------------------ inside
    def _check(self, name: str, passphrase: str) -> None:
        if not name:
            raise KnownProblem(
                "operator_missing",
                "操作する人の名前が空です。",
                advice="あなたの名前を入れてください。",
            )
        if not name.isprintable():
            raise KnownProblem(
                "operator_name",
                "操作する人の名前に、使えない文字があります。",
                advice="漢字、かな、英数字で入れてください。",
            )
        require_passphrase(passphrase, fictional=False)
        if passphrase != self.again.text():
            raise KnownProblem(
                "passphrase_differs",
                "合言葉が、2つの欄で違っています。",
                advice="「見せる」を押して、同じ合言葉かを確かめてください。",
            )

    def _tell_passphrase(self) -> None:
        length = len(self.passphrase.text().strip())
        lacking = MINIMUM_PASSPHRASE - length
        if not length:
            self._length_note.setText(f"{MINIMUM_PASSPHRASE}文字以上にします。")
        elif lacking > 0:
            self._length_note.setText(f"いま{length}文字です。あと{lacking}文字いります。")
        else:
            self._length_note.setText(f"{length}文字です。長さは十分です。")
        if not self.again.text():
            self._same_note.setText("打ちまちがいを防ぐため、同じ合言葉をもう一度入れます。")
        elif self.again.text() == self.passphrase.text():
            self._same_note.setText("2つの欄は同じです。")
        else:
            self._same_note.setText("2つの欄は、まだ違います。")

    def _on_progress(self, task: Task, step: Step) -> None:
        if task is not self._making:
            return
        self._bar.setRange(0, step.total)
        self._bar.setValue(step.done)
        self._progress_words.setText(step.text)

    def _on_created(self, made: tuple[CityDatabase, str]) -> None:
        self._database, recovery_key = made
        self._making = None
        self._forget()
        self.key_panel = RecoveryKeyPanel(recovery_key, self._recovery_pdf, self._runner, self.messages)
        self.key_panel.finished.connect(self.accept)
        layout = self._key_place.layout()
        if layout is not None:
            layout.addWidget(self.key_panel)
        self.show_step(self._steps_are.key, self.key_panel.written)

    def _on_failed(self, error: BaseException) -> bool:
        self._making = None
        self.show_step(self._steps_are.make, self.operator)
        return self.told(error)

    def _check_key(self) -> None:
        if self.key_panel is not None:
            self.key_panel.check()

    def _forget(self) -> None:
        for secret in (self.passphrase, self.again):
            secret.clear()
