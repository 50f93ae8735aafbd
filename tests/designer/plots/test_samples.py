"""The dock of pictures follows a run, and goes back to earlier epochs."""

import json

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

from designer.plots import raster
from designer.plots.samples import EMPTY, NOTHING, SamplesPanel
from designer.theme import Theme
from runtime.runs import Run
from runtime.samples import Samples, Shown


@pytest.fixture
def held(tmp_path):
    samples = Samples(tmp_path)
    given = {"net.given": np.zeros((4, 1, 2, 2)), "net.wanted": np.ones((4, 1, 2, 2))}
    samples.begin([Shown("net", "pictures", given=True, wanted=True)], given)
    for epoch in (1, 5, 9):
        samples.keep(epoch, {"net": np.full((4, 1, 2, 2), epoch / 10)})
    return samples


@pytest.fixture
def panel(qtbot, held):
    panel = SamplesPanel(Theme(dark=True))
    qtbot.addWidget(panel)
    panel.resize(600, 240)
    panel.show()
    panel.show_run(Run(held.folder.parent))
    yield panel
    panel.stop()


def test_the_newest_epoch_is_followed_unless_an_earlier_one_is_looked_at(panel, held):
    assert panel.where.text() == "Epoch 9"
    held.keep(12, {"net": np.full((4, 1, 2, 2), 1.2)})
    panel.look()
    assert panel.where.text() == "Epoch 12"
    panel.slider.setValue(0)
    assert panel.where.text() == "Epoch 1"
    held.keep(20, {"net": np.full((4, 1, 2, 2), 2.0)})
    panel.look()
    assert panel.where.text() == "Epoch 1"
    assert float(panel.sheet.came["net"].max()) == pytest.approx(0.1, abs=1e-3)


def test_what_comes_out_is_painted_on_the_scale_of_what_is_wanted(panel):
    """0.9 came and 1 is wanted: the first is the least and the second the greatest number, black and white."""
    image = panel.sheet.grab().toImage()

    def greys(y):
        return {QColor(image.pixel(x, y)).lightness() for x in range(130, image.width())}  # beside the labels

    assert 0 in greys(image.height() // 2)
    assert 255 not in greys(image.height() // 2)
    assert 255 in greys(image.height() - 40)


def test_without_a_run_and_with_nothing_to_see_a_sentence_stands_there(panel, tmp_path_factory):
    panel.show_run(None)
    assert panel.message.text() == EMPTY
    folder = tmp_path_factory.mktemp("none")
    (folder / "epochs.jsonl").write_text(json.dumps({"epoch": 1, "step": 1}) + "\n")
    panel.show_run(Run(folder))
    assert panel.message.text() == NOTHING


def test_points_and_masks_are_painted(qtbot, tmp_path):
    samples = Samples(tmp_path)
    wanted = {"p.wanted": np.array([[0.0, 0.0], [1.0, 1.0]])}
    samples.begin([Shown("p", "points", wanted=True), Shown("m", "masks", classes=3)], wanted)
    samples.keep(1, {"p": np.array([[0.5, 0.5]]), "m": np.array([[[0, 1], [2, 0]]])})
    theme = Theme(dark=True)
    panel = SamplesPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(700, 240)
    panel.show()
    panel.show_run(Run(tmp_path))
    image = panel.sheet.grab().toImage()
    seen = {QColor(image.pixel(x, y)).name() for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}
    for colour in (theme.accent, *raster.class_colours(3, theme)):
        assert colour.name() in seen
    panel.stop()


@pytest.mark.parametrize("count", [1, 5, 16])
@pytest.mark.parametrize("rows", [1, 3])
def test_tiles_lie_within_their_area_and_apart(count, rows):
    area = QRectF(10, 20, 600, 220)
    found = [place for column in raster.tiles(area, count, rows) for place in column]
    assert len(found) == count * rows
    assert all(area.adjusted(-0.5, -0.5, 0.5, 0.5).contains(place) for place in found)
    assert not any(one.intersects(other) for at, one in enumerate(found) for other in found[at + 1 :])


def test_numbers_that_are_none_do_not_break_a_picture():
    array = np.array([[[np.nan, 1.0], [np.inf, 0.0]]])
    low, high = raster.span(array)
    assert (low, high) == (0.0, 1.0)
    image = raster.picture(array, low, high)
    assert [QColor(image.pixel(x, y)).red() for y in range(2) for x in range(2)] == [0, 255, 255, 0]
