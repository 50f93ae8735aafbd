"""What the Arrange menu holds about putting nodes in order by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.actions.action import Action
from designer.canvas import ordering

if TYPE_CHECKING:
    from designer.window import Window


def several(window: Window) -> bool:
    """Two nodes or more are selected."""
    return len(window.session.selection.births) > 1


def many(window: Window) -> bool:
    """Three nodes or more are selected."""
    return len(window.session.selection.births) > 2


ACTIONS: tuple[Action | None, ...] = (
    Action("straighten", "&Straighten wires", lambda w: ordering.straighten(w.view), ("Q",), several, canvas=True),
    Action("align-left", "Align le&ft", lambda w: ordering.align(w.view, "left"), ("Alt+Shift+A",), several),
    Action("align-centre", "Align &centres", lambda w: ordering.align(w.view, "centre"), ("Alt+Shift+C",), several),
    Action("align-right", "Align &right", lambda w: ordering.align(w.view, "right"), ("Alt+Shift+D",), several),
    Action("align-top", "Align &top", lambda w: ordering.align(w.view, "top"), ("Alt+Shift+W",), several),
    Action("align-middle", "Align &middles", lambda w: ordering.align(w.view, "middle"), ("Alt+Shift+M",), several),
    Action("align-bottom", "Align &bottom", lambda w: ordering.align(w.view, "bottom"), ("Alt+Shift+S",), several),
    Action(
        "distribute-across", "&Distribute across", lambda w: ordering.distribute(w.view, "across"),
        ("Alt+Shift+H",), many,
    ),
    Action(
        "distribute-down", "Distribute do&wn", lambda w: ordering.distribute(w.view, "down"), ("Alt+Shift+V",), many,
    ),
)  # fmt: skip
