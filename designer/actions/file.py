"""The File menu."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence

from designer import asking
from designer.actions.action import Action, drawn

Key = QKeySequence.StandardKey

ACTIONS = (
    Action("new", "&New", lambda window: window.files.new(), (Key.New, "Ctrl+T")),
    Action("new-window", "New w&indow", lambda window: window.files.new_window()),
    Action("templates", "New from &template…", lambda window: window.files.show_start(), ("Ctrl+Shift+N",)),
    Action("open", "&Open…", lambda window: window.files.ask_open(), (Key.Open,)),
    None,
    Action("save", "&Save", lambda window: window.files.save(), (Key.Save,)),
    Action("save-as", "Save &as…", lambda window: window.files.save_as(), (Key.SaveAs, "Ctrl+Shift+S")),
    Action("export", "&Export…", asking.export, ("Ctrl+E",), drawn),
    Action("picture", "P&icture…", asking.picture, ("Ctrl+Shift+E",), drawn),
    None,
    Action("preferences", "&Preferences…", asking.preferences, (Key.Preferences, "Ctrl+,")),
    Action("close-drawing", "&Close", lambda window: window.tabs.close(window.tabs.current), (Key.Close, "Ctrl+W")),
    Action("close", "Close &window", lambda window: window.close()),
    Action("quit", "&Quit", lambda window: window.shell.quit(), (Key.Quit, "Ctrl+Q")),
)
