"""Starts workers and speaks with them through their folders; a worker is a process that outlives its starter."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import runtime
from runtime.lock import CAN_HAND_OVER, HANDED_OVER, Lock
from runtime.places import new_run_folder, new_study_folder
from runtime.protocol import (
    CONTROL,
    FAILURE,
    JOB,
    LAST,
    LOG,
    PROJECT,
    STATUS,
    Job,
    State,
    Status,
    Wish,
    write_entry,
    write_text,
)
from runtime.runs import Run, live_folder, note_of
from runtime.words import listed

WORKER = "runtime.worker"
"""The module that is started: `python -m runtime.worker DIR [--resume]`."""

NICENESS = 5
"""How far a worker stands back; 0 is as near as any program, 19 the farthest."""

CHANGING = ("batch_size", "accumulate", "device")
"""What may change when a run is resumed: into how many parts the rows of a step are cut, and where it is computed."""

RESUME = "--resume"
"""Tells the worker to go on from the last checkpoint."""


class LaunchError(Exception):
    """A run that cannot be started; the sentence says why."""


def start(
    project_text: str,
    *,
    folder: Path | None = None,
    base: Path | None = None,
    project: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
    begin: Path | None = None,
    study: Mapping[str, Any] | None = None,
    yielding: bool = False,
    later: bool = False,
) -> Run:
    """Makes a run folder and starts a worker in it, at once or (`later`) when its turn in the queue comes.

    `folder` left out takes the next `runs/<stem>-<NNN>` beside `project`, of a study the next in `studies`. `base` is
    where relative paths of data start from (the project's folder). `overrides` are settings of this run alone: a name
    of the run settings or `node.param`, to a value. `begin`: the run folder or file with weights to begin with.
    `study`: what is studied, as a plan of `runtime.studies.plans` says it. `yielding`: where both want the same core,
    whoever watches goes first.
    """
    folder = _prepared(folder.absolute()) if folder else _next_folder(project, study)
    base = base or (project.absolute().parent if project else Path.cwd())
    job = Job(
        key=os.urandom(16).hex(),
        name=folder.name,
        created=time.time(),
        project=str(project.absolute()) if project else None,
        base=str(base.absolute()),
        overrides=dict(overrides or {}),
        begin=str(begin.absolute()) if begin else "",
        study=dict(study or {}),
    )
    write_text(folder / PROJECT, project_text, durable=True)
    write_entry(folder / JOB, job, durable=True)
    run = Run(folder)
    if later:
        from runtime import queue

        write_entry(folder / STATUS, Status(state=State.QUEUED))
        queue.add(run)
    else:
        begin_now(run, yielding=yielding)
    return run


def begin_now(run: Run, *, yielding: bool = False) -> None:
    """Starts the worker of a run that has been made."""
    _spawn(run.path, [], yielding)
    _note(run)


def _next_folder(project: Path | None, study: Mapping[str, Any] | None) -> Path:
    return new_study_folder(project, str(study["study"])) if study else new_run_folder(project)


def resume(run: Run, *, overrides: Mapping[str, Any] | None = None, yielding: bool = False) -> None:
    """Goes on from the last checkpoint of a run that was stopped, failed or was cut off; a study with what is left.

    `overrides`: into how many parts a batch is cut from now on (`accumulate`, and each source's `batch_size`), or
    another `device`.
    """
    if run.checkpoint(LAST) is None and not run.job.study:
        raise LaunchError(f"{run.name} left no checkpoint to go on from: start a new run.")
    if overrides:
        strange = next((name for name in overrides if name.rpartition(".")[2] not in CHANGING), None)
        if strange is not None:
            raise LaunchError(f"{strange} cannot change while a run goes on; only {listed(CHANGING)} can.")
        job = replace(run.job, overrides={**run.job.overrides, **overrides})
        job = replace(job, device="", threads=0) if "device" in overrides else job
        write_entry(run.path / JOB, job, durable=True)
    _spawn(run.path, [RESUME], yielding)
    _note(run)


def pause(run: Run) -> None:
    """Asks the worker to hold still after its step."""
    _wish(run, Wish.PAUSE)


def go_on(run: Run) -> None:
    """Asks a paused worker to train on."""
    _wish(run, Wish.RUN)


def stop(run: Run) -> None:
    """Asks the worker to write its checkpoint and end."""
    _wish(run, Wish.STOP)


def wait(run: Run, timeout: float, poll: float = 0.05) -> Status:
    """The status once the run has ended, or after `timeout` seconds."""
    give_up = time.monotonic() + timeout
    while True:
        status = run.status()
        if not status.state.lives or time.monotonic() > give_up:
            return status
        time.sleep(poll)


def _wish(run: Run, wish: Wish) -> None:
    write_text(run.path / CONTROL, wish.value + "\n")


def _prepared(folder: Path) -> Path:
    """The folder, made if need be; one that holds a run already is not overwritten."""
    if (folder / JOB).exists():
        raise LaunchError(f"{folder} already holds a run: resume it, or choose another folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LaunchError(f"The run folder {folder} cannot be made: {error.strerror or error}.") from error
    return folder


def _spawn(folder: Path, arguments: Sequence[str], yielding: bool) -> None:
    """Starts the worker with the folder's lock in its hands, so that the run counts as living from here on."""
    lock = Lock.claim(folder, patience=0.5)
    if lock is None:
        raise LaunchError(f"A worker already trains in {folder}.")
    if not CAN_HAND_OVER:
        lock.release()
    try:
        (folder / FAILURE).unlink(missing_ok=True)
        write_text(folder / CONTROL, Wish.RUN.value + "\n")
        import socket

        starting = Status(state=State.STARTING, host=socket.gethostname(), heartbeat=time.time())
        write_entry(folder / STATUS, starting)
        process = detach([WORKER, str(folder), *arguments], folder, lock)
        if yielding:
            _lower(process)
    finally:
        lock.release()


def _lower(pid: int) -> None:
    """Lets a window go before a training where both want the same core; alone on it, a training is as fast as ever."""
    if hasattr(os, "setpriority"):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, pid, NICENESS)
            Path(f"/proc/{pid}/autogroup").write_text(str(NICENESS))  # Linux weighs sessions first, then processes


def detach(module: Sequence[str], folder: Path, lock: Lock | None = None) -> int:
    """Starts `python -m module…` as a process that outlives this one and writes its log into a folder; its pid.

    It is handed the lock, where there is one and the system can.
    """
    import subprocess  # a window that trains nothing needs none

    inherited = environment()
    detached: dict[str, Any] = {"start_new_session": True}
    if lock is not None and CAN_HAND_OVER:
        inherited[HANDED_OVER] = str(lock.descriptor)
        detached["pass_fds"] = [lock.descriptor]
    if sys.platform == "win32":
        detached = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    with (folder / LOG).open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", *module],
            cwd=folder, env=inherited, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **detached,
        )  # fmt: skip
    # Without a wait the ended child would stay in the process table; nothing here needs its answer.
    threading.Thread(target=process.wait, name=f"wait for {folder.name}", daemon=True).start()
    return process.pid


def environment() -> dict[str, str]:
    """The worker imports the very packages that are imported here, installed or not."""
    root = str(Path(next(iter(runtime.__path__))).resolve().parent)
    paths = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)), "PYTHONUNBUFFERED": "1"}


def _note(run: Run) -> None:
    """Notes that this run was started. Without the note it trains as well, so that a full disk is no reason to fail.

    A study is not watched by a window: it is found again in its own list."""
    if run.job.study:
        return
    try:
        live_folder().mkdir(parents=True, exist_ok=True)
        write_text(note_of(run), f"{run.path}\n")
    except OSError:
        return
