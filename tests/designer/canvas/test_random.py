"""Random gestures: whatever hands do, the scene mirrors the document, and undoing all of it leads back."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from graph.catalogue import standard
from graph.project import write
from tests.designer.canvas.stage import Stage

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
KEYS = [
    (Key.Key_Escape, NONE), (Key.Key_Delete, NONE), (Key.Key_Backspace, CONTROL), (Key.Key_A, CONTROL),
    (Key.Key_C, CONTROL), (Key.Key_X, CONTROL), (Key.Key_V, CONTROL), (Key.Key_D, CONTROL), (Key.Key_Z, CONTROL),
    (Key.Key_Y, CONTROL), (Key.Key_L, CONTROL), (Key.Key_F, NONE), (Key.Key_Right, NONE), (Key.Key_Up, NONE),
    (Key.Key_Right, Qt.KeyboardModifier.AltModifier), (Key.Key_Tab, NONE), (Key.Key_F2, NONE),
    (Key.Key_G, CONTROL), (Key.Key_Return, NONE), (Key.Key_Backspace, NONE),
]  # fmt: skip
KINDS = ["Digits", "Conv2d", "ReLU", "Linear", "Add", "CrossEntropyLoss", "Adam", "StepLR", "Neuron"]
places = st.tuples(st.integers(20, 1180), st.integers(20, 680))
gestures = st.one_of(
    st.tuples(st.just("press"), places, st.sampled_from([NONE, CONTROL])),
    st.tuples(st.just("grab"), st.integers(0, 40), st.booleans()),
    st.tuples(st.just("drag"), places),
    st.tuples(st.just("aim"), st.integers(0, 40), st.booleans()),
    st.tuples(st.just("release")),
    st.tuples(st.just("key"), st.sampled_from(KEYS)),
    st.tuples(st.just("add"), st.sampled_from(KINDS), places),
    st.tuples(st.just("collapse"), st.sampled_from(["", "Part"])),
    st.tuples(st.just("unpack")),
    st.tuples(st.just("zoom"), st.sampled_from([0.3, 0.8, 1.25, 3.0]), places),
)


@pytest.fixture(scope="module")
def application(qapp: QApplication) -> Iterator[QApplication]:
    return qapp


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(gestures, max_size=40))
def test_the_scene_mirrors_the_document_whatever_hands_do(
    application: QApplication, played: list[tuple[object, ...]]
) -> None:
    stage = begin()
    try:
        for gesture in played:
            play(stage, gesture)
            if stage.view.gesture is None:
                stage.mirrors()
        stage.view.cancel_quietly()
        stage.settle()
        stage.mirrors()
        check_undo(stage)
    finally:
        stage.close()


def begin() -> Stage:
    stage = Stage.bare(standard())
    for kind, at in (("Digits", (0, 0)), ("Conv2d", (200, 0)), ("ReLU", (400, 0)), ("Linear", (400, 140))):
        stage.add(kind, at)
    stage.wire("digits.x -> conv1.x", "conv1.y -> relu1.x")
    return stage.show()


def check_undo(stage: Stage) -> None:
    """Undo all is where it began, redo all where it was, and the scene follows."""
    last, position = write(stage.document), stage.history.position
    stage.history.jump(0)
    stage.settle()
    stage.mirrors()
    assert [node.born for node in stage.document.nodes()] == ["digits", "conv1", "relu1", "fc1"]
    assert [node.at for node in stage.document.nodes()] == [(0, 0), (200, 0), (400, 0), (400, 140)]
    stage.history.jump(position)
    stage.settle()
    stage.mirrors()
    assert write(stage.document) == last


def play(stage: Stage, gesture: tuple[object, ...]) -> None:
    """Play one gesture; a press while something is held, or a release while nothing is, is what hands do, too."""
    match gesture:
        case ("press", (x, y), modifiers):
            stage.press(scene_point(stage, x, y), modifiers=modifiers)  # type: ignore[arg-type]
        case ("grab", number, output):
            stage.press(some_port(stage, number, output))  # type: ignore[arg-type]
        case ("drag", (x, y)):
            stage.drag_to(scene_point(stage, x, y))
        case ("aim", number, output):
            stage.drag_to(some_port(stage, number, output))  # type: ignore[arg-type]
        case ("release",):
            stage.release()
        case ("key", (key, modifiers)):
            stage.key(key, modifiers)
        case ("add", kind, (x, y)):
            stage.view.commands.add(kind, scene_point(stage, x, y))  # type: ignore[arg-type]
        case ("collapse", name):
            stage.view.blocks.collapse(name)  # type: ignore[arg-type]
        case ("unpack",):
            stage.view.blocks.unpack()
        case ("zoom", factor, (x, y)):
            stage.view.camera.zoom(factor, QPointF(x, y))


def scene_point(stage: Stage, x: float, y: float) -> QPointF:
    return stage.view.mapToScene(round(x), round(y))


def some_port(stage: Stage, number: int, output: bool) -> QPointF:
    """One of the ports that are drawn, or a point of the open canvas where there is none."""
    plan = stage.scene.plan
    spots = [
        plan.at(born) + spot.point
        for born in plan.births()
        for spot in (plan.look(born).outputs if output else plan.look(born).inputs)
    ]
    return spots[number % len(spots)] if spots else QPointF(0, 0)
