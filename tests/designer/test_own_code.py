"""Own code and plug-ins in the window: locked until trusted, locked again when changed, and what is broken is said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from designer import app as program
from designer import asking
from designer.app import Application
from designer.dialogs.trust import TrustDialog
from designer.preferences import Preferences
from graph.diagnostic import Diagnostic
from graph.plugins import LeftOut, Plugins
from graph.shape import Tensor
from tests.closing import close_all

CODE = """from pathlib import Path

from torch import nn

Path(__file__).with_name("ran.txt").write_text("this code ran")


class Gate(nn.Linear):
    pass
"""
PATIENCE = 60_000
"""Milliseconds that a process may take to load PyTorch on a busy machine."""


@pytest.fixture
def start(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Application]]:
    monkeypatch.setenv("NEUROLOOM_STATE", str(tmp_path / "state"))
    made: list[Application] = []

    def begin(*paths: Path) -> Application:
        made.append(Application(qapp, Preferences(tmp_path / "preferences.ini")))
        made[-1].start(list(paths))
        qapp.processEvents()
        return made[-1]

    yield begin
    for application in made:
        close_all(application)
        application.inquiry.close()
    QApplication.sendPostedEvents(None, 52)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "gates.py").write_text(CODE)
    options = '{"in_features": 2, "out_features": 5}'
    gate = {"path": "gates.py", "class_name": "Gate", "options": options}
    nodes = [{"id": "moons", "kind": "Moons"}, {"id": "gate", "kind": "PyTorchModule", "params": gate}]
    drawing = {"format": "neuroloom", "version": 1, "nodes": nodes, "wires": ["moons.x -> gate.x"]}
    (tmp_path / "drawing.loom").write_text(json.dumps(drawing))
    return tmp_path / "drawing.loom"


def test_own_code_opens_locked_runs_once_trusted_and_is_locked_when_it_changes(
    start: Callable[..., Application], file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = start(file)
    window = application.front()
    reading = window.session.reading

    def locked() -> list[Diagnostic]:
        return [found for found in reading.diagnostics("gate") if found.code == "file-locked"]

    qtbot.waitUntil(lambda: bool(locked()), timeout=PATIENCE)
    offer = locked()[0].offer
    assert offer is not None
    assert not file.with_name("ran.txt").exists()

    asked: list[str] = []
    monkeypatch.setattr(TrustDialog, "exec", lambda dialog: asked.append(dialog.windowTitle()) or 0)
    card = window.view.overlays.card
    card.tell("gate", locked(), window.view.rect())
    (button,) = card.buttons
    assert button.text() == "Trust this file…"
    button.click()
    assert asked == ["Trust gates.py?"]
    assert locked()

    monkeypatch.setattr(TrustDialog, "exec", lambda dialog: dialog.yes.click() or 1)
    window.take_up(offer)
    qtbot.waitUntil(lambda: not locked(), timeout=PATIENCE)
    value = reading.value("gate")
    assert isinstance(value, Tensor)
    assert value.known[1:] == (5,)
    assert file.with_name("ran.txt").exists()
    assert not window.session.modified

    file.with_name("gates.py").write_text(CODE + "\n# changed\n")
    application.inquiry.look_again()
    qtbot.waitUntil(lambda: bool(locked()), timeout=PATIENCE)
    assert "has changed since it was trusted" in locked()[0].message


def test_a_broken_plugin_is_said_above_the_canvas_and_in_about(
    start: Callable[..., Application], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    found = Plugins(packages={"Squareplus": "my-kinds 1.0"}, left_out=[LeftOut("bad 2.0", "it imports torch.")])
    monkeypatch.setattr(program, "plugins", lambda: found)
    monkeypatch.setattr(asking, "plugins", lambda: found)
    window = start().front()
    said = "The plug-in bad 2.0 was left out: it imports torch."
    qtbot.waitUntil(lambda: window.banner.words.text() == said, timeout=PATIENCE)
    assert not window.banner.isHidden()
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "about", lambda parent, title, text: told.append(text))
    asking.about(window)
    assert "my-kinds 1.0 brings Squareplus." in told[0]
    assert "bad 2.0 was left out" in told[0]
