"""The canvas with 1,000 to 100,000 nodes, drawn by software at 1600 × 900: frames, opening, paste, memory, a peer."""

import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from benchmarks.rows import Row
from benchmarks.start import ROOT, environment

SIZES = {1_000: 8.0, 10_000: 16.7, 100_000: 50.0}
"""Nodes, and the most milliseconds that a frame should take."""

TURNS = 2

HARDER = {"notches": ("zoom by whole notches, the slowest", 0.0), "rest": ("longest frame until it is sharp", 16.7)}
"""What is told of all zooms together, and how long at least it may take: no single frame is seen that takes 1/60 s."""


def run() -> Iterator[Row]:
    for size, aim in SIZES.items():
        found = best("frames", size)
        bare = found.pop("plain")
        harder = {sort: _slowest(found, sort) for sort in ("notches", "rest")}
        yield Row(f"canvas: boxes and lines alone, {size:,} nodes", bare, "ms", None, aim)
        for name, value in found.items():
            yield Row(f"canvas: {name}, {size:,} nodes", value, "ms", None, aim)
        for sort, (words, least) in HARDER.items():
            at, value = harder[sort]
            yield Row(f"canvas: {words} ({at}), {size:,} nodes", value, "ms", None, max(aim, least))
        slowest = max(found, key=found.__getitem__)
        yield Row(f"canvas: the slowest ({slowest}) against those, {size:,}", found[slowest], "ms", bare, aim / bare)
    found = best("opening", 10_000)
    yield Row("canvas: first paint of a file, 10,000 nodes", found["first paint"], "ms", None, 500)
    yield Row("canvas: longest wait until it is read, 10,000 nodes", found["longest wait"], "ms", None, 50)
    found = best("pasting", 1_000)
    yield Row("canvas: paste of 1,000 nodes", found["paste"], "ms", None, 100)
    yield Row("canvas: its undo", found["undo"], "ms", None, 50)
    for size in (10_000, 100_000):
        yield Row(f"canvas: a node with its wire, of {size:,}", best("memory", size)["memory"], "KiB", None, 4)
    yield from against_peer()


def _slowest(found: dict[str, float], sort: str) -> tuple[str, float]:
    """Take the figures of one sort out, and answer the largest, and at which zoom it was."""
    taken = {name: found.pop(name) for name in [*found] if name.startswith(f"{sort} ")}
    slowest = max(taken, key=taken.__getitem__)
    return slowest.removeprefix(f"{sort} "), taken[slowest]


def against_peer() -> Iterator[Row]:
    if importlib.util.find_spec("NodeGraphQt") is None:
        print("canvas: NodeGraphQt is not installed: pip install neuroloom[benchmark]", file=sys.stderr)
        return
    found = best("peer", 1_000)
    yield Row("canvas: making 1,000 nodes, against NodeGraphQt", found["build"], "ms", found["their build"], 1 / 20)
    yield Row("canvas: painting them at 0.5, against NodeGraphQt", found["paint"], "ms", found["their paint"], 1 / 5)


def best(part: str, size: int) -> dict[str, float]:
    """The least of some turns, each a process of its own with nothing left of the one before."""
    turns = [taken(part, size) for _ in range(TURNS if size < 100_000 else 1)]
    return {name: min(turn[name] for turn in turns) for name in turns[0]}


def taken(part: str, size: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        env = environment(folder) | {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": "1"}
        command = [sys.executable, "-P", "-m", "benchmarks.frames", part, str(size)]
        done = subprocess.run(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=900)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found
