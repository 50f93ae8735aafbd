"""A worker that learns nothing and otherwise behaves: it writes steps until it is told otherwise."""

from __future__ import annotations

import os
import socket
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from runtime.lock import Lock
from runtime.protocol import CHECKPOINTS, LAST, SECONDS, Figure, State, Status, Wish
from runtime.recorder import Recorder
from runtime.runs import Run


def main(folder: Path, resume: bool) -> None:
    """Writes a step every 10 ms; `epochs` of the overrides says how many steps there are."""
    held = Lock.adopt() or Lock.claim(folder)
    assert held is not None
    print(f"cwd {Path.cwd()} path {sys.path[0]}")
    if "die" in Run(folder).job.overrides:
        raise RuntimeError("the toy was told to die")
    job = replace(Run(folder).job, columns=(SECONDS, "loss"), figures=(Figure(id="loss", born="loss"),), device="cpu")
    status = Status(state=State.TRAINING, pid=os.getpid(), host=socket.gethostname())
    with Recorder(folder) as recorder:
        if resume:
            recorder.take_up(job, len(Run(folder).steps()) // 10 * 10)
        else:
            recorder.begin(job)
        state = learn(recorder, status, int(job.overrides["epochs"]))
        recorder.status(replace(status, state=state, step=recorder.done))


def learn(recorder: Recorder, status: Status, steps: int) -> State:
    """Goes on until the steps are done or the user wants to stop."""
    while recorder.done < steps:
        wish = recorder.wish()
        if wish is Wish.STOP:
            save(recorder.folder)
            return State.STOPPED
        paused = wish is Wish.PAUSE
        if not paused:
            recorder.steps(np.array([[recorder.done, 1 / (1 + recorder.done)]], np.float32))
            if recorder.done % 10 == 0:
                save(recorder.folder)
        state = State.PAUSED if paused else State.TRAINING
        recorder.status(replace(status, state=state, step=recorder.done, heartbeat=time.time()))
        time.sleep(0.01)
    return State.FINISHED


def save(folder: Path) -> None:
    """Something that counts as a checkpoint."""
    (folder / CHECKPOINTS).mkdir(exist_ok=True)
    (folder / CHECKPOINTS / LAST).write_bytes(b"")


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--resume" in sys.argv)
