"""Figures of architectures: the main way is found, what leaps is told, and boxes keep their proportions."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtWidgets import QApplication

from designer import pictures
from designer.pictures.columns import columns_of
from designer.pictures.stacks import StackFigure
from designer.pictures.stages import main_way
from designer.theme import Theme
from graph import edits
from graph.catalogue import standard
from graph.document import Document
from graph.project import read
from graph.reading import Reading

EXAMPLES = Path(__file__).resolve().parents[2] / "assets" / "examples"
SVG = "{http://www.w3.org/2000/svg}"


def opened(name: str) -> tuple[Document, Reading]:
    document = read(EXAMPLES / f"{name}.loom", standard())
    return document, Reading(document)


def letters(document: Document, reading: Reading, figure: pictures.Figure) -> set[str]:
    root = ElementTree.fromstring(pictures.svg(document, reading, pictures.Wish(figure=figure)).decode())
    return {"".join(found.itertext()).strip() for found in root.iter(f"{SVG}text")}


def test_stages_are_what_changes_the_size_and_say_what_follows() -> None:
    way = main_way(*opened("digits-cnn"))
    assert [stage.name for stage in way.stages] == ["digits", "conv1", "conv2", "pool", "flat", "fc1", "fc2"]
    assert [stage.sides for stage in way.stages][1:4] == [(32, 8, 8), (64, 8, 8), (64, 4, 4)]
    assert way.stages[1].words[1:] == ("ReLU",)
    assert way.skips == ()


def test_a_unet_leaps_from_each_depth_to_where_it_is_joined() -> None:
    way = main_way(*opened("unet-shapes"))
    names = [stage.name for stage in way.stages]
    assert {(names[start], names[end]) for start, end in way.skips} == {("enc1", "join1"), ("enc2", "join2")}


def test_a_repeated_block_is_counted() -> None:
    way = main_way(*opened("chars-transformer"))
    assert [stage.copies for stage in way.stages if stage.name == "layers"] == [2]


def test_boxes_are_in_proportion() -> None:
    way = main_way(*opened("lenet-digits"))
    boxes = dict(zip([stage.name for stage in way.stages], StackFigure(way, Theme())._boxes, strict=True))
    assert boxes["c1"].height / boxes["s2"].height == pytest.approx(28 / 14)
    assert boxes["c1"].depth / boxes["c3"].depth == pytest.approx(28 / 10)
    assert boxes["c5"].width > boxes["c3"].width > boxes["c1"].width
    assert boxes["flat"].height > boxes["f6"].height > boxes["out"].height


def test_neurons_stand_in_columns_by_how_far_they_are_from_what_comes_in() -> None:
    what = columns_of(*opened("neuron-by-hand"))
    assert [column.names for column in what.columns] == [("x[0]", "x[1]"), ("h1", "h2"), ("y",)]
    assert sorted(link.weight for link in what.links if link.weight) == [-0.5, -0.3, 0.2, 0.5, 0.7, 0.8]


def test_a_long_column_is_cut_short_with_dots_and_its_number(qapp: QApplication) -> None:
    document, reading = opened("iris-mlp")
    what = columns_of(document, reading)
    assert [len(column.names) for column in what.columns] == [4, 11, 3]
    assert what.columns[1].names.count(None) == 1
    assert {"16", "Linear 3"} <= letters(document, reading, "columns")


def test_boxes_have_words_that_are_letters(qapp: QApplication) -> None:
    assert {"32×8×8", "conv1", "ReLU"} <= letters(*opened("digits-cnn"), "stacks")


def test_where_there_is_no_such_figure_it_is_said(qapp: QApplication) -> None:
    document = Document(standard())
    edits.add(document, "Digits")
    with pytest.raises(pictures.NoFigureError, match="Boxes need a network"):
        pictures.subject(document, None, pictures.Wish(figure="stacks"))
    with pytest.raises(pictures.NoFigureError, match="Columns of neurons need"):
        pictures.subject(*opened("unet-shapes"), pictures.Wish(figure="columns"))
