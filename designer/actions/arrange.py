"""The Arrange menu."""

from designer.actions import annotating, blocks, ordering, wires
from designer.actions.action import Action, drawn
from designer.actions.view import turned, turning

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
    Action("rows", "Long c&hains in rows", turning("rows"), checked=turned("rows")),
    *ordering.ACTIONS,
    *wires.ACTIONS,
    None,
    *annotating.ACTIONS,
    None,
    *blocks.ACTIONS,
)
