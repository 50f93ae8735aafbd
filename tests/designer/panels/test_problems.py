"""The list of problems leads to nodes and mends them."""

import pytest

from designer.panels.code import Code
from designer.panels.problems import Problems
from designer.source import LiveSource
from tests.designer.conftest import digits_net, settle


@pytest.fixture
def session(start):
    return start(digits_net)


@pytest.fixture
def problems(session, theme, qtbot):
    made = Problems(session.document, session.reading, session.history, session.bridge, session.selection, theme)
    qtbot.addWidget(made)
    return made


def test_the_list_is_what_the_reading_says(session, problems):
    assert problems.shown == session.reading.diagnostics()
    assert problems.list.count() == len(problems.shown) > 0


def test_an_entry_leads_to_its_node(session, problems):
    jumped = []
    problems.jump.connect(jumped.append)
    problems.list.itemActivated.emit(problems.list.item(0))
    assert jumped == session.selection.births == [problems.shown[0].born]


def test_pressing_the_fix_mends_it_and_undo_brings_it_back(session, problems):
    before = dict(session.document.records)
    at = next(at for at, found in enumerate(problems.shown) if found.fix)
    entry = problems.list.itemWidget(problems.list.item(at))
    entry.fix.click()
    settle()
    assert session.document.find("fc").params["out_features"] == 10
    assert not [found for found in problems.shown if found.level == "error"]
    session.history.undo()
    assert session.document.records == before


def test_the_code_marks_the_lines_of_the_selected_node_and_says_why_there_is_none(session, theme, qtbot):
    source = LiveSource(session.reading, session.bridge, session)
    code = Code(source, session.selection, theme)
    qtbot.addWidget(code)
    source.write()
    assert "3" in code.reason.text()
    assert not code.copy.isEnabled()
    found = next(found for found in session.reading.diagnostics() if found.fix)
    found.fix.apply(session.document)
    source.write()
    assert code.reason.isHidden()
    session.selection.set([session.document.find("fc").born])
    marked = {mark.cursor.block().text().strip() for mark in code.listing.extraSelections()}
    assert "self.fc = nn.Linear(64, 10)" in marked


def test_the_keyboard_stays_in_the_panel_when_the_pressed_button_goes(problems, qtbot):
    problems.show()
    problems.activateWindow()
    qtbot.waitUntil(problems.isActiveWindow)
    entry = problems.list.itemWidget(problems.list.item(0))
    entry.fix.setFocus()
    entry.fix.click()
    settle()
    assert problems.list.hasFocus() or not problems.list.isVisible()
