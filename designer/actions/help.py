"""The Help menu."""

from PySide6.QtGui import QKeySequence

from designer.actions.action import Action

ACTIONS = (
    Action(
        "shortcuts", "&Keys", lambda window: window.ask_shortcuts(), ("Ctrl+/", QKeySequence.StandardKey.HelpContents)
    ),
    Action("about", "&About Neuroloom", lambda window: window.about()),
)
