"""What kinds are made of that join several tensors: rows stay with their rows, and a misfit names the right wire."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from graph.misfit import Advice, Misfit
from graph.roles import Merge
from graph.shape import UNKNOWN, Dtype, Tensor, Value
from graph.sides import apart, columns_of, promoted, together
from graph.spec import Place, atom


class Joining(Merge):
    """Reads values with the names of their ports; all must be rows of the same data."""

    family = "merge"

    def read(self, inputs: Mapping[str, Tensor], place: Place) -> dict[str, Value]:
        if any(tensor.sides is None for tensor in inputs.values()):
            return {"y": UNKNOWN}
        apart(inputs)
        return {"y": self.joined(dict(inputs))}

    def joined(self, inputs: dict[str, Tensor]) -> Tensor:
        """The output from inputs by port."""
        raise NotImplementedError  # every kind has its rule; a contract test reads each of them

    def module(self, *inputs: Any) -> str | None:
        return None


class Elementwise(Joining):
    """Takes the numbers of several tensors one by one; a side of 1 serves all of the other's.

    `doing` is what it does with the numbers so far, `between` stands between two of them, or `function` around them.
    """

    family = "arithmetic"
    shapes = "(N, *), (N, *), … → (N, *)  equal sides, or 1 where the other has more"
    doing: ClassVar[str] = "joins numbers with"
    between: ClassVar[str] = ""
    function: ClassVar[str] = ""

    def joined(self, inputs: dict[str, Tensor]) -> Tensor:
        sides, values = together(inputs, self.doing), list(inputs.values())
        dtype = self.dtype(inputs)
        return Tensor(sides, dtype, columns=columns_of(values, len(sides)))

    def dtype(self, inputs: Mapping[str, Tensor]) -> Dtype:
        """The type of the numbers that come out; raises Misfit where torch has none for these."""
        return promoted(inputs.values())

    def doubt(self, *inputs: Tensor) -> Misfit | None:
        return quantities(inputs)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        if self.between:
            return f" {self.between} ".join(atom(name) for name in names.values())
        first, *rest = names.values()
        for name in rest:
            first = f"{self.function}({first}, {name})"
        return str(first)


def quantities(inputs: Sequence[Tensor | None]) -> Misfit | None:
    """A doubt if something computes with class numbers, whose size says nothing."""
    for at, value in enumerate(inputs):
        if value is not None and value.dtype == "index" and value.classes:
            advice = Advice("insert", "Put an Embedding between", "Embedding")
            text = "{node} computes with the class numbers of {source} as if they were quantities."
            return Misfit(port="", text=text, advice=advice, code="class-numbers", at=at)
    return None


def no_bools(inputs: Mapping[str, Tensor]) -> None:
    """Raises Misfit at the first port where truth values come in."""
    for port, value in inputs.items():
        if value.dtype == "bool":
            advice = Advice("insert", "Put a Cast between", "Cast")
            raise Misfit(
                "wants numbers", port, hint="a Cast makes 0 and 1 of truth values", advice=advice, code="dtype"
            )
