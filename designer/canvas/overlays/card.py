"""The card at a node that is wrong: what is wrong, in a sentence, and the fix as a button."""

from functools import partial

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QPushButton, QVBoxLayout, QWidget

from designer.canvas.overlays.floating import Floating
from designer.theme import Theme
from graph.diagnostic import Diagnostic, Fix, Offer

MOST = 3
WIDEST = 300


class Card(Floating):
    """Up to three findings of one node, the worst first. The chosen fix is wanted, or the Offer."""

    fix_wanted = Signal(object)
    offer_wanted = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent, theme, "card")
        self.born: str | None = None
        self.buttons: list[QPushButton] = []
        self._shown: list[Diagnostic] = []
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(12, 10, 12, 10)
        self._rows.setSpacing(8)
        self._rows.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        self.setCursor(Qt.CursorShape.ArrowCursor)

    @property
    def sentences(self) -> list[str]:
        """What the card says now."""
        return [found.message for found in self._shown] if self.born is not None else []

    def tell(self, born: str, found: list[Diagnostic], around: QRect) -> None:
        """Show the findings of a node below it; no findings hide the card."""
        told = found[:MOST]
        if not told:
            self.close_up()
            return
        if born != self.born or told != self._shown:
            self.born, self._shown = born, told
            self.tone = {"error": "error", "warning": "warning"}.get(told[0].level, "line")
            self.restyle()
            self._fill(len(found) - len(told))
        self.place_by(around)

    def close_up(self) -> None:
        self.born, self._shown = None, []
        self.hide()

    def _fill(self, more: int) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons = []
        for found in self._shown:
            self._rows.addWidget(self._row(found))
        if more:
            label = QLabel(f"and {more} more in the problems list", self)
            label.setProperty("quiet", True)
            self._rows.addWidget(label)
        self.setAccessibleName("; ".join(self.sentences))

    def _row(self, found: Diagnostic) -> QWidget:
        row = QWidget(self)
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        label = QLabel(found.message, row, wordWrap=True)
        label.setFont(self.theme.font("base"))
        label.setFixedWidth(min(label.fontMetrics().horizontalAdvance(found.message) + 4, WIDEST))
        column.addWidget(label)
        if found.fix is not None:
            column.addLayout(self._fix(row, found.fix))
        elif found.offer is not None:
            column.addLayout(self._fix(row, found.offer))
        return row

    def _fix(self, row: QWidget, fix: Fix | Offer) -> QHBoxLayout:
        button = QPushButton(fix.label, row)
        button.setFont(self.theme.font("base"))
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        wanted = self.fix_wanted if isinstance(fix, Fix) else self.offer_wanted
        button.clicked.connect(partial(wanted.emit, fix))
        self.buttons.append(button)
        line = QHBoxLayout()
        line.addWidget(button)
        line.addStretch()
        return line

    def enterEvent(self, event: QEnterEvent) -> None:
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self.left.emit()
