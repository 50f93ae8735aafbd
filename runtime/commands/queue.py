"""`neuroloom queue`: what waits to be trained, and in which order."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from runtime.commands.command import GOOD, WRONG_USAGE, Stop, emit, say, table, verb
from runtime.runs import Run


def add(verbs: Any) -> None:
    parser = verb(verbs, "queue", "what waits to be trained (`train --later` puts it here), in its order", queue)
    changed = parser.add_mutually_exclusive_group()
    changed.add_argument("--first", metavar="RUN", help="let this run be the next")
    changed.add_argument("--drop", metavar="RUN", help="take this run out of the queue")


def queue(given: argparse.Namespace) -> int:
    from runtime import queue as line

    if given.first:
        line.first(_named(given.first))
    if given.drop:
        line.drop(_named(given.drop))
    line.keep()
    found = line.waiting()
    if given.json:
        emit("queue", runs=[{"name": run.name, "run": str(run.path), "project": run.job.project} for run in found])
    elif found:
        table(("", "run", "drawing"), [(str(at), run.name, run.job.project or "") for at, run in enumerate(found, 1)])
    else:
        say("Nothing waits to be trained.")
    return GOOD


def tell_place(run: Run, *, as_json: bool) -> int:
    """Says where a run stands that has just been queued."""
    from runtime.queue import turn, waiting

    if as_json:
        emit("queued", run=str(run.path), before=[other.name for other in waiting() if other != run])
    else:
        say(f"{run.name} is trained {turn(run)}. Folder: {run.path}")
    return GOOD


def _named(name: str) -> Run:
    from runtime.queue import waiting

    found = next((run for run in waiting() if run.name == name or run.path == Path(name).absolute()), None)
    if found is None:
        raise Stop(WRONG_USAGE, f"No run called {name} waits in the queue.")
    return found
