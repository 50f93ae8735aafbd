"""Nodes that take no part: muting and bypassing on the canvas, and what of a drawing looks faint for it."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from graph import edits
from graph.document import Document
from graph.records import BYPASSED, MUTED, Wire

if TYPE_CHECKING:
    from designer.canvas.view import View

VERBS = {MUTED: ("Mute", "Unmute"), BYPASSED: ("Bypass", "Stop bypassing")}
"""What the command is called that gives a state, and the one that takes it away."""


def toggle(view: "View", state: str) -> None:
    """Mute or bypass the selected nodes; if all of them are so, let them take part again."""
    births = view.drawing.selection.births
    if births:
        verb = partial(edits.toggle_state, view.drawing.document, births, state)
        view.drawing.attempt(label(view, state), verb)


def label(view: "View", state: str) -> str:
    """What `toggle` would do with what is selected."""
    document, births = view.drawing.document, view.drawing.selection.births
    there = (document.node(born) for born in births if document.has_node(born))
    return VERBS[state][bool(births) and all(node.state == state for node in there)]


def entries(view: "View") -> list[tuple[str, Callable[[], None], str]]:
    """The entries of the menu of nodes: text, what it does, and the action whose key it shows."""
    actions = {MUTED: "mute", BYPASSED: "bypass"}
    return [(label(view, state), partial(toggle, view, state), action) for state, action in actions.items()]


def is_quiet(document: Document, wire: Wire) -> bool:
    """Whether a wire brings nothing because an end of it is muted."""
    return any(document.has_node(born) and document.node(born).state == MUTED for born in (wire.source, wire.target))
