"""The Arrange menu."""

from designer.actions import annotating, blocks, ordering, wires
from designer.actions.action import Action, drawn

ACTIONS: tuple[Action | None, ...] = (
    Action("arrange", "&Lay out", lambda window: window.view.commands.arrange(), ("Ctrl+L",), drawn),
    *ordering.ACTIONS,
    *wires.ACTIONS,
    None,
    *annotating.ACTIONS,
    None,
    *blocks.ACTIONS,
)
