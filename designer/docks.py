"""The panels around the canvas: where each stands, hiding, restoring, and leaving the canvas alone."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QObject, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget, QWidget

AREAS = {
    "palette": ("Palette", Qt.DockWidgetArea.LeftDockWidgetArea),
    "inspector": ("Inspector", Qt.DockWidgetArea.RightDockWidgetArea),
    "curves": ("Curves", Qt.DockWidgetArea.BottomDockWidgetArea),
    "problems": ("Problems", Qt.DockWidgetArea.BottomDockWidgetArea),
    "code": ("Code", Qt.DockWidgetArea.BottomDockWidgetArea),
    "runs": ("Runs", Qt.DockWidgetArea.BottomDockWidgetArea),
}
SIDES = ("palette", "inspector")
BELOW = ("curves", "problems", "code", "runs")
VERSION = 1


class Docks(QObject):
    """The docks of one window. They come into being at `build`, after the canvas has been painted."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.built: dict[str, QDockWidget] = {}
        self._before: QByteArray | None = None

    def build(self, state: QByteArray) -> None:
        """Make the docks, where they stood last time."""
        window = self._window
        window.setTabPosition(Qt.DockWidgetArea.BottomDockWidgetArea, QTabWidget.TabPosition.North)
        window.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        for name, (title, area) in AREAS.items():
            dock = QDockWidget(title, window)
            dock.setObjectName(name)
            dock.setTitleBarWidget(QWidget(dock))
            window.addDockWidget(area, dock)
            self.built[name] = dock
        self.restore()
        if not state.isEmpty():
            window.restoreState(state, VERSION)
        self._quiet_tabs()

    def fill(self, name: str, widget: QWidget) -> None:
        """Put a panel into its dock; the one before goes."""
        old = self.built[name].widget()
        self.built[name].setWidget(widget)
        if old is not None:
            old.deleteLater()

    def state(self) -> QByteArray:
        """Where everything stands, to be remembered."""
        return self._before or self._window.saveState(VERSION)

    def restore(self) -> None:
        """Everything back to where it stands at first."""
        self._before = None
        for name, (_, area) in AREAS.items():
            dock = self.built.get(name)
            if dock is not None:
                dock.setFloating(False)
                self._window.addDockWidget(area, dock)
                dock.show()
        if self.built:
            self._tabs()

    def _tabs(self) -> None:
        first = self.built[BELOW[0]]
        for name in BELOW[1:]:
            self._window.tabifyDockWidget(first, self.built[name])
        first.raise_()
        self._window.resizeDocks([self.built[name] for name in SIDES], [224, 336], Qt.Orientation.Horizontal)
        self._window.resizeDocks([first], [288], Qt.Orientation.Vertical)
        self._quiet_tabs()

    def shows(self, name: str) -> bool:
        return name in self.built and not self.built[name].isHidden()

    def show(self, name: str) -> None:
        """Bring a panel to the front."""
        if self.alone:
            self.toggle_alone()
        if name in self.built:
            self.built[name].show()
            self.built[name].raise_()

    def toggle(self, name: str) -> None:
        """Show a panel, or hide it if one sees it."""
        dock = self.built.get(name)
        if dock is None:
            return
        covered = dock.visibleRegion().isEmpty() and self._window.isVisible()
        if dock.isHidden() or covered:
            self.show(name)
        else:
            dock.hide()

    def name(self, name: str, text: str) -> None:
        """What a panel's tab says."""
        if name in self.built:
            self.built[name].setWindowTitle(text)

    @property
    def alone(self) -> bool:
        """Whether only the canvas is to be seen."""
        return self._before is not None

    def toggle_alone(self) -> None:
        """Leave only the canvas, or bring everything back as it was."""
        if self._before is not None:
            state, self._before = self._before, None
            self._window.restoreState(state, VERSION)
            self._quiet_tabs()
        else:
            self._before = self._window.saveState(VERSION)
            for dock in self.built.values():
                dock.hide()

    def _quiet_tabs(self) -> None:
        for bar in self._window.findChildren(QTabBar):
            bar.setDrawBase(False)
            bar.setExpanding(False)
            bar.setDocumentMode(True)
            bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
