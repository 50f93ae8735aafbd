"""Puts what can be painted on paper: SVG and PDF with letters that stay letters, and images. Works without a screen."""

import os
from typing import Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QMimeData, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

MOST_PIXELS = 64_000_000
"""A PNG of more pixels is made smaller: four bytes each must fit in memory."""

POINTS = 0.75
"""Points of paper for each of the canvas' pixels."""

LONGEST_PAGE = 14_400.0
"""Points that the side of a PDF's page may have; what is larger is drawn smaller."""


class Paintable(Protocol):
    """Something with an extent in its own coordinates, a colour behind it and strokes."""

    @property
    def area(self) -> QRectF: ...

    @property
    def ground(self) -> QColor: ...

    def paint(self, painter: QPainter) -> None: ...


def svg(subject: Paintable, *, ground: bool = True) -> bytes:
    """As SVG: letters stay letters."""
    area = subject.area.toAlignedRect()
    data, buffer = _buffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(round(QGuiApplication.primaryScreen().logicalDotsPerInch()))
    generator.setSize(area.size())
    generator.setViewBox(QRectF(0, 0, area.width(), area.height()))
    generator.setTitle("Neuroloom")
    _paint(QPainter(generator), subject, QRectF(area), ground=ground)
    buffer.close()
    return bytes(data.data())


def pdf(subject: Paintable, *, ground: bool = True) -> bytes:
    """As PDF: one page as large as the picture, its fonts within."""
    area = QRectF(subject.area.toAlignedRect())
    scale = min(POINTS, LONGEST_PAGE / max(area.width(), area.height()))
    data, buffer = _buffer()
    writer = QPdfWriter(buffer)
    writer.setCreator("Neuroloom")
    writer.setResolution(1200)
    page = QSizeF(area.width() * scale, area.height() * scale)
    writer.setPageSize(QPageSize(page, QPageSize.Unit.Point, "Picture", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF())
    painter = QPainter(writer)
    painter.scale(scale * 1200 / 72, scale * 1200 / 72)
    _paint(painter, subject, area, ground=ground)
    buffer.close()
    return bytes(data.data())


def image(subject: Paintable, *, scale: float = 2.0, ground: bool = True) -> QImage:
    """As an image of `scale` pixels for each of the canvas'; without ground it is transparent there."""
    area = subject.area.toAlignedRect()
    scale = min(scale, (MOST_PIXELS / max(area.width() * area.height(), 1)) ** 0.5)
    made = QImage(area.size() * scale, QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.scale(scale, scale)
    _paint(painter, subject, QRectF(area), ground=ground)
    return made


def png(made: QImage) -> bytes:
    data, buffer = _buffer()
    made.save(buffer, "PNG")  # type: ignore[call-overload]  # Qt's stubs know no buffer here
    return bytes(data.data())


def mime(subject: Paintable, *, scale: float = 2.0, ground: bool = True) -> QMimeData:
    """For the clipboard: an image for programs that take images, SVG and PDF for those that take more."""
    made = QMimeData()
    made.setImageData(image(subject, scale=scale, ground=ground))
    made.setData("image/svg+xml", QByteArray(svg(subject, ground=ground)))
    made.setData("application/pdf", QByteArray(pdf(subject, ground=ground)))
    return made


def _paint(painter: QPainter, subject: Paintable, area: QRectF, *, ground: bool) -> None:
    if ground:
        painter.fillRect(QRectF(0, 0, area.width(), area.height()), subject.ground)
    painter.translate(-QPointF(area.topLeft()))
    subject.paint(painter)
    painter.end()


def _buffer() -> tuple[QByteArray, QBuffer]:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return data, buffer


_application: QGuiApplication | None = None


def ready() -> None:
    """Letters need an application; without a screen one is made that needs none."""
    global _application
    if QGuiApplication.instance() is None:
        if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        _application = QGuiApplication([])
