"""Layers that only arrange numbers anew."""

from dataclasses import replace

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.roles import Layer
from graph.shape import Tensor, product


class Flatten(Layer):
    """Writes all numbers of a picture (or of anything with several sides) into one row."""

    torch = "nn.Flatten"
    formula = "(N, C, H, W) → (N, C·H·W)"
    words = ("reshape", "row", "vector", "unroll", "view")
    positional = ("start_dim", "end_dim")
    start_dim: int = param(1, "The first side that is written into the row; side 0 is the batch.", min=1)
    end_dim: int = param(-1, "The last side that is written into the row; −1 is the last there is.")

    def shape(self, x: Tensor) -> Tensor:
        if x.rank < 2:
            raise Misfit("wants rows or pictures", hint="one number per row is as flat as can be")
        last = self.end_dim + x.rank if self.end_dim < 0 else self.end_dim
        if not self.start_dim <= last < x.rank:
            wanted = f"sides {self.start_dim} to {self.end_dim}"
            text = f"{{node}} is to flatten {wanted}, but there are only the sides 1 to {x.rank - 1}."
            raise Misfit(text=text, advice=Advice("set", "Flatten all sides", params={"start_dim": 1, "end_dim": -1}))
        if self.start_dim == last:
            return x
        row = product(x.known[self.start_dim : last + 1])
        return replace(x, sides=(*x.known[: self.start_dim], row, *x.known[last + 1 :]), columns=None)

    def arguments(self, *inputs: Tensor) -> str:
        given = self.args(*inputs)
        return f"end_dim={given['end_dim']}" if list(given) == ["end_dim"] else super().arguments(*inputs)
