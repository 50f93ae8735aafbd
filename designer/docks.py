"""The panels around the canvas: what stands where, what is shown, and what the user has moved."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QWidget

from designer.block_files import Shelf
from designer.panels.inspector import Inspector
from designer.panels.palette import Palette
from designer.source import LiveSource
from designer.studying import find_rate
from designer.using import train_from, try_out
from graph import edits, queries

if TYPE_CHECKING:
    from designer.panels.code import Code
    from designer.plots.curves import Curves
    from designer.plots.samples import SamplesPanel
    from designer.window import Window
    from runtime.runs import Run

Area = Qt.DockWidgetArea
TITLES = {
    "palette": ("Kinds", Area.LeftDockWidgetArea),
    "inspector": ("Inspector", Area.RightDockWidgetArea),
    "curves": ("Curves", Area.BottomDockWidgetArea),
    "samples": ("Pictures", Area.BottomDockWidgetArea),
    "problems": ("Problems", Area.BottomDockWidgetArea),
    "code": ("Code", Area.BottomDockWidgetArea),
    "runs": ("Runs", Area.BottomDockWidgetArea),
}
BOTTOM = ("curves", "samples", "problems", "code", "runs")
SIDE_WIDTHS = {"palette": 248, "inspector": 340}
BOTTOM_HEIGHT = 272


class Docks:
    """The panels of one window. Their content belongs to a session and is made anew for each."""

    def __init__(self, window: Window) -> None:
        self.window = window
        window.setCorner(Qt.Corner.BottomLeftCorner, Area.LeftDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, Area.RightDockWidgetArea)
        self.docks = {name: self._dock(name, *TITLES[name]) for name in TITLES}
        self.only_canvas = False
        self._seen = False
        self._hidden_state = window.saveState()
        self.curves: Curves | None = None
        self.samples: SamplesPanel | None = None
        self.code: Code | None = None
        self.restore()

    def _dock(self, name: str, title: str, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self.window)
        dock.setObjectName(name)
        dock.setTitleBarWidget(QWidget(dock))  # the tab, or the panel itself, says what it is
        self.window.addDockWidget(area, dock)
        return dock

    # --- content

    def fill(self) -> None:
        """The panels that are seen at once; those below follow after the first paint."""
        window, shell = self.window, self.window.shell
        self.source = LiveSource(window.session.reading, window.session.bridge, window.session)
        shelf, closed = Shelf(window.session.document.catalogue, shell.block_files), shell.preferences.closed_families
        self.palette = palette = Palette(shelf, shell.theme, closed, filled=self._seen)
        window.session.bridge.patched.connect(palette.look_again)
        palette.chosen.connect(lambda kind: window.view.commands.add(kind))
        palette.asked.connect(window.reference.open)
        palette.folded.connect(self._remember_families)
        palette.offers = self._offers
        self._put("palette", palette)
        self._put("inspector", self._make_inspector())

    def _offers(self, name: str) -> tuple[str, Callable[[], object]] | None:
        """What can be done with a block in the list beside adding it: take it out of the drawing or of the library."""
        window = self.window
        block = window.session.document.find_block(name)
        if block is not None:
            verb = partial(edits.remove_block, window.session.document, block.born)
            return "Remove from the drawing", partial(window.scene.attempt, "Remove the block", verb)
        if window.shell.block_files.is_own(name):
            return "Remove from the library", partial(self._forget, name)
        return None

    def _forget(self, name: str) -> None:
        self.window.shell.block_files.forget(name)
        self.palette.look_again()

    def _make_inspector(self) -> Inspector:
        window = self.window
        inspector = Inspector(window.session.level, self.source, window.shell.theme)
        inspector.refused.connect(window.say)
        inspector.offered.connect(window.take_up)
        inspector.asked.connect(window.reference.open)
        inspector.sought.connect(lambda born: find_rate(window, born))
        inspector.entered.connect(lambda born: window.session.enter((*window.session.level.path, born)))
        return inspector

    def show_level(self) -> None:
        """Another level of the drawing is looked at."""
        document = self.window.session.level.document
        self.palette.show_for(lambda kind: queries.why_not_here(document, kind) is None)
        self._put("inspector", self._make_inspector())
        if self.code is not None:  # the panels below have been made
            self._put("problems", self._make_problems())
            self._follow_level(self.code)

    def fill_below(self) -> None:
        """Curves, pictures, problems, code and runs; and the kinds, if the palette still lacks them."""
        self._seen = True
        self.window.shell.block_files.load()
        if self.palette.filled:
            self.palette.look_again()
        else:
            self.palette.fill()
        self._put("curves", self._make_curves())
        self._put("samples", self._make_samples())
        self._put("problems", self._make_problems())
        self._put("code", self._make_code())
        self._put("runs", self._make_runs())

    def _make_curves(self) -> QWidget:
        from designer.plots.curves import Curves

        self.curves = Curves(self.window.shell.theme)
        run = self.window.training.run
        if run is not None:
            self.curves.show_runs([run])
        return self.curves

    def _make_samples(self) -> QWidget:
        from designer.plots.samples import SamplesPanel

        self.samples = SamplesPanel(self.window.shell.theme)
        self.samples.show_run(self.window.training.run)
        return self.samples

    def _make_problems(self) -> QWidget:
        from designer.panels.problems import Problems

        level, theme = self.window.session.level, self.window.shell.theme
        problems = Problems(level.document, level.reading, level.history, level.bridge, level.selection, theme)
        problems.jump.connect(lambda born: self.window.view.camera.reveal([born]))
        problems.offered.connect(self.window.take_up)
        problems.counted.connect(self._count)
        self._count(len(problems.shown))
        return problems

    def _make_code(self) -> QWidget:
        from designer.panels.code import Code

        self.code = Code(self.source, self.window.session.selection, self.window.shell.theme)
        self._follow_level(self.code)
        return self.code

    def _follow_level(self, code: Code) -> None:
        level = self.window.session.level
        code.follow(level.selection, level.name if level.path else "")

    def _make_runs(self) -> QWidget:
        from designer.panels.runs import Runs

        runs = Runs(self.window.shell.theme)
        runs.set_project(self.window.session.path)
        runs.compared.connect(self.compare)
        runs.opened.connect(self.window.open_run)
        runs.resumed.connect(self.window.training.resume)
        runs.adopted.connect(self._adopt)
        runs.tried.connect(partial(try_out, self.window))
        runs.begun.connect(partial(train_from, self.window))
        self.docks["runs"].visibilityChanged.connect(runs.look)
        self.window.session.renamed.connect(lambda: runs.set_project(self.window.session.path))
        return runs

    def _adopt(self, run: Run) -> None:
        from designer.neurons import adopt_from

        adopt_from(self.window, run)

    def _put(self, name: str, panel: QWidget) -> None:
        dock = self.docks[name]
        old = dock.widget()
        dock.setWidget(panel)
        if old is not None:
            old.deleteLater()

    def empty(self) -> None:
        """Let the content go, before the session it belongs to."""
        if self.curves is not None:
            self.curves.stop()
            self.curves = None
        if self.samples is not None:
            self.samples.stop()
            self.samples = None
        self.code = None
        for dock in self.docks.values():
            panel = dock.widget()
            if panel is not None:
                dock.setWidget(QWidget())
                panel.deleteLater()

    # --- showing

    def compare(self, runs: list[object]) -> None:
        """Show the curves of these runs, or of the one that is watched."""
        from runtime.runs import Run

        chosen = [run for run in runs if isinstance(run, Run)]
        watched = self.window.training.run
        if self.curves is not None:
            self.curves.show_runs(chosen or ([watched] if watched else []))

    def follow(self, run: object) -> None:
        """The window watches another run now."""
        self.compare([run] if run is not None else [])
        if self.samples is not None:
            self.samples.show_run(self.window.training.run)
        if run is not None and self.docks["curves"].isHidden() is False:
            self.show("curves", focus=False)

    def show(self, name: str, *, focus: bool = True) -> None:
        """Bring a panel to the front."""
        if self.only_canvas:
            self.toggle_only_canvas()
        dock = self.docks[name]
        dock.show()
        dock.raise_()
        if focus and dock.widget() is not None:
            dock.widget().setFocus()

    def find_kind(self) -> None:
        self.show("palette", focus=False)
        palette = self.docks["palette"].widget()
        if isinstance(palette, Palette):
            palette.focus_search()

    def show_settings(self) -> None:
        """The run settings stand in the inspector when nothing is selected."""
        if self.window.session.level.path:
            self.window.session.enter(())
        self.window.session.selection.clear()
        self.show("inspector")

    def toggle_only_canvas(self) -> None:
        """Hide all panels, or bring back those that were shown."""
        if self.only_canvas:
            self.window.restoreState(self._hidden_state)
        else:
            self._hidden_state = self.window.saveState()
            for dock in self.docks.values():
                dock.hide()
        self.only_canvas = not self.only_canvas
        self.window.menuBar().setVisible(True)

    def restore(self) -> None:
        """Everything in its place, as on the first day."""
        for name, (_, area) in TITLES.items():
            self.docks[name].setFloating(False)
            self.window.addDockWidget(area, self.docks[name])
            self.docks[name].show()
        for first, second in pairwise(BOTTOM):
            self.window.tabifyDockWidget(self.docks[first], self.docks[second])
        self.docks["curves"].raise_()
        sides = [self.docks[name] for name in SIDE_WIDTHS]
        self.window.resizeDocks(sides, list(SIDE_WIDTHS.values()), Qt.Orientation.Horizontal)
        self.window.resizeDocks([self.docks["curves"]], [BOTTOM_HEIGHT], Qt.Orientation.Vertical)
        self.only_canvas = False

    def hidden_behind_start(self, hidden: bool) -> None:
        """Panels are out of the way while the start page is shown."""
        if hidden and not self.only_canvas:
            self._hidden_state = self.window.saveState()
            for dock in self.docks.values():
                dock.hide()
        elif not hidden:
            self.window.restoreState(self._hidden_state)

    def _count(self, problems: int) -> None:
        self.docks["problems"].setWindowTitle(f"Problems {problems}" if problems else "Problems")

    def _remember_families(self, closed: object) -> None:
        self.window.shell.preferences.closed_families = set(closed)  # type: ignore[call-overload]  # a set of names
