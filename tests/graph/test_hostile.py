"""Bad files: each is met with a sentence that says where and what; nothing runs, and saving loses nothing."""

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from graph.catalogue import standard
from graph.form import load, same
from graph.project import ProjectError, parse, read, save, write
from graph.reading import Reading
from runtime import cli

ROOT = Path(__file__).resolve().parents[2]

GOOD = """{"format": "neuroloom", "version": 1,
 "nodes": [
  {"id": "iris", "kind": "Iris"},
  {"id": "fc1", "kind": "Linear", "params": {"out_features": 3}},
  {"id": "loss", "kind": "CrossEntropyLoss"},
  {"id": "adam", "kind": "Adam"}
 ],
 "wires": ["iris.x -> fc1.x", "fc1.y -> loss.prediction", "iris.y -> loss.target", "loss.loss -> adam.loss"],
 "run": {"epochs": 1}}
"""
PAWN = "pawn"
"""A file that hostile content would make if any of it ran."""


class Payload:
    def __reduce__(self):
        return os.system, (f"touch {PAWN}",)


def changed(old, new):
    assert old in GOOD
    return GOOD.replace(old, new, 1)


REFUSED = {
    "empty": (b"", "empty"),
    "spaces": (b" \n\t ", "empty"),
    "not JSON": (b"digits -> conv -> loss", "not JSON: line 1"),
    "cut short": (GOOD[:200].encode(), "not JSON: line 6"),
    "a comma too many": (changed('"Adam"}', '"Adam"},').encode(), "not JSON: line 7"),
    "a list": (b"[1, 2, 3]", "no object with a list of nodes"),
    "a number": (b"1e400", "no object with a list of nodes"),
    "without nodes": (b'{"format": "neuroloom", "version": 1}', '"nodes" must be a list'),
    "nodes are no list": (b'{"nodes": {"a": 1}}', '"nodes" must be a list'),
    "of another program": (b'{"format": "other", "nodes": []}', "not a Neuroloom project"),
    "of a later version": (changed('"version": 1', '"version": 99').encode(), "version 99"),
    "of no version": (changed('"version": 1', '"version": "two"').encode(), "whole number"),
    "version NaN": (changed('"version": 1', '"version": NaN').encode(), "whole number"),
    "a key twice": (changed('"kind": "Adam"', '"kind": "Adam", "kind": "SGD"').encode(), '"kind" twice'),
    "nested deep": (b'{"nodes": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deep"),
    "nested somewhat deep": (b'{"nodes": [], "x": ' + b"[" * 500 + b"]" * 500 + b"}", "nested too deep"),
    "a pickle": (pickle.dumps(Payload()), "not a project file"),
    "a zip": (b"PK\x03\x04" + bytes(range(256)), "not a project file"),
    "UTF-16": (GOOD.encode("utf-16"), "not a project file"),
    "null bytes": (b"\0" * 4096, "not JSON"),
}

DIAGNOSED = {
    "unknown kind": (changed('"Linear"', '"Linaer"'), "fc1"),
    "kind of Python": (changed('"Linear"', '"__class__"'), "fc1"),
    "unknown parameter": (changed('"out_features"', '"out_featuers"'), "out_featuers"),
    "unknown output port": (changed("fc1.y -> loss", "fc1.z -> loss"), "fc1"),
    "unknown input port": (changed("iris.x -> fc1.x", "iris.x -> fc1.weight"), "fc1"),
    "wire to nothing": (changed("loss.loss -> adam.loss", "loss.loss -> adamm.loss"), "adamm"),
    "wire from nothing": (changed("iris.x ->", "irises.x ->"), "irises"),
    "no wire at all": (changed('"iris.x -> fc1.x"', '"from iris to fc1"'), "from iris to fc1"),
    "wire is a number": (changed('"iris.x -> fc1.x"', "7"), "7"),
    "wires are no list": ('{"nodes": [], "wires": "none"}', "wires"),
    "node is a number": (changed('{"id": "adam", "kind": "Adam"}', "12"), "12"),
    "node without a kind": (changed('"id": "adam", "kind": "Adam"', '"id": "adam"'), "kind"),
    "two wires into one port": (
        changed('"iris.x -> fc1.x"', '"iris.x -> fc1.x", "iris.x[0:2] -> fc1.x"'), "fc1",
    ),
    "a loop": (changed('"iris.x -> fc1.x"', '"fc1.y -> fc1.x"'), "fc1"),
    "NaN": (changed('"out_features": 3', '"out_features": NaN'), "NaN"),
    "infinity": (changed('"Adam"', '"Adam", "params": {"lr": -Infinity}'), "-Infinity"),
    "1e400": (changed('"Adam"', '"Adam", "params": {"lr": 1e400}'), "1e400"),
    "1e400 layers": (changed('"out_features": 3', '"out_features": 1e400'), "1e400"),
    "a number of 5,000 digits": (changed('"out_features": 3', '"out_features": ' + "9" * 5000), "out_features"),
    "below the least": (changed('"out_features": 3', '"out_features": -3'), "-3"),
    "a text for a number": (changed('"out_features": 3', '"out_features": "three"'), "three"),
    "a truth for a number": (changed('"out_features": 3', '"out_features": true'), "True"),
    "a list for a number": (changed('"out_features": 3', '"out_features": [3]'), "out_features"),
    "run is no object": (changed('"run": {"epochs": 1}', '"run": [1]'), "run"),
    "epochs below zero": (changed('"epochs": 1', '"epochs": -1'), "epochs"),
    "epochs NaN": (changed('"epochs": 1', '"epochs": NaN'), "epochs"),
    "unknown run setting": (changed('"epochs": 1', '"epocs": 1'), "epocs"),
    "a name with a space": (changed('"id": "adam"', '"id": "my adam"'), "my adam"),
    "a name of PyTorch": (changed('"id": "adam"', '"id": "double"'), "double"),
    "a keyword as name": (changed('"id": "adam"', '"id": "lambda"'), "lambda"),
    "a name with a null byte": (changed('"id": "adam"', '"id": "ad\\u0000am"'), "ad"),
    "half a character as name": (changed('"id": "adam"', '"id": "\\ud800"'), ""),
    "an empty name": (changed('"id": "adam"', '"id": ""'), ""),
    "a name twice": (changed('"id": "adam"', '"id": "loss"'), "loss"),
    "code as name": (changed('"id": "adam"', f'"id": "__import__(\'os\').system(\'touch {PAWN}\')"'), "__import__"),
    "code as parameter": (
        changed('"out_features": 3', f'"out_features": "__import__(\'os\').system(\'touch {PAWN}\')"'), "out_features",
    ),
    "code as kind": (changed('"Linear"', f'"Linear(1, 1) or __import__(\'os\').system(\'touch {PAWN}\')"'), "fc1"),
    "a name of 10 MB": (changed('"id": "adam"', '"id": "' + "a" * 10_000_000 + '"'), "aaa"),
    "an unknown activation": (
        changed('"Linear", "params": {"out_features": 3}', '"Neuron", "params": {"activation": "exec"}'), "exec",
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_is_executed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    yield
    assert not (tmp_path / PAWN).exists()


def is_sentence(text):
    """One or a few lines for a person: no traceback, no endless quotation."""
    return text.strip() and "Traceback" not in text and "Error:" not in text and len(text) < 2000


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_project_is_refused_with_a_sentence(case, tmp_path, capsys):
    content, said = REFUSED[case]
    file = tmp_path / "bad.loom"
    file.write_bytes(content)
    with pytest.raises(ProjectError) as refused:
        read(file, standard())
    assert said in str(refused.value)
    assert str(refused.value).startswith("bad.loom: ")
    for verb in (["check"], ["show"], ["train"], ["export", "--to", "python", "-o", str(tmp_path / "out")]):
        assert cli.main([verb[0], str(file), *verb[1:]]) == 1
        told = capsys.readouterr()
        assert said in told.err
        assert is_sentence(told.err)
    assert file.read_bytes() == content
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.loom"]


@pytest.mark.parametrize("case", DIAGNOSED)
def test_a_wrong_project_opens_in_red(case, tmp_path, capsys):
    text, said = DIAGNOSED[case]
    file = tmp_path / "bad.loom"
    file.write_text(text, encoding="utf-8")
    document = read(file, standard())
    reading = Reading(document)
    reading.settle()
    errors = [diagnostic for diagnostic in reading.diagnostics() if diagnostic.level == "error"]
    assert errors
    assert any(said in diagnostic.message for diagnostic in errors)
    assert all(is_sentence(diagnostic.message) for diagnostic in reading.diagnostics())
    assert cli.main(["check", str(file)]) == 1
    told = capsys.readouterr()
    assert is_sentence(told.out + told.err)
    assert said in told.out + told.err


@pytest.mark.parametrize("case", DIAGNOSED)
def test_a_wrong_project_is_neither_trained_nor_exported(case, tmp_path, capsys):
    file = tmp_path / "bad.loom"
    file.write_text(DIAGNOSED[case][0], encoding="utf-8")
    for verb in (["train"], ["export", "--to", "python", "-o", str(tmp_path / "out")]):
        assert cli.main([verb[0], str(file), *verb[1:]]) == 1
        assert is_sentence(capsys.readouterr().err)
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("case", DIAGNOSED)
def test_saving_a_wrong_project_loses_nothing(case, tmp_path):
    text = DIAGNOSED[case][0]
    document = parse(text, standard())
    save(document, tmp_path / "saved.loom")
    saved = (tmp_path / "saved.loom").read_text(encoding="utf-8")
    before, after = load(text), load(saved)
    for key in before:
        assert same(_unplaced(after[key]), _unplaced(before[key])), key
    assert write(parse(saved, standard())) == saved


def _unplaced(value):
    """Entries of a list as they are, but for what saving may add: the birth name of a second node of one name."""
    if isinstance(value, list):
        return [
            {key: item for key, item in entry.items() if key != "born"} if isinstance(entry, dict) else entry
            for entry in value
        ]
    return value


def test_what_cannot_be_opened_as_a_file(tmp_path, capsys):
    (tmp_path / "folder.loom").mkdir()
    for name in ("folder.loom", "missing.loom"):
        assert cli.main(["check", str(tmp_path / name)]) == 1
        told = capsys.readouterr().err
        assert name in told
        assert is_sentence(told)


CSV = """{"format": "neuroloom", "version": 1,
 "nodes": [
  {"id": "table", "kind": "CSV", "params": {"path": "table.csv", "target": "price"}},
  {"id": "fc1", "kind": "Linear", "params": {"out_features": 1}},
  {"id": "loss", "kind": "MSELoss"},
  {"id": "adam", "kind": "Adam"}
 ],
 "wires": ["table.x -> fc1.x", "fc1.y -> loss.prediction", "table.y -> loss.target", "loss.loss -> adam.loss"],
 "run": {"epochs": 1}}
"""
ROWS = "".join(f"{row},{row * 2},{row * 3}\n" for row in range(40))
TABLES = {
    "empty": (b"", "table.csv"),
    "head only": (b"size,rooms,price\n", "table.csv"),
    "missing": (None, "table.csv"),
    "without the target": (b"size,rooms\n1,2\n3,4\n", "price"),
    "text in a number column": (f"size,rooms,price\n{ROWS}7,many,9\n".encode(), "rooms"),
    "text in the target": (f"size,rooms,price\n{ROWS}7,8,dear\n".encode(), "price"),
    "binary": (bytes(range(256)) * 10, "table.csv"),
    "a row too long": (f"size,rooms,price\n{ROWS}1,2,3,4,5,6\n".encode(), "42"),
}


@pytest.mark.parametrize("case", TABLES)
def test_a_bad_table_is_met_with_a_sentence(case, tmp_path, capsys):
    content, said = TABLES[case]
    (tmp_path / "bad.loom").write_text(CSV)
    if content is not None:
        (tmp_path / "table.csv").write_bytes(content)
    for verb in ("check", "train"):
        assert cli.main([verb, str(tmp_path / "bad.loom")]) == 1
        told = capsys.readouterr()
        assert said in told.out + told.err
        assert is_sentence(told.out + told.err)


@pytest.mark.parametrize("case", ["a pickle", "not JSON", "code as name"])
def test_the_real_command_says_it_and_exits_with_1(case, tmp_path):
    content = REFUSED[case][0] if case in REFUSED else DIAGNOSED[case][0].encode()
    (tmp_path / "bad.loom").write_bytes(content)
    command = [sys.executable, "-P", "-m", "designer", "check", "bad.loom"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert is_sentence(done.stdout + done.stderr)


def test_json_answers_hold_the_same(tmp_path, capsys):
    (tmp_path / "bad.loom").write_text(DIAGNOSED["unknown kind"][0])
    assert cli.main(["check", str(tmp_path / "bad.loom"), "--json"]) == 1
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert any(diagnostic["node"] == "fc1" and diagnostic["level"] == "error" for diagnostic in last["diagnostics"])
