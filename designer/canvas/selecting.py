"""What menus and keys select: what hangs together, what is of one kind, all that is not selected."""

from typing import TYPE_CHECKING

from graph import queries

if TYPE_CHECKING:
    from designer.canvas.view import View


def connected(view: "View") -> None:
    """Select all that hangs together with what is selected, along the wires in either direction."""
    selection = view.drawing.selection
    selection.add(_in_order(view, queries.connected(view.drawing.document, selection.births)))


def same_kind(view: "View") -> None:
    """Select all nodes whose kind one of the selected nodes has."""
    document, selection = view.drawing.document, view.drawing.selection
    kinds = {document.node(born).kind for born in selection.births}
    found = {born for kind in kinds for born in document.by_kind().get(kind, ())}
    selection.add(_in_order(view, found))


def inverted(view: "View") -> None:
    """Select the nodes that are not selected, and none of the others."""
    selection = view.drawing.selection
    selection.set([node.born for node in view.drawing.document.nodes() if node.born not in selection])


def _in_order(view: "View", births: set[str]) -> list[str]:
    """Nodes in document order."""
    return [node.born for node in view.drawing.document.nodes() if node.born in births]
