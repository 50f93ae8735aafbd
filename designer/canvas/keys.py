"""The keys of a canvas: those that actions have, which it is told, and the few that are its own."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from designer.canvas.commands import NUDGE

if TYPE_CHECKING:
    from designer.canvas.view import View

Key = Qt.Key
Held = Qt.KeyboardModifier
Verb: TypeAlias = Callable[[], bool]
"""Does something; False if that cannot be done now."""
FAR_NUDGE = 3 * NUDGE
PORTABLE = QKeySequence.SequenceFormat.PortableText


class Keymap:
    """What keys mean on one canvas, told by whoever has the actions. Keys are portable text: `Ctrl+Del`."""

    def __init__(self) -> None:
        self._verbs: dict[str, Verb] = {}
        self._keys: dict[str, str] = {}
        self._missing: dict[Verb, Callable[[], str]] = {}

    def tell(self, id: str, keys: Iterable[str], verb: Verb, missing: Callable[[], str] = lambda: "") -> None:
        """These are the keys of an action; `missing` says why it cannot be done now."""
        for key in keys:
            self._verbs[key] = verb
            self._missing[verb] = missing
            self._keys.setdefault(id, key)

    def clear(self) -> None:
        self._verbs.clear()
        self._keys.clear()
        self._missing.clear()

    def of(self, id: str) -> str:
        """The first key of an action in the words of the platform; empty if it has none."""
        return QKeySequence(self._keys.get(id, "")).toString(QKeySequence.SequenceFormat.NativeText)

    def missing(self, verb: Verb) -> str:
        """Why something cannot be done now, as a sentence; empty if nobody knows."""
        return self._missing[verb]()

    def find(self, event: QKeyEvent) -> Verb | None:
        """What a key means. Of `?` it does not matter that Shift was held for it."""
        held = event.modifiers() & ~Held.KeypadModifier
        signs = (held, held & ~Held.ShiftModifier) if _is_sign(event.key()) else (held,)
        texts = (QKeySequence(QKeyCombination(each, Key(event.key()))).toString(PORTABLE) for each in signs)
        return next((self._verbs[text] for text in texts if text in self._verbs), None)


def takes(view: "View", event: QKeyEvent) -> bool:
    """Whether a key is for the canvas, whatever else it may mean in the window: during a gesture all are."""
    return view.hasFocus() and (view.gesture is not None or view.keymap.find(event) is not None)


def press(view: "View", event: QKeyEvent) -> bool:
    """Do what a key means; False if it means nothing here. During a gesture all keys are its own, Escape ends it."""
    if view.gesture is not None:
        if event.key() == Key.Key_Escape:
            view.cancel()
        else:
            view.gesture.pressed(event)
        return True
    told = view.keymap.find(event)
    if told is not None and told():
        return True
    found = _arrow(view, event) or _number(view, event) or _own(view, event)
    if found is not None:
        found()
    elif told is not None and (sentence := view.keymap.missing(told)):
        view.overlays.say(sentence, linger=True, tone="line")
        return True
    return found is not None


def _arrow(view: "View", event: QKeyEvent) -> Callable[[], object] | None:
    """Arrows move what is selected; with Alt, or with nothing selected, they go from node to node."""
    ways = {
        Key.Key_Left: ("left", -1, 0), Key.Key_Right: ("right", 1, 0),
        Key.Key_Up: ("up", 0, -1), Key.Key_Down: ("down", 0, 1),
    }  # fmt: skip
    found = ways.get(Key(event.key()))
    if found is None:
        return None
    name, across, down = found
    still = not view.drawing.selection.pieces and view.drawing.marked.bend is None
    if event.modifiers() & Held.AltModifier or still:
        return partial(view.commands.walk, name)  # type: ignore[arg-type]
    far = FAR_NUDGE if event.modifiers() & Held.ShiftModifier else NUDGE
    return partial(view.commands.nudge, across * far, down * far)


def _number(view: "View", event: QKeyEvent) -> Callable[[], object] | None:
    """A number that is begun while one wire is selected is the wire's weight."""
    selection, text = view.drawing.selection, event.text()
    if len(selection.wires) != 1 or selection.births or not text or text not in "0123456789.-−":
        return None
    return partial(view.weight_typed.emit, text)


def _own(view: "View", event: QKeyEvent) -> Callable[[], object] | None:
    """Escape; Return names a node that cannot be opened; Backspace leads out of a block if nothing is selected."""
    plain = not event.modifiers() & ~Held.KeypadModifier
    wanted: dict[int, Callable[[], object]] = {
        Key.Key_Escape: view.cancel,
        Key.Key_Return: partial(_open, view),
        Key.Key_Enter: partial(_open, view),
        Key.Key_Backspace: partial(_back, view),
    }
    return wanted.get(event.key()) if plain else None


def _open(view: "View") -> None:
    """Enter opens a block; of any other node it opens the name."""
    if not view.blocks.enter():
        view.overlays.rename_selected()


def _back(view: "View") -> None:
    if not view.drawing.selection.keys:
        view.blocks.leave()


def _is_sign(key: int) -> bool:
    """Whether a key writes a sign that is no letter: where it stands depends on the country, so Shift may be held."""
    return 0x20 < key < 0x7F and not chr(key).isalnum()
