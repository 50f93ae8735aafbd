"""Where rows come from: data that comes with the program, points that are made, and a stand-in for data."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graph.param import param
from graph.roles import Data
from graph.shape import Axis, Dtype, Side, Tensor, Value
from graph.spec import Kind, Place, Port

_IRIS = ("sepal length", "sepal width", "petal length", "petal width")
_TUMOUR = (
    "radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave points", "symmetry",
    "fractal dimension",
)  # fmt: skip
_DIABETES = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")


class _Fixed(Data):
    """Data whose size never changes. `classes` of None: the answers are numbers."""

    size: ClassVar[int]
    inner: ClassVar[tuple[int, ...]]
    classes: ClassVar[int | None] = None
    columns: ClassVar[tuple[str, ...] | None] = None

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        return _pair(place, self.rows(None), self.inner, self.classes, self.columns)

    def rows(self, facts: Mapping[str, Any] | None) -> int | None:
        return self.size


class Digits(_Fixed):
    """1,797 handwritten digits as small pictures of 8×8 grey values from 0 to 16. The answer is the digit."""

    common = True
    shapes = "x (N, 1, 8, 8), y (N)  with N = 1,797 and ten classes"
    use = "For a first network that reads pictures: it learns in seconds."
    avoid = "As a proof that a network is good: simple methods are right on more than 95 of 100 as well."
    origin = "E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, 1998"
    words = ("images", "pictures", "handwriting", "mnist", "numbers", "classification", "dataset")
    size, inner, classes = 1797, (1, 8, 8), 10


class Iris(_Fixed):
    """150 irises of three species with four measures of each flower, in centimetres. The answer is the species."""

    shapes = "x (N, 4), y (N)  with N = 150 and three classes"
    use = "For a first network on a table: four numbers in, three classes out."
    avoid = "For comparing networks: the few rows of a test part tell them apart only by chance."
    origin = "R. Fisher: The Use of Multiple Measurements in Taxonomic Problems, 1936"
    words = ("flowers", "table", "classification", "dataset", "fisher")
    size, inner, classes, columns = 150, (4,), 3, _IRIS


class BreastCancer(_Fixed):
    """569 tumours with thirty measures of their cell nuclei. The answer is malignant (0) or benign (1)."""

    title = "Breast cancer"
    shapes = "x (N, 30), y (N)  with N = 569 and two classes"
    use = "For a yes or no from a table, and for precision and recall, where the two errors are not alike."
    avoid = "Without Standardize: its columns differ by a factor of ten thousand."
    origin = "W. Street, W. Wolberg, O. Mangasarian: Nuclear Feature Extraction for Breast Tumor Diagnosis, 1993"
    words = ("tumour", "medicine", "wisconsin", "table", "binary", "classification", "dataset")
    size, inner, classes = 569, (30,), 2
    columns = (
        *(f"mean {name}" for name in _TUMOUR),
        *(f"{name} error" for name in _TUMOUR),
        *(f"worst {name}" for name in _TUMOUR),
    )


class Diabetes(_Fixed):
    """442 people with ten measures of each. The answer is a number: how far the disease has gone a year later."""

    shapes = "x (N, 10), y (N)  with N = 442, y a number"
    use = "For a first network that answers with a number, on a table."
    avoid = "For deep networks: there are too few rows, and a Linear does as well."
    origin = "B. Efron and others: Least Angle Regression, 2004"
    words = ("regression", "medicine", "table", "numbers", "dataset")
    size, inner, columns = 442, (10,), _DIABETES


class _Points(Data):
    """Points in the plane that are made when they are needed."""

    words: ClassVar[tuple[str, ...]] = ("points", "toy", "plane", "2d", "classification", "dataset", "synthetic")
    telling: ClassVar[tuple[str, ...]] = ("samples", "batch_size")
    samples: int = param(500, "How many points to make.", min=2, max=10_000_000)
    noise: float = param(0.1, "How far points stray from their place (standard deviation).", min=0.0)
    seed: int = param(0, "Chooses the noise, and which points go to which part.", min=0)

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        return _pair(place, self.samples, (2,), self.kinds_of_points())

    def rows(self, facts: Mapping[str, Any] | None) -> int | None:
        return self.samples

    def kinds_of_points(self) -> int:
        """How many classes there are."""
        return 2


class Moons(_Points):
    """Points on two half circles that reach into each other. The answer is which of the two a point is from."""

    common = True
    shapes = "x (N, 2), y (N)  with N = samples and two classes"
    use = "To watch a network bend the border between two classes, on a picture one can look at."
    avoid = "To judge how a network would do on real data: points in the plane are too easy."
    origin = "Textbook; made as in scikit-learn"
    share: float = param(
        0.5, "The part of the points that are on the second half circle: small, where one class is rare.",
        above=0.0, below=1.0,
    )  # fmt: skip


class Circles(_Points):
    """Points on a ring around a smaller ring. The answer is which of the two a point is from."""

    shapes = "x (N, 2), y (N)  with N = samples and two classes"
    use = "To see why a hidden layer is needed: no straight line parts a ring from the ring in it."
    avoid = "To judge how a network would do on real data: points in the plane are too easy."
    origin = "Textbook; made as in scikit-learn"
    noise: float = param(0.05, "How far points stray from their place (standard deviation).", min=0.0)


class Spirals(_Points):
    """Points on arms that wind around each other: easy to see, hard to learn without hidden layers."""

    shapes = "x (N, 2), y (N)  with N = samples and as many classes as arms"
    use = "To compare depths and activations: the border must wind, and small networks fail at it."
    avoid = "As a first example: without hidden layers nothing is learned."
    origin = "K. Lang, M. Witbrock: Learning to Tell Two Spirals Apart, 1988"
    telling = ("samples", "arms", "batch_size")
    noise: float = param(0.02, "How far points stray from their place (standard deviation).", min=0.0)
    arms: int = param(2, "How many arms there are; each is a class.", min=2, max=100)
    turns: float = param(1.5, "How often an arm winds around the middle.", above=0.0, max=10.0)

    def kinds_of_points(self) -> int:
        return self.arms


class XOR(_Points):
    """The corners of a square: 1 where exactly one of the two inputs is 1. One neuron cannot learn it, three can."""

    title = "XOR"
    shapes = "x (N, 2), y (N)  with two classes"
    use = "To see what one neuron cannot do and three can; its four rows can be computed by hand."
    avoid = "With a validation or test part: each of the four corners must be seen."
    origin = "M. Minsky, S. Papert: Perceptrons, 1969"
    words = ("exclusive or", "logic", "gate", *_Points.words)
    samples: int = param(4, "How many points to make: the four corners, over and over.", min=4, max=10_000_000)
    noise: float = param(0.0, "How far points stray from their corner (standard deviation).", min=0.0)
    batch_size: int = param(4, "Rows in one training step.", min=1)
    validation: float = param(0.0, "Part of the rows kept aside to watch the training.", min=0.0, below=1.0)
    test: float = param(0.0, "Part of the rows never looked at until the training is over.", min=0.0, below=1.0)


class Input(Kind):
    """Stands where data will be, so that a network can be drawn before there is any."""

    shapes = "x (N, shape)"
    use = "To draw a network, see its shapes and count its parameters before there is any data."
    avoid = "To train: it has no rows. Put a data node in its place."
    origin = "Our own"
    numbered = False
    family = "data"
    outputs = (Port("x", help="What the network will see."),)
    words = ("placeholder", "stand-in", "shape", "entry")
    telling = ("shape",)
    batch_size: ClassVar[int] = 32
    shape: tuple[int, ...] = param((64,), "The sides of one row: 64, or channels × height × width.", min=1)
    classes: int | None = param(
        None, "For whole numbers such as tokens: how many different ones there are. Left out: numbers with fractions.",
        type="int", optional=True, min=1,
    )  # fmt: skip

    sequence: bool = param(
        False, "Whether the first side is the length of a sequence, which may differ from batch to batch.", last=True
    )  # fmt: skip
    same_rows_as: str = param(
        "", "The other node whose rows these belong to; left out, they are rows of their own.", type="node", last=True
    )

    same_length_as: str = param(
        "", "The other sequence that goes step by step with this one; left out, its length is its own.",
        type="node", last=True,
    )  # fmt: skip

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        dtype: Dtype = "float" if self.classes is None else "index"
        source = self.same_rows_as or place.born
        sides: tuple[Side, ...] = (*self.shape,)
        if self.sequence:
            sides = (Axis(self.same_length_as or place.born, "T", self.shape[0]), *self.shape[1:])
        return {"x": Tensor((Axis(source), *sides), dtype, self.classes)}


def _pair(
    place: Place, rows: int | None, inner: tuple[int, ...], classes: int | None, columns: tuple[str, ...] | None = None
) -> dict[str, Value]:
    axis = Axis(place.born, "N", rows)
    y = Tensor((axis,), "float") if classes is None else Tensor((axis,), "index", classes)
    return {"x": Tensor((axis, *inner), columns=columns), "y": y}
