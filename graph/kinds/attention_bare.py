"""Attention without weights or heads of its own: the bare arithmetic, to build others from."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graph.attending import KEY, QUERY, VALUE, Attending, check_added, check_bare, expressions, led, together
from graph.param import param
from graph.sequences import same_batch, steps
from graph.shape import Tensor, product
from graph.spec import Port, code

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


class ScaledDotProductAttention(Attending):
    """Compares every step of query with every step of key and takes of value the more, the more alike they are.

    The bare arithmetic of attention: it has no weights of its own.
    """

    title = "Scaled dot-product attention"
    inputs: ClassVar[tuple[Port, ...]] = (
        QUERY, KEY, VALUE,
        Port("attn_mask", optional=True, help="True where a step may look, or numbers that are added to the scores."),
    )  # fmt: skip
    time = -2
    formula = "y = softmax(Q·Kᵀ / √E)·V"
    shapes = "query (N, …, L, E), key (N, …, S, E), value (N, …, S, V) → (N, …, L, V)"
    use = "To build attention from its parts: own projections, own heads, numbers that say how far apart two steps are."
    avoid = "Where plain attention with heads will do: MultiheadAttention has its projections in it."
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
        query, key, value, mask, _ = together(inputs)
        check_bare(query, key, value)
        same_batch({"query": query, "key": key, "value": value, "attn_mask": mask})
        lead = query.known[:-2]
        for port, x in (("key", key), ("value", value)):
            lead = led(lead, x.known[:-2], port, grouped=self.enable_gqa)
        check_added(mask, (*lead, query.known[-2], key.known[-2]), causal=self.is_causal)
        return Tensor((*lead, query.known[-2], value.known[-1]))

    def module(self, *inputs: Any) -> str | None:
        return f"ScaledDotProductAttention(dropout={code(self.dropout_p)})" if self.dropout_p else None

    def macs(self, *values: Any) -> int | None:
        query, key, value, *_ = together(values[:-1])
        pairs = product(map(steps, (*values[-1].inner[:-1], key.known[-2])))
        widths = query.known[-1], value.known[-1]
        return product((pairs, sum(side for side in widths if isinstance(side, int)))) if None not in widths else None

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        given = list(expressions(names))
        given += [f"attn_mask={names['attn_mask']}"] if "attn_mask" in names else []
        given += [f"{name}={code(value)}" for name, value in self.args().items()]
        return f"{module if self.dropout_p else 'F.scaled_dot_product_attention'}({', '.join(given)})"
