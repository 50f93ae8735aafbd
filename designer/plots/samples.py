"""The dock of pictures: what the network makes of the same rows, epoch for epoch, while it learns and later."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QStackedLayout, QVBoxLayout, QWidget

from designer.plots.sheet import Sheet
from designer.runner import Runner
from designer.theme import Theme
from runtime.runs import Run
from runtime.samples import Samples
from runtime.tail import News

EMPTY = "What a network makes of its rows is shown here while it learns: pictures, masks, points of a plane."
NOTHING = "The answers of this network are no pictures, masks or points: there is nothing to see here."
SOON = "The first pictures come at the end of the first epoch."


class SamplesPanel(QWidget):
    """Shows one run: the newest epoch, or the one that the slider stands at. It reads files only while it is seen."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._run: Run | None = None
        self._runner: Runner | None = None
        self._held: Samples | None = None
        self._epochs: list[int] = []
        self._read = -1
        self._build()
        theme.changed.connect(self._dress)
        self._dress()
        self._tell()

    def _build(self) -> None:
        self.message = QLabel(EMPTY, alignment=Qt.AlignmentFlag.AlignCenter)
        self.message.setWordWrap(True)
        self.sheet = Sheet(self._theme)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 0)
        self.slider.setAccessibleName("Epoch")
        self.slider.setToolTip("Go back to earlier epochs; at the right end the newest one is followed")
        self.slider.setMaximumWidth(360)
        self.slider.valueChanged.connect(lambda _: self._show())
        self.where = QLabel()
        self.where.setMinimumWidth(110)
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 8, 12, 4)
        bar.setSpacing(10)
        bar.addWidget(self.slider, 1)
        bar.addWidget(self.where)
        bar.addStretch(1)
        filled = QWidget()
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.sheet, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.message)
        self._stack.addWidget(filled)

    def show_run(self, run: Run | None) -> None:
        """Another run is looked at from now on."""
        self.stop()
        self._run, self._held, self._epochs, self._read = run, Samples(run.path) if run else None, [], -1
        if run is not None:
            self._runner = Runner(run, self)
            self._runner.news.connect(self._take)
            self._runner.start()
        self.look()

    def stop(self) -> None:
        """Follows nothing any more; call it before the window closes."""
        if self._runner is not None:
            self._runner.stop()
            self._runner.deleteLater()
            self._runner = None

    def _take(self, news: News) -> None:
        if self.isVisible() and (news.epochs or news.events or news.restarted or news.cut is not None):
            self.look()

    def showEvent(self, event: object) -> None:
        self.look()

    def look(self) -> None:
        """Looks for new epochs; follows the newest unless the slider stands at an earlier one."""
        if self._held is None:
            self._tell()
            return
        follows = self.slider.value() == self.slider.maximum()
        if not self._held.shown():
            self._held = Samples(self._held.folder.parent)
        self.sheet.shown, self._epochs = self._held.shown(), self._held.epochs()
        at = self.slider.value()
        self.slider.blockSignals(True)
        self.slider.setRange(0, max(0, len(self._epochs) - 1))
        self.slider.setValue(self.slider.maximum() if follows else at)
        self.slider.blockSignals(False)
        self._show()
        self._tell()

    def _show(self) -> None:
        if not self._epochs or self._held is None:
            return
        epoch = self._epochs[min(self.slider.value(), len(self._epochs) - 1)]
        self.where.setText(f"Epoch {epoch:,}")
        if epoch != self._read:
            self.sheet.given, self.sheet.came = self._held.given(), self._held.after(epoch)
            self._read = epoch
        self.sheet.update()

    def _tell(self) -> None:
        self._stack.setCurrentIndex(1 if self._epochs else 0)
        if self._run is None or self._held is None:
            self.message.setText(EMPTY)
        elif self._held.shown():
            self.message.setText(SOON)
        else:
            self.message.setText(SOON if self._run.status().state.lives and not self._run.epochs() else NOTHING)

    def _dress(self) -> None:
        theme = self._theme
        for label in (self.message, self.where):
            label.setFont(theme.font("base" if label is self.message else "secondary"))
            label.setStyleSheet(f"color: {theme.muted.name()};")
        self.message.setStyleSheet(f"color: {theme.muted.name()}; padding: 24px;")
        self.setPalette(theme.palette())
        self.sheet.update()
