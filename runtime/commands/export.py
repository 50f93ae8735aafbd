"""`neuroloom export FILE --to FORM -o OUT`: takes a drawing away, with the weights of a run."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runtime.commands.command import (
    GOOD,
    WRONG_DRAWING,
    WRONG_USAGE,
    Stop,
    complain,
    emit,
    open_drawing,
    refuse_errors,
    say,
    verb,
)

if TYPE_CHECKING:
    from runtime.runs import Run


FIGURES = ("drawing", "stacks", "columns")
LOOKS = ("light", "dark", "paper")


def add(verbs: Any) -> None:
    from runtime.exports import FORMS

    parser = verb(verbs, "export", "take a drawing away: as Python, weights, ONNX, a picture …", export)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--to", required=True, choices=list(FORMS), metavar="FORM", help=", ".join(FORMS))
    parser.add_argument("--run", type=Path, metavar="DIR", help="whose weights (left out: those of the newest run)")
    pictures = parser.add_argument_group("pictures")
    pictures.add_argument(
        "--figure", choices=FIGURES, default="drawing", help="the canvas, or boxes or neurons in proportion"
    )
    pictures.add_argument("--look", choices=LOOKS, default="light", help="paper is the light look on white")
    pictures.add_argument("--legend", action="store_true", help="tell what the signs of the drawing mean")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", help="where to write it")


def export(given: argparse.Namespace) -> int:
    from runtime.exports import FORMS, ExportError
    from runtime.exports import export as write

    form = FORMS[given.to]
    out: Path = given.output or Path(f"{given.file.stem}{form.suffix}")
    try:
        told = write(form.name, _take(given, needs_weights=form.module != "picture"), out)
    except ExportError as error:
        raise Stop(WRONG_DRAWING, str(error)) from error
    if given.json:
        emit("exported", form=form.name, file=str(out), message=told)
    else:
        say(told)
    return GOOD


def _take(given: argparse.Namespace, *, needs_weights: bool) -> Any:
    from runtime.exports import Take

    run = _run(given) if needs_weights or given.run else None
    drawing = open_drawing(given.file, run.job.overrides if run else None)
    if needs_weights:
        refuse_errors(drawing)
    more: dict[str, Any] = {"picture": {"figure": given.figure, "look": given.look, "legend": given.legend}}
    if run is not None:
        more |= {"weights": _weights(run), "threads": max(1, run.job.threads), "device": run.job.device or "cpu"}
    name = given.file.stem
    return Take(drawing.document, drawing.reading, name=name, base=given.file.absolute().parent, **more)


def _run(given: argparse.Namespace) -> Run | None:
    """The run that was named, else the newest of the drawing that has weights; it is said which."""
    from runtime.runs import Run, runs_of

    if given.run is not None:
        named = Run(given.run)
        if not named.exists:
            raise Stop(WRONG_USAGE, f"There is no run in {given.run}.")
        if named.weights() is None:
            raise Stop(WRONG_USAGE, f"The run in {given.run} has no weights yet.")
        return named
    found = next((run for run in reversed(runs_of(given.file)) if run.weights()), None)
    said = (
        f"Takes the weights of the run {found.name}."
        if found
        else "There is no run yet: takes the weights it starts from."
    )
    complain(said)
    return found


def _weights(run: Run) -> Mapping[str, Any]:
    from runtime.train.checkpoint import BadCheckpoint, read

    path = run.weights()
    assert path is not None
    try:
        return read(path).net
    except BadCheckpoint as error:
        raise Stop(WRONG_USAGE, str(error)) from error
