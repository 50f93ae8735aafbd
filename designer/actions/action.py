"""The record of one thing a user can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtGui import QKeySequence

if TYPE_CHECKING:
    from designer.window import Window

Keys: TypeAlias = str | QKeySequence.StandardKey


def always(window: Window) -> bool:
    return True


def drawn(window: Window) -> bool:
    """Something is on the canvas."""
    return window.session.level.document.size > 0


def chosen(window: Window) -> bool:
    """Some nodes are selected."""
    return bool(window.session.selection.births)


def pieces_chosen(window: Window) -> bool:
    """Something is selected that can be moved and copied: nodes, frames, notes."""
    return bool(window.session.selection.pieces)


def anything_chosen(window: Window) -> bool:
    """Something is selected."""
    return bool(window.session.selection.keys)


@dataclass(frozen=True, slots=True)
class Action:
    """One action.

    `text` may be a function where it names what it would do. `keys` are its default keys, and stand nowhere else.
    `canvas`: its keys count only while the canvas has the focus, since fields use them too; plain letters do anyway.
    """

    id: str
    text: str | Callable[[Window], str]
    do: Callable[[Window], object]
    keys: tuple[Keys, ...] = ()
    when: Callable[[Window], bool] = always
    canvas: bool = False
    checked: Callable[[Window], bool] | None = None

    def words(self, window: Window) -> str:
        return self.text if isinstance(self.text, str) else self.text(window)

    @property
    def missing(self) -> str:
        """What it waits for while it cannot be done, as its condition says."""
        said = (self.when.__doc__ or "").strip().partition("\n")[0].rstrip(".")
        return f"only when {said[0].lower()}{said[1:]}" if said and self.when is not always else "not now"
