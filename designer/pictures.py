"""Pictures of a drawing, as SVG and PNG: for export, for the start page, for documents. Works without a screen."""

import os
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from designer.canvas import captions, curves
from designer.canvas.looks import Measure
from designer.canvas.paint import PLAIN, Brushes, paint_node, paint_pill, paint_wire, pill_on, wire_pen
from designer.canvas.plan import Plan
from designer.theme import Theme
from graph.document import Document
from graph.reading import Reading
from graph.records import Wire

MARGIN = 24.0
MOST_PIXELS = 64_000_000
"""A PNG of more pixels is made smaller: four bytes each must fit in memory."""

SMALLEST = QRectF(0, 0, 240, 120)


class Picture:
    """One drawing, ready to be painted in any size."""

    def __init__(self, document: Document, reading: Reading | None = None, theme: Theme | None = None) -> None:
        self.document = document
        self.reading = reading or Reading(document)
        self.theme = theme or Theme(dark=False)
        self.brushes = Brushes(self.theme)
        self.plan = Plan(document, Measure(self.theme))

    @property
    def area(self) -> QRectF:
        """The part of the canvas that the picture shows."""
        bounds = self.plan.bounds() if self.plan.births() else SMALLEST
        return bounds.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def paint(self, painter: QPainter) -> None:
        """The drawing in the canvas' own coordinates: wires, pills, nodes."""
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        wires = [wire for wire in self.document.wires() if self.plan.lines.of(wire.key)]
        for wire in wires:
            self._paint_wire(painter, wire)
        for wire in wires:
            self._paint_pill(painter, wire)
        for born in self.plan.births():
            corner = self.plan.at(born)
            painter.translate(corner)
            paint_node(painter, self.plan.look(born), PLAIN, self.brushes)
            painter.translate(-corner)

    def _paint_wire(self, painter: QPainter, wire: Wire) -> None:
        pen = wire_pen(captions.port_type(self.document, wire), PLAIN, self.brushes)
        paint_wire(painter, curves.path(self.plan.lines.of(wire.key) or ()), pen)

    def _paint_pill(self, painter: QPainter, wire: Wire) -> None:
        own = captions.says_own(wire)
        first = self.document.wires_from(wire.source, wire.source_port)[0]
        texts = captions.pill(self.document, self.reading, wire)
        if texts and (own or first is wire):
            pill = pill_on(self.plan.lines.of(wire.key) or (), texts, self.brushes, own=own, fixed=wire.fixed)
            if pill.fits:
                paint_pill(painter, pill, PLAIN, self.brushes)


def svg(document: Document, *, dark: bool = False, reading: Reading | None = None) -> bytes:
    """The drawing as SVG: letters stay letters, the ground is the theme's."""
    _ready()
    picture = Picture(document, reading, Theme(dark))
    area = picture.area.toAlignedRect()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(round(QGuiApplication.primaryScreen().logicalDotsPerInch()))
    generator.setSize(area.size())
    generator.setViewBox(QRectF(0, 0, area.width(), area.height()))
    generator.setTitle("Neuroloom")
    painter = QPainter(generator)
    painter.fillRect(QRectF(0, 0, area.width(), area.height()), picture.theme.canvas)
    painter.translate(-QPointF(area.topLeft()))
    picture.paint(painter)
    painter.end()
    buffer.close()
    return bytes(data.data())


def image(
    document: Document, *, dark: bool = False, scale: float = 2.0, reading: Reading | None = None, ground: bool = True
) -> QImage:
    """The drawing as an image of `scale` pixels for each of the canvas'; without ground it is transparent there."""
    _ready()
    picture = Picture(document, reading, Theme(dark))
    area = picture.area.toAlignedRect()
    scale = min(scale, (MOST_PIXELS / max(area.width() * area.height(), 1)) ** 0.5)
    made = QImage(area.size() * scale, QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(picture.theme.canvas if ground else Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.scale(scale, scale)
    painter.translate(-QPointF(area.topLeft()))
    picture.paint(painter)
    painter.end()
    return made


def thumbnail(document: Document, size: QSize, *, theme: Theme, ratio: float = 1.0) -> QImage:
    """The whole drawing, small, in the middle of a transparent image of `size` (times `ratio` in pixels)."""
    picture = Picture(document, None, theme)
    area = picture.area
    made = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    scale = min(size.width() / area.width(), size.height() / area.height(), 1.0)
    painter = QPainter(made)
    painter.translate(size.width() / 2, size.height() / 2)
    painter.scale(scale, scale)
    painter.translate(-area.center())
    picture.paint(painter)
    painter.end()
    return made


def write(document: Document, reading: Reading | None, path: Path, *, dark: bool = False, scale: float = 2.0) -> None:
    """Write a picture; the name's ending says which kind. Raises OSError if it cannot be written."""
    data = (
        svg(document, dark=dark, reading=reading)
        if path.suffix.lower() == ".svg"
        else _png(image(document, dark=dark, scale=scale, reading=reading))
    )
    path.write_bytes(data)


def _png(made: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    made.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())


_application: QGuiApplication | None = None


def _ready() -> None:
    """Letters need an application; without a screen one is made that needs none."""
    global _application
    if QGuiApplication.instance() is None:
        if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        _application = QGuiApplication([])
