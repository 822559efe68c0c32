"""地図を印刷する窓: the choices, the sample, saving, printing at the exact size, and who may see what."""

from __future__ import annotations

import io
from pathlib import Path
from typing import cast

import pypdf
import pytest
from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from kurume_bousai.app.map_papers import map_papers, person_maps, theme_maps
from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import OperatorId
from kurume_bousai.domain.map_papers import MapHazard, PaperSize, ThemeMeasure
from kurume_bousai.reports.maps.maker import MapMaker
from kurume_bousai.services.papers.map_ports import MapPaperOrder
from kurume_bousai.ui.kit.tokens import set_scale
from kurume_bousai.ui.printing import PreviewDialog, Sheet, print_sheets
from kurume_bousai.ui.reports.map_choices import MapPaperKind
from kurume_bousai.ui.reports.map_dialog import MapPrintDialog, open_map_print
from kurume_bousai.ui.reports.map_words import plan_words, typed_scale
from kurume_bousai.ui.reports.papers_page import PapersPage
from kurume_bousai.ui.reports.person_dialog import NamedPersonMapDialog
from kurume_bousai.ui.tasks import Progress, TaskRunner
from tests.fakes.city import FakeCity
from tests.fakes.state import CityState
from tests.fixtures import map_papers as fixture
from tests.helpers.office_desktop import Office, open_office
from tests.unit.services.maps.test_association_grounds import homes
from tests.unit.services.maps.test_map_papers import CLERK

VIEWER = Access(OperatorId("v"), "閲覧", frozenset({Role.VIEWER}))
POINT_MM = 25.4 / 72


def city(viewer: Access = CLERK) -> FakeCity:
    what = fixture.content(count=3, with_layers=False)
    people = [*homes(7, "架空東"), *homes(2, "架空西", 40)]
    state = CityState(
        districts={one.district_id: one for one in what.districts},
        designated={one.site_id: one for one in what.designated},
        members={one.member_id: one for one in people},
        facts={"is_fictional": "1"},
    )
    return FakeCity(viewer, state)


def opened(qtbot: QtBot, runner: TaskRunner, viewer: Access = CLERK) -> tuple[Office, MapPrintDialog]:
    database = city(viewer)
    office = open_office(qtbot, runner, database, PapersPage)
    services = office.desktop.services
    object.__setattr__(services, "map_papers", lambda: map_papers(database))
    object.__setattr__(services, "theme_maps", lambda: theme_maps(database))
    object.__setattr__(services, "person_maps", lambda: person_maps(database))
    dialog = open_map_print(office.desktop, office.desktop.window, district_id="津福")
    seen(qtbot, dialog)
    return office, dialog


def seen(qtbot: QtBot, dialog: MapPrintDialog) -> None:
    """Wait until the sample of what is chosen now is shown."""
    qtbot.waitUntil(
        lambda: not dialog._timer.isActive() and not dialog._desktop.runner.running(), timeout=20_000
    )


def choose(qtbot: QtBot, dialog: MapPrintDialog, kind: MapPaperKind) -> None:
    dialog.choices.kind.set_value(kind)
    dialog.choices.kind.chosen.emit(kind)
    seen(qtbot, dialog)


def paper(qtbot: QtBot, dialog: MapPrintDialog, size: PaperSize) -> None:
    dialog.choices.paper.set_value(size)
    dialog.choices.paper.chosen.emit(size)
    seen(qtbot, dialog)


def test_the_page_is_seen_and_counted_before_anything_is_written(qtbot: QtBot, runner: TaskRunner) -> None:
    office, dialog = opened(qtbot, runner)
    assert not dialog.sample._image.isNull()
    assert "A3で1ページです。" in dialog.sample.words.text_shown()
    assert office.database.state.audit == ()
    paper(qtbot, dialog, PaperSize.A4)
    dialog.choices.tiled.setChecked(True)
    seen(qtbot, dialog)
    said = dialog.sample.words.text_shown()
    assert "貼り合わせ図が1枚です。" in said
    assert "縮尺は 1:2,500 です。" in said
    dialog.sample._on.click()
    seen(qtbot, dialog)
    assert dialog.sample.page() == 2
    dialog.sample.large.click()
    seen(qtbot, dialog)
    assert max(dialog.sample._image.width(), dialog.sample._image.height()) == 3_000


def test_every_choice_reaches_the_order(qtbot: QtBot, runner: TaskRunner) -> None:
    _, dialog = opened(qtbot, runner)
    choices = dialog.choices
    choices.scale.setEditText("１：３０００")
    choices.mono.setChecked(True)
    choices.hazard.setCurrentIndex(choices.hazard.findData(MapHazard.DURATION))
    assert choices.choice().order == MapPaperOrder(
        PaperSize.A3, 3_000, False, True, MapHazard.DURATION, fixture.DISTRICT
    )
    choose(qtbot, dialog, MapPaperKind.ASSOCIATION)
    assert choices.choice().order.by_association
    choices.association.setCurrentIndex(choices.association.findData("架空東"))
    assert choices.choice().order.association == "架空東"
    choose(qtbot, dialog, MapPaperKind.ATLAS)
    assert choices.choice().order.district_id is None
    choose(qtbot, dialog, MapPaperKind.THEME)
    choices.measure.setCurrentIndex(choices.measure.findData(ThemeMeasure.NO_SUPPORTER))
    theme = choices.choice().theme
    assert theme is not None
    assert theme.measure is ThemeMeasure.NO_SUPPORTER
    seen(qtbot, dialog)


def test_a_scale_that_cannot_be_is_told_in_place_of_the_page(qtbot: QtBot, runner: TaskRunner) -> None:
    _, dialog = opened(qtbot, runner)
    dialog.choices.scale.setEditText("900")
    seen(qtbot, dialog)
    assert "1:1,500 から 1:25,000" in dialog.sample.words.text_shown()
    assert dialog.sample._pages == 0
    dialog.save()
    assert dialog.step() == 0
    assert len(dialog.messages.messages()) == 1


def test_a_map_is_saved_and_its_place_told(qtbot: QtBot, runner: TaskRunner, tmp_path: Path) -> None:
    office, dialog = opened(qtbot, runner)
    choose(qtbot, dialog, MapPaperKind.ATLAS)
    place = tmp_path / "地図.pdf"
    dialog.place.line.setText(str(place))
    dialog.save()
    qtbot.waitUntil(lambda: dialog.step() == 1, timeout=20_000)
    assert str(place) in dialog._where.text_shown()
    reader = pypdf.PdfReader(place)
    assert "見本" not in "".join(page.extract_text() for page in reader.pages)
    assert [entry[1] for entry in office.database.state.audit] == ["report.anonymous"]


def test_a_map_can_be_stopped_and_leaves_nothing(qtbot: QtBot, runner: TaskRunner, tmp_path: Path) -> None:
    _, dialog = opened(qtbot, runner)
    choose(qtbot, dialog, MapPaperKind.ATLAS)
    dialog.place.line.setText(str(tmp_path / "a.pdf"))
    dialog.save()
    dialog.reject()
    qtbot.waitUntil(lambda: not runner.running(), timeout=20_000)
    assert dialog.step() == 0
    assert list(tmp_path.iterdir()) == []


def test_printing_shows_the_pages_first(qtbot: QtBot, runner: TaskRunner) -> None:
    office, dialog = opened(qtbot, runner)
    dialog.print_map()
    qtbot.waitUntil(lambda: dialog.findChild(PreviewDialog) is not None, timeout=20_000)
    preview = dialog.findChild(PreviewDialog)
    assert preview is not None
    assert preview.pages() == 1
    assert office.database.state.audit != ()
    preview.reject()


def test_who_sees_numbers_only_gets_maps_without_people(qtbot: QtBot, runner: TaskRunner) -> None:
    _, dialog = opened(qtbot, runner, VIEWER)
    kinds = dialog.choices.kind._values
    assert MapPaperKind.ASSOCIATION not in kinds
    assert MapPaperKind.THEME in kinds
    assert dialog.choices.session.count() == 1


def test_the_window_fits_the_small_screen_and_every_control_has_a_name(
    qtbot: QtBot, runner: TaskRunner
) -> None:
    _, dialog = opened(qtbot, runner)
    for scale in (1.0, 1.5):
        set_scale(scale)
        size = dialog.minimumSizeHint()
        assert size.width() <= 1366 - 40
        assert size.height() <= 690
    choices = dialog.choices
    for control in (
        choices.kind,
        choices.district,
        choices.paper,
        choices.scale,
        choices.session,
        choices.hazard,
    ):
        assert control.accessibleName()


# ---------------------------------------------------------------- words
@pytest.mark.parametrize(
    ("text", "scale"),
    [("", None), ("1:3,000", 3_000), ("１／２５００", 2_500), ("25000", 25_000), (" 1:1,500 ", 1_500)],
)
def test_scales_are_read_as_people_write_them(text: str, scale: int | None) -> None:
    assert typed_scale(text) == scale


@pytest.mark.parametrize("text", ["1:1,499", "25001", "大きく", "1:2:3", "-3000", "1:"])
def test_what_is_no_scale_is_told_with_an_example(text: str) -> None:
    with pytest.raises(KnownProblem) as problem:
        typed_scale(text)
    assert problem.value.code == "map_scale"
    assert "例" in problem.value.advice


def test_pages_are_told_in_whole_sentences() -> None:
    what = fixture.content(with_layers=False)
    plan = MapMaker().plan(what, MapPaperOrder())
    said = plan_words(plan, MapPaperOrder())
    assert said.startswith(f"A4で{plan.pages}ページです。索引図が1枚、")
    assert said.endswith("。")
    assert "から 1:" in said


# ---------------------------------------------------------------- exact printing
def printer(place: Path, size: QPageSize.PageSizeId) -> QPrinter:
    made = QPrinter(QPrinter.PrinterMode.HighResolution)
    made.setOutputFileName(str(place))
    made.setResolution(300)
    made.setPageLayout(QPageLayout(QPageSize(size), QPageLayout.Orientation.Portrait, QMarginsF(5, 5, 5, 5)))
    return made


def progress() -> Progress:
    return Progress(lambda _step: None)


@pytest.mark.parametrize("size", [PaperSize.A4, PaperSize.A3])
def test_a_map_is_printed_at_its_own_size(dressed: object, tmp_path: Path, size: PaperSize) -> None:
    order = MapPaperOrder(size, district_id=fixture.DISTRICT, is_tiled=True, scale=10_000)
    pdf, made = MapMaker().render(
        fixture.content(with_layers=False, count=1), order, fixture.STAMP, lambda *_: None
    )
    place = tmp_path / "printed.pdf"
    ids = {PaperSize.A4: QPageSize.PageSizeId.A4, PaperSize.A3: QPageSize.PageSizeId.A3}
    assert (
        print_sheets(printer(place, ids[size]), [Sheet("地図", pdf, is_exact=True)], progress()) == made.pages
    )
    asked, printed = pypdf.PdfReader(io.BytesIO(pdf)), pypdf.PdfReader(place)
    assert len(printed.pages) == len(asked.pages)
    for first, second in zip(asked.pages, printed.pages, strict=True):
        lying = first.mediabox.width > first.mediabox.height
        assert (second.mediabox.width > second.mediabox.height) == lying
        for one, other in zip(first.mediabox[2:], second.mediabox[2:], strict=True):
            assert float(other) * POINT_MM == pytest.approx(float(one) * POINT_MM, abs=0.6)
        wide, high = drawn_mm(second)
        assert wide == pytest.approx(float(first.mediabox.width) * POINT_MM, abs=0.3)
        assert high == pytest.approx(float(first.mediabox.height) * POINT_MM, abs=0.3)


def drawn_mm(page: pypdf.PageObject) -> tuple[float, float]:
    """Width of the pictures on a page and the sum of their heights, in millimetres."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    writer, out = pypdf.PdfWriter(), io.BytesIO()
    writer.add_page(page)
    writer.write(out)
    document = pypdfium2.PdfDocument(out.getvalue())
    boxes = [one.get_bounds() for one in document[0].get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE])]
    document.close()
    return (
        (max(box[2] for box in boxes) - min(box[0] for box in boxes)) * POINT_MM,
        (max(box[3] for box in boxes) - min(box[1] for box in boxes)) * POINT_MM,
    )


def test_paper_that_is_too_small_is_told_before_the_first_page(dressed: object, tmp_path: Path) -> None:
    order = MapPaperOrder(PaperSize.A1, district_id=fixture.DISTRICT)
    pdf, _ = MapMaker().render(
        fixture.content(with_layers=False, count=1), order, fixture.STAMP, lambda *_: None
    )
    place = tmp_path / "printed.pdf"
    with pytest.raises(KnownProblem) as problem:
        print_sheets(printer(place, QPageSize.PageSizeId.A4), [Sheet("地図", pdf, is_exact=True)], progress())
    assert problem.value.code == "paper_too_small"
    assert "594×841mm" in problem.value.where
    assert not place.exists()


# ---------------------------------------------------------------- one person's map
def test_the_map_of_a_person_asks_for_number_recipient_and_purpose(qtbot: QtBot, runner: TaskRunner) -> None:
    office, dialog = opened(qtbot, runner)
    dialog.reject()
    page = cast("PapersPage", office.desktop.window.current_page())
    page.open_person()
    person = office.desktop.window.findChild(NamedPersonMapDialog)
    assert person is not None
    person.check()
    assert person.step() == 0
    person.number.setText("１番")
    person.recipient.setText("市の福祉課(架空)")
    person.purpose.setText("訪問のため")
    person.check()
    qtbot.waitUntil(lambda: not runner.running())
    assert person.step() == 0  # this person has not agreed
    assert office.database.state.ledger == ()
