"""The library: blocks of the program and of the user, listed, brought into drawings, kept."""

import json
from pathlib import Path

import pytest

from designer.block_files import Library, Shelf
from graph import edits, project, queries
from graph.catalogue import standard
from graph.document import Document
from graph.history import History
from graph.reading import Reading
from runtime.assets import FOLDER
from runtime.places import STATE_VARIABLE

SHIPPED = sorted(path.stem for path in (FOLDER / "blocks").glob("*.loom"))


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setenv(STATE_VARIABLE, str(tmp_path))
    return Library(standard())


def drawing() -> Document:
    return Document(standard())


def test_nothing_is_read_before_it_is_wanted(library: Library) -> None:
    assert library.kinds() == []
    library.load()
    assert [kind.__name__ for kind in library.kinds()] == SHIPPED
    assert all(kind.title and kind.help() and kind.family == "block" for kind in library.kinds())


@pytest.mark.parametrize("name", SHIPPED)
def test_each_block_can_be_brought_and_placed(library: Library, name: str) -> None:
    library.load()
    document = drawing()
    history = History(document)
    with history.step("Add"):
        assert library.bring(document, name) == name
        born = edits.add(document, name)
    kind = library.get(name)
    assert kind is not None
    assert [port.name for port in queries.ports_in(document, born)] == [port.name for port in kind.inputs]
    assert not [d for d in Reading(document).diagnostics() if d.code in ("kind-unknown", "block-recursion")]
    history.undo()
    assert not document.records
    again = project.write(document)
    assert project.write(project.parse(again, standard())) == again


def test_the_own_block_of_a_drawing_comes_first(library: Library) -> None:
    library.load()
    document = drawing()
    edits.new_block(document, SHIPPED[0])
    shelf = Shelf(document.catalogue, library)
    listed = [kind.__name__ for family, kinds in shelf.families() if family == "block" for kind in kinds]
    assert listed[0] == SHIPPED[0] and sorted(listed) == SHIPPED
    assert library.bring(document, SHIPPED[0]) == SHIPPED[0]
    assert len(document.blocks()) == 1
    assert shelf.get(SHIPPED[1]) is library.get(SHIPPED[1])
    assert SHIPPED[1] in shelf and "Nothing" not in shelf


def test_a_block_is_kept_with_what_is_inside(library: Library) -> None:
    document = drawing()
    outer = edits.new_block(document, "Outer")
    edits.new_block(document, "Inner")
    edits.add(document.inside(outer), "Inner")
    assert library.keep(document, outer).startswith("Outer is in the library")
    written = json.loads((library.own / "Outer.loom").read_text())
    assert list(written["blocks"]) == ["Outer", "Inner"] and written["nodes"] == []
    later, other = Library(standard()), drawing()
    later.load()
    assert later.is_own("Outer")
    later.bring(other, "Outer")
    assert sorted(block.id for block in other.blocks()) == ["Inner", "Outer"]
    later.forget("Outer")
    assert later.get("Outer") is None and not (library.own / "Outer.loom").exists()


def test_what_is_no_block_is_left_out(library: Library) -> None:
    library.own.mkdir(parents=True)
    for name, text in (("Broken", "{"), ("Empty", '{"nodes": []}'), ("Linear", '{"nodes": []}')):
        (library.own / f"{name}.loom").write_text(text)
    library.load()
    assert [kind.__name__ for kind in library.kinds()] == SHIPPED
