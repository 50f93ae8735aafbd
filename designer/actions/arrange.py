"""The Arrange menu."""

from designer.actions import blocks, ordering
from designer.actions.action import Action, drawn

ACTIONS: tuple[Action | None, ...] = (
    Action("arrange", "&Lay out", lambda window: window.view.commands.arrange(), ("Ctrl+L",), drawn),
    *ordering.ACTIONS,
    None,
    *blocks.ACTIONS,
)
