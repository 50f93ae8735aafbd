"""The verb that opens a Linear into single neurons."""

from collections.abc import Sequence
from typing import Any

from graph import names, queries
from graph.document import Document
from graph.edits.blocks import relist
from graph.edits.kinds import change_kind
from graph.edits.neurons import BELOW, BESIDE
from graph.edits.nodes import add, move, set_param
from graph.edits.refusal import Refused, the_node
from graph.edits.wires import connect
from graph.records import Node, Select, Wire
from graph.spec import LETTERS

MOST = len(LETTERS) ** 2
"""A Concatenate takes so many values as there are letters, and as many Concatenates."""

Row = tuple[float, ...]


def open_linear(
    doc: Document, born: str, weights: Sequence[Row] | None = None, biases: Sequence[float] | None = None
) -> list[str]:
    """Put a Neuron in the place of each row of a Linear, and a Concatenate of them under its name.

    `weights` (a row for each neuron) and `biases`, those of a checkpoint perhaps, become typed; left out, the ones that
    the Linear itself holds. Answers the birth names of the neurons.
    """
    node, feed = _linear(doc, born), _feed(doc, born)
    made: Any = doc.make(node)
    count = made.out_features
    if weights is None and made.values is not None:
        weights, biases = _cut(made.values, count, made.bias)
    bare = {} if made.bias else {"bias": 0.0, "bias_fixed": True}
    with doc.change():
        _push(doc, node)
        doc.drop(feed.key)
        change_kind(doc, born, "Concatenate")
        births = []
        for row in range(count):
            at = None if node.at is None else (node.at[0], node.at[1] + BELOW * (row - (count - 1) / 2))
            neuron = add(doc, "Neuron", at, names.legal(f"{node.id}_{row + 1}", doc), bare)
            typed = _single(weights[row], feed.select) if weights is not None else None
            connect(doc, feed.source, feed.source_port, neuron, "x", feed.select, typed)
            if biases is not None and made.bias:
                set_param(doc, neuron, "bias", float(biases[row]))
            births.append(neuron)
        _join(doc, births, born)
        relist(doc, {born: births})
    return births


def _linear(doc: Document, born: str) -> Node:
    node = the_node(doc, born)
    if node.kind != "Linear":
        raise Refused(f"{node.id} is no Linear: only a Linear can be opened into neurons.")
    other = [name for name in node.params if name not in ("out_features", "bias", "values")]
    if other:
        raise Refused(f"{node.id} has settings that single neurons have not ({', '.join(other)}): reset them first.")
    if isinstance(node.params.get("out_features"), str):
        raise Refused(f"The size of {node.id} follows a parameter of the block: give it a number first.")
    count = getattr(doc.make(node), "out_features", 0)
    if count > MOST:
        raise Refused(f"{node.id} has {count} rows; at most {MOST} can be drawn as neurons.")
    return node


def _feed(doc: Document, born: str) -> Wire:
    wires = doc.wires_into(born, "x")
    if not wires:
        raise Refused(f"Nothing is wired into {doc.node(born).id} yet.")
    return wires[-1]


def _cut(values: Sequence[float], count: int, biased: bool) -> tuple[list[Row], list[float] | None]:
    """Weights by row, and biases, from the one list that a Linear holds."""
    flat = list(values)
    biases = flat[len(flat) - count :] if biased else None
    width = (len(flat) - (count if biased else 0)) // count
    return [tuple(flat[row * width : (row + 1) * width]) for row in range(count)], biases


def _single(row: Row, select: Select) -> float | Row:
    """What a wire carries: a row of one number that is taken by its place is a number."""
    numbers = tuple(float(number) for number in row)
    return numbers[0] if len(numbers) == 1 and isinstance(select, (int, str)) else numbers


def _push(doc: Document, node: Node) -> None:
    """Make room for a row more: what lies downstream goes to the right, the node itself as well."""
    behind = [doc.node(born) for born in queries.downstream(doc, [node.born])]
    places = {one.born: (one.at[0] + BESIDE, one.at[1]) for one in [*behind, node] if one.at is not None}
    move(doc, places)


def _join(doc: Document, births: Sequence[str], joint: str) -> None:
    """Wire neurons into a Concatenate; more than it has letters through Concatenates before it."""
    if len(births) <= len(LETTERS):
        for letter, born in zip(LETTERS, births, strict=False):
            connect(doc, born, "y", joint, letter)
        return
    node, size = doc.node(joint), len(LETTERS)
    for letter, first in zip(LETTERS, range(0, len(births), size), strict=False):
        some = births[first : first + size]
        middle, beside = doc.node(some[len(some) // 2]).at, BESIDE / 2
        at = None if middle is None else (middle[0] + beside, middle[1])
        group = add(doc, "Concatenate", at, names.legal(f"{node.id}_{letter}", doc))
        _join(doc, some, group)
        connect(doc, group, "y", joint, letter)
