"""`neuroloom cross-validate FILE`: trains a drawing once for each fold and tells mean and spread of its figures."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from runtime.commands.command import GOOD, WRONG_USAGE, Stop, emit, open_drawing, say, table, verb
from runtime.commands.follow import POLL_SECONDS, ended_badly, stopping
from runtime.commands.train import read_overrides, refuse_untrainable
from runtime.protocol import State
from runtime.runs import Run, studies_of
from runtime.studies.plans import FoldPlan
from runtime.studies.scores import HELD_OUT, Score, Scores
from runtime.words import amount, duration

TITLES = {HELD_OUT: "On the rows held out", "test": "On the test part, which no fold has seen"}


def add(verbs: Any) -> None:
    help = "train once for each fold of the rows; mean and spread of the figures on what was held out"
    parser = verb(verbs, "cross-validate", help, cross_validate)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--folds", type=int, default=5, metavar="K", help="how many parts the rows are dealt into (5)")
    parser.add_argument("--stratified", action="store_true", help="each class in the same proportion in every fold")
    parser.add_argument("--repeats", type=int, default=1, metavar="N", help="how often the folds are dealt anew (1)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="chooses which rows go to which fold (0)")
    parser.add_argument("--epochs", type=int, metavar="N", help="how often each fold goes through its rows")
    parser.add_argument("--device", metavar="NAME", help="auto, cpu, cuda, cuda:N or mps")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NODE.PARAM=VALUE", help="for this study alone; repeatable"
    )
    parser.add_argument("--run", type=Path, metavar="DIR", help="the study's folder (left out: the next in `studies`)")
    parser.add_argument("--resume", action="store_true", help="go on with the folds that a stopped study has left")


def cross_validate(given: argparse.Namespace) -> int:
    study = _resumed(given) if given.resume else _started(given)
    return _follow(study, as_json=given.json)


def _started(given: argparse.Namespace) -> Run:
    from runtime.launch import LaunchError, start

    plan = FoldPlan(folds=given.folds, repeats=given.repeats, stratified=given.stratified, seed=given.seed)
    wrong = plan.wrong()
    if wrong:
        raise Stop(WRONG_USAGE, wrong)
    given.seed = None  # it belongs to the folds, not to the trainings
    overrides = read_overrides(given)
    refuse_untrainable(open_drawing(given.file, overrides))
    text = given.file.read_text(encoding="utf-8-sig")
    try:
        return start(text, folder=given.run, project=given.file, overrides=overrides, study=plan.to_job())
    except (LaunchError, OSError) as error:
        raise Stop(WRONG_USAGE, str(error)) from error


def _resumed(given: argparse.Namespace) -> Run:
    from runtime.launch import LaunchError, resume

    found = [Run(given.run.absolute())] if given.run else list(reversed(studies_of(given.file)))
    study = next((run for run in found if run.job.study.get("study") == FoldPlan.study and run.can_resume), None)
    if study is None:
        raise Stop(WRONG_USAGE, f"{given.file.name} has no cross-validation that could go on.")
    try:
        resume(study)
    except LaunchError as error:
        raise Stop(WRONG_USAGE, str(error)) from error
    return study


def _follow(study: Run, *, as_json: bool) -> int:
    """Tells each fold once it is finished; Ctrl-C stops the study, and --resume goes on with the rest."""
    if as_json:
        emit("started", run=str(study.path))
    else:
        say(f"Folder: {study.path}")
    told, known = 0, None
    with stopping(study):
        while True:
            status = study.status()
            known = Scores.read(study, known)
            for score in known.folds[told : known.done]:
                _tell(score, known, as_json=as_json)
            told = known.done
            if not status.state.lives:
                break
            time.sleep(POLL_SECONDS)
    for event in study.events():
        if event.event == "message" and event.data.get("level") == "warning" and not as_json:
            say(str(event.data["text"]))
    return _end(study, known, as_json=as_json)


def _tell(score: Score, scores: Scores, *, as_json: bool) -> None:
    """One line for a fold that is finished."""
    if as_json:
        emit(
            "fold", fold=score.fold.at + 1, round=score.fold.repeat + 1, run=str(score.run.path), metrics=score.metrics
        )
        return
    figures = "  ".join(f"{name} {value:.4f}" for name, value in score.metrics.get(HELD_OUT, {}).items())
    took = duration(score.status.seconds) if score.status else ""
    say(f"fold {score.fold.number + 1:>{len(str(len(scores.folds)))}} of {len(scores.folds)}   {figures}   {took}")


def _end(study: Run, scores: Scores, *, as_json: bool) -> int:
    if study.status().state is State.FINISHED:
        if as_json:
            emit("finished", folds=scores.done, scores=scores.summary(), run=str(study.path))
        else:
            _tell_all(scores)
        return GOOD
    left = amount(len(scores.folds) - scores.done, "fold")
    raise ended_badly(study, f"Stopped with {left} to go. --resume --run {study.path} goes on.")


def _tell_all(scores: Scores) -> None:
    """A table for each part: a row for each figure."""
    for part, title in TITLES.items():
        if not scores.figures(part):
            continue
        say()
        say(title + ":")
        rows = []
        for name in scores.figures(part):
            found = scores.spread(name, part)
            spread = "" if found.deviation is None else f"{found.deviation:.4f}"
            values = [score.metrics[part][name] for score in scores.folds if name in score.metrics.get(part, {})]
            rows.append((name, f"{found.mean:.4f}", spread, f"{min(values):.4f}", f"{max(values):.4f}"))
        table(("figure", "mean", "spread", "lowest", "highest"), rows, right=(1, 2, 3, 4))
