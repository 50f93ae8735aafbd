"""How alike two tensors are: the angle between them, or how far they are apart."""

from typing import Any

from graph.merging import Joining, no_bools
from graph.misfit import Misfit
from graph.param import param
from graph.shape import Tensor
from graph.sides import side, together
from graph.spec import Kind, Port


class _Similarity(Joining):
    """Compares two tensors along a side; torch has a module for it."""

    family = "arithmetic"
    inputs = (Port("x1"), Port("x2"))

    def module(self, *inputs: Any) -> str | None:
        return Kind.module(self, *inputs)

    def compared(self, inputs: dict[str, Tensor]) -> Tensor:
        """Both as one tensor of the sides that they have together; raises Misfit for whole numbers only."""
        if all(value.dtype in ("index", "bool") for value in inputs.values()):
            raise Misfit("wants numbers that can have fractions", "x1", hint="class numbers go through an Embedding",
                         code="dtype")  # fmt: skip
        return Tensor(together(inputs, "compares numbers with"))


class CosineSimilarity(_Similarity):
    """Says how alike two rows are in direction: 1 for the same, 0 for a right angle, −1 for the opposite."""

    torch = "nn.CosineSimilarity"
    formula = "y = x₁·x₂ / max(‖x₁‖·‖x₂‖, ε)"
    shapes = "(N, F), (N, F) → (N)  for dim = 1"
    use = "Comparing embeddings of texts, pictures or people, whatever their length."
    avoid = "Where length counts: a PairwiseDistance. Learning to be alike has a loss of its own."
    origin = "Textbook"
    words = ("cosine", "angle", "alike", "siamese", "contrastive", "embedding", "compare")
    telling = ("dim",)
    dim: int = param(1, "The side along which both are compared; 0 is the batch.")
    eps: float = param(1e-8, "Keeps the divisor above zero.", min=0.0)

    def joined(self, inputs: dict[str, Tensor]) -> Tensor:
        both = self.compared(inputs)
        at = side(both, self.dim, port="x1")
        return both.but(*both.known[1:at], *both.known[at + 1 :])


class PairwiseDistance(_Similarity):
    """Says how far two rows are apart, each row of the batch by itself."""

    torch = "nn.PairwiseDistance"
    formula = "y = ‖x₁ − x₂ + ε‖ₚ"
    shapes = "(N, F), (N, F) → (N)"
    use = "Siamese networks, distances to a prototype."
    avoid = "Every row against every other row: this compares a row with its own partner only."
    origin = "Textbook"
    words = ("euclidean", "distance", "l2", "manhattan", "siamese", "triplet", "metric", "compare")
    telling = ("p",)
    p: float = param(2.0, "Which distance: 2 is the usual one, 1 adds up the differences.")
    eps: float = param(1e-6, "Added to each difference, so that the slope at zero is defined.")
    keepdim: bool = param(False, "Give rows of one number in place of numbers.")

    def joined(self, inputs: dict[str, Tensor]) -> Tensor:
        no_bools(inputs)
        both = Tensor(together(inputs, "measures the distance to"))
        side(both, -1, port="x1")
        return both.but(*both.inner[:-1], *([1] if self.keepdim else []))
