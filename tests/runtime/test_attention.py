"""Attention and transformers as they are printed, against hand-made arithmetic and torch's own modules."""

from contextlib import nullcontext
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from graph.catalogue import standard
from graph.misfit import Misfit
from graph.reading import Reading
from graph.shape import Axis, Tensor
from runtime import emit
from tests.runtime.drawings import drawn, net_of, program_of

N, T, S = Axis("s", "N"), Axis("s", "T"), Axis("m", "T")
X = {"s": ("Input", {"shape": [7, 12]})}


def make(name: str, **params: Any) -> Any:
    return standard().make(name, params)


def forward_of(nodes: Any, wires: list[str]) -> list[str]:
    text = emit.model(program_of(drawn(nodes, wires))).text
    return [line.strip() for line in text.split("def forward")[1].splitlines()[1:]]


def attended(module: nn.MultiheadAttention, x: torch.Tensor, hidden: torch.Tensor | None = None) -> torch.Tensor:
    """Self-attention step by step, from the weights of a module."""
    heads, width = module.num_heads, x.shape[-1] // module.num_heads
    q, k, v = (part.unflatten(-1, (heads, width)).transpose(1, 2) for part in
               F.linear(x, module.in_proj_weight, module.in_proj_bias).chunk(3, dim=-1))  # fmt: skip
    scores = q @ k.transpose(-1, -2) / width**0.5
    if hidden is not None:
        scores = scores.masked_fill(hidden, -torch.inf)
    found = scores.softmax(-1) @ v
    return F.linear(found.transpose(1, 2).flatten(2), module.out_proj.weight, module.out_proj.bias)


def test_a_sequence_looks_at_itself() -> None:
    nodes = {**X, "attention": ("MultiheadAttention", {"num_heads": 3})}
    assert forward_of(nodes, ["s.x -> attention.query"]) == [
        "attention, _ = self.attention(x, x, x, need_weights=False)",
        "return attention",
    ]
    net, x = net_of(nodes, ["s.x -> attention.query"]), torch.randn(5, 7, 12)
    torch.testing.assert_close(net(x), attended(net.attention, x))


def test_later_steps_are_hidden() -> None:
    nodes = {**X, "attention": ("MultiheadAttention", {"num_heads": 3, "is_causal": True})}
    net, x = net_of(nodes, ["s.x -> attention.query"]), torch.randn(5, 7, 12)
    later = torch.arange(7)[None, :] > torch.arange(7)[:, None]
    torch.testing.assert_close(net(x), attended(net.attention, x, later))
    torch.testing.assert_close(net.eval()(x), attended(net.attention, x, later))
    with torch.no_grad():
        torch.testing.assert_close(net(x)[:, :3], net(x[:, :3]))


def test_a_node_may_be_called_like_the_function_that_hides_steps() -> None:
    params = {"num_heads": 3, "is_causal": True}
    nodes = {**X, "causal_mask": ("MultiheadAttention", params), "b": ("MultiheadAttention", params)}
    wires = ["s.x -> causal_mask.query", "causal_mask.y -> b.query", "s.x -> b.value"]
    assert net_of(nodes, wires)(torch.randn(5, 7, 12)).shape == (5, 7, 12)


def test_what_is_looked_at_is_told_where_it_is_wanted() -> None:
    nodes = {
        **X, "a": ("MultiheadAttention", {"num_heads": 3}), "out": ("Output", {}), "seen": ("Output", {}),
    }  # fmt: skip
    wires = ["s.x -> a.query", "a.y -> out.x", "a.weights -> seen.x"]
    assert forward_of(nodes, wires) == ["a, a_weights = self.a(x, x, x)", "return a, a_weights"]
    y, weights = net_of(nodes, wires)(torch.randn(5, 7, 12))
    assert (y.shape, weights.shape) == ((5, 7, 12), (5, 7, 7))
    torch.testing.assert_close(weights.sum(-1), torch.ones(5, 7))


def test_a_value_in_a_chain_is_computed_once() -> None:
    nodes = {**X, "fc": ("Linear", {"out_features": 12}), "relu": ("ReLU", {}), "a": ("MultiheadAttention", {})}
    assert forward_of(nodes, ["s.x -> fc.x", "fc.y -> relu.x", "relu.y -> a.query"]) == [
        "x = self.relu(self.fc(x))",
        "a, _ = self.a(x, x, x, need_weights=False)",
        "return a",
    ]


def called(made: Any, module: nn.Module, inputs: dict[str, Tensor], values: dict[str, torch.Tensor]) -> Any:
    """What the printed call gives for values by port."""
    scope: dict[str, Any] = {"torch": torch, "F": F, "m": module, **values}
    exec(made.source, scope)
    return eval(made.call("m", {port: port for port in values}, inputs), scope)


def test_a_mask_for_each_row_holds_for_all_heads() -> None:
    inputs = {"query": Tensor((N, 7, 12)), "attn_mask": Tensor((N, 7, 7), "bool")}
    made = make("MultiheadAttention", num_heads=3)
    module = eval(made.module(*made.in_order(inputs)), {"nn": nn})
    x, mask = torch.randn(5, 7, 12), torch.rand(5, 7, 7) < 0.3
    mask[:, :, 0] = False
    y, _ = called(made, module, inputs, {"query": x, "attn_mask": mask})
    torch.testing.assert_close(y, attended(module, x, mask[:, None]))
    both = make("MultiheadAttention", num_heads=3, is_causal=True)
    y, _ = called(both, module, inputs, {"query": x, "attn_mask": mask})
    later = torch.ones(7, 7, dtype=torch.bool).triu(1)
    torch.testing.assert_close(y, attended(module, x, mask[:, None] | later))


def test_steps_that_fill_up_are_not_looked_at() -> None:
    inputs = {"query": Tensor((N, T, 12)), "key_padding_mask": Tensor((N, T), "bool")}
    made = make("MultiheadAttention", num_heads=3)
    module = eval(made.module(*made.in_order(inputs)), {"nn": nn})
    x, padding = torch.randn(5, 7, 12), torch.zeros(5, 7, dtype=torch.bool)
    padding[:, 4:] = True
    y, _ = called(made, module, inputs, {"query": x, "key_padding_mask": padding})
    torch.testing.assert_close(y, attended(module, x, padding[:, None, None]))


@pytest.mark.parametrize(("width", "heads", "use"), [(30, 8, 6), (12, 5, 4), (7, 4, 1)])
def test_heads_that_cannot_share_equally_are_refused_with_a_number_that_can(width: int, heads: int, use: int) -> None:
    for kind, port, name in (("MultiheadAttention", "query", "num_heads"), ("TransformerEncoder", "x", "nhead")):
        nodes = {"s": ("Input", {"shape": [7, width]}), "a": (kind, {name: heads})}
        document = drawn(nodes, [f"s.x -> a.{port}"])
        (found,) = [d for d in Reading(document).diagnostics("a") if d.level == "error"]
        assert found.message == f"a cannot share the {width} numbers of a step equally among {heads} heads."
        found.fix.apply(document)
        assert getattr(document.make(document.node("a")), name) == use
        assert not [d for d in Reading(document).diagnostics("a") if d.level == "error"]


@pytest.mark.parametrize("causal", [False, True])
def test_the_bare_arithmetic_of_attention(causal: bool) -> None:
    q, k, v = torch.randn(5, 2, 7, 4), torch.randn(5, 2, 7, 4), torch.randn(5, 2, 7, 3)
    made = make("ScaledDotProductAttention", is_causal=causal, scale=0.3)
    scores = 0.3 * (q @ k.transpose(-1, -2))
    if causal:
        scores = scores.masked_fill(torch.ones(7, 7, dtype=torch.bool).triu(1), -torch.inf)
    inputs = {name: Tensor((N, 2, T, 4)) for name in ("query", "key")} | {"value": Tensor((N, 2, T, 3))}
    found = called(made, nn.Identity(), inputs, {"query": q, "key": k, "value": v})
    torch.testing.assert_close(found, scores.softmax(-1) @ v)
    assert made.shape(*inputs.values()).sides == (N, 2, T, 3)


def test_several_heads_may_look_at_the_same() -> None:
    q, k, v = torch.randn(5, 6, 7, 4), torch.randn(5, 2, 7, 4), torch.randn(5, 2, 7, 3)
    inputs = {"query": Tensor((N, 6, T, 4)), "key": Tensor((N, 2, T, 4)), "value": Tensor((N, 2, T, 3))}
    made = make("ScaledDotProductAttention", enable_gqa=True)
    assert made.shape(*inputs.values()).sides == (N, 6, T, 3)
    found = called(made, nn.Identity(), inputs, {"query": q, "key": k, "value": v})
    k, v = (x.repeat_interleave(3, dim=1) for x in (k, v))
    torch.testing.assert_close(found, (q @ k.transpose(-1, -2) / 2).softmax(-1) @ v)
    with pytest.raises(Misfit, match="6 heads") as refused:
        made.shape(inputs["query"], Tensor((N, 4, T, 4)))
    assert refused.value.port == "key"


def test_hiding_by_place_is_doubted_between_other_sequences() -> None:
    made = make("MultiheadAttention", is_causal=True)
    assert made.doubt(Tensor((N, T, 8)), Tensor((N, T, 8))) is None
    assert made.doubt(Tensor((N, T, 8)), Tensor((N, S, 8))).code == "causal"
    assert make("MultiheadAttention").doubt(Tensor((N, T, 8)), Tensor((N, S, 8))) is None


def test_glances_are_dropped_only_while_it_learns() -> None:
    nodes = {**X, "a": ("ScaledDotProductAttention", {"dropout_p": 0.5}), "b": ("ScaledDotProductAttention", {})}
    net, x = net_of(nodes, ["s.x -> a.query", "a.y -> b.query"]), torch.randn(5, 7, 12)
    plain = F.scaled_dot_product_attention(x, x, x)
    assert not torch.allclose(net.a(x, x, x), plain)
    net.eval()
    torch.testing.assert_close(net(x), F.scaled_dot_product_attention(plain, plain, plain))


def plain_layer(layer: nn.TransformerEncoderLayer, x: torch.Tensor, hidden: torch.Tensor | None) -> torch.Tensor:
    """A post-norm encoder layer, written out."""
    x = layer.norm1(x + attended(layer.self_attn, x, hidden))
    return layer.norm2(x + layer.linear2(F.relu(layer.linear1(x))))


@pytest.mark.parametrize("causal", [False, True])
def test_an_encoder_is_its_layers_one_after_another(causal: bool) -> None:
    params = {"nhead": 3, "num_layers": 2, "dim_feedforward": 8, "dropout": 0.0, "is_causal": causal}
    net, x = net_of({**X, "e": ("TransformerEncoder", params)}, ["s.x -> e.x"]), torch.randn(5, 7, 12)
    hidden = torch.ones(7, 7, dtype=torch.bool).triu(1) if causal else None
    wanted = plain_layer(net.e.layers[1], plain_layer(net.e.layers[0], x, hidden), hidden)
    torch.testing.assert_close(net(x), wanted)
    with torch.no_grad():
        torch.testing.assert_close(net.eval()(x), wanted)


def test_a_decoder_does_not_look_ahead_but_reads_all_of_its_memory() -> None:
    nodes = {
        "s": ("Input", {"shape": [7, 12]}),
        "read": ("Linear", {"out_features": 12}),
        "d": ("TransformerDecoder", {"nhead": 2, "num_layers": 2, "dropout": 0.0, "tgt_is_causal": True}),
    }
    wires = ["s.x -> d.tgt", "s.x -> read.x", "read.y -> d.memory"]
    net, x = net_of(nodes, wires), torch.randn(5, 7, 12)
    assert forward_of(nodes, wires)[-1].startswith("return self.d(x, ")
    mask = nn.Transformer.generate_square_subsequent_mask(7)
    torch.testing.assert_close(net(x), net.d(x, net.read(x), tgt_mask=mask))
    changed = torch.cat([x[:, :4], torch.randn(5, 3, 12)], dim=1)
    memory = net.read(x)
    first, second = (net.d(value, memory, tgt_mask=mask)[:, :4] for value in (x, changed))
    torch.testing.assert_close(first, second)


@pytest.mark.parametrize("settings", [{}, {"norm_first": True}, {"bias": False}, {"nhead": 3}])
def test_a_whole_transformer_equals_torch(settings: dict[str, Any]) -> None:
    params = {
        "nhead": 2, "num_encoder_layers": 2, "num_decoder_layers": 1, "dim_feedforward": 8, "dropout": 0.0,
        "tgt_is_causal": True, **settings,
    }  # fmt: skip
    net = net_of({**X, "t": ("Transformer", params)}, ["s.x -> t.src", "s.x -> t.tgt"])
    assert isinstance(net.t, nn.Transformer)
    own = {name: value for name, value in params.items() if name != "tgt_is_causal"}
    with pytest.warns() if settings else nullcontext():
        reference = nn.Transformer(12, batch_first=True, **own)  # type: ignore[arg-type]
    reference.load_state_dict(net.t.state_dict())
    x = torch.randn(5, 7, 12)
    wanted = reference(x, x, tgt_mask=nn.Transformer.generate_square_subsequent_mask(7))
    torch.testing.assert_close(net(x), wanted)


def test_products_are_counted() -> None:
    x, y = Tensor((N, 7, 12)), Tensor((N, 5, 12))
    attention = make("MultiheadAttention", num_heads=3)
    assert attention.macs(x, x) == 4 * 7 * 12 * 12 + 2 * 7 * 7 * 12
    assert attention.macs(x, y, x) == (2 * 7 + 2 * 5) * 12 * 12 + 2 * 7 * 5 * 12
    layer = make("TransformerEncoderLayer", dim_feedforward=20)
    assert layer.macs(x, x) == attention.macs(x, x) + 2 * 7 * 12 * 20
    assert make("TransformerEncoder", dim_feedforward=20, num_layers=3).macs(x, x) == 3 * layer.macs(x, x)
    sequence = Tensor((N, T, 12))
    assert layer.macs(sequence, sequence) is None


def test_lengths_stay_unknown_through_a_transformer() -> None:
    src, tgt = Tensor((N, T, 8)), Tensor((N, S, 8))
    assert make("Transformer").shape(src, tgt).sides == (N, S, 8)
    y, weights = make("MultiheadAttention", average_attn_weights=False).shape(src, tgt)
    assert (y.sides, weights.sides) == ((N, T, 8), (N, 4, T, S))
    assert make("MultiheadAttention", add_zero_attn=True).shape(src)[1].sides == (N, T, None)


def test_padded_rows_are_taken_alike_in_training_and_in_use() -> None:
    inputs = {"x": Tensor((N, 7, 12)), "src_key_padding_mask": Tensor((N, 7), "bool")}
    made = make("TransformerEncoder", nhead=2, num_layers=2, dropout=0.0)
    module = eval(made.module(*made.in_order(inputs)), {"nn": nn})
    x, padding = torch.randn(5, 7, 12), torch.zeros(5, 7, dtype=torch.bool)
    padding[:, 5:] = True
    values = {"x": x, "src_key_padding_mask": padding}
    trained = called(made, module, inputs, values)
    with torch.no_grad():
        torch.testing.assert_close(called(made, module.eval(), inputs, values)[:, :5], trained[:, :5])
