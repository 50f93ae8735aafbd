"""A field and a list below it: one types, chooses and goes on, with the hands on the keys all the time."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from designer.canvas.overlays.floating import Floating, put_away
from designer.theme import Theme

DATA = Qt.ItemDataRole.UserRole
ASIDE = Qt.ItemDataRole.UserRole + 1
"""What stands at the right end of a row, in a quiet colour."""
FAINT = Qt.ItemDataRole.UserRole + 2
"""A row that cannot be taken now."""
PAGE = 8


class Chooser(Floating):
    """Whoever derives from it fills the list and says what is done with a row. `closed`: nothing was chosen; with
    whether the keyboard was in it."""

    closed = Signal(bool)

    def __init__(self, parent: QWidget, theme: Theme, name: str, asks: str, found: str) -> None:
        super().__init__(parent, theme, name)
        self.field = QLineEdit(self, placeholderText=asks, clearButtonEnabled=False)
        self.field.setAccessibleName(asks)
        self.list = QListWidget(self)
        self.list.setUniformItemSizes(True)
        self.list.setIconSize(QSize(18, 18))
        self.list.setAccessibleName(found)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(Rows(theme, self.list))
        self.note = QLabel(self, wordWrap=True)
        self.note.setProperty("quiet", True)
        for widget, role in ((self.field, "base"), (self.list, "base"), (self.note, "secondary")):
            widget.setFont(theme.font(role))  # type: ignore[arg-type]  # the three are roles
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(8, 8, 8, 8)
        self.column.setSpacing(6)
        for widget in (self.field, self.list, self.note):
            self.column.addWidget(widget)
        self.field.textChanged.connect(self.fill)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(self.take)

    def fill(self, words: str) -> None:
        """Show what fits the words."""
        raise NotImplementedError  # each chooser has its own rows

    def take(self, item: QListWidgetItem | None) -> None:
        """Do with a row what it stands for."""
        raise NotImplementedError  # as above

    def give_up(self) -> None:
        if not self.isHidden():
            self.closed.emit(put_away(self))

    def left(self) -> None:
        """The field has lost the focus to something else in this window."""
        self.give_up()

    def marked_data(self) -> Any:
        """What the marked row stands for; None if there is none."""
        item = self.list.currentItem()
        return item.data(DATA) if item is not None else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                return self._key(event)
            if isinstance(event, QFocusEvent) and event.lostFocus() and _really_left(event):
                self.left()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        found = self._ways().get(Qt.Key(event.key()))
        if found is None:
            return False
        found()
        return True

    def _ways(self) -> dict[Qt.Key, Callable[[], object]]:
        """What keys of the field do to the list."""
        Key = Qt.Key
        take: Callable[[], object] = lambda: self.take(self.list.currentItem())  # noqa: E731  # three keys share it
        return {
            Key.Key_Escape: self.give_up,
            Key.Key_Return: take, Key.Key_Enter: take, Key.Key_Tab: take,
            Key.Key_Down: lambda: self._step(1), Key.Key_Up: lambda: self._step(-1),
            Key.Key_PageDown: lambda: self._step(PAGE), Key.Key_PageUp: lambda: self._step(-PAGE),
        }  # fmt: skip

    def _step(self, by: int) -> None:
        self.list.setCurrentRow(min(max(self.list.currentRow() + by, 0), self.list.count() - 1))


class Rows(QStyledItemDelegate):
    """Writes what stands aside at the right end of a row, and what cannot be taken in a faint colour."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        if index.data(FAINT):
            for role in (QPalette.ColorRole.Text, QPalette.ColorRole.HighlightedText):
                option.palette.setColor(role, self._theme.muted)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        aside = index.data(ASIDE)
        if not aside:
            super().paint(painter, option, index)
            return
        font = self._theme.font("secondary")
        whole = option.rect
        wide = min(QFontMetrics(font).horizontalAdvance(aside) + 18, whole.width() * 3 // 5)
        super().paint(painter, option, index)
        painter.save()
        painter.setFont(font)
        painter.setPen(self._theme.muted)
        place = whole.adjusted(whole.width() - wide, 0, -10, 0)
        text = QFontMetrics(font).elidedText(aside, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()


def _really_left(event: QFocusEvent) -> bool:
    """A menu over the field is no reason to close, nor is another window, such as a page of help."""
    return event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
