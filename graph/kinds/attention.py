"""Attention with heads: every step looks at all steps of a sequence and takes what it needs."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graph.attending import KEY, QUERY, VALUE, Attending, expressions, longer, mask_arguments, same_steps, together
from graph.attention import (
    CAUSAL_MASK,
    Weights,
    attention_macs,
    attention_weights,
    check_mask,
    check_padding,
    count_text,
    share_among_heads,
)
from graph.param import param
from graph.sequences import same_batch, sequence, steps
from graph.shape import Side, Tensor
from graph.spec import Port, code


class MultiheadAttention(Attending):
    """Lets every step look at all steps, by several heads at once, and answers with a mix of what they find.

    With nothing but query wired, a sequence looks at itself.
    """

    title = "Multi-head attention"
    torch = "nn.MultiheadAttention"
    common = True
    inputs: ClassVar[tuple[Port, ...]] = (
        QUERY, KEY, VALUE,
        Port("attn_mask", optional=True, help="True where a step of query must not look at a step of key: (N, L, S)."),
        Port("key_padding_mask", optional=True, help="True where a step of key only fills up: (N, S)."),
    )  # fmt: skip
    outputs: ClassVar[tuple[Port, ...]] = (
        Port("y", help="For each step of query what it found."),
        Port("weights", help="How much each step of query looked at each step of key."),
    )
    formula = "headᵢ = softmax(Q·Aᵢ·(K·Bᵢ)ᵀ / √d)·V·Cᵢ,  y = [head₁, …, headₕ]·W"
    shapes = "query (N, L, E), key (N, S, K), value (N, S, V) → y (N, L, E), weights (N, L, S)"
    use = "Where any step may matter to any other, however far apart: text, sets, patches of pictures."
    avoid = "For very long sequences: its work grows with the square of the length. It does not see order by itself."
    words = ("mha", "self-attention", "cross-attention", "transformer", "heads", "query key value", "sequence", "gpt")
    positional = ("embed_dim",)
    telling = ("num_heads",)
    num_heads: int = param(4, "How many heads look; they share the numbers of a step.", min=1, always=True)
    dropout: float = param(0.0, "Part of the glances dropped by chance while the network learns.", min=0.0, max=1.0)
    bias: bool = param(True, "Whether learned numbers are added to each sum.")
    add_bias_kv: bool = param(False, "Whether a learned step is added to key and value.")
    add_zero_attn: bool = param(False, "Whether a step of zeros is added, to look at nothing.")
    is_causal: bool = param(False, "Whether no step may look at a later one.", printed=False)
    average_attn_weights: bool = param(True, "Whether weights are the mean over all heads.", printed=False)

    def summary(self) -> str:
        return f"{self.title} {count_text(self.num_heads, 'head')}"

    @property
    def source(self) -> str:  # type: ignore[override]  # a drawing without masks needs none of it
        return CAUSAL_MASK if self.is_causal else ""

    def shape(self, *inputs: Tensor | None) -> tuple[Tensor, Tensor]:
        query, key, value, mask, padding = together(inputs)
        for port, x in (("query", query), ("key", key), ("value", value)):
            sequence(x, port)
        same_batch({"query": query, "key": key, "value": value, "attn_mask": mask, "key_padding_mask": padding})
        share_among_heads(query.known[-1], self.num_heads, "num_heads")
        same_steps(key, value)
        check_mask(mask, "attn_mask", query, key)
        check_padding(padding, "key_padding_mask", key)
        heads: tuple[Side, ...] = () if self.average_attn_weights else (self.num_heads,)
        return query.but(*query.inner), query.but(*heads, query.known[1], longer(key.known[1], self._extra))

    @property
    def _extra(self) -> int:
        return self.add_bias_kv + self.add_zero_attn

    def args(self, *inputs: Any) -> dict[str, Any]:
        query, key, value, *_ = together(inputs)
        width, others = query.known[-1], {"kdim": key.known[-1], "vdim": value.known[-1]}
        told = {name: side for name, side in others.items() if side != width}
        return {"embed_dim": width, **super().args(), **told, "batch_first": True}

    def weights(self, *inputs: Any) -> Weights:
        sides = [x.known[-1] for x in together(inputs)[:3]]
        return attention_weights(*sides, bias=self.bias, bias_kv=self.add_bias_kv)

    def macs(self, *values: Any) -> int | None:
        query, key, value, *_ = together(values[:-1])
        return attention_macs(query, key, value, self._extra)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        query, key, value = expressions(names)
        masks = mask_arguments(names, inputs, code(self.num_heads), f"causal_mask({query}, {key})" * self.is_causal)
        told = [] if self.average_attn_weights else ["average_attn_weights=False"]
        weights = told if "weights" in self.wired else ["need_weights=False"]
        return f"{module}({', '.join([query, key, value, *masks, *weights])})"

    def inside(self, *values: Any) -> int | None:
        """Queries, keys and values, the answer before it is mixed, and who looked at whom."""
        query, key, *_ = together(values[:-1])
        length, seen, width = steps(query.known[1]), steps(key.known[1]), query.known[-1]
        if length is None or seen is None or not isinstance(width, int):
            return None
        return width * 2 * (length + seen) + self.num_heads * length * seen
