"""Layers of plain weights and tables, as they are printed, against sums worked out from their weights."""

from typing import Any

import pytest
import torch

from graph.catalogue import standard
from graph.misfit import Misfit
from graph.reading import Reading
from graph.shape import Axis, Tensor
from runtime import emit
from runtime.program import ProgramError
from tests.runtime.drawings import drawn, net_of, program_of

N, T = Axis("s", "N"), Axis("s", "T")
TOKENS = {"s": ("Input", {"shape": [6], "classes": 9})}


def make(name: str, **params: Any) -> Any:
    return standard().make(name, params)


def test_bilinear_sums_all_products() -> None:
    nodes = {"s": ("Input", {"shape": [5]}), "b": ("Bilinear", {"out_features": 4}), "fc": ("Linear", {})}
    wires = ["s.x[0:2] -> b.x1", "s.x[2:5] -> b.x2", "b.y -> fc.x"]
    net, x = net_of(nodes, wires), torch.randn(7, 5)
    products = torch.einsum("ni,kij,nj->nk", x[:, :2], net.b.weight, x[:, 2:]) + net.b.bias
    torch.testing.assert_close(net.b(x[:, :2], x[:, 2:]), products)
    torch.testing.assert_close(net(x), net.fc(products))
    assert make("Bilinear", out_features=4).macs(Tensor((N, 2)), Tensor((N, 3)), Tensor((N, 4))) == 4 * (2 * 3 + 3)


def test_a_linear_acts_on_each_step() -> None:
    linear = make("Linear", out_features=4)
    assert linear.shape(Tensor((N, T, 3))).sides == (N, T, 4)
    assert linear.macs(Tensor((N, T, 3)), Tensor((N, T, 4))) is None
    assert linear.macs(Tensor((N, Axis("s", "T", 6), 3)), Tensor((N, T, 4))) == 6 * 3 * 4
    with pytest.raises(Misfit) as found:
        linear.shape(Tensor((N, T)))
    assert (found.value.code, "length" in found.value.hint) == ("time", True)


def test_what_fills_up_stays_zero_and_long_rows_are_shortened() -> None:
    params = {"embedding_dim": 3, "padding_idx": -1, "max_norm": 0.5, "norm_type": 1.0}
    net = net_of({**TOKENS, "e": ("Embedding", params)}, ["s.x -> e.x"])
    found = net(torch.tensor([[0, 1, 2, 3, 4, 8]]))
    assert torch.equal(found[0, 5], torch.zeros(3))
    torch.testing.assert_close(found[0, :5].abs().sum(1), torch.full((5,), 0.5), atol=1e-4, rtol=0)
    text = emit.model(program_of(drawn({**TOKENS, "e": ("Embedding", {**params, "max_norm": None})}, ["s.x -> e.x"])))
    assert "norm_type" not in text.text


def test_slopes_are_divided_by_how_often_a_row_occurs() -> None:
    params = {"embedding_dim": 2, "scale_grad_by_freq": True}
    net = net_of({**TOKENS, "e": ("Embedding", params)}, ["s.x -> e.x"])
    net(torch.tensor([[1, 1, 1, 2, 2, 3]])).sum().backward()
    torch.testing.assert_close(net.e.weight.grad[1:4], torch.ones(3, 2))


@pytest.mark.parametrize("mode", ["mean", "sum", "max"])
def test_a_bag_becomes_one_row(mode: str) -> None:
    nodes = {**TOKENS, "bag": ("EmbeddingBag", {"embedding_dim": 3, "mode": mode})}
    net, x = net_of(nodes, ["s.x -> bag.x"]), torch.randint(9, (5, 6))
    rows = net.bag.weight[x]
    wanted = {"mean": rows.mean(1), "sum": rows.sum(1), "max": rows.amax(1)}[mode]
    torch.testing.assert_close(net(x), wanted)


def test_a_bag_can_weigh_its_rows() -> None:
    made = make("EmbeddingBag", embedding_dim=3, mode="sum")
    inputs = {"x": Tensor((N, 6), "index", 9), "weight": Tensor((N, 6))}
    module = eval(made.module(*inputs.values()), {"nn": torch.nn})
    x, w = torch.randint(9, (5, 6)), torch.rand(5, 6)
    found = eval(made.call("bag", {"x": "x", "weight": "w"}, inputs), {"bag": module, "x": x, "w": w})
    torch.testing.assert_close(found, (module.weight[x] * w[:, :, None]).sum(1))
    with pytest.raises(Misfit, match="only for their sum"):
        make("EmbeddingBag").shape(*inputs.values())


@pytest.mark.parametrize("before", ["ReLU", "Compare"])
def test_what_is_no_whole_number_is_refused_with_a_fix(before: str) -> None:
    nodes = {"s": ("Input", {"shape": [6]}), "it": (before, {}), "e": ("Embedding", {})}
    document = drawn(nodes, ["s.x -> it.x", "it.y -> e.x"])
    reading = Reading(document)
    (found,) = [d for d in reading.diagnostics("e") if d.level == "error"]
    found.fix.apply(document)
    assert not [d for d in reading.diagnostics() if d.level == "error"]


@pytest.mark.parametrize("kind", ["Embedding", "EmbeddingBag"])
def test_a_table_whose_size_nobody_says_is_no_error_until_it_is_made(kind: str) -> None:
    nodes = {"s": ("Input", {"shape": [6]}), "cast": ("Cast", {"dtype": "index"}), "e": (kind, {})}
    document = drawn(nodes, ["s.x -> cast.x", "cast.y -> e.x"])
    assert not [d for d in Reading(document).diagnostics("e") if d.level == "error"]
    with pytest.raises(ProgramError) as found:
        emit.model(program_of(document))
    assert found.value.sentence.endswith("how many different whole numbers there are. Give num_embeddings.")
