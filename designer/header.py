"""The top of a window: its menus, what its drawing is called, and the run bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QMenuBar, QWidget

from designer.actions import MENUS, Action
from designer.panels.runbar import RunBar

if TYPE_CHECKING:
    from designer.window import Window

ACTIONS = tuple(action for _, listed in MENUS for action in listed if action is not None)


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
        for title, actions in MENUS:
            menu = self._menus.addMenu(title)
            menu.aboutToShow.connect(self.refresh)
            for action in actions:
                self._add(menu, action)
        self._name = QLabel()
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setFont(window.shell.theme.font("name"))
        self._edited = QLabel("edited")
        self._edited.setProperty("tone", "muted")
        self._row = self._lay_out()

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
        """The window shows another session now."""
        window = self._window
        if self._bar is not None:
            self._row.removeWidget(self._bar)
            self._bar.deleteLater()
        self._bar = RunBar(window.training, window.shell.theme)
        self._row.addWidget(self._bar)
        for signal in (window.training.changed, window.training.switched, window.session.bridge.history_changed):
            signal.connect(self._refresh_soon)
        self.retitle()
        self.follow_level()

    def follow_level(self) -> None:
        """Another level of the drawing is looked at, on another canvas."""
        window = self._window
        window.session.selection.changed.connect(self.refresh, Qt.ConnectionType.UniqueConnection)
        for action in ACTIONS:
            if action.canvas:
                window.view.addAction(self.actions_by_id[action.id])
        self.refresh()

    def retitle(self) -> None:
        """The name of the drawing, and whether it was changed."""
        self._name.setText(self._window.session.name)
        self._edited.setText("edited" if self._window.session.modified else "")

    def refresh(self) -> None:
        """What each action is called and whether it can be used now."""
        for action in ACTIONS:
            made = self.actions_by_id[action.id]
            made.setText(action.words(self._window))
            made.setEnabled(action.when(self._window))
            if action.checked is not None:
                made.setChecked(action.checked(self._window))

    def keys(self) -> list[tuple[str, str, list[str]]]:
        """Menu, words and keys of all actions that have keys."""
        native = QKeySequence.SequenceFormat.NativeText
        rows = []
        for title, listed in MENUS:
            for made in (self.actions_by_id[action.id] for action in listed if action is not None):
                keys = [key.toString(native) for key in made.shortcuts()]
                rows += [(title.replace("&", ""), made.text().replace("&", ""), keys)] if keys else []
        return rows

    def _refresh_soon(self, *_: object) -> None:
        self.refresh()

    def _add(self, menu: QMenu, action: Action | None) -> None:
        if action is None:
            menu.addSeparator()
            return
        made = QAction(action.words(self._window), self._window)
        keys = {key.toString(): key for key in (QKeySequence(k) for k in action.keys) if not key.isEmpty()}
        made.setShortcuts(list(keys.values()))  # the same key twice would be ambiguous
        if action.canvas:
            made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        else:
            self._window.addAction(made)
        made.setCheckable(action.checked is not None)
        made.triggered.connect(lambda _=False: self._do(action))
        self.actions_by_id[action.id] = made
        menu.addAction(made)

    def _do(self, action: Action) -> None:
        if action.when(self._window):
            action.do(self._window)
        self.refresh()
