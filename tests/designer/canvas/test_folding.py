"""Folding by hand: the command makes one step, and says what it did."""

from PySide6.QtCore import QPoint

from designer.canvas.menus import menu_for
from tests.designer.canvas.stage import Stage


def row(stage: Stage) -> Stage:
    source = last = stage.add("Input", (0, 0), shape=[4])
    wires: list[str] = []
    for at in range(3):
        linear, bend = stage.add("Linear", (200 + 400 * at, 0), out_features=4), stage.add("ReLU", (400 + 400 * at, 0))
        wires += [f"{last}.{'x' if last == source else 'y'} -> {linear}.x", f"{linear}.y -> {bend}.x"]
        last = bend
    stage.wire(*wires)
    return stage.show()


def test_the_menu_of_the_canvas_folds_in_one_step_and_says_so(stage: Stage) -> None:
    before = dict(row(stage).document.records)
    menu = menu_for(stage.view, QPoint(600, 650).toPointF())
    next(action for action in menu.actions() if action.text().startswith("Fold repeats")).trigger()
    assert stage.history.entries == ["Fold repeats"]
    (placed,) = stage.selection.births
    assert stage.scene.plan.look(placed).copies == 3
    assert stage.view.overlays.hint.sentence == "Folded: 3 × block of 2 nodes."
    stage.mirrors()
    stage.history.undo()
    assert stage.document.records == before


def test_where_nothing_repeats_it_says_so(stage: Stage) -> None:
    stage.add("Linear", (0, 0))
    stage.show().view.blocks.fold()
    assert stage.history.entries == []
    assert stage.view.overlays.hint.sentence.startswith("Nothing here stands several times")
