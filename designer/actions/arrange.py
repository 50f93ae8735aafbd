"""The Arrange menu."""

from designer.actions.action import Action

ARRANGE = (
    Action("arrange", "Lay out automatically", lambda window: window.view.commands.arrange(), ("Ctrl+L",),
           when=lambda window: window.drawn, tip="Lays out the selected nodes, or all of them"),
)  # fmt: skip
