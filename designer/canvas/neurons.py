"""Commands on single neurons; each is one verb on the document and one step to undo."""

from typing import TYPE_CHECKING

from graph import edits

if TYPE_CHECKING:
    from designer.canvas.view import View


def wire_fully(view: "View") -> None:
    """Wire the selected rows, each to the one at its right."""
    scene = view.drawing
    scene.attempt("Wire fully", lambda: edits.wire_fully(scene.document, scene.selection.births))


def close_row(view: "View") -> None:
    """Put a Linear in the place of the selected neurons."""
    scene, births = view.drawing, view.drawing.selection.births
    born = scene.attempt("Close to a Linear", lambda: edits.close_row(scene.document, births, scene.reading))
    if born is not None:
        scene.selection.set([born])


def open_linear(view: "View") -> None:
    """Put neurons in the place of the selected Linear."""
    scene, born = view.drawing, view.drawing.selection.single
    if born is not None:
        made = scene.attempt("Open into neurons", lambda: edits.open_linear(scene.document, born))
        scene.selection.set(made or [born])


def fix_weights(view: "View") -> None:
    """Let the weights of the selected wires keep their values, or learn again if all of them are fixed."""
    scene = view.drawing
    wires = [scene.document.wire(key) for key in scene.selection.wires]
    fixed = not all(wire.fixed for wire in wires)

    def verb() -> None:
        for wire in wires:
            edits.set_wire(scene.document, wire.key, fixed=fixed)

    scene.attempt("Fix weight" if fixed else "Free weight", verb)
