"""What lies within what on a level: rectangles of nodes, notes and frames, and what a frame holds."""

from collections.abc import Iterable, Mapping

from graph.document import Document
from graph.layout import DEFAULT_SIZE
from graph.records import Frame, Node, Note, Rect

Size = tuple[float, float]

NOTE_SIZE: Size = (240.0, 96.0)
"""What a note covers whose size nobody tells."""

HEAD = 32.0
"""The height of the row in which a frame's title stands."""

ROOM = 20.0
"""Free space between the border of a frame and what it was drawn around."""

SMALLEST: Size = (64.0, 48.0)
"""What a frame or a note measures at least."""


def rect_of(doc: Document, key: str, sizes: Mapping[str, Size] | None = None) -> Rect | None:
    """What a node, a note or a frame covers; None of a node without a place. `sizes` are those that are drawn."""
    record = doc.records.get(key)
    known = (sizes or {}).get(key)
    if not doc.holds(record):
        return None
    if isinstance(record, Frame):
        return record.rect
    if isinstance(record, Note):
        return (*record.at, *(record.size or known or NOTE_SIZE))
    if isinstance(record, Node) and record.at is not None:
        return (*record.at, *(known or DEFAULT_SIZE))
    return None


def scenery(doc: Document) -> list[Frame | Note]:
    """The frames and the notes of a level."""
    return [*doc.frames(), *doc.notes()]


def contains(outer: Rect, inner: Rect) -> bool:
    """Whether a rectangle lies wholly within another."""
    return (
        outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and inner[0] + inner[2] <= outer[0] + outer[2]
        and inner[1] + inner[3] <= outer[1] + outer[3]
    )


def held(doc: Document, key: str, sizes: Mapping[str, Size] | None = None) -> list[str]:
    """The keys of the nodes, notes and smaller frames that lie wholly within a frame."""
    frame = doc.records.get(key)
    if not isinstance(frame, Frame):
        return []
    around, area = frame.rect, frame.rect[2] * frame.rect[3]
    keys = [*(node.key for node in doc.nodes()), *(note.key for note in doc.notes())]
    found = [one for one in keys if _lies(doc, one, around, sizes)]
    inner = [one for one in doc.frames() if one.key != key and contains(around, one.rect)]
    return found + [one.key for one in inner if (one.rect[2] * one.rect[3], one.rank) < (area, frame.rank)]


def _lies(doc: Document, key: str, around: Rect, sizes: Mapping[str, Size] | None) -> bool:
    rect = rect_of(doc, key, sizes)
    return rect is not None and contains(around, rect)


def with_held(doc: Document, keys: Iterable[str], sizes: Mapping[str, Size] | None = None) -> list[str]:
    """These, and what the frames among them hold, each once."""
    found: dict[str, None] = {}
    for key in keys:
        found |= dict.fromkeys([key, *held(doc, key, sizes)])
    return list(found)


def around(rects: Iterable[Rect]) -> Rect | None:
    """The smallest rectangle around some."""
    listed = list(rects)
    if not listed:
        return None
    left, top = min(rect[0] for rect in listed), min(rect[1] for rect in listed)
    right, bottom = (max(rect[side] + rect[side + 2] for rect in listed) for side in (0, 1))
    return left, top, right - left, bottom - top


def roomy(inner: Rect) -> Rect:
    """A frame around a rectangle: with room on all sides, and for its title above."""
    left, top, width, height = inner
    return left - ROOM, top - HEAD - ROOM / 2, width + 2 * ROOM, height + HEAD + ROOM * 1.5
