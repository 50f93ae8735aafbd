"""What a screen reader hears of the canvas: names of nodes and ports, and where the focus is."""

import ctypes
import gc
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from shiboken6 import wrapInstance

from designer.canvas import access
from graph import edits
from tests.designer.canvas.stage import Stage

Name = QAccessible.Text.Name
Key = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def heard(chain: Stage) -> Iterator[Stage]:
    """The chain, with a screen reader that listens."""
    access.install()
    QAccessible.setActive(True)
    yield chain
    QAccessible.setActive(False)
    chain.view.voices.forget()


def test_nodes_and_ports_have_names(heard: Stage) -> None:
    edits.add(heard.document, "Digits", id="digits", at=(-220, 0))
    heard.wire("digits.x -> conv1.x")
    canvas = QAccessible.queryAccessibleInterface(heard.view)
    names = [canvas.child(at).text(Name) for at in range(canvas.childCount())]
    assert names[0] == "conv1, Conv2d 32 3, gives 32×6×6"
    assert names[3] == "fc1, Linear 64, one error, one hint"
    conv = canvas.child(0)
    assert [conv.child(at).text(Name) for at in range(conv.childCount())] == [
        "input x, pictures of 1×8×8, from digits.x", "output y, pictures of 32×6×6, to relu1.x",
    ]  # fmt: skip
    assert conv.parent() is canvas
    assert canvas.indexOfChild(conv) == 0


def test_they_lie_where_they_are_seen(heard: Stage) -> None:
    canvas = QAccessible.queryAccessibleInterface(heard.view)
    relu = canvas.child(1)
    middle = relu.rect().center()
    assert canvas.childAt(middle.x(), middle.y()) is relu
    assert relu.rect().contains(relu.child(0).rect().center())


def test_the_selected_node_is_told_once(heard: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(access, "tell", lambda view, node, words: told.append(node.called() if node else words))
    heard.click("conv1").key(Key.Key_Right, ALT).key(Key.Key_Escape)
    assert told[-2].startswith("relu1, ReLU")
    assert told[-1] == "Canvas with 4 nodes, nothing selected"
    assert len(told) == 3
    state = heard.view.voices.of("conv1").state()
    assert (bool(state.selected), bool(state.focused)) == (False, False)


def test_what_goes_is_forgotten_and_what_changes_is_told_anew(heard: Stage) -> None:
    canvas = QAccessible.queryAccessibleInterface(heard.view)
    assert canvas.child(1).text(Name).startswith("relu1")
    heard.click("relu1").key(Key.Key_F2).type("squash")
    heard.view.overlays.rename.entered.emit("relu1", "squash")
    assert canvas.child(1).text(Name).startswith("squash, ReLU")
    heard.click("relu1").key(Key.Key_Delete)
    gc.collect()
    assert canvas.childCount() == 3
    assert heard.view.voices.of("relu1") is None
    assert [canvas.child(at).text(Name).split(",")[0] for at in range(3)] == ["conv1", "pool1", "fc1"]


UPDATES = "_ZN11QAccessible20installUpdateHandlerEPFvP16QAccessibleEventE"
"""QAccessible::installUpdateHandler, which PySide6 lacks: what it hears is what Qt sends to a screen reader."""


@pytest.fixture
def sent(heard: Stage) -> Iterator[list[tuple[QAccessible.Event, str]]]:
    """What reaches the bridge to screen readers: each event with the name of what it is about."""
    if sys.platform != "linux":
        pytest.skip("the name of the function is that of Linux")
    install = getattr(ctypes.CDLL("libQt6Gui.so.6"), UPDATES)
    taker = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
    install.argtypes, install.restype = [ctypes.c_void_p], ctypes.c_void_p
    found: list[tuple[QAccessible.Event, str]] = []

    def take(address: int) -> None:
        event = wrapInstance(address, QAccessibleEvent)
        told = event.accessibleInterface()
        found.append((event.type(), told.text(Name) if told is not None else ""))

    kept = taker(take)
    before = install(ctypes.cast(kept, ctypes.c_void_p))
    yield found
    install(before)


def test_the_focus_on_a_node_reaches_the_bridge_as_one_goes_along_the_wires(heard: Stage, sent) -> None:
    def focused() -> list[str]:
        names = [name.split(",")[0] for type, name in sent if type is QAccessible.Event.Focus]
        sent.clear()
        return names

    heard.view.setFocus()
    heard.click("conv1")
    sent.clear()
    heard.key(Key.Key_Right, ALT)
    assert focused() == ["relu1"]
    heard.key(Key.Key_Right, ALT).key(Key.Key_Left, ALT)
    assert focused() == ["pool1", "relu1"]
    canvas = QAccessible.queryAccessibleInterface(heard.view)
    assert canvas.focusChild().text(Name).startswith("relu1")
    assert bool(heard.view.voices.of("relu1").state().focused)
    assert not bool(heard.view.voices.of("pool1").state().focused)
    heard.key(Key.Key_E)
    assert QAccessible.Event.Announcement in [type for type, _ in sent]
    heard.key(Key.Key_Right, ALT)
    assert focused() == ["relu1"], "the end of the wire"
    heard.view.clearFocus()
    sent.clear()
    heard.view.setFocus()
    heard.settle()
    assert focused()[-1:] == ["relu1"], "whoever comes back to the canvas hears what is selected there"
