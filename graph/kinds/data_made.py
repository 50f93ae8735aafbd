"""Made sequences that need a memory: sums, parities, rows of numbers to go on with."""

from collections.abc import Mapping
from typing import Any

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.roles import Data
from graph.shape import Axis, Tensor, Value
from graph.spec import Place

LONGEST = 200
"""Numbers of a row to go on with, before they are too large."""


class Sequences(Data):
    """Made sequences whose answer needs a memory. No sequence occurs twice, so none is in two parts.

    Adding: two marked numbers are added up. Parity: whether the ones so far are odd in number. Continue: the next
    number of a row such as 2, 3, 5, 7, 11, divided by the largest that is seen, or as whole numbers `below` a limit.
    """

    shapes = "x (N, T, 1), for adding (N, T, 2), whole numbers (N, T); y (N), for parity at each step (N, T)"
    use = "To compare recurrent networks: the longer the sequence, the more of a memory is needed."
    avoid = "To forecast what was measured: Series."
    origin = "S. Hochreiter, J. Schmidhuber: Long Short-Term Memory, 1997 (adding); the others textbook"
    words = ("adding problem", "parity", "memory", "primes", "fibonacci", "continue", "labelling", "toy", "synthetic",
             "dataset")  # fmt: skip
    telling = ("task", "length", "batch_size")
    task: str = param(
        "adding",
        "The sum of two marked numbers; whether the ones are odd, at the end or at each step; the next number.",
        choices=("adding", "parity", "parity at each step", "continue"),
    )
    samples: int = param(1000, "How many sequences to make, if there are so many different ones.", min=4, max=1_000_000)
    length: int = param(12, "How many steps a sequence has.", min=3, max=10_000)
    below: int | None = param(
        None, "Whole numbers below this, for an Embedding; left out, any numbers, divided by the largest of their row.",
        type="int", optional=True, min=20, max=1000, when=("task", ("continue",)),
    )  # fmt: skip

    def rows(self, facts: Mapping[str, Any] | None) -> int:
        """All there are of short parities: two to the power of the length."""
        few = self.task.startswith("parity") and self.length < 20
        return min(self.samples, 2**self.length) if few else self.samples

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        if self.task == "continue" and self.length > LONGEST:
            text = f"{{node}} goes on with {self.length} numbers, but rows grow beyond all bounds behind {LONGEST}."
            advice = Advice("set", f"Take {LONGEST}", params={"length": LONGEST})
            raise Misfit(port="", text=text, code="too-long", advice=advice)
        rows, time = Axis(place.born, "N", self.rows(None)), Axis(place.born, "T", self.length)
        if self.task == "continue" and self.below:
            return {"x": Tensor((rows, time), "index", self.below), "y": Tensor((rows,), "index", self.below)}
        x = Tensor((rows, time, 2 if self.task == "adding" else 1))
        if not self.task.startswith("parity"):
            return {"x": x, "y": Tensor((rows,))}
        return {"x": x, "y": Tensor((rows,) if self.task == "parity" else (rows, time), "index", 2)}
