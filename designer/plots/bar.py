"""The row of controls above the curves: what the axis counts, log scale, smoothing, fit."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from designer.plots.scale import Unit
from designer.theme import Theme

SMOOTHINGS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
"""Over how many steps one can smooth; the first is not at all."""

UNITS = {
    Unit.STEP: ("Steps", "Count steps along the axis"),
    Unit.EPOCH: ("Epochs", "Count epochs along the axis"),
    Unit.TIME: ("Time", "Show the time of training along the axis, pauses left out"),
}


class Bar(QWidget):
    """Tells what the user wants to see; knows nothing of curves."""

    unit_chosen = Signal(object)
    log_chosen = Signal(bool)
    smoothing_chosen = Signal(float)
    fit_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 4)
        row.setSpacing(0)
        self.units = self._make_units(row)
        row.addSpacing(12)
        self.log = self._button("Log", "Logarithmic values: small losses stay readable", row)
        self.log.setCheckable(True)
        self.log.toggled.connect(self.log_chosen)
        row.addSpacing(16)
        self._make_smoothing(row)
        row.addStretch(1)
        self.fit = self._button("Fit", "Show all of the curves and follow them again (double click, Home)", row)
        self.fit.clicked.connect(self.fit_wanted)
        theme.changed.connect(self._dress)
        self._dress()

    def _make_units(self, row: QHBoxLayout) -> dict[Unit, QToolButton]:
        group = QButtonGroup(self)
        made = {}
        for place, (unit, (name, tip)) in enumerate(UNITS.items()):
            button = self._button(name, tip, row)
            button.setCheckable(True)
            button.setChecked(unit is Unit.STEP)
            button.setProperty("place", ("first", "middle", "last")[place])
            button.clicked.connect(lambda _=False, chosen=unit: self.unit_chosen.emit(chosen))
            group.addButton(button)
            made[unit] = button
        return made

    def _make_smoothing(self, row: QHBoxLayout) -> None:
        label = QLabel("Smoothing")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, len(SMOOTHINGS) - 1)
        self.slider.setPageStep(1)
        self.slider.setFixedWidth(120)
        self.slider.setToolTip("Draws the mean of the last steps over the raw line")
        self.slider.setAccessibleName("Smoothing")
        label.setBuddy(self.slider)
        self.amount = QLabel()
        self.amount.setMinimumWidth(88)  # nothing moves when the text grows
        self.slider.valueChanged.connect(self._smooth)
        for widget in (label, self.slider, self.amount):
            row.addWidget(widget)
            row.addSpacing(8)
        self.amount.setText(smoothing_text(1))

    def _smooth(self, place: int) -> None:
        self.amount.setText(smoothing_text(SMOOTHINGS[place]))
        self.smoothing_chosen.emit(float(SMOOTHINGS[place]))

    def set_smoothing(self, steps: float) -> None:
        """Moves the slider to the nearest choice."""
        nearest = min(range(len(SMOOTHINGS)), key=lambda place: abs(SMOOTHINGS[place] - steps))
        self.slider.setValue(nearest)

    def _button(self, text: str, tip: str, row: QHBoxLayout) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        button.setAutoRaise(False)
        row.addWidget(button)
        return button

    def _dress(self) -> None:
        theme = self._theme
        for child in self.findChildren(QWidget):  # a style sheet keeps fonts from being passed down
            child.setFont(theme.font("secondary"))
        self.setStyleSheet(f"""
            QLabel {{ color: {theme.muted.name()}; }}
            QToolButton {{ color: {theme.muted.name()}; background: {theme.panel.name()};
                border: 1px solid {theme.line.name()}; border-radius: 7px; padding: 3px 10px; }}
            QToolButton[place="first"] {{ border-top-right-radius: 0; border-bottom-right-radius: 0; }}
            QToolButton[place="middle"] {{ border-radius: 0; border-left: none; border-right: none; }}
            QToolButton[place="last"] {{ border-top-left-radius: 0; border-bottom-left-radius: 0; }}
            QToolButton:hover {{ color: {theme.text.name()}; }}
            QToolButton:checked {{ color: {theme.text.name()}; background: {theme.raised.name()}; }}
            QToolButton:focus {{ border-color: {theme.accent.name()}; }}
            QToolButton:disabled {{ color: {theme.faint.name()}; }}""")


def smoothing_text(steps: float) -> str:
    """Says how much is smoothed."""
    return "off" if steps <= 1 else f"over {steps:,.0f} steps"
