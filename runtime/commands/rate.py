"""`neuroloom rate FILE`: raises the rate step by step until the loss explodes, and says which to begin with."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from runtime.commands.command import GOOD, WRONG_USAGE, Stop, emit, open_drawing, say, table, verb
from runtime.commands.follow import POLL_SECONDS, ended_badly, stopping
from runtime.commands.train import beginning, read_overrides, refuse_untrainable
from runtime.protocol import State
from runtime.runs import Run
from runtime.studies.curve import Curve, Suggestion, two_digits
from runtime.studies.plans import RatePlan

ROWS = 12
"""Rates that the table shows."""


def add(verbs: Any) -> None:
    blank = RatePlan()
    parser = verb(verbs, "rate", "find a learning rate: a few steps at a rate that rises until the loss explodes", rate)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--optimizer", default="", metavar="NAME", help="whose rate, where there are several")
    parser.add_argument("--low", type=float, default=blank.low, metavar="RATE", help=f"the first rate ({blank.low:g})")
    parser.add_argument("--high", type=float, default=blank.high, metavar="RATE", help=f"the last one ({blank.high:g})")
    parser.add_argument("--steps", type=int, default=blank.steps, metavar="N", help=f"how many ({blank.steps})")
    parser.add_argument("--device", metavar="NAME", help="auto, cpu, cuda, cuda:N or mps")
    parser.add_argument("--seed", type=int, metavar="N", help="chooses the random numbers")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NODE.PARAM=VALUE", help="for this study alone; repeatable"
    )
    parser.add_argument("--run", type=Path, metavar="DIR", help="the study's folder (left out: the next in `studies`)")
    parser.add_argument(
        "--from", dest="begin", metavar="RUN", help="begin with the weights of a run, or of a .safetensors file"
    )


def rate(given: argparse.Namespace) -> int:
    from runtime.launch import LaunchError, start

    plan = RatePlan(optimizer=given.optimizer, low=given.low, high=given.high, steps=given.steps)
    wrong = plan.wrong()
    if wrong:
        raise Stop(WRONG_USAGE, wrong)
    overrides, begin = read_overrides(given), beginning(given)
    refuse_untrainable(open_drawing(given.file, overrides))
    text = given.file.read_text(encoding="utf-8-sig")
    try:
        study = start(text, folder=given.run, project=given.file, overrides=overrides, begin=begin, study=plan.to_job())
    except (LaunchError, OSError) as error:
        raise Stop(WRONG_USAGE, str(error)) from error
    with stopping(study):
        while study.status().state.lives:
            time.sleep(POLL_SECONDS)
    if study.status().state is not State.FINISHED:
        raise ended_badly(study, "Stopped before there was anything to say.")
    return _tell(study, as_json=given.json)


def _tell(study: Run, *, as_json: bool) -> int:
    curve, optimizer = Curve.read(study), RatePlan.from_json(study.job.study).optimizer
    found = curve.suggestion()
    if as_json:
        smooth = curve.smooth.tolist()
        for lr, loss, mean in zip(curve.rates.tolist(), curve.losses.tolist(), smooth, strict=True):
            emit("step", lr=lr, loss=loss, smooth=mean)
        emit("finished", optimizer=optimizer, **found.to_json(), run=str(study.path))
        return GOOD
    _tell_table(curve, found)
    say()
    say(found.why)
    if found.rate is not None:
        say(f"Set it in the drawing, or try it for one run: --set {optimizer}.lr={found.rate:g}")
    return GOOD


def _tell_table(curve: Curve, found: Suggestion) -> None:
    """A few of the points, evenly over the rates, with what is said of them."""
    every = max(1, len(curve.rates) // ROWS)
    places = set(range(0, len(curve.rates), every)) | {len(curve.rates) - 1}
    marks = {}
    for mark, value in (("falls fastest", found.steepest), ("lowest", found.lowest)):
        if value is not None:
            marks[int(abs(curve.rates - value).argmin())] = mark
    rows = [
        (f"{two_digits(float(curve.rates[at])):g}", f"{curve.smooth[at]:.4g}", marks.get(at, ""))
        for at in sorted(places | marks.keys())
    ]
    table(("rate", "loss", ""), rows, right=(0, 1))
