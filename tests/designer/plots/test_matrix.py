"""Tables beside the curves: they come with the first epoch, show the newest, and say what a cell means."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from designer.plots.curves import Curves
from designer.plots.matrix import Matrix
from designer.plots.series import Series
from designer.theme import Theme
from runtime.protocol import SECONDS, Epoch, Figure, Job, State, Status
from runtime.recorder import Recorder
from runtime.runs import Run
from runtime.tail import Tail

ROWS = [[8.0, 2.0], [1.0, 9.0]]


@pytest.fixture
def curves(qtbot) -> Iterator[Curves]:
    widget = Curves(Theme())
    qtbot.addWidget(widget)
    widget.resize(1000, 320)
    widget.show()
    yield widget
    widget.stop()


def recorded(folder: Path, *tables: dict) -> Run:
    folder.mkdir()
    job = Job(key="k", columns=(SECONDS, "loss"), figures=(Figure(id="loss", born="loss"),), watch="loss", epochs=3)
    with Recorder(folder) as recorder:
        recorder.begin(job)
        for at, held in enumerate(tables, 1):
            recorder.epoch(Epoch(epoch=at, step=at, train={"loss": 1.0}, tables=held))
        recorder.status(Status(state=State.FINISHED))
    return Run(folder)


def test_a_run_with_a_table_shows_it_behind_its_curves(curves, tmp_path: Path) -> None:
    run = recorded(tmp_path / "a", {"train": {"mixed": ROWS}}, {"validation": {"mixed": [[5.0, 0.0], [0.0, 5.0]]}})
    curves.show_runs([run])
    (table,) = curves.tables
    part, epoch, rows = table.held
    assert (table.name, part, epoch.epoch) == ("mixed", "validation", 2)
    assert rows == [[5.0, 0.0], [0.0, 5.0]]
    curves.show_runs([recorded(tmp_path / "b", {})])
    assert curves.tables == []


@pytest.fixture
def table(qtbot, tmp_path: Path) -> Matrix:
    series = Series("a")
    series.take(Tail(recorded(tmp_path / "a", {"train": {"mixed": ROWS}})).read())
    made = Matrix("mixed", series, Theme())
    qtbot.addWidget(made)
    made.resize(400, 260)
    return made


def test_a_cell_says_what_it_counts(table: Matrix) -> None:
    inside = table.cell(ROWS, 0, 1).center()
    assert table.told_at(inside, ROWS) == "Class 0, answered as 1: 2 (20.0% of its rows)"
    assert table.told_at(table.cell(ROWS, 1, 1).bottomRight() * 2, ROWS) == ""


def test_what_is_right_is_told_from_what_is_not_by_colour(table: Matrix) -> None:
    image: QImage = table.grab().toImage()

    def corner(row: int, column: int) -> tuple[int, int]:
        point = table.cell(ROWS, row, column).topLeft().toPoint()
        colour = image.pixelColor(point.x() + 4, point.y() + 4)
        return colour.blue(), colour.red()

    blue, red = corner(0, 0)
    assert blue > red + 60
    blue, red = corner(0, 1)
    assert red > blue


def test_a_hundred_classes_have_room(table: Matrix) -> None:
    rows = [[float(at == place) for place in range(100)] for at in range(100)]
    last = table.cell(rows, 99, 99)
    assert last.right() <= table.width()
    assert last.bottom() <= table.height()
    assert last.width() > 1
