"""What a command of the menus is: words, keys, when it can be used, and what it does to a window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

if TYPE_CHECKING:
    from designer.window import Window

Key = QKeySequence.StandardKey | str


def always(window: Window) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Action:
    """One command. `keys` are the platform's own where it has them.

    `local` keys are heard by the canvas alone (a bare letter must not act while one types elsewhere): the menu only
    names them. `checked` makes it a switch. `begins` puts a line above it.
    """

    id: str
    text: str
    verb: Callable[[Window], object]
    keys: tuple[Key, ...] = ()
    when: Callable[[Window], bool] = always
    checked: Callable[[Window], bool] | None = None
    local: bool = False
    begins: bool = False
    tip: str = ""

    def sequences(self) -> list[QKeySequence]:
        """All its keys on this platform."""
        found: list[QKeySequence] = []
        for key in self.keys:
            many = [QKeySequence(key)] if isinstance(key, str) else QKeySequence.keyBindings(key)
            found += [sequence for sequence in many if not sequence.isEmpty() and sequence not in found]
        return found

    def key_text(self) -> str:
        """Its first key as the platform writes it."""
        sequences = self.sequences()
        return sequences[0].toString(QKeySequence.SequenceFormat.NativeText) if sequences else ""
