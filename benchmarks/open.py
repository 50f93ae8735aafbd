"""Opening the deepest architecture there is: read and checked, and from starting the process until it can be seen."""

import statistics
import tempfile
from collections.abc import Iterator

from benchmarks.rows import Row, milliseconds
from benchmarks.start import OURS, ROOT, environment, started
from graph import project
from graph.catalogue import standard
from graph.diagnostic import Diagnostic
from graph.reading import Reading

FILE = ROOT / "assets" / "architectures" / "resnet-152.loom"
ROUNDS, AIM = 7, 1000.0


def run() -> Iterator[Row]:
    standard()  # the vocabulary is there before any drawing is opened
    times = [milliseconds(read) for _ in range(ROUNDS)]
    yield Row("open: resnet-152, read and checked", statistics.median(times), "ms", None, AIM)
    with tempfile.TemporaryDirectory() as folder:
        env = environment(folder)
        started(OURS, env, FILE)  # the first start compiles our modules, as after an installation
        seen = [started(OURS, env, FILE) for _ in range(ROUNDS)]
    yield Row("open: resnet-152, from the start to the first paint", statistics.median(seen), "ms", None, AIM)


def read() -> list[Diagnostic]:
    """Parse the text, find every shape, judge every node."""
    return Reading(project.read(FILE, standard())).diagnostics()
