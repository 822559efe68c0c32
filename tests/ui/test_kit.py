from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.ui.kit import fonts, icons
from kurume_bousai.ui.kit.painters import State, digits_width, draw_bar, draw_digits, draw_need, draw_state
from kurume_bousai.ui.kit.stylesheet import qss
from kurume_bousai.ui.kit.tokens import Room, Theme, Tokens, colour, font, hub, set_scale, set_theme, tokens
from kurume_bousai.ui.kit.widgets import FlowLayout, Para, button, flow, hbox, holder, label


@given(scale=st.floats(1.0, 1.75), size=st.sampled_from(["small", "body", "lead", "title", "number", "big"]))
def test_type_grows_with_the_scale_and_never_falls_below_14(scale: float, size: str) -> None:
    here = Tokens(scale=scale)
    assert here.px(size) >= 14
    assert here.px(size) == round(Tokens().px(size) * scale)
    assert here.space(2) <= round(16 * scale)
    assert here.control(40) >= 40


def luminance(colour_hex: str) -> float:
    parts = [int(colour_hex[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", list(Theme))
@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("text", "paper", 7.0),
        ("text", "accent_tint", 7.0),
        ("quiet", "paper", 4.5),
        ("quiet", "disabled", 4.5),
        ("on_accent", "accent", 4.5),
        ("focus_text", "focus_fill", 7.0),
        ("focus_accent_text", "focus_accent_fill", 4.5),
        ("edge", "surface", 3.0),
        ("focus", "paper", 3.0),
        ("ok", "surface", 3.0),
        ("few", "surface", 3.0),
        ("short", "surface", 3.0),
        ("unknown", "surface", 3.0),
        ("bar", "bar_back", 3.0),
        ("on_event", "event", 7.0),
    ],
)
def test_contrast(theme: Theme, ink: str, ground: str, least: float) -> None:
    here = Tokens(theme=theme)
    assert contrast(here.hex(ink), here.hex(ground)) >= least


def test_room_decides_the_layout() -> None:
    assert not Room(1366, 690).is_compact
    assert Room(1366 / 1.5, 768 / 1.5).is_compact
    assert Room(1093, 551).is_compact


def test_scale_is_held_in_its_range_and_announced_once(dressed: QApplication, qtbot: QtBot) -> None:
    with qtbot.waitSignal(hub().tokens_changed):
        set_scale(9)
    assert tokens().scale == 1.75
    with qtbot.assertNotEmitted(hub().tokens_changed):
        set_scale(1.75)


@pytest.mark.parametrize("theme", list(Theme))
def test_the_stylesheet_is_complete(dressed: QApplication, theme: Theme) -> None:
    set_theme(theme)
    sheet = qss()
    assert not re.findall(r"@\w[\w.]*@", sheet)
    smallest = min(int(size) for size in re.findall(r"font-size: (\d+)px", sheet))
    assert smallest >= 14
    assert "border: 3px solid" in sheet


def test_sizes_and_icons_follow_the_scale(dressed: QApplication, qtbot: QtBot) -> None:
    one = button("登録する", "main", "plus")
    row = holder(hbox(one, gap=1))
    qtbot.addWidget(row)
    before = one.iconSize().width()
    set_scale(1.5)
    assert one.iconSize().width() == round(before * 1.5)
    layout = row.layout()
    assert layout is not None
    assert layout.spacing() == 9


def test_fonts_in_the_order_wanted_and_a_clear_word_when_there_is_none(
    dressed: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fonts.families_in_order(["IPAexGothic", "BIZ UDPGothic"], []) == ("BIZ UDPGothic", "IPAexGothic")
    assert fonts.families_in_order(["BIZ UDPゴシック"], []) == ("BIZ UDPGothic",)
    assert fonts.families_in_order(["Arial"], ["Noto Sans CJK JP"]) == ("Noto Sans CJK JP",)
    assert fonts.shipped_font() is not None
    monkeypatch.setattr(fonts, "_register_shipped", lambda: False)
    with pytest.raises(KnownProblem) as caught:
        fonts.load_fonts(only_shipped=True)
    assert caught.value.code == "font_missing"


def test_unknown_icon_is_refused(dressed: QApplication) -> None:
    with pytest.raises(ValueError, match="no-such"):
        icons.icon("no-such")


def test_digits_stand_in_equal_cells(dressed: QApplication) -> None:
    face = font("number", bold=True)
    assert digits_width("11111", face) == digits_width("00000", face)


@pytest.mark.parametrize("state", list(State))
def test_states_and_needs_paint_something(dressed: QApplication, state: State) -> None:
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("#FFFFFF"))
    painter = QPainter(image)
    draw_state(painter, QRectF(4, 4, 32, 32), state, halo=True)
    draw_need(painter, QRectF(0, 0, 16, 16), "電", short=True)
    draw_digits(painter, QRectF(0, 0, 40, 40), "12", font(), Qt.AlignmentFlag.AlignRight)
    painter.end()
    assert image.pixelColor(QPoint(20, 20)) != QColor("#FFFFFF") or state is State.UNKNOWN


def test_the_excess_of_a_bar_is_cut_off_by_a_gap(dressed: QApplication) -> None:
    image = QImage(200, 10, QImage.Format.Format_RGB32)
    image.fill(QColor("#FFFFFF"))
    painter = QPainter(image)
    draw_bar(painter, QRectF(0, 0, 200, 10), 100, 80)
    painter.end()
    assert image.pixelColor(100, 5) == colour("bar")
    assert image.pixelColor(160, 5) == colour("surface")
    assert image.pixelColor(190, 5) == colour("short")


@given(count=st.integers(1, 12), room=st.integers(150, 900))
def test_flow_keeps_everything_within_the_width(qapp: QApplication, count: int, room: int) -> None:
    made = flow([button(f"支援者なし {n}", "chip") for n in range(count)])
    layout = made.layout()
    assert isinstance(layout, FlowLayout)
    made.resize(room, layout.heightForWidth(room))
    layout.setGeometry(made.rect())
    for number in range(layout.count()):
        item = layout.itemAt(number)
        assert item is not None
        assert made.rect().contains(item.geometry())
    made.deleteLater()


@given(text=st.text(max_size=60))
def test_text_in_labels_and_paragraphs_is_never_markup(qapp: QApplication, text: str) -> None:
    para = Para(text)
    line = label(text)
    assert para.text_shown() == text
    assert line.textFormat() is Qt.TextFormat.PlainText
    inner = para.text().removeprefix('<div style="line-height:160%">').removesuffix("</div>")
    assert "<" not in inner.replace("<br>", "")
    assert isinstance(line, QLabel)


def test_icons_come_from_qtawesome_itself_when_its_files_lie_elsewhere(
    dressed: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(icons, "_icon_font", lambda: None)
    icons._icon.cache_clear()
    assert not icons.icon("home", size=21).isNull()
    with pytest.raises(ValueError, match="no-such"):
        icons.icon("no-such", size=21)
    icons._icon.cache_clear()


def test_icons_are_drawn_in_the_colour_of_the_theme(dressed: QApplication) -> None:
    image = icons.pixmap("square", "accent", 20).toImage()
    assert image.pixelColor(10, 10) == colour("accent")
