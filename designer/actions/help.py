"""The Help menu."""

from designer import asking
from designer.actions.action import Action

ACTIONS = (
    Action("help", "&Help on a kind", lambda window: window.reference.here(), ("F1",)),
    Action("shortcuts", "&Shortcuts…", asking.shortcuts, ("Ctrl+/", "?")),
    Action("keys", "&Change keys…", asking.keys),
    Action("about", "&About Neuroloom", asking.about),
)
