"""The verb that moves nodes so that the wires between them run straight."""

from collections import deque
from collections.abc import Iterable, Mapping
from math import floor

from graph import queries
from graph.document import Document
from graph.edits.aligning import Box, Way, corner_at, the_boxes
from graph.edits.nodes import Size, move
from graph.edits.refusal import Refused
from graph.records import Point, Wire

CELL = 256.0
GAP = 24.0
"""Between a node and one that it would have come to lie on."""

TRIES = 8
"""How often a node makes way for others, one after the other."""

Ends = Mapping[str, tuple[Point, Point]]
"""Where each wire begins and ends, counted from the corners of its nodes."""


def straighten(
    doc: Document, births: Iterable[str], sizes: Mapping[str, Size], ends: Ends, way: Way = "across"
) -> None:
    """Move nodes so that the wires between them run level (`way` across) or plumb (down), along whole chains.

    The node that a chain begins with stays. One that would come to lie on another keeps its height, or makes way.
    """
    boxes, side = the_boxes(doc, births, sizes), 1 if way == "across" else 0
    chains = _wires_at(doc, boxes, ends)
    if not chains:
        raise Refused("There is nothing to straighten: select nodes that have wires between them.")
    room = _Room(side)
    for start in sorted(chains, key=lambda born: (boxes[born][1 - side], boxes[born][side])):
        if start not in room.boxes:
            _follow(start, boxes, chains, ends, room)
    move(doc, {born: (box[0], box[1]) for born, box in room.boxes.items()})


def _wires_at(doc: Document, boxes: Mapping[str, Box], ends: Ends) -> dict[str, list[Wire]]:
    """The wires between these nodes, at each of them."""
    found: dict[str, list[Wire]] = {}
    for wire in queries.among(doc, set(boxes)):
        if wire.key in ends and wire.source != wire.target:
            found.setdefault(wire.source, []).append(wire)
            found.setdefault(wire.target, []).append(wire)
    return found


def _follow(start: str, boxes: Mapping[str, Box], chains: Mapping[str, list[Wire]], ends: Ends, room: "_Room") -> None:
    """Straighten all that hangs on a node, the nearest first."""
    room.take(start, boxes[start])
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for wire in chains[here]:
            own, far = ends[wire.key] if wire.source == here else ends[wire.key][::-1]
            other = wire.target if wire.source == here else wire.source
            if other in room.boxes:
                continue
            level = room.boxes[here][room.side] + own[room.side] - far[room.side]
            wanted = (*corner_at(boxes[other], room.side, level), *boxes[other][2:])
            room.take(other, wanted if room.is_free(wanted) else boxes[other])
            waiting.append(other)


class _Room:
    """What is taken already, in square cells."""

    def __init__(self, side: int) -> None:
        self.side = side
        self.boxes: dict[str, Box] = {}
        self._cells: dict[tuple[int, int], list[Box]] = {}

    def is_free(self, box: Box) -> bool:
        return self._hit(box) is None

    def take(self, born: str, box: Box) -> None:
        """Put a node there, or beside, where it lies on no other; in a heap it stays in the heap."""
        tried = box
        for _ in range(TRIES):
            hit = self._hit(tried)
            if hit is None:
                box = tried
                break
            tried = (*corner_at(box, self.side, hit[self.side] + hit[self.side + 2] + GAP), *box[2:])
        self.boxes[born] = box
        for cell in _cells(box):
            self._cells.setdefault(cell, []).append(box)

    def _hit(self, box: Box) -> Box | None:
        near = (other for cell in _cells(box) for other in self._cells.get(cell, ()))
        return next((other for other in near if _overlap(box, other)), None)


def _overlap(one: Box, other: Box) -> bool:
    return all(one[s] < other[s] + other[s + 2] and other[s] < one[s] + one[s + 2] for s in (0, 1))


def _cells(box: Box) -> list[tuple[int, int]]:
    left, right = floor(box[0] / CELL), floor((box[0] + box[2]) / CELL)
    top, bottom = floor(box[1] / CELL), floor((box[1] + box[3]) / CELL)
    return [(x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]
