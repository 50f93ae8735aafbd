"""Wires drawn and selected by keys alone, on the real view."""

import pytest
from PySide6.QtCore import Qt

from designer.canvas.tools.key_wiring import KeyWiring
from tests.designer.canvas.stage import Stage

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def loose(chain: Stage) -> Stage:
    """The chain with two more layers that nothing feeds, behind each other."""
    chain.add("Flatten", (700, 0))
    chain.add("Dropout", (700, 140))
    chain.view.camera.fit()
    chain.settle()
    return chain


def aim(stage: Stage) -> str:
    gesture = stage.view.gesture
    assert isinstance(gesture, KeyWiring)
    return f"{gesture._aim.born}.{gesture._aim.port}" if gesture._aim else ""


def test_the_nearest_port_is_offered_and_return_connects(loose: Stage) -> None:
    loose.click("pool1").key(Key.Key_C)
    assert aim(loose) == "flatten1.x"
    assert loose.view.overlays.hint.sentence.startswith("pool1.y → flatten1.x.")
    assert loose.view.accessibleDescription().startswith("pool1.y → flatten1.x.")
    assert loose.scene.stock.nodes["flatten1"].marks.target
    assert "pool1.y -> flatten1.x" not in loose.wires()
    loose.key(Key.Key_Return)
    assert "pool1.y -> flatten1.x" in loose.wires()
    assert loose.view.gesture is None
    assert loose.history.entries == ["Connect"]
    assert loose.selection.births == ["pool1"]
    assert loose.view.overlays.hint.sentence == ""


def test_arrows_go_on_and_letters_choose_by_name(loose: Stage) -> None:
    loose.click("pool1").key(Key.Key_C).key(Key.Key_Right)
    second = aim(loose)
    assert second != "flatten1.x"
    loose.key(Key.Key_Left)
    assert aim(loose) == "flatten1.x"
    loose.key(Key.Key_D)
    assert aim(loose) == "dropout1.x"
    loose.key(Key.Key_Backspace).key(Key.Key_F).key(Key.Key_C).key(Key.Key_Return)
    assert "pool1.y -> fc1.x" in loose.wires()


def test_escape_and_a_press_break_it_off(loose: Stage) -> None:
    loose.click("pool1").key(Key.Key_C).key(Key.Key_Escape)
    assert loose.view.gesture is None
    assert loose.history.entries == []
    assert not any(item.marks.target for item in loose.scene.stock.nodes.values())
    loose.key(Key.Key_C).click("conv1")
    assert loose.view.gesture is None
    assert loose.selection.births == ["conv1"]
    assert loose.history.entries == []


def test_with_shift_it_begins_at_the_input(loose: Stage) -> None:
    loose.click("fc1").key(Key.Key_C, SHIFT)
    assert aim(loose).endswith(".y")
    loose.key(Key.Key_P).key(Key.Key_O).key(Key.Key_Return)
    assert "pool1.y -> fc1.x" in loose.wires()


def test_it_says_which_wire_would_make_way(loose: Stage) -> None:
    loose.click("fc1").key(Key.Key_C).key(Key.Key_P).key(Key.Key_O)
    assert loose.view.overlays.hint.sentence.startswith("po: fc1.y → pool1.x, in place of relu1.y.")
    loose.key(Key.Key_Return)
    assert "fc1.y -> pool1.x" in loose.wires()
    assert "relu1.y -> pool1.x" not in loose.wires()


def test_tab_takes_the_next_output(loose: Stage) -> None:
    data = loose.add("Digits", (-300, 200))
    loose.view.camera.fit()
    loose.click(data).key(Key.Key_C)
    first = loose.view.overlays.hint.sentence.partition(" →")[0]
    loose.key(Key.Key_Tab)
    assert (first, loose.view.overlays.hint.sentence.partition(" →")[0]) == (f"{data}.x", f"{data}.y")
    loose.key(Key.Key_Backtab, SHIFT)
    assert loose.view.overlays.hint.sentence.startswith(first)
    loose.key(Key.Key_Escape)


def test_where_nothing_fits_return_searches(loose: Stage) -> None:
    loss = loose.add("CrossEntropyLoss", (0, 300))
    loose.view.camera.fit()
    loose.click(loss).key(Key.Key_C)
    assert aim(loose) == ""
    loose.key(Key.Key_Return)
    assert not loose.view.overlays.search.isHidden()
    assert "Adam" in loose.view.overlays.search.kinds()


def test_wires_of_a_node_are_stepped_through_and_deleted(chain: Stage) -> None:
    chain.click("relu1").key(Key.Key_E)
    assert chain.selection.wires == ["conv1.y -> relu1.x"]
    assert chain.view.accessibleDescription() == "Wire conv1.y to relu1.x"
    chain.key(Key.Key_E)
    assert chain.selection.wires == ["relu1.y -> pool1.x"]
    chain.key(Key.Key_E, SHIFT)
    assert chain.selection.wires == ["conv1.y -> relu1.x"]
    chain.key(Key.Key_Right, ALT)
    assert chain.selection.births == ["relu1"]
    chain.key(Key.Key_E).key(Key.Key_Delete)
    assert chain.wires() == ["relu1.y -> pool1.x"]
