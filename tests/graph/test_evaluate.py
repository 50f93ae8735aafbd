"""Neurons computed by hand agree with the sums one writes on paper."""

from pathlib import Path

import pytest

from graph import edits
from graph.catalogue import standard
from graph.document import Document
from graph.evaluate import activate, evaluate, sources
from graph.project import parse
from graph.reading import Reading


@pytest.fixture
def net():
    """2-2-1: both hidden ones ReLU, a sigmoid at the end."""
    document = Document(standard())
    x = edits.add(document, "Input", id="x", params={"shape": [2]})
    rows = (("h1", 0.1, "relu"), ("h2", -0.2, "relu"), ("y", 0.05, "sigmoid"))
    born = {id: edits.add(document, "Neuron", id=id, params={"bias": b, "activation": f}) for id, b, f in rows}
    for target, weights in (("h1", (0.5, 0.8)), ("h2", (-0.3, 0.2))):
        for at, weight in enumerate(weights):
            edits.connect(document, x, "x", born[target], "x", select=at, weight=weight)
    edits.connect(document, born["h1"], "y", born["y"], "x", weight=0.7)
    edits.connect(document, born["h2"], "y", born["y"], "x", weight=-0.5)
    return document


def given(document, *numbers):
    return dict(zip(sources(document, document.find("y").born), numbers, strict=True))


def test_the_worked_example(net):
    sums = evaluate(net, Reading(net), given(net, 2.0, 3.0))
    at = {id: sums[net.find(id).born] for id in ("h1", "h2", "y")}
    assert at["h1"].output == pytest.approx(3.5)
    assert at["h2"].output == 0
    assert at["y"].total == pytest.approx(2.5)
    assert at["y"].output == pytest.approx(0.924, abs=5e-4)


def test_the_template_is_the_worked_example():
    text = (Path(__file__).parents[2] / "assets" / "examples" / "neuron-by-hand.loom").read_text(encoding="utf-8")
    net = parse(text, standard())
    sums = evaluate(net, Reading(net), given(net, 2.0, 3.0))
    found = {id: (sums[net.find(id).born].total, sums[net.find(id).born].output) for id in ("h1", "h2", "y")}
    assert found["h1"] == pytest.approx((3.5, 3.5))
    assert found["h2"] == pytest.approx((-0.2, 0.0))
    assert found["y"] == pytest.approx((2.5, 0.9241418))


def test_a_weight_that_nobody_typed_leaves_what_depends_on_it_unknown(net):
    h1 = net.find("h1").born
    edits.set_wire(net, net.wires_into(h1, "x")[0].key, weight=None)
    sums = evaluate(net, Reading(net), given(net, 2.0, 3.0))
    assert sums[h1].output is None
    assert sums[net.find("y").born].output is None
    assert sums[net.find("h2").born].output == 0


@pytest.mark.parametrize(
    ("name", "z", "y"),
    [("identity", -2, -2), ("step", 0, 1), ("step", -0.1, 0), ("tanh", 1, 0.76159), ("leaky_relu", -1, -0.01),
     ("elu", -1, -0.63212), ("sigmoid", -1000, 0),
     ("bipolar_step", -0.1, -1), ("sin", 1, 0.84147), ("gaussian", 1, 0.36788)],
)  # fmt: skip
def test_activations(name, z, y):
    assert activate(Document(standard()), name, z) == pytest.approx(y, abs=1e-5)


def test_every_activation_of_a_neuron_can_be_computed():
    for name in standard().get("Neuron").params["activation"].choices:
        assert activate(Document(standard()), name, 0.5) is not None


def test_a_wire_with_a_row_is_computed_number_by_number():
    document = Document(standard())
    iris, n = edits.add(document, "Iris"), edits.add(document, "Neuron", params={"bias": 0.5})
    key = edits.connect(document, iris, "x", n, "x", weight=(1.0, 2.0, 3.0, 4.0))
    reading = Reading(document)
    spots = sources(document, n, reading)
    assert spots == [(iris, "x", at) for at in range(4)]
    given = dict(zip(spots, (1.0, 1.0, 2.0, -1.0), strict=True))
    assert evaluate(document, reading, given)[n].output == 1 + 2 + 6 - 4 + 0.5
    edits.set_wire(document, key, weight=2.0)
    assert evaluate(document, reading, given)[n].output == 2 * 3.0 + 0.5
    edits.set_wire(document, key, weight=(1.0, 2.0))
    assert evaluate(document, reading, given)[n].output is None
    assert evaluate(document, reading, {})[n].output is None


def test_parts_of_a_row_and_columns_by_name():
    document = Document(standard())
    iris, n = edits.add(document, "Iris"), edits.add(document, "Neuron", params={"bias": 0.0})
    edits.connect(document, iris, "x", n, "x", select=(1, 3), weight=(10.0, 1.0))
    edits.connect(document, iris, "x", n, "x", select="sepal length", weight=100.0)
    reading = Reading(document)
    assert sources(document, n, reading) == [(iris, "x", 1), (iris, "x", 2), (iris, "x", 0)]
    given = {(iris, "x", 0): 1.0, (iris, "x", 1): 2.0, (iris, "x", 2): 3.0}
    assert evaluate(document, reading, given)[n].output == 123.0
