"""The curves on screen: what is drawn, read out, zoomed and compared, live and later."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QWheelEvent
from PySide6.QtSvg import QSvgRenderer

from designer.plots import picture
from designer.plots.chart import Chart, Part
from designer.plots.curves import EMPTY, Curves
from designer.plots.pane import Pane
from designer.plots.readout import rows
from designer.plots.scale import Unit
from designer.plots.series import Series
from designer.plots.view import View
from designer.runner import Runner
from designer.theme import Theme
from runtime.protocol import Failure, Figure, Job, State, Status
from runtime.recorder import Recorder
from runtime.tail import News


@pytest.fixture
def theme(qapp) -> Theme:
    return Theme()


@pytest.fixture
def curves(qtbot, theme) -> Iterator[Curves]:
    widget = Curves(theme)
    qtbot.addWidget(widget)
    widget.resize(1000, 320)
    widget.show()
    yield widget
    widget.stop()


def painted(chart: Chart, width: int = 600, height: int = 300) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(chart.theme.panel)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    chart.paint(painter, QRectF(0, 0, width, height))
    painter.end()
    return image


def bluish(image: QImage, x: int, y: int) -> bool:
    colour = image.pixelColor(x, y)
    return colour.blue() > colour.red() + 40


def test_one_spike_among_a_million_steps_is_drawn(theme) -> None:
    steps = 1_000_000
    data = np.zeros((steps, 2), np.float32)
    data[:, 0], data[:, 1] = np.arange(steps) / 1000, 0.1
    data[612_345, 1] = 5.0
    figure = Figure(id="loss")
    job = Job(columns=("seconds", "loss"), figures=(figure,), steps_per_epoch=1000)
    series = Series("net")
    series.take(News(job=job, status=Status(), rows=data, epochs=[], events=[]))
    chart = Chart(figure, [series], View(), theme)
    frame, image = chart.frame(QRectF(0, 0, 600, 300)), painted(chart)
    x, y = frame.x.pixel(612_345), int(frame.y.pixel(2.5))
    assert any(bluish(image, column, y) for column in range(int(x) - 2, int(x) + 3))
    assert not any(bluish(image, column, y) for column in range(int(x) + 6, int(frame.plot.right())))


def test_nothing_trained_says_what_to_do(curves) -> None:
    assert curves.message.isVisible()
    assert curves.message.text() == EMPTY
    assert not curves.bar.isEnabled()


def test_a_run_has_a_chart_for_every_figure(curves, record) -> None:
    curves.show_runs([record()])
    assert [pane.chart.figure.id for pane in curves.panes] == ["loss", "accuracy"]
    assert all(pane.isVisible() for pane in curves.panes)
    assert not curves.message.isVisible()


def test_points_appear_while_it_trains_and_none_is_missing_at_the_end(curves, record, qtbot) -> None:
    run = record(epochs=1, state=State.TRAINING)
    curves.show_runs([run])
    assert curves.series[run].steps == 20
    with Recorder(run.path) as recorder:
        recorder.take_up(run.job, 20)
        recorder.steps(np.full((500, 3), 0.5, np.float32))
        recorder.status(Status(state=State.FINISHED, step=520))
    qtbot.waitUntil(lambda: curves.series[run].status.state is State.FINISHED)
    np.testing.assert_array_equal(curves.series[run].curves["loss"].raw.values, run.steps()[:, 1])


def test_runs_are_told_apart_by_colour(curves, record) -> None:
    one, other = record("a"), record("b")
    curves.show_runs([one])
    chart = curves.panes[0].chart
    assert chart.colour(0, Part.TRAIN) != chart.colour(0, Part.VALIDATION)
    curves.show_runs([one, other])
    assert chart.colour(0, Part.TRAIN) != chart.colour(1, Part.TRAIN)
    assert [series.name for series in chart.runs] == ["a", "b"]
    curves.show_runs([other])
    assert curves.runs == [other]


def test_the_readout_tells_step_epoch_and_every_value(curves, record) -> None:
    curves.show_runs([record()])
    curves.bar.slider.setValue(0)
    curves._smooth()
    title, found = rows(curves.panes[0].chart, 65.0)
    assert title == "step 65 · epoch 4 · 6.5 s"
    assert [(name, value) for _, name, value in found] == [("train", "0.0308"), ("validation", "0.1000")]
    assert [name for _, name, _ in rows(curves.panes[0].chart, 5.0)[1]] == ["train"]


def test_the_pointer_reads_all_figures_at_one_place(curves, record, qtbot) -> None:
    curves.show_runs([record()])
    pane = curves.panes[1]
    centre = pane.frame().plot.center().toPoint()
    qtbot.mouseMove(pane, centre - QPoint(3, 0))
    qtbot.mouseMove(pane, centre)
    assert curves.panes[0].chart.view.hover == pytest.approx(pane.frame().x.value(centre.x()))
    curves.grab()
    pane.leaveEvent(None)
    assert curves.view.hover is None


def wheel(pane: Pane, notches: int) -> None:
    position = pane.frame().plot.center()
    none = Qt.KeyboardModifier.NoModifier
    pane.wheelEvent(
        QWheelEvent(
            position,
            position,
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            none,
            Qt.ScrollPhase(0),
            False,
        )
    )


def test_zoom_stays_while_points_arrive_until_fit(curves, record) -> None:
    run = record()
    curves.show_runs([run])
    assert not curves.bar.fit.isEnabled()
    wheel(curves.panes[0], 3)
    span = curves.view.span
    assert span is not None
    assert 0 < span[0] < span[1] < 100
    rows_ = np.full((50, 3), 0.5, np.float32)
    curves._take(run, News(job=run.job, status=run.status(), rows=rows_, epochs=[], events=[]))
    assert curves.view.span == span
    assert curves.panes[0].frame().x.high == span[1]
    curves.bar.fit.click()
    assert curves.panes[0].frame().x.high == 150


def test_dragging_moves_the_window_and_stops_at_the_ends(curves, record, qtbot) -> None:
    curves.show_runs([record()])
    pane = curves.panes[0]
    wheel(pane, 4)
    low, high = curves.view.span
    centre = pane.frame().plot.center().toPoint()
    qtbot.mousePress(pane, Qt.MouseButton.LeftButton, pos=centre)
    qtbot.mouseMove(pane, centre + QPoint(40, 0))
    moved = curves.view.span
    assert moved[0] < low
    assert moved[1] - moved[0] == pytest.approx(high - low)
    qtbot.mouseMove(pane, centre + QPoint(4000, 0))
    qtbot.mouseRelease(pane, Qt.MouseButton.LeftButton, pos=centre)
    assert curves.view.span[0] == pytest.approx(0)


def test_keys_do_what_the_mouse_does(curves, record, qtbot) -> None:
    curves.show_runs([record()])
    pane = curves.panes[0]
    qtbot.keyClick(pane, Qt.Key.Key_Plus)
    zoomed = curves.view.span
    qtbot.keyClick(pane, Qt.Key.Key_Right)
    assert curves.view.span[0] > zoomed[0]
    qtbot.keyClick(pane, Qt.Key.Key_Home)
    assert curves.view.span is None


def test_axis_log_and_theme(curves, record, theme) -> None:
    curves.show_runs([record()])
    curves.bar.units[Unit.TIME].click()
    assert curves.panes[0].frame().x.high == pytest.approx(10)
    curves.bar.units[Unit.EPOCH].click()
    assert curves.panes[0].frame().x.high == pytest.approx(5)
    curves.bar.log.click()
    assert curves.panes[0].frame().y.log
    assert not curves.panes[1].frame().y.log
    before = curves.panes[0].grab().toImage().pixelColor(2, 2)
    theme.set_dark(False)
    assert curves.panes[0].grab().toImage().pixelColor(2, 2) != before


def test_a_figure_that_stops_being_a_number_is_said(theme) -> None:
    figure = Figure(id="loss")
    data = np.array([[0, 1], [1, np.nan], [2, np.inf]], np.float32)
    series = Series("net")
    job = Job(columns=("seconds", "loss"), figures=(figure,))
    series.take(News(job=job, status=Status(), rows=data, epochs=[], events=[]))
    assert not painted(Chart(figure, [series], View(hover=2.0), theme)).isNull()


@pytest.mark.parametrize("dark", [True, False])
def test_pictures_are_drawn_without_a_window(record, tmp_path: Path, qapp, dark: bool) -> None:
    run = record()
    image = QImage(str(picture.curves(run, tmp_path / "curves.png", dark=dark)))
    assert image.pixelColor(1, 1) == Theme(dark).panel
    assert image.width() == 2 * (2 * picture.WIDTH + 2 * picture.EDGE)
    assert len({image.pixel(x, image.height() // 2) for x in range(image.width())}) > 3
    svg = QSvgRenderer(str(picture.curves(run, tmp_path / "curves.svg", dark=dark)))
    assert svg.isValid()
    assert svg.viewBox().width() == 2 * picture.WIDTH + 2 * picture.EDGE


def test_what_cannot_be_drawn_is_said(record, tmp_path: Path, qapp) -> None:
    with pytest.raises(ValueError, match=r"as \.png or \.svg, not as \.jpg"):
        picture.curves(record(), tmp_path / "curves.jpg")
    with pytest.raises(ValueError, match="no curves yet"):
        picture.curves(record("empty", epochs=0), tmp_path / "curves.png")


class TestRunner:
    def test_it_tells_what_is_new_and_only_that(self, record, qtbot) -> None:
        run = record(epochs=2)
        runner = Runner(run)
        told: list[object] = []
        runner.points.connect(lambda rows: told.append(len(rows)))
        runner.epoch.connect(lambda epoch: told.append(epoch.epoch))
        runner.state.connect(lambda status: told.append(status.state))
        runner.look()
        runner.look()
        runner.stop()
        assert told == [40, 1, 2, State.FINISHED]

    def test_much_is_read_in_parts(self, record, monkeypatch) -> None:
        monkeypatch.setattr("designer.runner.ROWS", 30)
        runner = Runner(record(epochs=2))
        parts: list[int] = []
        runner.points.connect(lambda rows: parts.append(len(rows)))
        for _ in range(3):
            runner.look()
        runner.stop()
        assert parts == [30, 10]

    def test_a_failure_is_told_once(self, record) -> None:
        run = record(state=State.FAILED)
        with Recorder(run.path) as recorder:
            recorder.failure(Failure(message="conv1 is wrong", node="conv1"))
        runner = Runner(run)
        told: list[Failure] = []
        runner.failed.connect(told.append)
        runner.look()
        runner.look()
        runner.stop()
        assert [(failure.message, failure.node) for failure in told] == [("conv1 is wrong", "conv1")]

    def test_a_vanished_folder_ends_it(self, curves, record, qtbot) -> None:
        run = record(state=State.TRAINING)
        curves.show_runs([run])
        shutil.rmtree(run.path)
        qtbot.waitUntil(lambda: curves.runs == [], timeout=5000)
        assert curves.message.text() == EMPTY

    def test_a_loss_is_told_without_being_asked(self, record, qtbot) -> None:
        run = record(epochs=1, state=State.TRAINING)
        runner = Runner(run)
        runner.look()
        with Recorder(run.path) as recorder:
            recorder.take_up(run.job, 20)
            with qtbot.waitSignal(runner.points) as told:
                recorder.steps(np.ones((1, 3), np.float32))
        runner.stop()
        assert told.args[0].shape == (1, 3)
