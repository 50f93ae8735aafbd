"""The Help menu."""

from designer.actions.action import Action

HELP = (
    Action("shortcuts", "Keyboard shortcuts", lambda window: window.show_shortcuts(), ("F1",)),
    Action("about", "About Neuroloom", lambda window: window.show_about()),
)
