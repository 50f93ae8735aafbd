"""Runs to draw, made without a worker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from runtime.protocol import SECONDS, Epoch, Figure, Job, State, Status
from runtime.recorder import Recorder
from runtime.runs import Run

FIGURES = (
    Figure(id="loss", born="loss", kind="CrossEntropyLoss"),
    Figure(id="accuracy", born="accuracy", kind="Accuracy", role="metric", better="high"),
)


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., Run]:
    """Writes a run of 20 steps an epoch whose loss falls as 2/step, best at epoch 3 on validation."""

    def make(name: str = "net-001", epochs: int = 5, state: State = State.FINISHED) -> Run:
        folder = tmp_path / name
        folder.mkdir()
        job = Job(
            key=name,
            columns=(SECONDS, "loss", "accuracy"),
            figures=FIGURES,
            watch="loss",
            epochs=epochs,
            steps_per_epoch=20,
        )
        steps = np.arange(1, 20 * epochs + 1, dtype=np.float32)
        with Recorder(folder) as recorder:
            recorder.begin(job)
            recorder.steps(np.ascontiguousarray(np.stack([steps / 10, 2 / steps, 1 - 1 / steps], axis=1)))
            for number in range(1, epochs + 1):
                looked = {"loss": 0.1 + abs(number - 3), "accuracy": 0.9}
                recorder.epoch(Epoch(epoch=number, step=20 * number, seconds=2.0 * number, validation=looked))
            recorder.status(Status(state=state, step=20 * epochs, epoch=epochs, epochs=epochs, seconds=2.0 * epochs))
        return Run(folder)

    return make
