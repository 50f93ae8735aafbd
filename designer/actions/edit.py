"""The Edit menu."""

from PySide6.QtGui import QKeySequence

from designer.actions.action import Action

KEY = QKeySequence.StandardKey

EDIT = (
    Action("undo", "Undo", lambda window: window.session.history.undo(), (KEY.Undo,),
           when=lambda window: window.session.history.can_undo),
    Action("redo", "Redo", lambda window: window.session.history.redo(), (KEY.Redo, "Ctrl+Shift+Z", "Ctrl+Y"),
           when=lambda window: window.session.history.can_redo),
    Action("cut", "Cut", lambda window: window.view.commands.cut(), (KEY.Cut,),
           when=lambda window: window.selected, begins=True),
    Action("copy", "Copy", lambda window: window.view.commands.copy(), (KEY.Copy,),
           when=lambda window: window.selected),
    Action("paste", "Paste", lambda window: window.view.commands.paste(), (KEY.Paste,)),
    Action("duplicate", "Duplicate", lambda window: window.view.commands.duplicate(), ("Ctrl+D",),
           when=lambda window: window.selected),
    Action("delete", "Delete", lambda window: window.view.commands.delete(), (KEY.Delete,),
           when=lambda window: window.marked, local=True),
    Action("delete_and_reconnect", "Delete and reconnect",
           lambda window: window.view.commands.delete_and_reconnect(), ("Ctrl+Backspace",),
           when=lambda window: window.selected, local=True),
    Action("rename", "Rename", lambda window: window.view.overlays.rename_selected(), ("F2",),
           when=lambda window: window.selected),
    Action("select_all", "Select all", lambda window: window.view.commands.select_all(), (KEY.SelectAll,),
           when=lambda window: window.drawn, begins=True),
    Action("select_upstream", "Select everything upstream",
           lambda window: window.view.commands.select_upstream(), ("Ctrl+Shift+Left",),
           when=lambda window: window.selected),
    Action("select_downstream", "Select everything downstream",
           lambda window: window.view.commands.select_downstream(), ("Ctrl+Shift+Right",),
           when=lambda window: window.selected),
    Action("add", "Add a node…", lambda window: window.find_kind(), ("Ctrl+K",), begins=True),
)  # fmt: skip
