"""Search to add: type a word, choose a kind, and it stands where you asked for it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QListWidgetItem, QWidget

from designer import icons, key_names
from designer.canvas.overlays.chooser import DATA, Chooser
from designer.theme import Theme
from graph.catalogue import Catalogue
from graph.spec import Kind

WIDTH, HEIGHT = 300, 340

BESIDE: tuple[tuple[str, str, str], ...] = (
    ("#frame", "Frame", "frame group box region"),
    ("#note", "Note", "note comment text markdown sticky"),
)
"""What can be added and is no kind: what is chosen for it, its title, words by which it is found."""


class Search(Chooser):
    """A field and a list of kinds. `chosen` carries the name of a kind; `closed` tells that nothing was chosen.

    `asked` carries the name of a kind that is to be explained.
    """

    chosen = Signal(str)
    asked = Signal(str)
    opened = Signal()

    def __init__(self, parent: QWidget, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(parent, theme, "search", "Search kinds to add", "Kinds found")
        self.catalogue = catalogue
        self._accept: Callable[[type[Kind]], bool] = lambda kind: True
        self._first: list[str] = []
        self._note, self._beside = "", False
        self.setFixedSize(WIDTH, HEIGHT)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._ask)

    def ask(
        self, at: QPoint, accept: Callable[[type[Kind]], bool], note: str = "", first: Sequence[str] = (), *,
        beside: bool = False,
    ) -> None:  # fmt: skip
        """Open at a place of the canvas; only kinds that `accept` takes are offered, those named `first` first.

        With `beside` frames and notes can be found too.
        """
        self._beside = beside
        self._accept, self._first = accept, list(first)
        self._note = note
        self.opened.emit()
        self.field.clear()
        self.fill("")
        self.place(at)
        self.field.setFocus()

    def kinds(self) -> list[str]:
        """The names of the kinds on offer, best first."""
        return [self.list.item(row).data(DATA) for row in range(self.list.count())]

    @property
    def marked(self) -> str:
        """The name of the kind that is marked in the list; empty if none fits."""
        name = str(self.marked_data() or "")
        return "" if name.startswith("#") else name

    def fill(self, words: str) -> None:
        self.list.clear()
        for kind in self._found(words):
            if self._accept(kind):
                self.list.addItem(self._item(kind))
        self._add_beside(words.strip().lower())
        self.list.setCurrentRow(0)
        self.note.setText(self._note if self.list.count() else f"No kind that fits is called “{words}”.")
        self.note.setVisible(bool(self.note.text()))

    def _add_beside(self, typed: str) -> None:
        """What is no kind: first where its own name is typed, else behind the kinds."""
        for name, title, words in BESIDE if self._beside and len(typed) > 1 else ():
            if any(word.startswith(typed) for word in words.split()):
                item = QListWidgetItem(icons.icon("hint", self.theme.muted), title)
                item.setData(DATA, name)
                first = len(typed) > 2 and title.lower().startswith(typed)
                self.list.insertItem(0 if first else self.list.count(), item)

    def _found(self, words: str) -> list[type[Kind]]:
        """The best match first; without words the likely ones, then all, by family."""
        if words.strip():
            return self.catalogue.search(words)
        likely = [kind for name in self._first if (kind := self.catalogue.get(name)) is not None]
        return [*dict.fromkeys([*likely, *(kind for _, kinds in self.catalogue.families() for kind in kinds)])]

    def _item(self, kind: type[Kind]) -> QListWidgetItem:
        icon = icons.icon(icons.family_icon(kind.family), self.theme.family(kind.family))
        item = QListWidgetItem(icon, kind.title)
        item.setData(DATA, kind.__name__)
        ways = " or ".join(filter(None, (key_names.of("help"), "the right button")))
        item.setToolTip(f"{kind.help()}\n{ways[0].upper()}{ways[1:]}: more about it")
        return item

    def _ask(self, at: QPoint) -> None:
        """The right button on a kind asks what it is."""
        item = self.list.itemAt(at)
        if item is not None and not str(item.data(DATA)).startswith("#"):
            self.list.setCurrentItem(item)
            self.asked.emit(item.data(DATA))

    def take(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.hide()
            self.chosen.emit(item.data(DATA))
