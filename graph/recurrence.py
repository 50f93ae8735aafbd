"""What recurrent layers and their cells share: the states they start from, and torch's names for their weights."""

from collections.abc import Mapping, Sequence

from graph.misfit import Advice, Misfit
from graph.param import Param
from graph.sequences import agree
from graph.shape import Side, Tensor, product, sides_text

STATEFUL = Param(
    False, "Whether it begins each window with what it remembered at the end of the one before: the data must then be "
    "a stream (order). The slope still goes back no further than to the beginning of the window.",
    "bool", name="stateful", printed=False, last=True,
)  # fmt: skip
"""How a kind that remembers says so; what it hands on stands in its `hands_on`."""


def goes_on(given: Mapping[str, object], *, backwards: bool) -> None:
    """Raises Misfit for what cannot go on from window to window: it begins elsewhere, or comes from the end."""
    forget = Advice("set", "Forget behind each window", params={"stateful": False})
    if backwards:
        text = "{node} keeps its state and reads backwards as well, but what lies behind a window is not known in it."
        raise Misfit(port="", text=text, code="stateful", advice=forget)
    wired = next((port for port, value in given.items() if value is not None), None)
    if wired:
        text = f"{{node}} keeps its state from window to window, so it cannot begin with what {{source}} gives {wired}."
        raise Misfit(port=wired, text=text, code="stateful", advice=forget)


def starts_like(wanted: Tensor, given: Tensor | None, port: str) -> None:
    """Raises Misfit unless a state that is given has the sides of the states it will become."""
    if given is None:
        return
    rows = f"a row of {wanted.known[1]} numbers"
    wants = f"starts from {rows}" if wanted.rank == 2 else f"starts from {sides_text(wanted.inner)} numbers"
    if given.dtype not in ("float", None):
        raise Misfit(wants, port, code="dtype")
    if given.rank != wanted.rank or not all(map(agree, given.known, wanted.known)):
        raise Misfit(wants, port)


def both_or_neither(given: Sequence[Tensor | None], names: tuple[str, str]) -> None:
    """Raises Misfit if only one of the two states of an LSTM is given."""
    wired = [name for name, value in zip(names, given, strict=False) if value is not None]
    if len(wired) == 1:
        missing = names[1 - names.index(wired[0])]
        together = f"{names[0]} and {names[1]} together, or from neither"
        text = f"{{node}} starts from {together}: wire something into {missing} too."
        raise Misfit(port=wired[0], text=text, code="state")


def cell_weights(gates: int, size: Side, hidden: int, bias: bool, suffix: str = "") -> dict[str, tuple[Side, ...]]:
    """The parameters of one cell by torch's names."""
    matrices: dict[str, tuple[Side, ...]] = {f"weight_ih{suffix}": (gates, size), f"weight_hh{suffix}": (gates, hidden)}
    return matrices | ({f"bias_ih{suffix}": (gates,), f"bias_hh{suffix}": (gates,)} if bias else {})


def matrix_size(weights: Mapping[str, tuple[Side, ...]]) -> int | None:
    """How many numbers all matrices hold."""
    sizes = [product(shape) for name, shape in weights.items() if name.startswith("weight")]
    return None if None in sizes else sum(size for size in sizes if size is not None)
