"""Sizes and factors, one for all sides or one for each, are typed as people write them."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from designer.fields.field import DEFAULT
from designer.fields.make import field_for
from designer.fields.text import TextField, number
from graph.catalogue import standard


@pytest.fixture
def editor(theme, qtbot):
    """The editor of a kind's parameter, what it commits, and what it says."""

    def make(kind: str, name: str) -> tuple[TextField, list[Any], list[str]]:
        field = field_for(standard().make(kind, {}).params[name], theme)
        assert isinstance(field, TextField)
        qtbot.addWidget(field)
        committed: list[Any] = []
        said: list[str] = []
        field.committed.connect(committed.append)
        field.refused.connect(said.append)
        return field, committed, said

    return make


@pytest.mark.parametrize(
    ("kind", "name", "typed", "value"),
    [
        ("Conv2d", "kernel_size", "3 × 5", [3, 5]),
        ("Conv3d", "kernel_size", "3x3x5", [3, 3, 5]),
        ("Conv3d", "padding", "same", "same"),
        ("Conv1d", "padding", "valid", "valid"),
        ("Conv1d", "padding", "2", 2),
        ("ZeroPad2d", "padding", "1, -2, 0, 3", [1, -2, 0, 3]),
        ("ZeroPad2d", "padding", "-1", -1),
        ("Upsample", "size", "32", 32),
        ("Upsample", "scale_factor", "1.5, 2", [1.5, 2]),
        ("FractionalMaxPool2d", "output_ratio", "0.7", 0.7),
        ("Permute", "dims", "0, 2, 1", [0, 2, 1]),
        ("Reshape", "sides", "4 × -1", [4, -1]),
        ("Reshape", "sides", "-1", [-1]),
        ("Constant", "values", "1, 2.5, -3", [1, 2.5, -3]),
        ("Mean", "dim", "2, 3", [2, 3]),
        ("Mean", "dim", "-1", -1),
    ],
)
def test_what_is_typed(editor, qtbot, kind, name, typed, value):
    field, committed, said = editor(kind, name)
    qtbot.keyClicks(field.line, typed)
    qtbot.keyClick(field.line, Qt.Key.Key_Return)
    assert committed == [value]
    assert not any(said)


@pytest.mark.parametrize(
    ("kind", "name", "typed", "words"),
    [
        ("Conv3d", "kernel_size", "3, 3", "a whole number, or three of them"),
        ("Conv2d", "padding", "half", "or same, or valid"),
        ("ZeroPad1d", "padding", "1, 2, 3", "a whole number, or two of them"),
        ("FractionalMaxPool3d", "output_ratio", "0.5, 0.5, 1.5", "a number, or three of them, above 0 and below 1"),
    ],
)
def test_what_cannot_be_is_refused_in_words(editor, qtbot, kind, name, typed, words):
    field, committed, said = editor(kind, name)
    qtbot.keyClicks(field.line, typed)
    qtbot.keyClick(field.line, Qt.Key.Key_Return)
    assert committed == []
    assert words in said[-1]


@pytest.mark.parametrize("kind", ["Conv1d", "Conv2d", "Conv3d"])
def test_arrow_keys_step_a_size_by_one(editor, qtbot, kind):
    field, committed, _ = editor(kind, "kernel_size")
    field.show_value(3)
    qtbot.keyClick(field.line, Qt.Key.Key_Up)
    qtbot.keyClick(field.line, Qt.Key.Key_Up)
    qtbot.keyClick(field.line, Qt.Key.Key_Down)
    assert committed == [4, 5, 4]


def test_nothing_typed_is_the_default(editor, qtbot):
    field, committed, _ = editor("Upsample", "size")
    field.show_value([4, 5])
    assert field.line.text() == "4, 5"
    field.line.selectAll()
    qtbot.keyClick(field.line, Qt.Key.Key_Delete)
    qtbot.keyClick(field.line, Qt.Key.Key_Return)
    assert committed == [DEFAULT]


def test_the_minus_of_textbooks_is_a_minus():
    assert [number(text) for text in ("−3", "-3", "−0.5", "1e−3")] == [-3, -3, -0.5, 0.001]
