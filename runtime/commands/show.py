"""`neuroloom show FILE`: every node with shape and cost."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.roles import Data
from graph.shape import Axis, Tensor
from runtime.commands.command import GOOD, emit, open_drawing, say, table, verb
from runtime.words import size

if TYPE_CHECKING:
    from graph.records import Node
    from runtime.drawing import Drawing


def add(verbs: Any) -> None:
    parser = verb(verbs, "show", "show every node with its shape, parameters, arithmetic and memory", show)
    parser.add_argument("file", type=Path, metavar="FILE")


def show(given: argparse.Namespace) -> int:
    drawing = open_drawing(given.file)
    nodes = [describe(drawing, node) for node in in_order(drawing)]
    needed = memory(drawing)
    if given.json:
        emit("show", nodes=nodes, **({"training": needed} if needed else {}))
        return GOOD
    table(
        ("node", "kind", "shape", "parameters", "MACs", "memory"),
        [_row(node) for node in nodes],
        right=(3, 4, 5),
    )
    parameters, macs = (sum(node[part] or 0 for node in nodes) for part in ("parameters", "macs"))
    say(f"\n{parameters:,} parameters, {macs:,} multiply-accumulates for one row.")
    if needed:
        told = ", ".join(f"{name} {size(count)}" for name, count in needed.items() if count and name != "all")
        say(f"Training takes about {size(needed['all'])} of memory: {told}.")
    return GOOD


def memory(drawing: Drawing) -> dict[str, int]:
    """The bytes that training takes, by what takes them, and all; nothing where there is nothing to train."""
    from runtime.memory import estimate
    from runtime.program import Program, ProgramError

    try:
        program = Program(drawing.reading)
        program.refuse_training()
    except ProgramError:
        return {}
    found = estimate(drawing.reading, program)
    return {
        "weights": found.weights, "slopes": found.slopes, "optimizers": found.optimizers, "data": found.data,
        "one batch": found.batch, "all": found.total,
    }  # fmt: skip


def in_order(drawing: Drawing) -> list[Node]:
    """Nodes in the order in which values reach them."""
    place = drawing.reading.order.place
    return sorted(drawing.document.nodes(), key=lambda node: place.get(node.born, 0))


def describe(drawing: Drawing, node: Node) -> dict[str, Any]:
    """A node as plain JSON: shapes without the batch, memory in bytes for a batch; None where it is not known."""
    reading, cost = drawing.reading, drawing.reading.cost(node.born)
    made = drawing.document.make(node)
    first = made.ports_out()[0].name if isinstance(made, Data) else "y"
    value = reading.value(node.born, first) or reading.value(node.born, "x")
    return {
        "id": node.id,
        "kind": node.kind,
        "shape": shape(value),
        "parameters": cost.parameters,
        "macs": cost.macs,
        "memory": cost.memory,
    }


def shape(value: Any) -> list[int | str | None] | None:
    """The sides behind the batch: numbers, letters of open ones, None for unknown ones; None for what has no shape."""
    if not isinstance(value, Tensor) or value.sides is None:
        return None
    return [side.letter if isinstance(side, Axis) else side for side in value.inner]


def _row(node: dict[str, Any]) -> list[str]:
    sides = node["shape"]
    shown = "" if sides is None else "×".join("?" if side is None else str(side) for side in sides) or "1"
    return [
        node["id"], node["kind"], shown, _number(node["parameters"]), _number(node["macs"]),
        size(node["memory"]) if node["memory"] else "",
    ]  # fmt: skip


def _number(value: int | None) -> str:
    return "?" if value is None else f"{value:,}" if value else ""
