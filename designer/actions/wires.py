"""What the Arrange menu holds about the ways of wires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.actions.action import Action
from designer.canvas import bends

if TYPE_CHECKING:
    from designer.window import Window


def one(window: Window) -> bool:
    """One wire is selected, and nothing else."""
    selection = window.session.selection
    return len(selection.wires) == 1 and not selection.births


def bent(window: Window) -> bool:
    """A selected wire has bends."""
    return bool(bends.bent(window.view))


ACTIONS: tuple[Action | None, ...] = (
    Action("bend-wire", "&Bend the wire", lambda w: bends.add_in_the_middle(w.view), ("B",), one, canvas=True),
    Action("unbend-wires", "Take &out the bends", lambda w: bends.straighten(w.view), ("Shift+B",), bent, canvas=True),
)
