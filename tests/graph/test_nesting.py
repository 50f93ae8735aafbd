"""A layout keeps frames: what one held it holds afterwards, and nothing else; those that were apart stay apart."""

from itertools import combinations
from string import ascii_lowercase

from hypothesis import given, settings
from hypothesis import strategies as st

from graph import edits, framing
from graph.catalogue import standard
from graph.document import Document
from graph.layout.free import meet

CATALOGUE = standard()
STEP = 200


def drawing(
    nodes: list[tuple[int, int]],
    wires: list[tuple[int, int]],
    frames: list[tuple[int, ...]],
    notes: set[tuple[int, int]],
) -> Document:
    """Nodes on the squares of a grid, wires between them, frames around squares, and notes below nodes."""
    doc = Document(CATALOGUE)
    with doc.change():
        births = [edits.add(doc, "Add", at=(x * STEP, y * STEP)) for x, y in nodes]
        for a, b in wires if births else []:
            one, other = (births[k % len(births)] for k in sorted((a, b)))
            taken = len(doc.wires_into(other))
            later = births.index(one) < births.index(other)
            if later and not any(wire.source == one for wire in doc.wires_into(other)) and taken < 6:
                edits.connect(doc, one, "y", other, ascii_lowercase[taken])
        for x, y, width, height in frames:
            inset = 2 * len(doc.frames())
            rect = (x * STEP - 20 + inset, y * STEP - 50 + inset)
            edits.add_frame(doc, (*rect, width * STEP - 2 * inset, height * STEP - 2 * inset))
        for x, y in sorted(notes):
            edits.add_note(doc, "", (x * STEP + 20, y * STEP + 60), (100, 40))
    return doc


def held(doc: Document) -> dict[str, set[str]]:
    """The nodes and notes in each frame that has nodes; of the others that they have none."""
    inner = {frame.key: framing.held(doc, frame.key) for frame in doc.frames()}
    return {
        key: {one for one in keys if doc.has_node(one) or (one.startswith("#note") and any(map(doc.has_node, keys)))}
        for key, keys in inner.items()
    }


def apart(doc: Document) -> set[tuple[str, str]]:
    """The frames with nodes that have nothing in common."""
    full = [frame for frame in doc.frames() if held(doc)[frame.key]]
    return {(one.key, other.key) for one, other in combinations(full, 2) if not meet(one.rect, other.rect)}


def crosses(one: set[str], other: set[str]) -> bool:
    return bool(one & other) and not (one <= other or other <= one)


def cut(doc: Document) -> list[bool]:
    """For each two frames whether they overlap while neither lies in the other."""
    pairs = [(one.rect, other.rect) for one, other in combinations(doc.frames(), 2)]
    return [meet(*pair) and not framing.contains(*pair) and not framing.contains(*pair[::-1]) for pair in pairs]


square = st.tuples(st.integers(0, 5), st.integers(0, 3))
frame = st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(1, 4), st.integers(1, 3))
drawings = st.builds(
    drawing,
    st.lists(square, max_size=12, unique=True),
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=14),
    st.lists(frame, max_size=5),
    st.sets(square, max_size=4),
)


@settings(max_examples=60, deadline=None)
@given(drawings)
def test_no_frame_loses_or_gains_a_node(doc: Document) -> None:
    before, were_apart = held(doc), apart(doc)
    edits.arrange(doc)
    assert held(doc) == before
    full = [frame for frame in doc.frames() if before[frame.key]]
    if not any(crosses(before[one.key], before[other.key]) for one, other in combinations(full, 2)):
        for one, other in combinations(full, 2):
            assert not meet(one.rect, other.rect) or before[one.key] & before[other.key]
    assert were_apart <= apart(doc)


@settings(max_examples=60, deadline=None)
@given(drawings, st.sets(st.integers(0, 11)))
def test_nor_when_some_nodes_are_laid_out(doc: Document, chosen: set[int]) -> None:
    before, were_apart, cuts = held(doc), apart(doc), any(cut(doc))
    places = {node.born: node.at for node in doc.nodes()}
    births = [node.born for k, node in enumerate(doc.nodes()) if k in chosen]
    edits.arrange(doc, births)
    if not cuts:  # else one frame can be in the way of another's content
        assert held(doc) == before
        assert were_apart <= apart(doc)
    assert births or places == {node.born: node.at for node in doc.nodes()}
