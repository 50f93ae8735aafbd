"""A group of templates on the start page: a heading, and their cards in as many columns as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from designer.panels.tiles import Card
from designer.theme import Theme


class Shelf(QWidget):
    """Cards under a heading."""

    def __init__(self, title: str, cards: Sequence[Card]) -> None:
        super().__init__()
        self.cards = list(cards)
        self._columns = 0
        self._head = QLabel(title)
        self._grid = QGridLayout()
        self._grid.setSpacing(16)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._head)
        column.addLayout(self._grid)

    def dress(self, theme: Theme) -> None:
        """Letters of the present theme."""
        self._head.setFont(theme.font("title"))

    def arrange(self, columns: int) -> None:
        """Lay the cards out in so many columns of equal width."""
        if columns == self._columns:
            return
        for at in range(max(columns, self._columns)):
            self._grid.setColumnStretch(at, int(at < columns))
        for number, card in enumerate(self.cards):
            self._grid.addWidget(card, number // columns, number % columns)
        self._columns = columns
