"""Points from several normal distributions, as generators are tried on."""

from graph.kinds.data import _Points
from graph.param import param


class GaussianMixture(_Points):
    """Points from small round heaps on a ring or a grid. What to learn is not the heap's number but how points lie."""

    title = "Gaussian mixture"
    shapes = "x (N, 2), y (N)  with N = samples and a class for each heap"
    use = "To see whether a generator makes all heaps or only some: eight on a ring are the usual first trial."
    avoid = "As a task of telling classes apart: Blobs and Spirals are made for it."
    origin = "L. Metz and others: Unrolled Generative Adversarial Networks, 2017"
    words = ("gan", "ring", "grid", "modes", "mode collapse", "normal", "density", *_Points.words)
    telling = ("modes", "arrangement", "samples")
    samples: int = param(2000, "How many points to make.", min=2, max=10_000_000)
    modes: int = param(8, "How many heaps there are.", min=1, max=400)
    arrangement: str = param("ring", "How the heaps lie.", choices=("ring", "grid"))
    radius: float = param(2.0, "How far the heaps lie from the middle; on a grid, the sides.", above=0.0)
    noise: float = param(0.1, "The spread of each heap (standard deviation).", min=0.0)

    def kinds_of_points(self) -> int:
        return self.modes
