"""What kinds share that act along sides or on several tensors at once: which side is meant, and what fits together."""

from collections.abc import Iterable, Mapping, Sequence

from graph.misfit import Advice, Misfit
from graph.shape import Axis, Dtype, Side, Tensor, Unbroadcastable, broadcast, describe

Dims = int | Sequence[int]
"""One side or several, as they are typed."""


def many(dims: Dims) -> tuple[int, ...]:
    """One number or several as several."""
    return (dims,) if isinstance(dims, int) else tuple(dims)


# --- which side is meant


def side(x: Tensor, dim: int, *, name: str = "dim", room: int = 0, port: str = "x") -> int:
    """The place of a side behind the batch, counted from 0; raises Misfit where there is none.

    `name` is the parameter that says it, `room` how many sides there will be more.
    """
    rank = x.rank + room
    at = dim + rank if dim < 0 else dim
    if 0 < at < rank:
        return at
    there = f"are the sides 1 to {rank - 1}" if rank > 2 else "is only side 1" if rank == 2 else "is only the batch"
    text = f"{{node}} acts along side {dim}, but {{source}} gives {describe(x)}: there {there}."
    if at == 0:
        text = f"{{node}} acts along side {dim}, which is the batch: its rows must not be mixed."
    advice = Advice("set", "Use side 1", params={name: 1}) if rank > 1 else None
    raise Misfit(port=port, text=text, advice=advice, code="batch-mixed" if at == 0 else "shape")


def sides(x: Tensor, dims: Dims, *, name: str = "dim") -> tuple[int, ...]:
    """The places of sides behind the batch; raises Misfit where one is not there, or named twice."""
    found = tuple(side(x, dim, name=name) for dim in many(dims))
    if len(set(found)) < len(found):
        once = list(dict.fromkeys(found))
        advice = Advice("set", "Name each side once", params={name: once})
        raise Misfit(
            text=f"{{node}} names a side of {{source}} twice: {', '.join(map(str, many(dims)))}.", advice=advice
        )
    return found


def index(dim: int, part: str) -> str:
    """What takes a part along a side, behind an expression: `[:, 2:5]`, `[..., 0]`."""
    if dim >= 0:
        return f"[{', '.join([':'] * dim + [part])}]"
    return f"[{', '.join(['...', part] + [':'] * (-dim - 1))}]"


def length(at: Side) -> int | None:
    """How long a side is, as far as is known; of a time too."""
    return at.length if isinstance(at, Axis) and at.letter == "T" else at if isinstance(at, int) else None


def names(x: Tensor, at: int, chosen: slice) -> tuple[str, ...] | None:
    """The names of columns that a part along a side keeps."""
    if x.columns is None or at != x.rank - 1:
        return x.columns
    return x.columns[chosen]


# --- several tensors


def apart(inputs: Mapping[str, Tensor]) -> None:
    """Raises Misfit where rows of different data would meet."""
    batches = {port: value.known[0] for port, value in inputs.items() if value.sides}
    first = next((batch for batch in batches.values() if is_batch(batch)), None)
    for port, batch in batches.items():
        if is_batch(batch) and batch != first:
            text = "{node} joins rows of different data, which do not belong together."
            raise Misfit(port=port, text=text, code="rows-mixed")


def together(inputs: Mapping[str, Tensor], doing: str) -> tuple[Side, ...]:
    """The sides of tensors that are taken number by number; raises Misfit at the port that does not fit.

    `doing` is what the node does with the numbers so far: "adds numbers to".
    """
    apart(inputs)
    found: tuple[Side, ...] | None = None
    for port, value in inputs.items():
        found = value.known if found is None else _beside(found, value.known, doing, port)
    return found or ()


def _beside(left: tuple[Side, ...], right: tuple[Side, ...], doing: str, port: str) -> tuple[Side, ...]:
    wants = f"{doing} {describe(Tensor(left))}"
    try:
        both = broadcast(left, right)
    except Unbroadcastable as error:
        hint, code = _why(error)
        raise Misfit(wants, port, hint=hint, code=code, advice=_width(left, right)) from None
    if any(is_batch(at) for at in both[1:]) or (is_batch(left[0]) and both[0] != left[0]):
        raise Misfit(wants, port, hint="the batch would meet another side")
    return both


def _why(error: Unbroadcastable) -> tuple[str, str]:
    """A hint, and the code of the diagnostic."""
    letters = {at.letter for at in (error.left, error.right) if isinstance(at, Axis)}
    if letters == {"N", "T"}:
        return "a RepeatOverTime gives rows to every step", "time-meets-rows"
    return "both must have the same sides", "shape"


def _width(left: tuple[Side, ...], right: tuple[Side, ...]) -> Advice | None:
    """Another width for the layer before, where the number of features or channels is all that does not fit."""
    wrong = [at for at, pair in enumerate(zip(left, right, strict=False)) if pair[0] != pair[1] and 1 not in pair]
    if len(left) != len(right) or len(wrong) != 1 or not isinstance(left[wrong[0]], int):
        return None
    wanted = left[wrong[0]]
    if wrong[0] == len(left) - 1 and len(left) < 4:
        return Advice("set_source", f"Make it {wanted} numbers", params={"out_features": wanted})
    channels = Advice("set_source", f"Make it {wanted} channels", params={"out_channels": wanted})
    return channels if wrong[0] == 1 and len(left) > 3 else None


def is_batch(at: Side) -> bool:
    return isinstance(at, Axis) and at.letter == "N"


def meets(left: Side, right: Side) -> bool:
    """Whether two sides can be of the same length, as far as is known; 1 does not give way here."""
    if None in (left, right) or left == right:
        return True
    pair = {type(left): left, type(right): right}
    axis, number = pair.get(Axis), pair.get(int)
    return isinstance(axis, Axis) and axis.letter == "T" and number is not None and axis.length in (None, number)


def promoted(values: Iterable[Tensor]) -> Dtype:
    """What torch makes of numbers of several types."""
    found = {value.dtype for value in values}
    if None in found:
        return None
    return next(dtype for dtype in ("float", "index", "bool") if dtype in found)


def columns_of(values: Sequence[Tensor], rank: int) -> tuple[str, ...] | None:
    """The names that all of several tensors have, where the result has so many sides."""
    first = values[0]
    same = all(value.columns == first.columns and value.rank == rank for value in values)
    return first.columns if same else None
