"""While the wheel turns a picture of the drawing is shown, larger or smaller; at rest all is painted as ever."""

import pytest
from PySide6.QtCore import QElapsedTimer, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from designer.canvas import far
from graph import edits
from tests.designer.canvas.stage import Stage

AT = QPoint(500, 330)


def turn(stage: Stage, by: int, at: QPoint = AT) -> None:
    port, place = stage.view.viewport(), QPointF(at)
    event = QWheelEvent(
        place, QPointF(port.mapToGlobal(at)), QPoint(), QPoint(0, by), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(port, event)


def rested(stage: Stage) -> bool:
    """Wait until all is painted as ever."""
    clock = QElapsedTimer()
    clock.start()
    while stage.view.camera.zooming.under_way and clock.elapsed() < 5000:
        QApplication.processEvents()
    return not stage.view.camera.zooming.under_way


def seen(stage: Stage) -> QImage:
    return stage.view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def furthest(one: QImage, other: QImage) -> int:
    """How far two pictures are apart, in steps of a colour."""
    assert one.size() == other.size()
    return max(abs(a - b) for a, b in zip(bytes(one.constBits()), bytes(other.constBits()), strict=True))


@pytest.mark.parametrize("by", [-360, -60, 90, 600])
def test_what_rests_after_a_zoom_is_what_is_painted_at_once(chain: Stage, by: int) -> None:
    chain.selection.set(["relu1"])
    turn(chain, by)
    assert chain.view.camera.zooming.under_way
    assert rested(chain)
    after, place = seen(chain), chain.view.camera.place
    chain.view.camera.zoom(1.7)
    chain.view.camera.restore(*place)
    chain.scene.stock.restyle(chain.scene.brushes)
    assert seen(chain) == after


@pytest.mark.parametrize("zoom", [0.25, 0.8])
def test_the_picture_is_where_the_drawing_is(chain: Stage, zoom: float) -> None:
    chain.view.camera.zoom(zoom)
    turn(chain, 30)
    zooming = chain.view.camera.zooming
    for _ in zooming._next():
        pass
    assert zooming.under_way
    during = seen(chain)
    assert rested(chain)
    assert furthest(during, seen(chain)) <= 8


def test_hands_meet_what_they_see_during_a_zoom(chain: Stage) -> None:
    turn(chain, 240)
    assert chain.view.camera.zooming.under_way
    chain.click("relu1")
    assert chain.selection.births == ["relu1"]


def test_an_edit_during_a_zoom_is_seen_at_once(chain: Stage) -> None:
    turn(chain, -120)
    before = chain.at("relu1")
    edits.move(chain.document, {"relu1": (100.0, 200.0)})
    assert not chain.view.camera.zooming.under_way
    picture, theme = seen(chain), chain.theme
    assert QColor(picture.pixel(before)) == theme.canvas
    assert QColor(picture.pixel(chain.at("relu1"))) == theme.node


def test_what_the_next_picture_waits_for_is_there_when_an_edit_ends_the_zoom(chain: Stage) -> None:
    chain.add("Linear", (1600, 0))
    chain.view.camera.show(chain.scene.plan.rect("relu1"))
    turn(chain, -720)
    next(chain.view.camera.zooming._next())
    assert chain.scene.stock.unfinished
    edits.move(chain.document, {"relu1": (100.0, 200.0)})
    assert chain.scene.plan.nodes.within(chain.view.camera.area) <= chain.scene.stock.nodes.keys()


def test_what_comes_in_at_the_margin_is_there_at_once(chain: Stage) -> None:
    chain.view.camera.show(chain.scene.plan.rect("relu1"))
    QApplication.processEvents()
    turn(chain, -480)
    assert chain.view.camera.zooming.under_way
    picture, rect = seen(chain), chain.scene.plan.rect("pool1")
    assert picture.rect().contains(chain.at(rect.center()))
    assert QColor(picture.pixel(chain.at(QPointF(rect.right() - 20, rect.center().y())))) != chain.theme.canvas


def test_the_level_of_detail_follows(chain: Stage) -> None:
    turn(chain, -120 * 8)
    assert rested(chain)
    assert not chain.scene.near_by
    turn(chain, 120 * 8)
    assert rested(chain)
    assert chain.scene.near_by
    chain.mirrors()


def test_what_was_never_seen_from_afar_is_whole_when_the_zoom_rests(
    chain: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(far, "SLICE", 0.0)
    turn(chain, -120 * 8)
    assert rested(chain)
    assert len(chain.scene._far.squares(0.0)) == len(chain.scene._far._squares) > 0


def test_nothing_begins_at_the_end_of_all_zooms(chain: Stage) -> None:
    turn(chain, 120 * 30)
    assert rested(chain)
    turn(chain, 120)
    assert not chain.view.camera.zooming.under_way
