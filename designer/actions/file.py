"""The File menu."""

from PySide6.QtGui import QKeySequence

from designer.actions.action import Action

KEY = QKeySequence.StandardKey

FILE = (
    Action("new", "New", lambda window: window.desk.new(), (KEY.New,)),
    Action("start", "Templates and recent files…", lambda window: window.show_start(), ("Ctrl+Shift+N",)),
    Action("open", "Open…", lambda window: window.files.open(), (KEY.Open,)),
    Action("save", "Save", lambda window: window.files.save(), (KEY.Save,), begins=True),
    Action("save_as", "Save as…", lambda window: window.files.save_as(), (KEY.SaveAs, "Ctrl+Shift+S")),
    Action("export", "Export…", lambda window: window.show_export(), ("Ctrl+E",),
           when=lambda window: window.drawn, begins=True),
    Action("close", "Close window", lambda window: window.close(), (KEY.Close, "Ctrl+W"), begins=True),
    Action("preferences", "Preferences…", lambda window: window.show_preferences(), (KEY.Preferences, "Ctrl+,")),
    Action("quit", "Quit", lambda window: window.desk.quit(), (KEY.Quit, "Ctrl+Q")),
)  # fmt: skip
