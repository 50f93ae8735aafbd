"""The project file: what is written is read again, what cannot be read is kept, what is no project is refused."""

import json
import os
import pickle
import stat
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import edits, files, project
from graph.form import dump, load, parse_wire
from graph.project import ProjectError
from graph.records import BadNumber, Node, Stray, Wire, select_text, wire_text
from tests.graph import toys


def parse(text):
    return project.parse(text if isinstance(text, str) else json.dumps(text), toys.CATALOGUE)


def again(doc):
    return parse(project.write(doc))


EXAMPLE = """{"format": "neuroloom",
 "version": 1,
 "title": "Two levels",
 "nodes": [
  {"id": "digits", "kind": "Digits", "params": {"batch_size": 64}, "at": [0, 0]},
  {"id": "encoder", "born": "fc1", "kind": "Linear", "at": [220, 0.5]},
  {"id": "n1", "kind": "Neuron"}
 ],
 "wires": [
  "digits.x -> encoder.x",
  {"wire": "digits.x[0] -> n1.x", "weight": 0.5, "fixed": true, "via": [[1, 2], [3, 4]]},
  "digits.x[2:5] -> n1.x",
  "digits.x[\\"alcohol\\"] -> n1.x"
 ],
 "blocks": {
  "Residual": {"nodes": [], "wires": []}
 },
 "notes": [],
 "run": {"epochs": 3}}
"""


def test_a_file_is_written_as_it_was_read():
    doc = parse(EXAMPLE)
    assert project.write(doc) == EXAMPLE
    assert doc.node("fc1").id == "encoder"
    assert doc.wires()[0].key == "digits.x -> fc1.x"
    assert doc.wires()[1].weight == 0.5
    assert [wire.select for wire in doc.wires()] == [None, 0, (2, 5), "alcohol"]
    assert doc.settings.params == {"epochs": 3}


def test_the_shortest_file():
    doc = parse('{"nodes": []}')
    assert doc.records == {}
    assert project.write(doc) == '{"format": "neuroloom",\n "version": 1,\n "nodes": [],\n "wires": []}\n'


# --- names


def test_the_second_of_two_nodes_with_one_name_is_kept_apart():
    doc = parse(
        {
            "nodes": [{"id": "fc1", "kind": "Linear"}, {"id": "fc1", "kind": "ReLU"}],
            "wires": ["fc1.y -> fc1.x", "fc1.y -> fc1~2.x", "fc1~2.y -> fc1.x"],
        }
    )
    assert [node.born for node in doc.nodes()] == ["fc1", "fc1~2"]
    assert [wire.key for wire in doc.wires()] == ["fc1.y -> fc1.x", "fc1.y -> fc1~2.x", "fc1~2.y -> fc1.x"]
    assert again(doc).records == doc.records


def test_a_name_wins_over_a_birth_name():
    text = {
        "nodes": [{"id": "fc1", "kind": "Linear"}, {"id": "encoder", "born": "fc1", "kind": "Linear"}],
        "wires": ["fc1.y -> encoder.x"],
    }
    doc = parse(text)
    assert [node.born for node in doc.nodes()] == ["fc1~2", "fc1"]
    assert [wire.key for wire in doc.wires()] == ["fc1~2.y -> fc1.x"]
    assert again(doc).records == doc.records


def test_a_wire_to_nothing_is_kept_and_stays_with_its_nothing():
    doc = parse({"nodes": [{"id": "fc1", "kind": "Linear"}], "wires": ["ghost.y -> fc1.x"]})
    assert doc.wires()[0].source == "ghost"
    assert doc.graph.number_of_edges() == 0
    edits.rename(doc, "fc1", "ghost")
    assert '"@ghost.y -> ghost.x"' in project.write(doc)
    assert again(doc).records == doc.records


@pytest.mark.parametrize("id", ["", "a b", "a.b", "@x", "#run", "a -> b", "x[0]", " a", "ünï", "a\nb", "\ud800", "a~2"])
def test_odd_names_keep_their_wires(id):
    doc = parse({"nodes": [{"id": "fc1", "kind": "Linear"}], "wires": []})
    doc.put(Node("odd", id, "Linear", rank=1))
    doc.put(Wire("odd", "y", "fc1", "x"))
    back = again(doc)
    assert back.records == doc.records
    project.write(doc).encode()


def test_wires_given_twice_are_both_kept():
    doc = parse({"nodes": [], "wires": ["a.y -> b.x", "a.y -> b.x", "a.y->b.x"]})
    assert [wire.copy for wire in doc.wires()] == [0, 1, 2]
    assert project.write(doc).count("a.y -> b.x") == 3


# --- what cannot be understood


def test_unknown_kinds_keys_and_entries_come_out_again():
    text = {
        "format": "neuroloom",
        "version": 1,
        "help": "Words.",
        "nodes": [
            5,
            {"id": "a", "kind": "Foo", "params": {"p": [1, {"q": None}]}, "colour": "red"},
            {"id": "b"},
            {"id": "c", "kind": "Linear", "params": 5, "at": [1], "born": 7},
        ],
        "wires": [
            "nonsense",
            {"wire": "a.y -> c.x", "weight": "heavy", "fixed": 1, "via": "there", "note": 1},
            None,
            {"weight": 1},
        ],
        "frames": {"x": 1},
        "future": True,
        "run": {"epochs": "many", "unknown": 1},
    }
    doc = parse(text)
    assert json.loads(project.write(doc)) == text
    assert [stray.rank for stray in doc.strays() if stray.where == "nodes"] == [0, 2]
    assert all(stray.reason for stray in doc.strays() if stray.where)
    edits.add(doc, "Linear")
    assert json.loads(project.write(doc))["nodes"][:4] == text["nodes"]


def test_wires_and_run_that_are_no_such_thing_are_kept_beside_new_ones():
    text = {"format": "neuroloom", "version": 1, "nodes": [], "wires": 5, "run": "fast"}
    doc = parse(text)
    assert json.loads(project.write(doc)) == text
    edits.set_run(doc, "epochs", 3)
    edits.add(doc, "Linear"), edits.add(doc, "ReLU")
    edits.connect(doc, "fc1", "y", "relu1", "x")
    written = json.loads(project.write(doc))
    assert (written["wires"], written["wires~2"]) == (["fc1.y -> relu1.x"], 5)
    assert (written["run"], written["run~2"]) == ({"epochs": 3}, "fast")


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e-400", "1" * 5000, "9223372036854775808"]
)
def test_numbers_that_no_tensor_can_hold_are_kept_as_written(number):
    text = f'{{"nodes": [{{"id": "a", "kind": "Linear", "params": {{"out_features": {number}}}}}]}}'
    doc = parse(text)
    assert isinstance(doc.node("a").params["out_features"], BadNumber)
    assert f'"out_features": {number}}}' in project.write(doc)
    assert again(doc).records == doc.records


def test_a_bad_number_as_a_place_or_weight_is_kept_too():
    text = (
        '{"nodes": [{"id": "a", "kind": "Linear", "at": [NaN, 0]}], "wires": [{"wire": "a.y -> a.x", "weight": 1e999}]}'
    )
    doc = parse(text)
    assert doc.node("a").at is None
    assert doc.wires()[0].weight is None
    assert '"at": [NaN, 0]' in project.write(doc)
    assert '"weight": 1e999' in project.write(doc)
    edits.move(doc, {"a": (1, 2)})
    assert '"at": [1, 2]' in project.write(doc)


def test_a_text_that_looks_like_a_bad_number_stays_a_text():
    doc = parse('{"nodes": [{"id": "a", "kind": "Linear", "params": {"note": "NaN"}}]}')
    assert '"note": "NaN"' in project.write(doc)


# --- what is refused


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "empty"),
        ("{", "not JSON: line 1, column 2"),
        ('{"nodes": [\n {"id": 1,}]}', "not JSON: line 2, column 11"),
        ("hello", "not JSON: line 1, column 1"),
        ("[]", "no object with a list of nodes"),
        ("{}", '"nodes" must be a list of nodes, but there is nothing'),
        ('{"nodes": {"a": 1}}', '"nodes" must be a list'),
        ('{"format": "other", "nodes": []}', 'format is "other"'),
        ('{"version": 2, "nodes": []}', "version 2, but this program reads version 1"),
        ('{"version": 99999999999999999999, "nodes": []}', "version of the file must be"),
        ('{"version": "one", "nodes": []}', 'whole number from 1 on, but it is "one"'),
        ('{"version": true, "nodes": []}', "version of the file must be"),
        ('{"nodes": [], "nodes": []}', '"nodes" twice'),
        ('{"nodes": [{"id": "fc1", "kind": "A", "kind": "B"}]}', 'twice .it begins with {"id": "fc1"}'),
        ("[" * 100_000, "nested too deep"),
        ('{"nodes": [' + "[" * 300 + "]" * 300 + "]}", "nested too deep"),
    ],
)
def test_what_is_no_project_is_refused(text, sentence):
    with pytest.raises(ProjectError, match=sentence) as found:
        parse(text)
    assert len(str(found.value)) < 300


class Bomb:
    """Makes a folder in the working directory when it is unpickled."""

    def __reduce__(self):
        return os.mkdir, ("must-not-run",)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (pickle.dumps(Bomb()), "not text"),
        (b"\x00\x01", "not JSON"),
        ('{"nodes": []}'.encode("utf-16"), "not text"),
        (b'{"nodes": ["\xff"]}', "byte 12 cannot be read"),
    ],
)
def test_files_that_are_no_text_are_refused(tmp_path, monkeypatch, content, sentence):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "x.loom"
    path.write_bytes(content)
    with pytest.raises(ProjectError, match=f"x.loom: .*{sentence}"):
        project.read(path, toys.CATALOGUE)
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.loom"]


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(ProjectError, match=r"x\.loom: There is no such file"):
        project.read(tmp_path / "x.loom", toys.CATALOGUE)
    with pytest.raises(ProjectError, match="a folder or a device"):
        project.read(tmp_path, toys.CATALOGUE)


def test_a_byte_order_mark_does_no_harm(tmp_path):
    (tmp_path / "x.loom").write_bytes(b"\xef\xbb\xbf" + EXAMPLE.encode())
    assert project.write(project.read(tmp_path / "x.loom", toys.CATALOGUE)) == EXAMPLE


def test_a_name_of_ten_million_letters():
    name = "n" * 10_000_000
    doc = parse({"nodes": [{"id": name, "kind": name}], "wires": [f"{name}.y -> {name}.x", f"{name}.{name}"]})
    assert doc.wires()[0].source == name
    assert again(doc).records == doc.records


# --- saving


def test_save_and_read(tmp_path):
    path = tmp_path / "a.loom"
    project.save(parse(EXAMPLE), path)
    assert path.read_text() == EXAMPLE
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.loom"]


def test_saving_keeps_permissions_and_links(tmp_path):
    path, link = tmp_path / "a.loom", tmp_path / "link.loom"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    project.save(parse(EXAMPLE), link)
    assert link.is_symlink()
    assert path.read_text() == EXAMPLE
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize("call", ["fsync", "write"])
def test_a_full_disk_leaves_the_old_file_whole(tmp_path, monkeypatch, call):
    if call == "write" and not files.Path("/dev/full").exists():
        pytest.skip("This system has no /dev/full.")
    path = tmp_path / "a.loom"
    path.write_text("old")
    if call == "fsync":
        monkeypatch.setattr(files.os, "fsync", _no_space)
    else:
        monkeypatch.setattr(files.Path, "open", lambda *_: os.fdopen(os.open("/dev/full", os.O_WRONLY), "wb", 0))
    with pytest.raises(ProjectError, match=r"a\.loom could not be saved: the disk is full"):
        project.save(parse(EXAMPLE), path)
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.loom"]


def _no_space(handle):
    raise OSError(28, "No space left on device")


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(ProjectError, match="its folder does not exist"):
        project.save(parse(EXAMPLE), tmp_path / "no" / "a.loom")
    with pytest.raises(ProjectError, match="folder"):
        project.save(parse(EXAMPLE), tmp_path)


# --- laws

names = st.one_of(st.sampled_from(["fc1", "fc2", "relu1", "fc1~2", "a b"]), st.text(max_size=4))
ports = st.sampled_from(["x", "y", "a", "b"])
selects = st.one_of(
    st.none(),
    st.integers(-(10**17), 10**17),
    st.text(max_size=4),
    st.tuples(st.none() | st.integers(0, 9), st.none() | st.integers(0, 9)),
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)
entries = st.one_of(
    values,
    st.fixed_dictionaries(
        {"id": names, "kind": st.sampled_from(["Linear", "Foo"])},
        optional={
            "born": names,
            "params": st.dictionaries(st.text(max_size=3), values, max_size=2),
            "at": values,
            "zz": values,
        },
    ),
)
wire_texts = st.builds(lambda a, p, s, b, q: wire_text(a, p, s, b, q), names, ports, selects, names, ports)
wires = st.one_of(
    values,
    wire_texts,
    st.fixed_dictionaries(
        {"wire": wire_texts}, optional={"weight": values, "fixed": values, "via": values, "zz": values}
    ),
)
pairs = st.tuples(st.integers(-9, 9), st.floats(-9, 9)).map(list)
frame_entries = values | st.fixed_dictionaries(
    {"rect": st.lists(st.integers(-1, 9) | st.floats(0, 9), min_size=4, max_size=4) | values},
    optional={
        "id": names | values,
        "title": st.text(max_size=3) | values,
        "colour": st.just("data") | values,
        "zz": values,
    },
)
note_entries = values | st.fixed_dictionaries(
    {"text": st.text(max_size=5) | values, "at": pairs | values},
    optional={"id": names, "size": pairs | values, "zz": values},
)
bookmarks = values | st.fixed_dictionaries(
    {"name": names, "at": pairs | values},
    optional={"zoom": st.just(0.5) | values, "key": st.integers(0, 10), "zz": values},
)
sheets = values | st.fixed_dictionaries(
    {},
    optional={
        "flow": st.sampled_from(["right", "down", "up"]),
        "bookmarks": values | st.lists(bookmarks, max_size=3),
        "zz": values,
    },
)
scenery = {"frames": st.lists(frame_entries, max_size=3) | values, "notes": st.lists(note_entries, max_size=3) | values,
           "sheet": sheets}  # fmt: skip
blocks = values | st.dictionaries(
    st.sampled_from(["Part", "Pair"]),
    st.fixed_dictionaries({"nodes": st.lists(entries, max_size=2)}, optional={"wires": st.just([]), **scenery}),
    max_size=2,
)
projects = st.fixed_dictionaries(
    {"nodes": st.lists(entries, max_size=6), "wires": st.lists(wires, max_size=6) | values},
    optional={"run": values, "blocks": blocks, "title": values, **scenery},
)


@settings(max_examples=300, deadline=None)
@given(projects)
def test_reading_what_is_written_gives_the_same_records(value):
    doc = parse(dump(value))
    assert again(doc).records == doc.records
    text = project.write(doc)
    assert project.write(again(doc)) == text


@settings(max_examples=300, deadline=None)
@given(projects)
def test_nothing_is_lost(value):
    """Every entry comes out with everything that it said (names of wires are those that nodes have)."""
    written = json.loads(project.write(parse(dump(value))))
    assert len(written["nodes"]) == len(value["nodes"])
    for before, after in zip(value["nodes"], written["nodes"], strict=True):
        if isinstance(before, dict) and type(before.get("id")) is str:
            told = {name: item for name, item in before.items() if name != "born" and (name, item) != ("params", {})}
            assert told == {name: after[name] for name in told}
        else:
            assert after == before
    if isinstance(value["wires"], list):
        for before, after in zip(value["wires"], written["wires"], strict=True):
            assert _details(before) == _details(after)
    else:
        assert written["wires"] == value["wires"]
    for name in ("title", "run"):
        if name in value:
            assert written[name] == value[name]
    compare_scenery(value, written)
    if isinstance(value.get("blocks"), dict):
        for id, block in value["blocks"].items():
            if isinstance(block, dict) and isinstance(block.get("nodes"), list):
                compare_scenery(block, written["blocks"][id])
    elif "blocks" in value:
        assert written["blocks"] == value["blocks"]


def compare_scenery(value, written):
    """Frames, notes and bookmarks say what they said; a sheet may leave out what is so anyway."""
    for name in ("frames", "notes"):
        if isinstance(value.get(name), list):
            assert [said(one) for one in written[name]] == [said(one) for one in value[name]]
        elif name in value:
            assert written[name] == value[name]
    if isinstance(value.get("sheet"), dict):
        before, after = dict(value["sheet"]), dict(written.get("sheet", {}))
        listed = before.pop("bookmarks", []), after.pop("bookmarks", [])
        assert after == before
        if isinstance(listed[0], list):
            assert sorted(json.dumps(said(one)) for one in listed[0]) == sorted(
                json.dumps(said(one)) for one in listed[1]
            )
        else:
            assert listed[0] == listed[1]
    elif "sheet" in value:
        assert written["sheet"] == value["sheet"]


def said(entry):
    """What an entry says beside its birth name; an empty title and a zoom of 1 say nothing."""
    if not isinstance(entry, dict):
        return entry
    return {name: entry[name] for name in sorted(entry) if name != "id" and (name, entry[name]) not in SILENT}


SILENT = (("title", ""), ("colour", ""), ("zoom", 1))


def _details(wire):
    """What a wire says beside its ends; empty ways and null weights say nothing."""
    if not isinstance(wire, dict) or not isinstance(wire.get("wire"), str) or parse_wire(wire["wire"]) is None:
        return wire if not isinstance(wire, str) or parse_wire(wire) is None else {}
    return {
        name: item
        for name, item in wire.items()
        if name != "wire" and (name, item) not in (("via", []), ("fixed", False))
    }


@given(st.text(string.ascii_letters, min_size=1), st.text(string.ascii_letters, min_size=1), selects)
def test_the_text_of_a_wire_says_what_it_is(name, port, select):
    assert parse_wire(wire_text(name, port, select, name, port)) == (name, port, select, name, port)
    assert parse_wire(f" {name}.{port}{select_text(select)}->{name}.{port} ") == (name, port, select, name, port)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a.y",
        "a.y ->",
        "a.y -> b",
        "-> b.x",
        "a.y - > b.x",
        "a.y[ -> b.x",
        "a.y[x] -> b.x",
        "a.y[1:2:3] -> b.x",
    ],
)
def test_what_is_no_wire(text):
    assert parse_wire(text) is None


@given(values)
def test_values_come_back(value):
    assert load(dump(value)) == value
    assert "\n" not in dump(value)


def test_strays_of_the_file_are_no_errors():
    doc = parse({"nodes": [], "title": "X", "blocks": {}})
    assert doc.records["#file/title"] == Stray("", "title", "X", 0)
