"""`neuroloom train FILE`: trains a drawing in a worker and tells how it goes."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runtime.commands.command import (
    WRONG_DRAWING,
    WRONG_USAGE,
    Stop,
    open_drawing,
    refuse_errors,
    verb,
)

if TYPE_CHECKING:
    from runtime.drawing import Drawing
    from runtime.runs import Run


def add(verbs: Any) -> None:
    parser = verb(verbs, "train", "train a drawing; Ctrl-C stops it so that --resume goes on", train)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--epochs", type=int, metavar="N", help="how often to go through all rows")
    parser.add_argument("--device", metavar="NAME", help="auto, cpu, cuda, cuda:N or mps")
    parser.add_argument("--seed", type=int, metavar="N", help="chooses the random numbers")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NODE.PARAM=VALUE", help="for this run alone; repeatable"
    )
    parser.add_argument("--run", type=Path, metavar="DIR", help="the run folder (left out: the next in `runs`)")
    parser.add_argument(
        "--from", dest="begin", metavar="RUN", help="begin with the weights of a run, or of a .safetensors file"
    )
    parser.add_argument("--later", action="store_true", help="train when its turn in the queue comes: see `queue`")
    parser.add_argument(
        "--resume", action="store_true", help="go on with a run that was stopped, failed or was cut off"
    )


def train(given: argparse.Namespace) -> int:
    from runtime.commands.follow import follow
    from runtime.launch import LaunchError, start

    overrides = read_overrides(given)
    if given.resume:
        return _resume(given, overrides)
    begin = beginning(given)
    refuse_untrainable(open_drawing(given.file, overrides))
    text = given.file.read_text(encoding="utf-8-sig")
    try:
        run = start(text, folder=given.run, project=given.file, overrides=overrides, begin=begin, later=given.later)
    except (LaunchError, OSError) as error:
        raise Stop(WRONG_USAGE, str(error)) from error
    if given.later:
        from runtime.commands.queue import tell_place

        return tell_place(run, as_json=given.json)
    return follow(run, as_json=given.json)


def read_overrides(given: argparse.Namespace) -> dict[str, Any]:
    """What is set for this run alone."""
    found = {name: value for name in ("epochs", "device", "seed") if (value := getattr(given, name, None)) is not None}
    for text in given.set:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise Stop(WRONG_USAGE, f'--set {text}: this must look like "adam.lr=0.01".')
        found[name.removeprefix("run.")] = _value(value)
    return found


def beginning(given: argparse.Namespace) -> Path | None:
    """Whose weights to begin with: a run folder, a file, or a run of the drawing by its name."""
    from runtime.runs import Run, runs_of

    if given.begin is None:
        return None
    path = Path(given.begin)
    named = next((run.path for run in runs_of(given.file) if run.name == given.begin), None)
    path = path if path.exists() or named is None else named
    if not path.exists():
        raise Stop(WRONG_USAGE, f"There is no run and no file {given.begin} to begin with.")
    if path.is_dir() and Run(path).weights() is None:
        raise Stop(WRONG_USAGE, f"The run in {given.begin} has no weights yet.")
    return path


def _value(text: str) -> Any:
    """JSON where it is JSON, else the text itself. What JSON has no number for stays text, and is refused later."""
    try:
        return json.loads(text, parse_constant=lambda word: word)
    except (ValueError, RecursionError):
        return text


def refuse_untrainable(drawing: Drawing) -> None:
    """A Stop if the drawing has errors or trains nothing."""
    from runtime.program import Program, ProgramError

    refuse_errors(drawing)
    try:
        Program(drawing.reading).refuse_training()
    except ProgramError as error:
        raise Stop(WRONG_DRAWING, error.sentence) from error


def _resume(given: argparse.Namespace, overrides: dict[str, Any]) -> int:
    from runtime.commands.follow import follow
    from runtime.launch import CHANGING, LaunchError, resume
    from runtime.tail import Tail
    from runtime.words import listed

    if given.begin or any(name.rpartition(".")[2] not in CHANGING for name in overrides):
        allowed = f"only {listed(CHANGING)} may be set"
        raise Stop(WRONG_USAGE, f"--resume goes on with the settings of the run; {allowed}, leave the others out.")
    run = _resumable(given)
    tail = Tail(run)
    tail.read()
    try:
        resume(run, overrides=overrides)
    except LaunchError as error:
        raise Stop(WRONG_USAGE, str(error)) from error
    return follow(run, as_json=given.json, tail=tail)


def _resumable(given: argparse.Namespace) -> Run:
    from runtime.runs import Run, runs_of

    if given.run is None:
        found = next((run for run in reversed(runs_of(given.file)) if run.can_resume), None)
        if found is None:
            raise Stop(WRONG_USAGE, f"{given.file.name} has no run that could go on.")
        return found
    run = Run(given.run.absolute())
    if not run.exists:
        raise Stop(WRONG_USAGE, f"There is no run in {given.run}.")
    if not run.can_resume:
        state = run.status().state.value
        raise Stop(WRONG_USAGE, f"The run in {given.run} cannot go on: it is {state}.")
    return run
