"""What a kind prints holds for any expression that comes in: a sum is put in brackets where it must be."""

import ast
import random
from collections.abc import Set

import pytest

from graph.catalogue import standard
from graph.misfit import Misfit
from graph.roles import Layer
from graph.spec import Kind, Place
from tests.contracts.situations import situation

FUNCTIONAL = [kind for kind in standard() if issubclass(kind, Layer) and kind.family]


@pytest.mark.parametrize("kind", FUNCTIONAL, ids=lambda kind: kind.name())
def test_an_expression_that_comes_in_stays_whole(kind: type[Kind]) -> None:
    chance = random.Random(kind.name())
    for _ in range(20):
        params, inputs = situation(kind, chance)
        made = standard().make(kind.name(), params)
        try:
            made.read(inputs, Place("it"))
        except Misfit:
            continue
        names = {port: f"{port}_" for port in inputs}
        plain = made.call("self.node", names, inputs)
        sums = {port: f"{port}_ + 1" if port not in made.repeats else name for port, name in names.items()}
        assert _tree(made.call("self.node", sums, inputs)) == _tree(plain, set(names.values()) - set(sums.values()))


def _tree(text: str, grown: Set[str] = frozenset()) -> str:
    """The expression as Python reads it, with a sum in the place of each grown name."""

    class Grow(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return ast.BinOp(node, ast.Add(), ast.Constant(1)) if node.id in grown else node

    return ast.dump(Grow().visit(ast.parse(text, mode="eval")))
