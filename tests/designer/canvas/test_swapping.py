"""A node becomes one of another kind and keeps its wires, by keys and by dropping a kind on it."""

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.canvas.tools.drop import MIME
from tests.designer.canvas.stage import Stage

Key = Qt.Key
SHIFT, CONTROL, NONE = (
    Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier,
)  # fmt: skip
WIRES = ["conv1.y -> relu1.x", "relu1.y -> pool1.x"]


def test_kinds_that_keep_the_wires_are_offered_those_of_its_family_first(chain: Stage) -> None:
    chain.click("relu1").key(Key.Key_S, SHIFT)
    found = chain.view.overlays.search.kinds()
    assert "ReLU" not in found
    assert "Digits" not in found
    assert "CrossEntropyLoss" not in found
    families = [chain.document.catalogue.get(name).family for name in found[:5]]
    assert set(families) == {"activation"}
    chain.type("gelu")
    QTest.keyClick(chain.view.overlays.search.field, Key.Key_Return)
    chain.settle()
    assert chain.document.node("relu1").kind == "GELU"
    assert chain.wires() == WIRES
    assert chain.history.entries == ["Change to GELU"]
    chain.mirrors()


def drag(stage: Stage, kind: str, at: QPoint, held: Qt.KeyboardModifier) -> None:
    data = QMimeData()
    data.setData(MIME, kind.encode())
    copy, port, left = Qt.DropAction.CopyAction, stage.view.viewport(), Qt.MouseButton.LeftButton
    QApplication.sendEvent(port, QDragEnterEvent(at, copy, data, left, held))
    QApplication.sendEvent(port, QDragMoveEvent(at, copy, data, left, held))
    if held:
        assert stage.scene.stock.nodes["relu1"].marks.target
    QApplication.sendEvent(port, QDropEvent(QPointF(at), copy, data, left, held))
    stage.settle()


def test_a_kind_dropped_on_a_node_with_control_takes_its_place(chain: Stage) -> None:
    drag(chain, "Tanh", chain.at("relu1"), CONTROL)
    assert chain.document.node("relu1").kind == "Tanh"
    assert chain.wires() == WIRES
    assert chain.selection.births == ["relu1"]
    assert not chain.scene.stock.nodes["relu1"].marks.target


def test_without_control_it_is_added(chain: Stage) -> None:
    drag(chain, "Tanh", chain.at("relu1"), NONE)
    assert chain.document.node("relu1").kind == "ReLU"
    assert len(chain.births()) == 5
