"""What this program is, and which versions it runs on."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

import PySide6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from designer import icons
from designer.panels.sections.section import words
from designer.theme import Theme


class About(QDialog):
    """Name, purpose, versions."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About Neuroloom")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(360)
        mark = QLabel()
        mark.setPixmap(icons.pixmap("logo", theme.accent, 48, self.devicePixelRatioF()))
        title = QLabel("Neuroloom")
        title.setFont(theme.font("title"))
        text = words("Draw a neural network, watch it learn, take the trained model away as readable PyTorch.")
        versions = words(versions_text(), "muted")
        versions.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 18)
        column.setSpacing(10)
        for widget in (mark, title, text, versions):
            column.addWidget(widget)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)


def versions_text() -> str:
    """The versions of what the program stands on; torch is asked of its package, not imported."""
    told = [f"Version {_version('neuroloom')}", f"Python {platform.python_version()}", f"PySide6 {PySide6.__version__}"]
    return " · ".join([*told, f"PyTorch {_version('torch')}"])


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
