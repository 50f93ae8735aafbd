"""The way from the drawing to the block that is looked at, above the canvas: each step leads back there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from designer import icons, key_names
from designer.theme import Theme

LONGEST = 28
"""Letters of one step; the tooltip says all of it."""


class Crumbs(QFrame):
    """Hidden while the drawing itself is looked at. `wanted` carries how many levels up to go."""

    wanted = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: tuple[tuple[str, str], ...] = ()
        self.steps: list[QToolButton | QLabel] = []
        self.setProperty("role", "bar")
        self.setAccessibleName("Where you are")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(10, 4, 10, 4)
        self._row.setSpacing(2)
        theme.changed.connect(self._rebuild)
        self.hide()

    def show_way(self, drawing: str, way: Sequence[tuple[str, str]]) -> None:
        """Show the drawing's name and the placements that lead on: what each is called, and its block."""
        wanted = ((drawing, ""), *way)
        if wanted != self._shown:
            self._shown = wanted
            self._rebuild()
        self.setVisible(bool(way))

    def _rebuild(self) -> None:
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.steps = []
        for at, (name, block) in enumerate(self._shown):
            if at:
                self._row.addWidget(self._arrow())
            text = f"{name}: {block}" if block else name
            up = len(self._shown) - 1 - at
            self.steps.append(self._step(text, up) if up else self._here(text))
            self._row.addWidget(self.steps[-1])
        self._row.addStretch()

    def _step(self, text: str, up: int) -> QToolButton:
        button = QToolButton()
        button.setText(_clipped(text))
        button.setProperty("role", "step")
        if up == 1:
            key_names.set_tip(button, f"Back to {text}", "leave")
        else:
            button.setToolTip(f"Back to {text}")
        button.setAccessibleName(f"Back to {text}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.wanted.emit(up))
        return button

    def _here(self, text: str) -> QLabel:
        label = QLabel(_clipped(text))
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setFont(self._theme.font("name"))
        label.setToolTip(text)
        label.setContentsMargins(5, 0, 5, 0)
        return label

    def _arrow(self) -> QLabel:
        arrow = QLabel()
        arrow.setPixmap(icons.pixmap("chevron-right", self._theme.faint, 12, self.devicePixelRatioF()))
        arrow.setFixedSize(QSize(14, 14))
        arrow.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return arrow


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
