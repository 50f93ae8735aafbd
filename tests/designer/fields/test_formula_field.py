"""A formula is typed with its mistakes marked where they are, and only a good one reaches the drawing."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage

from designer.fields.field import DEFAULT
from designer.fields.formula import FormulaField
from designer.fields.make import field_for
from graph.catalogue import standard


@pytest.fixture
def editor(theme, qtbot):
    """The editor of a parameter of Expression, what it commits, and what it says."""

    def make(name: str) -> tuple[FormulaField, list[Any], list[str]]:
        field = field_for(standard().make("Expression", {}).params[name], theme)
        assert isinstance(field, FormulaField)
        qtbot.addWidget(field)
        committed: list[Any] = []
        said: list[str] = []
        field.committed.connect(committed.append)
        field.refused.connect(said.append)
        return field, committed, said

    return make


def test_a_good_formula_is_committed_as_it_was_typed(editor, qtbot):
    field, committed, said = editor("expression")
    qtbot.keyClicks(field.line, "a * tanh(b)")
    qtbot.keyClick(field.line, Qt.Key.Key_Return)
    assert committed == ["a * tanh(b)"]
    assert said[-1] == ""
    assert field.place is None
    field.line.clear()
    field.line.setModified(True)
    field.finish()
    assert committed[-1] is DEFAULT


def test_a_mistake_is_said_while_one_types_and_does_not_reach_the_drawing(editor, qtbot):
    field, committed, said = editor("expression")
    qtbot.keyClicks(field.line, "x * sigmoyd(x)")
    assert said[-1] == "At character 5: there is no function sigmoyd; the nearest is sigmoid."
    assert field.place == (4, 7)
    qtbot.keyClick(field.line, Qt.Key.Key_Return)
    assert committed == []
    assert field.line.text() == "x * sigmoyd(x)"


def test_parameters_have_a_grammar_of_their_own(editor, qtbot):
    field, committed, said = editor("learned")
    qtbot.keyClicks(field.line, "beta = 1, gamma")
    assert said[-1].startswith("At character 16: = is missing here")
    qtbot.keyClicks(field.line, " = 0")
    qtbot.keyClick(field.line, Qt.Key.Key_Return)
    assert committed == ["beta = 1, gamma = 0"]


def test_what_a_file_holds_is_marked_too(editor):
    field, _, said = editor("expression")
    field.show_value("x + __import__")
    assert field.place == (4, 10)
    assert "underscore" in said[-1]
    field.show_value("x + 1")
    assert field.place is None
    assert said[-1] == ""


def test_the_place_is_underlined_on_screen(editor, theme, qtbot):
    field, _, _ = editor("expression")
    field.resize(300, 32)
    field.show()
    field.show_value("x + y")
    plain = reddish(field, theme.error)
    field.show_value("x + sigmoyd(x)")
    assert reddish(field, theme.error) > plain + 10


def reddish(field: FormulaField, colour: QColor) -> int:
    """How many points inside the line have the colour of errors."""
    image: QImage = field.line.grab().toImage()
    inner = [(x, y) for x in range(4, image.width() - 4) for y in range(4, image.height() - 4)]
    return sum(_near(image.pixelColor(x, y), colour) for x, y in inner)


def _near(one: QColor, other: QColor) -> bool:
    return abs(one.red() - other.red()) + abs(one.green() - other.green()) + abs(one.blue() - other.blue()) < 60
