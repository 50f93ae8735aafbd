"""The list of commands over a window: type what you want done, and press Return."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QListWidgetItem

from designer.canvas.overlays.chooser import ASIDE, DATA, FAINT, Chooser
from designer.offers import Offer, Offers

if TYPE_CHECKING:
    from designer.window import Window

WIDTH, HEIGHT, TOP = 560, 420, 72


def open_commands(window: Window) -> None:
    """Open the list; called for while it is open, it goes away."""
    shown = window.findChild(CommandList)
    if shown is not None and not shown.isHidden():
        shown.give_up()
        return
    CommandList(window).ask()


class CommandList(Chooser):
    """Made anew each time; whatever had the focus has it again before the command is done."""

    def __init__(self, window: Window) -> None:
        super().__init__(window, window.shell.theme, "commands", "Type a command, a kind or a name", "Commands found")
        self._window = window
        self._before = QApplication.focusWidget()
        self._offers = Offers(window)
        self._found: list[Offer] = []
        self.setFixedSize(min(WIDTH, window.width() - 32), min(HEIGHT, window.height() - TOP - 16))
        self.closed.connect(self._give_back)
        self.list.currentRowChanged.connect(self._explain)

    def ask(self) -> None:
        self.fill("")
        self.place(QPoint((self._window.width() - self.width()) // 2, TOP))
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def rows(self) -> list[Offer]:
        """What is offered, the best match first."""
        return list(self._found)

    def fill(self, words: str) -> None:
        self._found = self._offers.find(words)
        self.list.clear()
        for offer in self._found:
            self.list.addItem(_item(offer))
        self.list.setCurrentRow(0)
        self._explain()

    def take(self, item: QListWidgetItem | None) -> None:
        offer: Offer | None = item.data(DATA) if item is not None else None
        if offer is None or offer.missing:
            return
        self.give_up()
        self._window.shell.preferences.note_used(offer.id)
        offer.do()

    def _explain(self) -> None:
        offer: Offer | None = self.marked_data()
        nothing = f"Nothing is called “{self.field.text()}”."
        told = (f"{offer.text}: {offer.missing}." if offer.missing else "") if offer is not None else nothing
        self.note.setText(told)
        self.note.setVisible(bool(told))

    def _give_back(self, had: bool) -> None:
        before = self._before
        if had and before is not None and before.isVisible():
            before.setFocus()
        elif had:
            self._window.view.setFocus()
        self.deleteLater()


def _blank() -> QIcon:
    """What stands where others have an icon, so that all texts begin below each other."""
    none = QPixmap(18, 18)
    none.fill(Qt.GlobalColor.transparent)
    return QIcon(none)


def _item(offer: Offer) -> QListWidgetItem:
    item = QListWidgetItem(offer.icon or _blank(), offer.text)
    item.setData(DATA, offer)
    item.setData(ASIDE, offer.aside)
    item.setData(FAINT, bool(offer.missing))
    return item
