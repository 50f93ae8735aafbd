"""The file form of what stands on a level and means nothing: frames, notes, and the sheet with its bookmarks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graph.document import Document
from graph.form import is_number, point
from graph.records import Bookmark, Frame, Note, Record, Sheet, Stray, ranked

Entry: TypeAlias = Mapping[str, Any]

FORMS: dict[str, type] = {"frames": list, "notes": list, "sheet": dict}
"""The keys of a level that are read here, and what must stand under them."""

FLOWS = ("right", "down")
"""The ways in which data can flow on a level."""


@dataclass(slots=True)
class Births:
    """The birth names that frames and notes of a file have used already, on any level."""

    frames: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)


def is_read(entry: Entry, name: str) -> bool:
    """Whether a key of a level is one that is read here, and says something."""
    return name in FORMS and isinstance(entry.get(name), FORMS[name]) and bool(entry[name])


def read(entry: Entry, block: str, births: Births) -> Iterator[Frame | Note | Sheet | Stray]:
    """The frames, the notes and the sheet of the drawing, or of a block."""
    if is_read(entry, "frames"):
        for rank, one in enumerate(entry["frames"]):
            why = 'a frame needs a "rect" of four numbers, the last two above 0'
            yield _frame(one, rank, block, births.frames) or Stray("frames", str(rank), one, rank, why, block)
    if is_read(entry, "notes"):
        for rank, one in enumerate(entry["notes"]):
            why = 'a note needs a "text" and a place, "at", of two numbers'
            yield _note(one, rank, block, births.notes) or Stray("notes", str(rank), one, rank, why, block)
    if is_read(entry, "sheet"):
        sheet = _sheet(entry["sheet"], block)
        if sheet != Sheet(block):
            yield sheet


def _frame(entry: Any, rank: int, block: str, taken: set[str]) -> Frame | None:
    rest = dict(entry) if isinstance(entry, dict) else {}
    rect, id = rest.pop("rect", None), rest.pop("id", "frame1")
    if type(id) is not str or not (isinstance(rect, list) and len(rect) == 4 and all(map(is_number, rect))):
        return None
    if not (rect[2] > 0 and rect[3] > 0):
        return None
    texts = {name: rest.pop(name) for name in ("title", "colour") if type(rest.get(name)) is str}
    left, top, width, height = rect
    return Frame(_unused(id, taken), (left, top, width, height), **texts, rank=rank, block=block, extra=rest)


def _note(entry: Any, rank: int, block: str, taken: set[str]) -> Note | None:
    rest = dict(entry) if isinstance(entry, dict) else {}
    at, text, id = point(rest.pop("at", None)), rest.pop("text", None), rest.pop("id", "note1")
    if at is None or type(text) is not str or type(id) is not str:
        return None
    size = point(rest.get("size"))
    if size is not None and size[0] > 0 and size[1] > 0:
        del rest["size"]
    else:
        size = None
    return Note(_unused(id, taken), at, text, size, rank, block, rest)


def _sheet(entry: Entry, block: str) -> Sheet:
    """What cannot be read of it, single bookmarks too, stays in `extra` under its own key."""
    rest = dict(entry)
    flow = rest.pop("flow") if rest.get("flow") in FLOWS else ""
    bookmarks: list[Bookmark] = []
    if isinstance(rest.get("bookmarks"), list):
        odd: list[Any] = []
        for one in rest.pop("bookmarks"):
            bookmark = _bookmark(one, {mark.name for mark in bookmarks})
            (odd if bookmark is None else bookmarks).append(one if bookmark is None else bookmark)
        rest |= {"bookmarks": odd} if odd else {}
    return Sheet(block, flow, tuple(bookmarks), rest)


def _bookmark(entry: Any, taken: set[str]) -> Bookmark | None:
    rest = dict(entry) if isinstance(entry, dict) else {}
    name, at, zoom, slot = rest.pop("name", None), point(rest.pop("at", None)), rest.pop("zoom", 1.0), rest.get("key")
    if type(name) is not str or name in taken or at is None or not is_number(zoom) or not zoom > 0:
        return None
    if type(slot) is int and 1 <= slot <= 9:
        del rest["key"]
        return Bookmark(name, at, zoom, slot, rest)
    return Bookmark(name, at, zoom, 0, rest)


def _unused(id: str, taken: set[str]) -> str:
    """The birth name that a file gives, or the next number behind it."""
    id = id or "~"
    stem = id.rstrip("0123456789")
    count = 1
    while id in taken:
        count += 1
        id = f"{stem}{count}"
    taken.add(id)
    return id


# --- writing


def entries(document: Document) -> dict[str, list[Any] | dict[str, Any]]:
    """What stands under the keys of a level; keys of which there is nothing to say are left out."""
    found: dict[str, list[Any] | dict[str, Any]] = {
        "frames": [_written(record) for record in _in_place(document, "frames", document.frames())],
        "notes": [_written(record) for record in _in_place(document, "notes", document.notes())],
        "sheet": _sheet_json(document.sheet),
    }
    return {name: value for name, value in found.items() if value}


def _in_place(document: Document, where: str, records: list[Any]) -> list[Record]:
    return ranked([*(stray for stray in document.strays() if stray.where == where), *records])


def _written(record: Record) -> Any:
    match record:
        case Frame():
            return frame_json(record)
        case Note():
            return note_json(record)
        case Stray():
            return record.value
    raise TypeError(record)


def frame_json(frame: Frame) -> dict[str, Any]:
    """A frame as the file holds it."""
    texts = {name: text for name, text in (("title", frame.title), ("colour", frame.colour)) if text}
    return _with_rest({"id": frame.born, **texts, "rect": frame.rect}, frame.extra)


def note_json(note: Note) -> dict[str, Any]:
    """A note as the file holds it."""
    size = {} if note.size is None else {"size": note.size}
    return _with_rest({"id": note.born, "text": note.text, "at": note.at, **size}, note.extra)


def _sheet_json(sheet: Sheet) -> dict[str, Any]:
    flow = {"flow": sheet.flow} if sheet.flow else {}
    marks: list[Any] = [
        _with_rest({"name": m.name, "at": m.at, "zoom": m.zoom, **({"key": m.slot} if m.slot else {})}, m.extra)
        for m in sheet.bookmarks
    ]
    rest = dict(sheet.extra)
    odd = rest.pop("bookmarks", [])
    if isinstance(odd, list):
        marks += odd
    else:
        rest["bookmarks~2" if marks else "bookmarks"] = odd
    return _with_rest({**flow, **({"bookmarks": marks} if marks else {})}, rest)


def _with_rest(written: dict[str, Any], extra: Entry) -> dict[str, Any]:
    return written | {name: value for name, value in extra.items() if name not in written}
