"""What makes one number of all numbers along a side: means, sums, extremes, lengths."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.roles import Layer
from graph.shape import Dtype, Side, Tensor, product
from graph.sides import Dims, many, sides
from graph.spec import atom, code


class _Reduction(Layer):
    """One number for all along a side. `method` is torch's name of it, `whole` whether whole numbers may come in."""

    family = "reduction"
    shapes = "(N, A, B) → (N, B)  for dim = 1; with keepdim (N, 1, B)"
    telling = ("dim",)
    method: ClassVar[str] = ""
    whole: ClassVar[bool] = True
    dim: Dims = param(1, "The side that goes, or several of them; 0 is the batch.", type="sizes", always=True)
    keepdim: bool = param(False, "Keep the side, with one number in it.")

    def shape(self, x: Tensor) -> Tensor:
        gone = sides(x, self.dim)
        if not self.whole and x.dtype in ("index", "bool"):
            raise Misfit("wants numbers that can have fractions", hint="a Cast makes them", code="dtype",
                         advice=Advice("insert", "Put a Cast between", "Cast"))  # fmt: skip
        left = [1 if at in gone else side for at, side in enumerate(x.known) if self.keepdim or at not in gone]
        columns = x.columns if x.rank - 1 not in gone else None
        return Tensor(tuple(left), self.dtype(x), self.classes(x, gone), columns=columns)

    def dtype(self, x: Tensor) -> Dtype:
        return "float"

    def classes(self, x: Tensor, gone: tuple[int, ...]) -> int | None:
        return None  # below what the answers lie, if they are whole numbers

    def args(self, *inputs: Any) -> dict[str, Any]:
        dims = many(self.dim)
        return {**super().args(*inputs), "dim": dims[0] if len(dims) == 1 else dims}

    def module(self, *inputs: Any) -> None:
        return None

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        given = self.args()
        order = sorted(given, key=["dim", "ord", "correction", "keepdim"].index)
        arguments = ", ".join(f"{name}={code(given[name])}" for name in order)
        if "." in self.method:
            return f"{self.method}({names['x']}, {arguments})"
        return f"{atom(names['x'])}.{self.method}({arguments})"


class Mean(_Reduction):
    """Takes the mean along a side: over the steps of a sequence, or over the pixels of each channel."""

    saves = "nothing"
    common = True
    formula = "y = (1/n) Σᵢ xᵢ"
    use = "One row for a whole sequence or picture, whatever its size, in which every part counts alike."
    avoid = "Sequences that are filled up to a length: the filling would count as well."
    origin = "Textbook; over pictures: Lin et al., Network In Network, 2013"
    words = ("average", "avg", "pool", "global average pooling", "reduce")
    method = "mean"
    whole = False


class Sum(_Reduction):
    """Adds up the numbers along a side."""

    saves = "nothing"
    formula = "y = Σᵢ xᵢ"
    use = "Totals and counts, sums of weighted parts: the last step of attention by hand."
    avoid = "Parts of varying number: the sum grows with them, a Mean does not."
    origin = "Textbook"
    words = ("total", "add up", "count", "pool", "reduce")
    method = "sum"

    def dtype(self, x: Tensor) -> Dtype:
        return "index" if x.dtype == "bool" else x.dtype


class _Extreme(_Reduction):
    """Keeps one of the numbers, so that they stay what they are."""

    def dtype(self, x: Tensor) -> Dtype:
        return x.dtype

    def classes(self, x: Tensor, gone: tuple[int, ...]) -> int | None:
        return x.classes


class Max(_Extreme):
    """Keeps the largest number along a side: whether something is there at all, wherever it is."""

    formula = "y = maxᵢ xᵢ"
    use = "One row for a sequence or a set of points in which the strongest sign counts."
    avoid = "Where many weak signs count together: a Mean. The larger of two tensors is a Maximum."
    origin = "Textbook; over sets: Qi et al., PointNet, 2016"
    words = ("maximum", "largest", "amax", "pool", "global max pooling", "reduce")
    method = "amax"


class Min(_Extreme):
    """Keeps the smallest number along a side."""

    formula = "y = minᵢ xᵢ"
    use = "The nearest of several distances, the weakest of several signs."
    avoid = "The smaller of two tensors, which is a Minimum."
    origin = "Textbook"
    words = ("minimum", "smallest", "amin", "reduce")
    method = "amin"


class Prod(_Reduction):
    """Multiplies the numbers along a side."""

    formula = "y = Πᵢ xᵢ"
    use = "Probabilities of independent things that all happen."
    avoid = "Many factors: the product vanishes or explodes. A Sum of a Log keeps its range."
    origin = "Textbook"
    words = ("product", "multiply", "reduce")
    method = "prod"
    dim: int = param(1, "The side that goes; 0 is the batch.", always=True)

    def dtype(self, x: Tensor) -> Dtype:
        return "index" if x.dtype == "bool" else x.dtype


class _Spread(_Reduction):
    """How far numbers are from their mean."""

    whole = False
    correction: int = param(1, "Taken from the count: 1 estimates the spread of all from a sample.", min=0)

    def doubt(self, x: Tensor) -> Misfit | None:
        count = product(x.known[at] for at in sides(x, self.dim))
        if count is None or count > self.correction:
            return None
        text = f"{{node}} divides by {count} − {self.correction}, which is not above zero: the answer is no number."
        return Misfit(
            text=text, advice=Advice("set", "Divide by the count", params={"correction": 0}), code="parameters"
        )


class Std(_Spread):
    """Says how far the numbers along a side are spread around their mean."""

    title = "Std"
    formula = "y = √(Σᵢ (xᵢ − x̄)² / (n − correction))"
    use = "Spread as a feature beside the mean: textures, speech, statistics pooling."
    avoid = "A side with one number, whose spread is not defined unless correction is 0."
    origin = "Textbook (standard deviation)"
    words = ("standard deviation", "spread", "deviation", "statistics", "reduce")
    method = "std"


class Var(_Spread):
    """Takes the mean of the squared distances from the mean along a side."""

    formula = "y = Σᵢ (xᵢ − x̄)² / (n − correction)"
    use = "Spread where squares are wanted: normalizations by hand, penalties on collapsing features."
    avoid = "A side with one number, whose variance is not defined unless correction is 0."
    origin = "Textbook (variance)"
    words = ("variance", "spread", "statistics", "reduce")
    method = "var"


class LogSumExp(_Reduction):
    """Adds numbers up that are given as logarithms; the answer is a soft maximum."""

    title = "LogSumExp"
    formula = "y = ln Σᵢ e^xᵢ"
    use = "Sums of probabilities given as logarithms; a maximum that every number has a part in."
    avoid = "Numbers that are no logarithms and of which only the largest counts: a Max."
    origin = "Textbook"
    words = ("log-sum-exp", "soft maximum", "smooth max", "free energy", "reduce")
    method = "logsumexp"


class Norm(_Reduction):
    """Measures the length of what stands along a side."""

    formula = "y = (Σᵢ |xᵢ|^ord)^(1/ord)"
    use = "Lengths of vectors, energies of channels, how far something is from zero."
    avoid = "Bringing them to length 1, which is a Normalize."
    origin = "Textbook"
    words = ("length", "magnitude", "l2", "l1", "euclidean", "vector norm", "reduce")
    method = "torch.linalg.vector_norm"
    whole = False
    ord: float = param(2.0, "Which length: 2 is the usual one, 1 the sum of absolute values.")


class _Place(_Reduction):
    """Says where along a side a number stands."""

    shapes = "(N, C) → (N), class numbers below C  for dim = 1"
    dim: int = param(1, "The side along which is looked; 0 is the batch.", always=True)

    def shape(self, x: Tensor) -> Tensor:
        if x.dtype == "bool":
            raise Misfit("wants numbers", hint="a Cast makes 0 and 1 of truth values", code="dtype",
                         advice=Advice("insert", "Put a Cast between", "Cast"))  # fmt: skip
        return super().shape(x)

    def dtype(self, x: Tensor) -> Dtype:
        return "index"

    def classes(self, x: Tensor, gone: tuple[int, ...]) -> int | None:
        side: Side = x.known[gone[0]]
        return side if isinstance(side, int) else None


class ArgMax(_Place):
    """Says where along a side the largest number stands: of scores, the class that the network means."""

    title = "ArgMax"
    formula = "y = argmaxᵢ xᵢ"
    use = "Handing out the class itself in place of its scores, at the end of a model that is taken away."
    avoid = "Before a loss: a place has no slope, so nothing before it can learn."
    origin = "Textbook"
    words = ("class", "winner", "prediction", "index of", "largest", "top")
    method = "argmax"


class ArgMin(_Place):
    """Says where along a side the smallest number stands: of distances, the nearest."""

    title = "ArgMin"
    formula = "y = argminᵢ xᵢ"
    use = "The nearest of several prototypes or code words."
    avoid = "Before a loss: a place has no slope, so nothing before it can learn."
    origin = "Textbook"
    words = ("nearest", "closest", "index of", "smallest", "codebook")
    method = "argmin"
