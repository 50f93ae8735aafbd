"""The palette: every kind there is, by family, found by typing, brought to the canvas by dragging or by Enter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

from PySide6.QtCore import QMimeData, QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QLineEdit,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer import icons, key_names
from designer.theme import Theme
from graph.catalogue import Catalogue
from graph.spec import Kind

MIME = "application/x-neuroloom-kind"
KIND = Qt.ItemDataRole.UserRole
FAMILY = Qt.ItemDataRole.UserRole + 1
COUNT = Qt.ItemDataRole.UserRole + 2
MORE = Qt.ItemDataRole.UserRole + 3
INDENT = 10
"""Pixels that kinds stand further in than the names of their families."""
FEW = 8
"""A family of so many is shown whole; of a larger one the common kinds, and a row that brings the others."""
TITLES = {"output": "Outputs", "data": "Data", "regularization": "Regularization", "attention": "Attention"}
PLURALS = ("neuron", "block", "activation", "loss", "metric", "optimizer", "convolution")


class Heads(QStyledItemDelegate):
    """Writes at the right of a family's name how many kinds it has; the kinds in it stand a little further in.

    The tree itself indents nothing: what is chosen would be painted in two pieces.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        if index.parent().isValid():
            option.rect = option.rect.adjusted(INDENT, 0, 0, 0)
        super().paint(painter, option, index)
        count = index.data(COUNT)
        if count:
            painter.setFont(self._theme.font("secondary"))
            painter.setPen(self._theme.faint)
            place = option.rect.adjusted(0, 0, -10, 0)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(count))


class Tree(QTreeWidget):
    """The list of kinds; what is dragged out of it carries the kind's name. `unfolded`: show all of a family."""

    chosen = Signal(str)
    unfolded = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setHeaderHidden(True)
        self.setIndentation(0)
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
            self._fold(item)

    def _fold(self, item: QTreeWidgetItem) -> None:
        if item.data(0, MORE):
            self.unfolded.emit(item.parent())
        elif not item.data(0, KIND):
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
        self._listed: list[str] = []
        self._stands: Callable[[type[Kind]], bool] = lambda kind: True
        self.offers: Callable[[str], tuple[str, Callable[[], object]] | None] = lambda name: None
        """What else can be done with a kind: words for the menu, and the deed."""
        self._whole: set[str] = set()
        self.tree = Tree()
        self._heads = Heads(theme)
        self.tree.setItemDelegate(self._heads)
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
        self.tree.unfolded.connect(self._show_whole)
        self.tree.itemExpanded.connect(self._remember)
        self.tree.itemCollapsed.connect(self._remember)
        theme.changed.connect(self._refill)
        if filled:
            self.fill()

    def fill(self) -> None:
        """Show what fits the words in the search line; without words, all families."""
        self._filling = self.filled = True
        self._blocks, self._listed = self._own_blocks(), self._standing()
        self.tree.clear()
        words = self.search.text().strip()
        found = [kind for kind in self._catalogue.search(words) if self._stands(kind)] if words else []
        if words:
            self.tree.addTopLevelItems([self._row(kind) for kind in found])
            if first := self.tree.topLevelItem(0):
                self.tree.setCurrentItem(first)
        else:
            for family, kinds in self._catalogue.families():
                if fitting := [kind for kind in kinds if self._stands(kind)]:
                    self._add_family(family, fitting)
        self.tree.setRootIsDecorated(False)
        self.none.setVisible(bool(words) and not found)
        self._filling = False

    def show_shelf(self, catalogue: Catalogue, stands: Callable[[type[Kind]], bool]) -> None:
        """Show the kinds of another drawing; where they are the same, the list stays as it is."""
        self._catalogue, self._stands = catalogue, stands
        if self.filled and self._listed != self._standing():
            self.show_for(stands)

    def show_for(self, stands: Callable[[type[Kind]], bool]) -> None:
        """Show only what can stand on the level that is looked at, at the place where one was reading."""
        self._stands = stands
        if self.filled:
            bar = self.tree.verticalScrollBar()
            at = bar.value()
            self.fill()
            bar.setValue(at)

    def look_again(self) -> None:
        """Fill it anew if the drawing has other blocks now."""
        if self.filled and self._blocks != self._own_blocks():
            self.fill()

    def _refill(self) -> None:
        if self.filled:
            self.fill()

    def _standing(self) -> list[str]:
        return [kind.__name__ for kind in self._catalogue.drawn() if self._stands(kind)]

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
        menu.addAction(f"Help on {item.text(0)}\t{key_names.of('help')}").triggered.connect(
            lambda: self.asked.emit(name)
        )
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
        head.setData(0, COUNT, len(kinds))
        head.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        head.addChildren([self._row(kind) for kind in kinds])
        self.tree.addTopLevelItem(head)
        common = sum(kind.common for kind in kinds)
        if len(kinds) > FEW and common and family not in self._whole:
            self._show_few(head, common)
        head.setExpanded(family not in self._closed)
        self._point(head)

    def _show_few(self, head: QTreeWidgetItem, common: int) -> None:
        """Hide all kinds of a family but the common ones, which stand first."""
        others = _children(head)[common:]
        for row in others:
            row.setHidden(True)
        more = QTreeWidgetItem([f"{len(others)} more"])
        more.setData(0, MORE, True)
        more.setForeground(0, self._theme.muted)
        more.setIcon(0, icons.icon("plus", self._theme.muted))
        more.setToolTip(0, ", ".join(row.text(0) for row in others))
        head.addChild(more)

    def _show_whole(self, head: QTreeWidgetItem) -> None:
        """Show the other kinds of a family as well, in place of the row that offers them."""
        self._whole.add(head.data(0, FAMILY))
        more = head.takeChild(head.childCount() - 1)
        hidden = [row for row in _children(head) if row.isHidden()]
        for row in hidden:
            row.setHidden(False)
        if more is not None and hidden:
            self.tree.setCurrentItem(hidden[0])

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
        row.setToolTip(0, f"<qt><b>{escape(kind.title)}</b><p>{escape(kind.help())}</p></qt>")
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


def _children(head: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [row for at in range(head.childCount()) if (row := head.child(at)) is not None]


def family_title(family: str) -> str:
    """How a family is called above its kinds."""
    plural = f"{family}es" if family.endswith("s") else f"{family}s"
    return TITLES.get(family) or (plural if family in PLURALS else family).capitalize()
