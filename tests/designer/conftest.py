"""A session and a theme for tests of panels; a widget or a timer that outlives its test fails it."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget

from designer.app import Application
from designer.preferences import Preferences
from designer.session import Session, begun
from designer.theme import Theme
from designer.window import Window
from graph import edits
from graph.catalogue import standard
from graph.document import Document
from tests.closing import close_all

EMPTY = '{"format": "neuroloom", "version": 1, "nodes": [], "wires": []}'


def settle() -> None:
    """Let everything happen that waits for its turn."""
    for _ in range(3):
        QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def leak_watch(qapp: QApplication) -> Iterator[None]:
    before = set(qapp.topLevelWidgets())

    def left() -> list[QWidget]:
        return [widget for widget in qapp.topLevelWidgets() if widget not in before and widget.isVisible()]

    yield
    settle()
    if left():  # only then is garbage looked for: among all that torch holds it takes longer than most tests
        gc.collect()
        settle()
    assert not left(), f"still on screen: {left()}"


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(dark=True)


@pytest.fixture
def start(qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., Session]]:
    """Makes sessions: `start(verb)` begins one whose document `verb` has drawn."""
    made: list[Session] = []

    def make(verb: Callable[[Document], object] = lambda document: None) -> Session:
        session = begun(EMPTY, standard(), tmp_path / "journals", "test")
        verb(session.document)
        made.append(session)
        return session

    yield make
    for session in made:
        session.close()


@pytest.fixture
def window(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    """The whole program, with a blank drawing in its window."""
    monkeypatch.setenv("NEUROLOOM_STATE", str(tmp_path / "state"))
    application = Application(qapp, Preferences(tmp_path / "preferences.ini"))
    application.start([])
    application.front().files.new()
    qapp.processEvents()
    yield application.front()
    close_all(application)


def digits_net(document: Document) -> None:
    """digits → flat → fc → loss → adam, with three classes too few for ten."""
    kinds = {"digits": "Digits", "flat": "Flatten", "fc": "Linear", "loss": "CrossEntropyLoss", "adam": "Adam"}
    at = {name: edits.add(document, kind, id=name) for name, kind in kinds.items()}
    edits.set_param(document, at["fc"], "out_features", 3)
    for source, out, target, port in (
        ("digits", "x", "flat", "x"), ("flat", "y", "fc", "x"), ("fc", "y", "loss", "prediction"),
        ("digits", "y", "loss", "target"), ("loss", "loss", "adam", "loss")):  # fmt: skip
        edits.connect(document, at[source], out, at[target], port)
