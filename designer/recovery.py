"""Offers the work that a crash left behind, and puts what the user wants of it back on the desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from designer.desk import Desk
from designer.session import Session
from graph.journal import Lost, recoverable
from graph.project import ProjectError

Choose = Callable[[Desk, Sequence[Lost]], "dict[int, str] | None"]
"""Asks the user: for each place in the list "recover" or "discard"; None to be asked again next time."""


def offer(desk: Desk, choose: Choose | None = None) -> None:
    """Ask about unsaved work, if there is any, and do what the user says."""
    lost = recoverable(desk.journals)
    if not lost:
        return
    answers = (choose or _ask)(desk, lost)
    for at, one in enumerate(lost):
        match (answers or {}).get(at):
            case "recover":
                recover(desk, one)
            case "discard":
                one.discard()
            case _:
                one.release()


def recover(desk: Desk, lost: Lost) -> bool:
    """Open one as it was after the last change that reached the disk; it is kept if that cannot be."""
    try:
        document = lost.document(desk.catalogue)
    except ProjectError:
        lost.release()
        return False
    session = Session(document, desk.journals, path=lost.path, dirty=True, name=lost.title)
    blank = next((window for window in desk.windows if window.session.blank), None)
    desk.recover(session, blank)
    lost.discard()
    return True


def _ask(desk: Desk, lost: Sequence[Lost]) -> dict[int, str] | None:
    from designer.dialogs.recovery import Recovery

    dialog = Recovery(lost, desk.theme, desk.windows[0] if desk.windows else None)
    dialog.exec()
    return dialog.answers()
