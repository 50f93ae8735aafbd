"""What the Edit and Arrange menus hold about frames and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.actions.action import Action
from designer.canvas import annotating

if TYPE_CHECKING:
    from designer.window import Window


def on_scenery(window: Window) -> bool:
    """Frames or notes are among what is selected."""
    return bool(window.session.selection.scenery)


def on_frame(window: Window) -> bool:
    """Frames are among what is selected."""
    return bool(annotating.frames(window.view))


ADDING = (
    Action("add-frame", "Add a &frame", lambda w: annotating.new_frame(w.view), ("Ctrl+Shift+F",)),
    Action("add-note", "Add a &note", lambda w: annotating.new_note(w.view), ("N",), canvas=True),
)

ACTIONS: tuple[Action | None, ...] = (
    Action("fit-frame", "F&it to the content", lambda w: annotating.fit(w.view), ("Shift+N",), on_scenery, canvas=True),
    Action("select-held", "Select what the frame &holds", lambda w: annotating.select_held(w.view), (), on_frame),
)
