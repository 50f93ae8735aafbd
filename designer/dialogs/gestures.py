"""What hands do on the canvas, in short, for the overlay of shortcuts. The whole table stands in docs/canvas.md."""

from collections.abc import Sequence

from designer import key_names

Rows = Sequence[tuple[str, str, Sequence[str]]]

KEYS = "On the canvas"
HANDS = "Mouse and touchpad"

CANVAS: Rows = (
    (KEYS, "Go along a wire to the next node", ("Alt+Arrow",)),
    (KEYS, "Move the selected nodes, or far", ("Arrow", "Shift+Arrow")),
    (KEYS, "Leave a block, with nothing selected", ("Backspace",)),
    (KEYS, "Break off, close, select nothing", ("Esc",)),
    (HANDS, "Move over the drawing", ("Space+drag", "Middle button")),
    (HANDS, "Zoom", ("Wheel", "Pinch")),
    (HANDS, "Select what a band touches", ("Drag",)),
    (HANDS, "Select what a line goes around", ("Ctrl+Alt+drag",)),
    (HANDS, "Take away from what is selected", ("Ctrl+drag", "Ctrl+Alt+right drag")),
    (HANDS, "Add to what is selected", ("Shift+click", "Ctrl+click")),
    (HANDS, "Draw a wire, or take one off", ("Drag a port",)),
    (HANDS, "Draw a second wire from an input", ("Alt+drag",)),
    (HANDS, "Add what fits a wire", ("Drop it on the canvas",)),
    (HANDS, "Put a node into a wire", ("Drop it on the wire",)),
    (HANDS, "Lead a wire over a bend", ("Drag its middle",)),
    (HANDS, "Cut wires by a stroke", ("Ctrl+right drag",)),
    (HANDS, "Pull nodes out of their line", ("Alt+drag a node",)),
    (HANDS, "Leave a copy", ("Ctrl+drag a node",)),
    (HANDS, "Add a node", ("Double click",)),
    (HANDS, "Rename, look into a block", ("Double click on it",)),
    (HANDS, "All that fits the place", ("Right button",)),
)
"""What no menu names."""


def rows() -> Rows:
    """All of it; what begins with the key of an action names it as it is now."""
    key = key_names.of("add-node")
    return [*([(KEYS, "Add the next node, wired", (f"Node, {key}",))] if key else []), *CANVAS]
