"""The end of a test with windows."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from designer.app import Application


def close_all(application: Application) -> None:
    """Close all windows, which ask about no changes; what trains is stopped."""
    for window in list(application.windows):
        for tab in window.tabs:
            tab.training.stop()
            tab.session.history.mark_saved()
        window.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
