"""Random gestures: whatever hands do, the scene mirrors the document, and undoing all of it leads back.

`NEUROLOOM_GESTURES=400` plays so many rows of gestures instead of the few of every run.
"""

import gc
import os
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsItem, QWidget

from designer.actions import MENUS
from designer.shortcuts import defaults
from graph.catalogue import standard
from graph.project import write
from tests.designer.canvas.stage import Stage

Key = Qt.Key
Held = Qt.KeyboardModifier
Button = Qt.MouseButton
ROWS = int(os.environ.get("NEUROLOOM_GESTURES", "60"))
MODIFIERS = [
    Held.NoModifier, Held.NoModifier, Held.ControlModifier, Held.ShiftModifier, Held.AltModifier,
    Held.ControlModifier | Held.AltModifier, Held.ControlModifier | Held.ShiftModifier,
]  # fmt: skip
OWN = ["Esc", "Return", "Backspace", "Left", "Right", "Up", "Down", "Shift+Left", "Alt+Left", "Alt+Right", "Alt+Down"]


@cache
def keys() -> list[str]:
    """All keys of the menus that change a drawing or look at it, and those that are the canvas' own."""
    listed = [action for menu, actions in MENUS if menu in ("&Edit", "&View", "&Arrange") for action in actions]
    return sorted({key for action in listed if action for key in defaults(action)} | set(OWN))


KINDS = ["Digits", "Conv2d", "ReLU", "Linear", "Add", "CrossEntropyLoss", "Adam", "StepLR", "Neuron"]
places = st.tuples(st.integers(20, 1180), st.integers(20, 680))
spots = st.tuples(st.sampled_from(["input", "output", "node", "wire", "bend"]), st.integers(0, 40))
buttons = st.sampled_from(
    [Button.LeftButton, Button.LeftButton, Button.LeftButton, Button.RightButton, Button.MiddleButton]
)
gestures = st.one_of(
    st.tuples(st.just("press"), st.one_of(places, spots), buttons, st.sampled_from(MODIFIERS)),
    st.tuples(st.just("drag"), st.one_of(places, spots)),
    st.tuples(st.just("release")),
    st.tuples(st.just("whole drag"), st.one_of(places, spots), st.one_of(places, spots), st.sampled_from(MODIFIERS)),
    st.tuples(st.just("double"), st.one_of(places, spots)),
    st.tuples(st.just("key"), st.integers(0, 1000)),
    st.tuples(st.just("key"), st.integers(0, 1000)),
    st.tuples(st.just("type"), st.sampled_from(["Linear", "a", "7", "Part", "relu1"])),
    st.tuples(st.just("add"), st.sampled_from(KINDS), places),
    st.tuples(st.just("collapse"), st.sampled_from(["", "Part"])),
    st.tuples(st.just("unpack")),
    st.tuples(st.just("wheel"), st.sampled_from([-720, -120, 120]), places, st.sampled_from(MODIFIERS)),
)


@pytest.fixture(scope="module")
def application(qapp: QApplication) -> Iterator[QApplication]:
    return qapp


@settings(max_examples=ROWS, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(gestures, min_size=8, max_size=60))
def test_the_scene_mirrors_the_document_whatever_hands_do(
    application: QApplication, played: list[tuple[object, ...]]
) -> None:
    stage = begin()
    first = write(stage.document)
    try:
        for gesture in played:
            play(stage, gesture)
            if stage.view.gesture is None:
                stage.mirrors()
        stage.view.cancel_quietly()
        stage.settle()
        stage.mirrors()
        check_undo(stage, first)
    finally:
        stage.close()


def test_nothing_is_left_of_a_canvas_that_is_closed(application: QApplication) -> None:
    """After many gestures no widget and no item outlives its canvas."""

    def left() -> tuple[int, int]:
        QApplication.sendPostedEvents(None, 52)
        gc.collect()
        items = sum(issubclass(type(one), QGraphicsItem) for one in gc.get_objects())  # no lazy module is woken
        return len([one for one in application.allWidgets() if isinstance(one, QWidget)]), items

    lively = [("add", kind, (100 * number + 50, 300)) for number, kind in enumerate(KINDS)]
    play_all(begin(), lively)
    before = left()
    for _ in range(5):
        play_all(
            begin(),
            [
                *lively,
                *(("key", number) for number in range(len(keys()))),
                ("whole drag", (10, 10), (900, 600), Held.NoModifier),
            ],
        )
    assert left() == before


def play_all(stage: Stage, played: list[tuple[object, ...]]) -> None:
    for gesture in played:
        play(stage, gesture)
    stage.view.cancel_quietly()
    stage.close()


def begin() -> Stage:
    stage = Stage.bare(standard())
    for kind, at in (("Digits", (0, 0)), ("Conv2d", (200, 0)), ("ReLU", (400, 0)), ("Linear", (400, 140))):
        stage.add(kind, at)
    stage.wire("digits.x -> conv1.x", "conv1.y -> relu1.x")
    return stage.show()


def check_undo(stage: Stage, first: str) -> None:
    """Undo all is where it began, redo all where it was, and the scene follows."""
    last, position = write(stage.document), stage.history.position
    stage.history.jump(0)
    stage.settle()
    stage.mirrors()
    assert write(stage.document) == first
    stage.history.jump(position)
    stage.settle()
    stage.mirrors()
    assert write(stage.document) == last


def play(stage: Stage, gesture: tuple[object, ...]) -> None:
    """Play one gesture; a press while something is held, or a release while nothing is, is what hands do, too."""
    match gesture:
        case ("press", place, button, modifiers):
            stage.press(point(stage, place), button, modifiers)  # type: ignore[arg-type]  # drawn by the strategy
        case ("drag", place):
            stage.drag_to(point(stage, place))
        case ("release",):
            stage.release()
        case ("whole drag", begin, end, modifiers):
            stage.press(point(stage, begin), modifiers=modifiers)  # type: ignore[arg-type]  # drawn by the strategy
            stage.drag_to(point(stage, end)).release()
        case ("double", place):
            stage.double_click(point(stage, place))
        case ("key", int(number)):
            key = keys()[number % len(keys())]
            QTest.keySequence(stage.view.focusWidget() or stage.view, QKeySequence(key))
            stage.settle()
        case ("type", text):
            stage.type(str(text))
        case ("add", kind, place):
            stage.view.commands.add(str(kind), point(stage, place))
        case ("collapse", name):
            stage.view.blocks.collapse(str(name))
        case ("unpack",):
            stage.view.blocks.unpack()
        case ("wheel", turn, place, modifiers):
            wheel(stage, turn, place, modifiers)  # type: ignore[arg-type]  # drawn by the strategy


def wheel(stage: Stage, turn: int, place: tuple[int, int], modifiers: Qt.KeyboardModifier) -> None:
    here, port = QPointF(*place), stage.view.viewport()
    none, phase = Button.NoButton, Qt.ScrollPhase.NoScrollPhase
    turned = QPoint(0, turn)
    there = QPointF(port.mapToGlobal(here.toPoint()))
    QApplication.sendEvent(port, QWheelEvent(here, there, QPoint(), turned, none, modifiers, phase, False))


def point(stage: Stage, place: object) -> QPointF:
    """A place of the viewport, or one of the things that are drawn; the open canvas where there is none."""
    match place:
        case (int(x), int(y)):
            return stage.view.mapToScene(x, y)
        case (str(sort), int(number)):
            found = list(things(stage, sort))
            return found[number % len(found)] if found else QPointF(0, 0)
    raise AssertionError(place)


def things(stage: Stage, sort: str) -> Iterator[QPointF]:
    plan = stage.scene.plan
    if sort == "node":
        yield from (plan.rect(born).center() for born in plan.births())
    elif sort in ("wire", "bend"):
        for wire in stage.document.wires():
            points = plan.lines.of(wire.key) or ()
            yield from points[1:-1] if sort == "bend" else [(points[0] + points[1]) / 2] if points else []
    else:
        for born in plan.births():
            look = plan.look(born)
            yield from (plan.at(born) + spot.point for spot in (look.outputs if sort == "output" else look.inputs))
