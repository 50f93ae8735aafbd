"""What the Arrange menu holds about blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer import asking
from designer.actions.action import Action, drawn, pieces_chosen

if TYPE_CHECKING:
    from designer.window import Window


def on_block(window: Window) -> bool:
    """A single block is selected."""
    return window.view.blocks.placed() is not None


def on_blocks(window: Window) -> bool:
    """Blocks are among what is selected."""
    births = window.view.blocks.document.placements().intersection(window.session.selection.births)
    return any(map(window.view.blocks.placed, births))


def inside(window: Window) -> bool:
    """A block is looked into."""
    return bool(window.session.level.path)


def at_block(window: Window) -> bool:
    """A block is selected or looked into."""
    return on_block(window) or inside(window)


ACTIONS = (
    Action("collapse", "&Collapse to a block…", lambda w: w.view.blocks.ask_collapse(), ("Ctrl+G",), pieces_chosen),
    Action("unpack", "&Unpack", lambda w: w.view.blocks.unpack(), ("Ctrl+Shift+G",), on_blocks),
    Action("fold-repeats", "&Fold repeats", lambda w: w.view.blocks.fold(), (), drawn),
    Action("new-block", "&New block", lambda w: w.view.blocks.new()),
    Action("enter", "&Open the block", lambda w: w.view.blocks.enter(), ("Return",), on_block, canvas=True),
    Action("leave", "Lea&ve the block", lambda w: w.view.blocks.leave(), ("Alt+Up",), inside),
    Action("keep-block", "Save block to the li&brary", asking.keep_block, (), at_block),
    Action("separate", "&Own definition", lambda w: w.view.blocks.separate(), (), on_block),
)
