"""What can be done with frames and notes on the canvas; each is one step to undo."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QUrl
from PySide6.QtGui import QDesktopServices

from designer.canvas import levelling
from graph import edits
from graph.edits.frames import NEW_SIZE
from graph.framing import NOTE_SIZE
from graph.records import Frame

if TYPE_CHECKING:
    from designer.canvas.view import View

SAFE = ("http", "https", "mailto")
ADD_FRAME = "Add a frame"
"""The step of a new frame; the title that it is given at once is part of it."""


def new_frame(view: View, middle: QPointF | None = None) -> None:
    """A frame around what is selected; with nothing selected one at the pointer. Its title is asked for."""
    scene, keys = view.drawing, view.drawing.selection.pieces
    document = scene.document

    def verb() -> str:
        if not keys:
            at = view.camera.pointed(view.pointer) if middle is None else middle
            left, top = round(at.x() - NEW_SIZE[0] / 2), round(at.y() - NEW_SIZE[1] / 2)
            return edits.add_frame(document, (left, top, *NEW_SIZE))
        settle(view)
        sizes = scene.plan.sizes() | scene.plan.places.sizes()
        return edits.add_frame_around(document, keys, sizes=sizes)

    step = levelling.step_of(view, ADD_FRAME)
    key = scene.attempt(ADD_FRAME, verb, step)
    if key is not None:
        scene.selection.set([key])
        view.overlays.edit_scenery(key, step)


def new_note(view: View, at: QPointF | None = None) -> None:
    """Begin to write a note, at the pointer if nothing else is told; it is there once something is written."""
    view.overlays.write_new(view.camera.pointed(view.pointer) if at is None else at)


def written(view: View, key: str, text: str, at: QPointF) -> None:
    """The text of a note was written; `at` is where a new one goes."""
    scene, place = view.drawing, (round(at.x()), round(at.y()))
    if key:
        scene.attempt("Edit a note", lambda: edits.set_note(scene.document, key, text=text))
    elif text.strip():
        made = scene.attempt("Add a note", lambda: edits.add_note(scene.document, text, place))
        if made is not None:
            scene.selection.set([made])


def recolour(view: View, colour: str) -> None:
    """Give the selected frames a colour."""
    _each_frame(view, "Colour a frame", partial(edits.set_frame, colour=colour))


def fit(view: View) -> None:
    """Fit the selected frames to what they hold, and the selected notes to their text."""
    scene = view.drawing
    places = scene.plan.places
    keys = scene.selection.scenery
    sizes = scene.plan.sizes() | places.sizes()

    def verb() -> None:
        settle(view)
        for key in keys:
            if places.frame(key) is None:
                edits.fit_note(scene.document, key)
            else:
                edits.fit_frame(scene.document, key, places.held(key), sizes)

    if keys:
        scene.attempt("Fit", verb)


def select_held(view: View) -> None:
    """Select what the selected frames hold, and not them."""
    scene = view.drawing
    frames = [key for key in scene.selection.scenery if scene.plan.places.frame(key) is not None]
    held = [key for key in scene.plan.places.with_held(frames) if key not in frames]
    if held:
        scene.selection.set(held)


def follow_link(view: View, key: str, point: QPointF) -> bool:
    """Open the address on which a note was clicked; False if there is none."""
    places = view.drawing.plan.places
    url = QUrl(places.text(key).link(point - places.rect(key).topLeft()) if places.note(key) is not None else "")
    if url.scheme() not in SAFE:
        return False
    return QDesktopServices.openUrl(url)


def settle(view: View) -> None:
    """What was only placed for show gets its place for good, so that nothing jumps."""
    plan, document = view.drawing.plan, view.drawing.document
    places = {node.born: plan.at(node.born) for node in document.nodes() if node.at is None}
    if places:
        edits.move(document, {born: (at.x(), at.y()) for born, at in places.items()})


def note_rect(at: QPointF) -> QRectF:
    """What a new note covers while it is written."""
    return QRectF(at.x(), at.y(), *NOTE_SIZE)


def frames(view: View) -> list[Frame]:
    """The selected frames."""
    places = view.drawing.plan.places
    return [frame for key in view.drawing.selection.scenery if (frame := places.frame(key)) is not None]


def _each_frame(view: View, label: str, change: Callable[..., None]) -> None:
    scene, chosen = view.drawing, frames(view)

    def verb() -> None:
        for frame in chosen:
            change(scene.document, frame.key)

    if chosen:
        scene.attempt(label, verb)
