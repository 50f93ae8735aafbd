"""Which keys mean which action: what the records say, with what the user has changed."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QKeySequence

from designer.actions import ALL, Action
from designer.preferences import Preferences

Held = Qt.KeyboardModifier
Key = Qt.Key
PORTABLE = QKeySequence.SequenceFormat.PortableText
RESERVED = {
    "Esc": "Escape breaks off whatever is going on.",
    "Space": "Space and the left button move the drawing.",
    **dict.fromkeys(("Left", "Right", "Up", "Down"), "The arrows move what is selected."),
}
"""Keys that no action can have, and why."""


class Shortcuts(QObject):
    """Keys as portable text, such as `Ctrl+Shift+P`. Only what differs from the records is kept."""

    changed = Signal()

    def __init__(self, preferences: Preferences, actions: Iterable[Action] = ALL, parent: QObject | None = None):
        super().__init__(parent)
        self._preferences = preferences
        self._actions = tuple(actions)
        self._own = {id: tuple(keys) for id, keys in preferences.keys.items()}

    def of(self, action: Action) -> tuple[str, ...]:
        """The keys of an action now; of its default keys those that the user has not given away."""
        if action.id in self._own:
            return self._own[action.id]
        given = {key for keys in self._own.values() for key in keys}
        return tuple(key for key in defaults(action) if key not in given)

    def owner(self, key: str) -> Action | None:
        """The action that a key means."""
        return next((action for action in self._actions if key in self.of(action)), None)

    def differs(self, action: Action) -> bool:
        return self.of(action) != defaults(action)

    @property
    def any_differs(self) -> bool:
        return bool(self._own)

    def set(self, action: Action, keys: Iterable[str]) -> None:
        """Give an action these keys; whatever had one of them loses it."""
        wanted = tuple(dict.fromkeys(keys))
        self._take(wanted, action)
        self._own[action.id] = wanted
        if wanted == defaults(action):
            del self._own[action.id]
        self._keep()

    def reset(self, action: Action) -> None:
        """The keys that the record says; whoever was given one of them loses it."""
        self._own.pop(action.id, None)
        self._take(defaults(action), action)
        self._keep()

    def reset_all(self) -> None:
        self._own.clear()
        self._keep()

    def _take(self, keys: tuple[str, ...], away_for: Action) -> None:
        for id, own in list(self._own.items()):
            if id != away_for.id and set(own) & set(keys):
                self._own[id] = tuple(key for key in own if key not in keys)

    def _keep(self) -> None:
        self._preferences.keys = self._own
        self.changed.emit()


def defaults(action: Action) -> tuple[str, ...]:
    """The keys of a record as text; what this platform has no key for is left out."""
    texts = (QKeySequence(key).toString(PORTABLE) for key in action.keys)
    return tuple(dict.fromkeys(text for text in texts if text))


def only_on_canvas(action: Action, key: str) -> bool:
    """Whether a key counts only while the canvas has the focus: plain letters do, since fields and lists use them."""
    return action.canvas or is_plain(key)


def is_plain(key: str) -> bool:
    """A key that is pressed alone or with Shift; F1 and its like are no plain keys."""
    pressed: QKeyCombination = QKeySequence(key)[0]  # type: ignore[index]  # the stubs lack it
    held = pressed.keyboardModifiers() & ~(Held.ShiftModifier | Held.KeypadModifier)
    return held == Held.NoModifier and not Key.Key_F1 <= pressed.key() <= Key.Key_F35


def native(key: str) -> str:
    """A key in the words of the platform."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
