"""Two at a time: whether they are of the same class."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from graph.kinds.data import BreastCancer, Circles, Digits, Iris, Moons, Spirals
from graph.kinds.data_arrays import Arrays
from graph.kinds.data_blobs import Blobs
from graph.kinds.data_csv import CSV
from graph.kinds.data_pictures import ImageFolder, MNIST5k
from graph.misfit import Misfit
from graph.param import param
from graph.roles import Data
from graph.shape import Axis, Tensor, Value
from graph.spec import Place, Port

LABELLED: dict[str, type[Data]] = {
    kind.name(): kind
    for kind in (Digits, MNIST5k, Iris, BreastCancer, Moons, Circles, Blobs, Spirals, CSV, Arrays, ImageFolder)
}
"""What pairs are made of."""

_TOLD = {"CSV": ("path", "target"), "Arrays": ("path",), "ImageFolder": ("size", "colour")}
"""What a source with a file is told besides its parts."""


class Pairs(Data):
    """Pairs of rows or pictures, half of them of one class. The answer is 1 if the two are of the same class, else 0.

    Each part makes its pairs of its own rows: nothing that trains occurs in a test.
    """

    shapes = "a and b (N, *) as in the source, y (N)  with two classes"
    use = "For siamese networks: two branches that share their weights, and a loss that draws pairs together or apart."
    avoid = "To say which class something is: take the source itself."
    origin = "J. Bromley and others: Signature Verification Using a Siamese Time Delay Neural Network, 1993"
    words = ("siamese", "same", "similarity", "contrastive", "verification", "metric learning", "two inputs", "twins",
             "dataset")  # fmt: skip
    telling = ("of", "samples", "batch_size")
    outputs: ClassVar[tuple[Port, ...]] = (
        Port("a", help="The first of each pair."),
        Port("b", help="The second of each pair."),
        Port("y", help="1 if both are of the same class, else 0."),
    )
    of: str = param("Digits", "What the pairs are made of.", choices=tuple(LABELLED))
    path: str = param("", "The file with the rows.", type="path", when=("of", ("CSV", "Arrays")))
    folder: str = param("", "The folder of the pictures.", type="folder", when=("of", ("ImageFolder",)))
    target: str = param("", "The column with the class; left empty, the last.", type="column", when=("of", ("CSV",)))
    size: int = param(64, "Side of the pictures in pixels.", min=1, max=4096, when=("of", ("ImageFolder",)))
    colour: bool = param(True, "Three numbers a pixel; else one (grey).", when=("of", ("ImageFolder",)))
    samples: int = param(2000, "How many pairs to make, over all parts.", min=4, max=10_000_000)

    def inside(self) -> Data:
        """The source as a node of its own would be."""
        given = {name: getattr(self, name) for name in ("validation", "test", "seed", *_TOLD.get(self.of, ()))}
        return LABELLED[self.of](given | ({"path": self.folder} if self.of == "ImageFolder" else {}))

    def question(self) -> dict[str, Any] | None:
        return self.inside().question()

    def rows(self, facts: Mapping[str, Any] | None) -> int:
        return self.samples

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        given = self.inside().read({}, place)
        x, y, rows = given["x"], given["y"], Axis(place.born, "N", self.samples)
        if isinstance(y, Tensor) and y.sides is not None and (y.dtype == "float" or y.rank != 1):
            raise Misfit(port="", text="{node}: its source has no classes, so nothing is the same.", code="answers")
        if not isinstance(x, Tensor) or x.sides is None:
            return {port.name: Tensor() for port in self.outputs}
        one = replace(x, sides=(rows, *x.inner))
        return {"a": one, "b": one, "y": Tensor((rows,), "index", 2)}
