"""Automatic layout: how long it takes, and how often wires cross against Graphviz's dot on the same graphs."""

import itertools
import random
import shutil
import subprocess
import time
from collections.abc import Iterator

from benchmarks.rows import Row
from graph.edits.nesting import MARGINS
from graph.layout import Outline, arranged
from graph.layout.judging import straight_crossings
from graph.layout.outline import DEFAULT_SIZE, Edge, Group, Point

SECONDS = 1.0
"""What the largest may take."""

AS_DOT = 1.3
PATIENCE = 300
"""Seconds that dot is given for one graph."""

Graph = tuple[list[str], list[Edge]]


def run() -> Iterator[Row]:
    """For each graph the time, and the crossings of straight wires from middle to middle, ours against dot's."""
    found = shutil.which("dot")
    if found is None:
        print("Graphviz's dot is not installed: crossings stand without a reference, and are not judged.")
    for name, graph in graphs():
        yield from _compared(name, graph, found)
    nodes, edges = layers(5_000, near=True)
    squares: dict[tuple[int, int], list[str]] = {}
    for k, born in enumerate(nodes):
        squares.setdefault((k // 71 // 10, k % 71 // 9), []).append(born)
    frames = [Group(f"frame{k}", square, margins=MARGINS) for k, square in enumerate(squares.values())]
    taken = min(_seconds(Outline(nodes, edges, groups=frames)) for _ in range(3))
    yield Row(f"layout: 5,000 nodes in {len(frames)} frames", taken * 1e3, "ms", None, SECONDS * 1e3)


def _compared(name: str, graph: Graph, dot: str | None) -> Iterator[Row]:
    nodes, edges = graph
    taken = min(_seconds(Outline(nodes, edges)) for _ in range(3))
    ours = straight_crossings(arranged(Outline(nodes, edges)).places, edges)
    yield Row(f"layout: {name}, {len(nodes):,} nodes", taken * 1e3, "ms", None, SECONDS * 1e3)
    theirs = straight_crossings(_by_dot(dot, nodes, edges), edges) if dot else None
    yield _judged(name, ours, theirs)


def _seconds(outline: Outline) -> float:
    begun = time.process_time()
    arranged(outline)
    return time.process_time() - begun


def _judged(name: str, ours: int, theirs: int | None) -> Row:
    """One more crossing than none has no ratio: such a row is judged by the difference, of one at most."""
    row = f"layout: {name}, crossings"
    if theirs is None:
        return Row(row, ours, "", None, float("inf"))
    return Row(row, ours, "", float(theirs), AS_DOT) if theirs else Row(f"{row} (dot: none)", ours, "", None, 1.0)


def _by_dot(dot: str, nodes: list[str], edges: list[Edge]) -> dict[str, Point]:
    """The middle of each node as dot lays it out, from left to right, all nodes of the same size."""
    width, height = (side / 72 for side in DEFAULT_SIZE)
    shape = f"node [shape=box fixedsize=true width={width} height={height}]"
    lines = [f'"{born}";' for born in nodes] + [f'"{a}" -> "{b}";' for a, b in edges]
    text = f"digraph {{ rankdir=LR; nodesep=0.33; ranksep=1; {shape}; {' '.join(lines)} }}"
    command = [dot, "-Tplain", "-Gsplines=line"]
    made = subprocess.run(command, input=text, capture_output=True, text=True, timeout=PATIENCE, check=True)
    words = (line.split() for line in made.stdout.splitlines())
    return {word[1].strip('"'): (float(word[2]), float(word[3])) for word in words if word[0] == "node"}


# --- graphs


def graphs() -> Iterator[tuple[str, Graph]]:
    yield "chain with skips", residual(50)
    yield "U-Net", u_net(5)
    yield "GAN", gan()
    yield "transformer", transformer(12, 4)
    yield "transformer, 12 heads", transformer(4, 12)
    yield "LSTM from gates, one step", lstm(1)
    yield "LSTM from gates, 12 steps", lstm(12)
    yield "rows of neurons", neurons(16, 24, 24, 16, 4)
    for size in (100, 1_000, 5_000):
        yield "wires between near nodes", layers(size, near=True)
    for size in (100, 1_000, 5_000):
        yield "wires between any nodes", layers(size, near=False)


class Drawing:
    """A graph that is drawn node by node."""

    def __init__(self) -> None:
        self.nodes: list[str] = []
        self.edges: list[Edge] = []

    def add(self, name: str, *sources: str) -> str:
        self.nodes.append(name)
        self.edges += [(source, name) for source in sources]
        return name

    @property
    def graph(self) -> Graph:
        return self.nodes, list(dict.fromkeys(self.edges))


def residual(blocks: int) -> Graph:
    drawing = Drawing()
    last = drawing.add("input")
    for block in range(blocks):
        inner = last
        for step in range(7):
            inner = drawing.add(f"layer{block}_{step}", inner)
        last = drawing.add(f"add{block}", inner, last)
    return drawing.graph


def u_net(depth: int) -> Graph:
    drawing = Drawing()
    last = drawing.add("input")
    skips = []
    for level in range(depth):
        skips.append(drawing.add(f"down{level}b", drawing.add(f"down{level}a", last)))
        last = drawing.add(f"pool{level}", skips[-1])
    last = drawing.add("bottom", last)
    for level in reversed(range(depth)):
        joined = drawing.add(f"join{level}", skips[level], drawing.add(f"up{level}", last))
        last = drawing.add(f"up{level}b", drawing.add(f"up{level}a", joined))
    return drawing.graph


def gan() -> Graph:
    text = """noise>g1 g1>g2 g2>g3 g3>fake real>d1 d1>d2 d2>d3 fake>e1 e1>e2 e2>e3 d3>loss_real ones>loss_real
        e3>loss_fake zeros>loss_fake loss_real>sum loss_fake>sum sum>adam_d e3>loss_g ones>loss_g loss_g>adam_g
        fake>samples"""
    edges = [(a, b) for a, b in (word.split(">") for word in text.split())]
    return list(dict.fromkeys(name for edge in edges for name in edge)), edges


def transformer(depth: int, heads: int) -> Graph:
    drawing = Drawing()
    last = drawing.add("embedding", drawing.add("tokens"))
    for layer in range(depth):
        norm = drawing.add(f"norm{layer}", last)
        mixed = [_head(drawing, f"{layer}_{head}", norm) for head in range(heads)]
        last = drawing.add(f"plus{layer}", last, drawing.add(f"join{layer}", *mixed))
        wide = drawing.add(f"gelu{layer}", drawing.add(f"wide{layer}", drawing.add(f"norm{layer}b", last)))
        last = drawing.add(f"plus{layer}b", last, drawing.add(f"narrow{layer}", wide))
    return drawing.graph


def _head(drawing: Drawing, name: str, norm: str) -> str:
    query, key, value = (drawing.add(f"{part}{name}", norm) for part in "qkv")
    chances = drawing.add(f"softmax{name}", drawing.add(f"scores{name}", query, key))
    return drawing.add(f"mix{name}", chances, value)


def lstm(steps: int) -> Graph:
    drawing = Drawing()
    short, long = drawing.add("h0"), drawing.add("c0")
    for step in range(steps):
        joined = drawing.add(f"join{step}", drawing.add(f"x{step}"), short)
        forget, enter, new, give = (
            drawing.add(f"{gate}{step}b", drawing.add(f"{gate}{step}", joined)) for gate in ("f", "i", "g", "o")
        )
        kept = drawing.add(f"kept{step}", forget, long)
        long = drawing.add(f"c{step + 1}", kept, drawing.add(f"fresh{step}", enter, new))
        short = drawing.add(f"h{step + 1}", give, drawing.add(f"tanh{step}", long))
    return drawing.graph


def neurons(*widths: int) -> Graph:
    rows = [[f"n{layer}_{k}" for k in range(width)] for layer, width in enumerate(widths)]
    edges = [(a, b) for row, below in itertools.pairwise(rows) for a in row for b in below]
    return [name for row in rows for name in row], edges


def layers(size: int, *, near: bool) -> Graph:
    """Nodes in layers of about the root of `size`; wires come from a layer or some before, from near nodes or any."""
    chance = random.Random(size)
    width = round(size**0.5)
    rows = [[f"n{i}" for i in range(start, min(start + width, size))] for start in range(0, size, width)]
    edges = []
    for layer in range(1, len(rows)):
        for k, name in enumerate(rows[layer]):
            for _ in range(chance.choice([1, 1, 2] if not near else [1, 1, 1, 2, 2, 3])):
                back = 1 if chance.random() < 0.9 else chance.randint(1, min(4, layer))
                row = rows[layer - back]
                at = chance.gauss(k, 2) if near else chance.uniform(0, len(row))
                edges.append((row[min(max(int(at), 0), len(row) - 1)], name))
    return [name for row in rows for name in row], list(dict.fromkeys(edges))
