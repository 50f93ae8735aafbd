"""The situations that the pictures show, each set up in the real window with real events."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from designer.app import Application
from designer.canvas.looks import PortAt
from designer.window import Window
from graph import edits
from graph.blocks import Placement

SIZE = 1440, 900
LEFT = Qt.MouseButton.LeftButton


class Desk:
    """The program with one window, and hands."""

    def __init__(self, qt: QApplication, look: str) -> None:
        self.application = Application(qt)
        self.application.preferences.look = look
        self.application.start([])
        self.wait(600)

    @property
    def window(self) -> Window:
        return self.application.front()

    def wait(self, milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def begin(self, template: str) -> Window:
        """A drawing from a template, fitted to the window."""
        self.window.files.from_template(template)
        return self.fit()

    def fit(self) -> Window:
        window = self.window
        window.resize(*SIZE)
        self.wait(300)
        window.view.camera.fit()
        self.wait(500)
        return window

    def press(self, at: QPointF) -> None:
        """Press on the canvas, at a place of the drawing."""
        self._mouse(QMouseEvent.Type.MouseMove, at, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton)
        self._mouse(QMouseEvent.Type.MouseButtonPress, at, LEFT, LEFT)

    def drag(self, to: QPointF) -> None:
        self._mouse(QMouseEvent.Type.MouseMove, to, Qt.MouseButton.NoButton, LEFT)

    def release(self, at: QPointF) -> None:
        self._mouse(QMouseEvent.Type.MouseButtonRelease, at, LEFT, Qt.MouseButton.NoButton)
        self.wait(300)

    def port(self, node: str, port: str, *, output: bool) -> QPointF:
        view = self.window.view
        found = view.drawing.document.find(node)
        assert found is not None
        return view.drawing.plan.point(PortAt(found.born, port, output))

    def _mouse(self, type: QMouseEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        view = self.window.view
        here: QPoint = view.mapFromScene(at)
        port = view.viewport()
        place = QPointF(here), QPointF(port.mapToGlobal(here))
        QApplication.sendEvent(port, QMouseEvent(type, *place, button, held, Qt.KeyboardModifier.NoModifier))
        self.wait(30)


# --- what is shown


def start(desk: Desk) -> None:
    desk.window.resize(*SIZE)


def small(desk: Desk) -> None:
    """The parameters, the measured facts and the source of one layer."""
    window = desk.begin("iris-mlp")
    window.session.selection.set(["fc1"])


def whole(template: str) -> Callable[[Desk], None]:
    """A published architecture, with the canvas alone in the window."""

    def act(desk: Desk) -> None:
        desk.begin(template).panels.toggle_only_canvas()
        desk.fit()

    return act


def inside(desk: Desk) -> None:
    """A look into the block of GPT-2."""
    window = desk.begin("gpt-2-small")
    document = window.session.document
    placed = next(node for node in document.nodes() if isinstance(document.make(node), Placement))
    window.session.enter((placed.born,))
    desk.fit()


def wire_drop(desk: Desk) -> None:
    """A wire let go over the open canvas."""
    desk.begin("digits-cnn")
    begin = desk.port("pool", "y", output=True)
    desk.press(begin)
    for share in (0.3, 0.7, 1.0):
        desk.drag(begin + QPointF(-120, 150) * share)
    desk.release(begin + QPointF(-120, 150))
    desk.wait(400)


def error(desk: Desk) -> None:
    window = desk.begin("digits-cnn")
    with window.session.history.step("Set out_features"):
        edits.set_param(window.session.document, "fc2", "out_features", 3)
    window.session.selection.set(["loss"])
    window.panels.show("problems")
    desk.wait(600)


def frames(desk: Desk) -> None:
    window = desk.begin("unet-shapes")
    window.panels.toggle_only_canvas()
    document, plan = window.session.document, window.view.drawing.plan
    sizes = plan.sizes()
    parts = (
        ("Down", "convolution", ("enc1", "pool1", "enc2", "pool2")),
        ("Up", "recurrent", ("up2", "join2", "dec2", "up1", "join1", "dec1")),
    )
    with window.session.history.step("Frames"):
        for title, colour, names in parts:
            births = [found.born for name in names if (found := document.find(name)) is not None]
            edits.add_frame_around(document, births, title, colour, sizes)
        below = plan.bounds().bottomLeft() + QPointF(0, 40)
        edits.add_note(document, NOTE, (round(below.x()), round(below.y())))
    desk.fit()


NOTE = """## Why two ways

Each depth goes on **twice**: through the pooling below it, and straight to where the picture is as large again.

- what is in the picture comes from the deep way
- *where* it is comes from the short ones
"""


def minimap(desk: Desk) -> None:
    """One part of a large drawing, and the map that says where it is."""
    window = desk.begin("inception-v3")
    window.view.camera.actual_size()
    desk.wait(600)


def training(desk: Desk) -> None:
    """A network in the middle of learning."""
    window = desk.begin("digits-cnn")
    edits.set_run(window.session.document, "epochs", 40)
    window.session.selection.set(["conv2"])
    window.training.start()
    for _ in range(2400):
        desk.wait(50)
        if window.training.status and window.training.status.epoch >= 12:
            break
    desk.wait(300)


def long_names(desk: Desk) -> None:
    window = desk.begin("iris-mlp")
    document = window.session.document
    with window.session.history.step("Rename"):
        for node in document.nodes():
            edits.rename(document, node.born, f"{node.id}_of_the_network_that_tells_three_kinds_of_iris_apart")
    window.view.commands.arrange()
    desk.wait(500)
    window.session.selection.set(["fc1"])
    desk.fit()
    window.view.camera.fit_selection()


@dataclass(frozen=True)
class Situation:
    """One picture: its name, what it shows in words, how it is set up and in which look."""

    name: str
    words: str
    act: Callable[[Desk], None]
    look: str = "light"
    scale: float = 1
    tolerance: float = 1
    """Of pictures with something that is never twice the same, such as a clock, more may differ."""


SITUATIONS = {
    one.name: one
    for one in (
        Situation("start", "The start page", start),
        Situation("small", "A small network", small),
        Situation("resnet-152", "ResNet-152, whole", whole("resnet-152")),
        Situation("gpt-2", "GPT-2 small, whole", whole("gpt-2-small"), "dark"),
        Situation("wire-drop", "What fits the end of a wire", wire_drop),
        Situation("error", "An error, with its fix as a button", error),
        Situation("inside", "Inside a block of GPT-2 small", inside),
        Situation("frames", "Frames and a note", frames),
        Situation("minimap", "A part of Inception v3, with the map of the whole", minimap),
        Situation("training", "A network in the middle of learning", training, "dark", 1.5, tolerance=8),
        Situation("dark", "The dark look", small, "dark"),
        Situation("contrast", "The look of high contrast", error, "contrast"),
        Situation("fine", "A small network on a screen of twice as many pixels", small, "light", 2),
        Situation("long-names", "Very long names", long_names),
    )
}


def main(name: str, path: str) -> None:
    qt = QApplication(sys.argv)
    one = SITUATIONS[name]
    desk = Desk(qt, one.look)
    one.act(desk)
    desk.wait(300)
    desk.window.grab().save(path)
    window = desk.window
    if window.training.status and window.training.status.epoch < window.training.status.epochs:
        window.training.stop()
        desk.wait(1500)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
