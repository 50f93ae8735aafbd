"""The top of a window: its menus, what its drawing is called, and the run bar."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QMenuBar, QWidget

from designer import key_names
from designer.actions import ALL, MENUS, Action
from designer.panels.runbar import RunBar
from designer.shortcuts import native, only_on_canvas

if TYPE_CHECKING:
    from designer.window import Window


class Header(QWidget):
    """Makes a `QAction` of each action, and keeps words and state of all of them true."""

    def __init__(self, window: Window) -> None:
        super().__init__()
        self._window = window
        self.setObjectName("header")
        self.actions_by_id: dict[str, QAction] = {}
        self._bar: RunBar | None = None
        self._menus = QMenuBar()
        self._menus.setNativeMenuBar(False)
        made: dict[str, QMenu] = {}
        for title, actions in MENUS:
            above, _, own = title.rpartition(" › ")
            menu = made[title] = (made[above] if above else self._menus).addMenu(own)
            menu.aboutToShow.connect(self.refresh)
            for action in actions:
                self._add(menu, action)
        self._name = QLabel()
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setFont(window.shell.theme.font("name"))
        self._edited = QLabel("edited")
        self._edited.setProperty("tone", "muted")
        self._row = self._lay_out()
        self._tell_keys()
        window.shell.shortcuts.changed.connect(self._tell_keys)

    def _lay_out(self) -> QHBoxLayout:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._menus, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        row.addWidget(self._name)
        row.addSpacing(10)
        row.addWidget(self._edited)
        row.addStretch(1)
        return row

    def follow(self) -> None:
        """Another drawing is shown."""
        window = self._window
        if self._bar is not None:
            self._row.removeWidget(self._bar)
            self._bar.deleteLater()
        self._bar = RunBar(window.training, window.shell.theme)
        self._row.addWidget(self._bar)
        self.follow_level()

    def follow_level(self) -> None:
        """Another level of the drawing is looked at, on another canvas."""
        window = self._window
        window.session.selection.changed.connect(self.refresh, Qt.ConnectionType.UniqueConnection)
        window.session.bridge.waiting.connect(self.refresh, Qt.ConnectionType.UniqueConnection)
        self._tell_canvas()
        self.refresh()

    def retitle(self) -> None:
        """The name of the drawing, and whether it was changed."""
        self._name.setText(self._window.session.name)
        self._edited.setText("edited" if self._window.session.modified else "")
        self.refresh()

    def refresh(self) -> None:
        """What each action is called and whether it can be used now."""
        for action in ALL:
            made = self.actions_by_id[action.id]
            made.setText(action.words(self._window))
            made.setEnabled(action.when(self._window))
            if action.checked is not None:
                made.setChecked(action.checked(self._window))

    def keys(self) -> list[tuple[str, str, list[str]]]:
        """Menu, words and keys of all actions that have keys."""
        rows = []
        for title, listed in MENUS:
            for action in listed:
                keys = [native(key) for key in self._window.shell.shortcuts.of(action)] if action else []
                if action is not None and keys:
                    rows.append((plain(title), plain(self.actions_by_id[action.id].text()), keys))
        return rows

    def _tell_keys(self) -> None:
        """Which keys mean what now."""
        names: dict[str, str] = {}
        for action in ALL:
            keys = self._window.shell.shortcuts.of(action)
            names[action.id] = native(keys[0]) if keys else ""
            wide = [key for key in keys if not only_on_canvas(action, key)]
            made = self.actions_by_id[action.id]
            made.setShortcuts([QKeySequence(key) for key in wide or keys])
            context = Qt.ShortcutContext.WindowShortcut if wide else Qt.ShortcutContext.WidgetShortcut
            made.setShortcutContext(context)  # a shortcut of the menu alone shows the key and is never heard
        key_names.tell(names)
        self._tell_canvas()

    def _tell_canvas(self) -> None:
        """The same to the canvas, for while it has the focus."""
        keymap = self._window.view.keymap
        keymap.clear()
        for action in ALL:
            keys = self._window.shell.shortcuts.of(action)
            keymap.tell(action.id, keys, partial(self._do, action), partial(self._missing, action))

    def _add(self, menu: QMenu, action: Action | None) -> None:
        if action is None:
            menu.addSeparator()
            return
        made = QAction(action.words(self._window), self._window)
        if not action.canvas:
            self._window.addAction(made)
        made.setCheckable(action.checked is not None)
        made.triggered.connect(lambda _=False: self._do(action))
        self.actions_by_id[action.id] = made
        menu.addAction(made)

    def _missing(self, action: Action) -> str:
        """Why it cannot be done, in a sentence."""
        return f"{plain(action.words(self._window)).removesuffix('…')}: {action.missing}."

    def _do(self, action: Action) -> bool:
        """Do it; False if it cannot be done now."""
        usable = action.when(self._window)
        if usable:
            action.do(self._window)
        self.refresh()
        return usable


def plain(text: str) -> str:
    """The text of a menu without the mark of its letter."""
    return text.replace("&", "")
