"""Verbs that put nodes in order by hand: on one line, or at equal gaps."""

from collections.abc import Iterable, Mapping
from typing import Literal

from graph.document import Document
from graph.edits.nodes import Size, move
from graph.edits.refusal import Refused, the_node
from graph.records import Point

Edge = Literal["left", "centre", "right", "top", "middle", "bottom"]
Way = Literal["across", "down"]
Box = tuple[float, float, float, float]
"""Left, top, width, height."""

SHARE: dict[Edge, float] = {"left": 0.0, "top": 0.0, "centre": 0.5, "middle": 0.5, "right": 1.0, "bottom": 1.0}


def align(doc: Document, births: Iterable[str], sizes: Mapping[str, Size], edge: Edge) -> None:
    """Put nodes on one line: their edges on that side, or their middles, on that of what all of them cover."""
    boxes = the_boxes(doc, births, sizes)
    if len(boxes) < 2:
        raise Refused("To put nodes on one line, select two of them or more.")
    side, share = (0 if edge in ("left", "centre", "right") else 1), SHARE[edge]
    low = min(box[side] for box in boxes.values())
    high = max(box[side] + box[side + 2] for box in boxes.values())
    line = low + (high - low) * share
    move(doc, {born: corner_at(box, side, line - box[side + 2] * share) for born, box in boxes.items()})


def distribute(doc: Document, births: Iterable[str], sizes: Mapping[str, Size], way: Way) -> None:
    """Make the gaps between nodes equal; the first and the last stay where they are."""
    boxes = the_boxes(doc, births, sizes)
    if len(boxes) < 3:
        raise Refused("To make the gaps between nodes equal, select three of them or more.")
    side = 0 if way == "across" else 1
    order = sorted(boxes, key=lambda born: boxes[born][side] + boxes[born][side + 2] / 2)
    first, last = boxes[order[0]], boxes[order[-1]]
    room = last[side] + last[side + 2] - first[side] - sum(box[side + 2] for box in boxes.values())
    gap, at = room / (len(order) - 1), first[side]
    places: dict[str, Point] = {}
    for born in order:
        places[born] = corner_at(boxes[born], side, at)
        at += boxes[born][side + 2] + gap
    move(doc, places)


def the_boxes(doc: Document, births: Iterable[str], sizes: Mapping[str, Size]) -> dict[str, Box]:
    """What nodes cover; those without a place of their own are left out."""
    found: dict[str, Box] = {}
    for born in births:
        at = the_node(doc, born).at
        if at is not None and born in sizes:
            found[born] = (at[0], at[1], *sizes[born])
    return found


def corner_at(box: Box, side: int, value: float) -> Point:
    """The corner of a box that is moved along one side alone."""
    return (value, box[1]) if side == 0 else (box[0], value)
