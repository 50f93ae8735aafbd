"""The panels around the canvas: what stands where, what is shown, and what the user has moved."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QWidget

from designer import contents
from designer.panels.palette import Palette
from graph import queries

if TYPE_CHECKING:
    from designer.bridge import Bridge
    from designer.panels.code import Code
    from designer.panels.runs import Runs
    from designer.panels.steps import Steps
    from designer.plots.curves import Curves
    from designer.plots.samples import SamplesPanel
    from designer.window import Window
    from graph.spec import Kind

Area = Qt.DockWidgetArea
TITLES = {
    "palette": ("Kinds", Area.LeftDockWidgetArea),
    "inspector": ("Inspector", Area.RightDockWidgetArea),
    "curves": ("Curves", Area.BottomDockWidgetArea),
    "samples": ("Pictures", Area.BottomDockWidgetArea),
    "problems": ("Problems", Area.BottomDockWidgetArea),
    "code": ("Code", Area.BottomDockWidgetArea),
    "runs": ("Runs", Area.BottomDockWidgetArea),
    "history": ("History", Area.BottomDockWidgetArea),
}
BOTTOM = ("curves", "samples", "problems", "code", "runs", "history")
SIDE_WIDTHS = {"palette": 248, "inspector": 340}
BOTTOM_HEIGHT = 272


class Docks:
    """The panels of one window, which show the drawing that is shown there."""

    only_canvas: bool

    def __init__(self, window: Window) -> None:
        self.window = window
        window.setCorner(Qt.Corner.BottomLeftCorner, Area.LeftDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, Area.RightDockWidgetArea)
        self.docks = {name: self._dock(name, *TITLES[name]) for name in TITLES}
        self.only_canvas = False
        self.whole = False
        """The panels below have been made, or will not be made any more."""
        self._heard: Bridge | None = None
        self._hidden_state = window.saveState()
        self.curves: Curves | None = None
        self.samples: SamplesPanel | None = None
        self.code: Code | None = None
        self.runs: Runs | None = None
        self.steps: Steps | None = None
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
        self.palette = contents.palette(self.window, filled=self.whole)
        self._put("palette", self.palette)

    def fill_below(self) -> None:
        """Curves, pictures, problems, code and runs; and the kinds, if the palette still lacks them."""
        from designer.plots.curves import Curves
        from designer.plots.samples import SamplesPanel

        self.whole = True
        self.window.shell.block_files.load()
        self.palette.fill()
        theme, run = self.window.shell.theme, self.window.training.run
        self.curves, self.samples, self.runs = Curves(theme), SamplesPanel(theme), contents.runs(self.window)
        self.curves.show_runs([run] if run else [])
        self.samples.show_run(run)
        self.steps = contents.steps(self.window)
        self.runs.compared.connect(self.compare)
        self.docks["runs"].visibilityChanged.connect(self.runs.look)
        for name, panel in (
            ("curves", self.curves),
            ("samples", self.samples),
            ("runs", self.runs),
            ("history", self.steps),
        ):
            self._put(name, panel)
        self._show_steps()
        self._fill_code()
        self._fill_problems()

    def show_drawing(self) -> None:
        """Another drawing is shown: the panels are about that one."""
        window = self.window
        if self._heard is not None:
            self._heard.patched.disconnect(self._look_again)
        self._heard = window.session.bridge
        self._heard.patched.connect(self._look_again)
        self.palette.show_shelf(contents.shelf(window), self._stands())
        self._put("inspector", contents.inspector(window))
        if self.whole:
            self._fill_code()
            self._fill_problems()
            self.show_runs_of_file()
            self._show_steps()
            self.follow(window.training.run, show=False)

    def show_level(self) -> None:
        """Another level of the drawing is looked at."""
        self.palette.show_for(self._stands())
        self._put("inspector", contents.inspector(self.window))
        if self.code is not None:  # the panels below have been made
            self._fill_problems()
            self._follow_level(self.code)

    def show_runs_of_file(self) -> None:
        """The runs listed are those of the file in which the drawing stands now."""
        if self.runs is not None and self.runs.project != self.window.session.path:
            self.runs.set_project(self.window.session.path)

    def _show_steps(self) -> None:
        session = self.window.session
        if self.steps is not None:
            self.steps.show_history(session.history, session.bridge)

    def _stands(self) -> Callable[[type[Kind]], bool]:
        """Whether a kind can stand on the level that is looked at."""
        document = self.window.session.level.document
        return lambda kind: queries.why_not_here(document, kind) is None

    def _look_again(self, _: object) -> None:
        self.palette.look_again()

    def _fill_problems(self) -> None:
        problems = contents.problems(self.window)
        problems.counted.connect(self._count)
        self._count(len(problems.shown))
        self._put("problems", problems)

    def _fill_code(self) -> None:
        self.code = contents.code(self.window)
        self._follow_level(self.code)
        self._put("code", self.code)

    def _follow_level(self, code: Code) -> None:
        level = self.window.session.level
        code.follow(level.selection, level.name if level.path else "")

    def _put(self, name: str, panel: QWidget) -> None:
        dock = self.docks[name]
        old = dock.widget()
        dock.setWidget(panel)
        if old is not None:
            old.deleteLater()

    def empty(self) -> None:
        """Let the content go, before the sessions that it shows."""
        if self._heard is not None:
            self._heard.patched.disconnect(self._look_again)
            self._heard = None
        if self.curves is not None:
            self.curves.stop()
            self.curves = None
        if self.samples is not None:
            self.samples.stop()
            self.samples = None
        self.code = self.runs = self.steps = None
        self.whole = True
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

    def follow(self, run: object, *, show: bool = True) -> None:
        """Another run is watched now."""
        self.compare([run] if run is not None else [])
        if self.samples is not None:
            self.samples.show_run(self.window.training.run)
        if show and run is not None and self.docks["curves"].isHidden() is False:
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
