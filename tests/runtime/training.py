"""Trains small drawings in this process, through the same session as the worker."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from runtime.drawing import open_text
from runtime.protocol import CHECKPOINTS, LAST, Job
from runtime.recorder import Recorder
from runtime.runs import Run
from runtime.train.followers.follower import Follower
from runtime.train.loop import Ending, Loop
from runtime.train.session import Session

Nodes = Mapping[str, tuple[str, Mapping[str, Any]]]


def text_of(nodes: Nodes, wires: Sequence[Any], run: Mapping[str, Any]) -> str:
    """A project's text from {id: (kind, parameters)}."""
    listed = [{"id": id, "kind": kind, "params": dict(params)} for id, (kind, params) in nodes.items()]
    return json.dumps({"format": "neuroloom", "version": 1, "nodes": listed, "wires": list(wires), "run": dict(run)})


def classifier(run: Mapping[str, Any], changed: Mapping[str, Mapping[str, Any]] | None = None) -> str:
    """Moons through a hidden layer with dropout, so that random numbers matter. `changed` adds parameters to nodes."""
    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "moons": ("Moons", {"samples": 120, "batch_size": 8}),
        "scale": ("Standardize", {}),
        "fc1": ("Linear", {"out_features": 12}),
        "relu": ("ReLU", {}),
        "drop": ("Dropout", {"p": 0.3}),
        "fc2": ("Linear", {"out_features": 2}),
        "loss": ("CrossEntropyLoss", {}),
        "accuracy": ("Accuracy", {}),
        "adam": ("Adam", {"lr": 0.02}),
        "plateau": ("ReduceLROnPlateau", {"patience": 1}),
    }
    for id, params in (changed or {}).items():
        nodes[id][1].update(params)
    chain = ["moons.x -> scale.x", "scale.y -> fc1.x", "fc1.y -> relu.x", "relu.y -> drop.x", "drop.y -> fc2.x"]
    ends = ["fc2.y -> loss.prediction", "moons.y -> loss.target", "fc2.y -> accuracy.prediction"]
    wires = [*chain, *ends, "moons.y -> accuracy.target", "loss.loss -> adam.loss", "plateau.schedule -> adam.schedule"]
    return text_of(nodes, wires, {"epochs": 6, "threads": 1, **run})


class StopAt(Follower):
    """Stops at the end of the first look at or after a step, as a user may at any moment."""

    def __init__(self, step: int) -> None:
        self.step_to_stop = step

    def tick(self, loop: Loop) -> None:
        if loop.step >= self.step_to_stop and not loop.closing:
            loop.end(Ending.STOPPED)

    def done(self, loop: Loop) -> None:
        if loop.step >= self.step_to_stop:
            loop.end(Ending.STOPPED)


@dataclass
class Trained:
    """What a run came to."""

    run: Run
    code: int
    session: Session

    @property
    def weights(self) -> dict[str, np.ndarray]:
        """All that the last checkpoint holds."""
        return load_file(self.run.path / CHECKPOINTS / LAST)


def train(
    folder: Path,
    text: str,
    *,
    stop_at: int | None = None,
    resume: bool = False,
    overrides: Mapping[str, Any] | None = None,
) -> Trained:
    """Trains a text in a folder, or goes on there; stops after a number of steps if asked to."""
    folder.mkdir(parents=True, exist_ok=True)
    recorder = Recorder(folder)
    job = (
        Run(folder).job if resume else Job(key="k", name=folder.name, base=str(folder), overrides=dict(overrides or {}))
    )
    session = _Stoppable(recorder, lambda: open_text(text, folder, job.overrides), job, stop_at)
    code = session.train(folder / CHECKPOINTS / LAST if resume else None)
    recorder.close()
    return Trained(Run(folder), code, session)


class _Stoppable(Session):
    def __init__(self, recorder: Recorder, opened: Any, job: Job, stop_at: int | None) -> None:
        super().__init__(recorder, opened, job)
        self.stop_at = stop_at

    def _run(self, loop: Loop) -> Ending:
        if self.stop_at is not None:
            loop.followers.append(StopAt(self.stop_at))
        return super()._run(loop)
