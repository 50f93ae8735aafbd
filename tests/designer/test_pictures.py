"""Pictures of a drawing: readable SVG, sharp PNG, small thumbnails."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from designer import pictures
from designer.pictures import paper
from designer.theme import Theme
from graph import edits
from graph.catalogue import standard
from graph.document import Document

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def drawing(qapp: QApplication) -> Document:
    document = Document(standard())
    digits, conv = edits.add(document, "Digits"), edits.add(document, "Conv2d")
    edits.connect(document, digits, "x", conv, "x")
    return document


def test_svg_keeps_letters_as_letters(drawing: Document) -> None:
    root = ElementTree.fromstring(pictures.svg(drawing).decode())
    texts = {"".join(found.itertext()).strip() for found in root.iter(f"{SVG}text")}
    assert {"digits", "conv1", "1×8×8"} <= texts
    assert len(list(root.iter(f"{SVG}path"))) > 4


def test_svg_is_as_large_as_the_drawing(drawing: Document) -> None:
    root = ElementTree.fromstring(pictures.svg(drawing).decode())
    area = pictures.Picture(drawing).area.toAlignedRect()
    assert [float(n) for n in root.attrib["viewBox"].split()] == [0, 0, area.width(), area.height()]


def test_png_has_the_pixels_asked_for_and_the_theme_s_ground(drawing: Document, tmp_path: Path) -> None:
    looks: tuple[tuple[pictures.Look, str], ...] = (("dark", "#12151a"), ("light", "#f5f6f8"), ("paper", "#ffffff"))
    for look, ground in looks:
        path = tmp_path / f"{look}.png"
        pictures.write(drawing, None, path, pictures.Wish(look=look, scale=2.0))
        image = QImage(str(path))
        area = pictures.Picture(drawing).area.toAlignedRect()
        assert image.size() == area.size() * 2
        assert image.pixelColor(1, 1) == QColor(ground)
        assert len({image.pixelColor(x, image.height() // 2).name() for x in range(0, image.width(), 3)}) > 5


def test_an_enormous_drawing_fits_in_memory(drawing: Document) -> None:
    edits.move(drawing, {"conv1": (60_000, 30_000)})
    image = pictures.image(drawing)
    assert image.width() * image.height() <= pictures.MOST_PIXELS * 1.01


def test_an_empty_drawing_has_a_picture(qapp: QApplication) -> None:
    assert not pictures.image(Document(standard())).isNull()
    assert b"<svg" in pictures.svg(Document(standard()))


def test_a_thumbnail_is_drawn_in_the_middle_on_nothing(drawing: Document) -> None:
    image = pictures.thumbnail(drawing, QSize(200, 120), theme=Theme(), ratio=2.0)
    assert image.size() == QSize(400, 240)
    assert image.pixelColor(0, 0).alpha() == 0
    assert any(image.pixelColor(x, 120).alpha() for x in range(400))


def test_a_folder_that_is_not_there_is_an_oserror(drawing: Document, tmp_path: Path) -> None:
    with pytest.raises(OSError):
        pictures.write(drawing, None, tmp_path / "none" / "a.png")


def test_a_pdf_is_one_page_as_large_as_the_drawing_with_its_fonts(drawing: Document) -> None:
    made = pictures.Picture(drawing)
    pdf = pictures.data(made, ".pdf")
    box = re.search(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", pdf)
    area = made.area.toAlignedRect()
    assert box and [float(side) for side in box.groups()] == pytest.approx(
        [area.width() * 0.75, area.height() * 0.75], abs=1
    )
    assert pdf.count(b"/Type /Page\n") == 1
    assert b"/FontFile2" in pdf or b"/FontFile3" in pdf, "letters are letters, not outlines or pixels"


def test_a_part_is_drawn_with_the_wires_between(drawing: Document) -> None:
    loss = edits.add(drawing, "CrossEntropyLoss")
    edits.connect(drawing, "conv1", "y", loss, "prediction")
    wish = pictures.Wish(births=frozenset({"digits", "conv1"}))
    root = ElementTree.fromstring(pictures.svg(drawing, None, wish).decode())
    texts = {"".join(found.itertext()).strip() for found in root.iter(f"{SVG}text")}
    assert {"digits", "conv1", "1×8×8"} <= texts
    assert not texts & {"loss", drawing.node(loss).id}


def test_a_legend_tells_the_signs_that_are_there_and_no_others(drawing: Document) -> None:
    wish = pictures.Wish(legend=True)
    root = ElementTree.fromstring(pictures.svg(drawing, None, wish).decode())
    texts = {"".join(found.itertext()).strip() for found in root.iter(f"{SVG}text")}
    assert {"Tensor", "Data", "Convolution"} <= texts
    assert "Loss" not in texts
    plain = pictures.Picture(drawing).area
    assert pictures.Picture(drawing, legend=True).area.height() > plain.height()


def test_without_ground_it_is_transparent_and_on_the_clipboard_in_three_forms(drawing: Document) -> None:
    made = pictures.subject(drawing)
    assert paper.image(made, ground=False).pixelColor(1, 1).alpha() == 0
    mime = paper.mime(made)
    assert mime.hasImage()
    assert {"image/svg+xml", "application/pdf"} <= set(mime.formats())


def test_frames_and_notes_are_in_the_picture_and_those_around_a_part(drawing: Document) -> None:
    edits.move(drawing, {"digits": (0, 0), "conv1": (300, 0)})
    edits.add_frame(drawing, (280, -60, 240, 140), "Features", "convolution")
    edits.add_note(drawing, "# Read\n\nme **first**", (0, 900), (160, 90))
    root = ElementTree.fromstring(pictures.svg(drawing).decode())
    texts = " ".join("".join(found.itertext()).strip() for found in root.iter(f"{SVG}text"))
    assert "Features" in texts
    assert "Read" in texts
    assert pictures.Picture(drawing).area.bottom() > 980
    part = pictures.svg(drawing, None, pictures.Wish(births=frozenset({"conv1"}))).decode()
    assert "Features" in part
    assert "Read" not in part
    other = pictures.svg(drawing, None, pictures.Wish(births=frozenset({"digits"}))).decode()
    assert "Features" not in other
