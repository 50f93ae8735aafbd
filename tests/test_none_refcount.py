"""PySide6 6.12.0 on Python 3.11 lost one reference to None at every call that returns nothing, and then aborted."""

import sys

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QTransform

CALLS = 1000


def test_calls_that_return_nothing_leave_none_alone():
    timer, parent = QTimer(), QObject()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        timer.setInterval(5)
        timer.stop()
        timer.setParent(parent)
        QTransform().reset()
    assert abs(sys.getrefcount(None) - before) < CALLS // 10
