"""Operations on tensors give the numbers of textbooks, and the source that a person would write."""

import json
import math
import operator
import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
import torch

from graph.catalogue import standard
from graph.project import parse
from graph.reading import Reading
from runtime import emit
from tests.runtime.drawings import Nodes, built, drawn, forward_of, net_of, program_of

NUMBERS = [[0.5, 2.0, -1.5, 4.0], [3.0, -0.25, 1.0, -3.0]]
X = torch.tensor(NUMBERS, dtype=torch.float64)


def one(kind: str, shape: Sequence[int], **params: Any) -> torch.nn.Module:
    """A network of a single node."""
    nodes: Nodes = {"x": ("Input", {"shape": list(shape)}), "it": (kind, params), "out": ("Output", {})}
    return net_of(nodes, ["x.x -> it.x", "it.y -> out.x"])


def two(kind: str, ports: tuple[str, str], shape: Sequence[int], **params: Any) -> torch.nn.Module:
    """A network of a single node with two inputs."""
    nodes: Nodes = {"p": ("Input", {"shape": list(shape)}), "it": (kind, params), "out": ("Output", {}),
                    "other": ("Scale", {"factor": 0.5, "offset": 1.0})}  # fmt: skip
    return net_of(nodes, [f"p.x -> it.{ports[0]}", "p.x -> other.x", f"other.y -> it.{ports[1]}", "it.y -> out.x"])


# --- number by number


FUNCTIONS: dict[str, Callable[[float], float]] = {
    "Abs": abs, "Square": lambda x: x * x, "Exp": math.exp, "Reciprocal": lambda x: 1 / x, "Sin": math.sin,
    "Cos": math.cos, "Sign": lambda x: math.copysign(1, x), "Negate": lambda x: -x,
}  # fmt: skip


@pytest.mark.parametrize("kind", FUNCTIONS)
def test_a_function_acts_on_each_number(kind: str) -> None:
    by_hand = [[FUNCTIONS[kind](number) for number in row] for row in NUMBERS]
    torch.testing.assert_close(one(kind, [4])(X), torch.tensor(by_hand, dtype=X.dtype))


@pytest.mark.parametrize(("kind", "function"), [("Log", math.log), ("Sqrt", math.sqrt)])
def test_a_function_of_positive_numbers(kind: str, function: Callable[[float], float]) -> None:
    by_hand = [[function(abs(number)) for number in row] for row in NUMBERS]
    torch.testing.assert_close(one(kind, [4])(X.abs()), torch.tensor(by_hand, dtype=X.dtype))


BETWEEN: dict[tuple[str, str, str], Callable[[float, float], float]] = {
    ("Add", "a", "b"): lambda a, b: a + b, ("Subtract", "a", "b"): lambda a, b: a - b,
    ("Multiply", "a", "b"): lambda a, b: a * b, ("Divide", "a", "b"): lambda a, b: a / b,
    ("Maximum", "a", "b"): max, ("Minimum", "a", "b"): min,
}  # fmt: skip


@pytest.mark.parametrize("names", BETWEEN, ids=lambda names: names[0])
def test_two_tensors_meet_number_by_number(names: tuple[str, str, str]) -> None:
    kind, *ports = names
    by_hand = [[BETWEEN[names](number, number * 0.5 + 1) for number in row] for row in NUMBERS]
    torch.testing.assert_close(two(kind, (ports[0], ports[1]), [4])(X), torch.tensor(by_hand, dtype=X.dtype))


def test_numbers_are_scaled_cut_and_raised() -> None:
    torch.testing.assert_close(one("Scale", [4], factor=-2.0, offset=3.0)(X), 3 - 2 * X)
    assert one("Clamp", [4], min=-1.0, max=1.0)(X).tolist() == [[0.5, 1, -1, 1], [1, -0.25, 1, -1]]
    assert one("Power", [4], exponent=3.0)(X)[0, 1].item() == 8
    raised = two("Power", ("x", "exponent"), [4])(torch.tensor([[2.0, 4.0, 1.0, 6.0]]))
    assert raised.tolist() == [[4.0, 64.0, 1.0, 1296.0]]


# --- along a side


REDUCTIONS: dict[str, Callable[[list[float]], float]] = {
    "Mean": statistics.fmean, "Sum": math.fsum, "Max": max, "Min": min, "Prod": math.prod, "Std": statistics.stdev,
    "Var": statistics.variance, "LogSumExp": lambda row: math.log(sum(map(math.exp, row))),
    "Norm": lambda row: math.hypot(*row),
    "ArgMax": lambda row: row.index(max(row)), "ArgMin": lambda row: row.index(min(row)),
}  # fmt: skip


@pytest.mark.parametrize("kind", REDUCTIONS)
def test_a_side_becomes_one_number(kind: str) -> None:
    by_hand = [float(REDUCTIONS[kind](row)) for row in NUMBERS]
    torch.testing.assert_close(one(kind, [4])(X).double(), torch.tensor(by_hand, dtype=X.dtype))
    assert one(kind, [4], keepdim=True)(X).shape == (2, 1)


def test_several_sides_at_once() -> None:
    maps = torch.rand(2, 3, 4, 5)
    torch.testing.assert_close(one("Mean", [3, 4, 5], dim=[2, 3])(maps), maps.flatten(2).mean(2))
    torch.testing.assert_close(one("Norm", [3, 4, 5], dim=[-1, 1], ord=1.0)(maps), maps.abs().sum((1, 3)))


def test_rows_get_length_one() -> None:
    lengths = one("Normalize", [4])(X).square().sum(1)
    torch.testing.assert_close(lengths, torch.ones(2, dtype=X.dtype))


def test_how_alike_two_rows_are() -> None:
    other = 0.5 * X + 1
    pairs = list(zip(NUMBERS, other.tolist(), strict=True))
    cosine = [sum(map(operator.mul, p, q)) / math.hypot(*p) / math.hypot(*q) for p, q in pairs]
    torch.testing.assert_close(two("CosineSimilarity", ("x1", "x2"), [4])(X), torch.tensor(cosine, dtype=X.dtype))
    apart = [math.dist(p, q) for p, q in pairs]
    found = two("PairwiseDistance", ("x1", "x2"), [4], eps=0.0)(X)
    torch.testing.assert_close(found, torch.tensor(apart, dtype=X.dtype))


# --- arranging and parting


ARRANGED: list[tuple[str, dict[str, Any], Callable[[torch.Tensor], torch.Tensor]]] = [
    ("Reshape", {"sides": [6, -1]}, lambda x: torch.stack([row.reshape(6, 4) for row in x])),
    ("Permute", {"dims": [0, 3, 1, 2]}, lambda x: torch.einsum("nabc->ncab", x)),
    ("Transpose", {"dim0": 1, "dim1": -1}, lambda x: torch.einsum("nabc->ncba", x)),
    ("Unflatten", {"dim": 3, "unflattened_size": [2, 2]}, lambda x: torch.stack([x[..., :2], x[..., 2:]], 3)),
    ("Unsqueeze", {"dim": 2}, lambda x: x[:, :, None]),
    ("Slice", {"dim": 3, "start": -3, "step": 2}, lambda x: torch.stack([x[..., 1], x[..., 3]], 3)),
    ("Select", {"dim": -2, "index": -1}, lambda x: x[:, :, 2]),
    ("Flip", {"dims": [2, 3]}, lambda x: torch.rot90(x, 2, (2, 3))),
    ("Roll", {"shifts": 1, "dims": 3}, lambda x: torch.cat([x[..., 3:], x[..., :3]], 3)),
    ("Repeat", {"times": [1, 2, 1]}, lambda x: torch.cat([x, x], 2)),
    ("RepeatInterleave", {"times": 2, "dim": 1}, lambda x: x[:, [0, 0, 1, 1]]),
    ("Reverse", {}, lambda x: x[:, [1, 0]]),
    ("LastStep", {}, lambda x: x[:, 1]),
]


@pytest.mark.parametrize(
    ("kind", "params", "by_hand"), ARRANGED, ids=lambda case: case if isinstance(case, str) else ""
)
def test_numbers_go_where_they_belong(
    kind: str, params: dict[str, Any], by_hand: Callable[[torch.Tensor], torch.Tensor]
) -> None:
    x = torch.arange(48.0).reshape(2, 2, 3, 4)
    assert torch.equal(one(kind, [2, 3, 4], **params)(x), by_hand(x))


def test_parts_leave_on_ports_of_their_own() -> None:
    nodes: Nodes = {"x": ("Input", {"shape": [6]}), "parts": ("Split", {"split_size_or_sections": [1, 3, 2]}),
             "back": ("Concatenate", {}), "out": ("Output", {})}  # fmt: skip
    wires = ["x.x -> parts.x", "parts.c -> back.a", "parts.a -> back.b", "back.y -> out.x"]
    program = program_of(drawn(nodes, wires))
    assert "parts_a, _, parts_c = x.split([1, 3, 2], dim=1)" in forward_of(emit.model(program).text)
    assert built(program).net()(torch.arange(12.0).reshape(2, 6)).tolist() == [[4, 5, 0], [10, 11, 6]]


def test_a_port_goes_with_its_part() -> None:
    nodes: Nodes = {"x": ("Input", {"shape": [6]}), "parts": ("Chunk", {"chunks": 2}), "out": ("Output", {})}
    reading = Reading(drawn(nodes, ["x.x -> parts.x", "parts.c -> out.x"]))
    assert [found.message for found in reading.diagnostics("out")] == ["parts has no output 'c'."]
    reading.document.apply({"parts": _with(reading, "parts", chunks=3)})
    assert [found for found in reading.diagnostics() if found.level == "error"] == []


def _with(reading: Reading, born: str, **params: Any) -> Any:
    node = reading.document.node(born)
    return node, replace(node, params=params)


# --- conditions


def test_numbers_are_chosen_by_a_condition() -> None:
    nodes: Nodes = {"x": ("Input", {"shape": [4]}), "big": ("Compare", {"operator": ">=", "other": 1.0}),
             "small": ("Compare", {"operator": "<", "other": 3.5}), "both": ("And", {}), "neither": ("Not", {}),
             "pick": ("Where", {"other": -9.0}), "out": ("Output", {}), "rest": ("Output", {})}  # fmt: skip
    net = net_of(nodes, ["x.x -> big.x", "x.x -> small.x", "big.y -> both.a", "small.y -> both.b",
                         "both.y -> pick.condition", "x.x -> pick.x", "pick.y -> out.x",
                         "both.y -> neither.x", "neither.y -> rest.x"])  # fmt: skip
    picked, rest = net(X)
    assert picked.tolist() == [[-9, 2, -9, -9], [3, -9, 1, -9]]
    assert rest.tolist() == [[True, False, True, True], [False, True, False, True]]


def test_classes_as_rows_and_back() -> None:
    nodes: Nodes = {"x": ("Input", {"shape": [3], "classes": 4}), "row": ("OneHot", {}),
             "back": ("ArgMax", {"dim": -1}), "out": ("Output", {}), "rows": ("Output", {})}  # fmt: skip
    net = net_of(nodes, ["x.x -> row.x", "row.y -> back.x", "back.y -> out.x", "row.y -> rows.x"])
    classes = torch.tensor([[0, 3, 1], [2, 2, 0]])
    back, rows = net(classes)
    assert torch.equal(back, classes)
    assert rows[0].tolist() == [[1, 0, 0, 0], [0, 0, 0, 1], [0, 1, 0, 0]]


# --- along time


def test_a_row_stands_beside_every_step() -> None:
    nodes: Nodes = {"x": ("Input", {"shape": [4, 2]}), "sum": ("Mean", {}), "same": ("RepeatOverTime", {}),
             "both": ("Concatenate", {"dim": 2}), "out": ("Output", {})}  # fmt: skip
    net = net_of(nodes, ["x.x -> sum.x", "sum.y -> same.x", "x.x -> same.like", "x.x -> both.a", "same.y -> both.b",
                         "both.y -> out.x"])  # fmt: skip
    x = torch.rand(3, 4, 2)
    found = net(x)
    assert found.shape == (3, 4, 4)
    assert all(torch.equal(found[:, step, 2:], x.mean(1)) for step in range(4))


# --- numbers of one's own


def test_numbers_that_are_learned_move() -> None:
    nodes: Nodes = {"rows": ("Moons", {}), "scale": ("Parameter", {"size": [2], "init": "ones"}),
             "by": ("Multiply", {}),
             "sum": ("Sum", {}), "loss": ("MSELoss", {}), "adam": ("Adam", {"lr": 0.1})}  # fmt: skip
    wires = ["rows.x -> by.a", "scale.y -> by.b", "by.y -> sum.x", "sum.y -> loss.prediction", "rows.y -> loss.target",
             "loss.loss -> adam.loss"]  # fmt: skip
    program = program_of(drawn(nodes, wires))
    training = built(program, train=True).training()
    training.step(torch.rand(8, 2), torch.randint(2, (8,)))
    moved = training.net.state_dict()["scale.weight"]
    assert moved.shape == (1, 2)
    torch.testing.assert_close((moved - 1).abs(), torch.full((1, 2), 0.1), rtol=1e-3, atol=0)


def test_numbers_that_are_typed_stay() -> None:
    nodes: Nodes = {"x": ("Input", {"shape": [3]}), "c": ("Constant", {"values": [1, 2.5]}),
             "grid": ("Constant", {"values": [7.0], "size": [2, 2]}),
             "both": ("Concatenate", {}), "out": ("Output", {}), "map": ("Output", {})}  # fmt: skip
    net = net_of(nodes, ["x.x -> both.a", "x.x -> c.like", "c.y -> both.b", "both.y -> out.x", "grid.y -> map.x"])
    rows, grid = net(torch.zeros(2, 3))
    assert rows.tolist() == [[0, 0, 0, 1, 2.5]] * 2
    assert grid.tolist() == [[[7, 7], [7, 7]]]
    assert list(net.parameters()) == []


# --- within blocks


def test_what_follows_a_block_s_parameter_is_computed_with_it() -> None:
    inside: Nodes = {"x": ("Input", {}), "part": ("Slice", {"stop": "=width"}),
              "by": ("Scale", {"factor": "=width / 2"}),
              "sum": ("Mean", {"dim": "=1"}), "own": ("Parameter", {"size": ["=width"], "init": "ones"}),
              "all": ("Multiply", {}), "out": ("Output", {})}  # fmt: skip
    wires = ["x.x -> part.x", "part.y -> by.x", "by.y -> all.a", "own.y -> all.b", "all.y -> sum.x", "sum.y -> out.x"]
    block = {"params": {"width": 2}, "nodes": listed(inside), "wires": wires}
    nodes: Nodes = {"x": ("Input", {"shape": [6]}), "two": ("Head", {}), "four": ("Head", {"width": 4}),
             "first": ("Output", {}), "second": ("Output", {})}  # fmt: skip
    outer = ["x.x -> two.x", "x.x -> four.x", "two.out -> first.x", "four.out -> second.x"]
    text = {"format": "neuroloom", "version": 1, "nodes": listed(nodes), "wires": outer, "blocks": {"Head": block}}
    net = built(program_of(parse(json.dumps(text), standard()))).net()
    x = torch.rand(3, 6)
    two, four = net(x)
    torch.testing.assert_close(two, x[:, :2].mean(1))
    torch.testing.assert_close(four, 2 * x[:, :4].mean(1))


def listed(nodes: Nodes) -> list[dict[str, Any]]:
    """Nodes as a file lists them."""
    return [{"id": id, "kind": kind, "params": dict(params)} for id, (kind, params) in nodes.items()]
