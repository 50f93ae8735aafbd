"""The keys of all commands, to be changed: find a command, press the key that it is to have."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QKeyCombination, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer.actions import MENUS, Action
from designer.dialogs.foot import foot
from designer.shortcuts import PORTABLE, RESERVED, Shortcuts, native
from designer.theme import Theme

ACTION = Qt.ItemDataRole.UserRole
ALONE = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr, Qt.Key.Key_unknown)
"""Keys that are only held for others."""


class Catcher(QLineEdit):
    """Catches the next key that is pressed, whatever it means elsewhere; Escape catches none."""

    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__(placeholderText="Press a key")
        self.setReadOnly(True)
        self.setAccessibleName("The key that the command is to have: press it")

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            self.keyPressEvent(event)  # Tab too, which would otherwise go on to the next field
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.pressed.emit("")
        elif event.key() not in ALONE:
            self.pressed.emit(key_of(event))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.isVisible():
            self.pressed.emit("")


def key_of(event: QKeyEvent) -> str:
    """A pressed key as portable text; of a sign such as `?` Shift is no part."""
    key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if key == Qt.Key.Key_Backtab:
        key = Qt.Key.Key_Tab
    if 0x20 < event.key() < 0x7F and not chr(event.key()).isalnum():
        held &= ~Qt.KeyboardModifier.ShiftModifier
    return QKeySequence(QKeyCombination(held, key)).toString(PORTABLE)


class KeysDialog(QDialog):
    """Every change counts at once. A key that another command has is taken over only when the user says so."""

    def __init__(
        self, shortcuts: Shortcuts, words: Callable[[Action], str], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Change keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._shortcuts, self._words, self._theme = shortcuts, words, theme
        self._wanted = ""
        self.search = QLineEdit(placeholderText="Search commands and keys", clearButtonEnabled=True)
        self.search.setAccessibleName("Search commands and keys")
        self.search.textChanged.connect(self._narrow)
        self.list = QTreeWidget()
        self.list.setAccessibleName("Commands and their keys")
        self.list.setHeaderLabels(["Command", "Keys"])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.itemActivated.connect(self._catch)
        self.list.currentItemChanged.connect(self._show)
        self.said = QLabel(wordWrap=True)
        self.said.setProperty("tone", "muted")
        self.catcher = Catcher()
        self.catcher.pressed.connect(self._caught)
        self.set = self._button("Set a key", self._catch)
        self.more = self._button("Add a key", lambda: self._catch(more=True))
        self.none = self._button("No key", self._clear)
        self.reset = self._button("Reset", self._reset)
        self.take = self._button("Take it over", self._take_over)
        self.all = self._button("Reset all", self._reset_all)
        self._more = False
        self._fill()
        self._lay_out()
        self._quiet()

    # --- making

    def _button(self, text: str, wish: Callable[..., object]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _: wish())
        return button

    def _fill(self) -> None:
        for title, listed in MENUS:
            for action in listed:
                if action is not None:
                    item = QTreeWidgetItem([f"{_plain(title)}: {_plain(self._words(action))}", ""])
                    item.setData(0, ACTION, action)
                    self.list.addTopLevelItem(item)
        self._tell_keys()
        self.list.setCurrentItem(self._items()[0])

    def _lay_out(self) -> None:
        head = self.list.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (self.set, self.more, self.none, self.reset):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.catcher)
        row.addWidget(self.take)
        self.catcher.setFixedWidth(180)
        shut = self._button("Close", self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self.said)
        column.addLayout(row)
        column.addLayout(foot(self.all, shut))
        self.said.setMinimumHeight(2 * self.said.fontMetrics().height() + 4)
        self.resize(620, 640)

    # --- showing

    @property
    def action(self) -> Action:
        """The command that is marked."""
        found = self._item.data(0, ACTION)
        assert isinstance(found, Action)
        return found

    @property
    def _item(self) -> QTreeWidgetItem:
        return self.list.currentItem() or self._items()[0]

    def mark(self, id: str) -> None:
        """Go to a command."""
        for item in self._items():
            if item.data(0, ACTION).id == id:
                self.list.setCurrentItem(item)

    def _items(self) -> list[QTreeWidgetItem]:
        found = (self.list.topLevelItem(at) for at in range(self.list.topLevelItemCount()))
        return [item for item in found if item is not None]

    def _tell_keys(self) -> None:
        for item in self._items():
            action = item.data(0, ACTION)
            differs = self._shortcuts.differs(action)
            item.setText(1, "   ".join(native(key) for key in self._shortcuts.of(action)))
            font = self._theme.font("name" if differs else "base")
            item.setFont(1, font)
            item.setToolTip(1, "Changed" if differs else "")
        self.all.setEnabled(self._shortcuts.any_differs)

    def _narrow(self, typed: str) -> None:
        parts = typed.casefold().split()
        for item in self._items():
            searched = f"{item.text(0)} {item.text(1)}".casefold()
            item.setHidden(not all(part in searched for part in parts))
        if self._item.isHidden():
            seen = [item for item in self._items() if not item.isHidden()]
            self.list.setCurrentItem(seen[0] if seen else self._item)

    def _show(self) -> None:
        self._quiet()
        self.none.setEnabled(bool(self._shortcuts.of(self.action)))
        self.reset.setEnabled(self._shortcuts.differs(self.action))

    def _quiet(self, sentence: str = "") -> None:
        """Nothing is asked any more."""
        self._wanted = ""
        self.catcher.hide()
        self.take.hide()
        self.said.setText(sentence or "Choose a command and press Return, then the key that it is to have.")

    # --- changing

    def _catch(self, *_: object, more: bool = False) -> None:
        self._more = more
        self.take.hide()
        self.catcher.clear()
        self.catcher.show()
        self.catcher.setFocus()
        self.said.setText(f"Press the key for “{_plain(self._words(self.action))}”. Escape leaves it as it is.")

    def _caught(self, key: str) -> None:
        if self.catcher.isHidden():
            return
        self._quiet()
        self.list.setFocus()
        owner = self._shortcuts.owner(key) if key else None
        if key in RESERVED:
            self.said.setText(f"{native(key)} cannot be given away: {RESERVED[key]}")
        elif owner is not None and owner.id != self.action.id:
            self._wanted = key
            self.said.setText(f"{native(key)} is the key of “{_plain(self._words(owner))}” already.")
            self.take.show()
            self.take.setFocus()
        elif key:
            self._give(key)

    def _take_over(self) -> None:
        self._give(self._wanted)

    def _give(self, key: str) -> None:
        had = self._shortcuts.of(self.action) if self._more else ()
        self._change(lambda: self._shortcuts.set(self.action, (*had, key)))
        self.said.setText(f"{native(key)} is the key of “{_plain(self._words(self.action))}” now.")

    def _clear(self) -> None:
        self._change(lambda: self._shortcuts.set(self.action, ()))

    def _reset(self) -> None:
        self._change(lambda: self._shortcuts.reset(self.action))

    def _reset_all(self) -> None:
        self._change(self._shortcuts.reset_all)

    def _change(self, verb: Callable[[], object]) -> None:
        verb()
        self._tell_keys()
        self._show()
        self.list.setFocus()


def _plain(text: str) -> str:
    return text.replace("&", "").removesuffix("…")
