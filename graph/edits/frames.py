"""Verbs on frames and notes."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from graph import framing
from graph.document import Document
from graph.edits.refusal import Refused, the_place
from graph.edits.routing import carry_bends
from graph.framing import SMALLEST, Size
from graph.records import Frame, Node, Note, Point, Rect

NEW_SIZE: Size = (320.0, 200.0)
"""What a frame measures that is drawn around nothing."""


def add_frame(doc: Document, rect: Rect, title: str = "", colour: str = "") -> str:
    """Put a frame on the canvas, behind all others; answers its key."""
    frame = Frame(unused(doc, "#frame/", "frame"), the_rect(rect), _line(title), colour, doc.next_rank(Frame))
    doc.put(frame)
    return frame.key


def add_frame_around(
    doc: Document, keys: Iterable[str], title: str = "", colour: str = "", sizes: Mapping[str, Size] | None = None
) -> str:
    """Put a frame around nodes, notes and other frames; answers its key. `sizes` are those that are drawn."""
    rects = [rect for key in keys if (rect := framing.rect_of(doc, key, sizes)) is not None]
    inner = framing.around(rects)
    if inner is None:
        raise Refused("Select what the frame is to go around.")
    return add_frame(doc, framing.roomy(inner), title, colour)


def set_frame(
    doc: Document, key: str, *, title: str | None = None, colour: str | None = None, rect: Rect | None = None
) -> None:
    """Give a frame another title, another colour (the name of a family of kinds, or none), other sides."""
    frame = the_frame(doc, key)
    told = [name for name, value in (("title", title), ("colour", colour)) if value is not None]
    doc.put(
        replace(
            frame,
            title=frame.title if title is None else _line(title),
            colour=frame.colour if colour is None else colour,
            rect=frame.rect if rect is None else the_rect(rect),
            extra={name: value for name, value in frame.extra.items() if name not in told},
        )
    )


def fit_frame(
    doc: Document, key: str, keys: Iterable[str] | None = None, sizes: Mapping[str, Size] | None = None
) -> None:
    """Draw a frame as closely as is usual around what it holds, or around what is told."""
    frame = the_frame(doc, key)
    chosen = framing.held(doc, key, sizes) if keys is None else keys
    inner = framing.around([rect for one in chosen if (rect := framing.rect_of(doc, one, sizes)) is not None])
    if inner is None:
        raise Refused("Nothing lies wholly within this frame.")
    doc.put(replace(frame, rect=the_rect(framing.roomy(inner))))


def move_frame(doc: Document, key: str, at: Point, sizes: Mapping[str, Size] | None = None) -> None:
    """Put a frame elsewhere, with the nodes, the notes and the smaller frames that lie wholly within it."""
    frame = the_frame(doc, key)
    by = at[0] - frame.rect[0], at[1] - frame.rect[1]
    records = [doc.records[one] for one in [key, *framing.held(doc, key, sizes)]]
    moved = [shifted(record, by) for record in records if isinstance(record, (Node, Note, Frame))]
    with doc.change():
        carry_bends(doc, {node.born: node.at for node in moved if isinstance(node, Node) and node.at is not None})
        for record in moved:
            doc.put(record)


def add_note(doc: Document, text: str, at: Point, size: Size | None = None) -> str:
    """Put a text on the canvas, in Markdown; answers its key. Without a size it is as large as its text."""
    measured = None if size is None else the_size(size)
    note = Note(unused(doc, "#note/", "note"), the_place(at), text, measured, doc.next_rank(Note))
    doc.put(note)
    return note.key


def set_note(
    doc: Document, key: str, *, text: str | None = None, at: Point | None = None, size: Size | None = None
) -> None:
    """Give a note another text, another place, another size."""
    note = the_note(doc, key)
    sized = note.size if size is None else the_size(size)
    extra = {name: value for name, value in note.extra.items() if size is None or name != "size"}
    place = note.at if at is None else the_place(at)
    doc.put(replace(note, text=note.text if text is None else text, at=place, size=sized, extra=extra))


def fit_note(doc: Document, key: str) -> None:
    """Let a note be as large as its text."""
    doc.put(replace(the_note(doc, key), size=None))


# --- what other verbs ask


def the_frame(doc: Document, key: str) -> Frame:
    record = doc.records.get(key)
    if not isinstance(record, Frame) or not doc.holds(record):
        raise Refused("This frame is no longer there.")
    return record


def the_note(doc: Document, key: str) -> Note:
    record = doc.records.get(key)
    if not isinstance(record, Note) or not doc.holds(record):
        raise Refused("This note is no longer there.")
    return record


def is_scenery(doc: Document, key: str) -> bool:
    """Whether a key is that of a frame or a note of this level."""
    record = doc.records.get(key)
    return isinstance(record, (Frame, Note)) and doc.holds(record)


def shifted(record: Node | Note | Frame, by: Point) -> Node | Note | Frame:
    """A node, a note or a frame so much further; a node without a place has none then either."""
    if isinstance(record, Frame):
        left, top, width, height = record.rect
        return replace(record, rect=(*the_place((left + by[0], top + by[1])), width, height))
    if record.at is None:
        return record
    return replace(record, at=the_place((record.at[0] + by[0], record.at[1] + by[1])))


def placed_at(record: Frame | Note, at: Point) -> Frame | Note:
    """A frame or a note with its upper left corner there."""
    if isinstance(record, Note):
        return replace(record, at=the_place(at))
    return replace(record, rect=(*the_place(at), *record.rect[2:]))


def copy_scenery(source: Document, target: Document, by: Point = (0.0, 0.0)) -> list[str]:
    """Put the frames and notes of a level on another as well, so much further; answers their keys there."""
    return [copy_one(target, record, by) for record in framing.scenery(source)]


def copy_one(target: Document, record: Frame | Note, by: Point) -> str:
    """Put a frame or a note on a level, once more; answers its key there."""
    stem = "frame" if isinstance(record, Frame) else "note"
    born, rank = unused(target, f"#{stem}/", stem), target.next_rank(type(record))
    copied = replace(shifted(record, by), born=born, rank=rank)
    target.put(copied)
    return copied.key


def unused(doc: Document, before: str, stem: str) -> str:
    """A birth name for a frame or a note, which no other has on any level."""
    number = 1
    while f"{before}{stem}{number}" in doc.records:
        number += 1
    return f"{stem}{number}"


def the_rect(rect: Rect) -> Rect:
    """Sides to the tenth of a pixel, and no less than can be taken hold of."""
    return (*the_place(rect[:2]), *the_size(rect[2:]))


def the_size(size: Size) -> Size:
    width, height = the_place(size)
    return max(width, SMALLEST[0]), max(height, SMALLEST[1])


def _line(title: str) -> str:
    """A title stands on one line."""
    return " ".join(title.split())
