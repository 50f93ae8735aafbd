"""Putting nodes in order: lining up, equal gaps, level wires, through the real view."""

import itertools
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from designer.canvas import ordering
from designer.canvas.looks import PortAt
from tests.designer.canvas.stage import Stage

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
LASSO = CONTROL | ALT
KEYS = {
    "left": Qt.Key.Key_A, "centre": Qt.Key.Key_C, "right": Qt.Key.Key_D,
    "top": Qt.Key.Key_W, "middle": Qt.Key.Key_M, "bottom": Qt.Key.Key_S,
}  # fmt: skip
EDGES = {
    "left": lambda rect: rect.left(), "centre": lambda rect: rect.center().x(), "right": lambda rect: rect.right(),
    "top": lambda rect: rect.top(), "middle": lambda rect: rect.center().y(), "bottom": lambda rect: rect.bottom(),
}  # fmt: skip


@pytest.fixture
def askew(stage: Stage) -> Stage:
    """conv1 → relu1 → pool1 → add1, with relu2 beside, none of them level."""
    for kind, at in (
        ("Conv2d", (0, 0)), ("ReLU", (230, 31)), ("MaxPool2d", (400, -40)), ("Add", (700, 90)), ("ReLU", (400, 150))
    ):  # fmt: skip
        stage.add(kind, at)
    stage.wire(
        "conv1.y -> relu1.x", "relu1.y -> pool1.x", "relu1.y -> relu2.x", "pool1.y -> add1.a", "relu2.y -> add1.b"
    )
    return stage.show()


@pytest.mark.parametrize("edge", EDGES)
def test_nodes_are_put_on_one_line_in_one_step(askew: Stage, edge: str) -> None:
    askew.key(Qt.Key.Key_A, CONTROL)
    covered = askew.scene.plan.bounds(askew.births())
    askew.key(KEYS[edge], ALT | SHIFT)
    lines = {round(EDGES[edge](askew.scene.plan.rect(born)), 1) for born in askew.births()}
    assert len(lines) == 1 or max(lines) - min(lines) < 0.2
    assert abs(lines.pop() - EDGES[edge](covered)) < 0.2
    assert askew.history.entries == [ordering.LABELS[edge]]  # type: ignore[index]
    askew.mirrors()


@pytest.mark.parametrize("way", ["across", "down"])
def test_gaps_become_equal_and_the_ends_stay(askew: Stage, way: str) -> None:
    askew.key(Qt.Key.Key_A, CONTROL)
    before = askew.scene.plan.bounds(askew.births())
    askew.key(Qt.Key.Key_H if way == "across" else Qt.Key.Key_V, ALT | SHIFT)
    rects = [askew.scene.plan.rect(born) for born in askew.births()]
    spans = sorted((r.left(), r.right()) if way == "across" else (r.top(), r.bottom()) for r in rects)
    gaps = [round(after[0] - one[1], 1) for one, after in itertools.pairwise(spans)]
    assert max(gaps) - min(gaps) < 0.3
    assert askew.scene.plan.bounds(askew.births()) == before
    assert len(askew.history.entries) == 1


def test_wires_run_level_and_nothing_lies_on_anything(askew: Stage) -> None:
    askew.key(Qt.Key.Key_A, CONTROL)
    askew.key(Qt.Key.Key_Q)
    plan = askew.scene.plan
    for key in ("conv1.y -> relu1.x", "relu1.y -> pool1.x", "pool1.y -> add1.a"):
        wire = askew.document.wire(key)
        start = plan.point(PortAt(wire.source, wire.source_port, True))
        assert abs(start.y() - plan.point(PortAt(wire.target, wire.target_port, False)).y()) < 0.2
    assert askew.document.node("conv1").at == (0, 0)
    rects = [plan.rect(born) for born in askew.births()]
    assert not any(one.intersects(other) for i, one in enumerate(rects) for other in rects[:i])
    assert askew.history.entries == ["Straighten"]
    askew.mirrors()


@pytest.mark.parametrize(
    ("chosen", "verb"),
    [
        (["fc1"], lambda view: ordering.align(view, "left")),
        (["fc1", "conv1"], lambda view: ordering.distribute(view, "down")),
        (["fc1", "conv1"], ordering.straighten),
    ],
)
def test_what_cannot_be_is_said(chain: Stage, chosen: list[str], verb: Callable[..., None]) -> None:
    chain.selection.set(chosen)
    verb(chain.view)
    assert "select" in chain.view.overlays.hint.sentence
    assert chain.history.entries == []


def test_nodes_placed_for_show_stay_where_they_are_seen(stage: Stage) -> None:
    for kind in ("Conv2d", "ReLU", "MaxPool2d"):
        stage.add(kind)
    stage.wire("conv1.y -> relu1.x", "relu1.y -> pool1.x")
    stage.show()
    seen = stage.scene.plan.at("pool1")
    stage.selection.set(["conv1", "relu1"])
    ordering.align(stage.view, "left")
    assert stage.document.node("pool1").at == (seen.x(), seen.y())
    assert stage.scene.plan.at("relu1").x() == stage.scene.plan.at("conv1").x()


def test_what_hangs_together_is_of_a_kind_or_is_left_is_selected(askew: Stage) -> None:
    askew.add("Linear", (0, 300))
    askew.selection.set(["relu1"])
    askew.key(Qt.Key.Key_G, SHIFT)
    assert askew.selection.births == ["relu1", "relu2"]
    askew.key(Qt.Key.Key_L)
    assert set(askew.selection.births) == {"conv1", "relu1", "pool1", "add1", "relu2"}
    askew.key(Qt.Key.Key_I, CONTROL)
    assert askew.selection.births == ["fc1"]


class TestSweeping:
    def test_a_band_with_control_takes_away(self, chain: Stage) -> None:
        chain.key(Qt.Key.Key_A, CONTROL).press((-40, -40), modifiers=CONTROL).drag_to((230, 60)).release()
        assert chain.selection.births == ["pool1", "fc1"]

    def test_a_lasso_goes_around_what_a_band_would_take(self, chain: Stage) -> None:
        chain.press((-40, -60), modifiers=LASSO)
        for place in ((620, -60), (620, 70), (400, 70), (400, -20), (200, -20), (200, 90), (-40, 90)):
            chain.drag_to(place)
        chain.release()
        assert chain.selection.births == ["conv1", "pool1"]
        chain.press((420, 120), modifiers=LASSO | SHIFT).drag_to((700, 120)).drag_to((500, 260)).release()
        assert chain.selection.births == ["conv1", "pool1", "fc1"]

    @pytest.mark.parametrize("key", [Qt.Key.Key_Control, Qt.Key.Key_Alt])
    def test_a_key_pressed_in_the_middle_takes_away_and_stays_so_when_it_is_let_go(self, chain, key) -> None:
        chain.key(Qt.Key.Key_A, CONTROL).press((-40, -40)).drag_to((230, 60))
        assert chain.selection.births == ["conv1", "relu1"]
        chain.key(key)
        assert chain.selection.births == ["pool1", "fc1"]
        chain.release()
        assert chain.selection.births == ["pool1", "fc1"]
        chain.press((-40, -40), modifiers=ALT).drag_to((650, 60)).key(Qt.Key.Key_Shift).release()
        assert len(chain.selection.births) == 4

    def test_a_lasso_takes_away_with_the_right_button_or_a_key_pressed_meanwhile(self, chain: Stage) -> None:
        chain.key(Qt.Key.Key_A, CONTROL).press((-40, -60), Qt.MouseButton.RightButton, LASSO)
        chain.drag_to((100, -60)).drag_to((100, 90)).drag_to((-40, 90)).release()
        assert chain.selection.births == ["relu1", "pool1", "fc1"]
        chain.press((420, 120), modifiers=LASSO).drag_to((700, 120)).drag_to((500, 260))
        assert chain.selection.births == ["fc1"]
        chain.key(Qt.Key.Key_Alt).release()
        assert chain.selection.births == ["relu1", "pool1"]

    def test_escape_during_a_lasso_brings_the_selection_back(self, chain: Stage) -> None:
        chain.click("fc1").press((-40, -60), modifiers=LASSO).drag_to((300, -60)).drag_to((100, 90))
        assert chain.selection.births == ["conv1"]
        chain.key(Qt.Key.Key_Escape).release()
        assert chain.selection.births == ["fc1"]
