"""The menu of bookmarks, in the View menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.actions.action import Action
from designer.canvas import bookmarking
from graph.edits.bookmarks import SLOTS

if TYPE_CHECKING:
    from designer.window import Window


def _keep(slot: int) -> Action:
    def words(window: Window) -> str:
        mark = bookmarking.at_slot(window.view, slot)
        return f"Keep this place as &{slot}" + (f", for “{mark.name}”" if mark else "")

    return Action(f"keep-{slot}", words, lambda w: bookmarking.keep(w.view, slot), (f"Ctrl+Shift+{slot}",))


def _go(slot: int) -> Action:
    def words(window: Window) -> str:
        mark = bookmarking.at_slot(window.view, slot)
        return f"&{slot}  {mark.name}" if mark else f"&{slot}  No place yet"

    def kept(window: Window) -> bool:
        """A place is kept under this digit."""
        return bookmarking.at_slot(window.view, slot) is not None

    def go(window: Window) -> None:
        bookmarking.go(window.view, bookmarking.at_slot(window.view, slot))

    return Action(f"go-{slot}", words, go, (f"Alt+Shift+{slot}",), kept)


def _manage(window: Window) -> None:
    from designer.dialogs.bookmarks import BookmarksDialog

    BookmarksDialog(window.view, window.shell.theme, window).open()


ACTIONS: tuple[Action | None, ...] = (
    Action("bookmarks", "&Bookmarks…", _manage, ("Ctrl+Shift+B",)),
    None,
    *(_go(slot) for slot in SLOTS),
    None,
    *(_keep(slot) for slot in SLOTS),
)
