"""The palette: every kind there is, by family, found by typing, brought to the canvas by dragging or by Enter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QLineEdit,
    QMenu,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer import icons
from designer.theme import Theme
from graph.catalogue import Catalogue
from graph.spec import Kind

MIME = "application/x-neuroloom-kind"
KIND = Qt.ItemDataRole.UserRole
FAMILY = Qt.ItemDataRole.UserRole + 1
TITLES = {"output": "Outputs", "data": "Data", "regularization": "Regularization", "attention": "Attention"}
PLURALS = ("neuron", "block", "activation", "loss", "metric", "optimizer", "convolution")


class Tree(QTreeWidget):
    """The list of kinds; what is dragged out of it carries the kind's name."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setHeaderHidden(True)
        self.setIndentation(14)
        self.setIconSize(QSize(18, 18))
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformRowHeights(True)
        self.setExpandsOnDoubleClick(False)
        self.setAccessibleName("Kinds of nodes")
        self.itemDoubleClicked.connect(self._choose)
        self.itemClicked.connect(self._fold)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.scheduleDelayedItemsLayout()  # rows measured before the style sheet came are too low

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, items: Sequence[QTreeWidgetItem]) -> QMimeData:
        data = QMimeData()
        for item in items:
            if name := item.data(0, KIND):
                data.setData(MIME, name.encode())
        return data

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentItem():
            self._choose(self.currentItem())
        else:
            super().keyPressEvent(event)

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        if item is None:
            return
        if name := item.data(0, KIND):
            self.chosen.emit(name)
        else:
            item.setExpanded(not item.isExpanded())

    def _fold(self, item: QTreeWidgetItem) -> None:
        if not item.data(0, KIND):
            item.setExpanded(not item.isExpanded())


class Search(QLineEdit):
    """The line above the list: arrows and Enter go to the list without leaving the line."""

    def __init__(self, tree: Tree) -> None:
        super().__init__()
        self._tree = tree
        self.setPlaceholderText("Search kinds")
        self.setClearButtonEnabled(True)
        self.setAccessibleName("Search kinds")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tree.keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class Palette(QWidget):
    """All kinds of the catalogue. `chosen` carries the name of one that is to be added, `asked` of one to explain."""

    chosen = Signal(str)
    asked = Signal(str)
    folded = Signal(object)

    def __init__(self, catalogue: Catalogue, theme: Theme, closed: Iterable[str] = (), *, filled: bool = True) -> None:
        """`filled`: at once. To look at all kinds is to import them, which can wait until the canvas is seen."""
        super().__init__()
        self.setMinimumWidth(148)
        self._catalogue, self._theme = catalogue, theme
        self._closed = set(closed)
        self._filling = self.filled = False
        self._blocks: list[str] = []
        self.offers: Callable[[str], tuple[str, Callable[[], object]] | None] = lambda name: None
        """What else can be done with a kind: words for the menu, and the deed."""
        self.tree = Tree()
        self.search = Search(self.tree)
        self.none = QLabel("No kind is called that. Try a word for what it does, such as “pool” or “memory”.")
        self.none.setWordWrap(True)
        self.none.setProperty("tone", "muted")
        self.none.hide()
        self._lay_out()
        self.search.textChanged.connect(self.fill)
        self.tree.chosen.connect(self.chosen)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._open_menu)
        self.tree.itemExpanded.connect(self._remember)
        self.tree.itemCollapsed.connect(self._remember)
        theme.changed.connect(self._refill)
        if filled:
            self.fill()

    def fill(self) -> None:
        """Show what fits the words in the search line; without words, all families."""
        self._filling = self.filled = True
        self._blocks = self._own_blocks()
        self.tree.clear()
        words = self.search.text().strip()
        found = self._catalogue.search(words) if words else []
        if words:
            self.tree.addTopLevelItems([self._row(kind) for kind in found])
            if first := self.tree.topLevelItem(0):
                self.tree.setCurrentItem(first)
        else:
            for family, kinds in self._catalogue.families():
                self._add_family(family, kinds)
        self.tree.setRootIsDecorated(False)
        self.none.setVisible(bool(words) and not found)
        self._filling = False

    def look_again(self) -> None:
        """Fill it anew if the drawing has other blocks now."""
        if self.filled and self._blocks != self._own_blocks():
            self.fill()

    def _refill(self) -> None:
        if self.filled:
            self.fill()

    def _own_blocks(self) -> list[str]:
        return [kind.__name__ for kind in self._catalogue.drawn() if kind.family == "block"]

    @property
    def marked(self) -> str:
        """The name of the kind that is marked in the list, if one is."""
        item = self.tree.currentItem()
        return (item.data(0, KIND) or "") if item is not None else ""

    def menu(self, item: QTreeWidgetItem) -> QMenu:
        """What can be done with a kind in the list."""
        name, menu = item.data(0, KIND), QMenu(self)
        menu.addAction("Add to the canvas\tEnter").triggered.connect(lambda: self.chosen.emit(name))
        menu.addAction(f"Help on {item.text(0)}\tF1").triggered.connect(lambda: self.asked.emit(name))
        offer = self.offers(name)
        if offer is not None:
            menu.addSeparator()
            menu.addAction(offer[0]).triggered.connect(lambda: offer[1]())
        return menu

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 0, 0)
        box.setSpacing(8)
        line = QVBoxLayout()
        line.setContentsMargins(0, 0, 8, 0)
        line.addWidget(self.search)
        line.addWidget(self.none)
        box.addLayout(line)
        box.addWidget(self.tree)

    def _add_family(self, family: str, kinds: Sequence[type[Kind]]) -> None:
        head = QTreeWidgetItem([family_title(family)])
        head.setData(0, FAMILY, family)
        head.setFont(0, self._theme.font("secondary"))
        head.setForeground(0, self._theme.muted)
        head.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        head.addChildren([self._row(kind) for kind in kinds])
        self.tree.addTopLevelItem(head)
        head.setExpanded(family not in self._closed)
        self._point(head)

    def _open_menu(self, at: QPoint) -> None:
        item = self.tree.itemAt(at)
        if item is not None and item.data(0, KIND):
            menu = self.menu(item)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self.tree.viewport().mapToGlobal(at))

    def _row(self, kind: type[Kind]) -> QTreeWidgetItem:
        row = QTreeWidgetItem([kind.title])
        row.setData(0, KIND, kind.name())
        row.setIcon(0, icons.icon(icons.family_icon(kind.family), self._theme.family(kind.family)))
        row.setToolTip(0, kind.help())
        return row

    def _point(self, head: QTreeWidgetItem) -> None:
        name = "chevron-down" if head.isExpanded() else "chevron-right"
        head.setIcon(0, icons.icon(name, self._theme.muted))

    def _remember(self, head: QTreeWidgetItem) -> None:
        self._point(head)
        if not self._filling:
            family = head.data(0, FAMILY)
            (self._closed.discard if head.isExpanded() else self._closed.add)(family)
            self.folded.emit(set(self._closed))


def family_title(family: str) -> str:
    """How a family is called above its kinds."""
    plural = f"{family}es" if family.endswith("s") else f"{family}s"
    return TITLES.get(family) or (plural if family in PLURALS else family).capitalize()
