"""A trained network is tried in the window with samples typed, picked, drawn and dropped; the answer is shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from shiboken6 import isValid

from designer.dialogs.chances import Output, told
from designer.dialogs.sample import Form, Picture
from designer.dialogs.trial import YOURS, TrialDialog
from graph import edits
from runtime import launch
from runtime.protocol import State
from runtime.runs import Run

LONG = 60_000


def drawing(data: dict[str, Any], answers: int, loss: str) -> str:
    nodes = [
        {"id": "data", **data}, {"id": "scale", "kind": "Standardize"}, {"id": "flat", "kind": "Flatten"},
        {"id": "fc", "kind": "Linear", "params": {"out_features": answers}},
        {"id": "loss", "kind": loss}, {"id": "adam", "kind": "Adam"},
    ]  # fmt: skip
    wires = ["data.x -> scale.x", "scale.y -> flat.x", "flat.y -> fc.x", "fc.y -> loss.prediction",
             "data.y -> loss.target", "loss.loss -> adam.loss"]  # fmt: skip
    return json.dumps({"format": "neuroloom", "version": 1, "nodes": nodes, "wires": wires, "run": {"epochs": 2}})


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Run]:
    """Trains a drawing once, in a real worker."""
    made: dict[str, Run] = {}

    def train(name: str, *parts: Any) -> Run:
        if name not in made:
            place = tmp_path_factory.mktemp(name)
            (place / "fruit.csv").write_text("colour,size,kind\n" + "red,1,plum\nblue,2,pear\n" * 20)
            run = made[name] = launch.start(drawing(*parts), folder=place / name, base=place)
            assert launch.wait(run, 60).state is State.FINISHED
        return made[name]

    return train


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEUROLOOM_STATE", str(tmp_path / "state"))


@pytest.fixture
def ask(qtbot, theme) -> Iterator[Callable[[Run], TrialDialog]]:
    """Opens the dialog and waits for its first answer."""
    made: list[TrialDialog] = []

    def open_(run: Run) -> TrialDialog:
        dialog = TrialDialog(run, theme)
        made.append(dialog)
        dialog.show()
        qtbot.waitUntil(lambda: bool(dialog._outputs) or dialog.complaint.isVisible(), timeout=LONG)
        return dialog

    yield open_
    for dialog in made:
        if isValid(dialog):
            dialog.close()


def answer(dialog: TrialDialog) -> str:
    return dialog._outputs[0].answer.text()


def test_a_row_is_typed_by_the_names_of_its_columns(ask, trained, qtbot):
    data = {"kind": "CSV", "params": {"path": "fruit.csv"}}
    dialog = ask(trained("fruit", data, 2, "CrossEntropyLoss"))
    form = dialog._form
    assert isinstance(form, Form)
    colour, size = form.fields
    assert [field.accessibleName() for field in form.fields] == ["colour", "size"]
    first = form.row()
    assert first is not None and first[0] in ("red", "blue")
    assert dialog.where.text() == f"1 of {6}"
    bars = dialog._outputs[0].bars
    before = bars.accessibleDescription()
    with qtbot.waitSignal(dialog.asking.answered, timeout=LONG):
        size.selectAll()
        qtbot.keyClicks(size, "250")
    assert dialog.where.text() == YOURS
    assert bars.accessibleDescription() != before
    assert size.text() == "250"
    with qtbot.waitSignal(dialog.asking.answered, timeout=LONG):
        colour.setCurrentText("red")
        colour.activated.emit(colour.currentIndex())
    assert answer(dialog) in ("plum", "pear")
    size.setText("-")
    assert form.row() is None


def test_rows_of_the_data_are_picked_one_after_another(ask, trained, qtbot):
    dialog = ask(trained("iris", {"kind": "Iris"}, 3, "CrossEntropyLoss"))
    assert isinstance(dialog._form, Form)
    first = dialog._form.row()
    with qtbot.waitSignal(dialog.asking.answered, timeout=LONG):
        dialog.after.click()
    assert dialog.where.text() == "2 of 22"
    assert dialog._form.row() != first
    with qtbot.waitSignal(dialog.asking.answered, timeout=LONG):
        dialog._pick(-1)
    assert dialog.where.text() == "22 of 22"
    with qtbot.waitSignal(dialog.asking.answered, timeout=LONG):
        dialog.part.setCurrentText("Training rows")
        dialog.part.activated.emit(2)
    assert dialog.where.text() == "1 of 106"
    assert dialog._outputs[0].right.text().startswith(("✓", "✗"))


def test_a_digit_is_drawn_opened_and_dropped(ask, trained, qtbot, tmp_path):
    dialog = ask(trained("digits", {"kind": "Digits"}, 10, "CrossEntropyLoss"))
    picture = dialog._form
    assert isinstance(picture, Picture)
    assert max(max(row) for row in picture.values()[0]) == 16
    with qtbot.waitSignal(dialog.asking.answered, timeout=LONG):
        dialog.clear.click()
    assert picture.values() == [[[0.0] * 8] * 8]
    with qtbot.waitSignal(dialog.asking.answered, timeout=LONG):
        at = picture.width() // 2
        qtbot.mousePress(picture, Qt.MouseButton.LeftButton, pos=QPoint(at, 20))
        qtbot.mouseMove(picture, QPoint(at, picture.height() - 20))
        qtbot.mouseRelease(picture, Qt.MouseButton.LeftButton)
    drawn = [row[4] for row in picture.values()[0]]
    assert drawn[0] > 8
    assert picture.values()[0][0][0] == 0
    assert dialog.where.text() == YOURS
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    image.save(str(tmp_path / "white.png"))
    with qtbot.waitSignal(dialog.asking.answered, timeout=LONG):
        picture.dropped.emit(tmp_path / "white.png")
    assert picture.values() == [[[16.0] * 8] * 8]
    assert dialog.where.text() == "white.png"
    (tmp_path / "no.png").write_text("hello")
    with qtbot.waitSignal(dialog.asking.answered, timeout=LONG):
        dialog.open_picture(tmp_path / "no.png")
    assert "no.png is no readable picture" in dialog.complaint.text()


def test_numbers_are_shown_beside_what_the_data_say(ask, trained):
    dialog = ask(trained("diabetes", {"kind": "Diabetes"}, 1, "MSELoss"))
    output = dialog._outputs[0]
    float(output.answer.text())
    assert output.right.text().startswith("The data say ")
    assert not output.bars.isVisible()


READER = {
    "format": "neuroloom", "version": 1, "run": {"epochs": 1},
    "nodes": [
        {"id": "text", "kind": "TextFile", "params": {"length": 16, "stride": 64}},
        {"id": "embed", "kind": "Embedding"},
        {"id": "gru", "kind": "GRU", "params": {"hidden_size": 8}},
        {"id": "fc", "kind": "Linear", "params": {"out_features": 60}},
        {"id": "turn", "kind": "Transpose", "params": {"dim0": 1, "dim1": 2}},
        {"id": "loss", "kind": "CrossEntropyLoss"}, {"id": "adam", "kind": "Adam"},
    ],
    "wires": ["text.x -> embed.x", "embed.y -> gru.x", "gru.y -> fc.x", "fc.y -> turn.x", "turn.y -> loss.prediction",
              "text.y -> loss.target", "loss.loss -> adam.loss"],
}  # fmt: skip


def test_a_text_is_gone_on_with(theme, qtbot, tmp_path):
    run = launch.start(json.dumps(READER), folder=tmp_path / "reader", base=tmp_path)
    assert launch.wait(run, 60).state is State.FINISHED, run.failure()
    dialog = TrialDialog(run, theme)
    dialog.show()
    with qtbot.waitSignal(dialog.asking.answered, timeout=LONG):
        pass
    first = dialog.written.toPlainText()
    assert first.startswith("Once upon a time")
    assert len(first) == len("Once upon a time") + 200
    dialog.beginning.editor.setPlainText("Then")
    dialog.beginning.length.setCurrentText("100 steps")
    with qtbot.waitSignal(dialog.asking.answered, timeout=LONG):
        dialog.beginning.go.click()
    assert dialog.written.toPlainText().startswith("Then")
    assert len(dialog.written.toPlainText()) == 104
    dialog.beginning.editor.setPlainText("")
    with qtbot.waitSignal(dialog.asking.answered, timeout=LONG):
        dialog.beginning.go.click()
    assert "at least one character" in dialog.complaint.text()
    assert dialog.beginning.go.isEnabled()
    dialog.close()


def test_a_training_begins_with_the_weights_of_a_run(start, monkeypatch, tmp_path):
    from designer import training
    from tests.designer.conftest import digits_net

    session = start(digits_net)
    fc = session.document.find("fc")
    edits.set_param(session.document, fc.born, "out_features", 10)
    asked = []
    monkeypatch.setattr(training.launch, "start", lambda text, **given: asked.append(given) or Run(tmp_path / "new"))
    made = training.Training(session)
    monkeypatch.setattr(made, "watch", lambda run: None)
    made.start(begin=Run(tmp_path / "old"))
    made.start()
    assert [given["begin"] for given in asked] == [tmp_path / "old", None]


def test_the_process_ends_with_the_dialog(ask, trained):
    dialog = ask(trained("iris", {"kind": "Iris"}, 3, "CrossEntropyLoss"))
    process = dialog.asking._process
    assert process.state() == process.ProcessState.Running
    dialog.close()
    assert process.state() == process.ProcessState.NotRunning


def test_a_run_without_weights_is_a_sentence(ask, tmp_path):
    (tmp_path / "r").mkdir()
    dialog = ask(Run(tmp_path / "r"))
    assert "has no weights yet" in dialog.complaint.text()


def test_many_classes_show_the_likeliest(theme, qtbot):
    output = Output(theme)
    qtbot.addWidget(output)
    chances = {str(number): number / 1000 for number in range(40)}
    output.show_output({"name": "fc", "reads": "classes", "prediction": "39", "chances": chances}, alone=True)
    said = output.bars.accessibleDescription().split(", ")
    assert len(said) == 12
    assert said[0] == "39 3.9 %"


def test_what_numbers_are_told_as():
    assert told({"numbers": 3.0}) == "3"
    assert told({"numbers": [[1.5, 2], [3, 4]]}) == "1.5, 2, 3, 4"
    assert told({"numbers": list(range(20))}) == "0, 1, 2, 3, 4, 5, 6, 7, … (20 numbers)"
