"""Draws the curves of a run into a file, without a window."""

from __future__ import annotations

import math
import os
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPaintDevice, QPainter

from designer.plots.chart import Chart
from designer.plots.series import Series
from designer.plots.view import View
from designer.theme import Theme
from runtime.runs import Run
from runtime.tail import Tail

WIDTH, HEIGHT, EDGE = 560, 300, 16
"""Of one figure, and the air around all of them."""

SHARPNESS = 2
"""Pixels of a PNG for each pixel of a drawing."""


def curves(run: Run, path: Path, dark: bool = False) -> Path:
    """Draws every figure of the run, side by side in twos. The ending of `path` says the form: `.png` or `.svg`.

    Raises ValueError, with a sentence, if there is nothing to draw or no such form."""
    series = Series(run.name)
    series.take(Tail(run).read())
    if not series.figures or not (series.steps or series.epochs):
        raise ValueError(f"{run.name} has no curves yet: it has not made a step.")
    application()
    theme = Theme(dark=dark)
    series.set_smoothing(fitting_smoothing(series.steps))
    charts = [Chart(figure, [series], View(), theme) for figure in series.figures]
    columns = min(2, len(charts))
    size = QSize(columns * WIDTH + 2 * EDGE, math.ceil(len(charts) / columns) * HEIGHT + 2 * EDGE)
    if path.suffix == ".svg":
        _svg(charts, path, size)
    elif path.suffix == ".png":
        _png(charts, path, size)
    else:
        raise ValueError(f"Curves can be drawn as .png or .svg, not as {path.suffix or 'a file without ending'}.")
    return path


def fitting_smoothing(steps: int) -> float:
    """Over how many steps to smooth a run of that length: a fiftieth of it."""
    return max(1.0, round(steps / 50))


def application() -> QGuiApplication:
    """The application that fonts need, made without a screen where there is none yet."""
    present = QGuiApplication.instance()
    if isinstance(present, QGuiApplication):
        return present
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return QGuiApplication([])


def _png(charts: list[Chart], path: Path, size: QSize) -> None:
    image = QImage(size * SHARPNESS, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SHARPNESS)
    _paint(charts, image, size)
    if not image.save(str(path)):
        raise ValueError(f"{path} cannot be written.")


def _svg(charts: list[Chart], path: Path, size: QSize) -> None:
    from PySide6.QtSvg import QSvgGenerator  # only this form needs it

    path.write_text("", encoding="utf-8")  # says why it cannot be written, which the generator does not
    picture = QSvgGenerator()
    picture.setFileName(str(path))
    picture.setResolution(96)  # as a browser takes it: sizes and fonts as on screen
    picture.setSize(size)
    picture.setViewBox(QRectF(0, 0, size.width(), size.height()))
    picture.setTitle("Curves")
    _paint(charts, picture, size)


def _paint(charts: list[Chart], device: QPaintDevice, size: QSize) -> None:
    painter = QPainter(device)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), charts[0].theme.panel)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for place, chart in enumerate(charts):
        row, column = divmod(place, 2)
        chart.paint(painter, QRectF(EDGE + column * WIDTH, EDGE + row * HEIGHT, WIDTH, HEIGHT))
    painter.end()
