"""Layers of plain weights: Linear, and Bilinear, which multiplies two inputs with each other."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graph.misfit import Advice, Misfit, floats
from graph.param import param
from graph.roles import Layer
from graph.sequences import agree, fixed, same_batch, steps
from graph.shape import Side, Tensor, describe, product
from graph.spec import Port


class Linear(Layer):
    """Answers with sums of all its inputs, each with its own weights: the dense layer of every textbook.

    What has more sides than a row is taken line by line, each with the same weights.
    """

    stem = "fc"
    torch = "nn.Linear"
    common = True
    formula = "y = x·Wᵀ + b"
    shapes = "(N, in_features) → (N, out_features);  (N, T, in_features) → (N, T, out_features)"
    use = "For rows of numbers, at the end of nearly every network, and step by step in sequences."
    avoid = (
        "Straight on pictures: it would need a weight for each pixel and knows nothing of neighbours. Convolve first."
    )
    origin = "F. Rosenblatt: The Perceptron, 1958"
    words = ("dense", "fully connected", "fc", "perceptron", "matrix", "affine", "projection", "mlp")
    positional = ("in_features", "out_features")
    telling = ("out_features",)
    tied = ("weight",)
    out_features: int = param(64, "How many numbers it answers with.", min=1, always=True)
    bias: bool = param(True, "Whether a learned number is added to each sum.")
    values: tuple[float, ...] | None = param(
        None, "All weights to begin with, answer by answer, then the biases: those of neurons that were closed to it.",
        type="numbers", optional=True, printed=False, last=True,
    )  # fmt: skip

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        if x.rank < 2:
            raise Misfit("wants rows of numbers", hint="a Concatenate makes rows of single numbers",
                         advice=Advice("insert", "Put a Concatenate between", "Concatenate"))  # fmt: skip
        fixed(x.known[-1])
        wanted = product((self.out_features, x.known[-1] + self.bias)) if isinstance(x.known[-1], int) else None
        if self.values is not None and wanted not in (None, len(self.values)):
            text = f"{{node}} has {wanted} weights and biases, but {len(self.values)} numbers are typed for them."
            raise Misfit(
                text=text, code="parameters", advice=Advice("set", "Draw them by chance", params={"values": None})
            )
        return x.but(*x.inner[:-1], self.out_features)

    def args(self, x: Tensor) -> dict[str, Any]:
        return {"in_features": x.known[-1], **super().args(x)}

    def tie(self, weights: Mapping[str, str], names: Mapping[str, Any]) -> str:
        return f"F.linear({names['x']}, {weights['weight']})"

    def weights(self, x: Tensor) -> dict[str, tuple[Side, ...]]:
        weight: dict[str, tuple[Side, ...]] = {"weight": (self.out_features, x.known[-1])}
        return {**weight, "bias": (self.out_features,)} if self.bias else weight

    def setup(self, module: str, x: Tensor) -> list[str]:
        if self.values is None:
            return []
        width = len(self.values) // self.out_features - self.bias
        rows = [list(self.values[at * width : (at + 1) * width]) for at in range(self.out_features)]
        lines = [f"{module}.weight.copy_(torch.tensor({rows!r}))"]
        rest = list(self.values[len(rows) * width :])
        return [*lines, f"{module}.bias.copy_(torch.tensor({rest!r}))"] if self.bias else lines

    def macs(self, x: Tensor, y: Tensor) -> int | None:
        return product((*map(steps, x.inner), self.out_features))


class Bilinear(Layer):
    """Multiplies every number of one input with every number of another and answers with weighted sums of the products.

    So each answer depends on how the two go together.
    """

    torch = "nn.Bilinear"
    inputs: ClassVar[tuple[Port, ...]] = (Port("x1", help="One row of numbers."), Port("x2", help="The other row."))
    formula = "y[k] = Σᵢⱼ x₁[i]·W[k,i,j]·x₂[j] + b[k]"
    shapes = "(N, in1_features), (N, in2_features) → (N, out_features)"
    use = "To learn how two descriptions of the same thing go together: a question and an answer, a user and an item."
    avoid = "For long rows: it has a weight for each pair of numbers. Concatenate and a Linear are cheaper."
    origin = "J. B. Tenenbaum, W. T. Freeman: Separating Style and Content with Bilinear Models, 2000"
    words = ("product", "interaction", "pair", "matching", "relation", "tensor", "two inputs")
    positional = ("in1_features", "in2_features", "out_features")
    telling = ("out_features",)
    out_features: int = param(64, "How many numbers it answers with.", min=1, always=True)
    bias: bool = param(True, "Whether a learned number is added to each sum.")

    def shape(self, x1: Tensor, x2: Tensor) -> Tensor:
        for port, x in (("x1", x1), ("x2", x2)):
            floats(x, port)
            if x.rank < 2:
                raise Misfit("wants rows of numbers", port)
            fixed(x.known[-1], port)
        same_batch({"x1": x1, "x2": x2})
        if x1.rank != x2.rank or not all(map(agree, x1.known[:-1], x2.known[:-1])):
            raise Misfit(f"goes through both inputs line by line, and x1 brings {describe(x1)}", "x2",
                         hint="all sides but the last must be equal")  # fmt: skip
        return x1.but(*x1.inner[:-1], self.out_features)

    def args(self, x1: Tensor, x2: Tensor) -> dict[str, Any]:
        return {"in1_features": x1.known[-1], "in2_features": x2.known[-1], **super().args(x1, x2)}

    def weights(self, x1: Tensor, x2: Tensor) -> dict[str, tuple[Side, ...]]:
        weight: dict[str, tuple[Side, ...]] = {"weight": (self.out_features, x1.known[-1], x2.known[-1])}
        return {**weight, "bias": (self.out_features,)} if self.bias else weight

    def macs(self, x1: Tensor, x2: Tensor, y: Tensor) -> int | None:
        """x₁·W, then the product with x₂: in1 + 1 times in2 for each answer."""
        first = x1.known[-1]
        return product((*map(steps, y.inner), x2.known[-1], first + 1 if isinstance(first, int) else None))
