"""The verbs that take nodes out of the drawing's meaning while they stay drawn, and back in."""

from collections.abc import Iterable
from dataclasses import replace

from graph.document import Document
from graph.edits.refusal import Refused, the_node
from graph.meaning import PORTS, why_not_bypassed
from graph.records import BYPASSED, STATES, Node


def set_state(doc: Document, births: Iterable[str], state: str) -> None:
    """Mute or bypass nodes, or let them take part again (an empty state)."""
    chosen = [the_node(doc, born) for born in births]
    if state and state not in STATES:
        raise Refused(f"A node cannot be {state[:60]}.")
    for node in chosen:
        why = why_not(doc, node, state)
        if why:
            raise Refused(why)
    with doc.change():
        for node in chosen:
            extra = {name: value for name, value in node.extra.items() if name != "state"}
            doc.put(replace(node, state=state, extra=extra))


def toggle_state(doc: Document, births: Iterable[str], state: str) -> None:
    """Give all nodes a state; if all of them have it already, let them take part again.

    Of several nodes, those that cannot be bypassed are left as they are, as long as others can.
    """
    chosen = [the_node(doc, born) for born in births]
    if chosen and all(node.state == state for node in chosen):
        set_state(doc, [node.born for node in chosen], "")
        return
    able = [node for node in chosen if why_not(doc, node, state) is None]
    set_state(doc, [node.born for node in able or chosen], state)


def why_not(doc: Document, node: Node, state: str) -> str | None:
    """Why a node cannot have a state, as a sentence; None if it can."""
    if state and node.kind in PORTS and doc.block:
        return f"{node.id} is a port of this block, which cannot be {state}: take its wires off instead."
    return why_not_bypassed(doc, node) if state == BYPASSED else None
