"""The helper that looks into files, and its client."""

import os
import queue
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime.facts import Facts, answer

Told = tuple[Any, dict[str, Any]]


@pytest.fixture
def told() -> "queue.Queue[Told]":
    return queue.Queue()


@pytest.fixture
def facts(told: "queue.Queue[Told]") -> Iterator[Facts]:
    made = Facts(lambda question, found: told.put((question, found)))
    yield made
    made.close()


def question(path: Path) -> dict[str, Any]:
    return {"ask": "csv", "path": str(path)}


def test_an_answer_comes_from_the_helper(tmp_path: Path, facts: Facts, told: "queue.Queue[Told]") -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    facts.ask(question(tmp_path / "t.csv"))
    asked, found = told.get(timeout=60)
    assert asked == question(tmp_path / "t.csv")
    assert found["rows"] == 1
    facts.ask({"ask": "the weather"})
    assert "error" in told.get(timeout=60)[1]


def test_a_killed_helper_is_told_and_the_next_question_is_answered(
    tmp_path: Path, facts: Facts, told: "queue.Queue[Told]"
) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    facts.ask(question(tmp_path / "t.csv"))
    told.get(timeout=60)
    assert facts._process is not None
    os.kill(facts._process.pid, signal.SIGKILL)
    facts._process.wait(10)
    facts.ask(question(tmp_path / "t.csv"))
    assert told.get(timeout=60)[1]["rows"] == 1


def test_an_answer_is_kept_until_the_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n")
    first = answer(question(path))
    assert answer(question(path)) is first
    path.write_text("a,b\n1,2\n3,4\n")
    assert answer(question(path))["rows"] == 2


def test_devices_are_told_with_the_choice() -> None:
    found = answer({"ask": "devices"})
    assert found["devices"][0]["name"] == "cpu"
    assert found["auto"] in {each["name"] for each in found["devices"]}
    assert found["why"].endswith(".")
