"""What a network answered about one sample: a bar for each class, or the number itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from designer.dialogs.written import Labels
from designer.panels.sections.section import words
from designer.theme import Theme, mixed

ROW, BAR, GAP, NUMBER = 26, 8, 12, 56
MOST = 12
"""Of more classes only the likeliest are shown."""


class Bars(QWidget):
    """A bar for each class, in the order of the classes; of many the likeliest. The answer stands out."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[tuple[str, float]] = []
        self._scale = 1.0
        self._best = ""
        self._percent = True
        self.setAccessibleName("Answer")

    def show_chances(self, chances: Mapping[str, float], best: str, *, percent: bool) -> None:
        rows = [(name, float(value)) for name, value in chances.items()]
        likeliest = sorted(rows, key=lambda row: -row[1])[:MOST]
        self._rows = rows if len(rows) <= MOST else likeliest
        self._best, self._percent = best, percent
        self._scale = 1.0 if percent else max([abs(value) for _, value in rows] or [1.0]) or 1.0
        self.setAccessibleDescription(", ".join(f"{name} {self._number(value)}" for name, value in self._rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, ROW * max(1, len(self._rows)))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, ROW * max(1, len(self._rows)))

    def _number(self, value: float) -> str:
        return f"{value * 100:.1f} %" if self._percent else f"{value:.4g}"

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(self.font())
        widest = max([metrics.horizontalAdvance(name) for name, _ in self._rows] or [0.0])
        names = min(widest, self.width() * 0.4)
        for at, (name, value) in enumerate(self._rows):
            self._paint_row(painter, metrics, at * ROW, names, name, value)
        painter.end()

    def _paint_row(
        self, painter: QPainter, metrics: QFontMetricsF, top: float, names: float, name: str, value: float
    ) -> None:
        theme, best = self._theme, name == self._best
        font = self.font()
        font.setBold(best)
        painter.setFont(font)
        painter.setPen(theme.text if best else theme.muted)
        middle = Qt.AlignmentFlag.AlignVCenter
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, names)
        painter.drawText(QRectF(0, top, names + 8, ROW), middle | Qt.AlignmentFlag.AlignLeft, shown)
        painter.drawText(QRectF(self.width() - NUMBER, top, NUMBER, ROW), middle | Qt.AlignmentFlag.AlignRight,
                         self._number(value))  # fmt: skip
        left, right = names + GAP, self.width() - NUMBER - GAP
        track = QRectF(left, top + (ROW - BAR) / 2, max(0.0, right - left), BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(theme.text, theme.panel, 0.08))
        painter.drawRoundedRect(track, BAR / 2, BAR / 2)
        part = min(1.0, abs(value) / self._scale)
        if part * track.width() >= 1:
            painter.setBrush(theme.accent if best else mixed(theme.accent, theme.panel, 0.45))
            bar = QRectF(track.left(), track.top(), max(BAR, part * track.width()), BAR)
            painter.drawRoundedRect(bar, BAR / 2, BAR / 2)


class Output(QWidget):
    """One output: its name where there are several, the answer in large letters, bars, and what would be right."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.name, self.answer, self.right = words("", "muted"), QLabel(), words("", "muted")
        font = self.answer.font()
        font.setPointSizeF(font.pointSizeF() * 1.9)
        font.setWeight(font.Weight.DemiBold)
        self.answer.setFont(font)
        self.answer.setWordWrap(True)
        self.answer.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bars, self.labels = Bars(theme), Labels(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self.name, self.answer, self.labels, self.right, self.bars):
            column.addWidget(widget)

    def show_output(self, output: Mapping[str, Any], *, alone: bool) -> None:
        self.name.setText(output["name"])
        self.name.setVisible(not alone)
        by_step = "steps" in output
        self.answer.setVisible(not by_step)
        self.labels.setVisible(by_step)
        if by_step:
            self.labels.show_steps(output)
        else:
            self.answer.setText(told(output))
        chances = output.get("chances") or output.get("scores")
        self.bars.setVisible(chances is not None)
        if chances is not None:
            self.bars.show_chances(chances, str(output["prediction"]), percent="chances" in output)
        self._show_right(output)

    def _show_right(self, output: Mapping[str, Any]) -> None:
        right = output.get("right", output.get("told_right"))
        self.right.setVisible(right is not None)
        if right is None:
            return
        if "steps" in output:
            text, colour = str(right), self._theme.muted
        elif "prediction" in output:
            good = str(right) == str(output["prediction"])
            text, colour = (
                ("✓ This is right", self._theme.good) if good else (f"✗ Right would be {right}", self._theme.error)
            )
        else:
            text, colour = f"The data say {numbers_text(right)}", self._theme.muted
        self.right.setText(text)
        self.right.setStyleSheet(f"color: {colour.name()}")


def told(output: Mapping[str, Any]) -> str:
    """An answer in a word."""
    if "told" in output:
        return str(output["told"])
    return str(output["prediction"]) if "prediction" in output else numbers_text(output["numbers"])


def numbers_text(value: Any) -> str:
    """A number, or a few of them."""
    flat = _flat(value)
    shown = ", ".join(f"{number:.5g}" if isinstance(number, (int, float)) else str(number) for number in flat[:8])
    return f"{shown}, … ({len(flat):,} numbers)" if len(flat) > 8 else shown


def _flat(value: Any) -> Sequence[Any]:
    return [number for part in value for number in _flat(part)] if isinstance(value, list) else [value]
