"""The Arrange menu."""

from designer.actions import annotating, blocks, ordering, wires
from designer.actions.action import Action, drawn

ACTIONS: tuple[Action | None, ...] = (
    Action("arrange", "&Lay out", lambda window: window.view.commands.arrange(), ("Ctrl+L",), drawn),
    Action(
        "flow-right",
        "Flow to the ri&ght",
        lambda window: window.view.commands.set_flow("right"),
        (),
        checked=lambda window: window.session.level.document.flow == "right",
    ),
    Action(
        "flow-down",
        "Flow &down",
        lambda window: window.view.commands.set_flow("down"),
        (),
        checked=lambda window: window.session.level.document.flow == "down",
    ),
    *ordering.ACTIONS,
    *wires.ACTIONS,
    None,
    *annotating.ACTIONS,
    None,
    *blocks.ACTIONS,
)
