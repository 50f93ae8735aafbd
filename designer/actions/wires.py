"""What the Arrange menu holds about the ways of wires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.actions.action import Action
from designer.canvas import bends
from designer.canvas.tools.key_wiring import begin

if TYPE_CHECKING:
    from designer.window import Window


def one(window: Window) -> bool:
    """One wire is selected, and nothing else."""
    selection = window.session.selection
    return len(selection.wires) == 1 and not selection.births


def bent(window: Window) -> bool:
    """A selected wire has bends."""
    return bool(bends.bent(window.view))


def single(window: Window) -> bool:
    """One node is selected."""
    return window.session.selection.single is not None


def wired(window: Window) -> bool:
    """One node or one wire is selected."""
    return single(window) or one(window)


ACTIONS: tuple[Action | None, ...] = (
    Action("wire-from", "&Draw a wire by keys", lambda w: begin(w.view, output=True), ("C",), single, canvas=True),
    Action(
        "wire-into",
        "Draw a wire &into it by keys",
        lambda w: begin(w.view, output=False),
        ("Shift+C",),
        single,
        canvas=True,
    ),
    Action("next-wire", "Select the ne&xt wire", lambda w: w.view.commands.step_wires(1), ("E",), wired, canvas=True),
    Action(
        "previous-wire",
        "Select the pre&vious wire",
        lambda w: w.view.commands.step_wires(-1),
        ("Shift+E",),
        wired,
        canvas=True,
    ),
    Action("bend-wire", "&Bend the wire", lambda w: bends.add_in_the_middle(w.view), ("B",), one, canvas=True),
    Action("unbend-wires", "Take &out the bends", lambda w: bends.straighten(w.view), ("Shift+B",), bent, canvas=True),
)
