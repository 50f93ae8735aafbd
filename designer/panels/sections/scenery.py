"""A selected frame or note: its title and colour, or its text."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton

from designer.fields.long_text import boxed_text, framed
from designer.frame_colours import COLOURS, swatch
from designer.level import Level
from designer.panels.sections.section import Section, words
from designer.theme import Theme
from graph import edits
from graph.edits import Refused
from graph.records import Frame, Note

BUTTON = 26
MARKS = "# begins a heading, - a list, **bold**, *italic*, `code`, [words](address)."


class FrameForm(Section):
    """The form of one frame."""

    def __init__(self, level: Level, theme: Theme, key: str) -> None:
        super().__init__(level, theme)
        self.key = key
        head = QLabel("Frame")
        head.setFont(theme.font("title"))
        self.title = QLineEdit(placeholderText="Title")
        self.title.setAccessibleName("Title of the frame")
        self.title.editingFinished.connect(self._rename)
        self.colours: dict[str, QPushButton] = {}
        self.box.addWidget(head)
        self.box.addWidget(self.title)
        self.box.addLayout(self._palette())
        self.box.addWidget(words("It moves what lies wholly within it.", "muted"))

    def refresh(self) -> None:
        frame = self.level.document.records.get(self.key)
        if isinstance(frame, Frame):
            if not self.title.isModified():
                self.title.setText(frame.title)
            for colour, button in self.colours.items():
                button.setChecked(colour == frame.colour)

    def _palette(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2)
        for label, colour in COLOURS:
            button = QPushButton(swatch(colour, self.theme), "")
            button.setCheckable(True)
            button.setFixedSize(QSize(BUTTON, BUTTON))
            button.setToolTip(label)
            button.setAccessibleName(f"Colour: {label.lower()}")
            button.setStyleSheet("padding: 0;")
            button.clicked.connect(lambda _, chosen=colour: self._recolour(chosen))
            self.colours[colour] = button
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _rename(self) -> None:
        title = self.title.text()
        self.title.setModified(False)
        frame = self.level.document.records.get(self.key)
        if isinstance(frame, Frame) and title != frame.title:
            _step(self.level, "Rename", lambda: edits.set_frame(self.level.document, self.key, title=title))
        self.refresh()

    def _recolour(self, colour: str) -> None:
        _step(self.level, "Colour a frame", lambda: edits.set_frame(self.level.document, self.key, colour=colour))
        self.refresh()


class NoteForm(Section):
    """The form of one note. What is typed is written when the field is left, or with Ctrl and Return."""

    def __init__(self, level: Level, theme: Theme, key: str) -> None:
        super().__init__(level, theme)
        self.key = key
        self._known = ""
        head = QLabel("Note")
        head.setFont(theme.font("title"))
        self.text = boxed_text("Text of the note, in Markdown")
        self.text.setMinimumHeight(140)
        self.text.installEventFilter(self)
        self.box.addWidget(head)
        self.box.addWidget(framed(self.text))
        self.box.addWidget(words(MARKS, "muted"))

    def refresh(self) -> None:
        note = self.level.document.records.get(self.key)
        if isinstance(note, Note) and note.text != self._known:
            self._known = note.text
            self.text.setPlainText(note.text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self._write()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            held = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if held and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._write()
                return True
        return super().eventFilter(watched, event)

    def _write(self) -> None:
        text = self.text.toPlainText()
        if text != self._known:
            self._known = text
            _step(self.level, "Edit a note", lambda: edits.set_note(self.level.document, self.key, text=text))


def form_of(level: Level, theme: Theme, key: str) -> Section:
    """The form of a frame or a note."""
    frame = isinstance(level.document.records.get(key), Frame)
    return FrameForm(level, theme, key) if frame else NoteForm(level, theme, key)


def _step(level: Level, label: str, verb: Callable[[], object]) -> None:
    try:
        with level.history.step(label):
            verb()
    except Refused:
        pass  # it is gone: the form goes with it
