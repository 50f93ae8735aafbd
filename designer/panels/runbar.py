"""The run bar: train, pause, stop, how far it is, what is left, and where it runs."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from designer import icons, key_names
from designer.numbers import time_text
from designer.theme import Theme
from designer.training import Training
from runtime.protocol import State, Status

ICON = 14
READING = "Reading the drawing…"
UNREAD = "The drawing is still being read: it can be trained in a moment"


class RunBar(QWidget):
    """Follows a window's training. All its buttons do what the actions of the Run menu do."""

    def __init__(self, training: Training, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.training, self.theme = training, theme
        self.setObjectName("runbar")
        self.train = QPushButton("Train")
        self.train.setProperty("role", "primary")
        self.train.setIconSize(QSize(ICON, ICON))
        self.train.clicked.connect(lambda _: training.start())
        self.hold = self._button("Pause", "Pause", self._pause_or_go_on)
        self.halt = self._button("Stop", "Stop", training.stop)
        self.words = QLabel()
        self.bar = Progress(theme)
        self.place = QLabel()
        self._lay_out()
        training.changed.connect(lambda _: self.refresh())
        training.session.bridge.waiting.connect(self.refresh)
        training.switched.connect(lambda _: self.refresh())
        theme.changed.connect(self.refresh)
        self.refresh()

    def _button(self, name: str, tip: str, wish: object) -> QToolButton:
        button = QToolButton(self)
        button.setText(name)
        button.setAccessibleName(name)
        button.setToolTip(tip)
        button.setIconSize(QSize(ICON, ICON))
        button.setMinimumHeight(28)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _: wish())  # type: ignore[operator]  # a bound method of Training
        return button

    def _lay_out(self) -> None:
        middle = QVBoxLayout()
        middle.setSpacing(4)
        middle.addStretch()
        middle.addWidget(self.words)
        middle.addWidget(self.bar)
        middle.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 12, 4)
        row.setSpacing(6)
        for widget in (self.train, self.hold, self.halt):
            row.addWidget(widget)
        row.addSpacing(6)
        row.addLayout(middle)
        row.addSpacing(8)
        row.addWidget(self.place)
        self.words.setFixedWidth(self.fontMetrics().horizontalAdvance("epoch 000 of 000 · 00:00:00 left  "))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def _pause_or_go_on(self) -> None:
        status = self.training.status
        if status and status.state is State.TRAINING:
            self.training.pause()
        else:
            self.training.go_on()

    def refresh(self) -> None:
        """Show where the run stands now."""
        status, run = self.training.status, self.training.run
        paused = status is not None and status.state is State.PAUSED
        again = not self.training.lives and run is not None and run.can_resume
        reading = self.training.session.reading.under_way
        self.train.setEnabled(not self.training.lives and not reading)
        self.hold.setEnabled(again or (status is not None and status.state in (State.TRAINING, State.PAUSED)))
        self.halt.setEnabled(self.training.lives)
        name = "Go on" if paused else "Resume" if again else "Pause"
        self.hold.setAccessibleName(name)
        key_names.set_tip(self.train, UNREAD if reading else "Train this drawing", "train")
        key_names.set_tip(self.hold, {"Pause": "Hold still after this step"}.get(name, name), "pause")
        key_names.set_tip(self.halt, "Write a checkpoint and end", "stop")
        self._paint_buttons("play" if paused or again else "pause")
        self.words.setText(READING if reading and not self.training.lives else words(status))
        self.bar.show_part(status.step / status.steps if status and status.steps else 0.0, status)
        self.place.setText(place(status))
        self.place.setVisible(bool(self.place.text()))

    def _paint_buttons(self, hold: str) -> None:
        colour, faint = self.theme.text, self.theme.faint
        self.train.setIcon(icons.icon("play", self.theme.on_accent, faint))
        self.hold.setIcon(icons.icon(hold, colour, faint))
        self.halt.setIcon(icons.icon("stop", colour, faint))


class Progress(QWidget):
    """A thin line that fills up."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme, self.part, self.colour = theme, 0.0, theme.accent
        self.setFixedHeight(4)
        self.setAccessibleName("Progress")

    def show_part(self, part: float, status: Status | None) -> None:
        state = status.state if status else None
        wrong, done = state in (State.FAILED, State.LOST), state is State.FINISHED
        self.colour = self.theme.error if wrong else self.theme.good if done else self.theme.accent
        self.part = 1.0 if done else min(max(part, 0.0), 1.0)
        self.setAccessibleDescription(f"{self.part:.0%}")
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for width, colour in ((1.0, self.theme.line), (self.part, self.colour)):
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(0, 0, self.width() * width, self.height()), 2, 2)


def words(status: Status | None) -> str:
    """Where a run stands, in a few words."""
    if status is None:
        return "Not trained yet"
    far = f"epoch {status.epoch} of {status.epochs}" if status.epochs else ""
    match status.state:
        case State.QUEUED:
            return "Queued"
        case State.STARTING:
            return "Starting…"
        case State.TRAINING:
            left = f" · {time_text(max(1, round(status.seconds_left)))} left" if status.seconds_left is not None else ""
            return far + left
        case State.PAUSED:
            return f"Paused · {far}"
        case State.FINISHED:
            return f"Finished · {far.removeprefix('epoch ')} epochs" if status.epoch < status.epochs else "Finished"
        case State.STOPPED:
            return f"Stopped · {far}"
        case State.FAILED:
            return f"Failed · {far}" if far else "Failed"
        case State.LOST:
            return f"Cut off · {far}"


def place(status: Status | None) -> str:
    """The device and the memory that the training holds there."""
    if status is None or not status.device:
        return ""
    size = f" · {status.memory / 2**30:.1f} GB" if status.memory else ""
    return f"{status.device.upper() if len(status.device) <= 6 else status.device}{size}"
