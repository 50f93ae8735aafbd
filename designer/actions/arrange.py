"""The Arrange menu."""

from designer.actions.action import Action, drawn

ACTIONS = (Action("arrange", "&Lay out", lambda window: window.view.commands.arrange(), ("Ctrl+L",), drawn),)
