"""What a network is asked about: numbers typed under names of columns, or a picture that is dropped or drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDoubleValidator,
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from designer.fields.choice import Choices
from designer.theme import Theme

MOST_FIELDS = 64
"""Rows of more numbers are no form any more."""

SIDE = 280
PEN = 0.85
"""How wide a stroke is, in pixels of the picture: for each 8 pixels of its side."""


class Form(QWidget):
    """A field for each column; words are chosen, numbers typed."""

    changed = Signal()

    def __init__(self, columns: Sequence[Mapping[str, Any]], theme: Theme) -> None:
        super().__init__()
        self._columns = list(columns)
        self.fields: list[QLineEdit | Choices] = []
        body = QWidget()
        body.setProperty("role", "sheet")
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, column in enumerate(columns):
            field = self._choice(column["words"], theme) if column.get("words") else self._number()
            field.setAccessibleName(column["name"])
            label = QLabel(column["name"])
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
            self.fields.append(field)
        grid.setRowStretch(len(columns), 1)
        area = QScrollArea()
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it follows what has the keyboard in it
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.addWidget(area)

    def _number(self) -> QLineEdit:
        field = QLineEdit("0")
        validator = QDoubleValidator(field)
        validator.setLocale(self.locale().c())
        field.setValidator(validator)
        field.textEdited.connect(self.changed)
        return field

    def _choice(self, words: Sequence[str], theme: Theme) -> Choices:
        field = Choices(theme)
        field.addItems(list(words))
        field.activated.connect(self.changed)
        return field

    def row(self) -> list[Any] | None:
        """What stands in the fields; None while a number is not typed to its end."""
        found: list[Any] = []
        for field in self.fields:
            if isinstance(field, Choices):
                found.append(field.currentText())
                continue
            try:
                found.append(float(field.text()))
            except ValueError:
                return None
        return found

    def spread(self) -> list[float] | None:
        """The numbers that the fields become: each word is one of them."""
        row = self.row()
        if row is None:
            return None
        found: list[float] = []
        for column, cell in zip(self._columns, row, strict=True):
            words = column.get("words")
            found += [float(word == cell) for word in words] if words else [cell]
        return found

    def show_values(self, values: Sequence[float]) -> None:
        """Puts the numbers of a row into the fields."""
        at = 0
        for column, field in zip(self._columns, self.fields, strict=True):
            words = column.get("words") or ()
            if isinstance(field, Choices):
                part = list(values[at : at + len(words)])
                field.setCurrentIndex(part.index(max(part)) if any(part) else -1)
                at += len(words)
            else:
                field.setText(f"{values[at]:.7g}")
                field.setCursorPosition(0)
                at += 1


class Picture(QWidget):
    """A picture as the network sees it, pixel by pixel. A file can be dropped on it, strokes can be drawn on it."""

    changed = Signal()
    dropped = Signal(object)
    """A `Path`."""

    def __init__(self, sides: Sequence[int], high: float, theme: Theme) -> None:
        super().__init__()
        self._theme, self._high = theme, high
        self.channels, (self.height_, self.width_) = (sides[0] if len(sides) == 3 else 0), sides[-2:]
        self._values = self._blank()
        self._last: QPointF | None = None
        self._empty = True
        self.setAcceptDrops(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Picture")
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        scale = SIDE / max(self.height_, self.width_)
        return QSize(round(self.width_ * scale), round(self.height_ * scale))

    def _blank(self) -> list[list[list[float]]]:
        return [[[0.0] * self.width_ for _ in range(self.height_)] for _ in range(max(1, self.channels))]

    def clear(self) -> None:
        self._values, self._empty = self._blank(), True
        self.update()

    def values(self) -> Any:
        """Nested as the network takes it: channels first, if it has channels."""
        return self._values if self.channels else self._values[0]

    def show_values(self, values: Any) -> None:
        self._values = [[list(row) for row in plane] for plane in (values if self.channels else [values])]
        self._empty = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawImage(QRectF(self.rect()), self._image())
        painter.setPen(self._theme.line)
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        if self._empty:
            painter.setPen(QColor(200, 200, 200))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Draw here,\nor drop a picture")
        painter.end()

    def _image(self) -> QImage:
        image = QImage(self.width_, self.height_, QImage.Format.Format_RGB32)
        planes = self._values if len(self._values) == 3 else [self._values[0]] * 3
        for y in range(self.height_):
            for x in range(self.width_):
                image.setPixelColor(x, y, QColor(*(self._byte(plane[y][x]) for plane in planes)))
        return image

    def _byte(self, value: float) -> int:
        return min(255, max(0, round(value / self._high * 255)))

    # --- drawing

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._last = event.position()
            self._stroke(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._last is not None:
            self._stroke(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._last = None

    def _stroke(self, to: QPointF) -> None:
        """Ink from the last place to this one, soft at its edge."""
        start, scale = self._last or to, self.width() / self.width_
        steps = max(1, int(max(abs(to.x() - start.x()), abs(to.y() - start.y())) / scale * 3))
        for step in range(steps + 1):
            part = step / steps
            self._dot(
                (start.x() + (to.x() - start.x()) * part) / scale, (start.y() + (to.y() - start.y()) * part) / scale
            )
        self._last, self._empty = to, False
        self.update()
        self.changed.emit()

    def _dot(self, x: float, y: float) -> None:
        reach = PEN * max(1.0, max(self.width_, self.height_) / 16)
        for row in range(max(0, int(y - reach - 1)), min(self.height_, int(y + reach + 2))):
            for at in range(max(0, int(x - reach - 1)), min(self.width_, int(x + reach + 2))):
                away = ((at + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2) ** 0.5
                ink = max(0.0, min(1.0, reach + 0.5 - away)) * self._high
                for plane in self._values:
                    plane[row][at] = max(plane[row][at], ink)

    # --- dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls()[:1]:
            self.dropped.emit(Path(url.toLocalFile()))
