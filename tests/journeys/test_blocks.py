"""A sitting with blocks, with real keys and clicks: collapse, look inside, edit, leave, unpack, take all of it back."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox

from designer.panels.inspector import Inspector
from designer.panels.sections.block import BlockForm
from graph import edits
from graph.project import write
from tests.journeys.test_window import LEFT, Sitting, _rows, sitting

__all__ = ["sitting"]

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
Key = Qt.Key


@pytest.fixture
def drawn(sitting: Sitting) -> Sitting:
    """digits → flat → fc1 → relu1 → fc2 → loss, all well."""
    document = sitting.window.session.document
    kinds = ("Digits", "Flatten", "Linear", "ReLU", "Linear", "CrossEntropyLoss", "Adam")
    with sitting.window.session.history.step("Draw"):
        born = [edits.add(document, kind, (220 * at, 0)) for at, kind in enumerate(kinds)]
        for source, target in pairwise(born[:5]):
            edits.connect(document, source, "x" if source == "digits" else "y", target, "x")
        edits.connect(document, "fc2", "y", born[5], "prediction")
        edits.connect(document, "digits", "y", born[5], "target")
        edits.connect(document, born[5], "loss", "adam", "loss")
        edits.set_param(document, "fc2", "out_features", 10)
    sitting.stage.settle()
    sitting.window.view.camera.fit()
    return sitting


def key(sitting: Sitting, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key on the canvas, as the window hears it."""
    sitting.window.view.setFocus()
    QTest.keyClick(sitting.window.view, key, held)
    QApplication.processEvents()
    sitting.look_again()
    sitting.stage.settle()


def collapse(sitting: Sitting, *births: str, name: str) -> None:
    sitting.stage.click(births[0])
    for born in births[1:]:
        sitting.stage.click(born, SHIFT)
    key(sitting, Key.Key_G, CONTROL)
    naming = sitting.window.view.overlays.naming
    assert naming.isVisible()
    QTest.keyClicks(naming.field, name)
    QTest.keyClick(naming.field, Key.Key_Return)
    sitting.stage.settle()


def inspector(sitting: Sitting) -> Inspector:
    """As it is once it has had its turn."""
    QApplication.processEvents()
    found = sitting.window.panels.docks["inspector"].widget()
    assert isinstance(found, Inspector)
    found.show_selection()
    return found


def test_a_sitting_with_blocks(drawn: Sitting) -> None:
    window = drawn.window
    session = window.session
    start = write(session.document)
    drawn.shot("blocks-0")
    collapse(drawn, "fc1", "relu1", name="Hidden")
    assert [block.id for block in session.document.blocks()] == ["Hidden"]
    assert drawn.stage.selection.births == ["hidden1"]
    assert not window.view.overlays.naming.isVisible()
    drawn.stage.mirrors()
    drawn.shot("blocks-1-collapsed")

    drawn.stage.double_click("hidden1")
    drawn.look_again()
    assert session.level.path == ("hidden1",)
    assert [step.text() for step in window.page.crumbs.steps] == ["Untitled", "hidden1: Hidden"]
    assert window.page.crumbs.isVisible()
    drawn.stage.mirrors()
    drawn.shot("blocks-2-inside")

    drawn.stage.click("fc1")
    parameters = inspector(drawn).parameters
    line = parameters.rows["out_features"].field.line
    line.selectAll()
    QTest.keyClicks(line, "32")
    QTest.keyClick(line, Key.Key_Return)
    assert session.document.inside("Hidden").node("fc1").params == {"out_features": 32}
    assert str(session.reading.value("hidden1").sides[1]) == "32"

    key(drawn, Key.Key_Up, ALT)
    assert session.level.path == ()
    assert drawn.stage.selection.births == ["hidden1"]
    assert not window.page.crumbs.isVisible()
    key(drawn, Key.Key_Z, CONTROL)
    assert session.level.path == ("hidden1",), "what is taken back is brought into view"
    assert "out_features" not in session.document.inside("Hidden").node("fc1").params
    QTest.mouseClick(window.page.crumbs.steps[0], LEFT)
    drawn.look_again()
    assert session.level.path == ()

    drawn.stage.click("hidden1")
    key(drawn, Key.Key_G, CONTROL | SHIFT)
    assert session.document.blocks() == []
    assert set(drawn.stage.selection.births) == {"fc1", "relu1"}
    drawn.stage.mirrors()
    unpacked = write(session.document)
    while session.history.position > 1:
        key(drawn, Key.Key_Z, CONTROL)
    assert write(session.document) == start == unpacked
    drawn.stage.mirrors()


def test_a_block_that_is_undone_is_left(drawn: Sitting) -> None:
    session = drawn.window.session
    collapse(drawn, "fc1", "relu1", name="Hidden")
    key(drawn, Key.Key_Return)
    assert session.level.path == ("hidden1",)
    drawn.stage.click("relu1")
    collapse(drawn, "relu1", name="Bend")
    key(drawn, Key.Key_Return, CONTROL)
    assert [step.text() for step in drawn.window.page.crumbs.steps] == ["Untitled", "hidden1: Hidden", "bend1: Bend"]
    drawn.shot("blocks-3-nested")
    key(drawn, Key.Key_Z, CONTROL)
    drawn.until(lambda: session.level.path == ("hidden1",), 5)
    key(drawn, Key.Key_Z, CONTROL)
    drawn.until(lambda: session.level.path == (), 5)
    drawn.look_again()
    drawn.stage.mirrors()


def test_inside_a_block_only_what_can_stand_there_is_offered(drawn: Sitting) -> None:
    drawn.until(lambda: drawn.window.panels.code is not None, 5)
    palette = drawn.window.panels.palette

    def families() -> list[str]:
        return [palette.tree.topLevelItem(at).text(0) for at in range(palette.tree.topLevelItemCount())]

    whole = families()
    collapse(drawn, "fc1", "relu1", name="Hidden")
    key(drawn, Key.Key_Return)
    assert set(whole) - set(families()) >= {"Losses", "Optimizers"}
    assert "Input" in [row.text(0) for row in _rows(palette)]
    assert "Hidden" not in [row.text(0) for row in _rows(palette)]
    key(drawn, Key.Key_Tab)
    assert "Adam" not in drawn.window.view.overlays.search.kinds()
    QTest.keyClick(drawn.window.view.overlays.search.field, Key.Key_Escape)
    key(drawn, Key.Key_Up, ALT)
    assert families() == whole
    assert "Hidden" in [row.text(0) for row in _rows(palette)]


def test_the_code_shows_the_class_of_the_block(drawn: Sitting) -> None:
    collapse(drawn, "fc1", "relu1", name="Hidden")
    drawn.window.panels.show("code")
    key(drawn, Key.Key_Return)
    drawn.until(lambda: drawn.window.panels.code is not None, 5)
    code = drawn.window.panels.code
    drawn.until(lambda: "class Hidden" in code.listing.toPlainText(), 5)
    assert [band.cursor.block().text() for band in code.listing.extraSelections()] == ["class Hidden(nn.Module):"]
    drawn.stage.click("fc1")
    marked = [band.cursor.block().text().strip() for band in code.listing.extraSelections()]
    assert marked[0] == "self.fc1 = nn.Linear(64, 64)"
    drawn.shot("blocks-9-code")


def test_problems_inside_are_listed_and_mended(drawn: Sitting) -> None:
    drawn.until(lambda: drawn.window.panels.code is not None, 5)
    collapse(drawn, "fc1", "relu1", name="Hidden")
    key(drawn, Key.Key_Return)
    level = drawn.window.session.level
    edits.set_param(level.document, "fc1", "out_features", "=4*wide")
    problems = drawn.window.panels.docks["problems"].widget()
    drawn.until(lambda: any(one.level == "error" for one in problems.shown), 5)
    (found,) = [one for one in problems.shown if one.level == "error"]
    assert found.born == "fc1" and "no parameter wide" in found.message
    problems.fix(problems.shown.index(found))
    assert not [one for one in level.reading.diagnostics() if one.level == "error"]
    drawn.look_again()
    drawn.stage.settle()
    drawn.stage.mirrors()


def test_backspace_with_nothing_selected_leaves(drawn: Sitting) -> None:
    collapse(drawn, "fc1", "relu1", name="Hidden")
    key(drawn, Key.Key_Return)
    drawn.window.session.selection.clear()
    key(drawn, Key.Key_Backspace)
    assert drawn.window.session.level.path == ()
    assert drawn.window.session.document.has_node("hidden1")


def test_a_name_that_cannot_be_is_said(drawn: Sitting) -> None:
    drawn.stage.click("fc1")
    key(drawn, Key.Key_G, CONTROL)
    naming = drawn.window.view.overlays.naming
    QTest.keyClicks(naming.field, "Linear")
    QTest.keyClick(naming.field, Key.Key_Return)
    assert naming.isVisible()
    assert "Linear is a kind of node already" in naming.note.text()
    QTest.keyClick(naming.field, Key.Key_Escape)
    assert not naming.isVisible()
    assert drawn.window.session.document.blocks() == []


def test_the_form_of_a_block(drawn: Sitting) -> None:
    window, session = drawn.window, drawn.window.session
    collapse(drawn, "fc1", "relu1", name="Hidden")
    key(drawn, Key.Key_Return)
    session.selection.clear()
    form = next(section for section in inspector(drawn).sections if isinstance(section, BlockForm))
    form.add_param()
    enter(form.params["size"][0], "width")
    enter(form.params["width"][1], "8")
    assert session.document.blocks()[0].params == {"width": 8}
    enter(form.ports["Hidden/x"], "rows")
    assert [port.name for port in session.document.catalogue.get("Hidden").inputs] == ["rows"]
    enter(form.name, "Dense")
    assert session.document.node("hidden1").kind == "Dense"
    drawn.shot("blocks-4-form")

    drawn.stage.click("fc1")
    row = inspector(drawn).parameters.rows["out_features"]
    enter(row.field.line, "=4*width")
    assert session.document.inside("Hidden").node("fc1").params == {"out_features": "=4*width"}
    assert row.field.result.text() == "= 32"
    enter(row.field.line, "=4*wide")
    assert "the block has no parameter wide" in row.wrong.text()
    assert session.document.inside("Hidden").node("fc1").params == {"out_features": "=4*width"}
    drawn.shot("blocks-5-following")

    key(drawn, Key.Key_Up, ALT)
    rows = inspector(drawn).parameters.rows
    enter(rows["width"].field.line, "16")
    enter(rows["repeat"].field.line, "3")
    assert session.document.node("hidden1").params == {"width": 16, "repeat": 3}
    assert window.scene.plan.look("hidden1").copies == 3
    drawn.stage.settle()
    drawn.shot("blocks-6-repeated")
    enter(rows["repeat"].field.line, "1")
    window.view.commands.duplicate()
    (copy,) = session.selection.births
    shares = inspector(drawn).parameters.rows["shares"].field
    assert [shares.list.itemText(at) for at in range(shares.list.count())] == ["(none)", "hidden1"]
    shares.list.setCurrentIndex(1)
    shares.list.activated.emit(1)
    assert session.document.node(copy).params["shares"] == "hidden1"
    drawn.shot("blocks-7-shared")
    press(drawn, "Own definition")
    assert session.document.node(copy).kind == "Dense2"


def enter(line: QLineEdit, text: str) -> None:
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Key.Key_Return)
    QApplication.processEvents()


def press(sitting: Sitting, text: str) -> None:
    sitting.press(text, inspector(sitting))
    QApplication.processEvents()


def test_a_block_of_the_library_is_added_by_search(drawn: Sitting) -> None:
    session, search = drawn.window.session, drawn.window.view.overlays.search
    drawn.until(lambda: drawn.window.panels.code is not None, 5)
    before = session.history.position
    session.selection.clear()
    key(drawn, Key.Key_Tab)
    QTest.keyClicks(search.field, "SqueezeExcite")
    assert search.kinds()[:1] == ["SqueezeExcite"]
    drawn.shot("blocks-8-search")
    QTest.keyClick(search.field, Key.Key_Return)
    drawn.stage.settle()
    assert [block.id for block in session.document.blocks()] == ["SqueezeExcite"]
    assert session.history.position == before + 1
    palette = drawn.window.panels.palette
    assert palette.tree.topLevelItem(palette.tree.topLevelItemCount() - 1).text(0) == "Blocks"
    key(drawn, Key.Key_Z, CONTROL)
    assert session.document.blocks() == []


def test_a_block_is_kept_in_the_library(drawn: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    window = drawn.window
    drawn.until(lambda: window.panels.code is not None, 5)
    collapse(drawn, "fc1", "relu1", name="Hidden")
    window.header.actions_by_id["keep-block"].trigger()
    assert window.view.overlays.hint.sentence.startswith("Hidden is in the library")
    asked = []
    answer = QMessageBox.StandardButton.No
    monkeypatch.setattr(QMessageBox, "question", lambda *words: asked.append(words[-1]) or answer)
    window.header.actions_by_id["keep-block"].trigger()
    assert asked == ["The library has a block Hidden already. Put this one in its place?"]
    key(drawn, Key.Key_Z, CONTROL)
    assert window.session.document.blocks() == []
    palette = window.panels.palette
    palette.search.setText("Hidden")
    (row,) = [palette.tree.topLevelItem(at) for at in range(palette.tree.topLevelItemCount())][:1]
    assert row.text(0) == "Hidden"
    menu = palette.menu(row)
    remove = next(action for action in menu.actions() if action.text() == "Remove from the library")
    window.reference.open("Hidden")
    window.reference._dialog.close()
    remove.trigger()
    assert not window.shell.block_files.is_own("Hidden")
    menu.deleteLater()
