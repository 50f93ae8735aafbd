"""What kinds with query, key and value share: ports, what stands in for one that is not wired, and their rules."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graph.attention import full_mask
from graph.misfit import Advice, Misfit, floats
from graph.roles import Layer
from graph.sequences import agree, fixed, steps
from graph.shape import Side, Tensor, Unbroadcastable, broadcast
from graph.spec import Port

QUERY = Port("query", help="The sequences that ask, a row of numbers for each step.")
KEY = Port("key", optional=True, help="The sequences that are looked at; left open, query itself (self-attention).")
VALUE = Port("value", optional=True, help="What is taken of each step that is looked at; left open, key itself.")


class Attending(Layer):
    """Steps of query look at steps of key; `time` is the side that holds them."""

    family = "attention"
    stem = "attention"
    origin = "A. Vaswani and others: Attention Is All You Need, 2017"
    repeats = frozenset({"query", "key"})
    time: ClassVar[int] = 1
    is_causal: bool

    def doubt(self, *inputs: Tensor | None) -> Misfit | None:
        """What is_causal means where the steps of query and key are counted differently."""
        query, key, *_ = together(inputs)
        if not self.is_causal or agree(query.known[self.time], key.known[self.time]):
            return None
        text = "{node} hides later steps of key from each step of query, but these are the steps of other sequences."
        advice = Advice("set", "Hide nothing", params={"is_causal": False})
        return Misfit(port="key", text=text, advice=advice, code="causal")


def together(inputs: Any) -> tuple[Any, ...]:
    """Query, key, value and two masks; key and value as they are where nothing is wired into them."""
    query, key, value, *masks = (*inputs, *[None] * 5)[:5]
    key = query if key is None else key
    return query, key, key if value is None else value, *masks


def expressions(names: Mapping[str, Any]) -> tuple[str, str, str]:
    """Query, key and value as they are written."""
    query = names["query"]
    key = names.get("key", query)
    return query, key, names.get("value", key)


def mask_arguments(names: Mapping[str, Any], inputs: Mapping[str, Any], heads: str, causal: str) -> list[str]:
    """The masks of nn.MultiheadAttention; `causal` hides later steps, if anything does."""
    mask = full_mask(names.get("attn_mask"), inputs.get("attn_mask"), heads, causal)
    found = [f"attn_mask={mask}"] if mask else []
    found += ["is_causal=True"] if mask and mask == causal else []
    return found + ([f"key_padding_mask={names['key_padding_mask']}"] if "key_padding_mask" in names else [])


def same_steps(key: Tensor, value: Tensor, at: int = 1) -> None:
    """Raises Misfit unless there is a step of value for each step of key."""
    if not agree(key.known[at], value.known[at]):
        raise Misfit(f"takes one step of value for each of the {key.known[at]} steps of key", "value")


def longer(side: Side, count: int) -> Side:
    """A length with some steps more."""
    known = steps(side)
    return side if not count else None if known is None else known + count


# --- bare attention


def check_bare(query: Tensor, key: Tensor, value: Tensor) -> None:
    """Raises Misfit unless these are sequences that can be compared, whatever stands before the steps."""
    for port, x in (("query", query), ("key", key), ("value", value)):
        floats(x, port)
        if x.rank < 3:
            raise Misfit("wants sequences (steps × numbers per step)", port)
        fixed(x.known[-1], port)
    if not agree(query.known[-1], key.known[-1]):
        raise Misfit(f"compares steps of {query.known[-1]} numbers each", "key")
    same_steps(key, value, at=-2)


def led(lead: tuple[Side, ...], own: tuple[Side, ...], port: str, *, grouped: bool) -> tuple[Side, ...]:
    """The sides before the steps, of all inputs so far; `grouped`: several heads of query look at one of the others."""
    if grouped and 2 <= len(own) == len(lead):
        if isinstance(lead[-1], int) and isinstance(own[-1], int) and lead[-1] % own[-1]:
            raise Misfit(f"shares out {lead[-1]} heads of query", port, hint="as many heads must look at each")
        own = (*own[:-1], lead[-1])
    try:
        if len(own) != len(lead):
            raise Unbroadcastable(len(lead), len(own))
        return broadcast(lead, own)
    except Unbroadcastable:
        raise Misfit("wants the same sides before the steps everywhere", port) from None


def check_added(mask: Tensor | None, scores: tuple[Side, ...], *, causal: bool) -> None:
    """Raises Misfit unless a mask goes with the scores and is the only one."""
    if mask is None:
        return
    if causal:
        text = "{node} hides later steps by itself, so it takes no other mask."
        advice = Advice("set", "Use only the mask", params={"is_causal": False})
        raise Misfit(port="attn_mask", text=text, advice=advice)
    fits = all(own == 1 or agree(own, side) for own, side in zip(mask.known[::-1], scores[::-1], strict=False))
    if mask.dtype == "index" or mask.rank not in (2, len(scores)) or not fits:
        raise Misfit("wants a truth value or a number for each pair of steps", "attn_mask")
