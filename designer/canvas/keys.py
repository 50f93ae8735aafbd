"""The keys of the canvas. A window's own shortcuts come first; these make the canvas whole by itself."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from designer.canvas.commands import NUDGE

if TYPE_CHECKING:
    from designer.canvas.view import View

Key = Qt.Key
Held = Qt.KeyboardModifier
STANDARD = QKeySequence.StandardKey
FAR_NUDGE = 3 * NUDGE


def press(view: "View", event: QKeyEvent) -> bool:
    """Do what a key means; False if it means nothing here. During a gesture only Escape is heard."""
    if view.gesture is not None:
        if event.key() == Key.Key_Escape:
            view.cancel()
        return True
    found = _standard(view, event) or _arrow(view, event) or _plain(view, event) or _number(view, event)
    if found is None:
        return False
    found()
    return True


def _standard(view: "View", event: QKeyEvent) -> Callable[[], object] | None:
    """What the platform has a convention for."""
    commands, camera = view.commands, view.camera
    wanted: tuple[tuple[QKeySequence.StandardKey, Callable[[], object]], ...] = (
        (STANDARD.Undo, commands.undo),
        (STANDARD.Redo, commands.redo),
        (STANDARD.Cut, commands.cut),
        (STANDARD.Copy, commands.copy),
        (STANDARD.Paste, commands.paste),
        (STANDARD.SelectAll, commands.select_all),
        (STANDARD.ZoomIn, camera.zoom_in),
        (STANDARD.ZoomOut, camera.zoom_out),
        (STANDARD.Delete, commands.delete),
    )
    return next((verb for key, verb in wanted if event.matches(key)), None)


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
    if event.modifiers() & Held.AltModifier or not view.drawing.selection.births:
        return partial(view.commands.walk, name)  # type: ignore[arg-type]
    far = FAR_NUDGE if event.modifiers() & Held.ShiftModifier else NUDGE
    return partial(view.commands.nudge, across * far, down * far)


def _number(view: "View", event: QKeyEvent) -> Callable[[], object] | None:
    """A number that is begun while one wire is selected is the wire's weight."""
    selection, text = view.drawing.selection, event.text()
    if len(selection.wires) != 1 or selection.births or not text or text not in "0123456789.-−":
        return None
    return partial(view.weight_typed.emit, text)


def _plain(view: "View", event: QKeyEvent) -> Callable[[], object] | None:
    commands, camera, overlays, blocks = view.commands, view.camera, view.overlays, view.blocks
    held = event.modifiers() & ~Held.KeypadModifier
    wanted: dict[tuple[Qt.Key, Qt.KeyboardModifier], Callable[[], object]] = {
        (Key.Key_Escape, Held.NoModifier): view.cancel,
        (Key.Key_Tab, Held.NoModifier): overlays.finder.here,
        (Key.Key_F2, Held.NoModifier): overlays.rename_selected,
        (Key.Key_Return, Held.NoModifier): partial(_open, view),
        (Key.Key_Enter, Held.NoModifier): partial(_open, view),
        (Key.Key_Return, Held.ControlModifier): blocks.enter,
        (Key.Key_Backspace, Held.NoModifier): partial(_back, view),
        (Key.Key_G, Held.ControlModifier): blocks.ask_collapse,
        (Key.Key_G, Held.ControlModifier | Held.ShiftModifier): blocks.unpack,
        (Key.Key_Delete, Held.ControlModifier): commands.delete_and_reconnect,
        (Key.Key_Backspace, Held.ControlModifier): commands.delete_and_reconnect,
        (Key.Key_D, Held.ControlModifier): commands.duplicate,
        (Key.Key_L, Held.ControlModifier): commands.arrange,
        (Key.Key_Z, Held.ControlModifier | Held.ShiftModifier): commands.redo,
        (Key.Key_Y, Held.ControlModifier): commands.redo,
        (Key.Key_F, Held.NoModifier): camera.fit,
        (Key.Key_0, Held.ControlModifier): camera.fit,
        (Key.Key_F, Held.ShiftModifier): camera.fit_selection,
        (Key.Key_2, Held.ControlModifier): camera.fit_selection,
        (Key.Key_1, Held.ControlModifier): camera.actual_size,
        (Key.Key_Equal, Held.ControlModifier): camera.zoom_in,
    }
    return wanted.get((Key(event.key()), held))


def _open(view: "View") -> None:
    """Enter opens a block; of any other node it opens the name."""
    if not view.blocks.enter():
        view.overlays.rename_selected()


def _back(view: "View") -> None:
    """Backspace takes away what is selected; with nothing selected it leads out of a block."""
    if view.drawing.selection.keys:
        view.commands.delete()
    else:
        view.blocks.leave()
