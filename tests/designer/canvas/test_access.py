"""What a screen reader hears of the canvas: names of nodes and ports, and where the focus is."""

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible

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
