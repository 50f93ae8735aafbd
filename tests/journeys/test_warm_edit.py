"""A drawing is edited while it trains, and trains on with the weights of all that still fits."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from designer.app import Application
from designer.preferences import Preferences
from designer.window import Window
from graph import edits
from runtime.protocol import State
from tests.closing import close_all

LONG = 90_000


@pytest.fixture
def window(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    monkeypatch.setenv("NEUROLOOM_STATE", str(tmp_path / "state"))
    application = Application(qapp, Preferences(tmp_path / "preferences.ini"))
    application.start([])
    window = application.front()
    window.files.from_template("iris-mlp")
    yield application.front()
    close_all(application)


def trigger(window: Window, id: str) -> None:
    window.header.refresh()
    made = window.header.actions_by_id[id]
    assert made.isEnabled()
    made.trigger()


def test_what_fits_goes_on_and_what_begins_anew_is_said(window: Window, qtbot) -> None:  # type: ignore[no-untyped-def]
    document, said = window.session.document, []
    edits.set_run(document, "epochs", 100_000)
    trigger(window, "train")
    first = window.training.run
    assert first is not None
    qtbot.waitUntil(lambda: len(first.epochs()) > 5, timeout=LONG)
    head = [node for node in document.nodes() if node.kind == "Linear"][-1]
    edits.insert(document, document.wires_into(head.born)[0].key, "Linear", {"out_features": 7})
    window.training.happened.connect(said.append)
    trigger(window, "train-on")
    qtbot.waitUntil(lambda: window.training.run not in (None, first), timeout=LONG)
    assert first.status().state is State.STOPPED
    texts = lambda: [event.data["text"] for event in said if event.event == "message"]  # noqa: E731 (read again and again)
    qtbot.waitUntil(lambda: any("Begins anew" in text for text in texts()), timeout=LONG)
    (kept,) = [text for text in texts() if text.startswith("Begins with the weights of")]
    (anew,) = [text for text in texts() if "Begins anew" in text]
    assert "fc1" in kept
    assert head.id in anew
    qtbot.waitUntil(lambda: "Begins anew" in window.banner.words.text(), timeout=LONG)
