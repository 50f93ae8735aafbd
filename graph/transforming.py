"""What transformer layers, stacks of them and the whole have in common: streams, masks, weights, their text."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graph.attention import (
    CAUSAL_MASK,
    Weights,
    attention_macs,
    attention_weights,
    check_mask,
    check_padding,
    count_text,
    full_mask,
    prefixed,
    share_among_heads,
    total,
)
from graph.misfit import Misfit
from graph.param import param
from graph.roles import Layer
from graph.sequences import agree, same_batch, sequence, steps
from graph.shape import Tensor, product
from graph.spec import Port, code


def _pairs(port: str, of: str) -> Port:
    return Port(port, optional=True, help=f"True where a step must not look at a step of {of}.")


def _steps(port: str, of: str) -> Port:
    return Port(port, optional=True, help=f"True where a step of {of} only fills up.")


READING = (_pairs("src_mask", "the same sequence"), _steps("src_key_padding_mask", "the sequence"))
WRITING = (
    _pairs("tgt_mask", "tgt"), _pairs("memory_mask", "memory"),
    _steps("tgt_key_padding_mask", "tgt"), _steps("memory_key_padding_mask", "memory"),
)  # fmt: skip

LAYERS = ("num_layers", "num_encoder_layers", "num_decoder_layers")
"""How kinds call the number of layers that stand on each other."""


class Transforming(Layer):
    """What layers, stacks and the whole have in common: streams of sequences, masks over them, heads.

    `streams` are the ports of sequences, the first gives the answer's shape; `masked` says by port of a mask which
    stream looks at which, `padded` which stream is padded, `causal` which mask hides later steps.
    """

    family = "attention"
    positional = ("d_model",)
    telling: ClassVar[tuple[str, ...]] = ("nhead",)
    streams: ClassVar[tuple[str, ...]] = ("x",)
    masked: ClassVar[Mapping[str, tuple[str, str]]] = {"src_mask": ("x", "x")}
    padded: ClassVar[Mapping[str, str]] = {"src_key_padding_mask": "x"}
    causal: ClassVar[tuple[str, str]] = ("src_mask", "is_causal")
    renamed: ClassVar[Mapping[str, str]] = {}
    nhead: int = param(4, "How many heads look; they share the numbers of a step.", min=1, always=True)
    dim_feedforward: int = param(2048, "How wide the small network behind the attention is.", min=1)
    dropout: float = param(0.1, "Part of the numbers dropped while the network learns.", min=0.0, max=1.0)
    activation: str = param("relu", "What bends the numbers of the small network.", choices=("relu", "gelu"))
    layer_norm_eps: float = param(1e-5, "Added to the variance of a step, against division by zero.", above=0.0)
    norm_first: bool = param(False, "Normalize before attention and network (learns more steadily), not behind.")
    bias: bool = param(True, "Whether learned numbers are added to each sum.")

    def summary(self) -> str:
        layers = getattr(self, "num_layers", None)
        return f"{self.title} {f'×{layers}' if layers else count_text(self.nhead, 'head')}"

    @property
    def source(self) -> str:  # type: ignore[override]  # a drawing without masks needs none of it
        return CAUSAL_MASK if self.hides else ""

    @property
    def repeats(self) -> frozenset[str]:  # type: ignore[override]  # a mask is made of the stream that it belongs to
        return frozenset(self.streams) if self.hides else frozenset()

    @property
    def hides(self) -> bool:
        """Whether later steps are hidden."""
        return bool(getattr(self, self.causal[1]))

    def named(self, inputs: Any) -> dict[str, Tensor | None]:
        """Inputs by port."""
        return {port.name: value for port, value in zip(self.inputs, (*inputs, *[None] * 9), strict=False)}

    def shape(self, *inputs: Tensor | None) -> Tensor:
        given = self.named(inputs)
        streams = {port: value for port in self.streams if (value := given[port]) is not None}
        for port, value in streams.items():
            sequence(value, port)
        same_batch(given)
        first = streams[self.streams[0]]
        for port, value in streams.items():
            if not agree(value.known[-1], first.known[-1]):
                raise Misfit(f"wants steps of {first.known[-1]} numbers everywhere", port)
        share_among_heads(first.known[-1], self.nhead, "nhead")
        for port, (query, key) in self.masked.items():
            check_mask(given[port], port, streams[query], streams[key])
        for port, key in self.padded.items():
            check_padding(given[port], port, streams[key])
        return self.answer(streams)

    def answer(self, streams: Mapping[str, Tensor]) -> Tensor:
        first = streams[self.streams[0]]
        return first.but(*first.inner)

    def args(self, *inputs: Any) -> dict[str, Any]:
        return {"d_model": inputs[0].known[-1], **super().args(), "batch_first": True}

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        given = [names[port] for port in self.streams]
        for port, (query, key) in self.masked.items():
            causal = f"causal_mask({names[query]}, {names[key]})" if self.hides and port == self.causal[0] else ""
            mask = full_mask(names.get(port), inputs.get(port), code(self.nhead), causal)
            given += [f"{self.renamed.get(port, port)}={mask}"] if mask else []
            given += self.hint(port, alone=mask == causal) if mask else []
        given += [f"{port}={names[port]}" for port in self.padded if port in names]
        return f"{module}({', '.join(given)})"

    def hint(self, port: str, *, alone: bool) -> list[str]:
        """What tells torch that a mask hides just the later steps, for which it has a faster way."""
        return [f"{self.causal[1]}=True"] if alone and port == self.causal[0] else []

    # --- weights and cost of a layer

    def layer_weights(self, inputs: Any, *attentions: str) -> Weights:
        """The parameters of a layer with these attentions, each with a normalization, and one more behind."""
        width = inputs[0].known[-1]
        found: Weights = {}
        for name in attentions:
            found |= prefixed(name, attention_weights(width, width, width, bias=self.bias))
        for name, sides in (("linear1", (self.dim_feedforward, width)), ("linear2", (width, self.dim_feedforward))):
            found |= prefixed(name, {"weight": sides, **({"bias": sides[:1]} if self.bias else {})})
        for at in range(len(attentions) + 1):
            found |= prefixed(f"norm{at + 1}", self.norm_weights(width))
        return found

    def norm_weights(self, width: Any) -> Weights:
        return {"weight": (width,), **({"bias": (width,)} if self.bias else {})}

    def layer_macs(self, x: Tensor, *seen: Tensor) -> int | None:
        """Products of a layer for one row: its attentions, and two Linear for each step."""
        looks = [attention_macs(x, key, key) for key in seen]
        return total(*looks, product((2, steps(x.known[1]), x.known[-1], self.dim_feedforward)))

    def inside(self, *values: Any) -> int | None:
        """Of each layer: queries, keys, values, sums, norms, the small network, and who looked at whom."""
        length, width = steps(values[0].known[1]), values[0].known[-1]
        if length is None or not isinstance(width, int):
            return None
        layers = sum(int(getattr(self, name, 0)) for name in LAYERS) or 1
        return layers * length * (10 * width + 3 * self.dim_feedforward + self.nhead * length)


def encoder_text(made: Transforming, inputs: Any, layers: int, *, norm: bool) -> str:
    """An encoder of such layers, as it is printed."""
    layer = f"nn.TransformerEncoderLayer({made.arguments(*inputs)})"
    behind = f", norm={norm_text(made, inputs[0].known[-1])}" if norm else ""
    return f"nn.TransformerEncoder({layer}, num_layers={code(layers)}{behind}, enable_nested_tensor=False)"


def norm_text(made: Transforming, width: Any) -> str:
    eps = f", eps={code(made.layer_norm_eps)}" if made.layer_norm_eps != 1e-5 else ""
    return f"nn.LayerNorm({code(width)}{eps}{'' if made.bias else ', bias=False'})"


def stacked_weights(layer: Weights, layers: int, norm: Weights) -> Weights:
    """The parameters of so many equal layers, and of what follows the last."""
    every = [prefixed(f"layers.{at}", layer) for at in range(layers)]
    return {name: shape for weights in every for name, shape in weights.items()} | prefixed("norm", norm)
