"""Asks what to do with work that a crash left behind."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from designer.fields.choice import Choices
from designer.numbers import ago
from designer.panels.sections.section import words
from designer.previews import Previews
from designer.theme import Theme
from graph.catalogue import standard
from graph.document import Document
from graph.journal import Lost
from graph.project import ProjectError

WISHES = (("Recover", "recover"), ("Ask again later", "later"), ("Discard", "discard"))
PICTURE = QSize(144, 60)
WIDTH = 600
MOST_HEIGHT = 420
UNREADABLE = "It cannot be read by this version."


class RecoveryDialog(QDialog):
    """One row for each drawing, with a choice of its own; all are recovered unless the user says otherwise."""

    recovered = Signal(object)
    """A `Lost` that the user wants back; whoever takes it over discards it, once the work is safe elsewhere."""

    def __init__(self, lost: Sequence[Lost], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Unsaved work")
        self._lost, self._theme = lost, theme
        self._catalogue = standard()
        self._previews = Previews(self._catalogue, theme)
        self.choices: list[QComboBox] = []
        title = QLabel("Neuroloom did not close as it should")
        title.setFont(theme.font("title"))
        many = "These drawings were" if len(lost) > 1 else "This drawing was"
        told = words(f"{many} not saved, but kept safe up to the last change.", "muted")
        button = QPushButton("Continue")
        button.setDefault(True)
        button.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(4)
        column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        column.addWidget(title)
        column.addWidget(told)
        column.addSpacing(8)
        column.addWidget(self._rows())
        column.addSpacing(8)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignRight)

    def done(self, result: int) -> None:
        """Do with each what was chosen; closed without an answer, all is kept for the next start."""
        super().done(result)
        for one, choice in zip(self._lost, self.choices, strict=True):
            wish = choice.currentData() if result == QDialog.DialogCode.Accepted else "later"
            if wish == "recover":
                self.recovered.emit(one)
            elif wish == "discard":
                one.discard()
            else:
                one.release()

    def _rows(self) -> QScrollArea:
        sheet = QWidget()
        sheet.setProperty("role", "sheet")
        column = QVBoxLayout(sheet)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for one in self._lost:
            column.addWidget(self._row(one))
        area = QScrollArea()
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it follows what has the keyboard in it
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(sheet)
        area.setFixedSize(WIDTH, min(sheet.sizeHint().height(), MOST_HEIGHT))
        return area

    def _row(self, one: Lost) -> QFrame:
        document = self._read(one)
        row = QFrame()
        row.setProperty("role", "box")
        line = QHBoxLayout(row)
        line.setContentsMargins(10, 10, 12, 10)
        line.setSpacing(14)
        line.addWidget(self._picture(document))
        line.addLayout(self._words(one, document), 1)
        choice = self._choice(one, document is not None)
        self.choices.append(choice)
        line.addWidget(choice)
        return row

    def _read(self, one: Lost) -> Document | None:
        try:
            return one.document(self._catalogue)
        except ProjectError:
            return None

    def _picture(self, document: Document | None) -> QLabel:
        place = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        place.setFixedSize(PICTURE)
        image = self._previews.of(document, PICTURE, self.devicePixelRatioF()) if document is not None else None
        if image is not None:
            place.setPixmap(QPixmap.fromImage(image))
        return place

    def _words(self, one: Lost, document: Document | None) -> QVBoxLayout:
        where = f"{one.path.parent}" if one.path else "It has no file yet."
        lines = [("name", one.title), ("secondary", where), ("secondary", _sentence(one, document))]
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addStretch(1)
        for role, text in lines:
            label = QLabel()
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setFont(self._theme.font("name" if role == "name" else "secondary"))
            label.setProperty("tone", "" if role == "name" else "muted")
            room = WIDTH - PICTURE.width() - 220
            label.setText(QFontMetrics(label.font()).elidedText(text, Qt.TextElideMode.ElideMiddle, room))
            label.setToolTip(str(one.path or ""))
            column.addWidget(label)
        column.addStretch(1)
        return column

    def _choice(self, one: Lost, readable: bool) -> Choices:
        choice = Choices(self._theme)
        choice.setAccessibleName(f"What to do with {one.title}")
        choice.setFixedWidth(140)
        for text, wish in WISHES if readable else WISHES[1:]:
            choice.addItem(text, wish)
        return choice


def _sentence(one: Lost, document: Document | None) -> str:
    """How much there is, and how old it is."""
    if document is None:
        return UNREADABLE
    changes, when = len(one.patches), ago(time.time() - one.changed)
    steps = f"{changes} unsaved change{'' if changes == 1 else 's'}, the last " if changes else "Recovered before, "
    return steps + when
