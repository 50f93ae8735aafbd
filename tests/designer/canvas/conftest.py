"""Fixtures of the canvas: a stage with the standard vocabulary."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from graph.catalogue import standard
from tests.designer.canvas.stage import Stage


@pytest.fixture
def stage(qapp: QApplication) -> Iterator[Stage]:
    """An empty drawing on a view of 1200 by 700."""
    made = Stage.bare(standard())
    yield made
    made.close()


@pytest.fixture
def chain(stage: Stage) -> Stage:
    """conv1 → relu1 → pool1, with fc1 unwired, at one to one."""
    stage.add("Conv2d", (0, 0))
    stage.add("ReLU", (220, 0))
    stage.add("MaxPool2d", (440, 0))
    stage.add("Linear", (440, 140))
    stage.wire("conv1.y -> relu1.x", "relu1.y -> pool1.x")
    return stage.show()
