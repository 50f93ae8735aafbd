"""The values at a node are shown for one batch after another, by the real process that computes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from designer.dialogs.values import ValuesDialog
from designer.plots import values as painting
from designer.plots.values import Values
from designer.theme import Theme
from designer.using import UNSEEN, look_at_values
from runtime.looking.values import Look

EXAMPLES = Path(__file__).resolve().parents[3] / "assets" / "examples"
LONG = 60_000


@pytest.fixture
def drawn(window):
    window.files.from_template("digits-cnn")
    return window


def test_the_selected_node_is_looked_at_row_by_row(drawn, qtbot):
    drawn.session.selection.set([drawn.session.document.find("conv2").born])
    look_at_values(drawn)
    dialog = drawn.findChild(ValuesDialog)
    qtbot.waitUntil(lambda: dialog.values.array is not None or bool(dialog.complaint.text()), timeout=LONG)
    assert not dialog.complaint.isVisible(), dialog.complaint.text()
    text = (EXAMPLES / "digits-cnn.loom").read_text(encoding="utf-8")
    look = Look(text, EXAMPLES, [], "conv2")
    np.testing.assert_allclose(dialog.values.array, look.values("train", 0).array, rtol=1e-5, atol=1e-6)
    assert dialog.caption.text() == f"Row 1: {dialog.values.array.shape[1]} channels"
    assert dialog.figures["greatest"].text() != "–"
    qtbot.mouseClick(dialog.after, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "from row 2" in dialog.shape.text(), timeout=LONG)
    np.testing.assert_allclose(dialog.values.array, look.values("train", 1).array, rtol=1e-5, atol=1e-6)
    process = dialog.asking._process
    dialog.close()
    assert process.state() == process.ProcessState.NotRunning


def test_what_gives_no_numbers_is_told_of_at_once(drawn, monkeypatch):
    said = []
    monkeypatch.setattr(drawn, "say", said.append)
    drawn.session.selection.set([drawn.session.document.find("loss").born])
    look_at_values(drawn)
    assert said == [UNSEEN]


@pytest.mark.parametrize(
    ("shape", "parts", "told"),
    [
        ((5,), 1, "Row"),
        ((5, 3), 1, "Rows down, numbers across"),
        ((5, 7, 3), 1, "Row 1: steps down, numbers across"),
        ((5, 1, 4, 4), 1, "Row 1: 1 channel"),
        ((5, 100, 4, 4), 64, "Row 1: the first 64 of 100 channels"),
        ((0, 3), 0, ""),
    ],
)
def test_every_shape_has_its_picture(qtbot, shape, parts, told):
    view = Values(Theme(dark=True))
    qtbot.addWidget(view)
    view.show_values(np.arange(np.prod(shape), dtype=np.float32).reshape(shape))
    view.resize(400, 300)
    view.grab()
    assert len(view.parts()) == parts
    assert view.told() == told


def test_a_number_is_told_where_the_pointer_is(qtbot):
    view = Values(Theme(dark=False))
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show_values(np.array([[1.0, -2.0], [0.5, np.nan]], dtype=np.float32))
    view.grab()
    place = view._places[0][0]
    assert view.told_at(QPointF(place.right() - 2, place.top() + 2)) == "[0, 1] = -2.0000"
    assert view.told_at(QPointF(place.right() - 2, place.bottom() - 2)) == "[1, 1] = not a number"
    assert view.told_at(QPointF(395, 295)) == ""


def test_signs_have_colours_and_what_is_not_finite_stands_out():
    theme = Theme(dark=True)
    image = painting.heat(np.array([[-3.0, 0.0, 3.0, np.inf]]), -3.0, 3.0, theme)
    colours = [image.pixelColor(x, 0).name() for x in range(4)]
    assert colours[0] == theme.family("neuron").name()
    assert colours[2] == theme.family("layer").name()
    assert colours[3] == theme.error.name()
    assert len(set(colours)) == 4
