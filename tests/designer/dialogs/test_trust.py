"""Own code is shown before it is trusted, and the button at the problem leads there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton

from designer.dialogs.trust import TrustDialog
from designer.panels.inspector import Inspector
from designer.panels.problems import Problems
from designer.session import opened
from designer.source import LiveSource
from graph.catalogue import standard
from runtime import facts, trust

CODE = b"from torch import nn\n\n\nclass Gate(nn.Module):\n    pass\n"


@pytest.fixture
def file(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("NEUROLOOM_STATE", str(tmp_path / "state"))
    path = tmp_path / "gates.py"
    path.write_bytes(CODE)
    return path


def test_the_file_is_shown_and_only_the_button_trusts_it(file, theme, qtbot):
    dialog = TrustDialog(file, theme)
    qtbot.addWidget(dialog)
    assert "class Gate(nn.Module):" in dialog.listing.toPlainText()
    assert dialog.no.isDefault()
    dialog.no.click()
    assert not trust.is_trusted(CODE)
    dialog = TrustDialog(file, theme)
    qtbot.addWidget(dialog)
    dialog.yes.click()
    assert dialog.result() == TrustDialog.DialogCode.Accepted
    assert trust.is_trusted(CODE)


def test_what_was_shown_is_trusted_and_not_what_the_file_became(file, theme, qtbot):
    dialog = TrustDialog(file, theme)
    qtbot.addWidget(dialog)
    file.write_bytes(CODE + b"# more\n")
    dialog.yes.click()
    assert trust.is_trusted(CODE)
    assert not trust.is_trusted(CODE + b"# more\n")


def test_a_file_that_is_not_there_cannot_be_trusted(tmp_path, theme, qtbot):
    dialog = TrustDialog(tmp_path / "none.py", theme)
    qtbot.addWidget(dialog)
    assert dialog.warning.text() == f"There is no file none.py in {tmp_path}."
    assert not dialog.yes.isEnabled()


@pytest.fixture
def session(file, tmp_path):
    nodes = [
        {"id": "moons", "kind": "Moons"},
        {"id": "gate", "kind": "PyTorchModule", "params": {"path": "gates.py", "class_name": "Gate"}},
    ]
    drawing = {"format": "neuroloom", "version": 1, "nodes": nodes, "wires": ["moons.x -> gate.x"]}
    path = tmp_path / "drawing.loom"
    path.write_text(json.dumps(drawing))
    made = opened(path, standard(), tmp_path / "journals")
    for question in made.reading.open_questions():
        made.reading.tell(question, facts.answer(question))
    yield made
    made.close()


def test_the_problem_offers_it_in_the_inspector_and_in_the_list(session, file, theme, qtbot):
    offers = []
    session.selection.set(["gate"])
    inspector = Inspector(session, LiveSource(session.reading, session.bridge), theme)
    qtbot.addWidget(inspector)
    inspector.offered.connect(offers.append)
    (button,) = [found for found in inspector.findChildren(QPushButton) if found.text() == "Trust this file…"]
    button.click()
    problems = Problems(session.document, session.reading, session.history, session.bridge, session.selection, theme)
    qtbot.addWidget(problems)
    problems.offered.connect(offers.append)
    locked = next(at for at, found in enumerate(problems.shown) if found.code == "file-locked")
    problems.fix(locked)
    assert [(offer.topic, offer.about) for offer in offers] == [("trust", str(file))] * 2
    assert not session.history.can_undo
