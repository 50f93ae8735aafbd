"""Kinds from installed packages: a real small one, and every way in which one can be broken."""

import importlib
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import torch

from graph import plugins
from graph.shape import Axis, Tensor

ROOT = Path(__file__).resolve().parents[2]

GOOD = '''
"""Kinds of a package."""

from graph.param import param
from graph.roles import Activation


class Squareplus(Activation):
    """A smooth ramp like softplus, but made of a root alone."""

    formula = "y = (x + √(x² + b)) / 2"
    words = ("ramp", "smooth")
    b: float = param(4.0, "How wide the bend is.", min=0.0)

    def module(self, *inputs):
        return None

    def call(self, module, names, inputs):
        x = names["x"]
        return f"({x} + torch.sqrt({x} ** 2 + {self.b})) / 2"

    repeats = frozenset("x")
'''


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Puts a package into a folder of its own, as an installer would."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    made = []

    def install(name: str, text: str, value: str | None = None, version: str = "1.0") -> Path:
        module = name.replace("-", "_")
        (site / f"{module}.py").write_text(text, encoding="utf-8")
        info = site / f"{module}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[neuroloom.kinds]\n{module} = {value or module}\n")
        made.append(module)
        importlib.invalidate_caches()
        return site

    yield install
    for module in made:
        sys.modules.pop(module, None)


def load():
    return plugins.load({"ReLU"})


def test_a_package_brings_a_kind(install):
    install("my-kinds", GOOD)
    found = load()
    assert [kind.__name__ for kind in found.kinds] == ["Squareplus"]
    assert found.packages == {"Squareplus": "my-kinds 1.0"}
    assert found.left_out == []
    x = Tensor((Axis("d"), 3))
    assert found.kinds[0]({}).shape(x).sides == x.sides


def test_the_recipe_of_the_documentation_works(install):
    page = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    declared = tomllib.loads(re.search(r"```toml\n(.*?)```", page, re.S)[1])
    source = re.search(r"```python\n(.*?)```", page, re.S)[1]
    (value,) = declared["project"]["entry-points"]["neuroloom.kinds"].values()
    install(declared["project"]["name"], source, value, declared["project"]["version"])
    found = load()
    assert found.left_out == []
    assert found.packages == {"Squareplus": "smooth-kinds 1.0"}
    made, x = found.kinds[0]({"b": 2.0}), torch.tensor([-1.0, 0.0, 3.0])
    computed = eval(made.call("", {"x": "x"}, {}), {"torch": torch, "x": x})
    torch.testing.assert_close(computed, (x + (x * x + 2).sqrt()) / 2)


def test_an_entry_point_can_name_a_list_or_one_kind(install):
    install("one-kind", GOOD, "one_kind:Squareplus")
    install("two-kinds", GOOD.replace("Squareplus", "Rootramp") + "\nKINDS = [Rootramp]\n", "two_kinds:KINDS")
    assert load().packages == {"Squareplus": "one-kind 1.0", "Rootramp": "two-kinds 1.0"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import torch\n", "imports torch while it is loaded"),
        ("import json\nfrom torch import nn\n", "imports torch"),
        ("import PySide6.QtWidgets\n", "imports PySide6"),
        ("import there_is_no_such_module_here\n", "ModuleNotFoundError"),
        ("def broken(:\n", "SyntaxError"),
        ("raise RuntimeError('no luck')\n", "no luck"),
        ("import sys\nsys.exit(3)\n", "SystemExit"),
        ("raise BaseException\n", "no reason is given"),
        (GOOD.replace("Squareplus", "ReLU"), "Neuroloom has a kind of that name"),
        (GOOD.replace('    """A smooth ramp like softplus, but made of a root alone."""\n', ""), "no docstring"),
        (GOOD.replace("param(4.0", "param(-4.0"), "the default of its parameter b"),
        (GOOD.replace("    formula", '    family = ""\n    formula'), "no family"),
        (GOOD.replace("Activation", "Data"), "source of data"),
        (GOOD.replace("    repeats", "    inputs = ('x',)\n    repeats"), "not ports"),
        (GOOD + "\n    def __init__(self, values=None):\n        1 / 0\n", "fails when it is looked at"),
    ],
)
def test_a_broken_one_is_named_and_left_out_and_others_come(install, text, words):
    install("a-broken-one", text)
    install("good-kinds", GOOD.replace("Squareplus", "Rootramp"))
    found = load()
    assert [kind.__name__ for kind in found.kinds] == ["Rootramp"]
    (left_out,) = found.left_out
    assert words in str(left_out)
    assert str(left_out).startswith("The plug-in a-broken-one 1.0 was left out: ")
    assert str(left_out).endswith(".")


def test_an_entry_point_that_leads_nowhere_is_left_out(install):
    install("lost", GOOD, "lost:NOTHING")
    install("numbers-only", "KINDS = [3]\n", "numbers_only:KINDS")
    told = [str(one) for one in load().left_out]
    assert "AttributeError" in told[0]
    assert "3 cannot be used: it is not a class" in told[1]


def test_two_packages_with_a_kind_of_one_name(install):
    install("a-first", GOOD)
    install("b-second", GOOD)
    found = load()
    assert found.packages == {"Squareplus": "a-first 1.0"}
    assert "a-first 1.0 brings a kind of that name" in str(found.left_out[0])


def test_what_was_loaded_before_is_there_afterwards(install):
    install("a-broken-one", "import torch\n")
    load()
    assert sys.modules["torch"] is torch
    assert importlib.import_module("torch.nn") is torch.nn


def test_plugins_can_be_switched_off(install, monkeypatch):
    install("my-kinds", GOOD)
    monkeypatch.setenv(plugins.SWITCH, "off")
    assert load().kinds == []


def test_a_damaged_installation_is_no_reason_not_to_start(install):
    site = install("my-kinds", GOOD)
    (site / "odd-1.dist-info").mkdir()
    (site / "odd-1.dist-info" / "entry_points.txt").write_bytes(b"[neuroloom.kinds\n\xff\xfe = =\n")
    load()


def test_the_program_knows_the_kind_everywhere(install, tmp_path):
    site = install("my-kinds", GOOD)
    install("a-broken-one", "import torch\n")
    nodes = [
        ("moons", "Moons"),
        ("bend", "Squareplus"),
        ("fc", "Linear"),
        ("loss", "CrossEntropyLoss"),
        ("adam", "Adam"),
    ]
    wires = [
        "moons.x -> bend.x",
        "bend.y -> fc.x",
        "fc.y -> loss.prediction",
        "moons.y -> loss.target",
        "loss.loss -> adam.loss",
    ]
    drawing = {
        "format": "neuroloom", "version": 1, "nodes": [{"id": id, "kind": kind} for id, kind in nodes], "wires": wires,
        "run": {"epochs": 1},
    }  # fmt: skip
    file = tmp_path / "drawing.loom"
    file.write_text(json.dumps(drawing))

    def run(*arguments):
        paths = os.pathsep.join([str(ROOT), str(site)])
        command = [sys.executable, "-m", "runtime.cli", *arguments]
        return subprocess.run(
            command, env={**os.environ, "PYTHONPATH": paths}, cwd=tmp_path, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip

    told = json.loads(run("kinds", "--json").stdout)
    froms = {kind["kind"]: kind["from"] for kind in told["kinds"]}
    assert froms["Squareplus"] == "my-kinds 1.0"
    assert froms["ReLU"] == "neuroloom"
    assert told["left_out"][0]["package"] == "a-broken-one 1.0"
    in_words = run("kinds")
    assert "my-kinds 1.0 brings Squareplus." in in_words.stdout
    assert "a-broken-one 1.0 was left out" in in_words.stderr
    assert run("check", str(file)).returncode == 0
    trained = run("train", str(file), "--run", str(tmp_path / "run"))
    assert trained.returncode == 0, trained.stderr
    assert "torch.sqrt(x ** 2 + 4.0)" in (tmp_path / "run" / "model.py").read_text()
