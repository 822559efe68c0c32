"""The one stylesheet; variants by property (`role`, `kind`, `shape`), never a string per widget."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from kurume_bousai.ui.kit.tokens import Theme, Tokens, tokens

_HERE: Final = Path(__file__).resolve().parent
FOCUS_RING: Final = 3  # px, at every scale


def qss() -> str:
    """Return the stylesheet for the tokens in force."""
    return _build(tokens())


@lru_cache(maxsize=16)
def _build(t: Tokens) -> str:
    rules = f"{_TEXT}{_FRAMES}{_BUTTONS}{_FIELDS}{_LISTS}{_SMALL}"
    for name, value in _values(t).items():
        rules = rules.replace(f"@{name}@", value)
    return rules


def _values(t: Tokens) -> dict[str, str]:
    """Every placeholder of the rules: colours by name, `px:`, `sp:` and `ctl:` sizes."""
    shade = "light" if t.theme is Theme.WHITE_ON_BLACK else "dark"
    values = {
        "families": ", ".join(f'"{name}"' for name in t.families),
        "bold": "bold" if t.has_bold else "normal",
        "chevron": (_HERE / f"chevron_{shade}.svg").as_posix(),
        # A ticked box is filled with the accent, so its tick has the other shade.
        "check": (_HERE / f"check_{'dark' if shade == 'light' else 'light'}.svg").as_posix(),
        "round_chip": f"{t.control(34) // 2}px",
        "round_dot": f"{t.control(20) // 2 + 2}px",  # half of the dot and its edge
        "ring": f"{FOCUS_RING}px",
        # A table at rest keeps the room of its ring: else rows and heading would cover it.
        "ring_gap": f"{FOCUS_RING - 1}px",
    }
    for colour in _COLOURS:
        values[colour] = t.hex(colour)
    for size in (14, 16, 18, 20, 22, 24, 28, 44):
        values[f"px{size}"] = f"{t.px(size)}px"
    for steps in (0.5, 0.625, 0.75, 1, 1.25, 1.5, 2, 3):
        # Inside a focus border of 3 px the padding shrinks by 2, so that the words do not move.
        values[f"sp{steps:g}"] = f"{t.space(steps)}px"
        values[f"sp{steps:g}f"] = f"{max(0, t.space(steps) - 2)}px"
    for height in (16, 20, 24, 28, 32, 34, 36, 38, 44, 60, 94):
        values[f"ctl{height}"] = f"{t.control(height)}px"
        values[f"ctl{height}f"] = f"{t.control(height) - 4}px"
    return values


_COLOURS: Final = (
    *("paper", "surface", "line", "edge", "text", "quiet", "disabled", "short_tint", "scroll"),
    *("accent", "accent_dark", "accent_tint", "on_accent", "event", "on_event"),
    *("focus", "focus_fill", "focus_text", "focus_on_accent", "focus_accent_fill", "focus_accent_text"),
)

_TEXT: Final = """
* { font-family: @families@; font-size: @px16@; color: @text@; }
QLabel { background: transparent; }
QLabel[role="small"] { font-size: @px14@; color: @quiet@; }
QLabel[role="quiet"] { color: @quiet@; }
QLabel[role="lead"] { font-size: @px20@; }
QLabel[role="lead_bold"] { font-size: @px20@; font-weight: @bold@; }
QLabel[role="door"] { font-size: @px22@; font-weight: @bold@; color: @accent@; }
QLabel[role="heading"] { font-weight: @bold@; }
QLabel[role="title"] { font-size: @px24@; font-weight: @bold@; }
QLabel[role="number"] { font-size: @px28@; font-weight: @bold@; }
QLabel[role="big"] { font-size: @px44@; font-weight: @bold@; }
QLabel[role="plate"] { font-size: @px14@; font-weight: @bold@; color: @on_event@; background: @event@;
    border-radius: 4px; padding: 2px @sp1@; }
"""

_FRAMES: Final = """
QMainWindow, QDialog, QWidget#root, QWidget[role="page"] { background: @paper@; }
QFrame[role="header"] { background: @surface@; border: none; border-bottom: 1px solid @line@; }
QFrame[role="status"] { background: @surface@; border: none; border-top: 1px solid @line@; }
QFrame[role="navigation"] { background: @surface@; border: none; border-right: 1px solid @line@; }
QFrame[role="card"] { background: @surface@; border: 1px solid @line@; border-radius: 6px; }
QFrame[role="chosen"] { background: @accent_tint@; border: 2px solid @accent@; border-radius: 6px; }
QFrame[role="short"] { background: @short_tint@; border: 1px solid @line@; border-radius: 6px; }
QFrame[role="message"] { background: @surface@; border: 1px solid @edge@; border-left: 6px solid @accent@;
    border-radius: 0; }
QFrame[role="message"][tone="problem"] { border-left: 6px solid @text@; }
QFrame[role="rule"] { background: @line@; border: none; min-height: 1px; max-height: 1px; }
QFrame[role="rule_upright"] { background: @line@; border: none; min-width: 1px; max-width: 1px; }
"""

_BUTTONS: Final = """
QPushButton { background: @surface@; border: 1px solid @edge@; border-radius: 6px; padding: 0 @sp2@;
    min-height: @ctl38@; }
QPushButton:hover { background: @accent_tint@; }
QPushButton:pressed { background: @accent_tint@; border-color: @accent@; }
QPushButton:disabled { background: @disabled@; color: @quiet@; border: 1px dashed @edge@; }
QPushButton:focus { border: @ring@ solid @focus@; padding: 0 @sp2f@; min-height: @ctl38f@;
    background: @focus_fill@; }
QPushButton::menu-indicator { image: none; width: 0; }
QPushButton[kind="main"] { background: @accent@; color: @on_accent@; border: 1px solid @accent_dark@;
    font-weight: @bold@; padding: 0 @sp3@; }
QPushButton[kind="main"]:hover, QPushButton[kind="main"]:pressed { background: @accent_dark@; }
QPushButton[kind="main"]:focus { border: @ring@ solid @focus_on_accent@; padding: 0 @sp3f@;
    background: @focus_accent_fill@; color: @focus_accent_text@; }
QPushButton[kind="main"]:disabled { background: @disabled@; color: @quiet@; border: 1px dashed @edge@; }
QPushButton[kind="flat"] { min-height: @ctl36@; border: 1px solid transparent; background: transparent;
    padding: 0 @sp1@; color: @accent@; }
QPushButton[kind="flat"]:hover { background: @accent_tint@; }
QPushButton[kind="flat"]:focus { border: @ring@ solid @focus@; padding: 0 @sp1f@; min-height: @ctl36f@;
    background: @focus_fill@; color: @focus_text@; }
QPushButton[kind="flat"]:disabled { color: @quiet@; }
QPushButton[kind="tool"] { padding: 0 @sp1.25@; }
QPushButton[kind="tool"]:focus { padding: 0 @sp1.25f@; }
QPushButton[kind="tool"]:checked { background: @accent@; color: @on_accent@; border-color: @accent@; }
QPushButton[kind="tool"]:checked:focus { border: @ring@ solid @focus_on_accent@; }
QPushButton[kind="slot"] { border: none; border-bottom: 2px solid @accent@; border-radius: 0;
    background: @accent_tint@; color: @accent@; font-size: @px20@; font-weight: @bold@; padding: 0 @sp0.75@;
    min-height: @ctl36@; }
QPushButton[kind="slot"]:focus { border: @ring@ solid @focus@; padding: 0 @sp0.5@; min-height: @ctl36f@;
    background: @focus_fill@; color: @focus_text@; }
QPushButton[kind="slot"][shape="low"] { font-size: @px16@; font-weight: normal; min-height: @ctl32@; }
QPushButton[kind="slot"][shape="low"]:focus { min-height: @ctl32f@; }
QPushButton[kind="chip"] { border-radius: @round_chip@; padding: 0 @sp1.5@; min-height: @ctl38@; }
QPushButton[kind="chip"]:focus { border: @ring@ solid @focus@; padding: 0 @sp1.5f@; min-height: @ctl38f@; }
QPushButton[kind="chip"]:checked { background: @accent@; color: @on_accent@; border-color: @accent@; }
QPushButton[kind="chip"]:checked:focus { border: @ring@ solid @focus_on_accent@;
    background: @focus_accent_fill@; color: @focus_accent_text@; }
QPushButton[kind="nav"] { text-align: left; border: none; border-left: 4px solid transparent;
    border-radius: 0; background: transparent; padding: 0 @sp1.5@; min-height: @ctl44@; }
QPushButton[kind="nav"]:hover { background: @accent_tint@; }
QPushButton[kind="nav"]:checked { background: @accent_tint@; border-left: 4px solid @accent@; color: @accent@;
    font-weight: @bold@; }
QPushButton[kind="nav"]:focus { border: @ring@ solid @focus@; min-height: @ctl44f@; background: @focus_fill@;
    color: @focus_text@; }
QPushButton[kind="door"] { min-height: @ctl94@; text-align: left; border-radius: 8px; padding: 0; }
QPushButton[kind="door"]:focus { border: @ring@ solid @focus@; min-height: @ctl94@; padding: 0; }
QPushButton[kind="door"][shape="low"] { min-height: @ctl60@; }
QPushButton[kind="row"] { text-align: left; border: none; border-radius: 4px; padding: 0 @sp1@;
    background: transparent; }
QPushButton[kind="row"]:hover { background: @accent_tint@; }
QPushButton[kind="row"]:focus { border: @ring@ solid @focus@; padding: 0 @sp0.5@; }
QRadioButton, QCheckBox { spacing: @sp1@; min-height: @ctl38@; padding: 0 3px;
    border: @ring@ solid transparent; border-radius: 6px; background: transparent; }
QRadioButton:focus, QCheckBox:focus { border: @ring@ solid @focus@; }
QRadioButton::indicator, QCheckBox::indicator { width: @ctl20@; height: @ctl20@; border: 2px solid @edge@;
    background: @surface@; }
QRadioButton::indicator { border-radius: @round_dot@; }
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator:checked { background: @accent@; border: 5px solid @accent_tint@; }
QCheckBox::indicator:checked { background: @accent@; border-color: @accent@; image: url(@check@); }
"""

_FIELDS: Final = """
QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox { background: @surface@; border: 1px solid @edge@;
    border-radius: 6px; padding: 0 @sp1.25@; min-height: @ctl38@; selection-background-color: @accent@;
    selection-color: @on_accent@; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus { border: @ring@ solid @focus@;
    background: @focus_fill@; padding: 0 @sp1.25f@; min-height: @ctl38f@; }
QSpinBox[bare="true"]::up-button, QSpinBox[bare="true"]::down-button { width: 0; height: 0; border: none; }
QLineEdit, QComboBox { placeholder-text-color: @quiet@; }
QLineEdit:disabled, QComboBox:disabled { background: @disabled@; color: @quiet@; border: 1px dashed @edge@; }
QLineEdit[wrong="true"] { border: 2px solid @text@; }
QPlainTextEdit, QTextEdit, QTextBrowser { background: @surface@; border: 1px solid @edge@; border-radius: 6px;
    padding: @sp0.5@; selection-background-color: @accent@; selection-color: @on_accent@; }
QPlainTextEdit:focus, QTextEdit:focus, QTextBrowser:focus { border: @ring@ solid @focus@; }
QComboBox::drop-down { width: @ctl28@; border: none; }
QComboBox::down-arrow { image: url(@chevron@); width: @px18@; height: @px18@; }
QComboBox QAbstractItemView { background: @surface@; border: 1px solid @edge@; outline: none;
    selection-background-color: @accent_tint@; selection-color: @text@; }
QComboBox QAbstractItemView::item { min-height: @ctl36@; }
"""

_LISTS: Final = """
QTableView, QTreeView { background: @surface@; border: 1px solid @line@; padding: @ring_gap@;
    gridline-color: transparent; outline: none; selection-background-color: @accent_tint@;
    selection-color: @text@;
    alternate-background-color: @surface@; }
QTableView:focus, QTreeView:focus { border: @ring@ solid @focus@; padding: 0; }
QPdfView { border: 1px solid @line@; padding: @ring_gap@; }
QPdfView:focus { border: @ring@ solid @focus@; padding: 0; }
QTreeView::item { min-height: @ctl36@; }
QTableView[kind="plain"]::item { padding: 0 @sp0.625@; border-bottom: 1px solid @line@; }
QHeaderView { background: @paper@; border: none; }
QHeaderView::section { background: @paper@; color: @quiet@; font-size: @px14@; border: none;
    border-bottom: 1px solid @edge@; padding: 0 @sp1@; min-height: @ctl32@; }
QTableCornerButton::section { background: @paper@; border: none; }
QListView { background: transparent; border: 1px solid transparent; outline: none;
    selection-background-color: @accent_tint@; selection-color: @text@; }
QListView:focus { border: @ring@ solid @focus@; }
QListWidget, QListView[kind="lines"] { background: @surface@; border: 1px solid @line@;
    padding: @ring_gap@; }
QListWidget:focus, QListView[kind="lines"]:focus { border: @ring@ solid @focus@; padding: 0; }
QListWidget::item { min-height: @ctl24@; padding: @sp0.75@ @sp1@; border-bottom: 1px solid @line@; }
QListWidget::item:selected { background: @accent_tint@; color: @text@; }
QListView[kind="lines"]::item { min-height: @ctl36@; padding: 0 @sp1@; border-bottom: 1px solid @line@; }
QListView[kind="lines"]::item:selected { background: @accent_tint@; color: @text@; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget[role="scrolled"] { background: transparent; }
QScrollBar:vertical { background: @paper@; width: 16px; margin: 0; }
QScrollBar::handle:vertical { background: @scroll@; border-radius: 4px; min-height: 40px; margin: 2px 4px; }
QScrollBar:horizontal { background: @paper@; height: 16px; margin: 0; }
QScrollBar::handle:horizontal { background: @scroll@; border-radius: 4px; min-width: 40px; margin: 4px 2px; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
"""

_SMALL: Final = """
QMenu { background: @surface@; border: 1px solid @edge@; padding: @sp0.5@ 0; }
QMenu::item { padding: @sp0.75@ @sp3@; min-height: @ctl28@; background: transparent; }
QMenu::item:selected { background: @accent_tint@; color: @text@; border: 2px solid @focus@; }
QMenu::item:disabled { color: @quiet@; }
QMenu::separator { height: 1px; background: @line@; margin: @sp0.5@ 0; }
QToolTip { background: @surface@; color: @text@; border: 1px solid @edge@; padding: 4px; font-size: @px14@; }
QProgressBar { border: 1px solid @edge@; border-radius: 4px; background: @surface@; min-height: @ctl16@;
    max-height: @ctl16@; text-align: center; }
QProgressBar::chunk { background: @accent@; border-radius: 3px; }
QTabBar::tab { background: transparent; border: none; border-bottom: 3px solid transparent; padding: 0 @sp2@;
    min-height: @ctl38@; }
QTabBar::tab:selected { border-bottom: 3px solid @accent@; color: @accent@; font-weight: @bold@; }
QTabBar:focus { border: @ring@ solid @focus@; }
QTabWidget::pane { border: none; border-top: 1px solid @line@; }
QSplitter::handle { background: @line@; }
"""
