"""Run folders to read, without a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from runtime.protocol import JOB, SECONDS, Figure, Job, write_entry
from runtime.recorder import Recorder

Rows = Callable[..., np.ndarray]


@pytest.fixture
def job() -> Job:
    """A job with a loss and an accuracy."""
    figures = (
        Figure(id="loss", born="loss", kind="CrossEntropyLoss"),
        Figure(id="accuracy", born="accuracy", kind="Accuracy", role="metric", better="high"),
    )
    columns = (SECONDS, "loss", "accuracy")
    return Job(key="first", name="test", columns=columns, figures=figures, watch="loss", epochs=10, steps_per_epoch=10)


@pytest.fixture
def folder(tmp_path: Path, job: Job) -> Path:
    """A run folder that was prepared and not begun."""
    path = tmp_path / "test-001"
    path.mkdir()
    write_entry(path / JOB, job)
    return path


@pytest.fixture
def recorder(folder: Path, job: Job) -> Iterator[Recorder]:
    """A recorder that has begun."""
    with Recorder(folder) as made:
        made.begin(job)
        yield made


@pytest.fixture
def again(folder: Path) -> Iterator[Recorder]:
    """A second worker's recorder of the same folder, not begun."""
    with Recorder(folder) as made:
        yield made


@pytest.fixture
def rows() -> Rows:
    """Rows whose every cell tells its step and column."""

    def make(first: int, last: int, shift: float = 0.0) -> np.ndarray:
        steps = np.arange(first, last, dtype=np.float32)
        return np.ascontiguousarray(np.stack([steps / 10, steps + shift, steps * 2], axis=1))

    return make
