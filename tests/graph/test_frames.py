"""Frames, notes and bookmarks: what a frame holds goes where it goes, into blocks, into files, and back."""

import pytest

from graph import edits, framing, queries
from graph.catalogue import standard
from graph.edits import Refused
from graph.project import parse, write
from graph.reading import Reading
from graph.records import Bookmark, Frame, Note

CATALOGUE = standard()
TEXT = """{"format": "neuroloom",
 "version": 1,
 "nodes": [
  {"id": "moons", "kind": "Moons", "at": [-400, 0]},
  {"id": "fc1", "kind": "Linear", "params": {"out_features": 8}, "at": [0, 0]},
  {"id": "relu1", "kind": "ReLU", "at": [200, 0]},
  {"id": "fc2", "kind": "Linear", "params": {"out_features": 2}, "at": [500, 0]}
 ],
 "wires": [
  "moons.x -> fc1.x",
  "fc1.y -> relu1.x",
  "relu1.y -> fc2.x"
 ],
 "frames": [
  {"id": "frame1", "title": "Network", "colour": "layer", "rect": [-40, -200, 900, 400], "shade": 3},
  {"id": "frame2", "rect": [-20, -100, 400, 200]}
 ],
 "notes": [
  {"id": "note1", "text": "# Read me", "at": [0, -90], "size": [120, 40]},
  {"id": "note2", "text": "", "at": [2000, 0]}
 ],
 "sheet": {
  "flow": "down",
  "bookmarks": [
   {"name": "Start", "at": [0, 0.5], "zoom": 0.25, "key": 1}
  ]
 }}
"""
OUTER, INNER, NOTE = "#frame/frame1", "#frame/frame2", "#note/note1"


@pytest.fixture
def doc():
    return parse(TEXT, CATALOGUE)


def test_a_file_is_written_as_it_was_read(doc):
    assert write(doc) == TEXT
    assert doc.sheet.bookmarks == (Bookmark("Start", (0, 0.5), 0.25, 1, {}),)
    assert [frame.colour for frame in doc.frames()] == ["layer", ""]


def test_an_id_given_twice_is_told_apart():
    frame = '{"id": "a1", "rect": [0, 0, 9, 9]}'
    doc = parse(
        f'{{"nodes": [], "frames": [{frame}, {frame}], "notes": [{{"id": "a1", "text": "", "at": [0, 0]}}]}}', CATALOGUE
    )
    assert list(doc.records) == ["#frame/a1", "#frame/a2", "#note/a1"]


def test_what_is_no_frame_is_told_and_kept():
    doc = parse('{"nodes": [], "frames": [{"rect": [0, 0, 9]}], "notes": "none"}', CATALOGUE)
    said = [found.message for found in Reading(doc).diagnostics()]
    assert any(text.startswith('Entry 1 of the frames cannot be read: a frame needs a "rect"') for text in said)
    assert any('"notes" must be a list' in text for text in said)
    edits.add_note(doc, "mine", (0, 0))
    edits.add_frame(doc, (0, 0, 100, 100))
    again = parse(write(doc), CATALOGUE)
    assert [note.text for note in again.notes()] == ["mine"]
    assert '"notes~2": "none"' in write(again)
    assert [stray.value for stray in again.strays() if stray.where == "frames"] == [{"rect": [0, 0, 9]}]


def test_a_frame_moves_what_lies_wholly_within_it(doc):
    assert framing.held(doc, OUTER) == ["fc1", "relu1", "fc2", NOTE, INNER]
    assert framing.held(doc, INNER) == ["fc1", "relu1", NOTE]
    assert framing.held(doc, INNER, {"relu1": (400, 40)}) == ["fc1", NOTE]
    edits.move_frame(doc, INNER, (-20, 900))
    assert [node.at for node in doc.nodes()] == [(-400, 0), (0, 1000), (200, 1000), (500, 0)]
    assert doc.records[NOTE].at == (0, 910)
    assert doc.records[OUTER].rect == (-40, -200, 900, 400)


def test_of_two_frames_of_one_size_the_one_behind_holds_the_other(doc):
    same = edits.add_frame(doc, doc.records[OUTER].rect)
    assert same in framing.held(doc, OUTER) or OUTER in framing.held(doc, same)
    assert not (same in framing.held(doc, OUTER) and OUTER in framing.held(doc, same))


def test_a_frame_around_nodes_and_fitted_to_them(doc):
    key = edits.add_frame_around(
        doc, ["fc1", "relu1"], "Hidden\nlayer", "layer", {"fc1": (100, 40), "relu1": (100, 80)}
    )
    assert doc.records[key] == Frame("frame3", (-20, -42, 340, 142), "Hidden layer", "layer", 2)
    edits.set_frame(doc, key, rect=(-300, -300, 800, 800))
    edits.fit_frame(doc, key, ["relu1"], {"relu1": (100, 80)})
    assert doc.records[key].rect == (180, -42, 140, 142)
    with pytest.raises(Refused, match="Select what the frame is to go around"):
        edits.add_frame_around(doc, ["nobody"])


def test_what_is_set_takes_the_place_of_what_could_not_be_read():
    doc = parse('{"nodes": [], "frames": [{"rect": [0, 0, 99, 99], "title": 5, "x": 1}]}', CATALOGUE)
    edits.set_frame(doc, "#frame/frame1", title="Five")
    assert '{"id": "frame1", "title": "Five", "rect": [0, 0, 99, 99], "x": 1}' in write(doc)


def test_copied_frames_and_notes_come_with_the_nodes(doc):
    text = queries.copy(doc, ["fc1", INNER, NOTE])
    born, frame, note = edits.paste(doc, text, (1000, 1000))
    assert doc.records[frame].rect == (1000, 1000, 400, 200)
    assert doc.node(born).at == (1020, 1100)
    assert doc.records[note] == Note("note3", (1020, 1010), "# Read me", (120, 40), 2)


def test_frames_go_into_a_block_and_out_again(doc):
    born = edits.collapse(doc, ["fc1", "relu1", INNER, NOTE], "Hidden")
    inner = doc.inside("Hidden")
    assert ([frame.key for frame in inner.frames()], [note.key for note in inner.notes()]) == ([INNER], [NOTE])
    again = edits.duplicate(doc, [born])[0]
    edits.separate(doc, again)
    assert len(doc.inside("Hidden2").frames()) == 1
    edits.unpack(doc, again)
    edits.unpack(doc, born)
    assert len(doc.frames()) == 3
    assert {record.block for record in framing.scenery(doc)} == {""}
    assert all(doc.holds(record) for record in doc.records.values())


def test_a_layout_fits_frames_to_what_they_held(doc):
    before = {key: set(framing.held(doc, key)) for key in (OUTER, INNER)}
    edits.arrange(doc)
    assert {key: before[key] <= set(framing.held(doc, key)) for key in before} == {OUTER: True, INNER: True}
    assert doc.records[NOTE].at[1] == doc.node("fc1").at[1]  # beside, where no wire comes down
    assert doc.records["#note/note2"].at == (2000, 0)


def test_a_bookmark_takes_the_digit_of_another(doc):
    edits.set_bookmark(doc, "End", (9, 9), 1.0, 1)
    edits.set_bookmark(doc, "End", (8, 8), 2.0)
    assert doc.sheet.bookmarks == (Bookmark("End", (8, 8), 2.0, 1, {}),)
    edits.rename_bookmark(doc, "End", "Finish")
    with pytest.raises(Refused, match='no bookmark "End"'):
        edits.remove_bookmark(doc, "End")
    edits.remove_bookmark(doc, "Finish")
    assert doc.sheet.flow == "down"


def test_what_means_nothing_is_no_edit_of_a_block(doc):
    edits.collapse(doc, ["fc1", "relu1"], "Hidden")
    inner, edition = doc.inside("Hidden"), doc.edition
    edits.add_frame(inner, (0, 0, 100, 100), "Part")
    assert doc.edition == edition
