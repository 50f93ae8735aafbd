"""Search to add: type a word, choose a kind, and it stands where you asked for it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from designer import icons
from designer.canvas.overlays.floating import Floating
from designer.theme import Theme
from graph.catalogue import Catalogue
from graph.spec import Kind

WIDTH, HEIGHT = 300, 340


class Search(Floating):
    """A field and a list of kinds. `chosen` carries the name of a kind; `closed` tells that nothing was chosen.

    `asked` carries the name of a kind that is to be explained.
    """

    chosen = Signal(str)
    asked = Signal(str)
    closed = Signal()
    opened = Signal()

    def __init__(self, parent: QWidget, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(parent, theme, "search")
        self.catalogue = catalogue
        self._accept: Callable[[type[Kind]], bool] = lambda kind: True
        self._first: list[str] = []
        self.field = QLineEdit(self, placeholderText="Search kinds to add", clearButtonEnabled=False)
        self.field.setAccessibleName("Search kinds to add")
        self.list = QListWidget(self)
        self.list.setUniformItemSizes(True)
        self.list.setIconSize(QSize(18, 18))
        self.list.setAccessibleName("Kinds found")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.note = QLabel(self, wordWrap=True)
        self.note.setProperty("quiet", True)
        for widget, role in ((self.field, "base"), (self.list, "base"), (self.note, "secondary")):
            widget.setFont(theme.font(role))  # type: ignore[arg-type]
        self._arrange()
        self.field.textChanged.connect(self._fill)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(self._take)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._ask)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        for widget in (self.field, self.list, self.note):
            column.addWidget(widget)
        self.setFixedSize(WIDTH, HEIGHT)

    def ask(self, at: QPoint, accept: Callable[[type[Kind]], bool], note: str = "", first: Sequence[str] = ()) -> None:
        """Open at a place of the canvas; only kinds that `accept` takes are offered, those named `first` first."""
        self._accept, self._first = accept, list(first)
        self._note = note
        self.opened.emit()
        self.field.clear()
        self._fill("")
        self.place(at)
        self.field.setFocus()

    def kinds(self) -> list[str]:
        """The names of the kinds on offer, best first."""
        return [self.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(self.list.count())]

    @property
    def marked(self) -> str:
        """The name of the kind that is marked in the list; empty if none fits."""
        item = self.list.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else ""

    def give_up(self) -> None:
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def _fill(self, words: str) -> None:
        self.list.clear()
        for kind in self._found(words):
            if self._accept(kind):
                self.list.addItem(self._item(kind))
        self.list.setCurrentRow(0)
        self.note.setText(self._note if self.list.count() else f"No kind that fits is called “{words}”.")
        self.note.setVisible(bool(self.note.text()))

    def _found(self, words: str) -> list[type[Kind]]:
        """The best match first; without words the likely ones, then all, by family."""
        if words.strip():
            return self.catalogue.search(words)
        likely = [kind for name in self._first if (kind := self.catalogue.get(name)) is not None]
        return [*dict.fromkeys([*likely, *(kind for _, kinds in self.catalogue.families() for kind in kinds)])]

    def _item(self, kind: type[Kind]) -> QListWidgetItem:
        icon = icons.icon(icons.family_icon(kind.family), self.theme.family(kind.family))
        item = QListWidgetItem(icon, kind.title)
        item.setData(Qt.ItemDataRole.UserRole, kind.__name__)
        item.setToolTip(f"{kind.help()}\nF1 or the right button: more about it")
        return item

    def _ask(self, at: QPoint) -> None:
        """The right button on a kind asks what it is."""
        item = self.list.itemAt(at)
        if item is not None:
            self.list.setCurrentItem(item)
            self.asked.emit(item.data(Qt.ItemDataRole.UserRole))

    def _take(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.hide()
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                return self._key(event)
            if isinstance(event, QFocusEvent) and event.lostFocus() and _really_left(event):
                self.give_up()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        match event.key():
            case Qt.Key.Key_Escape:
                self.give_up()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Tab:
                self._take(self.list.currentItem())
            case Qt.Key.Key_Down:
                self._step(1)
            case Qt.Key.Key_Up:
                self._step(-1)
            case Qt.Key.Key_PageDown:
                self._step(8)
            case Qt.Key.Key_PageUp:
                self._step(-8)
            case _:
                return False
        return True

    def _step(self, by: int) -> None:
        self.list.setCurrentRow(min(max(self.list.currentRow() + by, 0), self.list.count() - 1))


def _really_left(event: QFocusEvent) -> bool:
    """A menu over the field is no reason to close, nor is another window, such as a page of help."""
    return event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
