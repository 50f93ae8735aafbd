"""The history of a drawing as a list: every step with its name, done or undone; a click goes there."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from designer import icons
from designer.bridge import Bridge
from designer.theme import Theme
from graph.history import History

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
SAVED = Role.UserRole
BEGINNING = "As it was opened"


class StepList(QAbstractListModel):
    """Row n is the drawing after n steps. It asks the history for its names once a change, not once a row."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._history: History | None = None
        self._labels: list[str] = []
        self.position = 0

    def show_history(self, history: History) -> None:
        self.beginResetModel()
        self._history, self._labels = history, [BEGINNING, *history.entries]
        self.position = history.position
        self.endResetModel()

    def refresh(self) -> None:
        """Take over what has changed: rows at the end come and go, others keep their place."""
        if self._history is None:
            return
        labels, old = [BEGINNING, *self._history.entries], len(self._labels)
        if len(labels) < old:
            self.beginRemoveRows(QModelIndex(), len(labels), old - 1)
            self._labels = labels
            self.endRemoveRows()
        elif len(labels) > old:
            self.beginInsertRows(QModelIndex(), old, len(labels) - 1)
            self._labels = labels
            self.endInsertRows()
        self._labels, self.position = labels, self._history.position
        self.dataChanged.emit(self.index(0), self.index(len(labels) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self._labels)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        row = index.row()
        undone, saved = row > self.position, self._history is not None and self._history.saved == row
        if role == Role.DisplayRole:
            return self._labels[row]
        if role == Role.AccessibleTextRole:
            state = ["undone"] if undone else ["where the drawing stands"] if row == self.position else []
            return ", ".join([self._labels[row], *state, *(["saved"] if saved else [])])
        if role == Role.ForegroundRole:
            return self._theme.muted if undone else self._theme.text
        if role == Role.FontRole:
            font = self._theme.font("name" if row == self.position else "base")
            font.setItalic(undone)
            return font
        if role == Role.DecorationRole:
            return icons.icon("chevron-right", self._theme.accent) if row == self.position else icons.nothing()
        return saved if role == SAVED else None


class Saved(QStyledItemDelegate):
    """Writes at the right of a row that it is what the file holds."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        if index.data(SAVED):
            painter.setFont(self._theme.font("secondary"))
            painter.setPen(self._theme.good)
            place = option.rect.adjusted(0, 0, -12, 0)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "saved")


class Rows(QListView):
    """Arrows go from step to step without changing anything; Return, or a click, goes there."""

    taken = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._delegate = Saved(theme)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(14, 14))
        self.setAccessibleName("Steps")
        self.clicked.connect(lambda index: self.taken.emit(index.row()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.taken.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)


class Steps(QWidget):
    """The panel. `wanted` carries how many steps are to be done."""

    wanted = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = StepList(theme)
        self.rows = Rows(theme)
        self.rows.setModel(self.model)
        self.rows.taken.connect(self.wanted)
        self._bridge: Bridge | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 0, 4)
        column.addWidget(self.rows)
        self.setFocusProxy(self.rows)
        theme.changed.connect(self.refresh)

    def show_history(self, history: History, bridge: Bridge) -> None:
        """List the steps of a drawing, and follow them."""
        if self._bridge is not None:
            self._bridge.history_changed.disconnect(self.refresh)
        self._bridge = bridge
        bridge.history_changed.connect(self.refresh)
        self.model.show_history(history)
        self._mark()

    def refresh(self) -> None:
        self.model.refresh()
        self._mark()

    def _mark(self) -> None:
        """The row of the present step is the current one, and can be seen."""
        index = self.model.index(self.model.position)
        self.rows.setCurrentIndex(index)
        self.rows.scrollTo(index)
