"""Tensors that come from nowhere: numbers that you type, and numbers that are learned."""

import math
from collections.abc import Mapping
from typing import Any

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.roles import Layer
from graph.shape import Side, Tensor
from graph.spec import Port, atom
from graph.weights import UNBIASED

ROWS = Port("like", optional=True, help="One row for each of its rows; without a wire there is one that serves all.")

HELD = '''\
class ConstantTensor(nn.Module):
    """Numbers that stay as they are: one row, which serves every row of a batch."""

    def __init__(self, values, size):
        super().__init__()
        values = torch.tensor(values, dtype=torch.float32)
        values = values.expand(size) if len(values) == 1 else values.reshape(size)
        self.register_buffer("value", values[None].clone())

    def forward(self):
        return self.value
'''
"""What model.py holds for a Constant."""


class _Given(Layer):
    """One row of numbers of its own; it serves every row it meets, or is given once for each row of `like`."""

    inputs = (ROWS,)
    shapes = "→ (1, *shape), one row that serves every row; with like (N, *) → (N, *shape)"

    def sides(self) -> tuple[int, ...]:
        """The sides of one row."""
        raise NotImplementedError  # both kinds below say theirs

    def shape(self, like: Tensor | None = None) -> Tensor:
        return Tensor((1 if like is None else like.known[0], *self.sides()))

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        if not names:
            return f"{module}()"
        return f"{module}().expand({', '.join([atom(names['like']) + '.shape[0]', *['-1'] * len(self.sides())])})"


class Constant(_Given):
    """Gives numbers that you type and that stay as they are."""

    family = "arithmetic"
    formula = "y = values"
    use = "Fixed weights and points of reference, a start for something that is computed step by step."
    avoid = "Numbers that should be learned, which are a Parameter; adding or multiplying by one number: a Scale."
    origin = "Textbook"
    words = ("number", "literal", "fixed", "value", "buffer", "scalar", "fill")
    positional = ("values", "size")
    telling = ("values",)
    values: tuple[float, ...] = param(
        (1.0,), "The numbers, row by row; a single one fills all places.", type="numbers", always=True
    )
    size: tuple[int, ...] = param((), "The sides they make; left out, a row of them.", type="ints", min=1)
    source = HELD

    def sides(self) -> tuple[int, ...]:
        return tuple(self.size) or (len(self.values),)

    def shape(self, like: Tensor | None = None) -> Tensor:
        count = math.prod(self.sides())
        if len(self.values) not in (1, count):
            text = f"{{node}} has {len(self.values)} numbers, but its sides hold {count}."
            raise Misfit(text=text, port="", advice=Advice("set", "Make a row of them", params={"size": []}))
        return super().shape(like)

    def module(self, *inputs: Any) -> str:
        return f"ConstantTensor({self.arguments(*inputs)})"

    def args(self, *inputs: Any) -> dict[str, Any]:
        return {**super().args(*inputs), "size": self.sides()}

    def buffers(self, like: Tensor | None = None) -> dict[str, tuple[Side, ...]]:
        return {"value": (1, *self.sides())}


class Parameter(_Given):
    """Gives numbers that belong to nothing else and are learned, beginning at zero unless you say how."""

    family = "layers"
    formula = "y = θ"
    use = "What no layer holds for you: prompts, queries that are learned, a scale for each channel."
    avoid = "Weights of sums, which a Linear holds; tables looked up by number, which are an Embedding."
    origin = "Textbook"
    words = ("learned", "trainable", "weight", "variable", "token", "query", "prompt", "bias", "scale")
    positional = ("size",)
    telling = ("size",)
    told = UNBIASED
    size: tuple[int, ...] = param((1,), "The sides of the tensor, without the batch.", min=1, always=True)
    source = '''\
class LearnedTensor(nn.Module):
    """Numbers of their own that are learned: one row, which serves every row of a batch."""

    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1, *size))

    def forward(self):
        return self.weight
'''

    def sides(self) -> tuple[int, ...]:
        return tuple(self.size)

    def module(self, *inputs: Any) -> str:
        return f"LearnedTensor({self.arguments(*inputs)})"

    def weights(self, like: Tensor | None = None) -> dict[str, tuple[Side, ...]]:
        return {"weight": (1, *self.size)}
