"""The single neuron: weights live on its wires."""

from collections.abc import Mapping
from typing import Any

from graph.bends import BENDS
from graph.misfit import Advice, Misfit, floats
from graph.param import param
from graph.shape import UNKNOWN, Side, Tensor, Value, product
from graph.spec import Kind, Place, Port


class Neuron(Kind):
    """Adds up its inputs, each times the weight of its wire, adds a bias, and bends the sum by an activation.

    A wire that brings a row of numbers holds one weight for each of them.
    """

    stem = "n"
    family = "neuron"
    common = True
    formula = "y = f(Σ wᵢ·xᵢ + b)"
    shapes = "any number of (N,) and (N, F) → (N,)"
    use = "To see and set every weight, to draw networks that no layer has, and to learn what a layer is made of."
    avoid = "For hundreds of units that are wired alike: a Linear and an activation say the same in two nodes."
    origin = "W. McCulloch, W. Pitts, 1943; with learned weights F. Rosenblatt: The Perceptron, 1958"
    words = ("unit", "perceptron", "node", "cell", "weight", "bias", "adaline", "artificial neuron")
    inputs = (Port("x", gathers=True, help="Numbers or rows of numbers, any number of wires."),)
    outputs = (Port("y", help="One number per row."),)
    telling = ("activation",)
    activation: str = param("identity", "How the sum is bent.", choices=tuple(BENDS))
    bias: float | None = param(
        None, "The number added to the sum at the start; left out, it is drawn by chance.", type="float", optional=True
    )
    bias_fixed: bool = param(False, "Whether the bias keeps its value while the network learns.")

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        batches = [self._batch(value, at) for at, value in enumerate(inputs["x"]) if value.sides is not None]
        for at, batch in enumerate(batches):
            if batch != batches[0] and None not in (batch, batches[0]):
                raise Misfit(
                    text="{node} adds up rows of different data, which do not belong together.",
                    at=at,
                    code="rows-mixed",
                )
        if not batches:
            return {"y": UNKNOWN}
        known = next((batch for batch in batches if batch is not None), None)
        return {"y": Tensor((known,), probability=self.activation == "sigmoid")}

    def _batch(self, x: Tensor, at: int) -> Side:
        """The rows of one input; raises Misfit if it is neither a number nor a row."""
        floats(x, at=at)
        if x.rank > 2:
            raise Misfit("adds up numbers and rows of numbers", hint="flatten them first", at=at,
                         advice=Advice("insert", "Put a Flatten between", "Flatten"))  # fmt: skip
        return x.known[0]

    def fan_in(self, values: list[Tensor]) -> int | None:
        """How many numbers come in, which is how many weights there are."""
        sizes = [product(value.inner) if value.sides is not None else None for value in values]
        return None if None in sizes else sum(size for size in sizes if size is not None)

    def weights(self, x: list[Tensor]) -> dict[str, tuple[Side, ...]]:
        weight: dict[str, tuple[Side, ...]] = {"weight": (self.fan_in(x),)}
        return weight if self.bias_fixed and self.bias is not None else {**weight, "bias": (1,)}

    def macs(self, x: list[Tensor], y: Tensor) -> int | None:
        return self.fan_in(x)
