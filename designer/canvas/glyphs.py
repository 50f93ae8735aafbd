"""The signs on icon tiles, one per family, as outlines in a box of 16 by 16."""

from functools import cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

STROKES: dict[str, str] = {
    "data": "R2.5,3,11,10 M2.5,6.3 L13.5,6.3 M2.5,9.6 L13.5,9.6 M6.5,6.3 L6.5,13",
    "neuron": "O8,8,5.2 O8,8,1.2 M0.8,5 L3.2,6.4 M0.8,11 L3.2,9.6 M13.2,8 L15.6,8",
    "layers": "M3.5,2.5 L3.5,13.5 M8,2.5 L8,13.5 M12.5,2.5 L12.5,13.5",
    "convolution": "R2,2,8.5,8.5 R5.5,5.5,8.5,8.5",
    "pooling": "R2,2,12,12 M8,2 L8,14 M2,8 L14,8",
    "recurrent": "M13,8 C13,4.5 10.5,2.8 8,2.8 C5,2.8 2.8,5 2.8,8 C2.8,11 5,13.2 8,13.2 C9.8,13.2 11.4,12.4 12.3,11 "
    "M10.6,7 L13,9.2 L15.2,6.8",
    "attention": "O8,8,2 M8,1.8 L8,4 M8,12 L8,14.2 M1.8,8 L4,8 M12,8 L14.2,8 M3.6,3.6 L5.2,5.2 M10.8,10.8 L12.4,12.4 "
    "M12.4,3.6 L10.8,5.2 M5.2,10.8 L3.6,12.4",
    "normalization": "M1.5,13 C5.5,13 5.5,3 8,3 C10.5,3 10.5,13 14.5,13",
    "activation": "M2,12.5 L7,12.5 L13.5,3.5",
    "regularization": "O4,4,1.6 O12,4,1.6 O4,12,1.6 M10.6,10.6 L13.4,13.4 M13.4,10.6 L10.6,13.4",
    "merge": "M8,2.5 L8,13.5 M2.5,8 L13.5,8",
    "reshape": "M2,4 L14,4 M2,8 L10,8 M2,12 L6,12",
    "loss": "M8,2 L14,8 L8,14 L2,8 Z",
    "metric": "M3.5,13.5 L3.5,9 M8,13.5 L8,3 M12.5,13.5 L12.5,6",
    "optimizer": "M2.5,2.5 C3.5,10 6,13 13.5,13",
    "output": "M2.5,8 L12,8 M8.5,4 L12.5,8 L8.5,12",
    "": "M5.5,5.8 C5.5,2 10.8,2 10.8,5.4 C10.8,8 8,7.6 8,10.2 M8,12.8 L8,13.2",
}
"""M x,y moves; L a line; C a curve; R x,y,w,h a box; O x,y,r a circle; Z closes."""


@cache
def glyph(family: str) -> QPainterPath:
    """The sign of a family; of layers if it has none of its own, a question mark for no family at all."""
    drawn = QPainterPath()
    pieces = STROKES.get(family, STROKES["layers"]).split()
    at = 0
    while at < len(pieces):
        word, numbers = pieces[at][0], [float(n) for n in pieces[at][1:].split(",") if n]
        at += 1
        if word == "C":
            ends = [tuple(map(float, piece.split(","))) for piece in pieces[at : at + 2]]
            at += 2
            drawn.cubicTo(QPointF(*numbers), QPointF(*ends[0]), QPointF(*ends[1]))
        else:
            _stroke(drawn, word, numbers)
    return drawn


def _stroke(drawn: QPainterPath, word: str, n: list[float]) -> None:
    match word:
        case "M":
            drawn.moveTo(n[0], n[1])
        case "L":
            drawn.lineTo(n[0], n[1])
        case "R":
            drawn.addRoundedRect(QRectF(n[0], n[1], n[2], n[3]), 1.2, 1.2)
        case "O":
            drawn.addEllipse(QPointF(n[0], n[1]), n[2], n[2])
        case "Z":
            drawn.closeSubpath()
