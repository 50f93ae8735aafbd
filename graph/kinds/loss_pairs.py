"""Losses over several answers at once: pairs and triplets of embeddings, scores to rank, sequences to align."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graph.adapting import expressions, numbers, same_rows, signs
from graph.losses import keywords, two_classes
from graph.misfit import Misfit, floats
from graph.param import param
from graph.roles import LossKind
from graph.shape import Side, Tensor
from graph.spec import Port, atom


def _alike(first: Tensor, other: Tensor, port: str) -> None:
    """Raises Misfit unless two embeddings have the same sides."""
    same_rows(first, other)
    floats(other, port)
    if first.rank != other.rank or not all(map(_equal, first.known, other.known)):
        raise Misfit("wants all its embeddings of one size", port, code="target-shape")


def _equal(left: Side, right: Side) -> bool:
    return left is None or right is None or left == right


class _Pair(LossKind):
    """Two embeddings, and whether they are alike."""

    inputs = (Port("input1"), Port("input2"), Port("target"))
    predictions = ("input1", "input2")

    def check(self, input1: Tensor, input2: Tensor, target: Tensor) -> None:
        floats(input1, "input1")
        _alike(input1, input2, "input2")
        two_classes(target)
        same_rows(input1, target)
        if input1.rank != 2:
            raise Misfit("compares rows of numbers", "input1", code="target-shape")
        if target.rank != 1:
            raise Misfit("wants one answer per pair, 1 or −1", "target", code="target-shape")


class CosineEmbeddingLoss(_Pair):
    """For pairs of embeddings: like ones (1) shall point the same way, unlike ones (−1) shall not."""

    title = "Cosine of pairs"
    torch = "nn.CosineEmbeddingLoss"
    formula = "L = mean (1 − cos(x₁, x₂) if y = 1, else max(0, cos(x₁, x₂) − m))"
    shapes = "input1 (N, D), input2 (N, D), target (N) of ±1 or of classes 0 and 1 → one number"
    use = "To learn embeddings in which direction means likeness: sentences, faces."
    avoid = "Where no pairs are labelled: CrossEntropyLoss on classes, or a TripletMarginLoss."
    origin = "Textbook; pairs as in J. Bromley and others, Signature verification using a siamese network, 1993"
    words = ("contrastive", "siamese", "similarity", "embedding", "cosine")
    margin: float = param(0.0, "How alike unlike pairs may be (a cosine).", min=-1.0, max=1.0)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        target = signs(names["target"], inputs["target"])
        return f"F.cosine_embedding_loss({names['input1']}, {names['input2']}, {target}{keywords(self)})"


CONTRASTIVE = '''
def contrastive_loss(a, b, same, margin):
    """Squared distances of like pairs, and what unlike ones lack of the margin, squared."""
    distance = F.pairwise_distance(a, b)
    return (same * distance.square() + (1 - same) * F.relu(margin - distance).square()).mean()
'''


class ContrastiveLoss(_Pair):
    """For pairs of embeddings: like ones (1) are drawn together, unlike ones (0) pushed apart up to a margin."""

    title = "Contrastive"
    source = CONTRASTIVE
    formula = "L = mean (d² if y = 1, else max(0, m − d)²),  d = ‖x₁ − x₂‖"
    shapes = "input1 (N, D), input2 (N, D), target (N) of classes 0 and 1 → one number"
    use = "For siamese networks: whether two pictures, signatures or sentences are of one kind, by their distance."
    avoid = "Where direction means likeness (CosineEmbeddingLoss), or three are at hand at a time (TripletMarginLoss)."
    origin = "R. Hadsell, S. Chopra and Y. LeCun, Dimensionality reduction by learning an invariant mapping, 2006"
    words = ("siamese", "pairs", "distance", "similarity", "embedding", "verification", "metric learning")
    margin: float = param(1.0, "How far apart unlike pairs shall be; beyond it nothing is gained.", above=0.0)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        same = names["target"] if inputs["target"].dtype == "float" else f"{atom(names['target'])}.float()"
        return f"contrastive_loss({names['input1']}, {names['input2']}, {same}, {self.margin!r})"


class MarginRankingLoss(LossKind):
    """For pairs of scores: says which of the two shall be higher (1: the first, −1: the second), by a margin."""

    title = "Ranking of pairs"
    torch = "nn.MarginRankingLoss"
    formula = "L = mean max(0, m − y·(x₁ − x₂)),  y = ±1"
    shapes = "input1 (N, *), input2 (N, *), target (N, *) of ±1 or of classes 0 and 1 → one number"
    use = "To learn an order from comparisons: search results, preferences."
    avoid = "Where each thing has a number of its own: MSELoss."
    origin = "R. Herbrich, T. Graepel and K. Obermayer, Large margin rank boundaries for ordinal regression, 2000"
    words = ("rank", "order", "preference", "pairwise", "comparison")
    inputs = (Port("input1"), Port("input2"), Port("target"))
    predictions = ("input1", "input2")
    margin: float = param(0.0, "How far apart the two scores shall be.")

    def check(self, input1: Tensor, input2: Tensor, target: Tensor) -> None:
        two_classes(target)
        for port, value in (("input1", input1), ("input2", input2)):
            try:
                numbers(value, target)
            except Misfit as misfit:
                raise Misfit("wants one score for each target", port, code=misfit.code, text=misfit.text) from None

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        first, second = (
            expressions({**names, "prediction": names[port]}, {**inputs, "prediction": inputs[port]})[0]
            for port in self.predictions
        )
        return f"F.margin_ranking_loss({first}, {second}, {signs(names['target'], inputs['target'])}{keywords(self)})"


class _Triplet(LossKind):
    """An anchor that shall be nearer to one example than to another."""

    function: ClassVar[str] = ""
    formula = "L = mean max(0, d(a, p) − d(a, n) + m)"
    shapes = "anchor (N, D), positive (N, D), negative (N, D) → one number"
    inputs = (
        Port("anchor", help="What is compared."),
        Port("positive", help="What it shall be near to."),
        Port("negative", help="What it shall be far from."),
    )
    predictions = ("anchor", "positive", "negative")

    def check(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> None:
        floats(anchor, "anchor")
        if anchor.rank < 2:
            raise Misfit("compares rows of numbers", "anchor", code="target-shape")
        _alike(anchor, positive, "positive")
        _alike(anchor, negative, "negative")

    def more(self) -> dict[str, str]:
        """Further arguments as source."""
        return {}

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"{self.function}({', '.join(names[port] for port in self.predictions)}{keywords(self, **self.more())})"


class TripletMarginLoss(_Triplet):
    """For triplets of embeddings: the anchor shall be nearer to its like than to something else, by a margin."""

    title = "Triplet"
    torch = "nn.TripletMarginLoss"
    function = "F.triplet_margin_loss"
    use = "To learn embeddings in which near means alike: faces, places, products."
    avoid = "With triplets that are all easy: nothing is learned from them; choose hard ones."
    origin = "F. Schroff, D. Kalenichenko and J. Philbin, FaceNet, 2015; V. Balntas and others, 2016"
    words = ("metric learning", "embedding", "anchor", "contrastive", "similarity", "face")
    margin: float = param(1.0, "How much nearer the like one shall be.", above=0.0)
    p: float = param(2.0, "Which norm measures distance: 2 straight, 1 along the axes.", above=0.0)
    eps: float = param(1e-6, "Added to differences, so that the slope is defined everywhere.", above=0.0)
    swap: bool = param(False, "Take the distance of the two examples where it is the harder one.")


DISTANCES = '''
def cosine_distance(a, b):
    """How far two embeddings point apart: 0 the same way, 2 opposite ways."""
    return 1 - F.cosine_similarity(a, b)


def manhattan_distance(a, b):
    """How far two embeddings are apart along the axes."""
    return F.pairwise_distance(a, b, p=1)
'''


class TripletMarginWithDistanceLoss(_Triplet):
    """For triplets of embeddings, like TripletMarginLoss, with another way to measure how far two of them are apart."""

    title = "Triplet with a distance"
    torch = "nn.TripletMarginWithDistanceLoss"
    function = "F.triplet_margin_with_distance_loss"
    source = DISTANCES
    use = "Where direction counts rather than length: the cosine distance."
    avoid = "For straight distances: TripletMarginLoss, which has more to set."
    origin = "F. Schroff, D. Kalenichenko and J. Philbin, FaceNet, 2015; V. Balntas and others, 2016"
    words = ("metric learning", "embedding", "anchor", "cosine", "manhattan", "similarity")
    distance_function: Any = param(
        None, "How distance is measured; left out, straight (Euclidean).", type="choice",
        choices=("cosine", "manhattan"), optional=True,
    )  # fmt: skip
    margin: float = param(1.0, "How much nearer the like one shall be.", above=0.0)
    swap: bool = param(False, "Take the distance of the two examples where it is the harder one.")

    def more(self) -> dict[str, str]:
        chosen = self.distance_function
        return {"distance_function": f"{chosen}_distance"} if chosen else {}


class CTCLoss(LossKind):
    """Aligns a sequence of answers with a shorter sequence of labels, whatever the pace; one class means nothing."""

    title = "CTC"
    torch = "nn.CTCLoss"
    takes = "logarithms"
    formula = "L = mean −ln Σ over alignments Πₜ pₜ(aₜ) / length of the target"
    shapes = "prediction (N, T, C) of log-probabilities, target (N, S) of class numbers → one number"
    use = "For speech and handwriting: the labels are known, their moments are not."
    avoid = "Where every step has its own label: CrossEntropyLoss."
    origin = "A. Graves and others, Connectionist temporal classification, 2006"
    words = ("speech", "handwriting", "alignment", "sequence", "connectionist temporal classification", "ocr")
    inputs = (
        Port("prediction"),
        Port("target", help="Labels, filled up with the blank at the end."),
        Port("input_lengths", optional=True, help="How many steps of each row count; left out, all."),
        Port("target_lengths", optional=True, help="How many labels of each row count; left out, those not blank."),
    )
    blank: int = param(0, "The class that stands for nothing; it may not be a label.", min=0)
    zero_infinity: bool = param(False, "Let a row whose target is too long count as zero instead of infinity.")

    def check(self, prediction: Tensor, target: Tensor, *lengths: Tensor | None) -> None:
        same_rows(prediction, target)
        floats(prediction, "prediction")
        if prediction.rank != 3:
            raise Misfit("wants sequences of log-probabilities", "prediction", code="target-shape")
        if target.dtype != "index" or target.rank != 2:
            raise Misfit("wants a row of labels as its target", "target", code="target-shape")
        if isinstance(scores := prediction.known[2], int) and (self.blank >= scores or (target.classes or 0) > scores):
            raise Misfit(f"wants a score for each label and for its blank ({self.blank})", "prediction")
        for port, value in zip(self.inputs[2:], lengths, strict=False):
            if value is not None and (value.dtype != "index" or value.rank != 1):
                raise Misfit("wants one whole number per row", port.name, code="target-shape")

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        scores, target = atom(names["prediction"]), atom(names["target"])
        steps = names.get("input_lengths", f"{target}.new_full(({target}.shape[0],), {scores}.shape[1])")
        labels = names.get("target_lengths", f"({names['target']} != {self.blank}).sum(1)")
        return f"F.ctc_loss({scores}.transpose(0, 1), {names['target']}, {steps}, {labels}{keywords(self)})"


BELLS = '''
def gaussian_kl(mean, logvar):
    """How far each row's bells are from Normal(0, 1), in nats; the mean over rows."""
    apart = 0.5 * (mean.square() + logvar.exp() - 1 - logvar)
    return apart.reshape(apart.shape[0], -1).sum(1).mean()
'''


class GaussianKLLoss(LossKind):
    """How far bells around means are from the plain one, Normal(0, 1): the sum over a row, the mean over rows."""

    title = "Divergence from Normal(0, 1)"
    source = BELLS
    formula = "L = mean over rows ½·Σ (μ² + σ² − 1 − ln σ²)"
    shapes = "mean (N, *), logvar (N, *) → one number"
    use = "In a variational autoencoder: it keeps what lies between encoder and decoder where Noise can find it."
    avoid = "To compare two sets of probabilities: KLDivLoss."
    origin = "D. Kingma and M. Welling, Auto-Encoding Variational Bayes, 2013; S. Kullback and R. A. Leibler, 1951"
    words = ("vae", "kl", "divergence", "variational", "elbo", "latent", "prior", "kullback leibler")
    inputs = (Port("mean", help="The middle μ of each bell."), Port("logvar", help="The logarithm of σ², of each."))
    predictions = ("mean", "logvar")

    def check(self, mean: Tensor, logvar: Tensor) -> None:
        floats(mean, "mean")
        _alike(mean, logvar, "logvar")

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"gaussian_kl({names['mean']}, {names['logvar']})"
