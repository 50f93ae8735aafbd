"""The start page offers every template and the recent drawings, to the mouse and to the keys alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from designer.numbers import ago
from designer.panels.start import StartPage
from designer.panels.tiles import lines, neighbour
from designer.preferences import Preferences
from designer.previews import Previews
from designer.theme import Theme
from graph.catalogue import standard
from runtime.assets import GROUPS, templates


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return Preferences(tmp_path / "preferences.ini")


@pytest.fixture
def page(qtbot, preferences: Preferences) -> StartPage:
    theme = Theme()
    made = StartPage(templates(), preferences, theme, Previews(standard(), theme).of_text)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    qtbot.waitExposed(made)
    return made


def heard(signal) -> list:
    found: list = []
    signal.connect(lambda *values: found.append(values[0] if values else ()))
    return found


def test_every_template_gets_a_picture_of_its_own(qtbot, page: StartPage) -> None:
    qtbot.waitUntil(lambda: not page._drawing.isActive(), timeout=20_000)
    pictures = [card._picture for card in page.cards]
    assert [card.template.name for card in page.cards] == [one.name for one in templates()]
    assert all(picture is not None for picture in pictures)
    assert len({bytes(picture.constBits()) for picture in pictures if picture is not None}) == len(pictures)


def test_a_click_begins_with_a_template(qtbot, page: StartPage) -> None:
    wanted = heard(page.template_wanted)
    qtbot.mouseClick(page.cards[1], Qt.MouseButton.LeftButton)
    assert wanted == [page.cards[1].template.name]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_so_does_a_key(qtbot, page: StartPage, key: Qt.Key) -> None:
    wanted = heard(page.template_wanted)
    qtbot.keyClick(page.cards[2], key)
    assert wanted == [page.cards[2].template.name]


def test_buttons_for_a_new_drawing_and_for_a_file(qtbot, page: StartPage) -> None:
    new, opened = heard(page.new_wanted), heard(page.open_wanted)
    qtbot.mouseClick(page.new, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.open, Qt.MouseButton.LeftButton)
    assert (new, opened) == ([()], [None])


def test_without_recent_drawings_the_page_says_what_would_stand_there(page: StartPage) -> None:
    assert page.rows == []
    assert page._nothing.isVisible()


def test_recent_drawings_are_listed_while_the_page_is_open(qtbot, page, preferences, tmp_path: Path) -> None:
    there, gone = tmp_path / "net.loom", tmp_path / "gone.loom"
    there.write_text("{}", encoding="utf-8")
    preferences.note_recent(gone)
    preferences.note_recent(there)
    assert [(row.path, row.there) for row in page.rows] == [(there, True), (gone, False)]
    assert not page._nothing.isVisible()
    opened = heard(page.open_wanted)
    qtbot.mouseClick(page.rows[0], Qt.MouseButton.LeftButton)
    assert opened == [there]


def test_delete_takes_a_recent_drawing_off_the_list_and_leaves_the_file(qtbot, page, preferences, tmp_path) -> None:
    files = [tmp_path / name for name in ("a.loom", "b.loom")]
    for file in files:
        file.write_text("{}", encoding="utf-8")
        preferences.note_recent(file)
    qtbot.keyClick(page.rows[0], Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(page.rows) == 1)
    assert preferences.recent == [files[0]]
    assert files[1].exists()


def test_arrow_keys_go_from_card_to_card_and_over_to_the_recent_drawings(page, preferences, tmp_path: Path) -> None:
    preferences.note_recent(tmp_path / "net.loom")
    tiles = [*page.cards, *page.rows]
    first, second, *_ = page.shelves
    columns = first._columns
    assert columns > 1
    assert neighbour(tiles, page.cards[0], Qt.Key.Key_Right) is page.cards[1]
    assert neighbour(tiles, page.cards[0], Qt.Key.Key_Down) is page.cards[columns]
    assert neighbour(tiles, page.cards[columns], Qt.Key.Key_Up) is page.cards[0]
    assert neighbour(tiles, page.cards[0], Qt.Key.Key_Left) is None
    assert neighbour(tiles, page.cards[columns - 1], Qt.Key.Key_Right) is page.rows[0]
    assert neighbour(tiles, second.cards[0], Qt.Key.Key_Up) in first.cards
    assert neighbour(tiles, second.cards[0], Qt.Key.Key_Right) is second.cards[1]


def test_every_group_is_a_shelf_under_its_name(page: StartPage) -> None:
    first, second = page.shelves[0], page.shelves[-1]
    assert [{card.template.group for card in shelf.cards} for shelf in page.shelves] == [{group} for group in GROUPS]
    assert [shelf._head.text() for shelf in page.shelves[1:]] == list(GROUPS[1:])
    assert first.mapTo(page, first.rect().bottomLeft()).y() < second.mapTo(page, QPoint(0, 0)).y()


@pytest.mark.parametrize("width", [420, 760, 1000, 1280, 1900])
def test_nothing_is_cut_off_at_any_width(qtbot, page, preferences, tmp_path: Path, width: int) -> None:
    preferences.note_recent(tmp_path / ("long-" * 30 + ".loom"))
    page.resize(width, 800)

    def inside(widget: QWidget) -> bool:
        left = widget.mapTo(page, QPoint(0, 0)).x()
        return left >= 0 and left + widget.width() <= width

    qtbot.waitUntil(lambda: all(inside(widget) for widget in (*page.cards, *page.rows, page.new, page.open)))


def test_pictures_follow_the_theme(qtbot, page: StartPage) -> None:
    qtbot.waitUntil(lambda: not page._drawing.isActive(), timeout=20_000)
    before = bytes(page.cards[0]._picture.constBits())
    page._theme.set_dark(False)
    qtbot.waitUntil(lambda: not page._drawing.isActive(), timeout=20_000)
    assert bytes(page.cards[0]._picture.constBits()) != before


def test_a_long_text_ends_in_an_ellipsis(qapp) -> None:
    text = "one two three four five six seven eight nine ten"
    broken = lines(text, QFont(), 80, 2)
    assert len(broken) == 2
    assert broken[1].endswith("…")
    assert lines("one", QFont(), 80, 2) == ["one"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "just now"), (59, "just now"), (60, "1 minute ago"), (7200, "2 hours ago"), (86400 * 400, "1 year ago")],
)
def test_how_long_ago(seconds: float, words: str) -> None:
    assert ago(seconds) == words
