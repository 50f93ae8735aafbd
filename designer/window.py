"""The main window: the canvas in the middle, panels around it, menus and the run bar above."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from designer.actions.bar import Menus
from designer.canvas.scene import Scene
from designer.canvas.view import View
from designer.desk import Desk
from designer.docks import Docks
from designer.files import Files
from designer.panels.banner import Banner
from designer.session import Session
from designer.surroundings import Surroundings
from designer.training import Training

SIZE = (1440, 900)


class Window(QMainWindow):
    """Shows one session. What surrounds the canvas is made after the canvas has been painted."""

    def __init__(self, desk: Desk, session: Session) -> None:
        super().__init__()
        self.desk, self.session, self.theme = desk, session, desk.theme
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(False)
        self.setAnimated(False)
        self.surroundings: Surroundings | None = None
        self.start: QWidget | None = None
        self.files = Files(self)
        self.docks = Docks(self)
        self.training = Training(session, self)
        self.stack = QStackedWidget()
        self.banner = Banner(self.theme)
        self._lay_out()
        self._show_canvas(session)
        self.menus = Menus(self)
        self._top_row.insertWidget(0, self.menus.bar)
        self.menus.refresh()
        if not self.restoreGeometry(desk.preferences.geometry):
            self.resize(*SIZE)
        self.retitle()
        self._first = AfterPaint(self.view.viewport(), self._surround)

    # --- what the actions ask

    @property
    def drawn(self) -> bool:
        """Whether there is anything on the canvas."""
        return bool(self.session.document.nodes())

    @property
    def selected(self) -> bool:
        """Whether a node is selected."""
        return bool(self.session.selection.births)

    @property
    def marked(self) -> bool:
        """Whether a node or a wire is selected."""
        return bool(self.session.selection.keys)

    # --- showing

    def take(self, session: Session) -> None:
        """Show another session instead of the one that is here, which is closed."""
        old, old_scene, old_view = self.session, self.scene, self.view
        self.training.release()
        self.training.deleteLater()
        self.session, self.training = session, Training(session, self)
        self._show_canvas(session)
        if self.surroundings is not None:
            self.surroundings.release()
            self.surroundings = Surroundings(self)
        old_scene.close()
        self.stack.removeWidget(old_view)
        old_view.deleteLater()
        old_scene.deleteLater()
        old.close()
        old.deleteLater()
        self.show_canvas()
        self.retitle()
        self.menus.refresh()

    def show_canvas(self) -> None:
        self.stack.setCurrentWidget(self.view)
        self.view.setFocus()

    def show_start(self) -> None:
        """The page with templates and recent files."""
        from designer.panels.start import Start

        if self.start is None:
            page = Start(self.desk.catalogue, self.theme, self.desk.preferences)
            page.new.connect(lambda: self.desk.new(self))
            page.open.connect(self.files.open)
            page.recent.connect(self.files.open_path)
            page.template.connect(lambda template: self.desk.begin(template.text(), template.name, self))
            page.closed.connect(self.show_canvas)
            self.stack.addWidget(page)
            self.start = page
        self.stack.setCurrentWidget(self.start)
        self.start.setFocus()

    def say(self, sentence: str) -> None:
        """Tell the user something, above the canvas, until it is closed or done."""
        if sentence:
            self.banner.say(sentence, level="error")

    def jump(self, born: str) -> None:
        """Bring a node into view."""
        self.show_canvas()
        self.view.camera.reveal([born])

    def find_kind(self) -> None:
        """Put the cursor where one types to find a kind."""
        self.docks.show("palette")
        if self.surroundings:
            self.surroundings.palette.focus_search()

    def train(self) -> None:
        self.show_canvas()
        self.banner.hide()
        self.training.start()

    def next_problem(self, by: int) -> None:
        """Go to the next node that something is wrong with."""
        found = [one.born for one in self.session.reading.diagnostics() if self.session.document.has_node(one.born)]
        births = list(dict.fromkeys(found))
        if births:
            here = self.session.selection.single
            at = births.index(here) + by if here in births else (0 if by > 0 else -1)
            self.session.selection.set([births[at % len(births)]])
            self.jump(births[at % len(births)])

    def show_run_settings(self) -> None:
        self.session.selection.clear()
        self.docks.show("inspector")

    def show_export(self) -> None:
        from designer.dialogs.export import Export

        Export(self.session, self.training.run, self.theme, self).open()

    def show_preferences(self) -> None:
        from designer.dialogs.preferences import PreferencesDialog

        PreferencesDialog(self.desk, self).open()

    def show_shortcuts(self) -> None:
        from designer.dialogs.shortcuts import Shortcuts

        Shortcuts(self.theme, self).open()

    def show_about(self) -> None:
        from designer.dialogs.about import About

        About(self.theme, self).open()

    def retitle(self) -> None:
        """Name and state of the drawing, in the title bar and above the canvas."""
        name, edited = self.session.name, self.session.modified
        self.setWindowTitle(f"{name}[*] – Neuroloom")
        self.setWindowModified(edited)
        self.title.setText(name)
        self.state.setText("edited" if edited else "")
        self.setWindowFilePath(str(self.session.path or ""))

    # --- Qt

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.files.may_close():
            event.ignore()
            return
        preferences = self.desk.preferences
        preferences.geometry = self.saveGeometry()
        if self.docks.built:
            preferences.docks = self.docks.state()
        self.training.release()
        if self.surroundings:
            self.surroundings.release()
        self.scene.close()
        self.session.close()
        self.desk.forget(self)
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for path in self._dropped(event):
            self.files.open_path(path)
        event.acceptProposedAction()

    def _dropped(self, event: QDropEvent) -> list[Path]:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        return [path for path in paths if path.suffix == ".loom"]

    # --- building

    def _lay_out(self) -> None:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self.stack, 1)
        self.setCentralWidget(middle)
        top = QWidget()
        top.setObjectName("top")
        self._top_row = QHBoxLayout(top)
        self._top_row.setContentsMargins(4, 0, 0, 0)
        self.title, self.state = QLabel(), QLabel()
        self.title.setFont(self.theme.font("name"))
        self.state.setProperty("tone", "muted")
        self._top_row.addStretch(1)
        self._top_row.addWidget(self.title)
        self._top_row.addWidget(self.state)
        self._top_row.addStretch(1)
        top.setFixedHeight(48)
        self.setMenuWidget(top)

    def _show_canvas(self, session: Session) -> None:
        self.scene = Scene(session.document, session.reading, session.history, session.selection, self.theme)
        self.view = View(self.scene)
        self.stack.insertWidget(0, self.view)
        self.stack.setCurrentWidget(self.view)
        session.bridge.history_changed.connect(self._changed)
        session.selection.changed.connect(self._changed)
        session.renamed.connect(self.retitle)
        self.training.refused.connect(self.say)

    def _changed(self) -> None:
        self.retitle()
        self.menus.refresh()

    def _surround(self) -> None:
        """The rest of the window, once the canvas is there to be seen."""
        if self.surroundings is None:
            self.docks.build(self.desk.preferences.docks)
            self.surroundings = Surroundings(self)
            self.surroundings.add_run_bar(self._top_row)
            QTimer.singleShot(0, self, self.view.camera.fit)
            if self.session.blank:
                self.show_start()


class AfterPaint(QObject):
    """Calls once, after a widget has been painted for the first time."""

    def __init__(self, widget: QWidget, then: object) -> None:
        super().__init__(widget)
        self._then, self._widget = then, widget
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._widget.removeEventFilter(self)
            QTimer.singleShot(0, self._widget.window(), self._then)  # type: ignore[call-overload]
        return False
