"""The dialog of bookmarks: where they lead, what they are called, which are forgotten."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from designer.canvas import bookmarking
from designer.canvas.view import View
from designer.dialogs.foot import foot
from designer.theme import Theme
from graph import edits
from graph.records import Bookmark

NAME = Qt.ItemDataRole.UserRole


class BookmarksDialog(QDialog):
    """Lists the bookmarks of the level that is shown. Each change is one step to undo."""

    def __init__(self, view: View, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Bookmarks")
        self._view = view
        self.list = QListWidget()
        self.list.setAccessibleName("Bookmarks of this level")
        self.list.setFont(theme.font("base"))
        self.note = QLabel("A bookmark keeps what is seen now, and its zoom. It is saved with the drawing.")
        self.note.setWordWrap(True)
        self.note.setProperty("tone", "muted")
        self.keep = self._button("Keep this place", self._keep)
        self.rename = self._button("Rename", lambda: self.list.editItem(self.list.currentItem()))
        self.remove = self._button("Remove", self._remove)
        self.go = self._button("Go there", self._go)
        self.go.setDefault(True)
        self._lay_out()
        self.list.itemChanged.connect(self._renamed)
        self.list.itemSelectionChanged.connect(self._tell)
        self._fill()

    @property
    def marked(self) -> Bookmark | None:
        """The bookmark that is marked in the list."""
        item = self.list.currentItem()
        name = item.data(NAME) if item is not None and item.isSelected() else None
        return next((mark for mark in bookmarking.listed(self._view) if mark.name == name), None)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.keep, self.rename, self.remove):
            row.addWidget(button)
        row.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 18)
        box.setSpacing(12)
        box.addWidget(self.note)
        box.addWidget(self.list, 1)
        box.addLayout(row)
        box.addLayout(foot(self._button("Close", self.reject), self.go))
        self.resize(440, 420)

    def _button(self, text: str, wish: object) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _: wish())  # type: ignore[operator]  # each wish is a method without arguments
        return button

    def _fill(self, chosen: str = "") -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for mark in sorted(bookmarking.listed(self._view), key=lambda mark: (mark.slot or 10, mark.name)):
            item = QListWidgetItem(mark.name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setData(NAME, mark.name)
            key = self._view.keymap.of(f"go-{mark.slot}")
            item.setToolTip(f"{key} leads there" if key else "No key leads there")
            self.list.addItem(item)
            if mark.name == chosen or (not chosen and self.list.count() == 1):
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        self._tell()

    def _tell(self) -> None:
        for button in (self.rename, self.remove, self.go):
            button.setEnabled(self.marked is not None)

    def _keep(self) -> None:
        before = {mark.name for mark in bookmarking.listed(self._view)}
        bookmarking.keep(self._view)
        made = next((mark.name for mark in bookmarking.listed(self._view) if mark.name not in before), "")
        self._fill(made)
        if made:
            self.list.editItem(self.list.currentItem())

    def _renamed(self, item: QListWidgetItem) -> None:
        scene, name, new = self._view.drawing, item.data(NAME), item.text()
        scene.attempt("Rename a bookmark", lambda: edits.rename_bookmark(scene.document, name, new))
        refused = any(mark.name == name for mark in bookmarking.listed(self._view))
        self._fill(name if refused else " ".join(new.split()))

    def _remove(self) -> None:
        mark, scene = self.marked, self._view.drawing
        if mark is not None:
            scene.attempt("Remove a bookmark", lambda: edits.remove_bookmark(scene.document, mark.name))
            self._fill()

    def _go(self) -> None:
        bookmarking.go(self._view, self.marked)
        self.accept()
