"""Layers that keep their state from window to window, against loops over torch's own layers written by hand."""

import json
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from torch import nn
from torch.nn import functional as F

import runtime.train.loop as loop_module
from graph import edits
from graph.catalogue import standard
from graph.project import parse
from graph.reading import Reading
from runtime.build import build
from runtime.data.source import load
from runtime.emit import model
from runtime.exports import Take, export
from runtime.predict.continuing import text
from runtime.predict.predictor import Predictor
from runtime.program import Program, ProgramError
from runtime.protocol import PROJECT
from tests.runtime.drawings import Nodes, built, drawn, forward_of, program_of
from tests.runtime.test_loops import LSTM as GATES
from tests.runtime.test_loops import WIDTH
from tests.runtime.training import Trained, text_of, train

LENGTH, ROWS = 12, 4
SERIES = ("Series", {"series": "sunspots", "length": LENGTH, "batch_size": ROWS, "order": "stream",
                     "answer": "shifted", "validation": 0.2, "test": 0.2})  # fmt: skip
ENDS: Nodes = {"fc": ("Linear", {"out_features": 1}), "loss": ("MSELoss", {}), "adam": ("Adam", {"lr": 0.01})}
OUT = ["fc.y -> loss.prediction", "series.y -> loss.target", "loss.loss -> adam.loss"]
RUN = {"epochs": 2, "threads": 1, "device": "cpu", "clip_norm": 1.0}


def lone(kind: str, **params: Any) -> tuple[Nodes, list[str]]:
    """A series through one layer that keeps its state, and a Linear."""
    nodes = {"series": SERIES, "scale": ("Standardize", {}), "cell": (kind, {"stateful": True, **params}), **ENDS}
    return nodes, ["series.x -> scale.x", "scale.y -> cell.x", "cell.y -> fc.x", *OUT]


ELMAN: Nodes = {
    "series": SERIES, "scale": ("Standardize", {}), "wx": ("Linear", {"out_features": 6}),
    "h": ("Delay", {"stateful": True}), "wh": ("Linear", {"out_features": 6, "bias": False}), "plus": ("Add", {}),
    "tanh": ("Tanh", {}), **ENDS,
}  # fmt: skip
ELMAN_WIRES = [
    "series.x -> scale.x", "scale.y -> wx.x", "h.y -> wh.x", "wx.y -> plus.a", "wh.y -> plus.b", "plus.y -> tanh.x",
    "tanh.y -> h.x", "tanh.y -> fc.x", *OUT,
]  # fmt: skip


@pytest.fixture(scope="module")
def batches() -> list[tuple[torch.Tensor, torch.Tensor]]:
    """The windows of a stream, as made by hand from the series: row i goes on where row i ended."""
    whole = load(standard().make("Series", {**SERIES[1], "order": "windows", "length": 1, "stride": 1}), Path()).parts
    x, y = whole["train"]["x"][:, 0], whole["train"]["y"][:, 0]
    each = len(x) // (ROWS * LENGTH) * LENGTH
    tracks = [(x[row * each :][:each], y[row * each :][:each]) for row in range(ROWS)]
    pairs = zip(*(torch.stack(parts) for parts in zip(*tracks, strict=True)), strict=True)
    x, y = (torch.stack(parts) for parts in zip(*pairs, strict=True))
    return list(zip(x.split(LENGTH, 1), y.split(LENGTH, 1), strict=True))


def test_a_stream_runs_row_by_row_through_the_data(batches: Sequence[tuple[torch.Tensor, torch.Tensor]]) -> None:
    source = load(standard().make(*SERIES), Path())
    made = built(program_of(drawn(*lone("LSTM"), RUN)), train=True)
    came = list(made.train.batches([source.parts["train"][port] for port in "xy"], 3))
    assert len(came) == len(batches) == 3
    for one, other in zip(came, batches, strict=True):
        assert torch.equal(one[0], other[0])
        assert torch.equal(one[1], other[1])
    assert source.messages[-1] == (
        "Values at the end of a part that do not fill all 4 rows are left out: 40 of 185 (training), 13 of 62 "
        "(validation) and 13 of 62 (test)."
    )


def test_too_few_values_for_all_rows_are_said_with_a_way_out() -> None:
    nodes, wires = lone("GRU")
    document = drawn({**nodes, "series": ("Series", {**SERIES[1], "batch_size": 8})}, wires)
    (found,) = Reading(document).diagnostics("series")
    assert found.message == (
        "series has 309 values, of which 62 belong to the validation part. A stream of 8 rows takes 97: let fewer rows "
        "run side by side."
    )
    assert found.fix is not None
    found.fix.apply(document)
    assert document.node("series").params["batch_size"] == 5
    assert not Reading(document).diagnostics("series")


@pytest.mark.parametrize(
    ("kind", "params", "torch_kind"),
    [("LSTM", {"num_layers": 2}, nn.LSTM), ("GRU", {}, nn.GRU), ("RNN", {}, nn.RNN), ("drawn", {}, nn.RNN)],
)
def test_training_equals_a_loop_by_hand(
    kind: str,
    params: dict[str, Any],
    torch_kind: type[nn.RNNBase],
    batches: Sequence[tuple[torch.Tensor, torch.Tensor]],
) -> None:
    """Truncated backpropagation through time: the state goes on, the gradient does not."""
    size = {"hidden_size": 6, **params}
    nodes, wires = (ELMAN, ELMAN_WIRES) if kind == "drawn" else lone(kind, **size)
    training = built(program_of(drawn(nodes, wires, RUN)), train=True).training()
    torch.manual_seed(1)
    cell, fc = torch_kind(1, batch_first=True, **size), nn.Linear(6, 1)
    scale = torch.cat([x for x, _ in batches])
    mean, spread = scale.mean(), scale.std(correction=0)
    training.fit(scale, scale)
    _copy(training.net, cell, fc)
    optimizer = torch.optim.Adam([*cell.parameters(), *fc.parameters()], lr=0.01)
    training.begin("cpu")
    state = None
    for at in range(20):
        if at % len(batches) == 0:
            training.begin("cpu")
            state = None
        x, y = batches[at % len(batches)]
        y = y / 100
        given = cell((x - mean) / spread, state)
        hidden, state = given[0], _cut(given[1])
        loss = F.mse_loss(fc(hidden), y)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_([*cell.parameters(), *fc.parameters()], 1.0)
        optimizer.step()
        value, count = training.step(x, y)["loss"]
        assert (value / count).item() == pytest.approx(loss.item(), rel=1e-6, abs=1e-6)


def _cut(state: Any) -> Any:
    return tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()


def _copy(net: nn.Module, cell: nn.RNNBase, fc: nn.Linear) -> None:
    net.fc.load_state_dict(fc.state_dict())
    if hasattr(net, "cell"):
        net.cell.load_state_dict(cell.state_dict())
        return
    with torch.no_grad():
        cell.bias_hh_l0.zero_().requires_grad_(False)  # the drawn one has a single bias
        net.wx.weight.copy_(cell.weight_ih_l0)
        net.wx.bias.copy_(cell.bias_ih_l0)
        net.wh.weight.copy_(cell.weight_hh_l0)


def block(nodes: Sequence[dict[str, Any]], wires: Sequence[str], kept: bool = True) -> dict[str, Any]:
    """A block of test_loops whose Delays keep their state."""
    made = [
        {**node, "params": {**node.get("params", {}), "stateful": kept}} if node["kind"] == "Delay" else node
        for node in nodes
    ]
    return {"params": {"width": WIDTH}, "nodes": made, "wires": list(wires)}


INPUT: Nodes = {"x": ("Input", {"shape": [7, 3], "sequence": True}), "out": ("Output", {})}
CHAINS: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
    "lstm": [("lstm", "LSTM", {"hidden_size": 4})],
    "gru on lstm": [("lstm", "LSTM", {"hidden_size": 4}), ("gru", "GRU", {"hidden_size": 5, "num_layers": 2})],
    "shift": [("before", "Delay", {}), ("fc", "Linear", {"out_features": 4})],
    "shifts and rnn": [("one", "Delay", {}), ("two", "Delay", {}), ("rnn", "RNN", {"hidden_size": 4})],
    "learned shift": [("lstm", "LSTM", {"hidden_size": 4}), ("before", "Delay", {"start": "learned"})],
    "block": [("cell", "Cell", {})],
    "blocks": [("one", "Cell", {}), ("two", "Cell", {"width": 4}), ("gru", "GRU", {"hidden_size": 3})],
    "block in a block": [("outer", "Outer", {}), ("after", "Linear", {"out_features": 2})],
    "block that forgets": [("cell", "Forgets", {}), ("gru", "GRU", {"hidden_size": 3})],
}
OUTER = {
    "params": {},
    "nodes": [{"id": "x", "kind": "Input"}, {"id": "cell", "kind": "Cell", "params": {"width": 4}},
              {"id": "gru", "kind": "GRU", "params": {"hidden_size": 3, "stateful": True}},
              {"id": "y", "kind": "Output"}],
    "wires": ["x.x -> cell.x", "cell.y -> gru.x", "gru.y -> y.x"],
}  # fmt: skip
BLOCKS = {"Cell": block(GATES["nodes"], GATES["wires"]), "Outer": OUTER}


def net_of(chain: Sequence[tuple[str, str, dict[str, Any]]]) -> nn.Module:
    """Net of layers one behind the other, all of which keep their state."""
    nodes = {**INPUT}
    for id, kind, params in chain:
        nodes[id] = (kind, params if kind in ("Linear", "Cell", "Outer", "Forgets") else {**params, "stateful": True})
    ids = ["x", *(id for id, _, _ in chain), "out"]
    outputs = {"x": "x.x"}
    wires = [f"{outputs.get(a, f'{a}.y')} -> {b}.x" for a, b in pairwise(ids)]
    forgets = block(GATES["nodes"], GATES["wires"], kept=False)
    text = json.dumps({
        "format": "neuroloom", "version": 1,
        "nodes": [{"id": id, "kind": kind, "params": params} for id, (kind, params) in nodes.items()],
        "wires": wires, "blocks": {**BLOCKS, "Forgets": forgets},
    })  # fmt: skip
    document = parse(text, standard())
    torch.manual_seed(0)
    net = build(model(Program(Reading(document))).text).net()
    for name, parameter in net.named_parameters():
        if name == "before.weight":
            nn.init.normal_(parameter)
    return net


@pytest.mark.parametrize("name", [name for name in CHAINS if "forgets" not in name])
def test_windows_one_after_another_give_what_the_whole_gives(name: str) -> None:
    net, x, state, found = net_of(CHAINS[name]), torch.randn(2, 12, 3), None, []
    for part in x.split([5, 1, 6], 1):
        y, state = net(part, state)
        found.append(y)
    whole, last = net(x)
    assert torch.allclose(torch.cat(found, 1), whole, atol=1e-6)
    for one, other in zip(_parts(state), _parts(last), strict=True):
        assert torch.allclose(one, other, atol=1e-6)
    assert not torch.allclose(net(x[:, 6:])[0], whole[:, 6:], atol=1e-3)


def _parts(state: Any) -> tuple[torch.Tensor, ...]:
    return state if isinstance(state, tuple) else (state,)


def test_what_forgets_begins_anew_beside_what_keeps() -> None:
    net, x = net_of(CHAINS["block that forgets"]), torch.randn(2, 12, 3)
    _, state = net(x[:, :6])
    inner, _ = net.gru(net.cell(x[:, 6:]), state)
    assert torch.allclose(net(x[:, 6:], state)[0], inner)


def test_one_delay_of_a_loop_can_forget_and_another_keep() -> None:
    nodes: Nodes = {
        "x": ("Input", {"shape": [7, 3], "sequence": True}), "one": ("Delay", {}), "two": ("Delay", {"stateful": True}),
        "sum": ("Add", {}), "out": ("Output", {}),
    }  # fmt: skip
    wires = ["x.x -> sum.a", "one.y -> sum.b", "two.y -> sum.c", "sum.y -> one.x", "sum.y -> two.x", "sum.y -> out.x"]
    net = built(program_of(drawn(nodes, wires))).net()
    y, state = net(torch.ones(1, 2, 3))
    assert y[0, :, 0].tolist() == [1.0, 3.0]
    assert len(state) == 1
    y, _ = net(torch.ones(1, 2, 3), state)
    assert y[0, :, 0].tolist() == [1.0 + 3.0, 1.0 + 2 * 4.0]


def test_no_gradient_goes_back_behind_a_window(batches: Sequence[tuple[torch.Tensor, torch.Tensor]]) -> None:
    training = built(program_of(drawn(*lone("LSTM", hidden_size=3), RUN)), train=True).training()
    training.begin("cpu")
    for x, y in batches:
        training.step(x / 100, y / 100)
        assert not any(part.requires_grad for part in training.state)
    kept = training.state
    training.begin("cpu")
    assert training.state is None
    assert kept[0].abs().max() > 0


def test_what_is_taken_beside_the_state_reads_well() -> None:
    """The hidden state is an output as well; the model returns another branch than the loss takes."""
    nodes, wires = lone("LSTM", hidden_size=4)
    nodes = {**nodes, "head": ("Linear", {"out_features": 2}), "soft": ("Softmax", {}), "out": ("Output", {})}
    wires = [*wires, "cell.h -> head.x", "head.y -> soft.x", "soft.y -> out.x", "fc.y -> aside.x"]
    nodes["aside"] = ("Output", {})
    program = program_of(drawn(nodes, wires))
    assert forward_of(model(program).text) == [
        "cell_h, fc, state = self.to_fc(x, state)", "soft = self.to_soft(cell_h)", "return soft, fc, state",
    ]  # fmt: skip
    net = built(program).net()
    x = torch.randn(4, 5, 1)
    soft, fc, state = net(x)
    hidden, (h, _) = net.cell(net.scale(x))
    assert torch.allclose(fc, net.fc(hidden))
    assert torch.allclose(soft, net.head(h[0]).softmax(1))
    assert torch.equal(state[0], h)


# --- a run


def worked(name: str) -> str:
    if name == "several":
        nodes = {**ELMAN, "gru": ("GRU", {"stateful": True, "hidden_size": 4, "num_layers": 2, "dropout": 0.3})}
        wires = ["tanh.y -> gru.x", "gru.y -> fc.x", *(wire for wire in ELMAN_WIRES if wire != "tanh.y -> fc.x")]
        return text_of(nodes, wires, {**RUN, "epochs": 3, "ema": 0.9})
    params = {"num_layers": 2, "dropout": 0.3} if name == "LSTM" else {}
    return text_of(*lone(name, hidden_size=5, **params), {**RUN, "epochs": 3})


@pytest.fixture
def look_at_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_module, "FLUSH_SECONDS", 0.0)


@pytest.mark.parametrize("name", ["LSTM", "GRU", "several"])
def test_a_run_taken_up_within_an_epoch_is_bit_equal(name: str, tmp_path: Path, look_at_each_step: None) -> None:
    whole = train(tmp_path / "whole", worked(name))
    assert whole.code == 0, whole.run.failure()
    assert len(whole.run.steps()) == 9
    for step in (1, 5, 6):
        train(tmp_path / f"{step}", worked(name), stop_at=step)
        _same(train(tmp_path / f"{step}", worked(name), resume=True), whole)


def _same(one: Trained, other: Trained) -> None:
    assert np.array_equal(one.run.steps()[:, 1:], other.run.steps()[:, 1:])
    assert one.run.metrics() == other.run.metrics()
    for key, tensor in one.weights.items():
        assert np.array_equal(tensor, other.weights[key]), key


@pytest.mark.parametrize("name", ["LSTM", "several"])
def test_train_py_alone_trains_as_the_program_does(name: str, tmp_path: Path) -> None:
    run = train(tmp_path / "run", worked(name))
    document = parse(worked(name), standard())
    export("python", Take(document, Reading(document), "m", tmp_path), tmp_path / "out")
    done = subprocess.run(
        [sys.executable, "train.py"], cwd=tmp_path / "out", capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    alone = torch.load(tmp_path / "out" / "trained.pt", weights_only=True)
    start = "ema.module." if name == "several" else "net."
    ours = {key.removeprefix(start): value for key, value in run.weights.items() if key.startswith(start)}
    assert alone.keys() == ours.keys()
    for key, weight in alone.items():
        assert np.array_equal(weight.numpy(), ours[key]), key
    test = run.run.metrics()["test"]["loss"]
    assert f"{test:.6f}"[:6] in done.stdout.splitlines()[-1]


# --- what is done with it


@pytest.mark.parametrize("kind", ["LSTM", "GRU"])
def test_a_text_is_gone_on_with_one_token_at_a_time(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer is that of the whole text up to there, read in one go, however short the windows were."""
    (tmp_path / "story.txt").write_text("the sun is up and the sea is calm. " * 30)
    reads = {"path": "../story.txt", "length": 6, "batch_size": 4, "order": "stream"}
    nodes: Nodes = {
        "text": ("TextFile", reads), "embed": ("Embedding", {}), "cell": (kind, {"hidden_size": 16, "stateful": True}),
        "fc": ("Linear", {"out_features": 16}), "turn": ("Transpose", {"dim0": 1, "dim1": 2}),
        "loss": ("CrossEntropyLoss", {}), "adam": ("Adam", {"lr": 0.02}),
    }  # fmt: skip
    wires = ["text.x -> embed.x", "embed.y -> cell.x", "cell.y -> fc.x", "fc.y -> turn.x", "turn.y -> loss.prediction",
             "text.y -> loss.target", "loss.loss -> adam.loss"]  # fmt: skip
    folder, drawing = tmp_path / "r", text_of(nodes, wires, {"epochs": 3, "threads": 1})
    folder.mkdir()
    (folder / PROJECT).write_text(drawing)
    made = train(folder, drawing)
    assert made.code == 0, made.run.failure()
    predictor = Predictor(made.run)
    number = {token: at for at, token in enumerate(predictor.arguments[0].learned.classes)}
    asked: list[int] = []
    plain = predictor.ask
    monkeypatch.setattr(predictor, "ask", lambda rows, **how: asked.append(rows["x"].shape[1]) or plain(rows, **how))
    went = "the s" + "".join(text(predictor, "the s", 20, 0, 0))
    assert asked == [5] + [1] * 19
    for at in range(5, 25):
        (answer,) = plain({"x": np.array([[number[sign] for sign in went[:at]]])})
        assert number[went[at]] == 1 + answer.numbers[0, 1:, -1].argmax()


@pytest.mark.parametrize("form", ["onnx", "pt2"])
def test_a_file_takes_the_state_and_gives_it(form: str, tmp_path: Path) -> None:
    document = parse(worked("several"), standard())
    out = tmp_path / f"m.{form}"
    assert "greatest difference" in export(form, Take(document, Reading(document), "m", tmp_path), out)
    if form == "onnx":
        graph = onnx.load(out).graph
        assert [one.name for one in graph.input] == ["x", "h_before", "gru_h_before"]
        assert [one.name for one in graph.output] == ["fc", "h_after", "gru_h_after"]


# --- what cannot be


def test_windows_in_any_order_are_said_with_the_fix() -> None:
    nodes, wires = lone("LSTM")
    document = drawn({**nodes, "series": ("Series", {**SERIES[1], "order": "windows"})}, wires)
    (found,) = (one for one in Reading(document).diagnostics() if one.level == "error")
    assert (found.code, found.born) == ("stateful-shuffled", "cell")
    assert found.message == (
        "cell keeps its state, but the windows of series come in any order: set its order to stream."
    )
    assert found.fix is not None
    found.fix.apply(document)
    assert not [one for one in Reading(document).diagnostics() if one.level == "error"]


def test_rows_by_themselves_are_said() -> None:
    nodes: Nodes = {"bits": ("Sequences", {}), "cell": ("GRU", {"stateful": True}), "out": ("Output", {})}
    document = drawn(nodes, ["bits.x -> cell.x", "cell.y -> out.x"])
    (found,) = (one for one in Reading(document).diagnostics() if one.level == "error")
    assert found.message == (
        "cell keeps its state, but each row of bits stands by itself: none goes on where another ended."
    )
    assert found.fix is not None
    found.fix.apply(document)
    assert "stateful" not in document.node("cell").params


def test_what_keeps_its_state_inside_a_block_is_named() -> None:
    text = json.dumps({
        "format": "neuroloom", "version": 1, "blocks": BLOCKS,
        "nodes": [{"id": "series", "kind": "Series", "params": {}}, {"id": "outer", "kind": "Outer", "params": {}},
                  {"id": "many", "kind": "Same", "params": {}, "repeat": 3}, {"id": "out", "kind": "Output"}],
        "wires": ["series.x -> outer.x", "outer.y -> many.x", "many.y -> out.x"],
    })  # fmt: skip
    same = {**OUTER, "nodes": [*OUTER["nodes"][:2], {**OUTER["nodes"][2]}, OUTER["nodes"][3]]}
    text = text.replace('"Outer": {', '"Same": ' + json.dumps(same) + ', "Outer": {', 1)
    found = [one for one in Reading(parse(text, standard())).diagnostics() if one.level == "error"]
    assert {one.message for one in found} == {
        "h in outer keeps its state, but the windows of series come in any order: set its order to stream.",
        "h in many keeps its state, but the windows of series come in any order: set its order to stream.",
        "many stands 3 times one behind the other, but h keeps its state: place the block so many times instead.",
    }


@pytest.mark.parametrize(
    ("params", "wires", "words"),
    [
        ({"bidirectional": True}, [], "reads backwards as well"),
        ({}, ["series.x -> last.x", "last.y -> start.x", "start.y -> cell.h0"], "cannot begin with what start gives"),
    ],
)
def test_a_state_from_elsewhere_is_refused(params: dict[str, Any], wires: list[str], words: str) -> None:
    nodes, own = lone("GRU", hidden_size=8, **params)
    more: Nodes = {"last": ("LastStep", {}), "start": ("Linear", {"out_features": 8})}
    document = drawn({**nodes, **more}, [*own, *wires])
    (found,) = (one for one in Reading(document).diagnostics("cell") if one.level == "error")
    assert words in found.message
    assert found.fix is not None
    found.fix.apply(document)
    assert not [one for one in Reading(document).diagnostics("cell") if one.level == "error"]


@pytest.mark.parametrize(
    ("changed", "run", "words"),
    [
        ({}, {"accumulate": 2}, "set accumulate to 1"),
        ({"adam": ("Adam", {"every": 2})}, {}, "set its every to 1"),
        ({"loss": ("MSELoss", {}), "other": ("Diabetes", {})}, {}, "series and other both give rows"),
    ],
)
def test_what_cannot_go_on_is_not_trained(changed: Nodes, run: dict[str, Any], words: str) -> None:
    nodes, wires = lone("LSTM")
    more = ["other.x[0] -> beside.prediction", "other.y -> beside.target"] if "other" in changed else []
    beside: Nodes = {"beside": ("MSELoss", {})} if more else {}
    with pytest.raises(ProgramError) as refused:
        program_of(drawn({**nodes, **changed, **beside}, [*wires, *more], run)).refuse_training()
    assert words in refused.value.sentence


def test_an_optimizer_that_looks_several_times_goes_on_once(
    batches: Sequence[tuple[torch.Tensor, torch.Tensor]],
) -> None:
    """LBFGS computes a step as often as it likes; the state that goes on is that of its first look."""
    nodes, wires = lone("RNN", hidden_size=3)
    training = built(program_of(drawn({**nodes, "adam": ("LBFGS", {"max_iter": 3})}, wires)), train=True).training()
    training.begin("cpu")
    before = training.net(batches[0][0] / 100)[1]
    training.step(*(value / 100 for value in batches[0]))
    assert torch.allclose(training.state, before)
    assert not torch.allclose(training.net(batches[0][0] / 100)[1], before)


def test_turning_it_off_gives_the_plain_source_back() -> None:
    document = drawn(*lone("LSTM"))
    edits.reset_param(document, "cell", "stateful")
    assert "state" not in model(Program(Reading(document))).text
