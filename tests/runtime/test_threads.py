"""How many threads train: measured once for a source and a machine, then kept."""

import json
from pathlib import Path

import pytest
import torch

from runtime import devices
from runtime.train import threads
from tests.runtime.training import classifier, train

MACS = 100_000_000


@pytest.fixture
def measuring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine of four cores, with a state folder of its own, which does measure."""
    monkeypatch.setenv("NEUROLOOM_STATE", str(tmp_path / "state"))
    monkeypatch.setenv(threads.VARIABLE, "1")
    monkeypatch.setattr(devices, "cores", lambda: 4)
    monkeypatch.setattr(threads, "SECONDS", 0.0)
    return tmp_path / "state" / threads.NOTES


@pytest.mark.parametrize(("speed", "best"), [({1: 9, 2: 5, 4: 3}, 4), ({1: 9, 2: 5, 4: 5}, 2), ({1: 9, 2: 9, 4: 1}, 1)])
def test_as_many_as_are_worth_it(
    measuring: Path, monkeypatch: pytest.MonkeyPatch, speed: dict[int, int], best: int
) -> None:
    monkeypatch.setattr(threads, "_time", lambda step, count: float(speed[count]))
    assert threads.measured(MACS, "text", lambda: torch.zeros) == best


def test_it_is_measured_once(measuring: Path) -> None:
    asked = []

    def make():
        asked.append(1)
        return lambda: torch.rand(3)

    before, count = torch.get_rng_state(), torch.get_num_threads()
    first = threads.measured(MACS, "text", make)
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.get_num_threads() == count
    assert threads.measured(MACS, "text", make) == first
    assert len(asked) == 1
    assert list(json.loads(measuring.read_text()).values()) == [first]
    threads.measured(MACS, "other text", make)
    assert len(asked) == 2


def test_small_and_large_networks_are_not_measured(measuring: Path) -> None:
    def make():
        raise AssertionError

    assert threads.measured(1_000_000, "text", make) == 1
    assert threads.measured(10**10, "text", make) == 4
    assert not measuring.exists()


def test_what_cannot_be_measured_goes_by_the_rule(measuring: Path) -> None:
    def make():
        raise RuntimeError

    assert threads.measured(MACS, "text", make) == devices.threads(0, "cpu", MACS)


def test_a_run_takes_what_was_measured_and_keeps_it(
    measuring: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "SURE_ALONE", 0)
    monkeypatch.setattr(threads, "_time", lambda step, count: (step(), 1 / count)[1])
    text = classifier({"threads": 0, "epochs": 1})
    before = torch.get_num_threads()
    try:
        run = train(tmp_path / "run", text).run
        assert run.job.threads == 4
        assert "SEED, THREADS = 1, 8, 0, 4" in (run.path / "train.py").read_text()
        typed = train(tmp_path / "typed", classifier({"threads": 1, "epochs": 1})).run
        assert typed.job.threads == 1
    finally:
        torch.set_num_threads(before)
