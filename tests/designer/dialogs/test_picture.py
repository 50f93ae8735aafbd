"""The dialog of pictures: it shows what is chosen, copies it and writes it as what the name says."""

import pytest
from PySide6.QtGui import QGuiApplication, QImage

from designer.dialogs.picture import PictureDialog
from tests.designer.conftest import digits_net


@pytest.fixture
def dialog(start, theme, qtbot):
    session = start(digits_net)
    session.selection.set([session.document.find("fc").born])
    made = PictureDialog(session, theme)
    qtbot.addWidget(made)
    made.show()
    return made


def choose(dialog, **wanted):
    for name, value in wanted.items():
        field = getattr(dialog, name)
        field.setCurrentIndex(field.findData(value))


def test_it_begins_with_what_is_selected_and_the_whole_is_larger(dialog):
    assert dialog.wish.births == frozenset({"fc"})
    part = dialog.told.text()
    choose(dialog, figure="drawing")
    assert dialog.wish.births is None
    assert dialog.told.text() != part


@pytest.mark.parametrize(("name", "begins"), [("a.svg", b"<?xml"), ("a.pdf", b"%PDF"), ("a.PNG", b"\x89PNG")])
def test_it_writes_what_the_name_says(dialog, tmp_path, name, begins):
    choose(dialog, figure="drawing")
    dialog.save(tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert dialog.told.text() == f"Drew {name}."


def test_look_size_and_ground_are_those_chosen(dialog, tmp_path):
    choose(dialog, figure="drawing", look="dark", scale=3)
    dialog.save(tmp_path / "dark.png")
    image = QImage(str(tmp_path / "dark.png"))
    assert image.pixelColor(0, 0).lightnessF() < 0.5
    choose(dialog, look="paper", scale=1)
    dialog.clear.setChecked(True)
    dialog.save(tmp_path / "clear.png")
    clear = QImage(str(tmp_path / "clear.png"))
    assert clear.pixelColor(0, 0).alpha() == 0
    assert image.width() == 3 * clear.width()


def test_a_figure_that_cannot_be_says_why_and_nothing_can_be_taken(dialog):
    choose(dialog, figure="columns")
    assert dialog.save_button.isEnabled(), "flat and fc are two layers over rows of numbers"
    document = dialog._session.document
    with dialog._session.history.step("Delete"):
        for key in list(document.records):
            document.drop(key)
    choose(dialog, figure="stacks")
    assert dialog.told.text().startswith("Boxes need a network")
    assert not dialog.save_button.isEnabled()
    assert not dialog.copy_button.isEnabled()


def test_a_place_that_cannot_be_written_is_told(dialog, tmp_path):
    dialog.save(tmp_path / "none" / "a.svg")
    assert "could not be written" in dialog.told.text()


def test_it_copies_in_three_forms(dialog):
    dialog.copy()
    mime = QGuiApplication.clipboard().mimeData()
    assert mime.hasImage()
    assert {"image/svg+xml", "application/pdf"} <= set(mime.formats())
