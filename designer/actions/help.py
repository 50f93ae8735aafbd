"""The Help menu."""

from designer.actions.action import Action

ACTIONS = (
    Action("help", "&Help on a kind", lambda window: window.reference.here(), ("F1",)),
    Action("shortcuts", "&Keys", lambda window: window.ask_shortcuts(), ("Ctrl+/", "?")),
    Action("about", "&About Neuroloom", lambda window: window.about()),
)
