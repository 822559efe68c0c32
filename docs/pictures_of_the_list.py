"""The pictures of the manual of the list's own work: several files at once, pairs, checks, the year.

The list is changed by some of them; they stand late among the pictures.
"""

# ruff: noqa: INP001, S101 - a script beside make_pictures.py; an assert tells a type
from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog

    from kurume_bousai.ui.headless import Studio
    from kurume_bousai.ui.registry.import_page import ImportPage

Shot = Callable[["Studio"], None]
Row = Mapping[str, str]
_LETTERS: Final = "春夏秋冬東西南北上下"
_KANA: Final = "ハナアフヒニミキウシ"
_RESIDENT: Final = "市民課（架空）"
_CARE: Final = "介護保険課（架空）"
_DISABILITY: Final = "障害者福祉課（架空）"
_PEOPLE: Final = 200


def _person(number: int) -> dict[str, str]:
    first, second = number % 10, number // 10 % 10
    return {
        "ID": f"J{number:06d}",
        "氏名": f"架空 {_LETTERS[first]}{_LETTERS[second]}{number // 100}子",
        "フリガナ": f"カクウ {_KANA[first]}{_KANA[second]}{'イニサ'[number // 100]}コ",
        "生年月日": f"S{5 + number % 30}.{number % 12 + 1}.{number % 28 + 1}",
        "性別": "女",
        "住所": f"久留米市架空町{9000 + number}-12",
        "校区": ("津福", "荒木", "御井")[number % 3],
        "電話1": f"0942-00-{number:04d}",
        "登録状態": "申込済",
    }


def _write(path: Path, rows: Sequence[Row]) -> Path:
    with path.open("w", encoding="cp932", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def _residents() -> list[dict[str, str]]:
    return [_person(number) for number in range(_PEOPLE)]


def _disabled() -> list[dict[str, str]]:
    rows = [_person(number) | {"ID": f"S-{number:06d}", "身障等級": "2級"} for number in range(0, _PEOPLE, 4)]
    rows[1]["氏名"] = rows[1]["氏名"].replace("架空", "仮名")
    rows[1]["フリガナ"] = rows[1]["フリガナ"].replace("カクウ", "カメイ")
    rows[2]["生年月日"] = "S20.2.3"
    rows[3] |= {"生年月日": "", "電話1": ""}
    return rows


def _open_import(studio: Studio) -> ImportPage:
    from kurume_bousai.ui.registry.roster_page import RosterPage

    page = studio.show_page("roster")
    assert isinstance(page, RosterPage)
    steps = page.open_import()
    studio.settle()
    return steps


def _check(
    studio: Studio, steps: ImportPage, path: Path, source: str, *, is_whole: bool, totals: str = ""
) -> None:
    steps.file.path.setText(str(path))
    steps.file.source.setCurrentText(source)
    steps.file.extent.set_value(is_whole)
    steps.file.totals.setText(totals)
    for _step in range(2):
        steps.go_on()
        studio.settle()


def _grab(studio: Studio, name: str) -> None:
    studio.window.messages.clear()
    studio.settle()
    studio.grab(studio.window, name)


def _several(studio: Studio) -> None:
    """Two offices at once; the second one's totals do not agree."""
    folder = studio.folder
    totals = folder / "件数表.csv"
    totals.write_text("区分,値\n総件数,54\n校区:津福,18\n校区:荒木,18\n校区:御井,18\n", encoding="utf-8-sig")
    steps = _open_import(studio)
    _check(studio, steps, _write(folder / "住基.csv", _residents()), _RESIDENT, is_whole=True)
    steps.add_file()
    path = _write(folder / "障害.csv", _disabled())
    _check(studio, steps, path, _DISABILITY, is_whole=True, totals=str(totals))
    _grab(studio, "import_several")
    steps.go_on()
    studio.settle()
    _grab(studio, "import_pairs")
    steps.closed.emit()
    studio.settle()


def _removals(studio: Studio) -> None:
    """One 校区's file declared whole: stopped."""
    folder = studio.folder
    steps = _open_import(studio)
    _check(studio, steps, _write(folder / "全員.csv", _residents()), _CARE, is_whole=True)
    for _step in range(3):
        steps.go_on()
        studio.settle()
    steps.closed.emit()
    steps = _open_import(studio)
    part = _write(folder / "御井だけ.csv", _residents()[:10])
    _check(studio, steps, part, _CARE, is_whole=True)
    _grab(studio, "import_removals")
    steps.closed.emit()
    steps = _open_import(studio)
    _grab(studio, "import_past")
    steps.closed.emit()
    studio.settle()


def _mapping(studio: Studio) -> None:
    """An office whose headings are not ours."""
    rows = [
        {
            "被保険者番号": row["ID"], "姓": row["氏名"].split()[0], "名": row["氏名"].split()[1],
            "生年月日": row["生年月日"], "住所": row["住所"], "要介護区分": "23",
        }
        for row in _residents()[:20]
    ]  # fmt: skip
    steps = _open_import(studio)
    steps.file.path.setText(str(_write(studio.folder / "介護の抽出.csv", rows)))
    steps.file.source.setCurrentText("架空市の介護")
    steps.file.extent.set_value(False)
    steps.go_on()
    studio.settle()
    _grab(studio, "import_mapping")
    steps.columns.ask("氏名")
    studio.settle()
    dialog = steps.columns.dialog
    assert dialog is not None
    dialog.heading.setCurrentText("姓")
    dialog.further.setCurrentText("名")
    studio.grab(dialog, "import_mapping_column")
    dialog.reject()
    steps.closed.emit()
    studio.settle()


def _duplicates(studio: Studio) -> None:
    from kurume_bousai.domain.matching import PairVerdict

    steps = _open_import(studio)
    dialog = steps.show_duplicates()
    studio.settle()
    studio.grab(dialog, "duplicates")
    dialog.pair.decided.emit(PairVerdict.SAME)
    studio.settle()
    studio.grab(dialog, "duplicates_merge")
    dialog.accept()
    steps.closed.emit()
    studio.settle()


def _quality(studio: Studio) -> None:
    from kurume_bousai.ui.office_cards import open_quality_with_places

    dialog = open_quality_with_places(studio.desktop, studio.window)
    studio.settle()
    dialog.places.setFocus()
    studio.grab(dialog, "quality")
    dialog.reject()
    studio.settle()


def _yearly(studio: Studio) -> None:
    from kurume_bousai.domain.yearly_update import STEPS, YearlyStep
    from kurume_bousai.ui.form_dialog import ConfirmDialog
    from kurume_bousai.ui.yearly.yearly_dialog import open_yearly

    dialog = open_yearly(studio.desktop, studio.window)
    studio.settle()
    if dialog.start_button.isVisible():
        dialog.start_button.click()
        studio.settle()
        for question in dialog.findChildren(ConfirmDialog):
            question._do()  # noqa: SLF001 - what 「始める」 does
        studio.settle()
        if dialog.due_step.days[YearlyStep.NOTICE].isVisible():  # begun late in the year
            today = studio.desktop.clock.now().date()
            for place, step in enumerate(STEPS, start=1):
                dialog.due_step.days[step].set_value(today + timedelta(days=20 * place))
            dialog.save_due()
            studio.settle()
    studio.grab(dialog, "yearly")
    dialog.record_button.click()
    studio.settle()
    studio.grab(dialog, "yearly_record")
    dialog.reject()
    studio.settle()


def _activities(studio: Studio) -> None:
    from kurume_bousai.ui.activities.activities_dialog import open_activities

    dialog = open_activities(studio.desktop, studio.window)
    studio.settle()
    studio.grab(dialog, "activities")
    dialog.add_button.click()
    studio.settle()
    studio.grab(dialog, "activities_form")
    dialog.reject()
    studio.settle()


def _eligibility(studio: Studio) -> None:
    from kurume_bousai.ui.letters.eligibility_dialog import EligibilityDialog

    dialog = EligibilityDialog(studio.desktop, studio.window)
    dialog.open()
    studio.settle()
    dialog.run()
    studio.settle()
    studio.grab(dialog, "eligibility")
    dialog.reject()
    studio.settle()


def _mailing(studio: Studio) -> None:
    from kurume_bousai.ui.letters.mailing_dialog import MailingDialog

    _window(studio, MailingDialog(studio.desktop, studio.window), "mailing")


def _reply(studio: Studio) -> None:
    from kurume_bousai.ui.letters.reply_dialog import ReplyDialog

    _window(studio, ReplyDialog(studio.desktop, studio.window), "reply")


def _window(studio: Studio, dialog: QDialog, name: str) -> None:
    """A window as it opens."""
    dialog.open()
    studio.settle()
    studio.grab(dialog, name)
    dialog.reject()
    studio.settle()


SHOTS: Final[dict[str, Shot]] = {
    "quality": _quality,
    "duplicates": _duplicates,
    "list_mapping": _mapping,
    "list_several": _several,
    "list_removals": _removals,
    "yearly": _yearly,
    "activities": _activities,
    "eligibility": _eligibility,
    "mailing": _mailing,
    "reply": _reply,
}
