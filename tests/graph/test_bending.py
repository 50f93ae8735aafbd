"""Activations, normalization and dropout in a drawing: what is said where something does not fit, and what helps."""

from typing import Any

import pytest

from graph import edits
from graph.catalogue import standard
from graph.diagnostic import Diagnostic
from graph.document import Document
from graph.reading import Reading
from graph.shape import Tensor, text


class Line:
    """Input → node → Output, and what is told of the node."""

    def __init__(self, kind: str, shape: tuple[int, ...], *before: str, **params: Any) -> None:
        self.document = Document(standard())
        last = edits.add(self.document, "Input", id="x", params={"shape": list(shape)})
        port = "x"
        for at, each in enumerate(before):
            born = edits.add(self.document, each, id=f"before{at}")
            edits.connect(self.document, last, port, born, "x")
            last, port = born, "y"
        self.node = edits.add(self.document, kind, id="it", params=params)
        edits.connect(self.document, last, port, self.node, "x")
        end = edits.add(self.document, "Output", id="out")
        edits.connect(self.document, self.node, "y", end, "x")
        self.reading = Reading(self.document)

    def found(self, level: str) -> list[Diagnostic]:
        return [found for found in self.reading.diagnostics(self.node) if found.level == level]

    def only(self, level: str) -> Diagnostic:
        (found,) = self.found(level)
        return found

    def mended(self, level: str) -> str:
        """The shape behind the node after the fix, or what is still wrong."""
        fix = self.only(level).fix
        assert fix is not None
        fix.apply(self.document)
        wrong = self.found("error") + self.found("warning")
        return wrong[0].message if wrong else text(self.reading.value(self.node))


SAID = [
    ("GLU", (7,), {}, "error", "it splits 7 numbers in two equal halves, but x gives rows of 7 numbers"),
    ("GLU", (4, 6), {"dim": 0}, "error", "it would split the batch in halves and so mix up its rows."),
    ("PReLU", (3, 8, 8), {"num_parameters": 4}, "error", "it has a slope for each of 4 channels, but x gives pictures"),
    ("RReLU", (4,), {"lower": 0.5, "upper": 0.25}, "error", "it draws slopes from 0.5 up to 0.25, which is less."),
    ("Hardtanh", (4,), {"min_val": 2.0}, "error", "it keeps numbers between 2 and 1, which leaves no room."),
    ("CELU", (4,), {"alpha": 0.0}, "error", "it divides by its alpha, which is 0."),
    ("Softmax", (4,), {"dim": 3}, "error", "it acts on side 3, but there are only the sides 0 to 1."),
    ("Softmax2d", (4,), {}, "error", "it wants pictures (channels × height × width), but x gives rows of 4 numbers"),
    ("GroupNorm", (6, 4, 4), {"num_groups": 4}, "error", "it cannot split 6 channels into 4 equal groups."),
    ("LayerNorm", (4, 5), {"normalized_shape": [5, 5]}, "error", "it normalizes over the last sides 5×5, but x gives"),
    ("RMSNorm", (4,), {"normalized_shape": [2, 4]}, "error", "it normalizes over the last sides 2×4, but x gives"),
    (
        "BatchNorm3d",
        (3, 8, 8),
        {},
        "error",
        "it wants volumes (channels × depth × height × width), but x",
    ),
    ("InstanceNorm2d", (3, 1, 1), {}, "error", "it takes mean and spread over the places of each channel, but x gives"),
    ("InstanceNorm1d", (3, 8, 8), {}, "error", "it wants sequences (channels × length), but x gives pictures of 3×8×8"),
    ("LocalResponseNorm", (4,), {}, "error", "it wants pictures or sequences with channels, but x gives rows"),
    ("Dropout2d", (4,), {}, "error", "it drops channels of pictures (channels × height × width), but x gives rows"),
    ("Softmax", (4,), {"dim": 0}, "warning", "it shares 1 out over the rows of a batch, not over the scores of a row."),
    ("LogSoftmax", (4,), {"dim": -2}, "warning", "it shares 1 out over the rows of a batch, not over the scores"),
    ("Softplus", (4,), {"beta": 0.0}, "warning", "it divides by its beta, which is 0: every answer is infinite."),
]


@pytest.mark.parametrize(("kind", "shape", "params", "level", "sentence"), SAID, ids=lambda value: str(value))
def test_what_does_not_fit_is_said_and_can_be_mended(
    kind: str, shape: tuple[int, ...], params: dict[str, Any], level: str, sentence: str
) -> None:
    line = Line(kind, shape, **params)
    assert line.only(level).message.startswith(sentence)
    if line.only(level).fix is not None:
        assert sentence not in line.mended(level)


@pytest.mark.parametrize(
    ("kind", "shape", "params", "label", "after"),
    [
        ("PReLU", (3, 8, 8), {"num_parameters": 4}, "Learn 3 slopes", "3×8×8"),
        ("GroupNorm", (6, 4, 4), {"num_groups": 4}, "Use 2 groups", "6×4×4"),
        ("LayerNorm", (4, 5), {"normalized_shape": [5, 5]}, "Take the last side", "4×5"),
        ("GLU", (4, 6), {"dim": 0}, "Split the last side", "4×3"),
        ("InstanceNorm1d", (3, 8, 8), {}, "Make it an InstanceNorm2d", "3×8×8"),
        ("BatchNorm3d", (3, 8, 8), {}, "Make it a BatchNorm2d", "3×8×8"),
        ("Dropout2d", (4,), {}, "Make it a Dropout", "4"),
        ("Softmax", (4,), {"dim": 0}, "Use dim 1", "4"),
    ],
)
def test_a_fix_does_what_its_button_says(
    kind: str, shape: tuple[int, ...], params: dict[str, Any], label: str, after: str
) -> None:
    line = Line(kind, shape, **params)
    level = "warning" if kind == "Softmax" else "error"
    found = line.only(level)
    assert found.fix is not None
    assert found.fix.label == label
    assert line.mended(level) == after


def test_an_odd_side_is_mended_at_the_layer_that_makes_it() -> None:
    line = Line("GLU", (4,), "Linear", "Dropout")
    edits.set_param(line.document, "before0", "out_features", 9)
    assert line.only("error").message.startswith("it splits 9 numbers in two equal halves")
    assert line.mended("error") == "5"
    assert line.document.node("before0").params["out_features"] == 10


def test_an_odd_number_of_channels_is_mended_at_the_convolution() -> None:
    line = Line("GLU", (1, 8, 8), "Conv2d", "BatchNorm2d", dim=1)
    edits.set_param(line.document, "before0", "out_channels", 3)
    assert line.mended("error") == "2×6×6"


def test_shares_are_probabilities_and_their_logarithms_are_not() -> None:
    for kind, probable in (("Softmax", True), ("Softmin", True), ("LogSoftmax", False), ("Sigmoid", True)):
        value = Line(kind, (4,)).reading.value("it")
        assert isinstance(value, Tensor)
        assert value.probability is probable


def test_what_drops_or_bends_each_number_keeps_the_names_of_columns() -> None:
    document = Document(standard())
    edits.add(document, "Iris", id="iris")
    last, port = "iris", "x"
    for kind in ("GaussianNoise", "Dropout", "ReLU", "SELU", "AlphaDropout"):
        born = edits.add(document, kind)
        edits.connect(document, last, port, born, "x")
        last, port = born, "y"
    value = Reading(document).value(last)
    assert isinstance(value, Tensor)
    assert value.columns == ("sepal length", "sepal width", "petal length", "petal width")
