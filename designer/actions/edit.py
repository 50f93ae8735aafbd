"""The Edit menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication, QKeySequence

from designer import finding
from designer.actions import annotating
from designer.actions.action import Action, anything_chosen, chosen, drawn, pieces_chosen
from designer.canvas import selecting, states
from graph.records import BYPASSED, MUTED

if TYPE_CHECKING:
    from designer.window import Window

Key = QKeySequence.StandardKey


def _undo_words(window: Window) -> str:
    history = window.session.history
    return f"&Undo {_within(history.entries[history.position - 1])}" if history.can_undo else "&Undo"


def _redo_words(window: Window) -> str:
    history = window.session.history
    return f"&Redo {_within(history.entries[history.position])}" if history.can_redo else "&Redo"


def _can_undo(window: Window) -> bool:
    """Something was done."""
    return window.session.history.can_undo


def _can_redo(window: Window) -> bool:
    """Something was taken back."""
    return window.session.history.can_redo


def _within(label: str) -> str:
    """A label in the middle of a sentence: `Add Linear` is `add Linear`."""
    return label[:1].lower() + label[1:]


def _copy_picture(window: Window) -> None:
    """What is selected, or all, as an image, SVG and PDF."""
    from designer import pictures
    from designer.pictures import paper

    level = window.session.level
    wish = pictures.Wish(look="paper", births=frozenset(level.selection.births) or None)
    QGuiApplication.clipboard().setMimeData(paper.mime(pictures.subject(level.document, level.reading, wish)))


def _mute_words(window: Window) -> str:
    return states.label(window.view, MUTED)


def _bypass_words(window: Window) -> str:
    return states.label(window.view, BYPASSED)


ACTIONS = (
    Action("undo", _undo_words, lambda w: w.session.undo(), (Key.Undo,), _can_undo),
    Action(
        "redo", _redo_words, lambda w: w.session.redo(), ("Ctrl+Shift+Z", "Ctrl+Y"),
        _can_redo,
    ),
    None,
    Action("add-node", "&Add a node…", lambda w: w.view.overlays.finder.here(), ("Tab",), canvas=True),
    *annotating.ADDING,
    None,
    Action("cut", "Cu&t", lambda w: w.view.commands.cut(), (Key.Cut,), pieces_chosen, canvas=True),
    Action("copy", "&Copy", lambda w: w.view.commands.copy(), (Key.Copy,), pieces_chosen, canvas=True),
    Action("paste", "&Paste", lambda w: w.view.commands.paste(), (Key.Paste,), canvas=True),
    Action("copy-picture", "Copy as p&icture", _copy_picture, ("Ctrl+Shift+C",), drawn),
    Action(
        "paste-with-wires", "Paste &with incoming wires", lambda w: w.view.commands.paste(incoming=True),
        ("Ctrl+Shift+V",), canvas=True,
    ),
    Action("duplicate", "&Duplicate", lambda w: w.view.commands.duplicate(), ("Ctrl+D",), pieces_chosen),
    Action(
        "delete", "De&lete", lambda w: w.view.commands.delete(), (Key.Delete, "Backspace"), anything_chosen,
        canvas=True,
    ),
    Action(
        "delete-reconnect", "Delete and &reconnect", lambda w: w.view.commands.delete_and_reconnect(),
        ("Ctrl+Backspace", "Ctrl+Del"), chosen, canvas=True,
    ),
    Action("detach", "De&tach", lambda w: w.view.commands.detach(), ("Alt+D",), chosen, canvas=True),
    Action("mute", _mute_words, lambda w: states.toggle(w.view, MUTED), ("Ctrl+M",), chosen),
    Action("bypass", _bypass_words, lambda w: states.toggle(w.view, BYPASSED), ("Ctrl+B",), chosen),
    None,
    Action("find", "&Find…", finding.open_find, ("Ctrl+F",)),
    Action("find-next", "Find &next", lambda w: finding.step(w, 1), ("F3",)),
    Action("find-previous", "Find pre&vious", lambda w: finding.step(w, -1), ("Shift+F3",)),
    None,
    Action("rename", "Rena&me", lambda w: w.view.overlays.rename_selected(), ("F2",), pieces_chosen),
    Action(
        "change-kind", "Change &kind…", lambda w: w.view.overlays.finder.other_kind(), ("Shift+S",),
        lambda w: w.session.selection.single is not None, canvas=True,
    ),
    Action("select-all", "Select &all", lambda w: w.view.commands.select_all(), (Key.SelectAll,), drawn, canvas=True),
    Action(
        "select-upstream", "Select &upstream", lambda w: w.view.commands.select_upstream(),
        ("Ctrl+Shift+Left",), chosen,
    ),
    Action(
        "select-downstream", "Select do&wnstream", lambda w: w.view.commands.select_downstream(),
        ("Ctrl+Shift+Right",), chosen,
    ),
    Action("select-connected", "Select c&onnected", lambda w: selecting.connected(w.view), ("L",), chosen, canvas=True),
    Action(
        "select-same-kind", "Select same &kind", lambda w: selecting.same_kind(w.view), ("Shift+G",), chosen,
        canvas=True,
    ),
    Action("select-inverse", "&Invert the selection", lambda w: selecting.inverted(w.view), ("Ctrl+I",), drawn),
)  # fmt: skip
