from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.ui.first_start import FirstStartDialog, Progress
from kurume_bousai.ui.form_dialog import ConfirmDialog
from kurume_bousai.ui.kit.layouts import VScroll
from kurume_bousai.ui.kit.tokens import set_scale
from kurume_bousai.ui.tasks import TaskRunner
from tests.fakes.city import FakeCity
from tests.fixtures.rosters import CLERK, city
from tests.helpers.office_desktop import KEY, small_pdf

PASSPHRASE = "青いきじと赤い橋と川"


class Maker:
    """Makes a database, or fails as told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.practised = 0
        self.problem: KnownProblem | None = None
        self.made: FakeCity = city(CLERK)

    def create(self, name: str, passphrase: str, progress: Progress) -> tuple[FakeCity, str]:
        self.asked.append((name, passphrase))
        progress(1, 3, "鍵をつくっています")
        if self.problem is not None:
            raise self.problem
        return self.made, KEY

    def practise(self) -> None:
        self.practised += 1


@pytest.fixture
def maker() -> Maker:
    return Maker()


@pytest.fixture
def dialog(runner: TaskRunner, qtbot: QtBot, maker: Maker) -> Iterator[FirstStartDialog]:
    made = FirstStartDialog(maker.create, runner, maker.practise, lambda _key: small_pdf())
    qtbot.addWidget(made)
    made.show()
    yield made
    runner.close()


def fill(dialog: FirstStartDialog, passphrase: str = PASSPHRASE, again: str = PASSPHRASE) -> None:
    dialog.show_make()
    dialog.operator.setText("山田")
    dialog.passphrase.line.setText(passphrase)
    dialog.again.line.setText(again)
    dialog.make_database()


def codes_shown(dialog: FirstStartDialog) -> list[str]:
    return [message.text for message in dialog.messages.messages()]


def test_it_fits_the_small_screen(dialog: FirstStartDialog) -> None:
    for scale in (1.0, 1.5):
        set_scale(scale)
        assert dialog.minimumSizeHint().height() <= 551
        assert dialog.minimumSizeHint().width() <= 1093


def test_practice_opens_another_window_and_this_one_stays(dialog: FirstStartDialog, maker: Maker) -> None:
    dialog.practise()
    assert maker.practised == 1
    assert dialog.isVisible()


@pytest.mark.parametrize(
    ("passphrase", "again", "words"),
    [("みじかい", "みじかい", "10文字以上"), (PASSPHRASE, PASSPHRASE + "!", "違っています")],
)
def test_a_bad_passphrase_makes_nothing(
    dialog: FirstStartDialog, maker: Maker, passphrase: str, again: str, words: str
) -> None:
    fill(dialog, passphrase, again)
    assert maker.asked == []
    assert words in codes_shown(dialog)[0]


def test_the_key_must_be_on_paper_before_work_begins(
    dialog: FirstStartDialog, maker: Maker, qtbot: QtBot
) -> None:
    fill(dialog)
    qtbot.waitUntil(lambda: dialog.key_panel is not None)
    panel = dialog.key_panel
    assert panel is not None
    assert dialog.passphrase.text() == ""
    panel.check()
    assert "まだ紙に書いていません" in codes_shown(dialog)[0]
    panel.written.setChecked(True)
    assert not panel.keys.isVisible()
    panel.last_group.setText("ABCD")
    panel.check()
    assert "違います" in codes_shown(dialog)[0]
    panel.last_group.setText("ｚｔｄ９")  # full width, small letters
    panel.check()
    assert dialog.result() == FirstStartDialog.DialogCode.Accepted
    assert dialog.database() is maker.made
    assert panel.keys.accessibleName() == ""


def test_leaving_without_the_paper_is_asked(dialog: FirstStartDialog, qtbot: QtBot) -> None:
    fill(dialog)
    qtbot.waitUntil(lambda: dialog.key_panel is not None)
    dialog.reject()
    assert dialog.isVisible()
    question = dialog.findChild(ConfirmDialog)
    assert question is not None
    question.reject()
    assert dialog.isVisible()


def test_what_the_disk_says_is_told_and_the_form_is_back(
    dialog: FirstStartDialog, maker: Maker, qtbot: QtBot
) -> None:
    maker.problem = KnownProblem("disk_full", "ディスクの空きが足りません。")
    fill(dialog)
    qtbot.waitUntil(lambda: codes_shown(dialog) == ["ディスクの空きが足りません。"])
    assert dialog.operator.text() == "山田"
    assert dialog.key_panel is None


def test_the_first_question_needs_no_scrolling(dialog: FirstStartDialog, qtbot: QtBot) -> None:
    assert {
        place.verticalScrollBar().maximum() for place in dialog.findChildren(VScroll) if place.isVisible()
    } == {0}
