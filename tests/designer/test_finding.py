"""Find in the drawing, by keys, in the real window."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer import finding
from designer.window import Window
from graph import edits

Key = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def _draw(window: Window) -> None:
    """Three Conv2d far apart, of which the last stands in a block."""
    document = window.session.document
    with window.session.history.step("Draw"):
        for at in range(3):
            edits.add(document, "Conv2d", id=f"conv{at}", at=(3000.0 * at, 0.0), params={"kernel_size": at + 1})
        edits.collapse(document, [document.find("conv2").born], "Part")
    QApplication.processEvents()


def _find(window: Window, words: str) -> finding.FindBar:
    window.activateWindow()
    window.view.setFocus()
    QTest.keyClick(window.view, Key.Key_F, CONTROL)
    found = finding.bar(window)
    QTest.keyClicks(found.field, words)
    while found.searching:
        QApplication.processEvents()
    return found


def _name(window: Window) -> str:
    return window.session.level.document.node(window.session.selection.single).id


def test_it_lists_marks_and_goes_from_one_to_the_next(window: Window) -> None:
    _draw(window)
    found = _find(window, "conv2d")
    assert [found.list.item(row).text() for row in range(found.list.count())] == ["conv0", "conv1", "conv2"]
    assert len(window.view.found.births & {node.born for node in window.session.document.nodes()}) == 2
    seen = []
    for key, held in ((Key.Key_Return, Qt.KeyboardModifier.NoModifier),) * 3 + ((Key.Key_Return, SHIFT),):
        QTest.keyClick(found.field, key, held)
        seen.append((_name(window), bool(window.session.level.path), found.count.text()))
        assert window.view.camera.area.contains(window.scene.plan.rect(window.session.selection.single))
    assert seen == [
        ("conv0", False, "1 of 3"), ("conv1", False, "2 of 3"), ("conv2", True, "3 of 3"), ("conv1", False, "2 of 3"),
    ]  # fmt: skip


def test_from_far_out_it_comes_near_enough_to_be_read(window: Window) -> None:
    _draw(window)
    window.view.camera.show(window.scene.plan.bounds(["conv0"]).adjusted(-9000, -9000, 9000, 9000))
    assert not window.scene.near_by
    QTest.keyClick(_find(window, "conv0").field, Key.Key_Return)
    assert window.scene.near_by


def test_a_value_is_found_and_shown(window: Window) -> None:
    _draw(window)
    found = _find(window, "kernel_size>2")
    assert [(found.list.item(row).text(), found.list.item(row).data(finding.ASIDE)) for row in range(1)] == [
        ("conv2", "kernel_size = 3 in Part")
    ]


def test_escape_takes_the_marks_away_and_f3_goes_on_without_them(window: Window) -> None:
    _draw(window)
    found = _find(window, "conv")
    QTest.keyClick(found.field, Key.Key_Escape)
    assert (found.isHidden(), window.view.found.births) == (True, frozenset())
    assert QApplication.focusWidget() is window.view
    QTest.keyClick(window.view, Key.Key_F3)
    QTest.keyClick(window.view, Key.Key_F3)
    assert _name(window) == "conv1"
    QTest.keyClick(window.view, Key.Key_F3, SHIFT)
    assert _name(window) == "conv0"


def test_it_stays_while_one_works_and_follows_what_is_drawn(window: Window) -> None:
    _draw(window)
    found = _find(window, "conv1")
    QTest.mouseClick(window.view.viewport(), Qt.MouseButton.LeftButton, pos=window.view.rect().center())
    assert not found.isHidden()
    edits.remove(window.session.document, [window.session.document.find("conv1").born])
    QTest.qWait(finding.CALM + 60)
    assert (found.hits, found.count.text()) == ([], "none")


def test_frames_notes_and_bookmarks_are_found_in_blocks_too(window: Window) -> None:
    _draw(window)
    document = window.session.document
    inner = document.inside(document.blocks()[0].born)
    with window.session.history.step("Say"):
        edits.add_frame(inner, (5000, 0, 300, 200), "Edges first")
        edits.add_note(document, "# To do\n\nMore **edges**, see [here](https://example.org)", (-4000, 0))
        edits.set_bookmark(document, "At the edges", (700.0, 70.0), 0.5)
    found = _find(window, "edges")
    rows = [(item.text(), item.data(finding.ASIDE)) for item in map(found.list.item, range(found.list.count()))]
    assert rows == [("To do", "Note"), ("At the edges", "Bookmark"), ("Edges first", "Frame in Part")]
    places = window.scene.plan.places
    assert "#note/note1" in window.view.found.births
    QTest.keyClick(found.field, Key.Key_Return)
    assert window.view.camera.area.contains(places.rect("#note/note1"))
    assert window.session.selection.keys == {"#note/note1"}
    QTest.keyClick(found.field, Key.Key_Return)
    middle = window.view.camera.area.center()
    assert (round(middle.x(), -1), round(middle.y(), -1), window.view.camera.scale) == (700, 70, 0.5)
    QTest.keyClick(found.field, Key.Key_Return)
    assert window.session.level.path
    assert window.session.selection.keys == {"#frame/frame1"}
    edits.remove(window.session.level.document, ["#frame/frame1"])
    QTest.keyClick(found.field, Key.Key_Return)
    assert not window.session.level.path


def test_nothing_found_is_said(window: Window) -> None:
    found = _find(window, "there is no such thing")
    QTest.keyClick(found.field, Key.Key_Return)
    assert (found.count.text(), found.list.isVisible()) == ("none", False)


def test_a_large_drawing_is_searched_in_slices(window: Window) -> None:
    with window.session.history.step("Draw"):
        for at in range(1500):
            edits.add(window.session.document, "ReLU", at=(0.0, 100.0 * at))
    found = finding.bar(window)
    finding.SLICE, whole = 0.0, finding.SLICE
    try:
        found.ask()
        found.field.setText("relu")
        assert found.searching
        found.field.setText("relu1")
        assert len(found.hits) <= 2
    finally:
        finding.SLICE = whole
    while found.searching:
        QApplication.processEvents()
    expected = [n for n in window.session.document.nodes() if "relu1" in n.id]
    assert len(found.hits) == len(expected)
    assert found.list.count() == finding.LISTED
