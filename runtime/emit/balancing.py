"""Writes how weights of classes are counted before the first step, for losses that balance them."""

from collections.abc import Mapping

from graph.roles import LossKind
from runtime.program import Figure, Program, Spot


def balancing(program: Program) -> list[Figure]:
    """The losses whose classes count by how rare they are in the training part."""
    return [figure for figure in program.figures if isinstance(figure.kind, LossKind) and figure.kind.is_balanced]


def held_as(figure: Figure) -> str:
    """The attribute of Training that holds the weights of a loss."""
    return f"weights_of_{figure.id}"


def counted(figure: Figure, given: Mapping[Spot, str]) -> str:
    """The line that counts them, from the arguments of `fit`."""
    assert isinstance(figure.kind, LossKind)
    (use,) = figure.unit.inputs["target"]
    text = figure.kind.balance(given[use.spot] + use.select, figure.unit.values)
    return f"self.{held_as(figure)} = {text}"
