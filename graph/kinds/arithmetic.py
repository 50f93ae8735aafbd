"""Arithmetic between two tensors, and with a number."""

from collections.abc import Mapping
from typing import Any

from graph.merging import Elementwise, Joining, no_bools, quantities
from graph.misfit import Advice, Misfit
from graph.param import param
from graph.roles import Layer
from graph.sequences import steps
from graph.shape import Dtype, Tensor, Unbroadcastable, broadcast, describe, product, side_text
from graph.sides import is_batch, meets
from graph.spec import Port, atom

PAIR = (Port("a"), Port("b"))


class Subtract(Elementwise):
    """Takes one tensor away from the other, number by number: what is left is the difference."""

    saves = "nothing"
    common = True
    inputs = PAIR
    formula = "y = a − b"
    use = "Differences and errors: a prediction against a baseline, a signal without its mean."
    avoid = "How wrong a prediction is: that is a loss, which also says in which direction to learn."
    origin = "Textbook"
    words = ("minus", "difference", "sub", "residual", "delta")
    doing = "takes numbers away from"
    between = "-"

    def dtype(self, inputs: Mapping[str, Tensor]) -> Dtype:
        no_bools(inputs)
        return super().dtype(inputs)


class Divide(Elementwise):
    """Divides one tensor by the other, number by number. Where the second is zero the answer is infinite."""

    inputs = PAIR
    formula = "y = a / b"
    use = "Shares and ratios: numbers by their sum, sums by their counts, a vector by its length."
    avoid = "Divisors that may come near zero: put a Clamp with a small min before b."
    origin = "Textbook"
    words = ("quotient", "ratio", "share", "over", "div")
    doing = "divides numbers of"
    between = "/"

    def dtype(self, inputs: Mapping[str, Tensor]) -> Dtype:
        return "float"


class Power(Elementwise):
    """Raises each number to a power: a number that is the same for all, or one of their own from the second port."""

    inputs = (Port("x"), Port("exponent", optional=True, help="Powers from a wire; without one, the number typed."))
    formula = "y = x^exponent"
    use = "Squares of errors, lengths by hand, terms of a polynomial."
    avoid = "Fractions as powers of negative numbers: the answer is not a number, and training stops there."
    origin = "Textbook"
    words = ("pow", "exponent", "square", "polynomial", "cube")
    doing = "raises to powers"
    between = "**"
    exponent: float = param(2.0, "The power, where none is wired in.")

    def dtype(self, inputs: Mapping[str, Tensor]) -> Dtype:
        if "exponent" not in inputs:
            return "float"
        if all(value.dtype == "bool" for value in inputs.values()):
            no_bools(inputs)
        return super().dtype(inputs)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        power = atom(names["exponent"]) if "exponent" in names else f"{self.exponent!r}"
        return f"{atom(names['x'])} ** {power}"


class MatMul(Joining):
    """Multiplies matrices: each line of a with each column of b, row of the batch by row of the batch."""

    family = "arithmetic"
    title = "MatMul"
    common = True
    inputs = PAIR
    formula = "y[n,i,j] = Σₖ a[n,i,k] · b[n,k,j]"
    shapes = "(N, I, K), (N, K, J) → (N, I, J)"
    use = "Attention from its parts (scores of queries and keys), products of two things that both come from data."
    avoid = "Learned weights: a Linear holds its own matrix."
    origin = "Textbook (matrix product)"
    words = ("matrix product", "bmm", "dot product", "attention scores", "@", "multiply")

    def joined(self, inputs: dict[str, Tensor]) -> Tensor:
        a, b = inputs["a"], inputs["b"]
        _of_one_type(inputs)
        if min(a.rank, b.rank) < 2 or is_batch(b.known[-2]) or is_batch(a.known[-1]):
            port = "a" if a.rank < 2 else "b"
            raise Misfit("multiplies one matrix for each row", port, hint="the batch itself must not be mixed")
        if not meets(a.known[-1], b.known[-2]):
            raise Misfit(f"multiplies lines of {side_text(a.known[-1])} numbers", "b",
                         hint=f"b needs {side_text(a.known[-1])} lines; a Transpose turns a matrix",
                         advice=Advice("insert", "Put a Transpose between", "Transpose"))  # fmt: skip
        try:
            sides = (*broadcast(a.known[:-2], b.known[:-2]), a.known[-2], b.known[-1])
        except Unbroadcastable:
            raise Misfit(f"multiplies {describe(a)}", "b", hint="all sides but the last two must be equal") from None
        if any(is_batch(side) for side in sides[1:]):
            raise Misfit(f"multiplies {describe(a)}", "b", hint="their batches do not meet")
        return Tensor(sides, a.dtype)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return " @ ".join(atom(name) for name in names.values())

    def macs(self, a: Tensor, b: Tensor, y: Tensor) -> int | None:
        return product(map(steps, (*y.inner, a.known[-1])))


def _of_one_type(inputs: Mapping[str, Tensor]) -> None:
    """Raises Misfit where torch would refuse to multiply such numbers."""
    no_bools(inputs)
    if len({value.dtype for value in inputs.values()} - {None}) > 1:
        port = next(port for port, value in inputs.items() if value.dtype == "index")
        raise Misfit("wants numbers of one type", port, hint="a Cast makes numbers of class numbers", code="dtype",
                     advice=Advice("insert", "Put a Cast between", "Cast"))  # fmt: skip


class Scale(Layer):
    """Multiplies each number by the same factor and adds the same offset; nothing of it is learned."""

    saves = "nothing"
    family = "arithmetic"
    formula = "y = factor · x + offset"
    shapes = "(N, *) → (N, *)"
    use = "Fixed scaling, such as 1/√d before a softmax over scores, or pictures from 0…255 to −1…1."
    avoid = "Scaling that fits the data: Standardize finds its own numbers; a BatchNorm learns them."
    origin = "Textbook"
    words = ("factor", "times", "offset", "shift", "multiply by", "add number", "affine", "rescale", "temperature")
    factor: float = param(1.0, "What each number is multiplied by.")
    offset: float = param(0.0, "What is added afterwards.")

    def shape(self, x: Tensor) -> Tensor:
        if self.factor == 1 and self.offset == 0:
            return x
        return Tensor(x.sides, columns=x.columns)

    def summary(self) -> str:
        factor = f" × {self.factor:g}" if self.factor != 1 else ""
        offset = f" {'−' if self.offset < 0 else '+'} {abs(self.offset):g}" if self.offset else ""
        return f"{self.title}{factor}{offset}"

    def doubt(self, x: Tensor) -> Misfit | None:
        return quantities([x])

    def module(self, *inputs: Any) -> None:
        return None

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        text = atom(names["x"]) if self.factor == 1 else f"{atom(names['x'])} * {self.factor!r}"
        if self.offset == 0:
            return text if self.factor != 1 else str(names["x"])
        return f"{text} {'-' if self.offset < 0 else '+'} {abs(self.offset)!r}"


class Negate(Layer):
    """Turns the sign of each number round."""

    saves = "nothing"
    family = "arithmetic"
    formula = "y = −x"
    shapes = "(N, *) → (N, *)"
    use = "Something that should grow where only what gets smaller can be asked for."
    avoid = "Differences: a Subtract does both at once."
    origin = "Textbook"
    words = ("minus", "negative", "sign", "opposite", "neg")

    def shape(self, x: Tensor) -> Tensor:
        no_bools({"x": x})
        return Tensor(x.sides, x.dtype, columns=x.columns)

    def doubt(self, x: Tensor) -> Misfit | None:
        return quantities([x])

    def module(self, *inputs: Any) -> None:
        return None

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"-{atom(names['x'])}"
