"""Large drawings for the canvas: rows of layers, each node with the wire that comes into it."""

from math import ceil, sqrt

ACROSS, DOWN = 224, 90
"""From node to node: at a zoom of 0.5 about 285 of them fill 1600 × 900 pixels."""

KINDS = ("ReLU", "Dropout", "Tanh", "Linear")


def columns(count: int) -> int:
    """How many nodes stand side by side, so that a drawing is about as wide as a window for its height."""
    return ceil(sqrt(count * 1600 / 900 * DOWN / ACROSS) * 1.15)


def places(count: int) -> list[tuple[int, int]]:
    """Where the nodes stand, row by row."""
    across = columns(count)
    return [(at % across * ACROSS, at // across * DOWN) for at in range(count)]


def sources(count: int) -> list[int]:
    """From which node each, from the second on, has its wire: the one before it, or the first of the row above."""
    across = columns(count)
    return [at - 1 if at % across else at - across for at in range(1, count)]


def text(count: int) -> str:
    """A project of so many nodes."""
    nodes = ['{"id": "n0", "kind": "Input", "params": {"shape": [64]}, "at": [0, 0]}']
    nodes += [
        f'{{"id": "n{at}", "kind": "{KINDS[at % len(KINDS)]}", "at": [{x}, {y}]}}'
        for at, (x, y) in enumerate(places(count))
        if at
    ]
    wires = [f'"n{source}.{"y" if source else "x"} -> n{at}.x"' for at, source in enumerate(sources(count), 1)]
    body = ",\n".join(nodes), ",\n".join(wires)
    return f'{{"format": "neuroloom", "version": 1, "nodes": [\n{body[0]}\n], "wires": [\n{body[1]}\n]}}\n'
