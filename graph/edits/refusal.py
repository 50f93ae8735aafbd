"""What every verb asks first: whether what it is to change is there."""

import math

from graph.document import Document
from graph.records import Node, Point, Wire


class Refused(Exception):
    """A verb that cannot be: a sentence that says why. The document is as it was."""


def the_node(doc: Document, born: str) -> Node:
    if not doc.has_node(born):
        raise Refused(f"There is no node {born}.")
    return doc.node(born)


def the_wire(doc: Document, key: str) -> Wire:
    record = doc.records.get(key)
    if not isinstance(record, Wire):
        raise Refused(f"There is no wire {key}.")
    return record


def the_place(at: Point) -> Point:
    """A place to the tenth of a pixel, so that files stay readable."""
    x, y = (_side(side) for side in at)
    return x, y


def _side(side: float) -> float:
    if not math.isfinite(side):
        raise Refused("A place on the canvas must be two numbers.")
    rounded = round(float(side), 1)
    return int(rounded) if rounded.is_integer() else rounded
