"""Keeps frames around what they held while nodes are laid out anew."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from graph import framing
from graph.document import Document
from graph.edits.frames import fit_frame, shifted, the_note
from graph.framing import Size
from graph.records import Note, Point


@contextmanager
def keeping_frames(doc: Document, births: Iterable[str], sizes: Mapping[str, Size] | None = None) -> Iterator[None]:
    """Nodes go elsewhere inside: a frame all of whose nodes do is fitted then to what it held before, with its notes.

    `sizes` are those that are drawn.
    """
    moving, inner = set(births), {frame.key: framing.held(doc, frame.key, sizes) for frame in doc.frames()}
    nodes = {key: [one for one in keys if doc.has_node(one)] for key, keys in inner.items()}
    kept = sorted(
        (key for key in inner if nodes[key] and moving.issuperset(nodes[key])), key=lambda key: len(inner[key])
    )
    before = {key: _corner(doc, nodes[key], sizes) for key in kept}
    with doc.change():
        yield
        taken: set[str] = set()
        for key in kept:
            start, end = before[key], _corner(doc, nodes[key], sizes)
            notes = [one for one in inner[key] if isinstance(doc.records.get(one), Note) and one not in taken]
            for note in notes:
                doc.put(shifted(the_note(doc, note), (end[0] - start[0], end[1] - start[1])))
            taken.update(notes)
            fit_frame(doc, key, [one for one in inner[key] if one in doc.records], sizes)


def _corner(doc: Document, births: Iterable[str], sizes: Mapping[str, Size] | None) -> Point:
    """The upper left corner of what nodes cover."""
    found = framing.around([rect for born in births if (rect := framing.rect_of(doc, born, sizes)) is not None])
    return (found[0], found[1]) if found else (0.0, 0.0)
