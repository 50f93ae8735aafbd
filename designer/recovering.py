"""Offers work that a crash left behind, and opens what is wanted of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from designer.session import Session
from graph import project
from graph.document import Document
from graph.journal import Lost, recoverable
from graph.project import ProjectError

if TYPE_CHECKING:
    from designer.app import Application
    from designer.tab import Tab


def offer_recovery(application: Application) -> None:
    """Ask what is to become of work that was lost, if there is any."""
    lost = recoverable(application.journals)
    if not lost:
        return
    from designer.dialogs.recovery import RecoveryDialog

    dialog = RecoveryDialog(lost, application.theme, application.windows[0] if application.windows else None)
    dialog.recovered.connect(partial(_recover, application))
    dialog.exec()


def _recover(application: Application, lost: Lost) -> None:
    try:
        document = lost.document(application.catalogue)
    except ProjectError:
        lost.release()
        return
    place = _place_for(application, lost, document)
    run = place.training.run if place else None
    session = Session(document, application.journals, path=lost.path, dirty=True)
    tab = place.window.tabs.replace(place, session) if place else application.show(session)
    if run is not None:
        tab.training.watch(run)
    if session.journal.trouble is None:
        lost.discard()
    else:
        lost.release()


def _place_for(application: Application, lost: Lost, document: Document) -> Tab | None:
    """The tab that recovered work belongs into: that of its file or of its training, else a blank one."""
    calm = [tab for tab in application.tabs if not tab.session.modified]
    own = application.tab_of(lost.path)
    if own is not None:
        return own if own in calm else None
    drawn = project.write(document)
    for tab in calm:
        run = tab.training.run
        if run is not None and lost.path is None and run.job.project is None and run.project_text() == drawn:
            return tab
    return next((tab for tab in calm if tab.session.blank), None)
