"""Functions of each number by itself that are not activations, and what brings rows to the same length."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graph.merging import no_bools, quantities
from graph.misfit import Advice, Misfit, floats
from graph.param import param
from graph.roles import Layer
from graph.shape import Dtype, Tensor
from graph.sides import side
from graph.spec import atom, code


class _Function(Layer):
    """A function of each number by itself; `function` is torch's name of it; whether it `keeps` whole numbers whole."""

    family = "arithmetic"
    shapes = "(N, *) → (N, *)"
    function: ClassVar[str] = ""
    keeps: ClassVar[bool] = False

    def shape(self, x: Tensor) -> Tensor:
        return Tensor(x.sides, self.dtype(x), columns=x.columns)

    def dtype(self, x: Tensor) -> Dtype:
        return x.dtype if self.keeps else "float"

    def doubt(self, x: Tensor) -> Misfit | None:
        return quantities([x])

    def module(self, *inputs: Any) -> None:
        return None

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"{self.function}({names['x']})"


class Abs(_Function):
    """Leaves out the sign of each number."""

    formula = "y = |x|"
    use = "How large something is, whichever its direction; distances along one side."
    avoid = "Where a smooth slope matters: at zero it has a corner. A Square has none."
    origin = "Textbook"
    words = ("absolute", "magnitude", "modulus", "size")
    function = "torch.abs"
    keeps = True

    def shape(self, x: Tensor) -> Tensor:
        no_bools({"x": x})
        return super().shape(x)


class Square(_Function):
    """Multiplies each number by itself."""

    formula = "y = x²"
    use = "Energies, squared errors, features of a polynomial."
    avoid = "Numbers far above 1, whose squares may grow out of hand."
    origin = "Textbook"
    words = ("power", "pow", "quadratic", "squared")
    function = "torch.square"
    keeps = True

    def dtype(self, x: Tensor) -> Dtype:
        return "index" if x.dtype == "bool" else x.dtype


class Sqrt(_Function):
    """Takes the square root of each number. Below zero there is none."""

    saves = "output"
    formula = "y = √x"
    use = "Turning variances into deviations, squared lengths into lengths."
    avoid = "Numbers at or below zero: the slope at zero is infinite. Put a Scale with a small offset before it."
    origin = "Textbook"
    words = ("root", "square root")
    function = "torch.sqrt"


class Exp(_Function):
    """Raises e to each number: sums become products, and every answer is above zero."""

    saves = "output"
    formula = "y = eˣ"
    use = "Turning the logarithm of a variance or of a probability back into the thing itself."
    avoid = "Numbers above about 80, whose answer no float can hold. Probabilities of classes are a Softmax."
    origin = "Textbook"
    words = ("exponential", "e to the x", "logvar", "antilog")
    function = "torch.exp"


class Log(_Function):
    """Takes the natural logarithm of each number: products become sums. Only numbers above zero have one."""

    formula = "y = ln x"
    use = "Numbers that differ by orders of magnitude: prices, counts, energies."
    avoid = "Zero and below: put a Clamp or a Scale with an offset before it. Log-probabilities are a LogSoftmax."
    origin = "Textbook"
    words = ("logarithm", "ln", "natural log")
    function = "torch.log"


class Reciprocal(_Function):
    """Divides 1 by each number."""

    saves = "output"
    formula = "y = 1 / x"
    use = "Frequencies of periods, precisions of variances."
    avoid = "Numbers near zero, whose reciprocal is huge."
    origin = "Textbook"
    words = ("inverse", "one over", "divide")
    function = "torch.reciprocal"


class Sin(_Function):
    """Takes the sine of each number, as an angle in radians."""

    formula = "y = sin x"
    use = "Periodic things: times of day, phases, encodings of a position."
    avoid = "An activation for usual networks: its many ups and downs are hard to learn through."
    origin = "Textbook; as a layer: Sitzmann et al., Implicit Neural Representations with Periodic Activations, 2020"
    words = ("sine", "wave", "periodic", "siren", "fourier")
    function = "torch.sin"


class Cos(_Function):
    """Takes the cosine of each number, as an angle in radians."""

    formula = "y = cos x"
    use = "Together with a Sin: a pair that tells an angle without a jump."
    avoid = "Alone, for an angle: it does not tell left from right."
    origin = "Textbook"
    words = ("cosine", "wave", "periodic", "fourier")
    function = "torch.cos"


class Sign(_Function):
    """Says of each number only whether it is above zero (1), zero (0) or below (−1). It has no slope to learn by."""

    formula = "y = 1 if x > 0, −1 if x < 0, else 0"
    use = "Labels −1 and 1 from scores, directions of slopes."
    avoid = "Anything weights before it should learn through: its slope is zero everywhere."
    origin = "Textbook"
    words = ("signum", "direction", "binary", "bipolar")
    function = "torch.sign"
    keeps = True


class Clamp(_Function):
    """Cuts numbers off at a lowest and a highest one."""

    formula = "y = min(max(x, min), max)"
    use = "Keeping numbers where the next step is defined: above zero before a Log, within a range before Exp."
    avoid = "Numbers that are often outside: nothing is learned through what is cut off. A Tanh bends softly."
    origin = "Textbook"
    words = ("clip", "limit", "bound", "cut", "range", "saturate")
    telling = ("min", "max")
    min: float | None = param(None, "The lowest number; left out, there is none.", type="float", optional=True)
    max: float | None = param(None, "The highest number; left out, there is none.", type="float", optional=True)

    def shape(self, x: Tensor) -> Tensor:
        if self.min is None and self.max is None:
            text = "{node} has neither a lowest nor a highest number to cut at."
            raise Misfit(text=text, advice=Advice("set", "Cut below 0 and above 1", params={"min": 0.0, "max": 1.0}))
        return super().shape(x)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        bounds = {name: value for name in ("min", "max") if (value := getattr(self, name)) is not None}
        if len(bounds) == 2:
            return f"{atom(names['x'])}.clamp({code(self.min)}, {code(self.max)})"
        return f"{atom(names['x'])}.clamp({', '.join(f'{name}={code(value)}' for name, value in bounds.items())})"


class Normalize(Layer):
    """Brings the numbers along a side to length 1, so that only their direction counts."""

    family = "normalization"
    formula = "y = x / max(‖x‖ₚ, ε)"
    shapes = "(N, *) → (N, *)"
    use = "Embeddings that are compared by their angle: retrieval, contrastive learning, prototypes."
    avoid = "Keeping activations in range while learning: a BatchNorm or a LayerNorm does that."
    origin = "Textbook; for embeddings: Wang et al., NormFace, 2017"
    words = ("l2 normalize", "unit length", "unit vector", "direction", "cosine", "scale")
    telling = ("dim",)
    p: float = param(2.0, "Which length is meant: 2 is the usual one, 1 the sum of absolute values.", above=0.0)
    dim: int = param(1, "The side along which the length is 1; 0 is the batch.")
    eps: float = param(1e-12, "Shorter ones are divided by this, not by their length.", min=0.0)

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        side(x, self.dim)
        return Tensor(x.sides, columns=x.columns)

    def module(self, *inputs: Any) -> None:
        return None

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        given = "".join(f", {name}={code(value)}" for name, value in self.args().items())
        return f"F.normalize({names['x']}{given})"
