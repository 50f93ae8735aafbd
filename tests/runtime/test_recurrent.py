"""Recurrent layers and cells as they are printed, against torch's own modules with the same weights."""

from typing import Any

import pytest
import torch
from torch import nn

from graph.catalogue import standard
from graph.reading import Reading
from graph.shape import Axis, Tensor
from runtime import emit
from runtime.program import ProgramError
from tests.runtime.drawings import built, drawn, net_of, program_of

N, T = Axis("s", "N"), Axis("s", "T")


def forward_of(nodes: Any, wires: list[str]) -> list[str]:
    text = emit.model(program_of(drawn(nodes, wires))).text
    return [line.strip() for line in text.split("def forward")[1].splitlines()[1:]]


def same(module: nn.Module, reference: nn.Module) -> nn.Module:
    reference.load_state_dict(module.state_dict())
    return reference


SEQUENCES = {"s": ("Input", {"shape": [7, 3]})}


@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
@pytest.mark.parametrize(("layers", "both"), [(1, False), (1, True), (2, False), (3, True)])
def test_a_layer_and_its_states_equal_torch(kind: str, layers: int, both: bool) -> None:
    ports = ["y", "h", "c"] if kind == "LSTM" else ["y", "h"]
    params = {"hidden_size": 4, "num_layers": layers, "bidirectional": both}
    outs = {f"out_{port}": ("Output", {}) for port in ports}
    wires = ["s.x -> r.x", *(f"r.{port} -> out_{port}.x" for port in ports)]
    net, x = net_of({**SEQUENCES, "r": (kind, params), **outs}, wires).eval(), torch.randn(5, 7, 3)
    reference = same(net.r, getattr(nn, kind)(3, 4, num_layers=layers, bidirectional=both, batch_first=True))
    y, states = reference(x)
    given = net(x)
    torch.testing.assert_close(given[0], y)
    for mine, theirs in zip(given[1:], states if kind == "LSTM" else (states,), strict=True):
        stacked = layers * (2 if both else 1)
        assert mine.shape == ((5, 4) if stacked == 1 else (5, stacked, 4))
        torch.testing.assert_close(mine.reshape(5, stacked, 4).transpose(0, 1), theirs)


@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
@pytest.mark.parametrize("layers", [1, 2])
def test_a_layer_starts_where_another_ended(kind: str, layers: int) -> None:
    params = {"hidden_size": 4, "num_layers": layers}
    states = [("h", "h0"), ("c", "c0")] if kind == "LSTM" else [("h", "h0")]
    wires = ["s.x -> a.x", "s.x -> b.x", "b.y -> out.x", *(f"a.{out} -> b.{into}" for out, into in states)]
    nodes = {**SEQUENCES, "a": (kind, params), "b": (kind, params), "out": ("Output", {})}
    net, x = net_of(nodes, wires), torch.randn(5, 7, 3)
    torch.testing.assert_close(net(x), net.b(x, net.a(x)[1])[0])
    lines = forward_of(nodes, wires)
    assert lines[0] == ("_, (a_h, a_c) = self.a(x)" if kind == "LSTM" else "_, a_h = self.a(x)")
    assert lines[1] == ("b, _ = self.b(x, (a_h, a_c))" if kind == "LSTM" else "b, _ = self.b(x, a_h)")


def test_only_what_is_needed_has_a_name() -> None:
    nodes = {**SEQUENCES, "lstm": ("LSTM", {"hidden_size": 4}), "fc": ("Linear", {"out_features": 2})}
    assert forward_of(nodes, ["s.x -> lstm.x", "lstm.y -> fc.x"]) == ["x, _ = self.lstm(x)", "return self.fc(x)"]
    assert forward_of(nodes, ["s.x -> lstm.x", "lstm.h -> fc.x"]) == [
        "_, (x, _) = self.lstm(x)",
        "return self.fc(x[0])",
    ]
    assert forward_of({**SEQUENCES, "lstm": nodes["lstm"]}, ["s.x -> lstm.x"]) == [
        "lstm, _ = self.lstm(x)",
        "return lstm",
    ]
    both = {**nodes, "fc2": ("Linear", {}), "out": ("Output", {}), "out2": ("Output", {})}
    wires = ["s.x -> lstm.x", "lstm.c -> fc.x", "lstm.y -> fc2.x", "fc.y -> out.x", "fc2.y -> out2.x"]
    assert forward_of(both, wires)[0] == "lstm, (_, lstm_c) = self.lstm(x)"


@pytest.mark.parametrize(("layers", "sides"), [(1, (4,)), (2, (2, 4))])
def test_a_state_that_is_drawn_comes_with_rows_first(layers: int, sides: tuple[int, ...]) -> None:
    gru = _kind("GRU", {"hidden_size": 4, "num_layers": layers})
    values = {"x": Tensor((N, T, 3)), "h0": Tensor((N, *sides))}
    module = eval(gru.module(*values.values()), {"nn": nn})
    x, start = torch.randn(5, 7, 3), torch.randn(5, *sides)
    call = gru.call("gru", {"x": "x", "h0": "-start"}, values)
    found = eval(call, {"gru": module, "x": x, "start": -start})
    torch.testing.assert_close(found, module(x, start.reshape(5, layers, 4).transpose(0, 1).contiguous()))


def _kind(name: str, params: dict[str, Any]) -> Any:
    return standard().make(name, params)


@pytest.mark.parametrize("kind", ["RNNCell", "GRUCell", "LSTMCell"])
def test_a_cell_is_one_step_of_its_layer(kind: str) -> None:
    nodes = {
        "s": ("Input", {"shape": [3]}),
        "one": (kind, {"hidden_size": 4}),
        "two": (kind, {"hidden_size": 4}),
        "out": ("Output", {}),
    }
    states = [("y", "h"), ("c", "c")] if kind == "LSTMCell" else [("y", "h")]
    wires = ["s.x -> one.x", "s.x -> two.x", *(f"one.{out} -> two.{into}" for out, into in states), "two.y -> out.x"]
    net, x = net_of(nodes, wires), torch.randn(5, 3)
    net.two.load_state_dict(net.one.state_dict())
    layer = getattr(nn, kind.removesuffix("Cell"))(3, 4, batch_first=True)
    layer.load_state_dict({f"{name}_l0": value for name, value in net.one.state_dict().items()})
    torch.testing.assert_close(net(x), layer(torch.stack([x, x], dim=1))[0][:, 1])


def test_the_length_of_sequences_may_be_unknown() -> None:
    lstm = _kind("LSTM", {"hidden_size": 5, "bidirectional": True, "num_layers": 2})
    y, h, c = lstm.shape(Tensor((N, T, 3)))
    assert (y.sides, h.sides, c.sides) == ((N, T, 10), (N, 4, 5), (N, 4, 5))
    assert lstm.macs(Tensor((N, T, 3)), y) is None
    per_step = sum(p.numel() for name, p in nn.LSTM(3, 5, 2, bidirectional=True).named_parameters() if "weight" in name)
    assert lstm.macs(Tensor((N, Axis("s", "T", 9), 3)), y) == 9 * per_step


@pytest.mark.filterwarnings("ignore:LSTM with projections")
def test_projections_shorten_what_is_answered_and_nothing_else() -> None:
    params = {"hidden_size": 5, "proj_size": 2, "num_layers": 2}
    net = net_of({**SEQUENCES, "r": ("LSTM", params)}, ["s.x -> r.x"])
    reference = same(net.r, nn.LSTM(3, 5, 2, proj_size=2, batch_first=True))
    x = torch.randn(5, 7, 3)
    torch.testing.assert_close(net(x), reference(x)[0])


def test_dropout_needs_two_layers() -> None:
    document = drawn({**SEQUENCES, "r": ("GRU", {"dropout": 0.5})}, ["s.x -> r.x"])
    (found,) = [d for d in Reading(document).diagnostics("r") if d.level == "warning"]
    assert found.code == "dropout-alone"
    built(program_of(document)).net()  # torch has nothing to warn of: its argument is not printed
    found.fix.apply(document)
    assert not [d for d in Reading(document).diagnostics("r") if d.level == "warning"]


@pytest.mark.parametrize(
    ("nodes", "wires", "said"),
    [
        ({"d": ("Input", {"shape": [4]})}, ["d.x -> r.x"], "wants sequences"),
        (
            {"d": ("Input", {"shape": [4, 3]}), "h": ("Input", {"shape": [5]})},
            ["d.x -> r.x", "h.x -> r.h0"],
            "together",
        ),
        ({"d": ("Input", {"shape": [4], "classes": 9})}, ["d.x -> r.x"], "Embedding"),
    ],
)
def test_what_does_not_fit_is_said(nodes: Any, wires: list[str], said: str) -> None:
    document = drawn({**nodes, "r": ("LSTM", {"hidden_size": 5})}, wires)
    (found,) = [d for d in Reading(document).diagnostics("r") if d.level == "error"]
    assert said in found.message
    with pytest.raises(ProgramError):
        program_of(document)


@pytest.mark.parametrize(("sides", "became"), [([8], (8, 1)), ([2, 4, 3], (2, 12))])
def test_rows_and_pictures_become_sequences_by_a_fix(sides: list[int], became: tuple[int, ...]) -> None:
    document = drawn({"d": ("Input", {"shape": sides}), "r": ("GRU", {})}, ["d.x -> r.x"])
    reading = Reading(document)
    (found,) = [d for d in reading.diagnostics("r") if d.level == "error"]
    found.fix.apply(document)
    assert reading.inputs("r")["x"].inner == became
    assert not [d for d in reading.diagnostics("r") if d.level == "error"]


def test_states_of_other_data_do_not_belong() -> None:
    nodes = {**SEQUENCES, "other": ("Input", {"shape": [5]}), "r": ("GRU", {"hidden_size": 5})}
    found = Reading(drawn(nodes, ["s.x -> r.x", "other.x -> r.h0"])).diagnostics("r")
    assert [d.code for d in found if d.level == "error"] == ["rows-mixed"]


def test_states_leave_net_for_what_only_training_needs() -> None:
    """The single unit of Net is called by itself, and what is taken of it is picked where it is taken."""
    nodes = {
        "digits": ("Digits", {}),
        "rows": ("Flatten", {"end_dim": 2}),
        "lstm": ("LSTM", {"hidden_size": 6}),
        "own": ("Linear", {"out_features": 10}),
        "other": ("GRU", {"hidden_size": 6}),
        "head": ("Linear", {"out_features": 10}),
        "loss": ("CrossEntropyLoss", {}),
        "loss2": ("CrossEntropyLoss", {}),
        "adam": ("Adam", {}),
        "out": ("Output", {}),
    }
    wires = [
        "digits.x -> rows.x", "rows.y -> lstm.x", "rows.y -> other.x", "lstm.c -> other.h0", "lstm.h -> own.x",
        "other.h -> head.x", "own.y -> loss.prediction", "head.y -> loss2.prediction", "digits.y -> loss.target",
        "digits.y -> loss2.target", "loss.loss -> adam.loss", "loss2.loss -> adam.loss", "own.y -> out.x",
    ]  # fmt: skip
    made = built(program_of(drawn(nodes, wires)), train=True).training()
    x, y = torch.rand(4, 1, 8, 8), torch.randint(10, (4,))
    figures = made.evaluate(x, y)
    _, (h, c) = made.net.lstm(x.flatten(1, 2))
    head = made.extras.head(made.extras.other(x.flatten(1, 2), c)[1][0])
    for name, scores in (("loss", made.net.own(h[0])), ("loss2", head)):
        torch.testing.assert_close(figures[name][0] / figures[name][1], nn.functional.cross_entropy(scores, y))
    made.step(x, y)
