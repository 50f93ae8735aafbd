"""Rows of neurons from the menu, with what is asked before; weights of a run typed into the drawing."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer import neurons
from designer.dialogs.neurons import RowDialog, TakeDialog
from designer.window import Window
from graph import edits
from graph.edits.neurons import taps_of
from graph.project import write
from runtime import launch
from runtime.assets import templates
from runtime.protocol import State


def trigger(window: Window, id: str) -> None:
    window.header.refresh()
    made = window.header.actions_by_id[id]
    assert made.isEnabled()
    made.trigger()
    QApplication.processEvents()


def kinds(window: Window) -> list[str]:
    return [node.kind for node in window.session.document.nodes()]


def test_a_row_is_asked_for_and_added_in_one_step(window: Window) -> None:
    document = window.session.document
    iris = edits.add(document, "Iris", at=(0.0, 0.0))
    window.session.selection.set([iris])
    trigger(window, "add-row")
    dialog = window.findChild(RowDialog)
    assert dialog is not None
    dialog.how_many.line.selectAll()
    QTest.keyClicks(dialog.how_many.line, "5")
    dialog.bend.list.setCurrentText("relu")
    dialog.bend.list.activated.emit(dialog.bend.list.currentIndex())
    dialog.accept()
    births = window.session.selection.births
    assert [document.node(born).id for born in births] == ["h1", "h2", "h3", "h4", "h5"]
    assert {document.make(document.node(born)).activation for born in births} == {"relu"}  # type: ignore[attr-defined]
    assert all(document.wires_into(born)[0].source == iris for born in births)
    assert window.session.history.entries[-1] == "Add row of neurons"
    window.session.history.undo()
    assert kinds(window) == ["Iris"]


def test_a_bad_number_keeps_the_question_open(window: Window) -> None:
    trigger(window, "add-row")
    dialog = window.findChild(RowDialog)
    assert dialog is not None
    dialog.how_many.line.selectAll()
    QTest.keyClicks(dialog.how_many.line, "0")
    dialog.accept()
    assert dialog.isVisible()
    assert "at least 1" in dialog.complaint.text()
    dialog.reject()
    assert kinds(window) == []


def test_a_layer_that_nobody_trained_opens_at_once(window: Window) -> None:
    document = window.session.document
    iris, linear = edits.add(document, "Iris", at=(0.0, 0.0)), edits.add(document, "Linear", at=(200.0, 0.0))
    edits.set_param(document, linear, "out_features", 3)
    edits.connect(document, iris, "x", linear, "x")
    window.session.selection.set([linear])
    trigger(window, "open-linear")
    assert kinds(window).count("Neuron") == 3
    trigger(window, "close-row")
    assert kinds(window) == ["Iris", "Linear"]


@pytest.mark.timeout(120)
def test_weights_of_a_run_are_adopted(window: Window, tmp_path: Path) -> None:
    xor = next(template for template in templates() if template.name == "xor-neurons")
    window.files.from_template(xor.name)
    document = window.session.document
    run = launch.start(write(document), folder=tmp_path / "run", overrides={"epochs": 3})
    assert launch.wait(run, 60.0).state is State.FINISHED
    window.training.watch(run)
    trigger(window, "adopt-weights")
    dialog = window.findChild(TakeDialog)
    assert dialog is not None
    assert dialog.run == run
    dialog.accept()
    assert all(wire.weight is not None for wire in document.wires() if wire.target_port == "x")
    assert window.session.history.entries[-1] == "Adopt weights"
    window.session.history.undo()
    assert all(wire.weight is None for wire in document.wires())
    window.panels.docks["runs"].widget().adopted.emit(run)  # type: ignore[union-attr]
    assert all(wire.weight is not None for wire in document.wires() if wire.target_port == "x")
    window.training.watch(None)


def test_without_a_run_nothing_can_be_adopted(window: Window) -> None:
    edits.add_row(window.session.document, 2, at=(0.0, 0.0))
    trigger(window, "adopt-weights")
    assert window.findChild(TakeDialog) is None
    neurons.adopt(window, None, None)
    assert window.session.history.entries == []


def test_the_weight_of_a_wire_is_typed(window: Window) -> None:
    document = window.session.document
    one, other = edits.add_row(document, 2, at=(0.0, 0.0))
    key = edits.connect(document, one, "y", other, "x")
    window.session.selection.set([key])
    trigger(window, "type-weight")
    inspector = window.panels.docks["inspector"].widget()
    section = inspector.sections[0]  # type: ignore[union-attr]
    QTest.keyClicks(section.weight.line, "0.75")
    section.weight.finish()
    assert document.wire(key).weight == 0.75
    section.fixed.switch.click()
    assert document.wire(key).fixed
    assert window.session.history.entries == ["Set weight", "Fix weight"]
    section.weight.line.selectAll()
    QTest.keyClicks(section.weight.line, "much")
    section.weight.finish()
    assert document.wire(key).weight == 0.75
    assert "must be a number" in section.complaint.text()


def test_a_number_on_the_canvas_begins_the_weight_of_the_selected_wire(window: Window) -> None:
    document = window.session.document
    one, other = edits.add_row(document, 2, at=(0.0, 0.0))
    key = edits.connect(document, one, "y", other, "x", weight=3.0)
    window.session.selection.set([key])
    QTest.keyClicks(window.view, "-")
    section = window.panels.docks["inspector"].widget().sections[0]  # type: ignore[union-attr]
    QTest.keyClicks(section.weight.line, "0.5")
    QTest.keyClick(section.weight.line, Qt.Key.Key_Return)
    assert document.wire(key).weight == -0.5
    window.session.selection.set([one])
    QTest.keyClicks(window.view, "7")
    assert document.wire(key).weight == -0.5


def test_weights_are_fixed_and_freed_by_a_key(window: Window) -> None:
    document = window.session.document
    one, other, third = edits.add_row(document, 3, at=(0.0, 0.0))
    keys = [edits.connect(document, one, "y", target, "x", weight=1.0) for target in (other, third)]
    window.session.selection.set(keys)
    trigger(window, "fix-weights")
    assert [document.wire(key).fixed for key in keys] == [True, True]
    trigger(window, "fix-weights")
    assert [document.wire(key).fixed for key in keys] == [False, False]
    assert window.session.history.entries == ["Fix weight", "Free weight"]


def test_a_factor_of_a_loss_and_a_wire_without_weight(window: Window) -> None:
    document = window.session.document
    loss, adam = edits.add(document, "MSELoss", at=(0.0, 0.0)), edits.add(document, "Adam", at=(200.0, 0.0))
    key = edits.connect(document, loss, "loss", adam, "loss")
    window.session.selection.set([key])
    trigger(window, "type-weight")
    section = window.panels.docks["inspector"].widget().sections[0]  # type: ignore[union-attr]
    QTest.keyClicks(section.weight.line, "0.3")
    section.weight.finish()
    assert document.wire(key).weight == 0.3
    assert section.fixed is None
    iris, linear = edits.add(document, "Iris"), edits.add(document, "Linear")
    plain = edits.connect(document, iris, "x", linear, "x")
    window.session.selection.set([plain])
    QTest.keyClicks(window.view, "1")
    QApplication.processEvents()
    assert window.panels.docks["inspector"].widget().sections[0].weight is None  # type: ignore[union-attr]
    assert document.wire(plain).weight is None


def test_a_row_of_weights_is_typed_with_commas(window: Window) -> None:
    document = window.session.document
    iris = edits.add(document, "Iris", at=(0.0, 0.0))
    (born,) = edits.add_row(document, 1, taps_of(document, [iris]))
    key = document.wires_into(born)[0].key
    QApplication.processEvents()
    window.session.selection.set([key])
    trigger(window, "type-weight")
    section = window.panels.docks["inspector"].widget().sections[0]  # type: ignore[union-attr]
    QTest.keyClicks(section.weight.line, "1, 2, -0.5, 4")
    section.weight.finish()
    assert document.wire(key).weight == (1, 2, -0.5, 4)


@pytest.mark.timeout(120)
def test_the_window_says_why_a_perceptron_cannot_learn_xor(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    document = window.session.document
    xor, n = edits.add(document, "XOR"), edits.add(document, "Neuron", params={"activation": "step"})
    rule = edits.add(document, "PerceptronRule", id="rule")
    edits.connect(document, xor, "x", n, "x")
    edits.connect(document, n, "y", rule, "prediction")
    edits.connect(document, xor, "y", rule, "target")
    run = launch.start(write(document), folder=tmp_path / "run", overrides={"epochs": 20})
    window.training.watch(run)
    qtbot.waitUntil(lambda: window.training.status.state is State.FINISHED, timeout=60_000)
    assert window.banner.isVisibleTo(window)
    assert "not linearly separable" in window.banner.words.text()
    assert "hidden layer" in window.banner.words.text()
    window.training.watch(None)
