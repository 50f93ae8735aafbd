"""What operations on tensors refuse: in a sentence for the person who drew them, with a fix that helps."""

from collections.abc import Sequence
from typing import Any

import pytest

from graph.reading import Reading
from runtime.program import Program
from tests.runtime.drawings import Nodes, drawn

Wires = Sequence[str]


def refused(nodes: Nodes, wires: Wires, port: str = "y") -> tuple[str, Program | None]:
    """The first error of `it`, and what its fix makes of the drawing."""
    document = drawn({**nodes, "out": ("Output", {})}, [*wires, f"it.{port} -> out.x"])
    reading = Reading(document)
    error = next(found for found in reading.diagnostics("it") if found.level == "error")
    if error.fix is None:
        return error.message, None
    error.fix.apply(document)
    return error.message, Program(reading)


STEPS = ("Input", {"shape": [5, 4]})
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("Mean", {"dim": 0}, "it acts along side 0, which is the batch: its rows must not be mixed."),
    ("Sum", {"dim": 4}, "it acts along side 4, but x gives sequences of 5×4: there are the sides 1 to 2."),
    ("Chunk", {"chunks": 4}, "it makes 4 parts of side 1, but 5 numbers fall into 3."),
    ("Select", {"index": 7}, "it takes place 7 of side 1, but x gives sequences of 5×4: there are the places 0 to 4."),
    ("Slice", {"start": 9}, "it takes 9: of side 1, but x gives sequences of 5×4: that is nothing."),
    ("Reshape", {"sides": [3, 4]}, "it makes 3×4 of 20 numbers, which x gives: that would be 12."),
    ("Permute", {"dims": [1, 0, 2]}, "it must leave the batch first: its rows must not become another side."),
    ("Clamp", {}, "it has neither a lowest nor a highest number to cut at."),
]


@pytest.mark.parametrize(
    ("kind", "params", "sentence"), REFUSED, ids=lambda case: case if isinstance(case, str) else ""
)
def test_what_does_not_fit_is_said_and_put_right(kind: str, params: dict[str, Any], sentence: str) -> None:
    nodes: Nodes = {"x": STEPS, "it": (kind, params)}
    said, fixed = refused(nodes, ["x.x -> it.x"], "a" if kind == "Chunk" else "y")
    assert said == sentence
    if kind != "Reshape":  # 20 numbers cannot be parted in threes
        assert fixed is not None


def test_rows_of_different_data_are_never_joined() -> None:
    for kind in ("Add", "Multiply", "Subtract", "MatMul", "Compare", "Stack"):
        ports = ("x", "other") if kind == "Compare" else ("a", "b")
        wires = [f"one.x -> it.{ports[0]}", f"two.x -> it.{ports[1]}"]
        said, _ = refused({"one": STEPS, "two": STEPS, "it": (kind, {})}, wires)
        assert said == "it joins rows of different data, which do not belong together.", kind


def test_the_batch_is_never_stretched_over_another_side() -> None:
    nodes: Nodes = {"x": ("Input", {"shape": [4]}), "one": ("Mean", {}), "row": ("Unsqueeze", {}), "it": ("Add", {})}
    said, _ = refused(nodes, ["x.x -> one.x", "one.y -> it.a", "x.x -> row.x", "row.y -> it.b"])
    assert said.startswith("it adds numbers to one number per row, but row gives sequences of 1×4")


DOUBTED: list[tuple[str, dict[str, Any], str]] = [
    ("Squeeze", {"dim": 1}, "it leaves side 1 as it is: x gives sequences of 5×4, and only a side of 1 can go."),
    ("Chunk", {"chunks": 2}, "it makes 2 parts of 5 numbers: the last one is shorter."),
]


@pytest.mark.parametrize(
    ("kind", "params", "sentence"), DOUBTED, ids=lambda case: case if isinstance(case, str) else ""
)
def test_what_hardly_anyone_means_is_doubted(kind: str, params: dict[str, Any], sentence: str) -> None:
    nodes: Nodes = {"x": STEPS, "it": (kind, params)}
    reading = Reading(drawn(nodes, ["x.x -> it.x"]))
    assert [found.message for found in reading.diagnostics("it") if found.level == "warning"] == [sentence]


def test_class_numbers_are_no_quantities() -> None:
    nodes: Nodes = {"tokens": ("Input", {"shape": [3], "classes": 9}), "it": ("Scale", {"factor": 2.0})}
    reading = Reading(drawn(nodes, ["tokens.x -> it.x"]))
    (warning,) = [found for found in reading.diagnostics("it") if found.level == "warning"]
    assert warning.message == "it computes with the class numbers of tokens as if they were quantities."
    assert warning.fix is not None
    assert warning.fix.label == "Put an Embedding between"


@pytest.mark.parametrize(("shape", "kind"), [([7], "Linear"), ([3, 8, 8], "Conv2d")])
def test_a_branch_of_another_width_is_made_as_wide(shape: list[int], kind: str) -> None:
    params = {"out_features": 5} if kind == "Linear" else {"out_channels": 5, "padding": 1}
    nodes: Nodes = {"x": ("Input", {"shape": shape}), "fc": (kind, params), "act": ("ReLU", {}), "it": ("Add", {})}
    said, fixed = refused(nodes, ["x.x -> fc.x", "fc.y -> act.x", "x.x -> it.a", "act.y -> it.b"])
    assert said.endswith("both must have the same sides.")
    assert fixed is not None
