"""Values between two others."""

from collections.abc import Mapping
from typing import Any

from graph.merging import Elementwise
from graph.misfit import floats
from graph.param import param
from graph.shape import Dtype, Tensor
from graph.spec import Port


class Lerp(Elementwise):
    """Goes a part of the way from one tensor to another: all of a at weight 0, all of b at weight 1."""

    title = "Lerp"
    inputs = (
        Port("a"), Port("b"),
        Port("weight", optional=True, help="How far, from a wire; without one, the number typed."),
    )  # fmt: skip
    formula = "y = a + weight · (b − a)"
    use = "Between made and real rows with even Noise (1, or 1, 1, 1 for pictures) as weight, for a GradientPenalty."
    avoid = "Where the network should learn how much of each to take: multiply by what a Sigmoid gives."
    origin = "Textbook"
    words = ("linear interpolation", "mix", "blend", "between", "mixup", "gradient penalty", "interpolate")
    doing = "goes between numbers of"
    one_dtype = True
    weight: float = param(0.5, "How far from a to b, where nothing is wired in.")

    def dtype(self, inputs: Mapping[str, Tensor]) -> Dtype:
        for port, value in inputs.items():
            floats(value, port)
        return "float"

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"torch.lerp({names['a']}, {names['b']}, {names.get('weight', repr(self.weight))})"
