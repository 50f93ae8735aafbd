"""Makes the menu bar from the action records, and keeps what can be used in line with the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from designer.actions import MENUS, Action

if TYPE_CHECKING:
    from designer.window import Window

ROLES = {
    "quit": QAction.MenuRole.QuitRole,
    "preferences": QAction.MenuRole.PreferencesRole,
    "about": QAction.MenuRole.AboutRole,
}


class Menus(QObject):
    """The menus of one window. `actions` holds a QAction by the id of each record."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.bar = QMenuBar()
        self.actions: dict[str, QAction] = {}
        self._records: dict[str, Action] = {}
        for title, records in MENUS:
            menu = self.bar.addMenu(title)
            menu.aboutToShow.connect(self.refresh)
            for record in records:
                self._add(menu, record)
        self.recent = QMenu("Open recent", self.bar)
        self.recent.aboutToShow.connect(self._fill_recent)
        self.bar.actions()[0].menu().insertMenu(self.actions["save"], self.recent)

    def refresh(self) -> None:
        """What can be used now, and which switches are on."""
        for id, record in self._records.items():
            action = self.actions[id]
            action.setEnabled(record.when(self._window))
            if record.checked:
                action.setChecked(record.checked(self._window))
        history = self._window.session.history
        names = history.entries
        self._word("undo", "Undo", names[history.position - 1] if history.can_undo else "")
        self._word("redo", "Redo", names[history.position] if history.can_redo else "")

    def _word(self, id: str, verb: str, label: str) -> None:
        self.actions[id].setText(f"{verb} “{label}”" if label else verb)

    def _add(self, menu: QMenu, record: Action) -> None:
        if record.begins:
            menu.addSeparator()
        action = QAction(record.text, self._window)
        action.setObjectName(record.id)
        action.setMenuRole(ROLES.get(record.id, QAction.MenuRole.NoRole))
        action.setCheckable(record.checked is not None)
        if record.local:
            action.setText(f"{record.text}\t{record.key_text()}")
        else:
            action.setShortcuts(record.sequences())
        action.triggered.connect(lambda: self._do(record))
        menu.addAction(action)
        self._window.addAction(action)
        self.actions[record.id] = action
        self._records[record.id] = record

    def _do(self, record: Action) -> None:
        if record.when(self._window):
            record.verb(self._window)
        self.refresh()

    def _fill_recent(self) -> None:
        self.recent.clear()
        for path in self._window.desk.preferences.recent:
            action = self.recent.addAction(path.name)
            action.setToolTip(str(path))
            action.triggered.connect(lambda _=False, path=path: self._window.files.open_path(path))
        if self.recent.isEmpty():
            self.recent.addAction("No recent files").setEnabled(False)
