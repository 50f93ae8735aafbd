"""The network of the XOR template is drawn on an empty canvas, given its settings and trained, without a mouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from designer.app import Application
from designer.preferences import Preferences
from designer.window import Window
from graph import project
from graph.catalogue import standard
from graph.document import Document
from runtime.protocol import State
from tests.closing import close_all

Key = Qt.Key
NONE, CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)  # fmt: skip
EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"
LONG = 180_000
FURTHEST = 40
"""So many times Tab is pressed at most to come to a field."""


class Keyboard:
    """Presses keys on whatever has the focus."""

    def __init__(self, application: Application, bot: QtBot) -> None:
        self.application, self._bot = application, bot

    @property
    def window(self) -> Window:
        return self.application.front()

    @property
    def focused(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None, "nothing has the focus"
        return found

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = NONE, times: int = 1) -> None:
        for _ in range(times):
            QTest.keyClick(self.focused, key, held)
            QApplication.processEvents()

    def type(self, text: str) -> None:
        QTest.keyClicks(self.focused, text)
        QApplication.processEvents()

    def add(self, kind: str) -> None:
        """Search for a kind, behind what is selected."""
        assert self.focused is self.window.view
        self.press(Key.Key_Tab)
        self.type(kind)
        self.press(Key.Key_Return)

    def answer(self, *lines: Callable[[], None]) -> None:
        """What is to be pressed in the dialog that opens next."""
        self._bot.waitUntil(lambda: QApplication.activeModalWidget() is not None, timeout=LONG)
        for line in lines:
            line()
        self.press(Key.Key_Return)
        self._bot.waitUntil(lambda: QApplication.activeModalWidget() is None, timeout=LONG)
        self.window.activateWindow()  # as a desktop does by itself
        self._bot.waitUntil(lambda: QApplication.focusWidget() is not None, timeout=LONG)

    def go_to_field(self, name: str) -> None:
        """Tab on to the field that is called so."""
        for _ in range(FURTHEST):
            if self.focused.accessibleName() == name:
                return
            self.press(Key.Key_Tab)
        raise AssertionError(f"Tab does not come to {name}: it is at {self.focused.accessibleName()!r}")

    def fill_in(self, name: str, text: str) -> None:
        self.go_to_field(name)
        self.press(Key.Key_A, CONTROL)
        self.type(text)
        self.press(Key.Key_Return)


@pytest.fixture
def keyboard(qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Keyboard]:
    monkeypatch.setenv("NEUROLOOM_STATE", str(tmp_path / "state"))
    application = Application(qapp, Preferences(tmp_path / "preferences.ini"))
    application.start([])
    application.front().activateWindow()
    QTest.qWaitForWindowActive(application.front())
    yield Keyboard(application, qtbot)
    close_all(application)


def test_xor_is_drawn_and_trained_without_a_mouse(keyboard: Keyboard, qtbot: QtBot) -> None:
    press, window = keyboard.press, keyboard.window
    press(Key.Key_N, CONTROL)
    keyboard.add("xor")
    _row(keyboard, "3")  # of tanh, as the dialog proposes
    _row(keyboard, "1", "identity")
    keyboard.add("bcewithlogits")
    _wire_from_data(keyboard)
    keyboard.add("adam")
    press(Key.Key_F6)
    keyboard.fill_in("lr", "0.3")
    press(Key.Key_F6, SHIFT)
    press(Key.Key_Left, ALT, times=2)
    keyboard.add("accuracy")
    _wire_from_data(keyboard)
    press(Key.Key_R, CONTROL)
    keyboard.fill_in("epochs", "40")
    assert _drawn(window.session.document) == _drawn(project.read(EXAMPLES / "xor-neurons.loom", standard()))
    press(Key.Key_F5)
    run = window.training.run
    assert run is not None
    qtbot.waitUntil(lambda: run.status().state is State.FINISHED, timeout=LONG)
    assert [epoch.epoch for epoch in run.epochs()][-1] == 40


def _row(keyboard: Keyboard, count: str, activation: str = "") -> None:
    """A row of neurons, wired from what is selected."""
    keyboard.press(Key.Key_A, CONTROL | SHIFT)
    keyboard.answer(
        lambda: keyboard.type(count),
        lambda: keyboard.go_to_field("Activation"),
        lambda: keyboard.type(activation[:2]),
    )


def _wire_from_data(keyboard: Keyboard) -> None:
    """What the selected node still lacks comes from the labels of the data."""
    keyboard.press(Key.Key_C, SHIFT)
    keyboard.type("xor")
    gesture = keyboard.window.view.gesture
    for _ in range(4):
        if gesture is not None and gesture.words.split(" ")[1].startswith("xor.y"):
            break
        keyboard.press(Key.Key_Down)
    keyboard.press(Key.Key_Return)


def _drawn(document: Document) -> list[str]:
    """What a drawing joins, in kinds, and the values that were typed. The template has a wire for each of the two
    numbers of a row, a row of neurons one for both: the weights are the same."""
    named = {node.born: node.kind for node in document.nodes()}
    joined = {(wire.source, wire.source_port, wire.target, wire.target_port) for wire in document.wires()}
    wires = [f"{named[source]}.{out} -> {named[target]}.{into}" for source, out, target, into in joined]
    values = [f"{node.kind}: {dict(node.params)}" for node in document.nodes()]
    return sorted(wires) + sorted(values)
