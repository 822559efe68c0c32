"""Make the pictures of the manual: the real program on a fictional city, photographed without a screen.

    .venv/bin/python docs/make_pictures.py            every picture
    .venv/bin/python docs/make_pictures.py session    only those whose name contains "session"

Pictures go to ``docs/manual/pictures``. They are reduced to few colours, so that a checkout stays small.
"""

# ruff: noqa: INP001, T201 - a script that is run by path and speaks to a person at a terminal
from __future__ import annotations

import argparse
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run by path, also where the project is not installed

import pictures_of_hand_outs  # noqa: E402 - beside this script
import pictures_of_maps  # noqa: E402 - beside this script
import pictures_of_the_list  # noqa: E402 - beside this script

from kurume_bousai import app  # noqa: E402 - found only now
from kurume_bousai.geo import map_pictures  # noqa: E402 - found only now

if TYPE_CHECKING:
    from kurume_bousai.domain.ids import OperationId
    from kurume_bousai.domain.session import ExerciseSession
    from kurume_bousai.services.ports.sessions import CityDatabase
    from kurume_bousai.ui.headless import Studio

PICTURES: Final = ROOT / "docs" / "manual" / "pictures"
DISTRICT: Final = "津福"
LARGEST_BYTES: Final = 150_000
#: The screen of the laptop in the hall (UI.md).
SCREEN: Final = {"name": "hall", "x": 0, "y": 0, "width": 1366, "height": 768, "dpr": 1}
#: Shown in the picture of the recovery key; opens nothing.
SAMPLE_KEY: Final = "SAMP-1E00-KEY0-0000-0000-0000-0000"

Shot = Callable[["Studio"], None]


def main(arguments: list[str]) -> int:
    """Take the pictures asked for; returns the exit status."""
    parser = argparse.ArgumentParser(description="説明書の図を作ります。")
    parser.add_argument("names", nargs="*", help="図の名前の一部(なければ全部)")
    wanted = parser.parse_args(arguments).names
    with tempfile.TemporaryDirectory() as folder:
        # Before anything asks for a folder: nobody's settings are read or changed.
        os.environ["KURUME_BOUSAI_HOME"] = str(Path(folder) / "home")
        screens = Path(folder) / "screens.json"
        screens.write_text(json.dumps({"screens": [SCREEN]}), encoding="utf-8")
        os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={screens}"
        app.prepare_headless(_tell)
        _take(Path(folder), [name for name in SHOTS if not wanted or any(part in name for part in wanted)])
    return 0


def _take(folder: Path, names: list[str]) -> None:
    from kurume_bousai.cli.demo_database import prepare_demo
    from kurume_bousai.services.fictional.city import DEFAULT_MEMBERS, DEFAULT_SEED
    from kurume_bousai.ui.headless import Studio

    path = app.demo_database_path(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    prepare_demo(path, members=DEFAULT_MEMBERS, seed=DEFAULT_SEED, fresh=False, progress=_quiet)
    database = app.open_city(path, app.DEMO_OPERATOR, app.DEMO_PASSPHRASE)
    try:
        _hold_a_session(database)
        with Studio(app.wiring(path, app.DEMO_OPERATOR), database, folder) as studio:
            for name in names:
                SHOTS[name](studio)
                _tell(name)
        if studio.pictures.problems or studio.pictures.blocked_requests:
            raise SystemExit(f"図の途中で問題がありました: {studio.pictures.problems}")
    finally:
        database.close()
    PICTURES.mkdir(parents=True, exist_ok=True)
    for file in studio.pictures.files:
        (PICTURES / file.name).write_bytes(smaller(file.read_bytes()))


def smaller(png: bytes) -> bytes:
    """The picture in few colours, as small as the manual needs it."""
    from PIL import Image

    full = Image.open(io.BytesIO(png)).convert("RGB")
    kept = b""
    for colours in (256, 128, 64):
        # With k-means the few pixels of a state's sign keep their own colour.
        few = full.quantize(colours, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE)
        written = io.BytesIO()
        few.save(written, "PNG", optimize=True)
        kept = written.getvalue()
        if len(kept) <= LARGEST_BYTES:
            break
    return kept


# ------------------------------------------------------------------ what is photographed


def _page(page_id: str) -> Shot:
    def shoot(studio: Studio) -> None:
        studio.show_page(page_id)
        _grab_window(studio, page_id)

    return shoot


def _first_start(studio: Studio) -> None:
    from kurume_bousai.ui.first_start import FirstStartDialog

    dialog = FirstStartDialog(_never_create, studio.runner, lambda: None, lambda _key: b"")
    dialog.show_make()
    dialog.operator.setText("架空 花子")
    studio.grab_dialog(dialog, "first_start_passphrase")
    doors = FirstStartDialog(_never_create, studio.runner, lambda: None, lambda _key: b"")
    studio.grab_dialog(doors, "first_start")


def _login(studio: Studio) -> None:
    from kurume_bousai.ui.login import LoginDialog

    dialog = LoginDialog(
        lambda _request: None, studio.runner, operators=["架空 花子"], recover=lambda _request: None
    )
    studio.grab_dialog(dialog, "login")


def _recovery_key(studio: Studio) -> None:
    from kurume_bousai.ui.recovery_key import RecoveryKeyDialog

    dialog = RecoveryKeyDialog(SAMPLE_KEY, lambda _key: b"", studio.runner)
    studio.grab_dialog(dialog, "recovery_key")


def _roster(studio: Studio) -> None:
    from kurume_bousai.ui.registry.roster_page import RosterPage

    studio.window.set_district(DISTRICT)
    page = studio.show_page("roster")
    if not isinstance(page, RosterPage):
        raise TypeError("the list is not the list")
    page.table.selectRow(2)
    studio.settle()
    studio.grab(studio.window, "roster")
    studio.window.registry.trigger("names.hide")
    studio.settle()
    studio.grab(studio.window, "roster_hidden")
    studio.window.registry.trigger("names.show")
    page.edit_person()
    studio.settle()
    _grab_open_dialog(studio, "person_form")
    studio.window.set_district("")


def _import(studio: Studio) -> None:
    from kurume_bousai.cli.demo_papers import _write_sample
    from kurume_bousai.ui.registry.roster_page import RosterPage

    file = studio.folder / "名簿の見本.csv"
    _write_sample(file)
    page = studio.show_page("roster")
    if not isinstance(page, RosterPage):
        raise TypeError("the list is not the list")
    steps = page.open_import()
    studio.settle()
    steps.file.path.setText(str(Path("名簿の見本.csv")))
    steps.file.source.setCurrentText("架空の窓口")
    steps.file.extent.set_value(False)
    studio.grab(studio.window, "import_file")
    steps.file.path.setText(str(file))
    for name in ("import_columns", "import_check"):
        steps.go_on()
        studio.settle()
        studio.grab(studio.window, name)
    steps.closed.emit()


def _reception(studio: Studio) -> None:
    from kurume_bousai.services.capacity.plan_board import BoardSubject
    from kurume_bousai.ui.shelters.shelters_page import SheltersPage

    _receive(studio)
    page = studio.show_page("shelters")
    assert isinstance(page, SheltersPage)  # noqa: S101 - tells the type
    page.tools.subject.set_value(BoardSubject.RECEPTION)
    page.tools.subject.chosen.emit(BoardSubject.RECEPTION)
    studio.settle()
    page.open_site(page.stack.board.rows()[0].site.site_id)
    _grab_window(studio, "reception")


def _capacity_help(studio: Studio) -> None:
    from PySide6.QtWidgets import QScrollArea

    from kurume_bousai.ui.capacity.capacity_page import CapacityPage
    from kurume_bousai.ui.capacity.details import Part

    page = studio.show_page("capacity")
    assert isinstance(page, CapacityPage)  # noqa: S101 - tells the type
    page.details.show_part(Part.HELP)
    for _round in range(60):
        if page.details.help.answer is not None:
            break
        studio.settle()
    scroll = page.findChild(QScrollArea)
    assert isinstance(scroll, QScrollArea)  # noqa: S101 - tells the type
    scroll.verticalScrollBar().setValue(scroll.verticalScrollBar().maximum())
    _grab_window(studio, "capacity_help")


def _capacity_compare(studio: Studio) -> None:
    from kurume_bousai.domain.capacity_conditions import CapacityConditions
    from kurume_bousai.ui.capacity.compare_dialog import CompareDialog
    from kurume_bousai.ui.capacity.reading import read_places

    places = read_places(studio.desktop.database)
    dialog = CompareDialog(studio.desktop, CapacityConditions(), places, None, studio.window)
    dialog.show()
    studio.settle()
    studio.grab_dialog(dialog, "capacity_compare")


def _exercise(studio: Studio) -> None:
    studio.window.set_district(DISTRICT)
    studio.show_page("exercise")
    _grab_window(studio, "exercise")
    studio.window.set_district("")


def _session(studio: Studio) -> None:
    from kurume_bousai.ui.exercise.dialogs import FitDialog, SeatsDialog
    from kurume_bousai.ui.exercise.projector import ProjectorWindow

    operation_id = _running(studio)
    with studio.session(operation_id) as (view, controller):
        waiting = controller.session.undecided(controller.table_id)
        controller.choose_person(waiting[0].member_id)
        _grab_window(studio, "session")
        studio.grab_dialog(FitDialog(controller, view), "session_fit")
        studio.grab_dialog(SeatsDialog(controller, view), "session_seats")
        studio.grab_dialog(ProjectorWindow(controller), "projector")


def _background(studio: Studio) -> None:
    from kurume_bousai.ui.places.background_dialog import BackgroundDialog

    picture = map_pictures.read_picture("手書きの地図.png", _drawn_map(), 0)
    dialog = BackgroundDialog(studio.desktop, picture, studio.window)
    dialog.show()
    studio.settle()
    for x_px, y_px, lon, lat in ((120, 90, 130.488, 33.305), (760, 110, 130.510, 33.304)):
        dialog.press_picture(x_px, y_px)
        dialog.press_map(lon, lat)
    dialog.press_picture(430, 520)
    studio.grab_dialog(dialog, "background_pins")


def _named(studio: Studio) -> None:
    from kurume_bousai.ui.reports.named_dialog import NamedRosterDialog

    studio.grab_dialog(NamedRosterDialog(studio.desktop, [DISTRICT], studio.window), "named_roster")


def _keys(studio: Studio) -> None:
    from kurume_bousai.ui.shortcut_list import ShortcutDialog

    studio.grab_dialog(ShortcutDialog(studio.window.registry, studio.window), "shortcuts")


#: The name says what is photographed; ``main`` takes parts of names.
SHOTS: Final[dict[str, Shot]] = {
    "first_start": _first_start,
    "login": _login,
    "recovery_key": _recovery_key,
    "home": _page("home"),
    "roster": _roster,
    "import": _import,
    "shelters": _page("shelters"),
    "reception": _reception,
    "capacity": _page("capacity"),
    "capacity_help": _capacity_help,
    "capacity_compare": _capacity_compare,
    "exercise": _exercise,
    "session": _session,
    "papers": _page("papers"),
    "named": _named,
    **pictures_of_hand_outs.SHOTS,
    "background": _background,
    **pictures_of_maps.SHOTS,
    **pictures_of_the_list.SHOTS,
    "preferences": _page("preferences"),
    "shortcuts": _keys,
}


# ------------------------------------------------------------------ props


def _hold_a_session(database: CityDatabase) -> None:
    """A finished session, so that the papers and 「はじめに」 have something to show."""
    from kurume_bousai.domain.ids import DistrictId
    from kurume_bousai.services.exercises.rehearsal import Rehearsal

    exercises = app.exercises(database)
    rehearsal = Rehearsal(exercises, app.session_log(database), app.session_capacity(), _tell)
    rehearsal.run(exercises.default_settings(DistrictId("西国分")))


def _receive(studio: Studio) -> None:
    """Six sites open, one over its places, so that いまの受入 has something to show."""
    from kurume_bousai.domain.reception import ReceptionKind, SiteReport
    from kurume_bousai.domain.shelters import OpeningState, YesNoUnknown
    from kurume_bousai.services.shelters.editing import SiteEditing
    from kurume_bousai.services.shelters.reception import ReceptionDraft, ReceptionService

    database = studio.desktop.database
    reception, editing = ReceptionService(database, studio.desktop.clock), SiteEditing(database)
    with database.reading() as session:
        sites = session.shelters.welfare()[:6]
    for site, people in zip(sites, (43, 12, 30, 8, 21, 17), strict=True):
        editing.set_state(site.site_id, OpeningState.OPEN)
        reception.record(ReceptionDraft(ReceptionKind.HEAD_COUNTED, site.site_id, people=people))
    works = SiteReport(4, YesNoUnknown.YES, YesNoUnknown.NO, YesNoUnknown.YES)
    for site in sites:
        draft = ReceptionDraft(ReceptionKind.REPORTED, site.site_id, report=works, reported_by="施設長")
        reception.record(draft)


def _running(studio: Studio) -> OperationId:
    """A session in its fourth question, half of the people decided."""
    from kurume_bousai.domain import acts
    from kurume_bousai.domain.ids import DistrictId
    from kurume_bousai.domain.operations import FeatureKind

    exercises, log = studio.desktop.exercises, studio.desktop.log
    operation_id = exercises.start(exercises.default_settings(DistrictId(DISTRICT))).value
    session = exercises.open(operation_id)
    table = session.tables[0].table_id
    homes = [person.home for person in session.shown(table) if person.home is not None]
    log.perform(session, acts.draw(FeatureKind.ASSEMBLY_POINT, [homes[0]], table, "公民館前"))
    log.perform(session, acts.draw(FeatureKind.DANGER, [homes[-1]], table, "水が深い"))
    for inject in session.operation.settings.preset.injects[:1]:
        log.perform(session, acts.play(session, inject, inject.subject))
    for task in session.operation.settings.preset.tasks[1:4]:
        log.perform(session, acts.start_task(task))
    _decide_half(studio, session)
    for other in session.tables[1:3]:
        log.perform(session, acts.mark_done(session, other.table_id))
    return operation_id


def _decide_half(studio: Studio, session: ExerciseSession) -> None:
    from kurume_bousai.domain import acts
    from kurume_bousai.domain.acts import Decision
    from kurume_bousai.domain.ids import SiteId, SupporterId

    for person in session.undecided()[::2]:
        supporters = session.supporter_candidates(person.member_id, 1)
        places = session.shelter_candidates(person.member_id, 1)
        balance = studio.desktop.session_capacity.balance(session)
        if person.planned_site is not None:
            places = session.site_candidates(person.member_id, balance.takes(person), 1) or places
        decision = Decision(
            SupporterId(supporters[0].key) if supporters else None,
            SiteId(places[0].key) if places else None,
        )
        if not decision.is_empty:
            studio.desktop.log.perform(session, acts.decide(session, person.member_id, decision))


def _grab_window(studio: Studio, name: str) -> None:
    """Photograph the window without a message over it."""
    studio.settle()
    studio.window.messages.clear()
    studio.settle()
    studio.grab(studio.window, name)


def _grab_open_dialog(studio: Studio, name: str) -> None:
    from PySide6.QtWidgets import QDialog

    dialogs: list[QDialog] = [dialog for dialog in studio.window.findChildren(QDialog) if dialog.isVisible()]
    if not dialogs:
        raise LookupError(f"no dialog is open for {name}")
    studio.grab(dialogs[-1], name)
    dialogs[-1].done(0)
    studio.settle()


def _drawn_map() -> bytes:
    """A hand-drawn map that shows no real place."""
    from PIL import Image, ImageDraw

    paper = Image.new("RGB", (900, 640), "#FFFDF5")
    pen = ImageDraw.Draw(paper)
    pen.line([(0, 330), (260, 300), (520, 350), (900, 310)], fill="#7FA8C9", width=26)
    for road in (
        [(120, 0), (120, 640)],
        [(760, 0), (740, 640)],
        [(0, 90), (900, 120)],
        [(0, 520), (900, 500)],
        [(430, 90), (430, 640)],
    ):
        pen.line(road, fill="#6B727B", width=8)
    for x, y in ((180, 160), (300, 200), (540, 180), (610, 420), (250, 430), (820, 220)):
        pen.rectangle([x, y, x + 46, y + 34], outline="#26408B", width=3)
    kept = io.BytesIO()
    paper.save(kept, "PNG")
    return kept.getvalue()


def _never_create(_name: str, _passphrase: str, _progress: object) -> tuple[CityDatabase, str]:
    raise NotImplementedError("a picture creates nothing")


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _quiet(_done: int, _total: int, _text: str) -> None:
    pass


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
