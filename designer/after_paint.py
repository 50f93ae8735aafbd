"""Lets what is heavy wait until something can be seen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

LATEST = 250
"""Milliseconds after which it is done even if the widget was never painted: behind the start page, or minimised."""


class AfterPaint(QObject):
    """Calls once, after a widget has been painted for the first time; never after the widget has gone."""

    def __init__(self, widget: QWidget, then: Callable[[], object]) -> None:
        super().__init__(widget)
        self._widget, self._then = widget, then
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._call)
        self._timer.start(LATEST)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._widget.removeEventFilter(self)
            self._timer.start(0)  # the paint itself comes after this look at it
        return False

    def _call(self) -> None:
        self._widget.removeEventFilter(self)
        self._then()
        self.deleteLater()
