"""Round clouds of points, which straight lines can part."""

from graph.kinds.data import _Points
from graph.param import param


class Blobs(_Points):
    """Points in round clouds around the middle, each a class. With little noise straight lines part them."""

    shapes = "x (N, 2), y (N)  with N = samples and a class for each cloud"
    use = "For the perceptron, for a first Linear without hidden layers, and to see clouds grow into each other."
    avoid = "To see what hidden layers are for: circles, moons, spirals and XOR need them."
    origin = "Textbook"
    words = ("clusters", "gaussian", "linearly separable", "perceptron", *_Points.words)
    telling = ("samples", "clouds", "batch_size")
    noise: float = param(0.4, "How far points stray from the middle of their cloud (standard deviation).", min=0.0)
    clouds: int = param(2, "How many clouds there are; each is a class.", min=2, max=100)

    def kinds_of_points(self) -> int:
        return self.clouds
