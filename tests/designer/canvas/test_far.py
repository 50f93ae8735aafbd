"""The view from afar after many edits is the one that a new canvas would have; a pan paints what came in, no more."""

import random

import pytest
from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QPainter, QRegion
from PySide6.QtWidgets import QApplication

from designer.canvas import far as far_painting
from designer.canvas import scene as scenes
from designer.canvas.far import FarPainter
from graph import edits
from tests.designer.canvas.stage import Stage

KINDS = ("ReLU", "Linear", "Dropout", "Conv2d", "Adam")


def arrays(far: FarPainter) -> tuple[object, ...]:
    """All that is painted, whatever the order."""
    boxes: dict[str, list[tuple[float, ...]]] = {}
    lines = []
    for square in far.squares():
        for family, rects in square.boxes.items():
            boxes.setdefault(family, []).extend(rect.getRect() for rect in rects)
        lines += [(line.x1(), line.y1(), line.x2(), line.y2()) for line in square.lines]
        for rect in square.nodes.values():
            assert square.area.contains(rect)
    return {family: sorted(rects) for family, rects in boxes.items()}, sorted(lines)


def test_after_many_edits_it_is_what_a_new_one_would_be(stage: Stage) -> None:
    chance = random.Random(3)
    far = FarPainter(stage.scene.plan)
    stage.scene._far = far
    for _ in range(40):
        stage.add(chance.choice(KINDS), (chance.randrange(9000), chance.randrange(5000)))
    stage.show()
    stage.view.camera.zoom(0.1 / stage.view.camera.scale)
    for turn in range(120):
        births = stage.births()
        one, other = chance.choice(births), chance.choice(births)
        try:
            sort = turn % 5
            if sort == 0:
                edits.connect(stage.document, one, "y", other, "x")
            elif sort == 1:
                edits.move(stage.document, {one: (chance.randrange(9000), chance.randrange(5000))})
            elif sort == 2:
                edits.remove(stage.document, [one])
                stage.add(chance.choice(KINDS), (chance.randrange(9000), chance.randrange(5000)))
            elif sort == 3:
                edits.change_kind(stage.document, one, chance.choice(KINDS))
            else:
                edits.rename(stage.document, one, f"a name that makes it wider {turn}")
        except edits.Refused:
            pass
        if turn % 10 == 0:
            stage.settle()
    assert stage.wires()
    assert arrays(far) == arrays(FarPainter(stage.scene.plan))


def test_what_there_is_no_time_for_at_first_is_painted_soon(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(far_painting, "SLICE", 0.0)
    for at in range(4):
        stage.add("ReLU", (at * 3000, 0))
    stage.show()
    stage.view.camera.fit()
    stage.view.viewport().repaint()
    far = stage.scene._far
    assert far.squares(0.0) == []
    monkeypatch.setattr(far_painting, "SLICE", 1.0)
    stage.settle()  # it is told that there is more
    stage.settle()  # and paints it
    assert len(far.squares(0.0)) == 4


def test_a_pan_paints_only_what_comes_in(chain: Stage) -> None:
    chain.view.camera.actual_size()
    QApplication.processEvents()
    painted: list[QRectF] = []
    exposed = scenes._exposed

    def noted(painter: QPainter, rect: QRectF) -> list[QRectF]:
        found = exposed(painter, rect)
        painted.extend(found)
        return found

    scenes._exposed = noted
    try:
        chain.view.camera.pan(QPoint(-30, -10))
        QApplication.processEvents()
    finally:
        scenes._exposed = exposed
    area = chain.view.camera.area
    right = QRectF(area.right() - 30, area.top(), 30, area.height())
    assert painted
    covered = QRegion()
    for rect in painted:
        covered += rect.toAlignedRect()
    assert QRegion(right.adjusted(1, 1, -1, -12).toRect()).subtracted(covered).isEmpty()
    assert sum(rect.width() * rect.height() for rect in painted) < 0.2 * area.width() * area.height()
