"""Journeys start the real program with the real worker, on small drawings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runtime import launch
from runtime.runs import Run

EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"
Train = Callable[..., Run]


@pytest.fixture(autouse=True)
def own_places(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the program keeps about its user goes to a folder of the test."""
    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "APPDATA"):
        monkeypatch.setenv(name, str(home / name.lower()))
    monkeypatch.setenv("HOME", str(home))


@pytest.fixture
def train(tmp_path: Path) -> Iterator[Train]:
    """Starts a template's training in a folder of the test; whatever still runs at the end is stopped."""
    started: list[Run] = []

    def start(template: str, name: str, **settings: object) -> Run:
        text = (EXAMPLES / f"{template}.loom").read_text(encoding="utf-8")
        overrides = {"threads": 1, "device": "cpu", **settings}
        run = launch.start(text, folder=tmp_path / name, base=tmp_path, overrides=overrides)
        started.append(run)
        return run

    yield start
    for run in started:
        if run.status().state.lives:
            launch.stop(run)
            launch.wait(run, 60)
