"""The one node that may close a loop: what goes through it comes out a step later."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.recurrence import STATEFUL
from graph.shape import Axis, Side, Tensor, Value, describe
from graph.spec import Kind, Place, Port


class Delay(Kind):
    """Gives at each step of a sequence what came in at the step before: the memory of every recurrent network.

    A loop of wires through it runs step by step over the sequence that enters the loop.
    """

    family = "recurrent"
    stem = "h"
    formula = "y[t] = x[t − 1],  y[0] = 0, or learned, or the wire initial"
    shapes = "on a loop (N, F) → (N, F);  else (N, T, F) → (N, T, F), a step later"
    use = "To draw a recurrent network from its parts: wire into it what is to be read at the next step."
    avoid = "Where a ready LSTM, GRU or RNN does: those compute all steps in one go, many times faster."
    origin = "J. L. Elman: Finding Structure in Time, 1990"
    words = ("memory", "state", "loop", "recurrent", "recursion", "feedback", "previous", "lag", "hidden", "z-1")
    inputs = (Port("x", help="What is remembered."), Port("initial", optional=True, help="What it gives at first."))
    outputs = (Port("y", help="What was remembered a step before."),)
    telling = ("start",)
    source = '''\
class FirstState(nn.Module):
    """What a loop remembers before its first step: learned, the same for every row."""

    def __init__(self, *size):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1, *size))

    def forward(self):
        return self.weight
'''
    start: str = param("zero", "What it gives at the first step, if no wire says it.", choices=("zero", "learned"))
    shape: tuple[int, ...] | None = param(
        None, "The sides of what it remembers, without the batch; left out, they are found.", type="shape",
        optional=True, min=1,
    )  # fmt: skip
    over: str = param(
        "", "The node whose sequence its loop follows, where several enter it.", type="node", printed=False, last=True
    )
    steps: int | None = param(
        None, "How many steps its loop takes, where no sequence enters it.", type="int", optional=True, min=1,
        printed=False, last=True,
    )  # fmt: skip
    stateful: Any = STATEFUL

    def hands_on(self) -> dict[str, int]:
        return {"": 0} if self.stateful else {}

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        x, initial = inputs["x"], inputs.get("initial")
        if self.shape is not None:
            y = Tensor((x.known[0] if x.sides else None, *self.shape), x.dtype)
        elif initial is not None and initial.sides is not None:
            y = initial
        else:
            return {"y": replace(x, columns=None)}
        self._check(x, y)
        return {"y": y}

    def _check(self, x: Tensor, y: Tensor) -> None:
        if x.sides is None or len(x.known) != len(y.known):
            fits = x.sides is None
        else:
            fits = all(None in pair or pair[0] == pair[1] for pair in zip(x.inner, y.inner, strict=True))
        if not fits:
            advice = Advice("set", "Let its sides be found", params={"shape": None})
            raise Misfit(f"remembers {describe(y)}", code="delay-shape", advice=advice)

    def weights(self, x: Tensor, initial: Tensor | None = None) -> dict[str, tuple[Side, ...]]:
        if self.start != "learned" or initial is not None:
            return {}
        sides = self.shape if self.shape is not None else tuple(side for side in x.inner if not isinstance(side, Axis))
        return {"weight": (1, *sides)}
