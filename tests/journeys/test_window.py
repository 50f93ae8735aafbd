"""One sitting through the real window with the real worker: draw, be helped, train, take away. No torch in here."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from designer.app import Application
from designer.panels.palette import Palette
from designer.panels.problems import Problems
from designer.panels.runbar import RunBar
from designer.preferences import Preferences
from designer.window import Window
from runtime.protocol import State
from tests.closing import close_all
from tests.designer.canvas.stage import Stage

ROOT = Path(__file__).parents[2]
LEFT = Qt.MouseButton.LeftButton
SHOTS = os.environ.get("NEUROLOOM_SHOTS")
"""A folder for pictures of the journey; none are taken without it."""


class Sitting:
    """A user in front of one window."""

    def __init__(self, application: Application, bot: QtBot) -> None:
        self.application, self.bot = application, bot
        self.look_again()

    def look_again(self) -> None:
        """Another drawing stands in the window now."""
        self.stage = Stage(self.window.view)

    @property
    def window(self) -> Window:
        return self.application.front()

    @property
    def ids(self) -> list[str]:
        return [node.id for node in self.window.session.document.nodes()]

    def until(self, happened: Callable[[], bool], seconds: float = 60) -> None:
        self.bot.waitUntil(happened, timeout=int(seconds * 1000))

    def drop(self, kind: str, at: tuple[float, float]) -> str:
        """Drag a kind from the palette onto the canvas; answers the node's birth name."""
        palette = self.window.panels.docks["palette"].widget()
        assert isinstance(palette, Palette)
        row = next(item for item in _rows(palette) if item.data(0, Qt.ItemDataRole.UserRole) == kind)
        data = palette.tree.mimeData([row])
        assert isinstance(data, QMimeData)
        port, here = self.window.view.viewport(), self.stage.at(at)
        before = set(self.stage.births())
        action, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
        for event in (
            QDragEnterEvent(here, action, data, LEFT, none),
            QDragMoveEvent(here, action, data, LEFT, none),
            QDropEvent(QPointF(here), action, data, LEFT, none),
        ):
            QApplication.sendEvent(port, event)
        self.stage.settle()
        (born,) = set(self.stage.births()) - before
        return born

    def wire(self, source: str, target: str) -> None:
        self.stage.press(source).drag_to(target).release()
        wire = f"{source} -> {target}"
        assert wire in self.stage.wires(), self.stage.wires()

    def press(self, text: str, where: object = None) -> None:
        """Click a button that can be seen."""
        inside = where if where is not None else self.window
        buttons = [b for b in inside.findChildren(QPushButton) if b.text() == text and b.isVisible()]  # type: ignore[attr-defined]
        assert buttons, f"there is no button {text!r}"
        QTest.mouseClick(buttons[0], LEFT)

    def shot(self, name: str) -> None:
        if SHOTS:
            QTest.qWait(200)
            self.window.grab().save(str(Path(SHOTS) / f"{name}.png"))


def _rows(palette: Palette) -> list[object]:
    tree = palette.tree
    tops = [tree.topLevelItem(at) for at in range(tree.topLevelItemCount())]
    return [top.child(at) for top in tops for at in range(top.childCount())]


@pytest.fixture
def sitting(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sitting]:
    monkeypatch.setenv("NEUROLOOM_STATE", str(tmp_path / "state"))
    application = Application(QApplication.instance(), Preferences(tmp_path / "preferences.ini"))  # type: ignore[arg-type]
    application.start([])
    window = application.front()
    window.resize(1440, 900)
    window.files.new()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    yield Sitting(application, qtbot)
    close_all(application)


def test_a_sitting_from_an_empty_canvas_to_a_model_that_runs_alone(
    sitting: Sitting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _draw(sitting)
    _be_helped(sitting)
    _train(sitting)
    _save_and_reopen(sitting, tmp_path, monkeypatch)
    _take_away(sitting, tmp_path)
    assert "torch" not in sys.modules or _torch_came_before(), "the window's process has no use for torch"


_HAD_TORCH = "torch" in sys.modules


def _torch_came_before() -> bool:
    """Another test of the same process may have imported torch."""
    return _HAD_TORCH


def _draw(sitting: Sitting) -> None:
    sitting.window.view.camera.actual_size()
    sitting.window.view.centerOn(420, 160)
    for kind, at in {
        "Digits": (0, 0), "Flatten": (190, 0), "Linear": (380, 0), "CrossEntropyLoss": (580, 60), "Adam": (780, 60),
    }.items():  # fmt: skip
        sitting.drop(kind, at)
    assert sitting.ids == ["digits", "flatten", "fc1", "loss", "adam"] or len(sitting.ids) == 5
    births = dict(zip(("digits", "flat", "fc", "loss", "adam"), sitting.stage.births(), strict=True))
    sitting.wire(f"{births['digits']}.x", f"{births['flat']}.x")
    sitting.wire(f"{births['flat']}.y", f"{births['fc']}.x")
    sitting.wire(f"{births['fc']}.y", f"{births['loss']}.prediction")
    sitting.wire(f"{births['digits']}.y", f"{births['loss']}.target")
    sitting.wire(f"{births['loss']}.loss", f"{births['adam']}.loss")
    sitting.window.view.camera.fit()
    sitting.shot("1-drawn")


def _errors(sitting: Sitting) -> list[str]:
    return [found.code for found in sitting.window.session.reading.diagnostics() if found.level == "error"]


def _be_helped(sitting: Sitting) -> None:
    """Ten classes into three scores: torch too would refuse that. The fix is one click, and one undo."""
    session = sitting.window.session
    fc = next(node for node in session.document.nodes() if node.kind == "Linear").born
    assert _errors(sitting) == []
    with session.history.step("Set out_features"):
        from graph import edits

        edits.set_param(session.document, fc, "out_features", 3)
    assert _errors(sitting) == ["target-shape"]
    sitting.press("Train")
    assert not sitting.window.training.lives
    assert sitting.window.banner.isVisible()
    sitting.window.panels.show("problems")
    problems = sitting.window.panels.docks["problems"].widget()
    assert isinstance(problems, Problems)
    sitting.until(lambda: len(problems.shown) == 1)
    sitting.shot("2-error")
    (fix,) = [b for b in problems.findChildren(QPushButton) if b.isVisible()]
    steps = session.history.position
    QTest.mouseClick(fix, LEFT)
    assert _errors(sitting) == []
    assert session.document.node(fc).params["out_features"] == 10
    assert session.history.position == steps + 1
    QTest.qWait(50)
    QTest.keyClick(sitting.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert _errors(sitting) == ["target-shape"]
    QTest.qWait(50)
    QTest.keyClick(
        sitting.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert _errors(sitting) == []


def _train(sitting: Sitting) -> None:
    session, training = sitting.window.session, sitting.window.training
    with session.history.step("Set epochs"):
        from graph import edits

        edits.set_run(session.document, "epochs", 4000)
    points: list[int] = []
    training.switched.connect(lambda _: training.runner.points.connect(lambda rows: points.append(len(rows))))
    sitting.press("Train")
    sitting.until(lambda: sum(points) > 200)
    worst = _longest_turn(1.0)
    assert worst < 1.0, "the window answers while the network learns"
    sitting.window.panels.show("curves")
    sitting.shot("3-training")
    bar = sitting.window.findChild(RunBar)
    QTest.mouseClick(bar.hold, LEFT)
    sitting.until(lambda: training.status is not None and training.status.state is State.PAUSED)
    held = sum(points)
    QTest.qWait(500)
    assert sum(points) <= held + 200
    QTest.mouseClick(bar.hold, LEFT)
    sitting.until(lambda: sum(points) > held + 200)
    QTest.mouseClick(bar.halt, LEFT)
    sitting.until(lambda: training.status is not None and training.status.state is State.STOPPED)
    assert training.run is not None
    assert training.run.can_resume
    sitting.shot("4-stopped")


def _longest_turn(seconds: float) -> float:
    """The longest time between two turns of the event loop."""
    end, last, worst = time.monotonic() + seconds, time.monotonic(), 0.0
    while time.monotonic() < end:
        QTest.qWait(5)
        now = time.monotonic()
        worst, last = max(worst, now - last), now
    return worst


def _save_and_reopen(sitting: Sitting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.loom"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    QTest.keyClick(sitting.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert file.exists()
    assert not sitting.window.isWindowModified()
    run, text = sitting.window.training.run, file.read_text(encoding="utf-8")
    first = sitting.window
    second = sitting.application.open_window(first.session.__class__(first.session.document, tmp_path / "spare"))
    second.close()
    first.close()
    sitting.application.start([file])
    sitting.look_again()
    assert sitting.window.session.path == file
    from graph import project

    assert project.write(sitting.window.session.document) == text
    sitting.window.training.watch(run)
    sitting.until(lambda: sitting.window.training.status is not None)


def _take_away(sitting: Sitting, tmp_path: Path) -> None:
    """The exported folder runs in a Python that sees nothing of this project."""
    run = sitting.window.training.run
    assert run is not None
    out = tmp_path / "away"
    command = [sys.executable, "-m", "designer", "export", str(sitting.window.session.path)]
    done = subprocess.run(
        [*command, "--to", "python", "--run", str(run.path), "-o", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    code = (
        "import sys, torch\n"
        "from model import Net\n"
        "net = Net().eval()\n"
        "print(tuple(net(torch.zeros(5, 1, 8, 8)).shape))\n"
        "assert not {'graph', 'runtime', 'designer', 'PySide6', 'networkx'} & set(sys.modules)\n"
    )
    bare = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", code], cwd=out, env=bare, capture_output=True, text=True, timeout=120)
    assert ran.stdout.strip() == "(5, 10)", ran.stderr
