"""A field for text of several lines, in a box as other fields have it."""

from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout


def boxed_text(name: str) -> QPlainTextEdit:
    """A field for text of several lines."""
    editor = QPlainTextEdit()
    editor.setAccessibleName(name)
    editor.setTabChangesFocus(True)
    editor.setStyleSheet("background: transparent;")
    return editor


def framed(editor: QPlainTextEdit) -> QFrame:
    """A box around a field for text."""
    box = QFrame()
    box.setProperty("role", "box")
    inside = QVBoxLayout(box)
    inside.setContentsMargins(6, 6, 6, 6)
    inside.addWidget(editor)
    return box
