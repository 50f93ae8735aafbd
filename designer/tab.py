"""One drawing that is open in a window: its session, the run that it watches, the page that its canvas stands on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from designer.block_files import Shelf
from designer.canvas.view import View
from designer.neurons import type_weight
from designer.news import News
from designer.page import Page
from designer.session import Session
from designer.source import LiveSource
from designer.training import Training
from designer.using import look_at_values

if TYPE_CHECKING:
    from designer.window import Window


class Tab(QObject):
    """Only while it is shown it has a canvas; its banner, its training and its journal go on without.

    `told`: its name, whether it was changed or how its training stands reads otherwise now. `entered`: another level
    of it is looked at. `watching` carries the run that is watched from now on, or None.
    """

    told = Signal()
    entered = Signal()
    watching = Signal(object)

    def __init__(self, session: Session, window: Window) -> None:
        super().__init__()
        self.session, self.window = session, window
        self.training = Training(session, self)
        self.page = Page(window.shell.theme, window.shell.manner)
        self.source = LiveSource(session.reading, session.bridge, self)
        self.starting = False
        """The start page stands in front of the canvas."""
        self.news = News(self)
        self.page.crumbs.wanted.connect(session.leave)
        session.bridge.history_changed.connect(self._tell)
        session.renamed.connect(self._tell)
        session.entered.connect(self._enter)
        self.training.changed.connect(self._tell)
        self.training.switched.connect(self.watching)
        window.shell.inquiry.attend(session)

    @property
    def view(self) -> View:
        """Its canvas; there is one while it is shown."""
        assert self.page.view is not None
        return self.page.view

    @property
    def tip(self) -> str:
        """What a tab cannot hold: where the drawing lies, and that it is trained."""
        lines = [str(self.session.path.absolute()) if self.session.path else f"{self.session.name}, not saved yet"]
        run, status = self.training.run, self.training.status
        if run is not None and status is not None and status.state.lives:
            lines.append(f"{run.name}: epoch {status.epoch} of {status.epochs}" if status.epochs else run.name)
        return "\n".join(lines)

    def show(self) -> None:
        """Make a canvas for the level that is looked at."""
        window, view = self.window, self.page.show_level(self.session.level)
        view.weight_typed.connect(partial(type_weight, window))
        view.overlays.asked.connect(window.reference.open)
        view.overlays.offered.connect(window.take_up)
        view.looking.connect(partial(look_at_values, window))
        view.entering.connect(lambda born: self.session.enter((*self.session.level.path, born)))
        view.leaving.connect(self.session.leave)
        view.commands.bring = window.shell.block_files.bring
        view.overlays.search.catalogue = Shelf(self.session.document.catalogue, window.shell.block_files)
        view.overlays.finder.habits = window.shell.habits
        self._show_way()

    def hide(self) -> None:
        """Let the canvas go; what it showed, and where, is shown again the next time."""
        self.page.close_scene()

    def close(self) -> None:
        """The user is done with the drawing."""
        self.hide()
        self.training.release()
        self.news.close()
        self.page.deleteLater()
        self.window.shell.inquiry.dismiss(self.session)
        self.session.close()
        self.session.deleteLater()
        self.deleteLater()

    def _enter(self) -> None:
        if self.page.view is None:
            return
        focus = self.window.focusWidget()
        focused = self.view.hasFocus() or (focus is not None and self.page.crumbs.isAncestorOf(focus))
        self.show()
        self.entered.emit()
        if focused:
            self.view.setFocus()

    def _tell(self, *_: object) -> None:
        self._show_way()
        self.told.emit()

    def _show_way(self) -> None:
        self.page.crumbs.show_way(self.session.name, self.session.level.crumbs())
