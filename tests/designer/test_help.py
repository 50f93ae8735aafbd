"""The help on kinds: reached from everywhere by hand and by key, whole for every kind, with curves that are true."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from designer.canvas.menus import menu_for
from designer.dialogs import bend
from designer.dialogs.help import HelpDialog
from designer.dialogs.help_page import HelpPage
from designer.panels.palette import KIND, Palette
from designer.theme import Theme
from designer.window import Window
from graph import edits
from graph.catalogue import standard
from graph.roles import Activation

KINDS = standard().drawn()
BENDS = [kind({}) for kind in KINDS if issubclass(kind, Activation) and kind({}).curve(0.5) is not None]


@pytest.fixture
def dialog(qtbot: QtBot, theme: Theme) -> HelpDialog:
    made = HelpDialog(standard(), theme)
    qtbot.addWidget(made)
    return made


def draw(window: Window, kind: str, **params: object) -> str:
    with window.session.history.step("Draw"):
        born = edits.add(window.session.document, kind, params=params)
    window.session.selection.set([born])
    for _ in range(3):
        QApplication.processEvents()
    return born


def shown(window: Window) -> HelpDialog:
    (found,) = [each for each in window.findChildren(HelpDialog) if each.isVisible()]
    return found


def open_pages(window: Window) -> list[HelpDialog]:
    return [each for each in window.findChildren(HelpDialog) if each.isVisible()]


def press_help(window: Window) -> None:
    """What the key of the menu does."""
    made = window.header.actions_by_id["help"]
    assert [key.toString() for key in made.shortcuts()] == ["F1"]
    made.trigger()
    QApplication.processEvents()


# --- ways to it


def test_the_key_explains_the_selected_node_as_it_is(window: Window) -> None:
    draw(window, "LeakyReLU", negative_slope=0.3)
    press_help(window)
    page = shown(window).page
    assert shown(window).kind == "LeakyReLU"
    assert any("parameters of leakyrelu1" in text for text in page.texts())
    (picture,) = page.findChildren(bend.Bend)
    assert picture.curve(-2.0) == pytest.approx(-0.6)


def test_the_key_explains_the_kind_that_is_marked_in_the_palette(window: Window) -> None:
    draw(window, "Linear")
    window.activateWindow()
    palette = window.panels.docks["palette"].widget()
    assert isinstance(palette, Palette)
    palette.focus_search()
    QTest.keyClicks(palette.search, "gelu")
    press_help(window)
    assert shown(window).kind == "GELU"


def test_the_key_explains_the_kind_that_is_searched_on_the_canvas(window: Window) -> None:
    window.view.overlays.finder.at(QPointF(0, 0))
    window.view.overlays.search.field.setText("dropout")
    wanted = window.view.overlays.search.kinds()[0]
    press_help(window)
    assert shown(window).kind == wanted


def test_by_keys_alone_and_the_search_waits_until_it_is_read(window: Window) -> None:
    window.activateWindow()
    window.view.setFocus()
    QTest.keyClick(window.view, Qt.Key.Key_Tab)
    search = window.view.overlays.search
    QTest.keyClicks(search.field, "gelu")
    QTest.keyClick(search.field, Qt.Key.Key_F1)
    QApplication.processEvents()
    page = shown(window)
    assert page.kind == "GELU"
    QTest.keyClick(page, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is page.page.links
    QTest.keyClick(page, Qt.Key.Key_Escape)
    window.activateWindow()
    assert not search.isHidden()
    QTest.keyClick(search.field, Qt.Key.Key_Return)
    assert [node.kind for node in window.session.document.nodes()] == ["GELU"]


def test_without_anything_marked_it_says_how_to_get_there(window: Window) -> None:
    window.session.selection.clear()
    window.view.setFocus()
    press_help(window)
    assert open_pages(window) == []
    assert "F1" in window.view.overlays.hint.sentence


def test_the_menu_of_the_palette_leads_there(window: Window) -> None:
    palette = window.panels.docks["palette"].widget()
    assert isinstance(palette, Palette)
    palette.search.setText("conv2d")
    item = palette.tree.topLevelItem(0)
    assert item is not None
    assert item.data(0, KIND) == "Conv2d"
    menu = palette.menu(item)
    (ask,) = [action for action in menu.actions() if action.text().startswith("Help on ")]
    ask.trigger()
    assert shown(window).kind == "Conv2d"


def test_the_menu_of_a_node_leads_there(window: Window) -> None:
    born = draw(window, "Softmax")
    window.view.camera.reveal([born])
    at = window.view.mapFromScene(window.view.drawing.plan.rect(born).center())
    menu = menu_for(window.view, QPointF(at))
    (ask,) = [action for action in menu.actions() if action.text().startswith("Help on Softmax")]
    ask.trigger()
    assert shown(window).kind == "Softmax"


def test_the_right_button_on_a_search_result_leads_there(window: Window) -> None:
    search = window.view.overlays.search
    window.view.overlays.finder.at(QPointF(0, 0))
    search.field.setText("max pool 2d")
    search.list.customContextMenuRequested.emit(search.list.visualItemRect(search.list.item(0)).center())
    assert shown(window).kind == search.kinds()[0]


def test_the_button_in_the_inspector_leads_there(window: Window) -> None:
    draw(window, "Dropout")
    inspector = window.panels.docks["inspector"].widget()
    assert inspector is not None
    (button,) = [each for each in inspector.findChildren(QToolButton) if each.accessibleName() == "Help on Dropout"]
    button.click()
    assert shown(window).kind == "Dropout"


def test_there_is_one_window_of_help_and_what_it_shows_can_be_added(window: Window) -> None:
    window.reference.open("Conv2d")
    window.reference.open("Linear")
    page = shown(window)
    page.add.click()
    assert [node.kind for node in window.session.document.nodes()] == ["Linear"]
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert open_pages(window) == []
    window.reference.open("GELU")
    assert shown(window) is page


def test_a_kind_that_nobody_knows_is_said(window: Window) -> None:
    window.reference.open("Conv9d")
    assert open_pages(window) == []
    assert "Conv9d" in window.view.overlays.hint.sentence


# --- pages


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_page_tells_all_that_the_kind_says_of_itself(qtbot: QtBot, theme: Theme, kind) -> None:
    page = HelpPage(kind({}), theme)
    qtbot.addWidget(page)
    told = page.texts()
    for text in (kind.title, kind.help(), kind.formula, kind.shapes, kind.use, kind.avoid, kind.origin):
        assert not text or text in told
    for name, declared in kind.params.items():
        assert name in told
        assert declared.help in told
    assert all(word in " ".join(told) for word in kind.words)


def test_nothing_of_a_page_is_wider_than_a_narrow_window(dialog: HelpDialog) -> None:
    for kind in KINDS:
        dialog.show_name(kind.__name__)
        dialog.resize(dialog.minimumWidth(), 500)
        dialog.show()
        QApplication.processEvents()
        assert dialog.page.width() <= dialog.area.viewport().width(), kind.__name__
        assert dialog.page.minimumSizeHint().width() <= dialog.area.viewport().width(), kind.__name__


def test_links_lead_to_relatives(dialog: HelpDialog, qtbot: QtBot) -> None:
    dialog.show_name("GELU")
    (links,) = [each for each in dialog.page.findChildren(QLabel) if 'href="Mish"' in each.text()]
    assert "GELU" not in links.text()
    links.linkActivated.emit("Mish")
    qtbot.waitUntil(lambda: dialog.kind == "Mish")
    assert dialog.windowTitle() == "Mish — Help"


def test_the_page_takes_the_colours_of_the_theme(dialog: HelpDialog, theme: Theme) -> None:
    dialog.show_name("GELU")
    before = dialog.page
    theme.set_dark(not theme.dark)
    assert dialog.page is not before
    assert dialog.kind == "GELU"


# --- curves


def painted(made: Activation, theme: Theme, ratio: float) -> QImage:
    picture = QImage(round(400 * ratio), round(190 * ratio), QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(ratio)
    picture.fill(theme.panel)
    painter = QPainter(picture)
    bend.paint(painter, QRectF(0, 0, 400, 190), made, theme)
    painter.end()
    return picture


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("made", BENDS, ids=lambda made: made.name())
def test_the_curve_passes_where_the_function_does(
    qapp: QApplication, made: Activation, ratio: float, dark: bool
) -> None:
    theme = Theme(dark)
    picture = painted(made, theme, ratio)
    colour = theme.family(made.family)
    plot, across, up = bend.axes(QRectF(0, 0, 400, 190), made)
    for share in (0.13, 0.37, 0.61, 0.87):
        x = made.reach * (2 * share - 1)
        y = made.curve(x)
        assert y is not None
        if not up.low < y < up.high:
            continue
        at = QPoint(round(across.pixel(x) * ratio), round(up.pixel(y) * ratio))
        near = [picture.pixelColor(at + QPoint(dx, dy)) for dx in (-1, 0, 1) for dy in (-2, -1, 0, 1, 2)]
        assert any(_alike(each, colour) for each in near), (x, y)
    assert plot.width() > 300


def _alike(one, other) -> bool:
    return all(abs(a - b) < 60 for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True))


def test_the_picture_shows_the_jump_of_a_step_as_a_gap(qapp: QApplication) -> None:
    theme = Theme(dark=True)
    made = standard().make("Step", {})
    assert isinstance(made, Activation)
    picture = painted(made, theme, 2.0)
    _, across, up = bend.axes(QRectF(0, 0, 400, 190), made)
    x, y = round(across.pixel(0.0) * 2) + 3, round(up.pixel(0.5) * 2)
    assert not _alike(picture.pixelColor(x, y - 9), theme.family(made.family))
