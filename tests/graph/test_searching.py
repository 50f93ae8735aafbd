"""Nodes are found by name, kind and parameter, in blocks as well."""

import pytest

from graph import edits
from graph.catalogue import standard
from graph.document import Document
from graph.searching import search


@pytest.fixture(scope="module")
def document() -> Document:
    """conv1 and conv2 (7×7) with fc1 in the drawing; relu1 and drop (p=0.25) inside a block."""
    made = Document(standard())
    edits.add(made, "Conv2d", id="conv1")
    edits.add(made, "Conv2d", id="conv2", params={"kernel_size": 7, "bias": False})
    edits.add(made, "Linear", id="fc1", params={"out_features": 10})
    edits.add(made, "Adam", id="adam", params={"lr": 0.001})
    births = [edits.add(made, "ReLU", id="relu1"), edits.add(made, "Dropout", id="drop", params={"p": 0.25})]
    edits.connect(made, births[0], "y", births[1], "x")
    edits.collapse(made, births, "Tail")
    return made


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("fc", ["fc1"]), ("CONV", ["conv1", "conv2"]), ("Conv2d kernel_size=3", ["conv1"]), ("kernel=7", ["conv2"]),
        ("kernel_size != 3", ["conv2"]), ("bias=false", ["conv2"]), ("lr<0.01", ["adam"]), ("lr < 0.001", []),
        ("out_features>=10", ["fc1"]), ("relu", ["relu1"]), ("p=0.25", ["drop"]), ("tail", ["tail1"]), ("", []),
        ("conv 2", ["conv1", "conv2"]), ("nothing=3", []), ("lr<many", []),
    ],
)  # fmt: skip
def test_names_kinds_and_values(document: Document, text: str, names: list[str]) -> None:
    found = [hit for hit in search(document, text) if hit is not None]
    assert [document.records[hit.born].id for hit in found] == names


def test_it_says_which_value_it_was_and_where(document: Document) -> None:
    (hit,) = [hit for hit in search(document, "p>0.2") if hit is not None]
    block = document.the_block(hit.block)
    assert (hit.why, block.id if block else "") == ("p = 0.25", "Tail")


def test_frames_notes_and_bookmarks_are_found_on_every_level_by_words_alone() -> None:
    made = Document(standard())
    edits.add_frame(made, (0, 0, 100, 100), "Feature maps")
    edits.collapse(made, [edits.add(made, "ReLU")], "Tail")
    inner = made.inside(made.blocks()[0].born)
    edits.add_note(inner, "# Why\n\nsmall *maps* first", (0, 0))
    edits.set_bookmark(inner, "Maps, near", (0, 0), 1.0)

    def found(text: str) -> list[tuple[str, str]]:
        return [(hit.born, hit.bookmark) for hit in search(made, text) if hit is not None]

    assert found("MAPS") == [("#frame/frame1", ""), ("#note/note1", ""), (inner.sheet.key, "Maps, near")]
    assert found("frame") == [("#frame/frame1", "")]
    assert found("maps p=1") == []


def test_one_can_pause_at_every_node(document: Document) -> None:
    steps = list(search(document, "adam"))
    assert len(steps) == 8
    assert sum(step is not None for step in steps) == 1
