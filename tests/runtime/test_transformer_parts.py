"""Transformers from their parts: attention that equals torch's, positions by their formula, a class token."""

import math
from collections.abc import Callable

import pytest
import torch
from torch.nn import functional as F

from runtime import emit
from tests.runtime.drawings import Nodes, drawn, forward_of, net_of, program_of

ATTENTION: Nodes = {
    "x": ("Input", {"shape": [5, 8]}), "qkv": ("Linear", {"out_features": 24}),
    "heads": ("Unflatten", {"dim": 2, "unflattened_size": [2, 12]}), "first": ("Transpose", {}),
    "part": ("Chunk", {"chunks": 3, "dim": 3}), "turned": ("Transpose", {"dim0": 2, "dim1": 3}),
    "scores": ("MatMul", {}), "scaled": ("Scale", {"factor": 0.5}), "share": ("Softmax", {"dim": 3}),
    "mix": ("MatMul", {}), "back": ("Transpose", {}), "out": ("Flatten", {"start_dim": 2}), "end": ("Output", {}),
}  # fmt: skip
WIRES = [
    "x.x -> qkv.x", "qkv.y -> heads.x", "heads.y -> first.x", "first.y -> part.x", "part.a -> scores.a",
    "part.b -> turned.x", "turned.y -> scores.b", "scores.y -> scaled.x", "share.y -> mix.a", "part.c -> mix.b",
    "mix.y -> back.x", "back.y -> out.x", "out.y -> end.x",
]  # fmt: skip


def by_hand(net: Callable[..., torch.Tensor], x: torch.Tensor, *, causal: bool) -> torch.Tensor:
    """Attention with two heads by torch's own function, with the same weights."""
    heads = net.qkv(x).reshape(3, 5, 2, 12).transpose(1, 2)  # type: ignore[attr-defined]  # a module
    return F.scaled_dot_product_attention(*heads.split(4, dim=3), is_causal=causal).transpose(1, 2).flatten(2)


def test_attention_from_its_parts_is_attention() -> None:
    net = net_of(ATTENTION, [*WIRES, "scaled.y -> share.x"]).double()
    x = torch.rand(3, 5, 8, dtype=torch.float64)
    torch.testing.assert_close(net(x), by_hand(net, x, causal=False), rtol=1e-12, atol=1e-12)


def test_attention_that_does_not_look_ahead() -> None:
    masked: Nodes = {"mask": ("CausalMask", {}), "each": ("Unsqueeze", {}), "past": ("Where", {"other": -1e9})}
    wires = ["x.x -> mask.x", "mask.y -> each.x", "each.y -> past.condition", "scaled.y -> past.x", "past.y -> share.x"]
    net = net_of({**ATTENTION, **masked}, [*WIRES, *wires]).double()
    x = torch.rand(3, 5, 8, dtype=torch.float64)
    torch.testing.assert_close(net(x), by_hand(net, x, causal=True), rtol=1e-12, atol=1e-12)


def test_the_source_reads_like_a_person_s() -> None:
    text = emit.model(program_of(drawn(ATTENTION, [*WIRES, "scaled.y -> share.x"]))).text
    assert forward_of(text) == [
        "x = self.heads(self.qkv(x))",
        "part_a, part_b, part_c = x.transpose(1, 2).chunk(3, dim=3)",
        "x = (part_a @ part_b.transpose(2, 3)) * 0.5",
        "x = self.share(x) @ part_c",
        "return self.out(x.transpose(1, 2))",
    ]


def test_sines_and_cosines_tell_places_apart() -> None:
    nodes: Nodes = {"x": ("Input", {"shape": [6, 5]}), "pos": ("PositionalEncoding", {}), "out": ("Output", {})}
    table = net_of(nodes, ["x.x -> pos.x", "pos.y -> out.x"])(torch.zeros(1, 6, 5))[0]
    for place in range(6):
        for at in range(5):
            angle = place / 10000 ** (2 * (at // 2) / 5)
            expected = math.cos(angle) if at % 2 else math.sin(angle)
            assert table[place, at].item() == pytest.approx(expected, abs=1e-6)


def test_a_class_token_and_learned_places() -> None:
    nodes: Nodes = {"x": ("Input", {"shape": [4, 6]}), "cls": ("ClassToken", {}), "pos": ("PositionalEmbedding", {}),
             "first": ("Select", {}), "out": ("Output", {}), "all": ("Output", {})}  # fmt: skip
    net = net_of(nodes, ["x.x -> cls.x", "cls.y -> pos.x", "pos.y -> first.x", "first.y -> out.x", "pos.y -> all.x"])
    token, places = net.state_dict()["cls.weight"], net.state_dict()["pos.weight"]
    assert token.shape == (1, 1, 6)
    assert places.shape == (5, 6)
    token.fill_(2.0)
    x = torch.rand(3, 4, 6)
    first, steps = net(x)
    torch.testing.assert_close(first, (2.0 + places[0]).expand(3, 6))
    torch.testing.assert_close(steps[:, 1:], x + places[1:])
