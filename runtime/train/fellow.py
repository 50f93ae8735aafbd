"""A process that trains along with the one that leads: `python -m runtime.train.fellow FOLDER PLACE`."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import threading
import traceback
from pathlib import Path

from runtime.protocol import Failure, write_entry
from runtime.recorder import Recorder
from runtime.runs import Run

FAILED = 3


def main(folder: Path, place_text: str) -> int:
    """Does the leader's steps until the leader is done; ends by itself when the leader is gone."""
    for sent in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sent, signal.SIG_IGN)  # whoever wants the training to stop tells the leader
    threading.Thread(target=_end_with_the_leader, args=(place_text,), daemon=True).start()
    from dataclasses import replace

    from runtime.drawing import open_run
    from runtime.failures import account
    from runtime.train.processes import Place, failure_file
    from runtime.train.setup import prepare

    place, run, setup, drawing = Place.from_text(place_text), Run(folder), None, None
    try:
        drawing = open_run(run)
        job = replace(run.job, device=place.device, threads=place.threads)
        setup = prepare(drawing, job, Recorder(folder), place)
        assert setup.loop.team is not None
        setup.loop.followers = []
        with setup.loop.team.at_work(setup.loop):
            setup.loop.run()
    except Exception as error:
        if not isinstance(error, RuntimeError) or "gloo" not in str(error):
            told = account(error, setup, drawing)
            write_entry(folder / failure_file(place.rank), Failure(message=told.message, traceback=told.traceback))
            traceback.print_exc()
        return FAILED
    return 0


def _end_with_the_leader(place_text: str) -> None:
    """Nothing is ever sent through this pipe: it ends when the leader does, which cannot clear up if it was killed."""
    sys.stdin.buffer.read()
    store = Path(json.loads(place_text)[-1])
    shutil.rmtree(store.parent, ignore_errors=True)
    os._exit(FAILED)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
