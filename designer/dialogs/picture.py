"""Takes a picture of the drawing: what it shows, how it looks, and where it goes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from designer import pictures
from designer.dialogs.foot import foot
from designer.fields.choice import Choices
from designer.panels.sections.section import words
from designer.pictures import paper
from designer.session import Session
from designer.theme import Theme

FIGURES = {
    "drawing": "The whole drawing",
    "selection": "What is selected",
    "stacks": "Boxes in proportion",
    "columns": "Columns of neurons",
}
LOOKS: dict[str, str] = {"paper": "On white paper", "light": "Light", "dark": "Dark"}
SCALES = (1, 2, 3, 4)
FILTERS = {".svg": "SVG, sharp at any size (*.svg)", ".pdf": "PDF, for a paper (*.pdf)", ".png": "PNG image (*.png)"}


class PictureDialog(QDialog):
    """The dialog. `told` is the sentence at its foot."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Picture")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._theme = session, theme
        self._subject: pictures.Paintable | None = None
        self._make()
        self._lay_out()
        self._refresh()

    @property
    def wish(self) -> pictures.Wish:
        """What is chosen."""
        shown = self.figure.currentData()
        births = frozenset(self._session.level.selection.births) if shown == "selection" else None
        return pictures.Wish(
            figure="drawing" if shown == "selection" else shown,
            look=self.look.currentData(),
            births=births,
            legend=self.legend.isChecked() and self.legend.isEnabled(),
            ground=not self.clear.isChecked(),
            scale=float(self.scale.currentData()),
        )

    def copy(self) -> None:
        """Put the picture on the clipboard: as an image, as SVG and as PDF."""
        if self._subject is not None:
            wish = self.wish
            QGuiApplication.clipboard().setMimeData(paper.mime(self._subject, scale=wish.scale, ground=wish.ground))
            self._say("Copied, as an image, SVG and PDF.")

    def save(self, path: Path) -> None:
        """Write the picture; the name's ending says as what."""
        if self._subject is None:
            return
        try:
            path.write_bytes(pictures.data(self._subject, path.suffix.lower(), self.wish))
        except OSError as error:
            self._say(f"{path} could not be written: {error.strerror or error}.", "error")
        else:
            self._say(f"Drew {path.name}.")

    # --- what is shown

    def _refresh(self) -> None:
        """Draw it anew, or say why there is none."""
        self.legend.setEnabled(self.figure.currentData() in ("drawing", "selection"))
        level = self._session.level
        try:
            self._subject = pictures.subject(level.document, level.reading, self.wish)
        except pictures.NoFigureError as error:
            self._subject = None
            self._say(str(error), "warning")
        else:
            self._say(self._size_words(self._subject))
        for button in (self.copy_button, self.save_button):
            button.setEnabled(self._subject is not None)
        self.preview.show_subject(self._subject, ground=not self.clear.isChecked())

    def _size_words(self, subject: pictures.Paintable) -> str:
        area, scale = subject.area.toAlignedRect(), self.wish.scale
        return f"As PNG {round(area.width() * scale)} × {round(area.height() * scale)} pixels."

    def _say(self, sentence: str, tone: str = "") -> None:
        self.told.setProperty("tone", tone)
        self.told.style().polish(self.told)
        self.told.setText(sentence)

    # --- building

    def _make(self) -> None:
        self.preview = Preview()
        self.figure, self.look, self.scale = (Choices(self._theme) for _ in range(3))
        selected = bool(self._session.level.selection.births)
        for key, title in FIGURES.items():
            if key != "selection" or selected:
                self.figure.addItem(title, key)
        self.figure.setCurrentIndex(max(self.figure.findData("selection"), 0))
        for key, title in LOOKS.items():
            self.look.addItem(title, key)
        for scale in SCALES:
            self.scale.addItem(f"{scale}×", scale)
        self.scale.setCurrentIndex(1)
        self.legend = QCheckBox("Legend of the signs")
        self.clear = QCheckBox("Nothing behind it")
        for choice in (self.figure, self.look, self.scale):
            choice.currentIndexChanged.connect(self._refresh)
        for box in (self.legend, self.clear):
            box.toggled.connect(self._refresh)
        self.told = words()
        self.told.setMinimumHeight(48)
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.copy_button = QPushButton("Copy")
        self.copy_button.clicked.connect(self.copy)
        self.save_button = QPushButton("Save as…")
        self.save_button.clicked.connect(self._ask)
        self.save_button.setDefault(True)
        self.close_button = QPushButton("Close")
        self.close_button.clicked.connect(self.reject)

    def _lay_out(self) -> None:
        rows = QGridLayout()
        rows.setVerticalSpacing(10)
        for row, (name, field) in enumerate((("Shows", self.figure), ("Look", self.look), ("Size as PNG", self.scale))):
            label = QLabel(name)
            label.setBuddy(field)
            field.setAccessibleName(name)
            rows.addWidget(label, row, 0)
            rows.addWidget(field, row, 1)
        rows.addWidget(self.legend, 3, 1)
        rows.addWidget(self.clear, 4, 1)
        side = QVBoxLayout()
        side.addLayout(rows)
        side.addWidget(self.told)
        side.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(20)
        top.addWidget(self.preview, 1)
        top.addLayout(side)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 20)
        column.setSpacing(16)
        column.addLayout(top, 1)
        column.addLayout(foot(self.close_button, self.copy_button, self.save_button))
        self.resize(880, 480)

    def _ask(self) -> None:
        proposed = (self._session.base or Path.home()) / f"{self._session.name}.svg"
        chosen, used = QFileDialog.getSaveFileName(self, "Save the picture", str(proposed), ";;".join(FILTERS.values()))
        if chosen:
            path = Path(chosen)
            ending = next((ending for ending, words in FILTERS.items() if words == used), ".svg")
            self.save(path if path.suffix.lower() in pictures.SUFFIXES else path.with_name(path.name + ending))


class Preview(QWidget):
    """The picture as large as there is room; nothing where there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(360, 280)
        self.setAccessibleName("Preview of the picture")
        self._subject: pictures.Paintable | None = None
        self._ground = True
        self._kept: QImage | None = None

    def show_subject(self, subject: pictures.Paintable | None, *, ground: bool) -> None:
        self._subject, self._ground, self._kept = subject, ground, None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._subject is None:
            return
        area = QRectF(self._subject.area.toAlignedRect())
        scale = min(self.width() / area.width(), self.height() / area.height(), 1.0)
        ratio = self.devicePixelRatioF()
        if self._kept is None or self._kept.width() != round(area.width() * scale * ratio):
            self._kept = paper.image(self._subject, scale=scale * ratio, ground=self._ground)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = area.size() * scale
        corner = QPointF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2)
        painter.drawImage(QRectF(corner, size), self._kept)
        painter.end()
