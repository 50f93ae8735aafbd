"""Activations in which numbers of one row decide together: shares that add up to 1, and gates."""

from graph.misfit import Advice, Misfit, floats
from graph.param import param
from graph.roles import Activation, Layer
from graph.shape import Axis, Tensor


class _Shares(Activation):
    """Shares 1 out along a side."""

    dim: int = param(1, "The side whose numbers add up to 1; 1 is the scores of a row.", always=True)

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        if x.rank == 1 and self.dim == 1:
            raise Misfit("shares 1 out over the scores of a row", hint="a single score has a Sigmoid",
                         advice=Advice("become", "Make it a Sigmoid", "Sigmoid"))  # fmt: skip
        side_of(self.dim, x)
        return Tensor(x.sides, columns=x.columns, probability=True)

    def doubt(self, x: Tensor) -> Misfit | None:
        if self.dim % x.rank != 0:
            return None
        text = "{node} shares 1 out over the rows of a batch, not over the scores of a row."
        advice = Advice("set", "Use dim 1", params={"dim": 1}) if x.rank > 1 else None
        return Misfit(text=text, advice=advice, code="softmax-over-batch")


class Softmax(_Shares):
    """Turns scores into probabilities that add up to 1; the highest score gets the most."""

    saves = "output"
    torch = "nn.Softmax"
    common = True
    formula = "yᵢ = e^xᵢ / Σⱼ e^xⱼ"
    use = "To read the scores of a classifier as probabilities, and for the weights of attention."
    avoid = "Before CrossEntropyLoss, which wants the scores themselves and does this step more exactly."
    origin = "J. Bridle: Probabilistic Interpretation of Feedforward Classification Network Outputs, 1990"
    words = ("probability", "classes", "normalize", "scores", "logits")


class Softmin(_Shares):
    """Turns numbers into probabilities that add up to 1; the lowest number gets the most."""

    saves = "output"
    torch = "nn.Softmin"
    formula = "yᵢ = e^(−xᵢ) / Σⱼ e^(−xⱼ)"
    use = "To weigh by distances or costs, where the smallest is the best."
    avoid = "For the scores of a classifier, where the largest is the best: that is Softmax."
    origin = "Textbook"
    words = ("probability", "distance", "smallest", "normalize")


class LogSoftmax(_Shares):
    """The logarithms of the probabilities that Softmax gives, computed without losing digits."""

    saves = "output"
    torch = "nn.LogSoftmax"
    formula = "yᵢ = xᵢ − log Σⱼ e^xⱼ"
    use = "Before NLLLoss, and wherever logarithms of probabilities are compared."
    avoid = "Before CrossEntropyLoss, which does this step itself."
    origin = "Textbook"
    words = ("logarithm", "log probability", "classes", "normalize", "nll")
    dim: int = param(1, "The side along which the probabilities add up to 1; 1 is the scores of a row.", always=True)

    def shape(self, x: Tensor) -> Tensor:
        return Tensor(super().shape(x).sides, columns=x.columns)


class Softmax2d(Activation):
    """Turns the channels of each pixel into probabilities that add up to 1."""

    torch = "nn.Softmax2d"
    formula = "y[c,i,j] = e^x[c,i,j] / Σₖ e^x[k,i,j]"
    shapes = "(N, C, H, W) → (N, C, H, W)"
    use = "To read the scores of a network that names the class of each pixel."
    avoid = "Before CrossEntropyLoss, which takes the scores of pixels themselves."
    origin = "Textbook"
    words = ("probability", "pixels", "segmentation", "channels")

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        if x.rank != 4:
            raise Misfit("wants pictures (channels × height × width)", hint="other scores have a Softmax",
                         advice=Advice("become", "Make it a Softmax", "Softmax"))  # fmt: skip
        return Tensor(x.sides, probability=True)


class GLU(Layer):
    """Splits a side in two halves and lets the second decide, number by number, how much of the first gets through."""

    family = "activation"
    torch = "nn.GLU"
    formula = "y = a ⊙ σ(b),  [a, b] = x"
    shapes = "(N, …, 2·F) → (N, …, F)  for the last side"
    use = "In convolutions over sequences and in the feed-forward part of transformers, behind a layer twice as wide."
    avoid = "Where the side cannot be halved, or where doubling the layer before it costs too much."
    origin = "Y. Dauphin and others: Language Modeling with Gated Convolutional Networks, 2016"
    words = ("gated linear unit", "gate", "half", "gating")
    positional = ("dim",)
    dim: int = param(-1, "The side that is split in halves; −1 is the last.")

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        if x.rank == 1 or side_of(self.dim, x) == 0:
            advice = Advice("set", "Split the last side", params={"dim": -1}) if x.rank > 1 else None
            raise Misfit(text="{node} would split the batch in halves and so mix up its rows.", advice=advice)
        at = side_of(self.dim, x)
        side = x.known[at]
        if isinstance(side, Axis):
            raise Misfit("needs a side of a fixed length", hint="this one changes from batch to batch", code="time")
        if side is not None and side % 2:
            size = "out_channels" if at == 1 and x.rank > 2 else "out_features"
            advice = Advice("set_source", f"Make it {side + 1}", params={size: side + 1})
            raise Misfit(f"splits {side} numbers in two equal halves", hint="make it an even number", advice=advice)
        half = None if side is None else side // 2
        return Tensor((*x.known[:at], half, *x.known[at + 1 :]))


def side_of(dim: int, x: Tensor) -> int:
    """The place of a side counted from either end; raises Misfit if there is none."""
    if not -x.rank <= dim < x.rank:
        text = f"{{node}} acts on side {dim}, but there are only the sides 0 to {x.rank - 1}."
        advice = Advice("set", "Use side 1", params={"dim": 1}) if x.rank > 1 else None
        raise Misfit(text=text, advice=advice)
    return dim % x.rank
