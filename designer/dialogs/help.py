"""The window that explains kinds: a page about one, and the way to its relatives and onto the canvas."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from designer.dialogs.help_page import HelpPage
from designer.panels.sections.section import rule
from designer.theme import Theme
from graph.catalogue import Catalogue
from graph.spec import Kind


class HelpDialog(QDialog):
    """Shows the page of a kind beside the work; `chosen` carries the name of one that is to be added."""

    chosen = Signal(str)

    def __init__(self, catalogue: Catalogue, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._catalogue, self._theme = catalogue, theme
        self._shown: tuple[Kind, str] | None = None
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName("Help")
        self.add = QPushButton("Add to the canvas")
        self.add.clicked.connect(self._add)
        self._lay_out()
        theme.changed.connect(self._again)

    @property
    def kind(self) -> str:
        """The name of the kind that is explained now."""
        return self._shown[0].name() if self._shown else ""

    @property
    def page(self) -> HelpPage:
        page = self.area.widget()
        assert isinstance(page, HelpPage)
        return page

    def show_name(self, name: str) -> None:
        """Explain a kind as it is with all its defaults."""
        kind = self._catalogue.get(name)
        if kind is not None:
            self.show_kind(kind({}))

    def show_kind(self, made: Kind, of: str = "") -> None:
        """Explain a kind; `of` is the name of the node whose parameters it has, if any."""
        self._shown = made, of
        self.setWindowTitle(f"{made.title} — Help")
        page = HelpPage(made, self._theme, of, self._relatives(made))
        page.followed.connect(self.show_name, Qt.ConnectionType.QueuedConnection)  # the page goes away by it
        self.area.setWidget(page)
        if page.links is not None:
            self.setTabOrder(self.area, page.links)
            self.setTabOrder(page.links, self.add)
        self.area.verticalScrollBar().setValue(0)
        self.area.setFocus()

    def _relatives(self, made: Kind) -> list[type[Kind]]:
        """The other kinds of the family."""
        family = dict(self._catalogue.families()).get(made.family, [])
        return [kind for kind in family if kind.__name__ != made.name()]

    def _lay_out(self) -> None:
        shut = QPushButton("Close")
        shut.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 12, 24, 14)
        foot.addWidget(self.add)
        foot.addStretch(1)
        foot.addWidget(shut)
        for button in (self.add, shut):
            button.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.area, 1)
        column.addWidget(rule())
        column.addLayout(foot)
        self.setMinimumWidth(420)
        self.resize(560, 720)

    def _add(self) -> None:
        self.chosen.emit(self.kind)

    def _again(self) -> None:
        """The same page in the colours of the theme."""
        if self._shown is not None:
            self.show_kind(*self._shown)
