"""Layers of plain weights: Linear, and Embedding, which is a Linear over class numbers."""

from typing import Any

from graph.misfit import Advice, Misfit, floats
from graph.param import param
from graph.roles import Layer
from graph.shape import Side, Tensor, product


class Linear(Layer):
    """Answers with sums of all its inputs, each with its own weights: the dense layer of every textbook."""

    stem = "fc"
    torch = "nn.Linear"
    formula = "y = x·Wᵀ + b"
    words = ("dense", "fully connected", "fc", "perceptron", "matrix", "affine")
    positional = ("in_features", "out_features")
    telling = ("out_features",)
    out_features: int = param(64, "How many numbers it answers with.", min=1, always=True)
    bias: bool = param(True, "Whether a learned number is added to each sum.")

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        if x.rank < 2:
            raise Misfit("wants rows of numbers", hint="a Concatenate makes rows of single numbers",
                         advice=Advice("insert", "Put a Concatenate between", "Concatenate"))  # fmt: skip
        return x.but(*x.inner[:-1], self.out_features)

    def args(self, x: Tensor) -> dict[str, Any]:
        return {"in_features": x.known[-1], **super().args(x)}

    def weights(self, x: Tensor) -> dict[str, tuple[Side, ...]]:
        weight: dict[str, tuple[Side, ...]] = {"weight": (self.out_features, x.known[-1])}
        return {**weight, "bias": (self.out_features,)} if self.bias else weight

    def macs(self, x: Tensor, y: Tensor) -> int | None:
        return product((*x.inner, self.out_features))


class Embedding(Layer):
    """Looks up a learned row of numbers for each whole number: words, categories, players."""

    torch = "nn.Embedding"
    formula = "y = W[x]"
    words = ("lookup", "word", "token", "vector", "table", "category")
    positional = ("num_embeddings", "embedding_dim")
    telling = ("num_embeddings", "embedding_dim")
    num_embeddings: int | None = param(
        None,
        "How many different whole numbers there are; left out, as many as come in.",
        type="int",
        optional=True,
        min=1,
    )
    embedding_dim: int = param(32, "How many numbers stand for each of them.", min=1, always=True)
    padding_idx: int | None = param(
        None, "The whole number that only fills up: its row stays zero.", type="int", optional=True, min=0
    )
    max_norm: float | None = param(
        None, "Rows longer than this are shortened to it when they are used.", type="float", optional=True, above=0.0
    )

    def shape(self, x: Tensor) -> Tensor:
        if x.dtype in ("float", "bool"):
            raise Misfit("looks up whole numbers", hint="numbers with fractions go into a Linear", code="dtype")
        size = self.size(x)
        if x.classes and size is not None and size < x.classes:
            raise Misfit(f"has rows for {size} whole numbers", advice=Advice(
                "set", f"Make it {x.classes} rows", params={"num_embeddings": x.classes}))  # fmt: skip
        if size is not None and self.padding_idx is not None and self.padding_idx >= size:
            raise Misfit(text=f"{{node}} has {size} rows, so {self.padding_idx} cannot be the one that fills up.")
        return Tensor((*x.known, self.embedding_dim))

    def size(self, x: Tensor) -> int | None:
        """How many rows the table has."""
        return x.classes if self.num_embeddings is None else self.num_embeddings

    def args(self, x: Tensor) -> dict[str, Any]:
        return {**super().args(x), "num_embeddings": self.size(x)}

    def weights(self, x: Tensor) -> dict[str, tuple[Side, ...]]:
        return {"weight": (self.size(x), self.embedding_dim)}
