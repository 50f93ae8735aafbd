"""A part of a form that is folded away under its title until it is wanted."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from designer import icons
from designer.theme import Theme


class Fold(QWidget):
    """A title that opens and closes what is below it; `told` is shown beside the title."""

    turned = Signal(bool)

    def __init__(self, title: str, theme: Theme, *, unfolded: bool) -> None:
        super().__init__()
        self._theme, self._title = theme, title
        self.head = QToolButton()
        self.head.setCheckable(True)
        self.head.setProperty("role", "fold")
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.head.setAccessibleName(title)
        self.body = QWidget()
        self.grid = QGridLayout(self.body)
        self.grid.setContentsMargins(0, 0, 0, 0)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addWidget(self.head)
        box.addWidget(self.body)
        self.head.toggled.connect(self._turn)
        self.head.clicked.connect(self.turned)
        self.head.setChecked(unfolded)
        self._turn(unfolded)
        self.tell(0)

    def tell(self, count: int) -> None:
        """Say how many of the settings inside are not the defaults."""
        self.head.setText(f"{self._title} · {count} set" if count else self._title)

    def _turn(self, unfolded: bool) -> None:
        self.head.setIcon(icons.icon("chevron-down" if unfolded else "chevron-right", self._theme.muted))
        self.body.setVisible(unfolded)
