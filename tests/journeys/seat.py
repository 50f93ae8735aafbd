"""A person in front of the real program in a process of its own, who does what is said until killed.

`python -m tests.journeys.seat FILE…` starts the designer as its own `main` does. Each line on its input is a JSON list:
the name of a gesture and its arguments. Each is answered, once it is done, with one line.
"""

from __future__ import annotations

import json
import sys
import traceback
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QPoint, QSocketNotifier, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget

from designer.app import Application
from designer.dialogs.recovery import RecoveryDialog
from designer.tab import Tab
from designer.window import Window
from graph import project
from tests.designer.canvas.stage import Stage

LEFT = Qt.MouseButton.LeftButton


class Seat(QObject):
    """Gestures are methods; a gesture that a dialog answers is done `later`."""

    def __init__(self, application: Application) -> None:
        super().__init__()
        self.application = application
        self._ear = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._ear.activated.connect(self._hear)

    def _hear(self) -> None:
        line = sys.stdin.readline()
        if not line:
            self.application.qt.exit(0)
            return
        name, *arguments = json.loads(line)
        try:
            answer = {"said": getattr(self, name)(*arguments)}
        except Exception:
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer), flush=True)

    def later(self, name: str, *arguments: Any) -> None:
        QTimer.singleShot(0, self, lambda: getattr(self, name)(*arguments))

    # --- gestures

    def new(self) -> None:
        self._front().files.new()

    def template(self, name: str) -> None:
        self._front().files.from_template(name)

    def add(self, kind: str) -> str:
        """As a click in the palette does; answers the node's birth name."""
        stage = self._stage()
        before = set(stage.births())
        stage.view.commands.add(kind)
        (born,) = set(stage.births()) - before
        return born

    def wire(self, source: str, target: str) -> None:
        stage = self._stage()
        stage.view.camera.fit()
        stage.press(source).drag_to(target).release()
        assert f"{source} -> {target}" in stage.wires(), stage.wires()

    def drag(self, born: str, across: float, down: float) -> None:
        self._stage().press(born).drag_by(across, down).release()

    def hold(self, born: str, across: float, down: float) -> None:
        """A drag whose button is still down."""
        self._stage().press(born).drag_by(across, down)

    def type(self, born: str, parameter: str, text: str) -> None:
        window = self._front()
        window.session.selection.set([born])
        QTest.qWait(20)
        inspector: Any = window.panels.docks["inspector"].widget()
        line = inspector.parameters.rows[parameter].field.line
        line.selectAll()
        QTest.keyClicks(line, text)
        QTest.keyClick(line, Qt.Key.Key_Return)

    def setting(self, name: str, text: str) -> None:
        """Type a setting of the run, which the inspector shows while nothing is selected."""
        self._front().session.selection.clear()
        QTest.qWait(20)
        inspector: Any = self._front().panels.docks["inspector"].widget()
        line = inspector.parameters.rows[name].field.line
        line.selectAll()
        QTest.keyClicks(line, text)
        QTest.keyClick(line, Qt.Key.Key_Return)

    def key(self, key: str, control: bool = False) -> None:
        held = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        window = self._front()
        window.activateWindow()
        QTest.qWaitForWindowActive(window)
        window.view.setFocus()
        QTest.keyClick(window.view, getattr(Qt.Key, f"Key_{key}"), held)

    def press(self, text: str) -> None:
        """Click a button that can be seen, in a dialog where there is one."""
        places: list[QWidget] = [w for w in (QApplication.activeModalWidget(), *self.application.windows) if w]
        for place in places:
            for button in place.findChildren(QPushButton):
                if button.text().replace("&", "") == text and _in_sight(button):
                    QTest.mouseClick(button, LEFT)
                    return
        raise AssertionError(f"there is no button {text!r}")

    def dismiss(self) -> None:
        """The cross of the banner."""
        QTest.mouseClick(self._front().banner.away, LEFT)

    def choose(self, at: int, wish: str) -> None:
        """In the dialog of recovery, what to do with one of the drawings."""
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, RecoveryDialog)
        dialog.choices[at].setCurrentIndex(dialog.choices[at].findData(wish))

    def close(self) -> None:
        self._front().close()

    def picture(self, path: str) -> None:
        (QApplication.activeModalWidget() or self._front()).grab().save(path)

    # --- what can be seen

    def panel(self, name: str) -> None:
        """Bring a panel to the front and let it paint."""
        self._front().panels.show(name)
        QTest.qWait(100)

    def loaded(self, module: str) -> bool:
        """Whether this process has imported something."""
        return module in sys.modules

    def windows(self) -> list[dict[str, Any]]:
        """One for each drawing that is open, that of the window in front last."""
        return [
            self._told(tab) for tab in sorted(self.application.tabs, key=lambda tab: tab.window.tabs.current is tab)
        ]

    def dialog(self) -> dict[str, Any] | None:
        found = QApplication.activeModalWidget()
        if isinstance(found, RecoveryDialog):
            return {"title": found.windowTitle(), "offers": [one.title for one in found._lost]}
        if isinstance(found, QMessageBox):
            return {"title": found.windowTitle(), "text": found.text()}
        return None

    def _told(self, tab: Tab) -> dict[str, Any]:
        session, banner, status = tab.session, tab.page.banner, tab.training.status
        run, window = tab.training.run, tab.window
        return {
            "path": str(session.path) if session.path else None,
            "modified": session.modified,
            "title": window.windowTitle(),
            "text": project.write(session.document),
            "run": str(run.path) if run else None,
            "state": status.state.value if status else None,
            "steps": self._steps(window),
            "banner": None if banner.isHidden() else banner.words.text(),
            "buttons": [b.text() for b in banner.findChildren(QPushButton) if not b.isHidden()],
        }

    def _steps(self, window: Window) -> list[float]:
        """The losses that the curves hold, one a step."""
        curves = window.panels.curves
        for series in curves.series.values() if curves else ():
            for curve in series.curves.values():
                return [float(value) for value in curve.raw.values]
        return []

    def _front(self) -> Window:
        return self.application.front()

    def _stage(self) -> Stage:
        return Stage(self._front().view)


def _in_sight(button: QPushButton) -> bool:
    """A panel behind another tab counts as visible, but lies outside of its window."""
    window = button.window()
    return button.isVisible() and button.isEnabled() and window.rect().contains(button.mapTo(window, QPoint(2, 2)))


def main(paths: list[str]) -> int:
    qt = QApplication([sys.argv[0]])
    qt.setApplicationName("Neuroloom")
    application = Application(qt)
    application.start([Path(path) for path in paths])
    seat = Seat(application)
    QTimer.singleShot(0, seat, lambda: print(json.dumps({"said": "ready"}), flush=True))
    return qt.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
