"""The look of Qt's own widgets, written from the tokens of the theme."""

from __future__ import annotations

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from designer import icons
from designer.theme import Theme, contrast, mixed

ARGUMENTS = ("-style", "Fusion")
"""What Qt is started with. To ask a running application for its style costs a tenth of a start's own time."""


def apply(application: QApplication, theme: Theme) -> None:
    """Dresses the whole program; call it again after the theme has changed."""
    text = sheet(theme)
    if text == application.styleSheet():
        return  # Qt would look at every widget again
    application.setPalette(theme.palette())
    application.setFont(theme.font())
    application.setStyleSheet(text)


def sheet(theme: Theme) -> str:
    """The style sheet: flat fields with one-pixel borders, quiet bars, one accent."""
    hover = mixed(theme.text, theme.raised, 0.06)
    names = {
        "canvas": theme.canvas,
        "panel": theme.panel,
        "raised": theme.raised,
        "line": theme.line,
        "text": theme.text,
        "muted": theme.muted,
        "faint": theme.faint,
        "accent": theme.accent,
        "on_accent": theme.on_accent,
        "accent_hover": mixed(theme.text, theme.accent, 0.12),
        "chosen": mixed(theme.accent, theme.panel, 0.22),
        "error": theme.error,
        "hover": hover,
        "pressed": mixed(theme.text, theme.raised, 0.12),
    }
    text = SHEET.replace("1px solid", f"{theme.border}px solid")
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(f"@{name}", _css(names[name]))
    return text.replace("@check", (icons.FOLDER / check_mark(theme)).as_posix())


def check_mark(theme: Theme) -> str:
    """The file of the mark in check boxes, a white and a black one: a style sheet cannot colour it."""
    white = contrast(QColor("white"), theme.accent) > contrast(QColor("black"), theme.accent)
    return "check-white.svg" if white else "check.svg"


def _css(colour: QColor) -> str:
    return colour.name()


SHEET = """
QMainWindow, QDialog { background: @panel; }
QMainWindow::separator { background: @line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: @accent; }
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 4px 6px; }
QMenuBar { background: @panel; border: none; padding: 0 8px; }
QMenuBar::item { padding: 6px 10px; border-radius: 6px; background: transparent; color: @muted; }
QMenuBar::item:selected { background: @hover; color: @text; }
QMenu { background: @raised; border: 1px solid @line; padding: 4px; }
QMenu::item { padding: 5px 28px 5px 22px; border-radius: 5px; }
QMenu::item:selected { background: @accent; color: @on_accent; }
QMenu::item:disabled { color: @faint; background: transparent; }
QMenu::separator { height: 1px; background: @line; margin: 4px 6px; }
QLineEdit, QComboBox, QAbstractSpinBox {
  background: @raised; border: 1px solid @line; border-radius: 7px; padding: 4px 8px; min-height: 18px;
  selection-background-color: @accent; selection-color: @on_accent; }
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus { border-color: @accent; }
QLineEdit:hover:!focus, QComboBox:hover:!focus { border-color: @faint; }
QLineEdit[wrong="true"] { border-color: @error; }
QLineEdit:disabled, QComboBox:disabled { color: @faint; }
QComboBox::drop-down { width: 0; border: none; }
QComboBox QAbstractItemView { background: @raised; border: 1px solid @line; padding: 4px; outline: none; }
QPushButton { background: @raised; border: 1px solid @line; border-radius: 7px; padding: 5px 12px; min-height: 16px; }
QPushButton:hover { background: @hover; }
QPushButton:pressed { background: @pressed; }
QPushButton:focus { border-color: @accent; }
QPushButton:disabled { color: @faint; }
QPushButton:default, QPushButton[role="primary"] {
  background: @accent; color: @on_accent; border-color: @accent; font-weight: 600; }
QPushButton:default:hover, QPushButton[role="primary"]:hover { background: @accent_hover; }
QPushButton[role="primary"]:disabled, QPushButton:default:disabled {
  background: @raised; color: @faint; border-color: @line; }
QPushButton[role="primary"]:focus { border: 2px solid @text; padding: 4px 11px; }
QPushButton[role="link"] { background: transparent; border: 1px solid transparent; color: @accent; padding: 3px 4px; }
QPushButton[role="link"]:hover { text-decoration: underline; }
QPushButton[role="link"]:focus { border-color: @accent; }
QPushButton[role="card"] { text-align: left; padding: 0; border-radius: 10px; background: @raised; }
QPushButton[role="card"]:hover, QPushButton[role="card"]:focus { border-color: @accent; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 7px; padding: 4px; }
QToolButton:hover { background: @hover; }
QToolButton:pressed, QToolButton:checked { background: @pressed; }
QToolButton:focus { border-color: @accent; }
QToolButton[role="fold"] { text-align: left; color: @muted; padding: 4px 0; margin-left: -7px; }
QToolButton[role="fold"]:checked, QToolButton[role="fold"]:pressed { background: transparent; }
QToolButton[role="fold"]:hover { background: @hover; color: @text; }
QToolButton[role="step"] { color: @muted; }
QToolButton[role="step"]:hover { color: @text; }
QToolButton#primary { background: @accent; color: @on_accent; border-color: @accent; font-weight: 600;
  padding: 4px 14px; }
QToolButton#primary:hover { background: @accent_hover; }
QToolButton#primary:focus { border: 2px solid @text; }
QToolButton#primary:disabled { background: @raised; color: @faint; border-color: @line; }
#header { background: @panel; border-bottom: 1px solid @line; }
QLabel#hint { background: @raised; color: @text; border: 1px solid @line; border-radius: 7px; padding: 6px 10px; }
QTabBar { background: @panel; }
QTabBar::tab { background: transparent; color: @muted; padding: 8px 4px; margin: 0 9px;
  border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }
QTabBar::tab:hover:!selected { color: @text; }
QTabBar#drawings::tab { margin: 0; padding: 7px 8px 7px 14px; border-right: 1px solid @line; }
QTabBar#drawings::tab:selected { background: @canvas; }
QTabBar#drawings::tab:hover:!selected { background: @raised; }
QTabBar#drawings::tab:focus { color: @accent; }
QScrollArea, QAbstractScrollArea { background: @panel; border: none; }
QScrollArea > QWidget > QWidget[role="sheet"] { background: @panel; }
QScrollBar:vertical { width: 10px; background: transparent; margin: 0; }
QScrollBar:horizontal { height: 10px; background: transparent; margin: 0; }
QScrollBar::handle { background: @line; border-radius: 3px; margin: 2px; min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: @faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QTreeView, QListView, QTableView { background: @panel; border: none; outline: none; show-decoration-selected: 0; }
QTreeView::item, QListView::item { padding: 3px 4px; border-radius: 5px; }
QTreeView::item:hover, QListView::item:hover { background: @hover; }
QTreeView::item:selected, QListView::item:selected { background: @chosen; color: @text; }
QHeaderView::section { background: @panel; color: @muted; border: none; border-bottom: 1px solid @line; padding: 4px; }
QProgressBar { background: @raised; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: @accent; border-radius: 2px; }
QDockWidget { titlebar-close-icon: none; titlebar-normal-icon: none; color: @muted; }
QDockWidget::title { background: @panel; padding: 6px 10px; }
QCheckBox::indicator, QTreeView::indicator {
  width: 15px; height: 15px; border: 1px solid @faint; border-radius: 4px; background: @raised; }
QCheckBox::indicator:checked, QTreeView::indicator:checked { background: @accent; border-color: @accent;
  image: url("@check"); }
QCheckBox::indicator:checked:disabled { background: @faint; border-color: @faint; }
QRadioButton { spacing: 8px; }
QRadioButton::indicator {
  width: 14px; height: 14px; border: 1px solid @faint; border-radius: 8px; background: @raised; }
QRadioButton::indicator:hover { border-color: @accent; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid @accent; background: @on_accent; }
QRadioButton:focus { color: @accent; }
QPlainTextEdit { background: @panel; border: none; selection-background-color: @accent;
  selection-color: @on_accent; }
QLabel[tone="muted"] { color: @muted; }
QLabel[tone="error"] { color: @error; }
QFrame[role="rule"] { background: @line; border: none; max-height: 1px; min-height: 1px; }
QFrame[role="box"] { background: @raised; border: 1px solid @line; border-radius: 7px; }
QFrame[role="bar"] { background: @panel; border: none; border-bottom: 1px solid @line; }
"""
