"""What kinds that attend share: heads, masks and how they are written, torch's names for their weights, their cost."""

from collections.abc import Mapping

from graph.misfit import Advice, Misfit
from graph.sequences import agree, steps
from graph.shape import Axis, Side, Tensor, describe, product
from graph.spec import atom

CAUSAL_MASK = '''\
def causal_mask(query, key):
    """True where a step of query would see a step of key that comes later."""
    pairs = torch.ones(query.shape[1], key.shape[1], dtype=torch.bool, device=query.device)
    return pairs.triu(diagonal=1)
'''
"""A function that model.py holds where something must not look ahead."""

Weights = dict[str, tuple[Side, ...]]


def share_among_heads(width: Side, heads: int, name: str) -> None:
    """Raises Misfit unless the heads get equally many numbers; `name` is the parameter that counts heads."""
    if not isinstance(width, int) or width % heads == 0:
        return
    fitting = next(count for count in range(min(heads, width), 0, -1) if width % count == 0)
    text = f"{{node}} cannot share the {width} numbers of a step equally among {heads} heads."
    label = f"Use {count_text(fitting, 'head')}"
    raise Misfit(text=text, advice=Advice("set", label, params={name: fitting}))


def check_mask(mask: Tensor | None, port: str, query: Tensor, key: Tensor) -> None:
    """Raises Misfit unless a mask holds a truth value for each pair of steps, of each row or of all."""
    if mask is None:
        return
    _truths(mask, port)
    wanted = (query.known[1], key.known[1])
    by_row = mask.rank == 3 and agree(mask.known[0], query.known[0])
    if not (by_row or (mask.rank == 2 and not _is_batch(mask.known[0]))) or not all(
        map(agree, mask.known[-2:], wanted)
    ):
        hint = "what hides whole steps goes into the padding mask" if mask.rank == 2 else ""
        raise Misfit("wants a truth value for each pair of steps", port, hint=hint)


def check_padding(mask: Tensor | None, port: str, key: Tensor) -> None:
    """Raises Misfit unless a mask holds a truth value for each step of each row."""
    if mask is None:
        return
    _truths(mask, port)
    if mask.rank != 2 or not all(map(agree, mask.known, key.known)):
        raise Misfit(f"wants a truth value for each step of {describe(key)}", port)


def _truths(mask: Tensor, port: str) -> None:
    if mask.dtype not in ("bool", None):
        raise Misfit("wants truth values, True where it must not look", port, code="dtype")


def _is_batch(side: Side) -> bool:
    return isinstance(side, Axis) and side.letter == "N"


def full_mask(name: str | None, mask: Tensor | None, heads: str, causal: str) -> str:
    """A mask as torch wants it, for all rows or for each head of each row, and what hides later steps, if anything."""
    if name is None or mask is None:
        return causal
    own = name if mask.rank == 2 else f"{atom(name)}.repeat_interleave({heads}, dim=0)"
    return f"{atom(own)} | {causal}" if causal else own


def count_text(count: int, thing: str) -> str:
    """`4 heads`, `1 head`"""
    return f"{count} {thing}{'' if count == 1 else 's'}"


# --- weights and cost


def attention_weights(width: Side, key: Side, value: Side, *, bias: bool, bias_kv: bool = False) -> Weights:
    """The parameters of nn.MultiheadAttention."""
    if width == key == value:
        found: Weights = {"in_proj_weight": (times(3, width), width)}
    else:
        found = {"q_proj_weight": (width, width), "k_proj_weight": (width, key), "v_proj_weight": (width, value)}
    found["out_proj.weight"] = (width, width)
    if bias:
        found |= {"in_proj_bias": (times(3, width),), "out_proj.bias": (width,)}
    return found | ({"bias_k": (1, 1, width), "bias_v": (1, 1, width)} if bias_kv else {})


def attention_macs(query: Tensor, key: Tensor, value: Tensor, extra: int = 0) -> int | None:
    """Products for one row: four projections, the scores of all pairs of steps, and the sums weighted by them.

    `extra` steps are added to key and value behind the projections.
    """
    length, seen, width = steps(query.known[1]), steps(key.known[1]), query.known[-1]
    if seen is None:
        return None
    projections = (product((length, width, width, 2)), *(product((seen, x.known[-1], width)) for x in (key, value)))
    return total(*projections, product((2, length, seen + extra, width)))


def prefixed(prefix: str, weights: Mapping[str, tuple[Side, ...]]) -> Weights:
    """Weights as a module holds them whose attribute is the prefix."""
    return {f"{prefix}.{name}": shape for name, shape in weights.items()}


def times(count: int, side: Side) -> int | None:
    return product((count, side))


def total(*numbers: int | None) -> int | None:
    """A sum; None if one of the numbers is not known."""
    return None if None in numbers else sum(number for number in numbers if number is not None)
