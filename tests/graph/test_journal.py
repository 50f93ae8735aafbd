"""Unsaved work outlives a crash: real processes are killed with signal 9 here."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from graph import edits, project
from graph.catalogue import Catalogue, standard
from graph.document import Document
from graph.journal import Journal, recoverable
from graph.records import Node, Settings, Stray, Wire

ROOT = Path(__file__).resolve().parents[2]
NOBODY = Catalogue([])

BLOCKED = """{"format": "neuroloom", "version": 1,
 "nodes": [{"id": "a", "kind": "Input", "params": {"shape": [6]}}, {"id": "p", "kind": "Part"},
           {"id": "out", "kind": "Output"}],
 "wires": ["a.x -> p.x", "p.y -> out.x"],
 "blocks": {"Part": {
   "nodes": [{"id": "x", "kind": "Input"}, {"id": "fc", "kind": "Linear"}, {"id": "act", "kind": "Tanh"},
             {"id": "y", "kind": "Output"}],
   "wires": ["x.x -> fc.x", "fc.y -> act.x", "act.y -> y.x"]}}}"""

EDITOR = """
import os, signal, sys
from pathlib import Path
from graph.catalogue import Catalogue
from graph.document import Document
from graph.journal import Journal
from graph.records import Node
document = Document(Catalogue([]))
path = Path(sys.argv[2]) if sys.argv[2] else None
journal = Journal(document, Path(sys.argv[1]), path=path)
for number in range(int(sys.argv[3])):
    document.put(Node(f"n{number}", f"n{number}", "Linear", {"out_features": number}, (number * 10.0, 0.0), number))
print("ready", flush=True)
sys.stdin.readline()
"""


def start_editor(folder, path="", gestures=3):
    command = [sys.executable, "-c", EDITOR, str(folder), str(path), str(gestures)]
    editor = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert editor.stdout.readline() == "ready\n"
    return editor


def kill(editor):
    editor.send_signal(signal.SIGKILL)
    editor.communicate(timeout=30)


def crash(journal):
    """What a kill leaves in the folder: the files as they are, and a lock that nobody holds."""
    journal._file.close()
    os.close(journal._lock._descriptor)


def document_with(*births):
    return Document(NOBODY, {born: Node(born, born, "Linear", rank=at) for at, born in enumerate(births)})


def put(document, born, **params):
    document.put(Node(born, born, "Linear", params, None, len(document.nodes())))


def test_a_killed_editor_loses_nothing(tmp_path):
    kill(start_editor(tmp_path, gestures=5))
    (lost,) = recoverable(tmp_path)
    assert lost.path is None
    assert lost.title == "Untitled"
    document = lost.document(NOBODY)
    assert [(node.id, node.params, node.at) for node in document.nodes()] == [
        (f"n{at}", {"out_features": at}, (at * 10.0, 0.0)) for at in range(5)
    ]


def test_two_windows_keep_their_own_and_the_living_is_left_alone(tmp_path):
    dead, living = start_editor(tmp_path, "a.loom", 2), start_editor(tmp_path, "b.loom", 4)
    try:
        kill(dead)
        (lost,) = recoverable(tmp_path)
        assert lost.title == "a"
        assert len(lost.document(NOBODY).nodes()) == 2
        lost.discard()
        assert recoverable(tmp_path) == []
    finally:
        kill(living)
    (lost,) = recoverable(tmp_path)
    assert lost.title == "b"
    assert len(lost.document(NOBODY).nodes()) == 4
    lost.discard()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("torn", [b'{"n9":[null,["Node",{"bor', b"{}", b"\xff\xfe\n", b"\0\0\0\0"])
def test_a_torn_last_line_costs_only_itself(tmp_path, torn):
    kill(start_editor(tmp_path, gestures=3))
    (file,) = tmp_path.glob("*.journal")
    with file.open("ab") as journal:
        journal.write(torn)
    (lost,) = recoverable(tmp_path)
    assert [node.id for node in lost.document(NOBODY).nodes()] == ["n0", "n1", "n2"]


def test_every_cut_of_a_journal_gives_a_prefix_of_the_work(tmp_path):
    kill(start_editor(tmp_path, gestures=4))
    (file,) = tmp_path.glob("*.journal")
    whole = file.read_bytes()
    head = whole.index(b"\n") + 1
    for cut in range(head, len(whole)):
        file.write_bytes(whole[:cut])
        found = recoverable(tmp_path)
        names = [node.id for node in found[0].document(NOBODY).nodes()] if found else []
        assert names == ["n0", "n1", "n2", "n3"][: whole[:cut].count(b"\n") - 1]
        for lost in found:
            lost.release()
        file.write_bytes(whole)


def test_recovered_work_can_be_offered_once_at_a_time(tmp_path):
    kill(start_editor(tmp_path))
    (mine,) = recoverable(tmp_path)
    assert recoverable(tmp_path) == []
    mine.release()
    (again,) = recoverable(tmp_path)
    again.discard()
    assert recoverable(tmp_path) == []


def test_taking_over_never_leaves_the_work_without_a_journal(tmp_path):
    kill(start_editor(tmp_path))
    (lost,) = recoverable(tmp_path)
    document = lost.document(NOBODY)
    journal = Journal(document, tmp_path, path=lost.path, dirty=True)
    lost.discard()
    crash(journal)
    (again,) = recoverable(tmp_path)
    assert project.write(again.document(NOBODY)) == project.write(document)


def test_saved_work_is_not_offered(tmp_path):
    document = document_with("a")
    journal = Journal(document, tmp_path)
    put(document, "b")
    journal.saved(tmp_path / "x.loom")
    crash(journal)
    assert recoverable(tmp_path) == []
    assert list(tmp_path.glob("*.journal")) == []


def test_what_follows_a_save_is_offered_under_the_name_of_the_file(tmp_path):
    document = document_with("a")
    journal = Journal(document, tmp_path / "journals")
    put(document, "b")
    journal.saved(tmp_path / "x.loom")
    put(document, "c")
    crash(journal)
    (lost,) = recoverable(tmp_path / "journals")
    assert lost.path == tmp_path / "x.loom"
    assert len(lost.patches) == 1
    assert [node.id for node in lost.document(NOBODY).nodes()] == ["a", "b", "c"]


def test_work_that_was_undone_is_not_offered(tmp_path):
    document = document_with("a")
    journal = Journal(document, tmp_path)
    put(document, "b")
    document.drop("b")
    crash(journal)
    assert recoverable(tmp_path) == []


def test_closing_takes_the_journal_away(tmp_path):
    document = document_with()
    journal = Journal(document, tmp_path)
    put(document, "a")
    journal.close()
    put(document, "b")
    assert list(tmp_path.iterdir()) == []


def test_all_kinds_of_records_come_back(tmp_path):
    document = document_with("a", "b")
    journal = Journal(document, tmp_path)
    document.put(Wire("a", "y", "b", "x", (2, None), 0.5, True, ((1.0, 2.0),), 0))
    document.put(Settings({"epochs": 7}))
    document.put(Node("b", "renamed", "Linear", {}, (3.0, 4.0), 1))
    document.drop("a")
    crash(journal)
    (lost,) = recoverable(tmp_path)
    assert lost.document(NOBODY).records == document.records


def test_a_long_journal_starts_over_and_stays_whole(tmp_path, monkeypatch):
    monkeypatch.setattr("graph.journal.LARGEST", 2000)
    document = document_with()
    journal = Journal(document, tmp_path)
    for number in range(100):
        put(document, f"n{number}")
    crash(journal)
    (lost,) = recoverable(tmp_path)
    assert len(lost.patches) < 100
    assert len(lost.document(NOBODY).nodes()) == 100


def test_a_disk_that_fails_is_said_and_does_not_disturb_the_drawing(tmp_path):
    folder = tmp_path / "journals"
    folder.write_text("a file stands where the folder should be")
    document = document_with()
    journal = Journal(document, folder)
    put(document, "a")
    assert "Save it to a file" in journal.trouble
    folder.unlink()
    put(document, "b")
    assert journal.trouble is None
    crash(journal)
    (lost,) = recoverable(folder)
    assert [node.id for node in lost.document(NOBODY).nodes()] == ["a", "b"]


def test_half_a_line_on_a_full_disk_is_mended_by_the_next_change(tmp_path):
    class FullDisk:
        def __init__(self, file):
            self.file = file

        def write(self, line):
            return self.file.write(line[: len(line) // 2])

        def close(self):
            self.file.close()

    document = document_with()
    journal = Journal(document, tmp_path)
    put(document, "a")
    journal._file = FullDisk(journal._file)
    put(document, "b")
    assert "full" in journal.trouble
    put(document, "c")
    assert journal.trouble is None
    crash(journal)
    (lost,) = recoverable(tmp_path)
    assert [node.id for node in lost.document(NOBODY).nodes()] == ["a", "b", "c"]


def test_foreign_files_in_the_folder_are_left_alone(tmp_path):
    (tmp_path / "odd.journal").write_bytes(b"\x80\x04not a journal\n")
    assert recoverable(tmp_path) == []
    assert (tmp_path / "odd.journal").exists()
    assert recoverable(tmp_path / "nowhere") == []


def test_what_was_done_inside_a_block_is_recovered_there(tmp_path):
    document = project.parse(BLOCKED, standard())
    journal = Journal(document, tmp_path, base=BLOCKED)
    level = document.inside("Part")
    edits.set_param(level, "Part/fc", "out_features", 4)
    edits.insert(level, level.wires()[0].key, "ReLU")
    placed = edits.collapse(level, ["Part/fc", "Part/act"], "Sub")
    edits.rename_block(document, "Part", "Whole")
    document.inside("Sub").put(Stray("nodes", "9", {"odd": 1}, 9, "no node"))
    edits.rename(level, placed, "inner")
    crash(journal)
    (lost,) = recoverable(tmp_path)
    assert lost.document(standard()).records == document.records
