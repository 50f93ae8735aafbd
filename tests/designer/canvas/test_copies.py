"""Copies of nodes: with and without the wires that fed them, as text, by dragging."""

import json

import pytest
from PySide6.QtCore import QLineF, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage

from designer.canvas.tools.drag import Drag
from graph import edits
from graph.project import write
from tests.designer.canvas.stage import Stage

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier,
)  # fmt: skip
C, V = Qt.Key.Key_C, Qt.Key.Key_V


class TestWires:
    def test_plain_keeps_those_among_and_shift_those_that_came_in(self, chain: Stage) -> None:
        chain.click("relu1").click("pool1", CONTROL).key(C, CONTROL)
        chain.hover((0, 250)).key(V, CONTROL)
        assert chain.wires()[2:] == ["relu2.y -> pool2.x"]
        chain.key(V, CONTROL | SHIFT)
        assert chain.wires()[3:] == ["relu3.y -> pool3.x", "conv1.y -> relu3.x"]
        assert chain.history.entries == ["Paste", "Paste with wires"]
        chain.mirrors()

    def test_what_fed_them_is_found_under_a_new_name_and_in_another_drawing(self, chain: Stage) -> None:
        edits.rename(chain.document, "conv1", "stem")
        chain.click("relu1").key(C, CONTROL)
        edits.rename(chain.document, "conv1", "trunk")
        chain.hover((0, 250)).key(V, CONTROL | SHIFT)
        assert chain.wires()[2:] == ["conv1.y -> relu2.x"]
        with chain.document.change():
            edits.remove(chain.document, ["conv1"])
            edits.add(chain.document, "Linear", id="stem")
        chain.key(V, CONTROL | SHIFT)
        assert chain.wires()[1:] == ["stem.y -> relu3.x"]

    def test_a_source_that_is_gone_or_gives_something_else_feeds_nothing(self, chain: Stage) -> None:
        chain.click("relu1").key(C, CONTROL)
        with chain.document.change():
            edits.remove(chain.document, ["conv1"])
        chain.key(V, CONTROL | SHIFT)
        edits.add(chain.document, "Adam", id="conv1")
        chain.key(V, CONTROL | SHIFT)
        assert chain.wires() == ["relu1.y -> pool1.x"]
        assert len(chain.births()) == 6


class TestText:
    @pytest.mark.parametrize("around", ["{}", "\n\n  {}  \n", "\ufeff{}"])
    def test_a_whole_file_from_an_editor(self, chain: Stage, around: str) -> None:
        QGuiApplication.clipboard().setText(around.format(write(chain.document)))
        chain.key(V, CONTROL)
        assert len(chain.births()) == 8
        assert len(chain.wires()) == 4

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("a poem", "What was copied is a text, but no part of a drawing"),
            ('{"nodes": [', "What was copied cannot be pasted. This is not JSON: line 1"),
            ('{"format": "neuroloom", "version": 1, "nodes": []}', "There is nothing to paste"),
            ("", "There is nothing to paste"),
        ],
    )
    def test_what_is_no_drawing_is_said(self, chain: Stage, text: str, said: str) -> None:
        QGuiApplication.clipboard().setText(text)
        chain.key(V, CONTROL)
        assert chain.view.overlays.hint.sentence.startswith(said)
        assert chain.history.entries == []

    def test_pictures_and_files_are_said(self, chain: Stage) -> None:
        for fill, said in (
            (lambda held: held.setImageData(QImage(4, 4, QImage.Format.Format_RGB32)), "a picture"),
            (lambda held: held.setUrls([QUrl.fromLocalFile("/some/where.png")]), "files"),
        ):
            held = QMimeData()
            fill(held)
            QGuiApplication.clipboard().setMimeData(held)
            chain.key(V, CONTROL)
            assert f"The clipboard holds {said}" in chain.view.overlays.hint.sentence

    def test_a_copy_names_what_fed_it_beside_the_wires(self, chain: Stage) -> None:
        chain.click("relu1").key(C, CONTROL)
        copied = json.loads(QGuiApplication.clipboard().text())
        assert copied["wires"] == []
        assert copied["incoming"] == [{"wire": "conv1.y -> relu1.x", "born": "conv1", "id": "conv1"}]

    def test_further_pastes_go_further_down(self, chain: Stage) -> None:
        chain.click("fc1").key(C, CONTROL).hover((0, 250))
        for _ in range(4):
            chain.key(V, CONTROL)
        places = [chain.document.node(born).at or (0, 0) for born in chain.births()[4:]]
        assert [(x - places[0][0], y - places[0][1]) for x, y in places] == [(0, 0), (24, 24), (48, 48), (72, 72)]


class TestDragging:
    def test_control_and_a_drag_leave_a_copy(self, chain: Stage) -> None:
        chain.click("conv1").click("relu1", CONTROL)
        told: list[object] = []
        chain.document.changed.connect(told.append)
        chain.press("conv1", modifiers=CONTROL).drag_by(30, 200)
        assert told == []
        chain.view.grab()
        chain.release()
        assert len(told) == 1
        assert chain.history.entries == ["Duplicate"]
        assert chain.wires()[2:] == ["conv2.y -> relu2.x"]
        assert chain.selection.births == ["conv2", "relu2"]
        assert [chain.document.node(born).at for born in ("conv1", "conv2", "relu2")] == [(0, 0), (30, 200), (250, 200)]
        chain.mirrors()

    def test_of_what_is_not_selected_only_that_one(self, chain: Stage) -> None:
        chain.click("conv1").press("fc1", modifiers=CONTROL).drag_by(0, 150).release()
        assert chain.selection.births == ["fc2"]

    def test_a_click_only_selects_and_escape_leaves_nothing(self, chain: Stage) -> None:
        chain.click("conv1", CONTROL).click("fc1", CONTROL).click("conv1", CONTROL)
        assert chain.selection.births == ["fc1"]
        chain.press("fc1", modifiers=CONTROL).drag_by(0, 150).key(Qt.Key.Key_Escape).release()
        assert chain.history.entries == []
        assert len(chain.births()) == 4


class TestSnapping:
    def test_a_node_snaps_to_one_that_is_nearly_level_and_a_line_says_so(self, chain: Stage) -> None:
        chain.press("fc1").drag_by(-217, -20)
        assert chain.scene.plan.at("fc1") == QPointF(220, 120)
        gesture = chain.view.gesture
        assert isinstance(gesture, Drag)
        assert QLineF(220, 0, 220, 168) in gesture.guides.lines
        chain.view.grab()
        chain.release()
        assert chain.document.node("fc1").at == (220, 120)

    def test_control_or_alt_that_is_pressed_meanwhile_frees_it(self, chain: Stage) -> None:
        chain.press("fc1")
        chain.held(ALT).drag_by(-217, -20).release()
        assert chain.document.node("fc1").at == (223, 120)

    def test_gaps_become_equal_and_lines_with_ends_say_which(self, chain: Stage) -> None:
        plan = chain.scene.plan
        edits.remove(chain.document, ["fc1"])
        first = plan.rect("relu1").left() - plan.rect("conv1").right()
        wanted = plan.rect("relu1").right() + first - plan.rect("pool1").left()
        chain.press("pool1").drag_by(wanted + 4, 33)
        guides = chain.view.gesture.guides
        assert [round(gap.length()) for gap in guides.gaps] == [round(first)] * 2
        assert plan.rect("pool1").left() - plan.rect("relu1").right() == first
        chain.view.grab()
        chain.key(Qt.Key.Key_Escape).release()
        chain.click((100, 300)).press("relu1").drag_by(-57, 0).release()
        chain.press("relu1").drag_by(59, 14)
        left = plan.rect("relu1").left() - plan.rect("conv1").right()
        assert abs(left - (plan.rect("pool1").left() - plan.rect("relu1").right())) < 0.6
        chain.held(ALT).drag_by(30, 0)
        assert chain.view.gesture.guides.gaps == []
        chain.release()

    def test_edges_of_frames_and_notes_are_snapped_to_too_also_by_sides_that_are_dragged(self, chain: Stage) -> None:
        edits.add_frame(chain.document, (-60, 230, 300, 160), "Part")
        edits.add_note(chain.document, "Say", (700, 230), (120, 60))
        chain.settle()
        chain.press("fc1").drag_by(-497, 240)
        assert chain.scene.plan.at("fc1").x() == -60
        chain.key(Qt.Key.Key_Escape).release()
        chain.press("fc1").drag_by(262, 30).release()
        assert chain.document.node("fc1").at[0] == 700
        chain.click((0, 238)).press((240, 390)).drag_by(457, -97)
        assert chain.view.gesture._guides.lines
        chain.view.grab()
        chain.release()
        assert chain.document.frames()[0].rect == (-60, 230, 760, 60)
        chain.scene.manner.turn("snap", True)
        chain.press((-60, 260)).drag_by(-20, 0).release()
        assert chain.document.frames()[0].rect == (-72, 230, 772, 60)

    def test_the_grid(self, chain: Stage) -> None:
        chain.scene.manner.turn("snap", True)
        chain.press("fc1").drag_by(-31, 17).release()
        assert chain.document.node("fc1").at == (408, 168)

    def test_nothing_snaps_if_it_is_turned_off(self, chain: Stage) -> None:
        chain.scene.manner.turn("guides", False)
        chain.press("fc1").drag_by(-217, -20).release()
        assert chain.document.node("fc1").at == (223, 120)


def test_a_frame_is_copied_with_what_it_holds_and_a_lasso_takes_it_whole(chain: Stage) -> None:
    edits.add_frame(chain.document, (-40, -120, 420, 220), "Features", "convolution")
    chain.settle()
    chain.press((0, -104), modifiers=CONTROL).drag_by(0, 400)
    chain.view.grab()
    chain.release()
    assert [frame.rect for frame in chain.document.frames()] == [(-40, -120, 420, 220), (-40, 280, 420, 220)]
    assert chain.births()[4:] == ["conv2", "relu2"]
    assert chain.history.entries == ["Duplicate"]
    chain.view.camera.fit()
    chain.press((-80, 240), modifiers=CONTROL | ALT)
    for place in ((430, 240), (430, 560), (-80, 560)):
        chain.drag_to(place)
    chain.release()
    copied = chain.document.frames()[1].key
    assert chain.selection.keys == {copied, "conv2", "relu2"}
