"""The list of commands: everything a menu holds is in it, and is done by keys alone."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.actions import ALL
from designer.commanding import CommandList
from designer.offers import Offers
from designer.window import Window
from graph import edits, finding

Key = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def _open(window: Window) -> CommandList:
    window.activateWindow()
    window.view.setFocus()
    QTest.keyClick(window.view, Key.Key_P, CONTROL | SHIFT)
    shown = [found for found in window.findChildren(CommandList) if not found.isHidden()]
    assert len(shown) == 1
    return shown[0]


def test_every_action_is_in_the_list_and_found_by_its_words(window: Window) -> None:
    made = Offers(window)
    listed = [offer.id for offer in made.find("")]
    assert [f"action:{action.id}" for action in ALL] == [id for id in listed if id.startswith("action:")]
    for action in ALL:
        words = action.words(window).replace("&", "").removesuffix("…")
        found = [offer.id for offer in made.find(words)]
        assert f"action:{action.id}" in found[:4], (words, found[:4])


def test_return_does_it_and_it_comes_first_the_next_time(window: Window) -> None:
    shown = _open(window)
    QTest.keyClicks(shown.field, "add a row")
    QTest.keyClick(shown.field, Key.Key_Escape)
    assert QApplication.focusWidget() is window.view
    shown = _open(window)
    QTest.keyClicks(shown.field, "add conv2d")
    QTest.keyClick(shown.field, Key.Key_Return)
    assert [node.kind for node in window.session.document.nodes()] == ["Conv2d"]
    assert QApplication.focusWidget() is window.view
    assert _open(window).rows()[0].text == "Add Conv2d"


def test_what_cannot_be_done_says_why_and_stays(window: Window) -> None:
    shown = _open(window)
    QTest.keyClicks(shown.field, "select upstream")
    QTest.keyClick(shown.field, Key.Key_Return)
    assert not shown.isHidden()
    assert shown.note.text() == "Select upstream: only when some nodes are selected."


def test_a_node_is_gone_to(window: Window) -> None:
    with window.session.history.step("Draw"):
        births = [edits.add(window.session.document, "ReLU", at=(5000.0 * at, 0.0)) for at in range(3)]
    name = window.session.document.node(births[2]).id
    shown = _open(window)
    QTest.keyClicks(shown.field, name)
    QTest.keyClick(shown.field, Key.Key_Return)
    assert window.session.selection.births == [births[2]]
    assert window.view.camera.area.intersects(window.scene.plan.rect(births[2]))


def test_a_template_is_found_and_begun(window: Window) -> None:
    shown = _open(window)
    QTest.keyClicks(shown.field, "new xor")
    assert shown.rows()[0].id == "template:xor-neurons"
    QTest.keyClick(shown.field, Key.Key_Return)
    QApplication.processEvents()
    front = window.shell.front()
    assert front.session.name == "xor-neurons"
    assert front.session.document.nodes()


def test_changed_keys_and_states_are_shown(window: Window) -> None:
    window.shell.shortcuts.set(next(action for action in ALL if action.id == "dark"), ("Ctrl+J",))
    asides = {offer.id: offer.aside for offer in Offers(window).find("")}
    assert asides["action:dark"] == ("on   Ctrl+J" if window.shell.theme.dark else "Ctrl+J")
    assert asides["action:new-block"] == "Arrange"


@pytest.mark.parametrize(
    ("called", "typed", "fits"),
    [
        ("Delete and reconnect", "reconnect delete", True), ("Delete and reconnect", "dar", True),
        ("Delete and reconnect", "dere", True), ("Delete and reconnect", "xyz", False),
        ("Delete and reconnect", "tn", False), ("Fit all", "f", True),
    ],
)  # fmt: skip
def test_words_in_any_order_or_letters_that_begin_words_find_a_command(called: str, typed: str, fits: bool) -> None:
    assert (finding.near(called, typed) is not None) == fits


def test_the_nearest_comes_first() -> None:
    texts = ["Select all", "Fit selection", "Fit all", "Benefit", "Fit"]
    found = sorted((near, text) for text in texts if (near := finding.near(text, "fit")) is not None)
    assert [text for _, text in found] == ["Fit", "Fit all", "Fit selection", "Benefit"]


def test_f6_goes_round_through_all_parts_of_the_window(window: Window) -> None:
    window.activateWindow()
    QTest.qWait(50)
    window.panels.show("code")
    window.tabs.show_canvas()
    QApplication.processEvents()
    docks = window.panels.docks
    parts = {"canvas": window.view, "header": window.header} | {name: dock.widget() for name, dock in docks.items()}

    def part() -> str:
        focused = QApplication.focusWidget()
        assert focused is not None
        return next(name for name, pane in parts.items() if pane is focused or pane.isAncestorOf(focused))

    seen = [part()]
    for _ in range(5):
        QTest.keyClick(QApplication.focusWidget(), Key.Key_F6)
        seen.append(part())
    assert seen == ["canvas", "inspector", "code", "palette", "header", "canvas"]
    QTest.keyClick(QApplication.focusWidget(), Key.Key_F6, SHIFT)
    assert part() == "header"


def test_what_floats_takes_the_keyboard_back_only_if_it_had_it(window: Window) -> None:
    window.files.from_template("iris-mlp")
    QApplication.processEvents()  # the canvas is shown
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    view, overlays, search = window.view, window.view.overlays, window.panels.palette.search
    window.session.selection.set([window.session.document.nodes()[0].born])
    for begin in (overlays.rename_selected, overlays.finder.here, lambda: overlays.write_new(QPointF(0, 0))):
        view.setFocus()
        begin()
        search.setFocus(Qt.FocusReason.MouseFocusReason)
        assert search.hasFocus()
    view.setFocus()
    overlays.rename_selected()
    QTest.keyClicks(overlays.rename, "no name")
    QTest.keyClick(
        overlays.rename, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    shown = window.findChild(CommandList)
    assert not shown.isHidden()
    assert shown.field.hasFocus()
    search.setFocus(Qt.FocusReason.MouseFocusReason)
    assert search.hasFocus()
    assert shown.isHidden()
    view.setFocus()
    overlays.rename_selected()
    QTest.keyClick(overlays.rename, Qt.Key.Key_Escape)
    assert view.hasFocus()
