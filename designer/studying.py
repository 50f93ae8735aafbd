"""The studies that a window offers: each opens its dialog, or says why it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.study import why_not

if TYPE_CHECKING:
    from designer.window import Window

UNRATED = "No optimizer here has a learning rate that could be tested."


def find_rate(window: Window, optimizer: str = "") -> None:
    """Opens the range test of an optimizer; without its birth name that of the selected one, else of the first."""
    from designer.dialogs.rate import RateDialog, rated

    why = why_not(window.session) or (None if rated(window.session) else UNRATED)
    if why:
        window.say(why)
        return
    born = optimizer or (window.session.selection.single or "")
    RateDialog(window.session, window.training.run, window.shell.theme, born, window.page).show()


def cross_validate(window: Window) -> None:
    """Opens the cross-validation of the drawing."""
    from designer.dialogs.folds import FoldsDialog

    why = why_not(window.session)
    if why:
        window.say(why)
        return
    FoldsDialog(window.session, window.shell.theme, window.page).show()
