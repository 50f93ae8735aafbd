"""Bookmarks of a canvas: places of a level to come back to, saved with the drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QTransform

from designer.canvas.camera import LARGEST, SMALLEST
from graph import edits
from graph.edits.bookmarks import SLOTS
from graph.records import Bookmark

if TYPE_CHECKING:
    from designer.canvas.view import View


def listed(view: View) -> tuple[Bookmark, ...]:
    """The bookmarks of the level that is shown."""
    return view.drawing.document.sheet.bookmarks


def at_slot(view: View, slot: int) -> Bookmark | None:
    """The bookmark that a digit leads to."""
    return next((mark for mark in listed(view) if mark.slot == slot), None)


def called(view: View, name: str) -> Bookmark | None:
    """The bookmark of a name."""
    return next((mark for mark in listed(view) if mark.name == name), None)


def keep(view: View, slot: int = 0, name: str = "") -> None:
    """Keep what is seen now under a name, and under a digit: the next free one if none is told."""
    marks, known = listed(view), at_slot(view, slot) if slot else None
    slot = slot or next((digit for digit in SLOTS if all(mark.slot != digit for mark in marks)), 0)
    name = name or (known.name if known else _free(f"Place {slot}" if slot else "Place", marks))
    transform, middle = view.camera.place
    scene = view.drawing
    scene.attempt(
        "Keep a place",
        lambda: edits.set_bookmark(scene.document, name, (middle.x(), middle.y()), transform.m11(), slot),
    )


def go(view: View, mark: Bookmark | None) -> None:
    """Show what was seen when a bookmark was set."""
    if mark is not None:
        zoom = min(max(mark.zoom, SMALLEST), LARGEST)
        view.camera.restore(QTransform.fromScale(zoom, zoom), QPointF(*mark.at))


def _free(stem: str, marks: tuple[Bookmark, ...]) -> str:
    """A name that no bookmark has."""
    taken, number, name = {mark.name for mark in marks}, 2, stem
    while name in taken:
        name, number = f"{stem} ({number})", number + 1
    return name
