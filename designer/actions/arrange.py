"""The Arrange menu."""

from designer.actions import blocks
from designer.actions.action import Action, drawn

ACTIONS: tuple[Action | None, ...] = (
    Action("arrange", "&Lay out", lambda window: window.view.commands.arrange(), ("Ctrl+L",), drawn),
    None,
    *blocks.ACTIONS,
)
