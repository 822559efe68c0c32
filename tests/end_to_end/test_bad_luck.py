"""Bad luck, as somebody at a desk meets it: a clear message, nothing stored lost, nothing in a name runs."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from pytestqt.qtbot import QtBot

from kurume_bousai import app
from kurume_bousai.domain import acts
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.dates import JAPAN
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.domain.second_person import Confirmation
from kurume_bousai.mapview.protocol import MapScene
from kurume_bousai.mapview.wire import scene_value, to_json
from kurume_bousai.services.exercises.log import SessionLog
from kurume_bousai.services.exercises.report import exercise_report
from kurume_bousai.services.exercises.sessions import ExerciseService
from kurume_bousai.services.papers.rules import NamedRequest, Recipient
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.storage import EncryptedCityDatabase, open_database
from tests.fixtures.demo_city import DISTRICT, OPERATOR, PASSPHRASE
from tests.fixtures.rosters import person, write_csv
from tests.helpers.bad_disks import fill, read_only, small_disk
from tests.helpers.command_line import CommandLine

DISTRICT_ID = DistrictId(DISTRICT)


@pytest.fixture
def desk_of(home: Path) -> CommandLine:
    return CommandLine.of(home, OPERATOR=OPERATOR, PASSPHRASE=PASSPHRASE)


def scene_json(scene: MapScene) -> str:
    """The scene as the map's page gets it."""
    return to_json(scene_value(scene, app.map_page().layers, 1)).decode("utf-8")


def copy_city(demo_master: Path, folder: Path) -> Path:
    for file in demo_master.parent.glob(demo_master.name + "*"):
        shutil.copy2(file, folder / file.name)
    return folder / demo_master.name


# -- the file --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("endings", [("",), (".keys", ".keys.bak")])
@pytest.mark.parametrize("kept", [0, 0.001, 0.5, 0.99])
def test_a_half_written_file_is_told_and_left_alone(
    desk_of: CommandLine, demo_path: Path, endings: tuple[str, ...], kept: float
) -> None:
    whole = {
        place: place.read_bytes() for place in (demo_path.with_name(demo_path.name + e) for e in endings)
    }
    for place, content in whole.items():
        place.write_bytes(content[: int(len(content) * kept)])
    error = desk_of.refused("capacity", "--db", demo_path)
    assert error["advice"]
    assert error["where"]
    for place, content in whole.items():
        assert place.read_bytes() == content[: int(len(content) * kept)]
        place.write_bytes(content)
    assert desk_of.ask("audit", "verify", "--db", demo_path)["ok"] is True


def test_a_half_written_keyring_is_replaced_by_its_copy(desk_of: CommandLine, demo_path: Path) -> None:
    keys = demo_path.with_name(demo_path.name + ".keys")
    keys.write_bytes(keys.read_bytes()[:100])
    assert desk_of.ask("audit", "verify", "--db", demo_path)["ok"] is True


def test_a_replaced_passphrase_opens_nothing_even_with_the_keyring_gone(demo_path: Path) -> None:
    database = open_database(demo_path, OPERATOR, PASSPHRASE)
    database.change_passphrase(PASSPHRASE, "あたらしい合言葉にした")
    database.close()
    demo_path.with_name(demo_path.name + ".keys").unlink()
    with pytest.raises(KnownProblem) as caught:
        open_database(demo_path, OPERATOR, PASSPHRASE)
    assert caught.value.code == "wrong_passphrase"
    open_database(demo_path, OPERATOR, "あたらしい合言葉にした").close()


def test_a_file_of_something_else_is_told(desk_of: CommandLine, tmp_path: Path) -> None:
    place = tmp_path / "letter.db"
    place.write_text("拝啓 " * 2000, "utf-8")
    assert desk_of.refused("capacity", "--db", place)["code"]
    assert place.read_text("utf-8") == "拝啓 " * 2000


def test_a_flipped_byte_is_found(desk_of: CommandLine, demo_path: Path) -> None:
    content = bytearray(demo_path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    demo_path.write_bytes(content)
    ended = desk_of.here("audit", "verify", "--db", demo_path)
    assert ended.status == 1
    assert "error" in ended.answer or ended.answer["faults"]


def test_a_second_copy_of_the_program_is_told(desk_of: CommandLine, demo_city: EncryptedCityDatabase) -> None:
    error = desk_of.refused("capacity", "--db", demo_city.path, fresh=True)
    assert error["code"] == "already_open"
    assert error["advice"]


# -- the disk --------------------------------------------------------------------------------------------


def test_a_full_disk_is_told_and_nothing_is_lost(
    desk_of: CommandLine, demo_master: Path, tmp_path: Path
) -> None:
    rows = write_csv(tmp_path / "many.csv", [person(number) for number in range(1, 400)])
    with small_disk(tmp_path / "disk", demo_master.stat().st_size // 1024 + 700):
        path = copy_city(demo_master, tmp_path / "disk")
        database = open_database(path, OPERATOR, PASSPHRASE)
        with database.reading() as session:
            before = session.members.count(database.access, MemberQuery())
        exercises, log = app.exercises(database), app.session_log(database)
        session_ = exercises.open(exercises.start(exercises.default_settings(DISTRICT_ID)).value)
        log.perform(session_, acts.add_minutes(5))
        filler = fill(tmp_path / "disk")
        told: list[str] = []
        for _ in range(200):  # what is written goes on until the last free page is used
            try:
                log.perform(session_, acts.mark_done(session_, session_.tables[0].table_id))
            except KnownProblem as problem:
                told.append(problem.code)
                break
        assert told == ["disk_full"]
        acknowledged = list(session_.board.entries)
        database.close()
        filler.unlink()
        database = open_database(path, OPERATOR, PASSPHRASE)
        again = app.exercises(database).open(session_.operation.operation_id)
        assert again.board.entries == acknowledged
        assert app.session_log(database).perform(again, acts.add_minutes(5))
        with database.reading() as reading:
            assert reading.members.count(database.access, MemberQuery()) == before
            assert reading.audit.verify() == []
        database.close()
        refused = desk_of.here("import", "roster", rows, "--source", "x", "--part", "--commit", "--db", path)
        assert refused.status in (0, 1)  # it may just fit; what counts is that it is whole or not there
        after = desk_of.ask("audit", "verify", "--db", path)
        assert after["ok"] is True


def test_papers_on_a_full_disk_leave_no_half_file(
    desk_of: CommandLine, demo_path: Path, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", 64):
        fill(tmp_path / "disk")
        place = tmp_path / "disk" / "capacity.pdf"
        error = desk_of.refused("report", "capacity", "--out", place, "--db", demo_path)
        assert error["code"]
        assert [file.name for file in (tmp_path / "disk").iterdir()] == ["filler"]
        assert desk_of.refused("backup", "--out", tmp_path / "disk" / "b", "--db", demo_path)["code"]
        assert [file.name for file in (tmp_path / "disk").iterdir()] == ["filler"]
    assert desk_of.ask("audit", "verify", "--db", demo_path)["ok"] is True


def test_a_read_only_folder_is_told(desk_of: CommandLine, demo_path: Path, tmp_path: Path) -> None:
    before = demo_path.read_bytes()
    with read_only(demo_path.parent):
        error = desk_of.refused("capacity", "--db", demo_path)
        assert error["code"] == "read_only"
        assert error["where"] == str(demo_path)
        out = demo_path.parent / "capacity.pdf"
        assert desk_of.refused("template", "roster", "--out", out.with_suffix(".xlsx"))["code"]
        new = desk_of.changed(PASSPHRASE="架空の長い合言葉です")
        assert new.refused("init", "--db", demo_path.parent / "new.db")["code"] == "read_only"
        assert not out.exists()
    assert demo_path.read_bytes() == before
    assert desk_of.ask("audit", "verify", "--db", demo_path)["ok"] is True


# -- names -----------------------------------------------------------------------------------------------

SCRIPT = '<script>window.ran=1</script><img src=x onerror="alert(1)">'
FORMULA = '=HYPERLINK("http://example.invalid","押す")'
LONG = "長" * 500
BAD_NAMES = (
    SCRIPT,
    FORMULA,
    "+1+1",
    "-2",
    "@SUM(A1)",
    "\t=1",
    LONG,
    "'; DROP TABLE members; --",
    "{{7*7}}#[x]$y$",
)


class _Tags(HTMLParser):
    """Every tag and attribute of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.handlers: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.handlers |= {name for name, _ in attrs if name.startswith("on")}


@pytest.fixture
def strangers(demo_city: EncryptedCityDatabase, tmp_path: Path) -> list[RosterMember]:
    """People with bad names, as they came in through a file."""
    from kurume_bousai.services.roster_import.importing import Confirmations, ImportOrder

    # No 自治会 of their own: they sit with the others; consent lets them appear.
    rows = [person(number, 氏名=name, 備考=name) for number, name in enumerate(BAD_NAMES, start=1)]
    service = app.roster_import(demo_city)
    order = ImportOrder("架空の窓口", is_whole=False)
    roster = service.read(write_csv(tmp_path / "bad.csv", rows))
    done = service.commit(roster, order, Confirmations(), service.preview(roster, order)).value
    problems = {problem["row"] for problem in done.as_json()["problems"]}
    with demo_city.reading() as session:
        kept = session.imports.get(done.import_id)
        assert kept is not None
        members = session.members.get_many(demo_city.access, list(kept.added))
    # Each came in as it is written, or its row says why it did not.
    assert len(members) + done.counts["rejected"] + done.counts["held"] == len(BAD_NAMES)
    names = {member.name for member in members}
    for number, name in enumerate(BAD_NAMES, start=2):
        assert name.strip() in names or number in problems, name
    assert SCRIPT in names
    assert FORMULA in names
    return members


def test_bad_names_stand_in_the_list_as_they_are(
    demo_city: EncryptedCityDatabase, strangers: list[RosterMember]
) -> None:
    with demo_city.reading() as session:
        rows = session.members.rows(demo_city.access, MemberQuery())
        found = session.members.rows(demo_city.access, MemberQuery("script"))
    assert {member.name for member in strangers} <= {row.name for row in rows}
    assert SCRIPT in {row.name for row in found}
    text = scene_json(app.scenes(demo_city).roster(rows))
    assert "script" not in text
    assert "HYPERLINK" not in text
    assert "長長" not in text


def test_bad_texts_of_a_session_stay_text_in_every_report(
    demo_city: EncryptedCityDatabase, strangers: list[RosterMember], tmp_path: Path
) -> None:
    exercises, log = app.exercises(demo_city), app.session_log(demo_city)
    session = exercises.open(exercises.start(exercises.default_settings(DISTRICT_ID)).value)
    table, home = session.tables[0].table_id, session.shown()[0].home
    assert home is not None
    for name in BAD_NAMES:
        log.perform(session, acts.draw(FeatureKind.ASSEMBLY_POINT, [home], table, name))
    scene = scene_json(app.scenes(demo_city).session(session, table_id=None))
    assert "</script>" not in scene
    exercises.finish(session)
    content, reporting = exercise_report(session, None), app.reporting(demo_city)
    for ending in ("pdf", "xlsx", "csv", "html", "json"):
        reporting.write(content, tmp_path / f"report.{ending}")
    assert (tmp_path / "report.pdf").stat().st_size > 1000
    json.loads((tmp_path / "report.json").read_text("utf-8"))
    _no_formula_in_workbook(tmp_path / "report.xlsx", [FORMULA, "@SUM(A1)", "+1+1"])
    _no_formula_in_csv(tmp_path / "report.csv")
    page = _Tags()
    page.feed((tmp_path / "report.html").read_text("utf-8"))
    assert not {"script", "img", "iframe", "object"} & page.tags
    assert page.handlers == set()


def _no_formula_in_workbook(place: Path, texts: list[str]) -> None:
    book = openpyxl.load_workbook(place)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    formulas = [str(cell.value) for cell in cells if cell.data_type == "f"]
    assert all(formula.startswith("=SUM(") for formula in formulas)
    assert not any(cell.hyperlink for cell in cells)
    shown = "\n".join(str(cell.value) for cell in cells if cell.data_type == "s")
    for text in texts:
        assert text in shown


def _no_formula_in_csv(place: Path) -> None:
    raw = place.read_bytes()
    text = raw.decode("utf-8-sig")
    cells = [cell for row in csv.reader(text.splitlines()) for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    starts = {cell[:1] for cell in cells if cell and not _is_number(cell)}
    assert not starts & {"=", "+", "@", "\t", "\r"}
    assert not any(cell.startswith("-") for cell in cells if not _is_number(cell))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_bad_names_on_the_named_list(
    demo_city: EncryptedCityDatabase, strangers: list[RosterMember], tmp_path: Path
) -> None:
    import io

    import msoffcrypto

    reporting = app.reporting(demo_city)
    recipient = Recipient(Body.DISTRICT_ORGANIZATION, FORMULA, DISTRICT_ID)
    second = Confirmation(reporting.gate.names()[0], PASSPHRASE)
    request = NamedRequest(recipient, "図上訓練", confirmation=second)
    assert reporting.print_roster(DISTRICT_ID, request).value[0].pdf_bytes.startswith(b"%PDF")
    written = reporting.write_roster(
        DISTRICT_ID, request, tmp_path / "r.xlsx", lambda: "架空の長い合言葉です"
    )
    opened = io.BytesIO()
    with written.value.files[0].open("rb") as file:
        locked = msoffcrypto.OfficeFile(file)
        locked.load_key(password="架空の長い合言葉です")
        locked.decrypt(opened)
    (tmp_path / "opened.xlsx").write_bytes(opened.getvalue())
    _no_formula_in_workbook(tmp_path / "opened.xlsx", [FORMULA])


# -- fonts, graphics, clock --------------------------------------------------------------------------------


def test_no_font_on_screen_is_told(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    from kurume_bousai.ui.kit import fonts

    fonts._register_shipped.cache_clear()
    monkeypatch.setattr(fonts, "shipped_font", lambda: None)
    try:
        with pytest.raises(KnownProblem) as caught:
            fonts.load_fonts(only_shipped=True)
    finally:
        monkeypatch.undo()
        fonts._register_shipped.cache_clear()
        fonts.load_fonts()
    assert caught.value.code == "font_missing"
    assert "フォント" in caught.value.message
    assert caught.value.advice


class SetBack:
    """時計 that somebody sets back by a day between two acts."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 21, 10, 0, tzinfo=JAPAN)

    def now(self) -> datetime:
        return self.moment


def test_a_clock_set_back_changes_no_order_and_gives_no_time(demo_path: Path) -> None:
    clock = SetBack()
    database = open_database(demo_path, OPERATOR, PASSPHRASE, now=clock.now)
    exercises = ExerciseService(database, clock, app.distance_m)
    log = SessionLog(database, clock, exercises)
    session = exercises.open(exercises.start(exercises.default_settings(DISTRICT_ID)).value)
    full_s = session.current_task().minutes * 60
    stamps = []
    for back in (timedelta(0), timedelta(minutes=3), -timedelta(days=1), timedelta(seconds=1)):
        clock.moment += back
        written = log.perform(session, acts.mark_done(session, session.tables[0].table_id))
        stamps += [(one.stamp.clock_ms, one.stamp.counter, one.stamp.sequence) for one in written]
        running = session.board.clock
        assert running is not None
        assert running.remaining_s(clock.now()) <= full_s
    assert stamps == sorted(stamps)
    assert len(set(stamps)) == len(stamps)
    with database.reading() as reading:
        assert reading.audit.verify() == []
        at = [entry.at for entry in reading.audit.entries()]
    assert at == sorted(at)
    database.close()
    again = open_database(demo_path, OPERATOR, PASSPHRASE, now=clock.now)
    opened = ExerciseService(again, clock, app.distance_m).open(session.operation.operation_id)
    assert opened.board.entries == session.board.entries
    assert opened.board.tasks_done == session.board.tasks_done
    again.close()
