"""The list of a project's runs: compare them, open what they trained, resume or delete them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QContextMenuEvent, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QMessageBox,
    QPushButton,
    QStackedLayout,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from designer.panels.runs_table import COLUMNS, RunsTable
from designer.theme import Theme
from runtime import queue
from runtime.protocol import State
from runtime.runs import Run, runs_of
from runtime.summary import Summary

EMPTY = "This project has not been trained yet.\nPress Train: every run is kept here, with its curves and its weights."

WIDTHS = {"Run": 160, "State": 84, "Epochs": 100, "Best": 236, "Last": 236, "Time": 84, "Device": 76, "Started": 60}


class List(QTreeView):
    """The rows. Enter opens, Delete deletes, Space ticks."""

    pressed_key = Signal(object)
    asked_menu = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setStyleSheet("QTreeView::item { border-radius: 0; }")  # a chosen row is one piece
        self.setAccessibleName("Runs")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.pressed_key.emit(Qt.Key(key))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.currentIndex().isValid():
            self.asked_menu.emit(event.globalPos())


class Runs(QWidget):
    """Lists the runs of one project, newest first, and keeps the list true while it can be seen."""

    compared = Signal(object)
    """The runs that are ticked, a `list[Run]`."""
    opened = Signal(object)
    """A `Run` whose drawing the user wants to open."""
    resumed = Signal(object)
    """A `Run` that the user wants to go on."""
    adopted = Signal(object)
    """A `Run` whose weights the user wants in the neurons of the drawing."""
    tried = Signal(object)
    """A `Run` that the user wants to try on a sample."""
    begun = Signal(object)
    """A `Run` from whose weights the user wants to train."""
    deleted = Signal(object)
    """A `Run` that was deleted."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.confirm: Callable[[str], bool] = self._ask
        """Asks before something is deleted; answers whether to do it."""
        self.table = RunsTable(theme)
        self.project: Path | None = None
        self._build()
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(lambda: self.look(not self.visibleRegion().isEmpty()))
        self._choose()

    def _build(self) -> None:
        self.list = List()
        self.list.setModel(self.table)
        header = self.list.header()
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for place, name in enumerate(COLUMNS):
            header.resizeSection(place, WIDTHS[name])
        self._message = QLabel(EMPTY, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._message.setProperty("tone", "muted")
        self._buttons = self._make_buttons()
        body = QWidget()
        self._stack = QStackedLayout(body)
        self._stack.addWidget(self._message)
        self._stack.addWidget(self.list)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(4)
        column.addWidget(body, 1)
        column.addWidget(self._buttons)
        self.table.ticked.connect(lambda: self.compared.emit(self.table.ticked_runs()))
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.list.doubleClicked.connect(self._open)
        self.list.pressed_key.connect(self._press)
        self.list.asked_menu.connect(self._show_menu)

    def _make_buttons(self) -> QWidget:
        self.try_it = QPushButton("Try it…")
        self.try_it.setToolTip("Asks what it has learned, about one sample at a time")
        self.try_it.clicked.connect(lambda: self._tell(self.tried))
        self.open = QPushButton("Open its drawing")
        self.open.setToolTip("Opens the drawing as it was when this run was started (Enter)")
        self.open.clicked.connect(self._open)
        self.resume = QPushButton("Resume")
        self.resume.setToolTip("Goes on from the last checkpoint")
        self.resume.clicked.connect(self._resume)
        self.delete = QPushButton("Delete…")
        self.delete.setToolTip("Deletes the run's folder: curves, weights and log (Delete)")
        self.delete.clicked.connect(self._delete)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        hint = QLabel("Tick runs to compare their curves.")
        hint.setProperty("tone", "muted")
        row.addWidget(hint, 1)
        for button in (self.try_it, self.open, self.resume, self.delete):
            row.addWidget(button)
        bar = QWidget()
        bar.setLayout(row)
        return bar

    def set_project(self, project: Path | None) -> None:
        """Lists the runs of that file; of None: of drawings that have no file."""
        self.project = project
        self.table.clear()
        self.refresh()

    def refresh(self) -> None:
        """Reads the runs again."""
        chosen = self.current()
        self.table.set_runs(list(reversed(runs_of(self.project))))
        self._stack.setCurrentIndex(1 if self.table.rowCount() else 0)
        self._buttons.setVisible(bool(self.table.rowCount()))
        if chosen and self.current() is None and (row := self.table.row_of(chosen.run)) is not None:
            self.list.setCurrentIndex(self.table.index(row, 0))
        self._choose()

    def look(self, seen: bool) -> None:
        """Reads the runs again where they can be seen: behind another tab a panel is not hidden, only out of sight."""
        if seen:
            self.refresh()

    def tick(self, runs: list[Run]) -> None:
        """Ticks these runs and no others, such as the one that was started just now."""
        self.refresh()
        self.table.tick(runs)

    def current(self) -> Summary | None:
        """The run whose row is chosen."""
        index = self.list.currentIndex()
        return self.table.summary(index.row()) if index.isValid() else None

    def showEvent(self, event: QShowEvent) -> None:
        self.refresh()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()

    def _choose(self, *_: QModelIndex) -> None:
        chosen = self.current()
        self.open.setEnabled(chosen is not None)
        self.try_it.setEnabled(chosen is not None and chosen.run.weights() is not None)
        self.resume.setEnabled(chosen is not None and chosen.run.can_resume)
        self.delete.setEnabled(chosen is not None and not chosen.status.state.lives)

    def _press(self, key: Qt.Key) -> None:
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._delete()
        else:
            self._open()

    def _show_menu(self, position: QPoint) -> None:
        menu = QMenu(self)
        for button in (self.try_it, self.open, self.resume, self.delete):
            action = menu.addAction(button.text(), button.click)
            action.setEnabled(button.isEnabled())
        chosen = self.current()
        begin = menu.addAction("Train from its weights", lambda: self._tell(self.begun))
        adopt = menu.addAction("Adopt its weights in neurons", lambda: self._tell(self.adopted))
        for action in (begin, adopt):
            action.setEnabled(chosen is not None and chosen.run.weights() is not None)
        if chosen is not None and chosen.status.state is State.QUEUED:
            menu.addAction("Train it next", partial(queue.first, chosen.run))
        menu.exec(position)

    def _tell(self, signal: SignalInstance) -> None:
        """Says of the chosen run what the user wants with it."""
        if chosen := self.current():
            signal.emit(chosen.run)

    def _open(self) -> None:
        self._tell(self.opened)

    def _resume(self) -> None:
        self._tell(self.resumed)

    def _delete(self) -> None:
        chosen = self.current()
        if chosen is None or chosen.status.state.lives:
            return
        if self.confirm(f"Delete {chosen.run.name}? Its curves, weights and log will be gone for good."):
            self._remove(chosen.run)

    def _remove(self, run: Run) -> None:
        self.table.untick(run)
        try:
            run.delete()
        except (OSError, ValueError) as error:
            QMessageBox.warning(self, "Delete run", f"{run.name} could not be deleted: {error}")
        self.refresh()
        self.deleted.emit(run)

    def _ask(self, question: str) -> bool:
        buttons = QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No
        no = QMessageBox.StandardButton.No
        return QMessageBox.question(self, "Delete run", question, buttons, no) is QMessageBox.StandardButton.Yes
