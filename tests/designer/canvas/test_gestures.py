"""What hands do on the canvas, with real mouse and key events on the real view."""

import pytest
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QPaintEvent, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from designer.canvas.looks import PortAt
from graph import edits
from tests.designer.canvas.stage import Stage

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
Key = Qt.Key


class TestSelecting:
    def test_a_click_selects_a_node_and_a_click_beside_it_none(self, chain: Stage) -> None:
        chain.click("conv1")
        assert chain.selection.births == ["conv1"]
        chain.click((100, 300))
        assert chain.selection.births == []

    def test_control_adds_and_takes_away(self, chain: Stage) -> None:
        chain.click("conv1").click("relu1", CONTROL)
        assert chain.selection.births == ["conv1", "relu1"]
        chain.click("conv1", CONTROL)
        assert chain.selection.births == ["relu1"]

    def test_a_wire_is_selected_where_it_runs(self, chain: Stage) -> None:
        chain.click("conv1.y -> relu1.x")
        assert chain.selection.wires == ["conv1.y -> relu1.x"]
        assert chain.scene.stock.wires["conv1.y -> relu1.x"].marks.selected

    def test_a_rubber_band_selects_what_it_touches(self, chain: Stage) -> None:
        chain.press((-40, -40)).drag_to((230, 60)).release()
        assert chain.selection.births == ["conv1", "relu1"]
        chain.press((420, 120), modifiers=SHIFT).drag_to((600, 200)).release()
        assert chain.selection.births == ["conv1", "relu1", "fc1"]

    def test_escape_during_a_rubber_band_brings_the_selection_back(self, chain: Stage) -> None:
        chain.click("fc1").press((-40, -40)).drag_to((230, 60)).key(Key.Key_Escape).release()
        assert chain.selection.births == ["fc1"]

    def test_a_click_on_one_of_many_selects_that_one(self, chain: Stage) -> None:
        chain.key(Key.Key_A, CONTROL).click("relu1")
        assert chain.selection.births == ["relu1"]

    def test_what_hangs_on_the_selected_node_is_lit(self, chain: Stage) -> None:
        chain.click("relu1")
        assert {born for born, item in chain.scene.stock.nodes.items() if item.marks.near} == {"conv1", "pool1"}
        assert all(item.marks.near for item in chain.scene.stock.wires.values())


class TestMoving:
    def test_a_drag_is_one_step_and_touches_the_document_only_at_the_end(self, chain: Stage) -> None:
        told: list[object] = []
        chain.document.changed.connect(told.append)
        chain.press("fc1").drag_to((500, 300)).drag_by(40, 10)
        assert told == []
        assert chain.scene.stock.nodes["fc1"].pos() != QPointF(440, 140)
        chain.release()
        assert len(told) == 1
        assert chain.history.entries == ["Move"]
        chain.mirrors()

    def test_all_selected_nodes_move_together(self, chain: Stage) -> None:
        chain.click("conv1").click("fc1", CONTROL)
        chain.press("conv1").drag_by(50, 200).release()
        assert chain.document.node("conv1").at == (50, 200)
        assert chain.document.node("fc1").at == (490, 340)
        assert chain.document.node("relu1").at == (220, 0)

    def test_escape_puts_everything_back_and_leaves_no_step(self, chain: Stage) -> None:
        chain.press("relu1").drag_by(30, 90).key(Key.Key_Escape).release()
        assert chain.history.entries == []
        assert chain.scene.stock.nodes["relu1"].pos() == QPointF(220, 0)
        chain.mirrors()

    def test_a_node_dragged_nearly_level_with_its_neighbour_is_level(self, chain: Stage) -> None:
        chain.press("conv1").drag_by(-30, 60).release()
        chain.press("conv1").drag_by(0, -57).release()
        assert chain.document.node("conv1").at == (-30, 0)

    def test_a_trembling_click_moves_nothing(self, chain: Stage) -> None:
        chain.press("conv1").drag_by(2, 1).release()
        assert chain.history.entries == []

    def test_arrows_nudge_in_one_step(self, chain: Stage) -> None:
        chain.click("fc1").key(Key.Key_Right).key(Key.Key_Right).key(Key.Key_Down, SHIFT)
        assert chain.document.node("fc1").at == (456, 164)
        assert chain.history.entries == ["Move"]

    def test_a_lone_node_dropped_on_a_wire_goes_into_it(self, stage: Stage) -> None:
        for kind, at in (("Conv2d", (0, 0)), ("MaxPool2d", (440, 0)), ("ReLU", (200, 160))):
            stage.add(kind, at)
        stage.wire("conv1.y -> pool1.x")
        stage.show().press("relu1").drag_to("conv1.y -> pool1.x").release()
        assert stage.wires() == ["conv1.y -> relu1.x", "relu1.y -> pool1.x"]
        assert stage.history.entries == ["Insert"]

    def test_nodes_placed_for_show_keep_their_places_when_one_is_moved(self, stage: Stage) -> None:
        for kind in ("Conv2d", "ReLU", "MaxPool2d"):
            stage.add(kind)
        stage.wire("conv1.y -> relu1.x", "relu1.y -> pool1.x")
        stage.show()
        before = {born: stage.scene.plan.at(born) for born in stage.births()}
        stage.press("pool1").drag_by(0, 90).release()
        assert stage.document.node("conv1").at == (before["conv1"].x(), before["conv1"].y())
        stage.mirrors()


class TestWiring:
    def test_a_wire_is_drawn_from_an_output_to_an_input(self, chain: Stage) -> None:
        chain.press("pool1.y").drag_to("fc1.x").release()
        assert "pool1.y -> fc1.x" in chain.wires()
        assert chain.history.entries == ["Connect"]
        chain.mirrors()

    def test_and_from_an_input_to_an_output(self, chain: Stage) -> None:
        chain.press("fc1.x").drag_to("pool1.y").release()
        assert "pool1.y -> fc1.x" in chain.wires()

    def test_it_snaps_from_a_little_away(self, chain: Stage) -> None:
        end = chain.scene.plan.point(PortAt("fc1", "x", False)) + QPointF(-12, 9)
        chain.press("pool1.y").drag_to(end).release()
        assert "pool1.y -> fc1.x" in chain.wires()

    def test_let_go_on_a_body_it_takes_the_first_port_that_fits(self, chain: Stage) -> None:
        chain.press("pool1.y").drag_to("fc1").release()
        assert "pool1.y -> fc1.x" in chain.wires()

    def test_what_cannot_be_is_refused_with_a_sentence(self, chain: Stage) -> None:
        chain.press("pool1.y").drag_to("conv1.x")
        sentence = chain.view.overlays.hint.sentence
        assert "loop" in sentence
        assert sentence.endswith(".")
        chain.release()
        assert chain.history.entries == []
        assert chain.view.overlays.proposal.label.text() == sentence

    def test_a_loss_does_not_go_into_a_layer(self, chain: Stage) -> None:
        loss = chain.add("CrossEntropyLoss", (0, 200))
        chain.view.camera.fit()
        chain.press(f"{loss}.loss").drag_to("fc1.x")
        assert "a loss" in chain.view.overlays.hint.sentence
        chain.key(Key.Key_Escape).release()
        assert chain.view.overlays.hint.sentence == ""

    def test_an_end_taken_away_disconnects(self, chain: Stage) -> None:
        chain.press("relu1.x").drag_to((250, 300)).release()
        assert chain.wires() == ["relu1.y -> pool1.x"]
        assert chain.history.entries == ["Disconnect"]
        chain.mirrors()

    def test_an_end_taken_to_another_port_reconnects(self, chain: Stage) -> None:
        chain.press("pool1.x").drag_to("fc1.x").release()
        assert set(chain.wires()) == {"conv1.y -> relu1.x", "relu1.y -> fc1.x"}
        assert chain.history.entries == ["Reconnect"]
        chain.history.undo()
        assert set(chain.wires()) == {"conv1.y -> relu1.x", "relu1.y -> pool1.x"}

    def test_an_end_put_back_changes_nothing(self, chain: Stage) -> None:
        chain.press("pool1.x").drag_to((400, 200)).drag_to("pool1.x").release()
        assert chain.history.entries == []
        assert chain.scene.stock.wires["relu1.y -> pool1.x"].isVisible()

    def test_the_start_of_a_wire_can_be_taken_too(self, chain: Stage) -> None:
        points = chain.scene.plan.lines.of("relu1.y -> pool1.x")
        assert points is not None
        chain.press(points[0] + QPointF(16, 0)).drag_to("conv1.y").release()
        assert "conv1.y -> pool1.x" in chain.wires()
        assert "relu1.y -> pool1.x" not in chain.wires()

    def test_escape_leaves_the_wire_where_it_was(self, chain: Stage) -> None:
        chain.press("relu1.x").drag_to((250, 300)).key(Key.Key_Escape).release()
        assert len(chain.wires()) == 2
        assert chain.scene.stock.wires["conv1.y -> relu1.x"].isVisible()

    def test_ports_that_fit_are_found_when_the_gesture_begins(self, chain: Stage) -> None:
        chain.press("pool1.y").drag_to((600, 100))
        fitting = chain.view.gesture._fitting  # type: ignore[union-attr]
        assert fitting == [PortAt("fc1", "x", False)]
        chain.key(Key.Key_Escape)

    def test_a_lettered_port_grows(self, chain: Stage) -> None:
        chain.add("Add", (700, 0))
        chain.view.camera.fit()
        chain.press("pool1.y").drag_to("add1.a").release()
        chain.press("relu1.y").drag_to("add1.b").release()
        assert {"pool1.y -> add1.a", "relu1.y -> add1.b"} <= set(chain.wires())
        assert [spot.name for spot in chain.scene.plan.look("add1").inputs] == ["a", "b", "c"]


class TestEditing:
    def test_delete_takes_nodes_with_their_wires_and_undo_brings_them_back(self, chain: Stage) -> None:
        chain.click("relu1").key(Key.Key_Delete)
        assert chain.wires() == []
        chain.mirrors()
        chain.key(Key.Key_Z, CONTROL)
        assert len(chain.wires()) == 2
        chain.mirrors()
        chain.key(Key.Key_Z, CONTROL | SHIFT)
        assert "relu1" not in chain.births()

    def test_delete_and_reconnect(self, chain: Stage) -> None:
        chain.click("relu1").key(Key.Key_Backspace, CONTROL)
        assert chain.wires() == ["conv1.y -> pool1.x"]

    def test_a_wire_is_deleted(self, chain: Stage) -> None:
        chain.click("conv1.y -> relu1.x").key(Key.Key_Delete)
        assert chain.wires() == ["relu1.y -> pool1.x"]

    def test_copy_and_paste_under_the_pointer_are_one_step(self, chain: Stage) -> None:
        chain.click("conv1").click("relu1", CONTROL).key(Key.Key_C, CONTROL)
        assert QGuiApplication.clipboard().text().startswith('{"format": "neuroloom"')
        chain.hover((0, 250)).key(Key.Key_V, CONTROL)
        assert len(chain.births()) == 6
        assert len(chain.wires()) == 3
        assert chain.history.entries == ["Paste"]
        at = chain.document.node(chain.selection.births[0]).at
        assert at is not None
        assert abs(at[0]) <= 1
        assert abs(at[1] - 250) <= 1
        chain.mirrors()

    def test_what_is_no_drawing_is_refused_with_a_sentence(self, chain: Stage) -> None:
        QGuiApplication.clipboard().setText("a poem")
        chain.key(Key.Key_V, CONTROL)
        assert chain.view.overlays.hint.sentence.endswith(".")
        assert chain.history.entries == []

    def test_cut(self, chain: Stage) -> None:
        chain.click("fc1").key(Key.Key_X, CONTROL)
        assert "fc1" not in chain.births()
        chain.key(Key.Key_V, CONTROL)
        assert len(chain.births()) == 4

    def test_duplicate_selects_the_copies(self, chain: Stage) -> None:
        chain.click("fc1").key(Key.Key_D, CONTROL)
        assert len(chain.births()) == 5
        assert chain.selection.births != ["fc1"]
        assert chain.history.entries == ["Duplicate"]

    def test_arrange_is_one_step(self, chain: Stage) -> None:
        chain.press("conv1").drag_by(300, 200).release()
        chain.key(Key.Key_Escape).key(Key.Key_L, CONTROL)
        assert chain.history.entries == ["Move", "Lay out"]
        plan = chain.scene.plan
        assert plan.rect("conv1").right() < plan.rect("relu1").left()
        chain.mirrors()

    def test_f2_renames_in_place(self, chain: Stage) -> None:
        chain.click("relu1").key(Key.Key_F2).type("squash")
        _send(chain.view.overlays.rename, Key.Key_Return)
        assert chain.document.node("relu1").id == "squash"
        assert chain.history.entries == ["Rename"]
        chain.settle()
        assert chain.scene.stock.nodes["relu1"].look.title == "squash"

    def test_a_name_that_cannot_be_is_refused_and_the_field_stays(self, chain: Stage) -> None:
        chain.click("relu1").key(Key.Key_F2).type("not a name")
        _send(chain.view.overlays.rename, Key.Key_Return)
        assert not chain.view.overlays.rename.isHidden()
        assert chain.view.overlays.hint.sentence
        _send(chain.view.overlays.rename, Key.Key_Escape)
        assert chain.document.node("relu1").id == "relu1"

    def test_a_double_click_on_the_name_renames(self, chain: Stage) -> None:
        plan = chain.scene.plan
        name = plan.look("conv1").title_rect.translated(plan.at("conv1")).center()
        chain.double_click(name)
        assert chain.view.overlays.rename.text() == "conv1"


class TestSearching:
    def test_tab_adds_a_kind_under_the_pointer(self, chain: Stage) -> None:
        chain.hover((100, 260)).key(Key.Key_Tab).type("dropout")
        _choose(chain)
        added = chain.document.node(chain.births()[-1])
        assert added.kind == "Dropout"
        assert chain.scene.plan.rect(added.born).contains(QPointF(100, 260))
        assert chain.history.entries == ["Add Dropout"]

    def test_tab_on_a_node_adds_behind_it_and_wires(self, chain: Stage) -> None:
        chain.click("fc1").key(Key.Key_Tab).type("relu")
        _choose(chain)
        added = chain.births()[-1]
        assert f"fc1.y -> {added}.x" in chain.wires()
        assert len(chain.history.entries) == 1
        assert not chain.scene.plan.rect(added).intersects(chain.scene.plan.rect("fc1"))

    def test_a_double_click_on_the_open_canvas_searches(self, chain: Stage) -> None:
        chain.double_click((100, 260))
        assert not chain.view.overlays.search.isHidden()
        chain.key(Key.Key_Escape)

    def test_a_wire_let_go_over_nothing_offers_what_fits(self, chain: Stage) -> None:
        chain.add("CrossEntropyLoss", (0, 200))
        loss = chain.births()[-1]
        chain.view.camera.fit()
        chain.press(f"{loss}.loss").drag_to((400, 300)).release()
        takers = [k.__name__ for k in chain.document.catalogue.drawn() if any(p.type == "loss" for p in k.inputs)]
        found = chain.view.overlays.search.kinds()
        assert sorted(found) == sorted(takers)
        assert {"SGD", "Adam"} < set(found)
        chain.type("adamw")
        _choose(chain)
        assert f"{loss}.loss -> {chain.births()[-1]}.loss" in chain.wires()
        assert chain.history.entries == ["Add AdamW"]

    def test_what_most_often_follows_is_offered_first(self, chain: Stage) -> None:
        chain.press("conv1.y").drag_to((400, 300)).release()
        assert set(chain.view.overlays.search.kinds()[:3]) == {"ReLU", "BatchNorm2d", "MaxPool2d"}

    def test_answers_are_wired_to_the_target(self, chain: Stage) -> None:
        chain.add("Digits", (-300, 400))
        digits = chain.births()[-1]
        chain.view.camera.fit()
        chain.press(f"{digits}.y").drag_to((0, 500)).release()
        assert chain.view.overlays.search.kinds()[0] == "CrossEntropyLoss"
        _choose(chain)
        assert f"{digits}.y -> {chain.births()[-1]}.target" in chain.wires()

    def test_backwards_too(self, chain: Stage) -> None:
        chain.press("conv1.x").drag_to((-200, 100)).release()
        offered = chain.view.overlays.search.kinds()
        assert "Digits" in offered
        assert "Adam" not in offered

    def test_escape_closes_it(self, chain: Stage) -> None:
        chain.key(Key.Key_Tab)
        _send(chain.view.overlays.search.field, Key.Key_Escape)
        assert chain.view.overlays.search.isHidden()
        assert chain.history.entries == []


class TestWalking:
    def test_alt_and_arrows_go_along_wires(self, chain: Stage) -> None:
        chain.click("conv1").key(Key.Key_Right, ALT)
        assert chain.selection.births == ["relu1"]
        chain.key(Key.Key_Right, ALT).key(Key.Key_Left, ALT).key(Key.Key_Left, ALT)
        assert chain.selection.births == ["conv1"]
        chain.click("pool1").key(Key.Key_Down, ALT)
        assert chain.selection.births == ["fc1"]

    def test_an_arrow_without_a_selection_begins_at_the_first_node(self, chain: Stage) -> None:
        chain.key(Key.Key_Escape).key(Key.Key_Right)
        assert chain.selection.births == ["conv1"]

    def test_a_screen_reader_hears_what_is_selected(self, chain: Stage) -> None:
        chain.click("relu1")
        assert chain.view.accessibleDescription().startswith("relu1, ReLU; from conv1; to pool1")


class TestFindings:
    def test_a_wrong_node_has_a_mark_and_a_card_with_its_fix(self, stage: Stage) -> None:
        digits = stage.add("Digits", (0, 0))
        stage.add("MaxPool2d", (220, 0))
        linear = stage.add("Linear", (440, 0))
        stage.add("LSTM", (660, 0))
        stage.wire(f"{digits}.x -> pool1.x", f"pool1.y -> {linear}.x", f"{linear}.y -> lstm1.x")
        stage.show()
        wrong = [born for born in stage.births() if born in stage.scene.findings.levels]
        assert wrong
        for born in wrong:
            assert stage.scene.stock.nodes[born].marks.level == stage.scene.findings.levels[born]
        stage.click(wrong[0])
        card = stage.view.overlays.card
        assert card.isVisible()
        assert card.sentences == [found.message for found in stage.reading.diagnostics(wrong[0])][:3]

    def test_the_fix_is_a_button_and_one_step(self, stage: Stage) -> None:
        digits = stage.add("Digits", (0, 0))
        linear = stage.add("Linear", (440, 0))
        stage.wire(f"{digits}.x -> {linear}.x")
        stage.show().click(linear)
        card = stage.view.overlays.card
        button = next(button for button in card.buttons if "Flatten" in button.text())
        button.click()
        stage.settle()
        assert [stage.document.node(born).kind for born in stage.births()] == ["Digits", "Linear", "Flatten"]
        assert len(stage.history.entries) == 1
        stage.mirrors()


@pytest.mark.parametrize("place", ["conv1", "conv1.y -> relu1.x", (100, 300)])
def test_the_context_menu_selects_what_is_under_it(chain: Stage, place: object) -> None:
    from designer.canvas.menus import menu_for

    menu = menu_for(chain.view, QPointF(chain.at(place)))  # type: ignore[arg-type]
    texts = [action.text().partition("\t")[0] for action in menu.actions() if not action.isSeparator()]
    assert texts
    assert "Delete" in texts or "Paste" in texts
    if isinstance(place, str):
        assert place in chain.selection
    menu.deleteLater()


def test_tooltips_name_ports_and_what_flows(chain: Stage) -> None:
    tip = chain.view.overlays.tip(PortAt("conv1", "y", True), QPointF())
    assert tip.startswith("conv1.y · gives a tensor")


def test_names_that_are_too_long_are_elided_and_told_in_the_tooltip(chain: Stage) -> None:
    name = "a_name_that_goes_on_and_on_and_on_for_ever"
    edits.rename(chain.document, "conv1", name)
    chain.settle()
    look = chain.scene.plan.look("conv1")
    assert look.title.endswith("…")
    assert look.width <= 240
    assert chain.view.overlays.tip(None, chain.scene.plan.rect("conv1").center()).startswith(name)


def _send(widget: QWidget, key: Qt.Key) -> None:
    QTest.keyClick(widget, key)


def _choose(stage: Stage) -> None:
    QTest.keyClick(stage.view.overlays.search.field, Key.Key_Return)
    stage.settle()


def test_what_tab_adds_is_level_and_in_sight_and_one_step(chain: Stage) -> None:
    field = chain.view.overlays.search.field
    chain.selection.set(["fc1"])
    for word in ("dropout", "cross-entropy", "adam"):
        chain.key(Qt.Key.Key_Tab)
        QTest.keyClicks(field, word)
        QTest.keyClick(field, Qt.Key.Key_Return)
        chain.settle()
    assert chain.history.entries == ["Add Dropout", "Add CrossEntropyLoss", "Add Adam"]
    plan = chain.scene.plan
    assert chain.view.camera.area.contains(plan.rect("adam"))
    for wire in chain.document.wires()[2:]:
        start = plan.point(PortAt(wire.source, wire.source_port, True))
        assert abs(start.y() - plan.point(PortAt(wire.target, wire.target_port, False)).y()) < 0.2
    chain.mirrors()
    for _ in range(3):
        chain.key(Qt.Key.Key_Z, CONTROL)
    assert set(chain.births()) == {"conv1", "relu1", "pool1", "fc1"}


def test_the_first_node_takes_the_words_of_the_empty_canvas_away_wherever_they_stand(stage: Stage) -> None:
    stage.show()
    port = stage.view.viewport()
    QApplication.processEvents()
    seen: list[QRegion] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if isinstance(event, QPaintEvent):
                seen.append(event.region())
            return False

    watch = Watch()
    port.installEventFilter(watch)
    stage.add("ReLU", (-500, -300))
    QApplication.processEvents()
    assert any(region.contains(port.rect().center()) for region in seen)
