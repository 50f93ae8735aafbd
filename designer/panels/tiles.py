"""Buttons of the start page: a card for a template, a row for a recent file, and the arrow keys among them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QFontMetricsF, QImage, QKeyEvent, QPainter, QPaintEvent, QPen, QTextLayout
from PySide6.QtWidgets import QAbstractButton, QWidget

from designer import icons
from designer.numbers import ago
from designer.theme import Theme, mixed
from runtime.assets import Template

Draw = Callable[[str, QSize, float], QImage | None]
"""Gives a small picture of a project's text in a size, for a screen of a pixel ratio."""

PICTURE_HEIGHT = 104
TEXT_LINES = 3
PAD = 12
ROW_HEIGHT = 48

ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class Tile(QAbstractButton):
    """Something to press, painted by us. `moved` carries an arrow key, `focused` tells that it must be in view."""

    moved = Signal(object)
    focused = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ARROWS:
            self.moved.emit(Qt.Key(event.key()))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()

    def frame(self, painter: QPainter, radius: float, *, quiet: bool) -> None:
        """Ground and border; a quiet one has neither until it is pointed at."""
        theme = self.theme
        wanted, lit = self.hasFocus(), self.underMouse()
        ground = mixed(theme.text, theme.raised, 0.05) if self.isDown() or (lit and quiet) else theme.raised
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush if quiet and not lit else ground)
        width = 2.0 if wanted else 1.0
        edge = theme.accent if wanted else theme.faint if lit else theme.line
        painter.setPen(Qt.PenStyle.NoPen if quiet and not wanted else QPen(edge, width))
        inset = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), radius, radius)


class Card(Tile):
    """A template: its drawing, its title, the beginning of its help (all of it in the tooltip)."""

    def __init__(self, template: Template, theme: Theme, draw: Draw) -> None:
        super().__init__(theme)
        self.template = template
        self._draw = draw
        self._picture: QImage | None = None
        self._drawn_for: tuple[QSize, float, bool] | None = None
        self.setText(template.title)
        self.setAccessibleName(template.title)
        self.setAccessibleDescription(template.help)
        self.setToolTip(f"<qt><p>{template.help}</p></qt>" if template.help else "")

    def sizeHint(self) -> QSize:
        title = QFontMetricsF(self.theme.font("name")).lineSpacing()
        line = QFontMetricsF(self.theme.font("secondary")).lineSpacing()
        return QSize(280, round(PICTURE_HEIGHT + PAD * 2 + title + 4 + line * TEXT_LINES))

    def draw(self) -> bool:
        """Makes the picture if it is missing or of another size or look; tells whether it did."""
        wanted = (QSize(self.width() - PAD * 2, PICTURE_HEIGHT - 16), self.devicePixelRatioF(), self.theme.dark)
        if self._drawn_for == wanted:
            return False
        self._drawn_for = wanted
        self._picture = self._draw(self.template.text(), wanted[0], wanted[1])
        self.update()
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.frame(painter, 10, quiet=False)
        inner = QRectF(2, 2, self.width() - 4, PICTURE_HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.canvas)
        painter.drawRoundedRect(inner, 8, 8)
        painter.drawRect(inner.adjusted(0, 10, 0, 0))
        if self._picture is not None:
            painter.drawImage(QPointF(PAD, 10), self._picture)
        self._write(painter)
        painter.end()

    def _write(self, painter: QPainter) -> None:
        room = self.width() - PAD * 2.0
        font = self.theme.font("name")
        metrics = QFontMetricsF(font)
        top = float(PICTURE_HEIGHT + PAD)
        painter.setFont(font)
        painter.setPen(self.theme.text)
        title = metrics.elidedText(self.template.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(PAD, top + metrics.ascent()), title)
        small = self.theme.font("secondary")
        painter.setFont(small)
        painter.setPen(self.theme.muted)
        metrics, top = QFontMetricsF(small), top + metrics.lineSpacing() + 4
        for number, line in enumerate(lines(self.template.help, small, room, TEXT_LINES)):
            painter.drawText(QPointF(PAD, top + metrics.ascent() + number * metrics.lineSpacing()), line)


class FileRow(Tile):
    """A recent file: its name, its folder, when it was changed. Delete takes it off the list."""

    forgotten = Signal()

    def __init__(self, path: Path, theme: Theme) -> None:
        super().__init__(theme)
        self.path = path
        self.changed = changed_at(path)
        self.setText(path.stem)
        self.setAccessibleName(path.stem)
        self.setAccessibleDescription(str(path.parent) if self.there else f"{path.parent} (not found)")
        self.setToolTip(f"{path}\nDelete takes it off this list; the file stays.")

    @property
    def there(self) -> bool:
        return self.changed is not None

    def sizeHint(self) -> QSize:
        return QSize(240, ROW_HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.forgotten.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.frame(painter, 7, quiet=True)
        theme = self.theme
        icons.paint(painter, "file", theme.muted, QRectF(10, (self.height() - 18) / 2, 18, 18))
        small = QFontMetricsF(theme.font("secondary"))
        when = "not found" if self.changed is None else ago(time.time() - self.changed)
        painter.setFont(theme.font("secondary"))
        painter.setPen(theme.muted if self.there else theme.warning)
        painter.drawText(QPointF(self.width() - 10 - small.horizontalAdvance(when), 20), when)
        room = self.width() - 50.0
        painter.setPen(theme.muted)
        folder = small.elidedText(shortened(self.path.parent), Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(QPointF(38, 37), folder)
        bold = theme.font("name")
        painter.setFont(bold)
        painter.setPen(theme.text if self.there else theme.muted)
        left = room - small.horizontalAdvance(when) - 8
        name = QFontMetricsF(bold).elidedText(self.path.stem, Qt.TextElideMode.ElideMiddle, left)
        painter.drawText(QPointF(38, 20), name)
        painter.end()


def neighbour(tiles: Sequence[Tile], tile: Tile, key: Qt.Key) -> Tile | None:
    """The nearest other tile in the direction of an arrow key; what lies straight ahead comes first."""
    right, down = ARROWS[key]
    here = center(tile)
    best: tuple[float, Tile] | None = None
    for other in tiles:
        way = center(other) - here
        ahead = way.x() * right + way.y() * down
        aside = abs(way.x() * down) + abs(way.y() * right)
        if ahead > 8 and (best is None or ahead + 3 * aside < best[0]):
            best = (ahead + 3 * aside, other)
    return best[1] if best else None


def center(widget: QWidget) -> QPointF:
    """The middle of a widget in the coordinates of its window."""
    return QPointF(widget.mapTo(widget.window(), widget.rect().center()))


def lines(text: str, font: QFont, width: float, most: int) -> list[str]:
    """A text broken into lines of a width; the last one ends in an ellipsis if there is more."""
    layout = QTextLayout(text, font)
    found: list[str] = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        start = line.textStart()
        if len(found) == most - 1:
            found.append(QFontMetricsF(font).elidedText(text[start:], Qt.TextElideMode.ElideRight, width))
            break
        found.append(text[start : start + line.textLength()].rstrip())
    layout.endLayout()
    return found


def changed_at(path: Path) -> float | None:
    """When a file was changed, in seconds; None if it is not there."""
    try:
        return path.stat().st_mtime
    except OSError:
        return None


def shortened(folder: Path) -> str:
    """A folder as people name it: from their home where it lies in it."""
    home = Path.home()
    return f"~/{folder.relative_to(home).as_posix()}".removesuffix("/.") if folder.is_relative_to(home) else str(folder)
