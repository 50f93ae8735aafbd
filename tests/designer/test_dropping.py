"""Files that are dropped on a window: what is said while they are dragged is what happens when they are let go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QWidget

from designer.window import Window
from graph import edits
from graph.catalogue import standard
from graph.document import Document
from graph.project import save, write

COPY, LEFT = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


class Hand:
    """Drags files from a file manager over a window."""

    def __init__(self, window: Window) -> None:
        self.window = window

    @property
    def hint(self) -> str | None:
        label = self.window.findChild(QLabel, "hint")
        assert label is not None
        return label.text() if label.isVisible() else None

    def drag(self, *paths: Path, at: tuple[float, float] = (0, 0), held: Qt.KeyboardModifier = NONE) -> str | None:
        """Over a place of the drawing; answers what is said there."""
        self.data = QMimeData()
        self.data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        self.held = held
        self.widget: QWidget = self.window.view.viewport()
        self.place: QPoint = self.window.view.mapFromScene(QPointF(*at))
        for kind in (QDragEnterEvent, QDragMoveEvent):
            QApplication.sendEvent(self.widget, kind(self.place, COPY, self.data, LEFT, held))
        return self.hint

    def drop(self, *paths: Path, at: tuple[float, float] = (0, 0), held: Qt.KeyboardModifier = NONE) -> str | None:
        said = self.drag(*paths, at=at, held=held)
        QApplication.sendEvent(self.widget, QDropEvent(QPointF(self.place), COPY, self.data, LEFT, self.held))
        assert self.hint is None
        for _ in range(3):
            QApplication.processEvents()
        return said


@pytest.fixture
def hand(window: Window) -> Hand:
    window.view.camera.actual_size()
    window.view.centerOn(0, 0)
    return Hand(window)


@pytest.fixture
def loom(tmp_path: Path) -> Path:
    document = Document(standard())
    edits.add(document, "Conv2d")
    save(document, tmp_path / "residual.loom")
    return tmp_path / "residual.loom"


def nodes(window: Window) -> list[tuple[str, str]]:
    return [(node.kind, node.params.get("path", "")) for node in window.session.document.nodes()]


def test_a_drawing_opens_in_a_tab_and_with_shift_in_the_place_of_the_present_one(
    hand: Hand, loom: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = hand.window
    edits.add(window.session.document, "ReLU")
    with window.session.history.step("Add"):
        edits.add(window.session.document, "ReLU")
    assert hand.drop(loom) == "Open residual.loom"
    assert [tab.session.name for tab in window.tabs] == ["Untitled", "residual"]
    window.tabs.drop(window.tabs.current)
    answers = [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Discard]
    monkeypatch.setattr(QMessageBox, "question", lambda *_: answers.pop(0))
    assert hand.drop(loom, held=SHIFT) == "Open residual.loom in the place of Untitled"
    assert [tab.session.name for tab in window.tabs] == ["Untitled"], "the user did not want that"
    hand.drop(loom, held=SHIFT)
    assert [tab.session.name for tab in window.tabs] == ["residual"]


def test_a_blank_drawing_gives_way_to_one_that_is_dropped(hand: Hand, loom: Path) -> None:
    hand.drop(loom)
    assert [tab.session.name for tab in hand.window.tabs] == ["residual"]


def test_files_become_nodes_where_they_are_dropped_and_paths_follow_the_drawing(hand: Hand, loom: Path) -> None:
    window, folder = hand.window, loom.parent
    for name in ("iris.csv", "digits.npz", "story.txt"):
        (folder / name).write_bytes(b"a,b\n1,2\n")
    (folder / "pets" / "cats").mkdir(parents=True)
    (folder / "pets" / "cats" / "1.png").write_bytes(b"")
    (folder / "gates.py").write_text("from torch import nn\n\nclass Gate(nn.Module):\n    pass\n")
    assert hand.drop(folder / "iris.csv", at=(-100, 60)) == "Add CSV file for iris.csv"
    assert nodes(window) == [("CSV", (folder / "iris.csv").as_posix())]
    (csv,) = window.session.document.nodes()
    assert window.scene.plan.rect(csv.born).contains(QPointF(-100, 60))
    window.session.undo()
    window.files.open(loom)
    window.view.camera.actual_size()
    told = hand.drop(*(folder / name for name in ("iris.csv", "digits.npz", "story.txt", "pets", "gates.py")))
    assert told == "Add 5 nodes"
    assert nodes(window)[1:] == [
        ("CSV", "iris.csv"), ("Arrays", "digits.npz"), ("TextFile", "story.txt"), ("ImageFolder", "pets"),
        ("PyTorchModule", "gates.py"),
    ]  # fmt: skip
    assert window.session.document.nodes()[-1].params["class_name"] == "Gate"
    assert window.session.history.position == 1
    window.session.undo()
    assert len(window.session.document.nodes()) == 1


def test_on_a_node_that_reads_such_files_only_its_path_is_set(hand: Hand, tmp_path: Path) -> None:
    window = hand.window
    with window.session.history.step("Draw"):
        series = edits.add(window.session.document, "Series", (0, 0))
        edits.add(window.session.document, "ReLU", (0, 300))
    QApplication.processEvents()
    table = tmp_path / "prices.csv"
    table.write_text("a\n1\n")
    centre = window.scene.plan.rect(series).center().toTuple()
    assert hand.drag(table, at=centre) == f"{window.session.document.node(series).id} reads prices.csv"
    assert window.scene.marked.targets == {series}
    QApplication.sendEvent(window.view.viewport(), QDragLeaveEvent())
    assert (hand.hint, window.scene.marked.targets) == (None, frozenset())
    hand.drop(table, at=centre)
    found = window.session.document.node(series).params
    assert (found["series"], found["path"]) == ("file", table.as_posix())
    assert len(window.session.document.nodes()) == 2
    window.session.undo()
    assert "path" not in window.session.document.node(series).params


def test_weights_are_offered_and_nothing_trains_before_that_is_wanted(
    hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, begun = hand.window, []
    monkeypatch.setattr(window.training, "start", lambda *, begin: begun.append(begin))
    weights = tmp_path / "best.safetensors"
    weights.write_bytes(b"")
    assert hand.drop(weights) == "Begin with the weights in best.safetensors"
    assert not begun
    (button,) = window.banner.findChildren(QPushButton)
    button.click()
    assert (button.text(), begun) == ("Begin with these weights", [weights])


def test_a_run_is_shown_with_its_drawing(hand: Hand, tmp_path: Path) -> None:
    document = Document(standard())
    edits.add(document, "Moons")
    run = tmp_path / "run-7"
    run.mkdir()
    (run / "project.loom").write_text(write(document))
    (run / "job.json").write_text(json.dumps({"created": 0, "threads": 1, "device": "cpu"}))
    assert hand.drop(run) == "Show the run run-7"
    assert nodes(hand.window) == [("Moons", "")]
    assert hand.window.training.run is not None
    assert hand.window.training.run.path == run


def test_what_cannot_be_taken_is_a_sentence(hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "warning", lambda _, title, text: told.append(text))
    monkeypatch.setattr(type(hand.window), "say", lambda _, text: told.append(text))
    for name, said in {
        "model.pt": "may hold code", "film.mp4": "does nothing with film.mp4", "empty": "neither a run nor a folder",
        "broken.loom": "broken.loom",
    }.items():  # fmt: skip
        path = tmp_path / name
        path.mkdir() if "." not in name else path.write_bytes(b"\x00{")
        hand.drop(path)
        assert said in told.pop(), name
        assert not told
    assert hand.window.session.blank


def test_inside_a_block_data_is_refused_while_it_is_dragged(hand: Hand, tmp_path: Path) -> None:
    window = hand.window
    with window.session.history.step("Draw"):
        block = edits.collapse(window.session.document, [edits.add(window.session.document, "ReLU")], "Inner")
    window.session.enter((block,))
    (tmp_path / "a.csv").write_text("a\n1\n")
    assert "cannot stand in a block" in str(hand.drag(tmp_path / "a.csv"))
