"""digits-mlp, trained by the worker with its curves on, against the same model in two loops written by hand."""

from collections.abc import Iterator

from benchmarks.peers.table import compared
from benchmarks.peers.task import HAND
from benchmarks.rows import Row

NAMES = {"tutorial": "a DataLoader loop", "best": "the best hand loop"}


def run() -> Iterator[Row]:
    for pair in compared("digits-mlp", list(HAND)):
        assert pair.theirs is not None
        name = f"training: digits-mlp against {NAMES[pair.peer]}"
        yield Row(name, pair.ours.microseconds, "µs/step", pair.theirs.microseconds, pair.aim)
