"""Frames and notes under the hand: real events on the real view."""

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from designer.canvas import annotating
from designer.canvas.menus import menu_for
from graph import edits
from tests.designer.canvas.stage import Stage

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key
FRAME, NOTE = "#frame/frame1", "#note/note1"


@pytest.fixture
def framed(chain: Stage) -> Stage:
    """A frame around conv1 and relu1, with a note in it and another below."""
    edits.add_frame(chain.document, (-40, -120, 420, 220), "Features", "convolution")
    edits.add_note(chain.document, "# Head\n\n- *one*\n- [two](https://example.org)", (0, -80), (120, 60))
    edits.add_note(chain.document, "below", (0, 200), (120, 60))
    chain.view.camera.show(QRectF(-100, -200, 900, 600))
    chain.settle()
    return chain


def at(stage: Stage, key: str) -> tuple[float, ...]:
    record = stage.document.records[key]
    return tuple(record.at if hasattr(record, "at") else record.rect)


class TestFrames:
    def test_a_drag_by_the_title_moves_what_it_holds_in_one_step(self, framed: Stage) -> None:
        framed.press((0, -110)).drag_by(100, 300)
        assert at(framed, "conv1") == (0, 0)
        assert framed.scene.plan.places.rect(FRAME).topLeft() == QPointF(60, 180)
        framed.release()
        assert framed.history.entries == ["Move"]
        assert (at(framed, "conv1"), at(framed, "relu1"), at(framed, "pool1")) == ((100, 300), (320, 300), (440, 0))
        assert (at(framed, NOTE), at(framed, "#note/note2")) == ((100, 220), (0, 200))
        assert at(framed, FRAME) == (60, 180, 420, 220)
        framed.mirrors()
        framed.key(Key.Key_Z, CONTROL)
        assert at(framed, FRAME) == (-40, -120, 420, 220)

    def test_its_border_moves_it_too_and_escape_breaks_off(self, framed: Stage) -> None:
        framed.press((150, 100)).drag_by(50, 50).key(Key.Key_Escape).release()
        assert framed.history.entries == []
        assert framed.scene.plan.places.rect(FRAME) == QRectF(-40, -120, 420, 220)
        assert framed.selection.keys == {FRAME}

    def test_a_drag_on_its_inside_begins_a_band(self, framed: Stage) -> None:
        framed.press((-20, -10)).drag_to((250, 60)).release()
        assert framed.selection.keys == {"conv1", "relu1"}
        framed.press((-80, -180)).drag_to((420, 120)).release()
        assert framed.selection.keys == {"conv1", "relu1", FRAME, NOTE}

    @pytest.mark.parametrize(
        ("where", "by", "rect"),
        [
            ((380, 100), (40, 60), (-40, -120, 460, 280)),
            ((-40, -120), (20, 10), (-20, -110, 400, 210)),
            ((380, 0), (-50, 90), (-40, -120, 370, 220)),
            ((-40, 0), (999, 0), (316, -120, 64, 220)),
        ],
    )
    def test_corners_and_sides_of_a_selected_one_resize_it(self, framed, where, by, rect) -> None:
        framed.click((0, -110)).press(where).drag_by(*by)
        assert at(framed, FRAME) == (-40, -120, 420, 220)
        framed.release()
        assert at(framed, FRAME) == rect
        assert framed.history.entries == ["Resize"]
        assert at(framed, "conv1") == (0, 0)

    def test_the_cursor_says_what_a_press_would_do(self, framed: Stage) -> None:
        def shape(where):
            return framed.hover(where).view.viewport().cursor().shape()

        shapes = Qt.CursorShape
        assert shape((380, 100)) == shapes.SizeFDiagCursor
        assert shape((380, 0)) == shapes.SizeAllCursor
        framed.click((0, -110))
        assert shape((380, 0)) == shapes.SizeHorCursor
        assert shape((100, 80)) == shapes.ArrowCursor

    def test_the_key_puts_one_around_the_selection_and_asks_for_its_title(self, chain: Stage) -> None:
        chain.click("conv1").click("relu1", CONTROL)
        chain.key(Key.Key_F, CONTROL | SHIFT)
        assert not chain.view.overlays.rename.isHidden()
        QTest.keyClicks(chain.view.overlays.rename, "Features")
        QTest.keyClick(chain.view.overlays.rename, Key.Key_Return)
        frame = chain.document.frames()[0]
        assert (frame.title, chain.history.entries) == ("Features", ["Add a frame"])
        assert set(chain.scene.plan.places.held(frame.key)) == {"conv1", "relu1"}
        chain.key(Key.Key_F2).type("Body")
        QTest.keyClick(chain.view.overlays.rename, Key.Key_Return)
        assert chain.history.entries == ["Add a frame", "Rename"]
        chain.key(Key.Key_Z, CONTROL).key(Key.Key_Z, CONTROL)
        assert chain.document.frames() == []

    def test_a_double_click_on_its_title_or_f2_renames_it(self, framed: Stage) -> None:
        framed.double_click((0, -108))
        field = framed.view.overlays.rename
        assert (field.isHidden(), field.text()) == (False, "Features")
        QTest.keyClick(field, Key.Key_Escape)
        framed.key(Key.Key_F2)
        QTest.keyClicks(field, "Body")
        QTest.keyClick(field, Key.Key_Return)
        assert framed.document.records[FRAME].title == "Body"

    def test_delete_takes_the_frame_and_leaves_what_it_holds(self, framed: Stage) -> None:
        framed.click((0, -110)).key(Key.Key_Delete)
        assert framed.document.frames() == []
        assert set(framed.births()) == {"conv1", "relu1", "pool1", "fc1"}

    def test_copies_take_along_what_it_holds(self, framed: Stage) -> None:
        framed.click((0, -110)).key(Key.Key_D, CONTROL)
        assert len(framed.document.frames()) == 2
        assert len(framed.births()) == 6
        assert framed.selection.keys == {"conv2", "relu2", "#frame/frame2", "#note/note3"}
        framed.key(Key.Key_C, CONTROL)
        assert '"title": "Features"' in QGuiApplication.clipboard().text()
        framed.key(Key.Key_X, CONTROL)
        assert len(framed.births()) == 4
        assert [frame.key for frame in framed.document.frames()] == [FRAME]

    def test_control_and_drag_leaves_a_copy_of_it_and_what_it_holds(self, framed: Stage) -> None:
        framed.press((0, -110), modifiers=CONTROL).drag_by(0, 400).release()
        assert framed.history.entries == ["Duplicate"]
        assert (len(framed.document.frames()), len(framed.births())) == (2, 6)
        assert at(framed, FRAME) == (-40, -120, 420, 220)
        assert at(framed, "#frame/frame2") == (-40, 280, 420, 220)

    def test_it_is_collapsed_with_what_it_holds_under_its_own_name(self, framed: Stage) -> None:
        framed.click((0, -110)).key(Key.Key_G, CONTROL)
        field = framed.view.overlays.naming.field
        assert field.text() == "Features"
        QTest.keyClick(field, Key.Key_Return)
        inner = framed.document.inside(framed.document.blocks()[0].born)
        assert [frame.title for frame in inner.frames()] == ["Features"]
        assert [note.key for note in inner.notes()] == [NOTE]
        assert framed.document.frames() == []

    def test_the_menu_colours_fits_and_selects(self, framed: Stage) -> None:
        menu = menu_for(framed.view, QPointF(framed.at((0, -110))))
        trigger(menu, "Colour", "Green")
        assert framed.document.records[FRAME].colour == "recurrent"
        trigger(menu, "Fit to its content")
        assert at(framed, FRAME)[:2] == (-20, -122)
        trigger(menu, "Select what it holds")
        assert framed.selection.keys == {"conv1", "relu1", NOTE}
        menu.deleteLater()

    def test_a_layout_is_one_step_and_fits_it(self, framed: Stage) -> None:
        framed.key(Key.Key_L, CONTROL)
        places = framed.scene.plan.places
        assert len(framed.history.entries) == 1
        assert {"conv1", "relu1", NOTE} <= set(places.held(FRAME))

    def test_what_a_selected_frame_holds_is_laid_out_and_the_rest_stays(self, framed: Stage) -> None:
        edits.move(framed.document, {"relu1": (150, 30)})
        before, corner = framed.document.node("pool1").at, at(framed, FRAME)[:2]
        framed.click((0, -110)).key(Key.Key_L, CONTROL)
        plan = framed.scene.plan
        assert plan.rect("conv1").center().y() == plan.rect("relu1").center().y()
        assert framed.document.node("pool1").at == before
        assert at(framed, FRAME)[:2] == corner
        assert {"conv1", "relu1", NOTE} <= set(plan.places.held(FRAME))

    def test_it_holds_the_same_when_data_flow_down(self, framed: Stage) -> None:
        places, before = framed.scene.plan.places, framed.document.records[FRAME]
        held = set(places.held(FRAME))
        framed.view.commands.set_flow("down")
        assert framed.history.entries == ["Flow down"]
        assert set(places.held(FRAME)) == held
        framed.mirrors()
        framed.history.undo()
        assert framed.document.records[FRAME] == before

    def test_arrows_move_it_with_what_it_holds(self, framed: Stage) -> None:
        framed.click((0, -110)).key(Key.Key_Right).key(Key.Key_Right)
        assert (at(framed, "conv1"), at(framed, FRAME)[:2]) == ((16, 0), (-24, -120))
        assert framed.history.entries == ["Move"]

    def test_from_afar_it_is_taken_by_its_title(self, framed: Stage) -> None:
        framed.view.camera.zoom(0.15 / framed.view.camera.scale)
        assert not framed.scene.near_by
        corner = framed.scene.plan.places.rect(FRAME).topLeft()
        framed.press(corner + QPointF(250, 12)).drag_by(200, 0).release()
        assert at(framed, "conv1")[0] == 200


def test_both_are_found_in_the_search(chain: Stage) -> None:
    search = chain.view.overlays.search
    chain.hover((100, 300)).key(Key.Key_Tab)
    QTest.keyClicks(search.field, "note")
    assert search.list.item(0).text() == "Note"
    QTest.keyClick(search.field, Key.Key_Return)
    QTest.keyClicks(chain.view.overlays.writing, "Found")
    QTest.keyClick(chain.view.overlays.writing, Key.Key_Return, CONTROL)
    assert [note.text for note in chain.document.notes()] == ["Found"]
    chain.hover((100, 350)).key(Key.Key_Escape).key(Key.Key_Tab)
    QTest.keyClicks(search.field, "fram")
    QTest.keyClick(search.field, Key.Key_Return)
    assert len(chain.document.frames()) == 1


class TestNotes:
    def test_the_key_begins_one_and_it_is_there_once_written(self, stage: Stage) -> None:
        stage.show()
        stage.hover((100, 50)).key(Key.Key_N)
        field = stage.view.overlays.writing
        QTest.keyClicks(field, "Mind the gap")
        assert stage.document.notes() == []
        QTest.keyClick(field, Key.Key_Return, CONTROL)
        assert [note.text for note in stage.document.notes()] == ["Mind the gap"]
        assert stage.history.entries == ["Add a note"]
        stage.key(Key.Key_N)
        QTest.keyClick(field, Key.Key_Escape)
        assert len(stage.document.notes()) == 1

    def test_a_double_click_edits_it_and_a_click_elsewhere_ends(self, framed: Stage) -> None:
        framed.double_click((60, 230))
        field = framed.view.overlays.writing
        assert (field.isHidden(), field.toPlainText()) == (False, "below")
        QTest.keyClicks(field, " it")
        framed.click((300, 350))
        assert framed.document.records["#note/note2"].text == "below it"
        framed.double_click((60, 230))
        QTest.keyClicks(field, " all")
        QTest.keyClick(field, Key.Key_Escape)
        assert framed.document.records["#note/note2"].text == "below it"
        assert framed.history.entries == ["Edit a note"]

    def test_it_is_dragged_resized_and_fitted_to_its_text(self, framed: Stage) -> None:
        key = "#note/note2"
        framed.press((60, 230)).drag_by(30, 40).release()
        assert at(framed, key) == (30, 240)
        framed.press((150, 300)).drag_by(60, 30).release()
        assert framed.document.records[key].size == (180, 90)
        framed.key(Key.Key_N, SHIFT)
        assert framed.document.records[key].size is None
        assert framed.scene.plan.places.rect(key).width() < 180
        assert framed.history.entries == ["Move", "Resize", "Fit"]

    def test_it_is_selected_with_nodes_and_moves_and_goes_with_them(self, framed: Stage) -> None:
        framed.click("fc1").click((60, 230), SHIFT)
        framed.press("fc1").drag_by(50, 20).release()
        assert (at(framed, "fc1"), at(framed, "#note/note2")) == ((490, 160), (50, 220))
        framed.key(Key.Key_Delete)
        assert "#note/note2" not in framed.document.records
        assert "fc1" not in framed.document.records

    def test_the_link_in_it_is_followed(self, framed: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        opened: list[str] = []
        monkeypatch.setattr(annotating.QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
        edits.set_note(framed.document, "#note/note2", text="[here](https://example.org/a) [not](file:///etc/passwd)")
        framed.click((24, 220))
        framed.click((58, 220))
        framed.click((100, 250))
        assert opened == ["https://example.org/a"]

    def test_its_text_is_laid_out_and_takes_no_picture_of_a_file(self, framed: Stage) -> None:
        places = framed.scene.plan.places
        edits.set_note(framed.document, NOTE, text="one line")
        small = places.text(NOTE).size.height()
        edits.set_note(framed.document, NOTE, text="# Head\n\nlong " * 20 + "\n\n![x](/etc/hostname)\n\n`code`")
        assert places.text(NOTE).size.height() > 3 * small


def trigger(menu: QMenu, *words: str) -> None:
    """Choose an entry of a menu, or of a menu in it."""
    for word in words[:-1]:
        menu = next(action.menu() for action in menu.actions() if action.text() == word)
    next(action for action in menu.actions() if action.text().split("\t")[0] == words[-1]).trigger()
