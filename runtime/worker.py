"""The process that trains: `python -m runtime.worker FOLDER [--resume]`. It speaks only through its run folder."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import socket
import sys
import time
from pathlib import Path

from runtime.lock import Lock
from runtime.protocol import CHECKPOINTS, LAST, State, Status
from runtime.recorder import Recorder
from runtime.runs import Run


def main(arguments: list[str] | None = None) -> int:
    """0: finished or stopped as wished; 3: the run failed, and its folder says why."""
    parser = argparse.ArgumentParser(prog="python -m runtime.worker", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    given = parser.parse_args(arguments)
    lock = Lock.adopt() or Lock.claim(given.folder)
    if lock is None:
        print(f"Another worker already trains in {given.folder}.", file=sys.stderr)
        return 3
    recorder = Recorder(given.folder)
    _say_hello(recorder)
    try:
        return _work(recorder, resume=given.resume)
    finally:
        recorder.close()
        lock.release()


def _say_hello(recorder: Recorder) -> None:
    recorder.status(Status(state=State.STARTING, pid=os.getpid(), host=socket.gethostname(), heartbeat=time.time()))


def _work(recorder: Recorder, *, resume: bool) -> int:
    """Imports what is slow only here, so that even a failing import is told in the folder."""
    try:
        from runtime.drawing import open_run
        from runtime.studies.study import work_of
    except Exception as error:
        from runtime.failures import tell_import

        return tell_import(recorder, error)
    run = Run(recorder.folder)
    session = work_of(run.job)(recorder, lambda: open_run(run), run.job)
    signal.signal(signal.SIGTERM, lambda *_: session.terminate())
    gc.collect()
    gc.freeze()
    return session.train(recorder.folder / CHECKPOINTS / LAST if resume else None)


if __name__ == "__main__":
    sys.exit(main())
