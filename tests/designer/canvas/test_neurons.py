"""Bundles of neurons by hand: one wire that is drawn stands for a whole row of them."""

from PySide6.QtCore import Qt

from designer.canvas.neurons import close_row, open_linear
from tests.designer.canvas.stage import Stage

CONTROL = Qt.KeyboardModifier.ControlModifier


def rows(stage: Stage) -> Stage:
    """n1, n2, n3 to the left of n4, n5, and beside them an unwired Concatenate and a Linear."""
    for at in range(3):
        stage.add("Neuron", (0, 100 * at))
    for at in range(2):
        stage.add("Neuron", (260, 100 * at))
    stage.add("Concatenate", (520, 0))
    stage.add("Linear", (520, 160))
    return stage.show()


def chosen(stage: Stage, *births: str) -> Stage:
    stage.selection.set(births)
    return stage


def test_a_row_is_wired_to_a_row_in_one_step(stage: Stage) -> None:
    chosen(rows(stage), "n1", "n2", "n3", "n4", "n5").press("n2.y").drag_to("n4.x").release()
    assert set(stage.wires()) == {f"n{one}.y -> n{other}.x" for one in (1, 2, 3) for other in (4, 5)}
    assert stage.history.entries == ["Wire fully"]
    stage.mirrors()
    stage.history.undo()
    assert stage.wires() == []


def test_backwards_from_an_input_it_is_the_same(stage: Stage) -> None:
    chosen(rows(stage), "n1", "n2", "n3", "n4", "n5").press("n5.x").drag_to("n1.y").release()
    assert len(stage.wires()) == 6


def test_a_row_goes_into_one_neuron_or_one_into_a_row(stage: Stage) -> None:
    chosen(rows(stage), "n1", "n2", "n3").press("n1.y").drag_to("n5.x").release()
    assert set(stage.wires()) == {f"n{one}.y -> n5.x" for one in (1, 2, 3)}
    stage.history.undo()
    chosen(stage, "n4", "n5").press("n1.y").drag_to("n4.x").release()
    assert set(stage.wires()) == {"n1.y -> n4.x", "n1.y -> n5.x"}


def test_a_row_is_joined_from_top_to_bottom(stage: Stage) -> None:
    chosen(rows(stage), "n3", "n1", "n2").press("n2.y").drag_to("concatenate1.a").release()
    assert stage.wires() == [f"n{at}.y -> concatenate1.{letter}" for at, letter in ((1, "a"), (2, "b"), (3, "c"))]


def test_what_takes_one_wire_gets_one(stage: Stage) -> None:
    chosen(rows(stage), "n1", "n2").press("n1.y").drag_to("fc1.x").release()
    assert stage.wires() == ["n1.y -> fc1.x"]
    assert stage.history.entries == ["Connect"]


def test_a_single_neuron_or_other_nodes_with_it_are_no_bundle(stage: Stage) -> None:
    chosen(rows(stage), "n1").press("n1.y").drag_to("n4.x").release()
    chosen(stage, "n2", "n3", "fc1").press("n2.y").drag_to("n4.x").release()
    assert stage.wires() == ["n1.y -> n4.x", "n2.y -> n4.x"]


def test_rows_are_closed_and_layers_opened_from_the_canvas(stage: Stage) -> None:
    rows(stage)
    stage.add("Iris", (-260, 100))
    stage.wire("iris.x -> n1.x", "iris.x -> n2.x")
    chosen(stage, "n1", "n2")
    close_row(stage.view)
    (born,) = stage.selection.births
    assert stage.document.node(born).kind == "Linear"
    open_linear(stage.view)
    assert [stage.document.node(each).kind for each in stage.selection.births] == ["Neuron", "Neuron"]
    assert stage.history.entries == ["Close to a Linear", "Open into neurons"]
