"""Painting a curve of millions of steps: ours against pyqtgraph's PlotWidget with its own downsampling and clipping."""

import importlib.util
import os
import sys
from collections.abc import Iterator
from typing import Any

from benchmarks.rows import Row, interleaved, milliseconds

SIZES, ROUNDS, WIDTH, HEIGHT = (1_000_000, 10_000_000), 7, 900, 300


def run() -> Iterator[Row]:
    if importlib.util.find_spec("pyqtgraph") is None:
        print("curves: left out, pyqtgraph is not installed: pip install pyqtgraph", file=sys.stderr)
        return
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    _kept = QApplication.instance() or QApplication([])
    for size in SIZES:
        ours, theirs = our_pane(size), their_plot(size)
        measures = {"ours": lambda w=ours: milliseconds(w.grab), "theirs": lambda w=theirs: repainted(w)}
        interleaved(measures, 1)
        medians = interleaved(measures, ROUNDS)
        yield Row(f"curves: repaint of {size:,} steps", medians["ours"], "ms", medians["theirs"], 1.0)


def values(size: int) -> Any:
    """A loss that falls, with noise."""
    import numpy as np

    noise = np.random.default_rng(0).random(size, np.float32)
    return np.exp(np.linspace(0, -3, size, dtype=np.float32)) + np.float32(0.2) * noise


def our_pane(size: int) -> Any:
    import numpy as np

    from designer.plots.chart import Chart
    from designer.plots.pane import Pane
    from designer.plots.series import Series
    from designer.plots.view import View
    from designer.theme import Theme
    from runtime.protocol import Figure, Job, Status
    from runtime.tail import News

    figure = Figure(id="loss", kind="CrossEntropy", role="loss", better="low")
    job = Job(key="curves", name="curves", figures=(figure,), columns=("seconds", "loss"), steps_per_epoch=1000)
    rows = np.stack([np.arange(size, dtype=np.float32), values(size)], axis=1)
    series = Series("curves")
    series.take(News(job=job, status=Status(), rows=rows, epochs=[], events=[]))
    pane = Pane(Chart(figure, [series], View(), Theme()))
    pane.resize(WIDTH, HEIGHT)
    return pane


def their_plot(size: int) -> Any:
    import numpy as np
    import pyqtgraph

    pyqtgraph.setConfigOptions(antialias=True)
    plot = pyqtgraph.PlotWidget()
    plot.resize(WIDTH, HEIGHT)
    plot.setDownsampling(auto=True, mode="peak")
    plot.setClipToView(True)
    plot.plot(np.arange(size, dtype=np.float32), values(size), pen="y")
    plot.grab()
    return plot


def repainted(plot: Any) -> float:
    """A repaint after the view has moved by a step, as when one came in: what was reduced before does not hold."""
    box = plot.getViewBox()
    (low, high), _ = box.viewRange()

    def act() -> None:
        box.setXRange(low + 1, high + 1, padding=0)
        plot.grab()

    return milliseconds(act)
