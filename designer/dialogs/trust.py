"""Asks whether the code of a file may run, and shows it first."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from designer.panels.code import Listing
from designer.panels.highlight import Highlighter
from designer.panels.sections.section import words
from designer.theme import Theme
from runtime import trust


class TrustDialog(QDialog):
    """Shows a file of Python code. Exactly what is shown is trusted, and only when the button says so."""

    def __init__(self, path: Path, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Trust {path.name}?")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(760, 560)
        self._path, self._content = path, b""
        self.listing = Listing(theme)
        self.listing.setLineWrapMode(Listing.LineWrapMode.WidgetWidth)  # nothing stands out of sight at the right
        self.listing.setAccessibleName(f"Source of {path.name}")
        self._highlighter = Highlighter(self.listing.document(), theme)
        self.sentence = words(f"{path}")
        self.sentence.setProperty("tone", "muted")
        self.warning = words()
        self.yes = QPushButton("Trust this file")
        self.yes.setAutoDefault(False)
        self.yes.clicked.connect(self._trust)
        self.no = QPushButton("Keep it locked")
        self.no.setDefault(True)
        self.no.clicked.connect(self.reject)
        self._lay_out()
        self._read()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.yes)
        buttons.addWidget(self.no)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(12)
        column.addWidget(self.warning)
        column.addWidget(self.sentence)
        column.addWidget(self.listing, 1)
        column.addLayout(buttons)

    def _read(self) -> None:
        try:
            self._content = trust.read(self._path)
        except trust.NotRead as error:
            self.warning.setText(str(error))
            self.yes.setEnabled(False)
            return
        self.listing.setPlainText(trust.shown(self._content))
        self.warning.setText(
            "This code runs when the drawing is read and when it is trained. It can do whatever you can do on this "
            "computer: read it, and trust it only if you know where it comes from. If it changes, it is locked again."
        )

    def _trust(self) -> None:
        try:
            trust.trust(self._content, self._path)
        except OSError as error:
            self.warning.setText(f"It could not be remembered that this file is trusted: {error.strerror or error}.")
            return
        self.accept()
