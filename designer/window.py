"""One window: a drawing on a canvas, the panels around it, the menus, and the run that it watches."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QIcon
from PySide6.QtWidgets import (
    QMainWindow,
    QMessageBox,
    QStackedWidget,
    QTabWidget,
)

from designer import icons
from designer.after_paint import AfterPaint
from designer.block_files import Library, Shelf
from designer.canvas.scene import Scene
from designer.canvas.view import View
from designer.docks import Docks
from designer.files import SUFFIX, Files
from designer.header import Header
from designer.manner import Manner
from designer.neurons import type_weight
from designer.page import Page
from designer.preferences import Preferences
from designer.reference import Reference
from designer.session import Session
from designer.shortcuts import Shortcuts
from designer.theme import Theme
from designer.training import Training
from designer.using import look_at_values
from graph.catalogue import Catalogue, plugins
from graph.diagnostic import Offer
from graph.files import FileError
from graph.records import Node
from runtime.protocol import Event, Failure, State, Status
from runtime.runs import Run


class Shell(Protocol):
    """What a window needs of the program around it."""

    catalogue: Catalogue
    theme: Theme
    preferences: Preferences
    shortcuts: Shortcuts
    manner: Manner
    journals: Path
    block_files: Library

    def open_window(self, session: Session) -> Window: ...
    def raise_window(self, path: Path) -> bool: ...
    def front(self) -> Window: ...
    def set_dark(self, dark: bool) -> None: ...
    def attend(self, session: Session) -> None: ...
    def look_again(self) -> None: ...
    def closed(self, window: Window) -> None: ...
    def quit(self) -> None: ...


class Window(QMainWindow):
    """Composes the parts around one session; another session may take its place while it is blank."""

    shell: Shell
    session: Session
    files: Files
    reference: Reference
    panels: Docks
    scene: Scene
    view: View
    training: Training

    def __init__(self, session: Session, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self.session = session
        self.files = Files(self)
        self.reference = Reference(self)
        self._trouble: str | None = None
        self._said: str | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.setDockOptions(self.dockOptions() | QMainWindow.DockOption.GroupedDragging)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setCentralWidget(QStackedWidget())
        self.resize(1440, 900)
        self._make(session)
        self.panels = Docks(self)
        self._restore_geometry()
        self._fill()
        self.header = Header(self)
        self.setMenuWidget(self.header)
        self.header.follow()
        self._retitle()
        if session.blank:
            self.show_start()

    @property
    def stack(self) -> QStackedWidget:
        central = self.centralWidget()
        assert isinstance(central, QStackedWidget)
        return central

    # --- sessions

    def _make(self, session: Session) -> None:
        """The canvas of a session, and what follows its training."""
        self.session = session
        self.shell.attend(session)
        self.training = Training(session)
        self.page = Page(self.shell.theme, self.shell.manner)
        self.banner = self.page.banner
        self.page.crumbs.wanted.connect(session.leave)
        self._look()
        self.stack.addWidget(self.page)
        self.stack.setCurrentWidget(self.page)
        self.training.refused.connect(self._refused_to_train)
        self.training.queued.connect(self._queued)
        self.training.failed.connect(self._failed)
        self.training.changed.connect(self._told)
        self.training.happened.connect(self._happened)
        self.training.switched.connect(self._forget_said)
        self.banner.dismissed.connect(self.training.forget_lost)
        session.journal.troubled.connect(self._tell_trouble)
        self._tell_trouble(session.journal.trouble)
        session.bridge.history_changed.connect(self._retitle)
        session.renamed.connect(self._retitle)
        session.entered.connect(self._entered)

    def _look(self) -> None:
        """The canvas of the level that is looked at."""
        self.view = self.page.show_level(self.session.level)
        self.scene = self.view.drawing
        self.view.weight_typed.connect(partial(type_weight, self))
        self.view.overlays.asked.connect(self.reference.open)
        self.view.overlays.offered.connect(self.take_up)
        self.view.looking.connect(partial(look_at_values, self))
        self.view.entering.connect(lambda born: self.session.enter((*self.session.level.path, born)))
        self.view.leaving.connect(self.session.leave)
        self.view.commands.bring = self.shell.block_files.bring
        self.view.overlays.search.catalogue = Shelf(self.session.document.catalogue, self.shell.block_files)
        self._tell_way()

    def _entered(self) -> None:
        """Another level is looked at."""
        focused = self.view.hasFocus() or self.page.crumbs.isAncestorOf(self.focusWidget())
        self._look()
        self.panels.show_level()
        self.header.follow_level()
        if focused:
            self.view.setFocus()

    def _tell_way(self) -> None:
        self.page.crumbs.show_way(self.session.name, self.session.level.crumbs())

    def _fill(self) -> None:
        self.panels.fill()
        self.training.switched.connect(self.panels.follow)
        AfterPaint(self.view.viewport(), self._fill_below)

    def _fill_below(self) -> None:
        self.panels.fill_below()
        QTimer.singleShot(0, self.view, self.view.camera.fit)  # the panels have taken their room by then

    def show_session(self, session: Session) -> None:
        """Another drawing takes the place of the blank one."""
        self._let_go()
        self._make(session)
        self._fill()
        self.header.follow()
        self._retitle()
        self.show_canvas()

    def _let_go(self) -> None:
        old, page = self.session, self.page
        self.panels.empty()
        self.training.release()
        self.training.deleteLater()
        self.stack.removeWidget(page)
        page.close_scene()
        page.deleteLater()
        old.journal.troubled.disconnect(self._tell_trouble)
        old.close()
        old.deleteLater()

    def show_start(self) -> None:
        """The start page in front of the canvas."""
        from designer.panels.start import StartPage
        from designer.previews import Previews
        from runtime.assets import templates

        shell = self.shell
        draw = Previews(shell.catalogue, shell.theme).of_text
        start = StartPage(templates(), shell.preferences, shell.theme, draw)
        start.new_wanted.connect(self.show_canvas)
        start.open_wanted.connect(lambda path: self.files.open(Path(path)) if path else self.files.ask_open())
        start.template_wanted.connect(self.files.from_template)
        if self.stack.currentWidget() is self.page:
            self.panels.hidden_behind_start(True)
        self._drop_start()
        self.stack.addWidget(start)
        self.stack.setCurrentWidget(start)
        start.setFocus()

    def show_canvas(self) -> None:
        """The canvas in front."""
        if self.stack.currentWidget() is not self.page or self.stack.count() > 1:
            self._drop_start()
            self.stack.setCurrentWidget(self.page)
            self.panels.hidden_behind_start(False)
        self.view.setFocus()

    def _drop_start(self) -> None:
        for at in reversed(range(self.stack.count())):
            page = self.stack.widget(at)
            if page is not None and page is not self.page:
                self.stack.removeWidget(page)
                page.deleteLater()

    # --- what is said

    def say(self, sentence: str) -> None:
        """A sentence that is worth reading, but needs no answer."""
        self.view.overlays.say(sentence)

    def _refused_to_train(self, sentence: str) -> None:
        self.banner.tell(sentence, "error", ("Show problems", self._show_problems))

    def _queued(self, run: Run) -> None:
        from runtime.queue import turn

        self.say(f"{run.name} is trained {turn(run)}, whether a window is open then or not.")
        self.panels.show("runs", focus=False)

    def _show_problems(self) -> None:
        """Those of the whole drawing."""
        if self.session.level.path:
            self.session.enter(())
        self.panels.show("problems")

    def _failed(self, failure: Failure) -> None:
        buttons = []
        if isinstance(self.session.document.records.get(failure.node or ""), Node):
            born = str(failure.node)
            buttons.append(("Show the node", lambda: self._show_node(born)))
        run = self.training.run
        if run is not None and run.can_resume:
            remedy, label = failure.remedy, "Resume in parts" if failure.remedy else "Resume from the checkpoint"
            label = "Resume on another device" if "device" in remedy else label
            buttons.append((label, lambda: self.training.resume(run, remedy)))
        self.banner.tell(failure.message, "error", *buttons)

    def _show_node(self, born: str) -> None:
        self.session.enter_level_of(born)
        self.session.selection.set([born])
        self.view.camera.reveal([born])

    def _told(self, status: Status) -> None:
        run = self.training.run
        if status.state is State.LOST and run is not None:
            self._tell_lost(run, status)
        elif (status.state.lives or status.state is State.FINISHED) and self.banner.words.text() != self._said:
            self.banner.hide()
        self._retitle()

    def _happened(self, event: Event) -> None:
        """What a training says about itself: a warning stays, good news pass by."""
        if event.event == "message" and event.data.get("level") == "warning":
            self._said = str(event.data["text"])
            self.banner.tell(self._said, "warning")
        elif event.event == "message" and event.data.get("level") == "good":
            self.say(str(event.data["text"]))

    def _forget_said(self) -> None:
        self._said = None

    def _tell_lost(self, run: Run, status: Status) -> None:
        """Whoever was killed before the first checkpoint has nothing to go on from, but nothing to lose either."""
        if run.can_resume:
            epoch = min(max(status.epoch, len(run.epochs()) + 1), status.epochs or 1)
            cut = f"The training of {run.name} was cut off in epoch {epoch}: its process is gone."
            kept = "Everything up to its last checkpoint is kept; going on from there changes no number."
            self.banner.tell(f"{cut} {kept}", "warning", ("Resume", lambda: self.training.resume(run)))
        else:
            cut = f"The training of {run.name} was cut off before its first checkpoint: its process is gone."
            self.banner.tell(f"{cut} Nothing was learned yet.", "warning", ("Train again", self.training.start))

    def _tell_trouble(self, trouble: str | None) -> None:
        """Say that the journal cannot be written, as long as that is so."""
        if trouble is not None:
            self.banner.tell(trouble, "warning", ("Save…", self.files.save))
        elif self._trouble == self.banner.words.text():
            self.banner.hide()
        self._trouble = trouble

    def open_run(self, run: Run) -> None:
        """The drawing as it was when a run was started."""
        from designer import session as sessions

        session = sessions.begun(run.project_text(), self.shell.catalogue, self.shell.journals, run.name)
        self.shell.open_window(session).training.watch(run)

    def _retitle(self) -> None:
        self.setWindowTitle(f"{self.session.name}[*] — Neuroloom")
        self.setWindowModified(self.session.modified)
        self.header.retitle()
        self._tell_way()
        self.setWindowIcon(QIcon(str(icons.FOLDER / "logo.svg")))

    # --- dialogs

    def ask_export(self) -> None:
        from designer.dialogs.export import ExportDialog

        ExportDialog(self.session, self.training.run, self.shell.theme, self).exec()

    def ask_preferences(self) -> None:
        from designer.dialogs.preferences import PreferencesDialog

        PreferencesDialog(self.shell.preferences, self.shell.theme, self).exec()

    def ask_shortcuts(self) -> None:
        from designer.dialogs.shortcuts import ShortcutsDialog

        ShortcutsDialog(self.header.keys(), self.shell.theme, self).exec()

    def ask_commands(self) -> None:
        from designer.commanding import open_commands

        open_commands(self)

    def keep_block(self) -> None:
        """Keep the selected block, or the one that is looked into, for other drawings."""
        placed = self.view.blocks.placed()
        born = placed.born if placed else self.session.level.document.block
        block = self.session.document.the_block(born)
        if block is not None and self.shell.block_files.is_own(block.id) and not self._may_replace(block.id):
            return
        try:
            self.say(self.shell.block_files.keep(self.session.document, born))
        except FileError as error:
            self.say(str(error))
        self.panels.palette.look_again()

    def _may_replace(self, name: str) -> bool:
        """Ask before a block of the library is written over."""
        yes = QMessageBox.StandardButton.Yes
        told = f"The library has a block {name} already. Put this one in its place?"
        return QMessageBox.question(self, "Save block to the library", told) == yes

    def take_up(self, offer: Offer) -> None:
        """Ask what helps with a problem and is no change of the drawing: whether a file may run."""
        from designer.dialogs.trust import TrustDialog

        if TrustDialog(Path(offer.about), self.shell.theme, self).exec():
            self.shell.look_again()

    def about(self) -> None:
        what = "Draw a neural network, watch it learn, take the trained model away as readable PyTorch."
        QMessageBox.about(self, "Neuroloom", "\n\n".join(["Neuroloom 0.1.0", what, *_plugins()]))

    # --- Qt

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.toLocalFile().endswith(SUFFIX) for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.toLocalFile().endswith(SUFFIX):
                self.files.open(Path(url.toLocalFile()))

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.files.may_close():
            event.ignore()
            return
        if self.panels.only_canvas:
            self.panels.toggle_only_canvas()
        self.shell.preferences.geometry = self.saveGeometry()
        if self.stack.currentWidget() is self.page:
            self.shell.preferences.docks = self.saveState()
        self._let_go()
        self.shell.closed(self)
        super().closeEvent(event)

    def _restore_geometry(self) -> None:
        preferences = self.shell.preferences
        if not preferences.geometry.isEmpty():
            self.restoreGeometry(preferences.geometry)
        if not preferences.docks.isEmpty():
            self.restoreState(preferences.docks)


def _plugins() -> list[str]:
    """What plug-ins bring, and what was left out, in sentences."""
    packages = plugins().packages
    brought = [
        f"{package} brings {', '.join(name for name, of in packages.items() if of == package)}."
        for package in dict.fromkeys(packages.values())
    ]
    return [*brought, *map(str, plugins().left_out)]
