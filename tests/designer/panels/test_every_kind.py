"""Every kind in the real inspector: each editor gives back what was put in, and nothing is cut."""

from typing import Any

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit

from designer.fields.choice import ChoiceField
from designer.fields.field import DEFAULT, Field
from designer.fields.text import TextField, written
from designer.fields.toggle import ToggleField
from designer.panels.inspector import Inspector
from designer.source import LiveSource
from graph import edits
from graph.catalogue import standard
from graph.param import Param
from tests.designer.conftest import settle

KINDS = [kind.__name__ for kind in standard().drawn()]
WIDTH = 340
"""How wide the inspector is in a new window."""

SAMPLES = (
    1, 2, 3, 4, 7, 0, 0.25, 0.5, 0.75, 1.5, 12.5, -1, [2], [1, 2], [2, 3], [1, 2, 3], [2, 3, 4], [1, 2, 3, 4],
    [0.5], [0.5, 0.25], [0.9, 0.99], [0.1, 0.2, 0.3], [1, 2, 3, 4, 5, 6], "other", "a + b", "beta = 1", "size=3",
    ["one", "two"],
)  # fmt: skip


@pytest.fixture
def opened(start, theme, qtbot):
    """Gives a session with one node of a kind, and the inspector that shows it."""

    def make(kind: str):
        session = start(lambda document: edits.add(document, kind, id="it"))
        inspector = Inspector(session.level, LiveSource(session.reading, session.bridge, session), theme)
        qtbot.addWidget(inspector)
        inspector.resize(WIDTH, 900)
        inspector.show()
        session.selection.set([session.document.find("it").born])
        settle()
        return session, inspector

    return make


def other(declared: Param) -> Any:
    """A good value that is not the default; None where there is none."""
    if declared.type == "bool":
        return not declared.default
    tries = (*declared.choices, *SAMPLES) if declared.type != "choice" else declared.choices
    return next((value for value in tries if declared.wrong(value) is None and not same(value, declared.default)), None)


def same(one: Any, two: Any) -> bool:
    return (list(one) if isinstance(one, tuple) else one) == (list(two) if isinstance(two, tuple) else two)


def put(field: Field, value: Any) -> None:
    """What a hand does to an editor so that it has a value."""
    if isinstance(field, ToggleField):
        field.switch.click()
    elif isinstance(field, ChoiceField):
        field.list.activated.emit(field.list.findText(value))
    else:
        assert isinstance(field, TextField), field
        field.line.setText(written(value))
        field.line.setModified(True)
        field.finish()


@pytest.mark.parametrize("kind", KINDS)
def test_the_inspector_shows_all_of_a_kind_and_takes_what_is_typed(kind, opened):
    session, inspector = opened(kind)
    for fold in inspector.parameters.folds.values():
        fold.head.setChecked(True)
    settle()
    nothing_is_cut(inspector)
    for name, row in inspector.parameters.rows.items():
        if row.field.declared.type not in ("node", "nodes") and (value := other(row.field.declared)) is not None:
            takes(session, inspector, name, value)


def nothing_is_cut(inspector: Inspector) -> None:
    """No label and no default is wider than its place."""
    assert inspector.widget().minimumSizeHint().width() <= inspector.viewport().width()
    for label in inspector.widget().findChildren(QLabel):
        if label.isVisible() and not label.wordWrap():
            assert label.width() >= label.sizeHint().width() - 1, label.text()
    for name, row in inspector.parameters.rows.items():
        assert not row.field.isVisible() or fits(row.field), f"{name}: {written(row.field.declared.default)}"


def fits(field: Field) -> bool:
    """Whether all of an editor's text can be seen."""
    for line in field.findChildren(QLineEdit):
        text = line.text() or line.placeholderText()
        if line.fontMetrics().horizontalAdvance(text) > line.width() - 14:
            return False
    boxes = [box for box in field.findChildren(QComboBox) if box.isVisible()]
    return all(box.fontMetrics().horizontalAdvance(box.currentText()) <= box.width() - 30 for box in boxes)


def takes(session, inspector: Inspector, name: str, value: Any) -> None:
    """A value that a hand puts in is in the document; shown again and left as it is, it is the same value."""
    row = inspector.parameters.rows[name]
    put(row.field, value)
    assert same(session.document.find("it").params.get(name), value), name
    assert row.wrong.isHidden(), row.wrong.text()
    if isinstance(row.field, TextField):
        said: list[Any] = []
        row.field.committed.connect(said.append)
        row.field.show_value(value)
        row.field.line.setModified(True)
        row.field.finish()
        assert same(said, [value]), name
    inspector.parameters.set(name, DEFAULT)
    assert name not in session.document.find("it").params
