"""The way to the help pages: of the node that is selected, of the kind that is searched, of any kind by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer import key_names
from designer.block_files import Shelf
from designer.panels.palette import Palette

if TYPE_CHECKING:
    from designer.dialogs.help import HelpDialog
    from designer.window import Window


class Reference:
    """Opens the pages of one window; they all stand in one dialog beside it."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._dialog: HelpDialog | None = None

    def here(self) -> None:
        """Explain what the user is at: a kind in the search or in the palette, else the selected node."""
        name = self._searched() or self._selected()
        if name:
            self.open(name)
        else:
            key = key_names.of("help")
            then = f"press {key}" if key else "ask again"
            self._window.say(f"Select a node, or a kind in the list at the left, and {then}: its page opens.")

    def open(self, name: str) -> None:
        """Explain a kind; if the one selected node is of it, with the parameters that it has there."""
        kind = Shelf(self._window.session.document.catalogue, self._window.shell.block_files).get(name)
        if kind is None:
            self._window.say(f"Nobody here knows the kind {name}.")
            return
        dialog = self._shown()
        level = self._window.session.level
        document, born = level.document, level.selection.single
        if born is not None and document.node(born).kind == name:
            dialog.show_kind(document.make(document.node(born)), document.node(born).id)
        else:
            dialog.show_kind(kind({}))

    def _shown(self) -> HelpDialog:
        from designer.dialogs.help import HelpDialog

        if self._dialog is None:
            shell = self._window.shell
            self._dialog = HelpDialog(shell.catalogue, shell.theme, self._window)
            self._dialog.chosen.connect(lambda kind: self._window.view.commands.add(kind))
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()
        return self._dialog

    def _searched(self) -> str:
        """The kind that is marked in the search over the canvas, or in the palette while it has the focus."""
        search = self._window.view.overlays.search
        if not search.isHidden():
            return search.marked
        palette = self._window.panels.docks["palette"].widget()
        focus = self._window.focusWidget()
        at_palette = isinstance(palette, Palette) and focus is not None and palette.isAncestorOf(focus)
        return palette.marked if isinstance(palette, Palette) and at_palette else ""

    def _selected(self) -> str:
        level = self._window.session.level
        born = level.selection.single
        return level.document.node(born).kind if born is not None else ""
