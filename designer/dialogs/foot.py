"""The row of buttons at the foot of a dialog: what stops on the left, what closes and what goes on at the right."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton


def foot(left: QPushButton, *right: QPushButton) -> QHBoxLayout:
    """The buttons in a row."""
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(left)
    row.addStretch(1)
    for button in right:
        row.addWidget(button)
    return row
