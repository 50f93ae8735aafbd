"""Laying out from the canvas: one step, beside the window where it takes long, and with either way of flow."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from designer.canvas import arranging
from graph import edits
from tests.designer.canvas.stage import Stage

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


def places(stage: Stage) -> dict[str, tuple[float, float] | None]:
    return {node.born: node.at for node in stage.document.nodes()}


def test_nodes_that_stay_are_not_covered(chain: Stage) -> None:
    for born, at in {"conv1": (0.0, 0.0), "relu1": (30.0, 200.0), "pool1": (60.0, 400.0), "fc1": (230.0, 10.0)}.items():
        edits.move(chain.document, {born: at})
    chain.selection.set(["conv1", "relu1", "pool1"])
    chain.key(Key.Key_L, CONTROL)
    plan = chain.scene.plan
    assert chain.document.node("fc1").at == (230, 10)
    assert not any(plan.rect(born).intersects(plan.rect("fc1")) for born in ("conv1", "relu1", "pool1"))
    assert plan.rect("conv1").right() < plan.rect("relu1").left()


class TestBesideTheWindow:
    @pytest.fixture(autouse=True)
    def large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(arranging, "AT_ONCE", 0)

    def test_a_large_drawing_is_laid_out_by_a_process_as_one_step(self, chain: Stage, qtbot: QtBot) -> None:
        before = places(chain)
        with qtbot.waitSignal(chain.view.arranging.ended, timeout=20_000):
            chain.key(Key.Key_L, CONTROL)
            assert not chain.view.arranging.progress.isHidden()
            assert places(chain) == before
        assert chain.history.entries == ["Arrange"]
        assert chain.view.arranging.progress.isHidden()
        plan = chain.scene.plan
        assert plan.rect("conv1").right() < plan.rect("relu1").left()
        assert plan.rect("conv1").center().y() == plan.rect("relu1").center().y()

    def test_escape_breaks_it_off(self, chain: Stage) -> None:
        before = places(chain)
        chain.key(Key.Key_L, CONTROL).key(Key.Key_Escape)
        assert not chain.view.arranging.busy
        assert chain.view.arranging.progress.isHidden()
        assert places(chain) == before

    def test_what_changed_meanwhile_is_not_moved(self, chain: Stage, qtbot: QtBot) -> None:
        said: list[str] = []
        chain.scene.refused.connect(said.append)
        with qtbot.waitSignal(chain.view.arranging.ended, timeout=20_000):
            chain.key(Key.Key_L, CONTROL)
            edits.move(chain.document, {"relu1": (0, 333)})
        assert said == [arranging.CHANGED]
        assert chain.document.node("relu1").at == (0, 333)
        assert chain.history.entries == []
