"""Pictures of a drawing for files, documents, the clipboard and the start page."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from designer.pictures import paper
from designer.pictures.columns import ColumnFigure, columns_of
from designer.pictures.drawing import Picture
from designer.pictures.paper import MOST_PIXELS, Paintable
from designer.pictures.stacks import StackFigure
from designer.pictures.stages import main_way
from designer.theme import Theme
from graph.document import Document
from graph.reading import Reading

__all__ = [
    "MOST_PIXELS",
    "SUFFIXES",
    "Figure",
    "Look",
    "NoFigureError",
    "Paintable",
    "Picture",
    "Wish",
    "data",
    "image",
    "subject",
    "svg",
    "thumbnail",
    "write",
]

Look = Literal["paper", "light", "dark"]
Figure = Literal["drawing", "stacks", "columns"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a picture is to show, and how.

    `figure`: the drawing as it stands on the canvas, or the network as papers have it, a row of boxes or columns of
    neurons. Of the drawing `births` alone if given, and a `legend` of its signs. `paper` is the light look on white.
    """

    figure: Figure = "drawing"
    look: Look = "light"
    births: frozenset[str] | None = None
    legend: bool = False
    ground: bool = True
    scale: float = 2.0


PLAIN = Wish()


def subject(document: Document, reading: Reading | None = None, wish: Wish = PLAIN) -> Paintable:
    """What a wish asks for, ready to be painted. Raises NoFigureError where the drawing has no such figure."""
    paper.ready()
    if wish.figure != "drawing":
        return _figure(document, reading or Reading(document), wish)
    return Picture(document, reading, theme_of(wish.look), births=wish.births, legend=wish.legend)


class NoFigureError(ValueError):
    """Why a drawing has no such figure, as a sentence."""


def _figure(document: Document, reading: Reading, wish: Wish) -> Paintable:
    if wish.figure == "stacks":
        way = main_way(document, reading)
        if len(way.stages) < 2:
            raise NoFigureError("Boxes need a network: wire data through some layers first.")
        return StackFigure(way, theme_of(wish.look))
    columns = columns_of(document, reading)
    if not columns.columns:
        raise NoFigureError("Columns of neurons need Neurons, or two layers over plain rows of numbers; here are none.")
    return ColumnFigure(columns, theme_of(wish.look))


def theme_of(look: Look) -> Theme:
    theme = Theme(dark=look == "dark")
    if look == "paper":
        theme.canvas = QColor("white")
    return theme


def svg(document: Document, reading: Reading | None = None, wish: Wish = PLAIN) -> bytes:
    """As SVG: letters stay letters."""
    return paper.svg(subject(document, reading, wish), ground=wish.ground)


def image(document: Document, reading: Reading | None = None, wish: Wish = PLAIN) -> QImage:
    """As an image of `wish.scale` pixels for each of the canvas'."""
    return paper.image(subject(document, reading, wish), scale=wish.scale, ground=wish.ground)


def data(made: Paintable, suffix: str, wish: Wish = PLAIN) -> bytes:
    """The content of a file whose name ends so, one of `SUFFIXES`."""
    return SUFFIXES[suffix](made, wish)


SUFFIXES: dict[str, Callable[[Paintable, Wish], bytes]] = {
    ".svg": lambda made, wish: paper.svg(made, ground=wish.ground),
    ".pdf": lambda made, wish: paper.pdf(made, ground=wish.ground),
    ".png": lambda made, wish: paper.png(paper.image(made, scale=wish.scale, ground=wish.ground)),
}


def write(document: Document, reading: Reading | None, path: Path, wish: Wish = PLAIN) -> None:
    """Write a picture; the name's ending says which kind (PNG if it says none). Raises OSError, NoFigureError."""
    suffix = path.suffix.lower()
    path.write_bytes(data(subject(document, reading, wish), suffix if suffix in SUFFIXES else ".png", wish))


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
