"""The recipe of CONTRIBUTING is followed to the letter: one class, and everything else knows the layer."""

import re
from pathlib import Path

import pytest
import torch

from graph import edits
from graph.catalogue import Catalogue, standard
from graph.kinds import activation
from graph.project import parse
from graph.reading import Reading
from graph.roles import Activation
from graph.shape import text
from runtime import emit
from runtime.build import build
from runtime.program import Program

PAGE = (Path(__file__).resolve().parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")

DRAWING = """{"format": "neuroloom", "version": 1,
 "nodes": [
  {"id": "x", "kind": "Input", "params": {"shape": [6]}},
  {"id": "fc1", "kind": "Linear", "params": {"out_features": 4}},
  {"id": "bend", "kind": "PReLU", "params": {"init": 0.5}},
  {"id": "answer", "kind": "Output"}
 ],
 "wires": ["x.x -> fc1.x", "fc1.y -> bend.x", "bend.y -> answer.x"]}"""


@pytest.fixture
def catalogue():
    """The vocabulary after following the recipe, in a copy of the module that it names."""
    (code,) = re.findall(r"```python\n(class .*?)```", PAGE, re.DOTALL)
    space = {**vars(activation)}
    exec(code, space)  # our own page
    made = space["PReLU"]
    assert issubclass(made, Activation)
    assert len(code.splitlines()) < 40
    return Catalogue([*(kind for kind in standard() if kind.__name__ != "PReLU"), made])


def test_the_palette_and_its_search_know_the_layer(catalogue):
    assert "PReLU" in [
        kind.__name__ for family, kinds in catalogue.families() if family == "activation" for kind in kinds
    ]
    assert catalogue.search("learned slope")[0].__name__ == "PReLU"


def test_its_picture_shows_what_it_computes(catalogue):
    made = catalogue.make("PReLU", {"init": 0.5})
    assert [made.curve(x) for x in (-2.0, 0.0, 3.0)] == [-1.0, 0.0, 3.0]
    assert made.title == "PReLU"
    assert all((made.formula, made.shapes, made.use, made.avoid, made.origin, made.words))


def test_a_drawing_with_it_is_read_and_costed(catalogue):
    document = parse(DRAWING, catalogue)
    reading = Reading(document)
    assert [found for found in reading.diagnostics() if found.level == "error"] == []
    assert text(reading.value("bend")) == "4"
    assert reading.cost("bend").parameters == 1


def test_a_bad_value_is_said_in_words(catalogue):
    document = parse(DRAWING, catalogue)
    edits.set_param(document, "bend", "init", "steep")
    (found,) = [found for found in Reading(document).diagnostics("bend") if found.level == "error"]
    assert "init" in found.message


def test_the_source_holds_it_and_runs(catalogue):
    document = parse(DRAWING, catalogue)
    source = emit.model(Program(Reading(document)))
    assert "self.bend = nn.PReLU(init=0.5)" in source.text
    torch.manual_seed(0)
    net = build(source.text).net()
    x = torch.randn(5, 6)
    inner = net.fc1(x)
    torch.testing.assert_close(net(x), torch.where(inner >= 0, inner, 0.5 * inner))
    assert sum(weight.numel() for weight in net.bend.parameters()) == 1
