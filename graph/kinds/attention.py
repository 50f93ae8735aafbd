"""Attention: every step of a sequence looks at all steps of another, or of its own, and takes what it needs."""

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
    share_among_heads,
)
from graph.misfit import Advice, Misfit, floats
from graph.param import param
from graph.roles import Layer
from graph.sequences import agree, fixed, same_batch, sequence, steps
from graph.shape import Side, Tensor, Unbroadcastable, broadcast, product
from graph.spec import Port, code

_QUERY = Port("query", help="The sequences that ask, a row of numbers for each step.")
_KEY = Port("key", optional=True, help="The sequences that are looked at; left open, query itself (self-attention).")
_VALUE = Port("value", optional=True, help="What is taken of each step that is looked at; left open, key itself.")


class MultiheadAttention(Layer):
    """Lets every step look at all steps, by several heads at once, and answers with a mix of what they find.

    With nothing but query wired, a sequence looks at itself.
    """

    family = "attention"
    stem = "attention"
    title = "Multi-head attention"
    torch = "nn.MultiheadAttention"
    inputs: ClassVar[tuple[Port, ...]] = (
        _QUERY, _KEY, _VALUE,
        Port("attn_mask", optional=True, help="True where a step of query must not look at a step of key: (N, L, S)."),
        Port("key_padding_mask", optional=True, help="True where a step of key only fills up: (N, S)."),
    )  # fmt: skip
    outputs: ClassVar[tuple[Port, ...]] = (
        Port("y", help="For each step of query what it found."),
        Port("weights", help="How much each step of query looked at each step of key."),
    )
    repeats = frozenset({"query", "key"})
    formula = "headᵢ = softmax(Q·Aᵢ·(K·Bᵢ)ᵀ / √d)·V·Cᵢ,  y = [head₁, …, headₕ]·W"
    shapes = "query (N, L, E), key (N, S, K), value (N, S, V) → y (N, L, E), weights (N, L, S)"
    use = "Where any step may matter to any other, however far apart: text, sets, patches of pictures."
    avoid = "For very long sequences: its work grows with the square of the length. It does not see order by itself."
    origin = "A. Vaswani and others: Attention Is All You Need, 2017"
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
        query, key, value, mask, padding = _all(inputs)
        for port, x in (("query", query), ("key", key), ("value", value)):
            sequence(x, port)
        same_batch({"query": query, "key": key, "value": value, "attn_mask": mask, "key_padding_mask": padding})
        share_among_heads(query.known[-1], self.num_heads, "num_heads")
        _same_steps(query, key, value)
        check_mask(mask, "attn_mask", query, key)
        check_padding(padding, "key_padding_mask", key)
        seen = key.known[1] if not self._extra else _plus(key.known[1], self._extra)
        heads: tuple[Side, ...] = () if self.average_attn_weights else (self.num_heads,)
        return query.but(*query.inner), query.but(*heads, query.known[1], seen)

    @property
    def _extra(self) -> int:
        return self.add_bias_kv + self.add_zero_attn

    def doubt(self, *inputs: Tensor | None) -> Misfit | None:
        query, key, *_ = _all(inputs)
        return _hides_by_place(self, query, key)

    def args(self, *inputs: Any) -> dict[str, Any]:
        query, key, value, *_ = _all(inputs)
        width, others = query.known[-1], {"kdim": key.known[-1], "vdim": value.known[-1]}
        told = {name: side for name, side in others.items() if side != width}
        return {"embed_dim": width, **super().args(), **told, "batch_first": True}

    def weights(self, *inputs: Any) -> Weights:
        sides = [x.known[-1] for x in _all(inputs)[:3]]
        return attention_weights(*sides, bias=self.bias, bias_kv=self.add_bias_kv)

    def macs(self, *values: Any) -> int | None:
        query, key, value, *_ = _all(values[:-1])
        return attention_macs(query, key, value, self._extra)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        query = names["query"]
        key = names.get("key", query)
        given = [query, key, names.get("value", key)]
        causal = f"causal_mask({query}, {key})" if self.is_causal else ""
        mask = full_mask(names.get("attn_mask"), inputs.get("attn_mask"), code(self.num_heads), causal)
        given += [f"attn_mask={mask}"] if mask else []
        given += ["is_causal=True"] if mask == causal != "" else []
        given += [f"key_padding_mask={names['key_padding_mask']}"] if "key_padding_mask" in names else []
        if "weights" not in self.wired:
            given.append("need_weights=False")
        elif not self.average_attn_weights:
            given.append("average_attn_weights=False")
        return f"{module}({', '.join(given)})"


_DROPPING = '''\
class ScaledDotProductAttention(nn.Module):
    """The arithmetic of attention, which drops some of its glances by chance while the network learns."""

    def __init__(self, dropout):
        super().__init__()
        self.dropout = dropout

    def forward(self, query, key, value, **options):
        dropout = self.dropout if self.training else 0.0
        return F.scaled_dot_product_attention(query, key, value, dropout_p=dropout, **options)
'''


class ScaledDotProductAttention(Layer):
    """Compares every step of query with every step of key and takes of value the more, the more alike they are.

    The bare arithmetic of attention: it has no weights of its own.
    """

    family = "attention"
    stem = "attention"
    title = "Scaled dot-product attention"
    inputs: ClassVar[tuple[Port, ...]] = (
        _QUERY, _KEY, _VALUE,
        Port("attn_mask", optional=True, help="True where a step may look, or numbers that are added to the scores."),
    )  # fmt: skip
    repeats = frozenset({"query", "key"})
    formula = "y = softmax(Q·Kᵀ / √E)·V"
    shapes = "query (N, …, L, E), key (N, …, S, E), value (N, …, S, V) → (N, …, L, V)"
    use = "To build attention from its parts: own projections, own heads, numbers that say how far apart two steps are."
    avoid = "Where plain attention with heads will do: MultiheadAttention has its projections in it."
    origin = "A. Vaswani and others: Attention Is All You Need, 2017"
    words = ("sdpa", "attention", "dot product", "softmax", "query key value", "flash attention", "transformer")
    dropout_p: float = param(
        0.0, "Part of the glances dropped by chance while the network learns.", min=0.0, below=1.0, printed=False
    )
    is_causal: bool = param(False, "Whether no step may look at a later one.")
    scale: float | None = param(
        None, "The factor of the scores; left out, 1/√E.", type="float", optional=True, above=0.0
    )
    enable_gqa: bool = param(False, "Whether several heads of query may look at the same head of key and value.")

    @property
    def source(self) -> str:  # type: ignore[override]  # only what drops must know whether the network learns
        return _DROPPING if self.dropout_p else ""

    def shape(self, *inputs: Tensor | None) -> Tensor:
        query, key, value, mask, _ = _all(inputs)
        for port, x in (("query", query), ("key", key), ("value", value)):
            floats(x, port)
            if x.rank < 3:
                raise Misfit("wants sequences (steps × numbers per step)", port)
            fixed(x.known[-1], port)
        same_batch({"query": query, "key": key, "value": value, "attn_mask": mask})
        if not agree(query.known[-1], key.known[-1]):
            raise Misfit(f"compares steps of {query.known[-1]} numbers each", "key")
        _same_steps(query, key, value, at=-2)
        lead = query.known[:-2]
        for port, x in (("key", key), ("value", value)):
            lead = _joined(lead, self._heads(lead, x, port), port)
        self._check_mask(mask, (*lead, query.known[-2], key.known[-2]))
        return Tensor((*lead, query.known[-2], value.known[-1]))

    def _heads(self, lead: tuple[Side, ...], x: Tensor, port: str) -> tuple[Side, ...]:
        """The sides of key or value before the steps, each head counted as often as it is looked at."""
        own = x.known[:-2]
        if not self.enable_gqa or len(own) < 2 or len(own) != len(lead):
            return own
        if isinstance(lead[-1], int) and isinstance(own[-1], int) and lead[-1] % own[-1]:
            raise Misfit(f"shares out {lead[-1]} heads of query", port, hint="as many heads must look at each")
        return (*own[:-1], lead[-1])

    def _check_mask(self, mask: Tensor | None, scores: tuple[Side, ...]) -> None:
        if mask is None:
            return
        if self.is_causal:
            text = "{node} hides later steps by itself, so it takes no other mask."
            advice = Advice("set", "Use only the mask", params={"is_causal": False})
            raise Misfit(port="attn_mask", text=text, advice=advice)
        fits = all(own == 1 or agree(own, side) for own, side in zip(mask.known[::-1], scores[::-1], strict=False))
        if mask.dtype == "index" or mask.rank not in (2, len(scores)) or not fits:
            raise Misfit("wants a truth value or a number for each pair of steps", "attn_mask")

    def doubt(self, *inputs: Tensor | None) -> Misfit | None:
        query, key, *_ = _all(inputs)
        return _hides_by_place(self, query, key, at=-2)

    def module(self, *inputs: Any) -> str | None:
        return f"ScaledDotProductAttention(dropout={code(self.dropout_p)})" if self.dropout_p else None

    def macs(self, *values: Any) -> int | None:
        query, key, value, *_ = _all(values[:-1])
        pairs = product(map(steps, (*values[-1].inner[:-1], key.known[-2])))
        widths = query.known[-1], value.known[-1]
        return product((pairs, sum(side for side in widths if isinstance(side, int)))) if None not in widths else None

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        key = names.get("key", names["query"])
        given = [names["query"], key, names.get("value", key)]
        given += [f"attn_mask={names['attn_mask']}"] if "attn_mask" in names else []
        given += [f"{name}={code(value)}" for name, value in self.args().items()]
        return f"{module if self.dropout_p else 'F.scaled_dot_product_attention'}({', '.join(given)})"


def _all(inputs: Any) -> tuple[Any, ...]:
    """Query, key, value and two masks; key and value as they are where nothing is wired into them."""
    query, key, value, *masks = (*inputs, *[None] * 5)[:5]
    key = query if key is None else key
    return query, key, key if value is None else value, *masks


def _same_steps(query: Tensor, key: Tensor, value: Tensor, at: int = 1) -> None:
    if not agree(key.known[at], value.known[at]):
        raise Misfit(f"takes one step of value for each of the {key.known[at]} steps of key", "value")


def _hides_by_place(
    made: MultiheadAttention | ScaledDotProductAttention, query: Tensor, key: Tensor, at: int = 1
) -> Misfit | None:
    """What is_causal means where the steps of query and key are counted differently."""
    if not made.is_causal or agree(query.known[at], key.known[at]):
        return None
    text = (
        "{node} hides the steps of key that have a later place than the step of query, but these are other sequences."
    )
    return Misfit(
        port="key", text=text, advice=Advice("set", "Hide nothing", params={"is_causal": False}), code="causal"
    )


def _plus(side: Side, count: int) -> Side:
    known = steps(side)
    return None if known is None else known + count


def _joined(lead: tuple[Side, ...], own: tuple[Side, ...], port: str) -> tuple[Side, ...]:
    """The sides before the steps, of all inputs so far; raises Misfit where they do not go together."""
    try:
        if len(own) != len(lead):
            raise Unbroadcastable(len(lead), len(own))
        return broadcast(lead, own)
    except Unbroadcastable:
        raise Misfit("wants the same sides before the steps everywhere", port) from None
