"""What the keys of actions are called in texts of the window: whoever names a key in a sentence asks here.

The keys are told by whoever knows them (`Header`); before, and where an action has none, texts do without.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QApplication, QWidget

_names: dict[str, str] = {}
PROPERTY = "key-tip"
"""Keeps of a widget what its tooltip says, and the action whose key it names."""


def of(action: str) -> str:
    """The first key of an action in the words of the platform; empty if it has none."""
    return _names.get(action, "")


def behind(text: str, action: str) -> str:
    """A text with the key of an action in brackets behind it."""
    key = of(action)
    return f"{text} ({key})" if key else text


def set_tip(widget: QWidget, text: str, action: str) -> None:
    """Give a widget a tooltip that names a key, and goes on to when the key becomes another."""
    widget.setProperty(PROPERTY, [text, action])
    widget.setToolTip(behind(text, action))


def tell(names: Mapping[str, str]) -> None:
    """These are the keys now, by the ids of their actions."""
    if names == _names:
        return
    _names.clear()
    _names.update(names)
    for widget in QApplication.allWidgets():
        told = widget.property(PROPERTY)
        if told:
            widget.setToolTip(behind(*told))
