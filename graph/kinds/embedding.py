"""Tables of learned rows that whole numbers look up: words, categories, players."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.roles import Layer
from graph.sequences import agree, same_batch, steps
from graph.shape import Side, Tensor, product
from graph.spec import Port


class _Table(Layer):
    """A row of numbers for each of so many whole numbers."""

    missing = "nobody says how many different whole numbers there are. Give num_embeddings"
    positional = ("num_embeddings", "embedding_dim")
    telling = ("num_embeddings", "embedding_dim")
    num_embeddings: int | None = param(
        None, "How many different whole numbers there are; left out, as many as come in.",
        type="int", optional=True, min=1,
    )  # fmt: skip
    embedding_dim: int = param(32, "How many numbers stand for each of them.", min=1, always=True)
    padding_idx: int | None = param(
        None, "The whole number that only fills up: its row stays zero; −1 is the last.", type="int", optional=True
    )
    max_norm: float | None = param(
        None, "Rows longer than this are shortened to it when they are used.", type="float", optional=True, above=0.0
    )
    norm_type: float = param(2.0, "How max_norm measures length: 2 is the usual one, 1 adds up sizes.", above=0.0)
    scale_grad_by_freq: bool = param(False, "Divide the slope of each row by how often it occurs in the batch.")

    def check(self, x: Tensor) -> None:
        """Raises Misfit unless whole numbers come in for which there are rows."""
        if x.dtype == "float":
            raise Misfit("looks up whole numbers", hint="numbers with fractions go into a Linear", code="dtype",
                         advice=Advice("become", "Make it a Linear", "Linear"))  # fmt: skip
        if x.dtype == "bool":
            raise Misfit("looks up whole numbers", hint="a Cast makes 0 and 1 of truth values", code="dtype",
                         advice=Advice("insert", "Put a Cast between", "Cast", {"dtype": "index"}))  # fmt: skip
        size = self.size(x)
        if x.classes and size is not None and size < x.classes:
            raise Misfit(f"has rows for {size} whole numbers", advice=Advice(
                "set", f"Make it {x.classes} rows", params={"num_embeddings": x.classes}))  # fmt: skip
        filler = self.padding_idx
        if size is not None and filler is not None and not -size <= filler < size:
            text = f"{{node}} has {size} rows, so {filler} cannot be the one that fills up."
            raise Misfit(text=text, advice=Advice("set", "Use no filler", params={"padding_idx": None}))

    def size(self, x: Tensor) -> int | None:
        """How many rows the table has."""
        return x.classes if self.num_embeddings is None else self.num_embeddings

    def args(self, x: Tensor, *rest: Any) -> dict[str, Any]:
        given = super().args(x)
        if self.max_norm is None:
            given.pop("norm_type", None)
        return {**given, "num_embeddings": self.size(x)}

    def weights(self, x: Tensor, *rest: Any) -> dict[str, tuple[Side, ...]]:
        return {"weight": (self.size(x), self.embedding_dim)}


class Embedding(_Table):
    """Looks up a learned row of numbers for each whole number: words, categories, players."""

    torch = "nn.Embedding"
    common = True
    formula = "y = W[x]"
    shapes = "whole numbers (N,) → (N, embedding_dim);  (N, T) → (N, T, embedding_dim)"
    use = "For whatever is one of many: tokens of a text, products, places. What is alike gets rows that are alike."
    avoid = "For numbers whose size means something, such as an age: give them as they are, to a Linear."
    origin = "Y. Bengio and others: A Neural Probabilistic Language Model, 2003"
    tied = ("weight",)
    words = ("lookup", "word", "token", "vector", "table", "category", "one hot", "word2vec", "dictionary")

    def tie(self, weights: Mapping[str, str], names: Mapping[str, Any]) -> str:
        return f"F.embedding({names['x']}, {weights['weight']})"

    def shape(self, x: Tensor) -> Tensor:
        self.check(x)
        return Tensor((*x.known, self.embedding_dim))


class EmbeddingBag(_Table):
    """Looks up a learned row for each whole number of a bag and answers with their mean, sum or largest numbers.

    The order in the bag does not matter.
    """

    torch = "nn.EmbeddingBag"
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("x", help="Bags: some whole numbers for each row."),
        Port("weight", optional=True, help="How much each of them counts; only for sums."),
    )
    formula = "y = mean over t of W[x[t]]"
    shapes = "whole numbers (N, T) → (N, embedding_dim)"
    use = "For the words of a short text where order matters little, and for sets of categories: fast and small."
    avoid = "Where the order says something: take an Embedding and a recurrent or attention layer."
    origin = "A. Joulin and others: Bag of Tricks for Efficient Text Classification, 2016"
    words = ("lookup", "bag of words", "fasttext", "mean", "sum", "token", "set", "table")
    mode: str = param("mean", "How the rows of a bag become one.", choices=("mean", "sum", "max"))

    def shape(self, x: Tensor, weight: Tensor | None = None) -> Tensor:
        self.check(x)
        if x.rank != 2:
            raise Misfit("wants bags of whole numbers (so many for each row)", hint="single ones have an Embedding",
                         advice=Advice("become", "Make it an Embedding", "Embedding"))  # fmt: skip
        if self.scale_grad_by_freq and self.mode == "max":
            text = "{node} cannot divide slopes by how often rows occur where only the largest numbers count."
            raise Misfit(text=text, advice=Advice("set", "Do not divide", params={"scale_grad_by_freq": False}))
        if weight is not None:
            self._check_weight(x, weight)
        return x.but(self.embedding_dim)

    def _check_weight(self, x: Tensor, weight: Tensor) -> None:
        if self.mode != "sum":
            text = f"{{node}} can weigh the rows of a bag only for their sum, not for their {self.mode}."
            raise Misfit(port="weight", text=text, advice=Advice("set", "Take the sum", params={"mode": "sum"}))
        same_batch({"x": x, "weight": weight})
        if weight.dtype not in ("float", None) or weight.rank != 2 or not agree(weight.known[1], x.known[1]):
            raise Misfit("wants one number for each whole number of a bag", "weight")

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        weight = f", per_sample_weights={names['weight']}" if "weight" in names else ""
        return f"{module}({names['x']}{weight})"

    def macs(self, x: Tensor, *values: Any) -> int | None:
        """One addition for each number that is looked up."""
        return product((steps(x.known[1]), self.embedding_dim))
