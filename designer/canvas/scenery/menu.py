"""What the context menu of the canvas offers for frames and notes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from designer.canvas import annotating
from designer.frame_colours import COLOURS, swatch

if TYPE_CHECKING:
    from designer.canvas.view import View

Add = Callable[..., object]


def fill(view: View, menu: QMenu, key: str, add: Add) -> None:
    """The entries for the frames and notes that are selected, `key` among them."""
    commands, frame = view.commands, view.drawing.plan.places.frame(key)
    add(menu, "Rename" if frame else "Edit the text", partial(view.overlays.edit_scenery, key), "rename")
    if frame is not None:
        _colours(view, menu)
        add(menu, "Fit to its content", partial(annotating.fit, view), "fit-frame")
        add(menu, "Lay out its content", commands.arrange, "arrange")
        add(menu, "Collapse to a block…", view.blocks.ask_collapse, "collapse")
        add(menu, "Select what it holds", partial(annotating.select_held, view), "select-held")
    else:
        add(menu, "Fit to its text", partial(annotating.fit, view), "fit-frame")
    menu.addSeparator()
    add(menu, "Duplicate", commands.duplicate, "duplicate")
    add(menu, "Cut", commands.cut, "cut")
    add(menu, "Copy", commands.copy, "copy")
    add(menu, "Delete the frame, not what it holds" if frame else "Delete", commands.delete, "delete")
    menu.addSeparator()
    add(menu, "Zoom to selection", view.camera.fit_selection, "fit-selection")


def _colours(view: View, menu: QMenu) -> None:
    chosen = {frame.colour for frame in annotating.frames(view)}
    listed = menu.addMenu("Colour")
    for label, colour in COLOURS:
        made = listed.addAction(swatch(colour, view.drawing.theme), label)
        made.setCheckable(True)
        made.setChecked(chosen == {colour})
        made.triggered.connect(partial(_recolour, view, colour))


def _recolour(view: View, colour: str, _: bool = False) -> None:
    annotating.recolour(view, colour)
