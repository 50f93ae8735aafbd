"""Classes of the user's own: what they give is found by running them, and nothing runs that was not trusted."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from graph.catalogue import standard
from graph.project import parse, read
from graph.reading import Reading
from graph.shape import Tensor
from runtime import cli, emit, facts, own_code, own_facts, trust
from runtime.build import build
from runtime.drawing import open_file
from runtime.program import Program

CODE = """
from pathlib import Path

import torch
from torch import nn

Path(__file__).with_name("ran.txt").write_text("this code ran")


class Gate(nn.Module):
    def __init__(self, width=2, hidden=8):
        super().__init__()
        self.fc = nn.Linear(width, hidden)
        self.register_buffer("count", torch.zeros(3))

    def forward(self, x):
        return torch.sigmoid(self.fc(x))


class Pair(nn.Module):
    def forward(self, a, b):
        return a + b, (a > b)


class Swapped(nn.Module):
    def forward(self, x):
        return x.transpose(1, 2)


class Item(nn.Module):
    def forward(self, x):
        return x * float(x.sum().item())


class Odd(nn.Module):
    def forward(self, x):
        raise ValueError("no pictures, please")


class Quits(nn.Module):
    def forward(self, x):
        raise SystemExit(4)


class Other:
    pass
"""

NODES = [
    {"id": "moons", "kind": "Moons"},
    {
        "id": "gate",
        "kind": "PyTorchModule",
        "params": {"path": "gates.py", "class_name": "Gate", "options": '{"hidden": 6}'},
    },
    {"id": "fc2", "kind": "Linear", "params": {"out_features": 2}},
    {"id": "loss", "kind": "CrossEntropyLoss"},
    {"id": "adam", "kind": "Adam"},
]
WIRES = [
    "moons.x -> gate.x", "gate.y -> fc2.x", "fc2.y -> loss.prediction", "moons.y -> loss.target",
    "loss.loss -> adam.loss",
]  # fmt: skip


IN_A_PROCESS = own_facts._in_a_process


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A drawing with a class from a file beside it, which nobody has trusted yet.

    The class is looked at in this process, since a new one takes seconds; two tests below take the real way.
    """
    monkeypatch.setenv("NEUROLOOM_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(own_facts, "_in_a_process", own_facts.look)
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "gates.py").write_text(CODE)
    drawing = {"format": "neuroloom", "version": 1, "nodes": NODES, "wires": WIRES, "run": {"epochs": 1}}
    (folder / "drawing.loom").write_text(json.dumps(drawing))
    return folder


def trusted(folder: Path) -> None:
    assert cli.main(["trust", str(folder / "gates.py"), "--yes"]) == 0


def ran(folder: Path) -> bool:
    return (folder / "ran.txt").exists() or (folder / "run" / "ran.txt").exists()


def question(folder, name, *inputs, outputs=1, **options):
    return {
        "ask": "module", "path": str(folder / "gates.py"), "class": name, "options": options, "outputs": outputs,
        "inputs": [{"sides": list(sides), "dtype": dtype, "classes": None} for sides, dtype in inputs],
    }  # fmt: skip


# --- locked


def test_a_file_from_elsewhere_opens_locked_and_never_runs(project, capsys):
    drawing = open_file(project / "drawing.loom")
    (found,) = [found for found in drawing.errors() if found.code == "file-locked"]
    assert found.born == "gate"
    assert "gates.py is locked" in found.message
    assert found.offer is not None
    assert (found.offer.topic, found.offer.about) == ("trust", str(project / "gates.py"))
    assert cli.main(["check", str(project / "drawing.loom")]) == 1
    assert cli.main(["train", str(project / "drawing.loom"), "--run", str(project / "run")]) == 1
    told = capsys.readouterr()
    assert "gates.py is locked" in told.err
    assert f"neuroloom trust {project / 'gates.py'}" in told.out
    assert cli.main(["export", str(project / "drawing.loom"), "--to", "python", "-o", str(project / "out")]) == 1
    assert not ran(project)


def test_reading_it_in_a_window_never_asks_more_than_its_shape(project):
    reading = Reading(read(project / "drawing.loom", standard()), project)
    (asked,) = reading.open_questions()
    assert asked["ask"] == "module"
    answer = facts.answer(asked)
    assert answer["locked"]
    assert answer["classes"] == ["Gate", "Pair", "Swapped", "Item", "Odd", "Quits", "Other"]
    assert not ran(project)


def test_the_worker_itself_refuses_what_is_locked(project):
    """Whatever the window said: here the drawing is compiled as if all were well."""
    trusted(project)
    drawing = open_file(project / "drawing.loom")
    text = emit.model(Program(drawing.reading)).text
    with (project / "gates.py").open("a") as file:
        file.write("# changed\n")
    (project / "ran.txt").unlink()
    files = own_code.files(drawing.document, project)
    with pytest.raises(own_code.Locked, match="has changed since it was trusted"), own_code.importable(files):
        build(text)
    assert not ran(project)
    assert "gates" not in sys.modules


def test_changed_content_locks_it_again_and_the_old_content_is_trusted_still(project):
    trusted(project)
    assert open_file(project / "drawing.loom").errors() == []
    (project / "gates.py").write_text(CODE + "\nimport os\n")
    (found,) = open_file(project / "drawing.loom").errors()
    assert found.code == "file-locked"
    assert "has changed since it was trusted" in found.message
    (project / "gates.py").write_text(CODE)
    assert open_file(project / "drawing.loom").errors() == []
    assert cli.main(["trust", str(project / "gates.py"), "--forget"]) == 0
    assert [found.code for found in open_file(project / "drawing.loom").errors()] == ["file-locked"]


def test_trust_is_not_in_the_drawing_and_goes_by_content(project, tmp_path):
    before = (project / "drawing.loom").read_text()
    trusted(project)
    assert (project / "drawing.loom").read_text() == before
    moved = tmp_path / "elsewhere"
    shutil.copytree(project, moved)
    assert open_file(moved / "drawing.loom").errors() == []
    assert not trust.is_trusted(CODE.encode() + b" ")


def test_the_command_asks_before_it_trusts(project, capsys, monkeypatch):
    assert cli.main(["trust", str(project / "gates.py")]) == 1
    assert "add --yes" in capsys.readouterr().err
    assert cli.main(["trust", str(project / "none.py")]) == 1
    assert "There is no file none.py" in capsys.readouterr().err
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    for answer, code in (("no", 1), ("yes", 0)):
        monkeypatch.setattr("builtins.input", lambda prompt, answer=answer: answer)
        assert cli.main(["trust", str(project / "gates.py")]) == code
        assert "class Gate(nn.Module)" in capsys.readouterr().out
    assert trust.is_trusted(CODE.encode())


def test_what_is_shown_is_what_runs(project):
    """Signs that turn the direction of text, signs that nobody sees, an encoding that would hide code."""
    file, code = project / "gates.py", "x = 1 # \u202e back \u200b\r\ny = x\r\n".encode()
    file.write_bytes(code)
    assert trust.shown(code) == "x = 1 # \\u202e back \\u200b\ny = x\n"
    trust.trust(code, file)
    assert own_code.load(file, "gates").y == 1
    for hidden in (b"x = '\xff'\n", b'# coding: unicode_escape\nx = "\\u0022; print(1)"\n', b"# coding: nothing\n"):
        file.write_bytes(hidden)
        trust.trust(hidden, file)
        with pytest.raises(own_code.Locked, match=r"is no text in UTF-8"):
            own_code.load(file, "gates")


# --- trusted


def test_shapes_are_found_by_running_it(project):
    trusted(project)
    rows = ("N:d", 2)
    found = IN_A_PROCESS(question(project, "Gate", (rows, "float"), hidden=6))
    assert found["outputs"] == [{"sides": ["N:d", 6], "dtype": "float"}]
    assert found["weights"] == {"fc.weight": [6, 2], "fc.bias": [6]}
    assert found["buffers"] == {"count": [3]}
    pair = own_facts.inspect(question(project, "Pair", (rows, "float"), (rows, "float"), outputs=2))
    assert [output["dtype"] for output in pair["outputs"]] == ["float", "bool"]
    swapped = own_facts.inspect(question(project, "Swapped", (("N:d", "T:d", 4), "float")))
    assert swapped["outputs"] == [{"sides": ["N:d", 4, "T:d"], "dtype": "float"}]
    item = own_facts.inspect(question(project, "Item", (rows, "float")))
    assert item["outputs"] == [{"sides": ["N:d", 2], "dtype": "float"}]


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("Odd", {}, r"gates.py, line \d+: Odd cannot be run \(ValueError\): no pictures, please\."),
        ("Quits", {}, r"Quits cannot be run \(SystemExit\)"),
        ("Gate", {"width": 5}, r"line 17: Gate cannot be run \(RuntimeError\)"),
        ("Gate", {"depth": 5}, r"Gate cannot be run \(TypeError\).*depth"),
        ("Missing", {}, "has no class Missing that is a torch.nn.Module; there is Gate, Pair"),
        ("Other", {}, "has no class Other that is a torch.nn.Module"),
        ("Pair", {}, "Pair cannot be run"),
    ],
)
def test_what_goes_wrong_in_it_is_a_sentence_with_the_line(project, name, options, words):
    trusted(project)
    answer = own_facts.look(question(project, name, (("N:d", 2), "float"), **options))
    assert re.search(words, answer["error"]), answer
    assert "Traceback" not in answer["error"]


def test_a_class_that_takes_down_its_process_is_a_sentence(project):
    (project / "gates.py").write_text(
        "import os\nfrom torch import nn\nclass Gate(nn.Module):\n    pass\nos._exit(1)\n"
    )
    trusted(project)
    answer = IN_A_PROCESS(question(project, "Gate", (("N:d", 2), "float")))
    assert answer["error"] == "gates.py ended the process that ran it, so nothing could be found out."


def test_code_that_never_ends_is_stopped(project, monkeypatch):
    (project / "gates.py").write_text("import time\nwhile True:\n    time.sleep(1)\n")
    trusted(project)
    monkeypatch.setattr(own_facts, "SECONDS", -3.0)  # the process that asks gives up after two seconds
    answer = IN_A_PROCESS(question(project, "Gate", (("N:d", 2), "float")))
    assert "gates.py was stopped: Gate was not done within" in answer["error"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes among its files")
def test_what_is_no_file_is_not_waited_for(project):
    (project / "gates.py").unlink()
    os.mkfifo(project / "gates.py")
    assert own_facts.inspect(question(project, "Gate")) == {"error": "gates.py is no file."}
    (project / "gates.py").unlink()
    (project / "gates.py").mkdir()
    assert own_facts.inspect(question(project, "Gate")) == {"error": "gates.py is no file."}


def test_a_drawing_with_it_trains_and_is_taken_away_with_its_file(project):
    trusted(project)
    drawing = open_file(project / "drawing.loom")
    assert drawing.errors() == []
    value = drawing.reading.value("gate")
    assert isinstance(value, Tensor)
    assert value.known[1:] == (6,)
    assert drawing.reading.cost("gate").parameters == 18
    text = emit.model(Program(drawing.reading)).text
    assert "from torch import nn\n\nfrom gates import Gate\n\n\nclass Net" in text
    assert "self.gate = Gate(hidden=6)" in text
    assert cli.main(["train", str(project / "drawing.loom"), "--run", str(project / "run")]) == 0
    given = ["--run", str(project / "run"), "--to", "python", "-o", str(project / "out")]
    assert cli.main(["export", str(project / "drawing.loom"), *given]) == 0
    assert (project / "out" / "gates.py").read_text() == CODE
    code = (
        "import torch\nfrom model import Net\nnet = Net()\n"
        "net.load_state_dict(torch.load('weights.pt', weights_only=True))\nprint(tuple(net(torch.zeros(5, 2)).shape))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project / "out", capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout == "(5, 2)\n", done.stderr


def test_two_inputs_and_outputs_are_ports(project):
    trusted(project)
    nodes = [
        {"id": "moons", "kind": "Moons"},
        {"id": "pair", "kind": "PyTorchModule", "params": {
            "path": "gates.py", "class_name": "Pair", "takes": ["a", "b"], "gives": ["sum", "larger"]}},
        {"id": "out", "kind": "Output"},
    ]  # fmt: skip
    wires = ["moons.x -> pair.a", "moons.x -> pair.b", "pair.sum -> out.x"]
    text = json.dumps({"format": "neuroloom", "version": 1, "nodes": nodes, "wires": wires})
    (project / "drawing.loom").write_text(text)
    drawing = open_file(project / "drawing.loom")
    assert drawing.errors() == []
    program = Program(drawing.reading)
    with own_code.importable(own_code.files(drawing.document, project)):
        net = build(emit.model(program).text).net()
    torch.testing.assert_close(net(torch.ones(3, 2)), 2 * torch.ones(3, 2))


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({}, "needs a Python file"),
        ({"path": "gates.txt"}, "ends in .py"),
        ({"path": "torch.py", "class_name": "Gate"}, "torch is a module of Python or PyTorch"),
        ({"path": "json.py", "class_name": "Gate"}, "json is a module of Python"),
        ({"path": "my-gates.py", "class_name": "Gate"}, "letters, digits and _"),
        ({"path": "gates.py", "class_name": "Net"}, "choose another name"),
        ({"path": "gates.py", "class_name": "__import__"}, "choose another name"),
        ({"path": "gates.py", "class_name": ""}, "there is Gate, Pair"),
        ({"path": "gates.py", "class_name": "Gate", "options": "[1]"}, "holds no names"),
        ({"path": "gates.py", "class_name": "Gate", "options": "{"}, "is no JSON at character 2"),
        ({"path": "gates.py", "class_name": "Gate", "options": '{"a b": 1}'}, "no argument can have"),
        ({"path": "gates.py", "class_name": "Gate", "options": '{"a": NaN}'}, "is no JSON"),
    ],
)
def test_what_can_be_known_without_the_file_is_said_at_once(project, params, words):
    trusted(project)
    nodes = [{"id": "moons", "kind": "Moons"}, {"id": "gate", "kind": "PyTorchModule", "params": params}]
    text = json.dumps({"format": "neuroloom", "version": 1, "nodes": nodes, "wires": ["moons.x -> gate.x"]})
    reading = Reading(parse(text, standard()), project)
    for asked in reading.open_questions():
        reading.tell(asked, facts.answer({**asked}))
    assert words in " ".join(found.message for found in reading.diagnostics("gate"))


def test_options_are_printed_as_python():
    from graph.own_code import literal, options

    text = '{"a": [1, 2.5, null], "b": {"c": true}, "d": "x\\"y", "e": "é"}'
    printed = literal(options(text))
    assert printed == '{"a": [1, 2.5, None], "b": {"c": True}, "d": \'x"y\', "e": "é"}'
    assert eval(printed) == json.loads(text)


def test_inside_a_block_it_is_asked_about_one_after_the_other(project):
    """The second class waits for the shape that the first one gives, and both for the placement's input."""
    gate = {"path": "gates.py", "class_name": "Gate"}
    inner = [
        {"id": "x", "kind": "Input"},
        {"id": "one", "kind": "PyTorchModule", "params": {**gate, "options": '{"hidden": 6}'}},
        {"id": "bend", "kind": "Expression"},
        {"id": "two", "kind": "PyTorchModule", "params": {**gate, "options": '{"width": 6, "hidden": 5}'}},
        {"id": "out", "kind": "Output"},
    ]
    between = ["x.x -> one.x", "one.y -> bend.x", "bend.y -> two.x", "two.y -> out.x"]
    nodes = [{"id": "moons", "kind": "Moons"}, {"id": "body", "kind": "Twice"}, {"id": "end", "kind": "Output"}]
    drawing = {
        "format": "neuroloom", "version": 1, "nodes": nodes, "wires": ["moons.x -> body.x", "body.out -> end.x"],
        "blocks": {"Twice": {"nodes": inner, "wires": between}},
    }  # fmt: skip
    (project / "drawing.loom").write_text(json.dumps(drawing))
    (found,) = [found for found in open_file(project / "drawing.loom").errors() if found.born == "body"]
    assert "Inside body: one: gates.py is locked" in found.message
    assert not ran(project)
    trusted(project)
    opened = open_file(project / "drawing.loom")
    assert opened.errors() == []
    value = opened.reading.value("body", "out")
    assert isinstance(value, Tensor)
    assert value.known[1:] == (5,)
    with own_code.importable(own_code.files(opened.document, project)):
        net = build(emit.model(Program(opened.reading)).text).net()
    assert net(torch.zeros(3, 2)).shape == (3, 5)
