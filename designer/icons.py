"""Icons in any colour: our own line drawings from `assets/icons`, coloured and drawn when they are first needed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from designer.theme import family_key

FOLDER = Path(__file__).resolve().parent.parent / "assets" / "icons"
SIDES = (16, 20)
"""The sizes of icons on buttons and in lists; whoever needs another asks for a pixmap of that size."""


@cache
def drawing(name: str) -> str:
    """The text of an icon's SVG; of an unknown one, a dot."""
    file = FOLDER / f"{name}.svg"
    return (file if file.is_file() else FOLDER / "tensor.svg").read_text(encoding="utf-8")


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(drawing(name).replace("currentColor", colour).encode()))


def paint(painter: QPainter, name: str, colour: QColor, rect: QRectF) -> None:
    """Draws an icon into a rectangle, sharp at any scale."""
    _renderer(name, colour.name()).render(painter, rect)


def pixmap(name: str, colour: QColor, side: int, ratio: float = 1.0) -> QPixmap:
    """An icon as a square picture of `side` pixels, drawn for a screen of that pixel ratio."""
    picture = QPixmap(QSize(round(side * ratio), round(side * ratio)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint(painter, name, colour, QRectF(0, 0, side, side))
    painter.end()
    return picture


@cache
def _icon(name: str, colour: str, faint: str) -> QIcon:
    icon = QIcon()
    for side in SIDES:
        for ratio in (1.0, 2.0):
            usable = pixmap(name, QColor(colour), side, ratio)
            icon.addPixmap(usable)
            disabled = usable if faint == colour else pixmap(name, QColor(faint), side, ratio)
            icon.addPixmap(disabled, QIcon.Mode.Disabled)
    return icon


@cache
def nothing() -> QIcon:
    """The place of an icon where there is none, so that texts in a list begin below each other."""
    none = QPixmap(SIDES[-1], SIDES[-1])
    none.fill(Qt.GlobalColor.transparent)
    return QIcon(none)


def icon(name: str, colour: QColor, faint: QColor | None = None) -> QIcon:
    """An icon for a button or a menu; `faint` is its colour while it cannot be used."""
    return _icon(name, colour.name(), (faint or colour).name())


def family_icon(family: str) -> str:
    """The name of the icon that stands for a family of kinds."""
    word = family.strip().lower()
    for name in (word, word.removesuffix("s"), family_key(word)):
        if (FOLDER / f"{name}.svg").is_file():
            return name
    return "layer"
