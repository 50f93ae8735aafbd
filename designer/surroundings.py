"""What stands around the canvas for one session: panels, run bar, and the wires between them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout

from designer.panels.code import Code
from designer.panels.inspector import Inspector
from designer.panels.palette import Palette
from designer.panels.problems import Problems
from designer.panels.runbar import RunBar
from designer.panels.runs import Runs
from designer.plots.curves import Curves
from designer.source import LiveSource
from graph import queries
from runtime.protocol import Failure, State, Status
from runtime.runs import Run, runs_of

if TYPE_CHECKING:
    from designer.window import Window


class Surroundings:
    """The panels of one session; made anew when the window shows another one."""

    def __init__(self, window: Window) -> None:
        self._window = window
        session, theme = window.session, window.theme
        self.source = LiveSource(session.document, session.reading, session.bridge, window)
        self.palette = Palette(window.desk.catalogue, theme, window.desk.preferences.closed_families)
        self.inspector = Inspector(session, self.source, theme)
        self.problems = Problems(
            session.document, session.reading, session.history, session.bridge, session.selection, theme
        )
        self.code = Code(self.source, session.selection, theme)
        self.curves = Curves(theme)
        self.runs = Runs(theme)
        self._ticked: list[Run] = []
        self._bar: RunBar | None = None
        self._row: QHBoxLayout | None = None
        for name in ("palette", "inspector", "problems", "code", "curves", "runs"):
            window.docks.fill(name, getattr(self, name))
        self._connect()
        self._watch_runs()

    def add_run_bar(self, row: QHBoxLayout) -> None:
        """Put the run bar into the row above the canvas."""
        self._row = row
        self._bar = RunBar(self._window.training, self._window.theme)
        row.addWidget(self._bar)

    def release(self) -> None:
        """Follow nothing any longer; the widgets go with their docks."""
        self.curves.stop()
        self.source.deleteLater()
        if self._bar is not None:
            self._bar.deleteLater()

    def _connect(self) -> None:
        window = self._window
        self.palette.chosen.connect(self.add)
        self.palette.folded.connect(lambda closed: setattr(window.desk.preferences, "closed_families", closed))
        self.inspector.refused.connect(window.say)
        self.problems.jump.connect(window.jump)
        self.problems.counted.connect(self._count)
        self._count(len(self.problems.shown))
        self.runs.compared.connect(self._compare)
        self.runs.opened.connect(self._open_run)
        self.runs.resumed.connect(window.training.resume)
        window.training.switched.connect(self._switch)
        window.training.changed.connect(self._tell)
        window.training.failed.connect(self._fail)
        window.session.renamed.connect(lambda: self.runs.set_project(window.session.path))

    def add(self, kind: str) -> None:
        """Add a node: behind the selected one and wired to it where that can be, else in the middle of the view."""
        window, session = self._window, self._window.session
        window.show_canvas()
        chosen, commands = session.selection.single, window.view.commands
        if chosen is None:
            commands.add(kind, window.view.camera.pointed(None))
        else:
            commands.add(kind, commands.behind(chosen), then=partial(self._join, chosen))
        window.view.camera.reveal(session.selection.births)

    def _join(self, source: str, target: str) -> None:
        from graph import edits

        document = self._window.session.document
        for output in queries.ports_out(document, source):
            for port in queries.ports_in(document, target):
                free = not document.wires_into(target, port.name)
                if free and queries.why_not(document, source, output.name, target, port.name) is None:
                    edits.connect(document, source, output.name, target, port.name)
                    return

    def _count(self, number: int) -> None:
        self._window.docks.name("problems", f"Problems {number}" if number else "Problems")

    # --- runs

    def _watch_runs(self) -> None:
        """Take up the run that still trains, or show the newest one of this drawing."""
        path = self._window.session.path
        self.runs.set_project(path)
        found = runs_of(path) if path else []
        living = [run for run in found if run.status().state.lives]
        if found:
            self._window.training.watch((living or found)[-1])

    def _switch(self, run: Run | None) -> None:
        self._show_curves()
        self.runs.refresh()
        if run is not None and self._window.training.lives:
            self._window.docks.show("curves")

    def _compare(self, runs: list[Run]) -> None:
        self._ticked = runs
        self._show_curves()

    def _show_curves(self) -> None:
        watched = self._window.training.run
        self.curves.show_runs(list(dict.fromkeys([*([watched] if watched else []), *self._ticked])))

    def _open_run(self, run: Run) -> None:
        try:
            self._window.desk.begin(run.project_text(), run.name)
        except OSError as error:
            self._window.say(f"The drawing of {run.name} could not be read: {error.strerror or error}.")

    def _tell(self, status: Status) -> None:
        run, training, banner = self._window.training.run, self._window.training, self._window.banner
        self._window.menus.refresh()
        if status.state is State.LOST and run is not None:
            if run.can_resume:
                banner.say(
                    f"The training was cut off in epoch {status.epoch}: its process is gone. Nothing of the drawing "
                    "is lost, and it can go on from its last checkpoint.",
                    level="warning",
                    offer=("Resume", partial(training.resume, run)),
                )
            else:
                banner.say("The training was cut off before its first checkpoint. Train again.", level="warning")
        elif status.state.lives:
            banner.hide()

    def _fail(self, failure: Failure) -> None:
        window, born = self._window, failure.node or ""
        shown = window.session.document.has_node(born)
        offer = ("Show the node", partial(self._show_node, born)) if shown else None
        window.banner.say(failure.message, level="error", offer=offer)

    def _show_node(self, born: str) -> None:
        self._window.session.selection.set([born])
        self._window.jump(born)
