"""Random numbers as a source: what a generator makes its pictures from."""

from collections.abc import Mapping
from typing import Any

from graph.param import param
from graph.roles import Drawn
from graph.shape import Axis, Tensor, Value
from graph.spec import Place


class Noise(Drawn):
    """Gives random numbers, other ones in every step; when the network is only looked at, the same each time."""

    words = ("random", "latent", "z", "gaussian", "normal", "uniform", "generator", "gan", "source")
    formula = "x ~ N(0, 1)  or  x ~ U(0, 1)"
    shapes = "x (N, shape)"
    use = "As what goes into a generator, or to feed a network that should answer differently each time."
    avoid = "To disturb values that are there already: Dropout does that, and rests when the network is used."
    origin = "Textbook"
    telling = ("shape", "distribution")
    shape: tuple[int, ...] = param((32,), "The sides of one row of numbers.", min=1)
    distribution: str = param(
        "normal", "Around zero with a spread of one, or evenly between 0 and 1.", choices=("normal", "uniform")
    )
    rows: str = param(
        "", "The data that it gives as many rows as; left out, the first data of the drawing.", type="node", last=True
    )

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        return {"x": Tensor((Axis(self.rows or place.rows or place.born), *self.shape))}

    def draw(self, rows: str, device: str, generator: str = "") -> str:
        sides = ", ".join([rows, *map(str, self.shape)])
        chance = f", generator={generator}" if generator else ""
        return f"torch.{'randn' if self.distribution == 'normal' else 'rand'}({sides}{chance}, device={device})"
