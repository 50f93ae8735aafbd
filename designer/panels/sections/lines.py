"""The lines of `model.py` that a node becomes."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPalette, QTextOption
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QTextEdit, QVBoxLayout, QWidget

from designer.source import LiveSource
from designer.theme import Theme


class Lines(QFrame):
    """The node's own lines, without the rest of the file."""

    def __init__(self, source: LiveSource, theme: Theme, born: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source, self._born = source, born
        self.setProperty("role", "box")
        name = QLabel("model.py")
        name.setFont(theme.font("secondary"))
        name.setProperty("tone", "muted")
        self.text = Code(theme)
        box = QVBoxLayout(self)
        box.setContentsMargins(10, 8, 10, 8)
        box.addWidget(name)
        box.addWidget(self.text)

    def refresh(self) -> None:
        lines = self._source.lines(self._born)
        if lines != self.text.toPlainText():
            self.text.setPlainText(lines)
        self.setVisible(bool(lines))


class Code(QTextEdit):
    """Source to read and to select, as tall as it is: a name that is longer than the panel is wide breaks anywhere."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(theme.font("code"))
        self.setAccessibleName("Lines of model.py")
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        for set_policy in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            set_policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.setPalette(palette)
        self.viewport().setAutoFillBackground(False)
        self.setStyleSheet("background: transparent; padding: 0")
        self.document().setDocumentMargin(0)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(0, round(self.document().size().height()) + 1)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()
