"""The queue: runs that wait for their turn, and the process that starts one after the other, with or without a window.

A waiting run is a run folder whose state is `queued`; a note in the state folder says that it waits, and where among
the others. `python -m runtime.queue` is the keeper: it ends when nothing waits any more.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from runtime.lock import Lock, is_held
from runtime.places import state_folder
from runtime.protocol import State, write_text
from runtime.runs import Run, live_runs

KEEPER = "runtime.queue"
POLL_SECONDS = 0.25
BUSY = (State.STARTING, State.TRAINING)
"""States of a training that the next one waits for; a paused one may be paused all night."""


def folder() -> Path:
    """Where it is noted what waits."""
    return state_folder() / "queue"


def waiting() -> list[Run]:
    """The runs that wait, the next one first."""
    return [run for _, run in _notes()]


def add(run: Run) -> None:
    """Puts a queued run behind all others, and sees to it that somebody starts it when its turn comes."""
    folder().mkdir(parents=True, exist_ok=True)
    write_text(folder() / f"{time.time_ns():020d}-{run.job.key}.txt", f"{run.path}\n", durable=True)
    keep()


def first(run: Run) -> None:
    """Puts a waiting run before all others."""
    notes = list(_notes())
    own = next((note for note, other in notes if other == run), None)
    if own is not None and own != notes[0][0]:
        rank = int(notes[0][0].name.partition("-")[0]) - 1
        own.rename(own.with_name(f"{rank:020d}-{own.name.partition('-')[2]}"))


def drop(run: Run) -> None:
    """Takes a run out of the queue and away: it has not begun."""
    for note, other in _notes():
        if other == run:
            note.unlink(missing_ok=True)
    if run.status().state is State.QUEUED:
        run.delete()


def turn(run: Run) -> str:
    """When a run has its turn, in words."""
    listed = waiting()
    before = listed.index(run) if run in listed else 0
    return "next" if not before else "after the one before it" if before == 1 else f"after the {before} before it"


def keep() -> None:
    """Starts the keeper, where none is at work and something waits."""
    place = folder()
    if is_held(place) or not waiting():
        return
    from runtime.launch import detach

    detach([KEEPER], place)


def _notes() -> Iterator[tuple[Path, Run]]:
    """The notes in order with their runs; notes of runs that are gone or have begun go away."""
    for note in sorted(folder().glob("*.txt")):
        try:
            run = Run(Path(note.read_text(encoding="utf-8").strip()))
        except OSError:
            continue
        if run.exists and run.status().state is State.QUEUED:
            yield note, run
        else:
            note.unlink(missing_ok=True)


# --- the keeper


def main() -> int:
    """Starts what waits, one after the other, until nothing does."""
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    while waiting():
        lock = Lock.claim(place, patience=0.5)
        if lock is None:
            return 0
        try:
            _work()
        finally:
            lock.release()  # who added one in the moment before found it held: so the list is looked at once more
    return 0


def _work() -> None:
    from runtime.launch import LaunchError, begin_now

    while found := waiting():
        if any(run.status().state in BUSY for run in live_runs()):
            time.sleep(POLL_SECONDS)
            continue
        try:
            begin_now(found[0], yielding=True)
        except (LaunchError, OSError) as error:
            print(f"{found[0].path}: {error}", flush=True)
            drop(found[0])
            continue
        while found[0].status().state in BUSY:
            time.sleep(POLL_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
