"""`neuroloom templates`, `kinds` and `runs`: what there is."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runtime.assets import templates
from runtime.commands.command import GOOD, complain, emit, say, table, verb
from runtime.words import duration, listed


def add(verbs: Any) -> None:
    verb(verbs, "templates", "list the templates", list_templates)
    verb(verbs, "kinds", "list the kinds of nodes", list_kinds)
    parser = verb(verbs, "runs", "list the runs of a drawing, or those in the folder `runs`", list_runs)
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="a drawing")


def list_templates(given: argparse.Namespace) -> int:
    found = templates()
    if given.json:
        keys = ("name", "title", "group", "help")
        emit("templates", templates=[{key: getattr(each, key) for key in keys} for each in found])
    else:
        table(("name", "title", "group"), [(each.name, each.title, each.group) for each in found])
    return GOOD


def list_kinds(given: argparse.Namespace) -> int:
    from graph.catalogue import plugins, standard

    kinds = [kind for _, family in standard().families() for kind in family]
    if given.json:
        left_out = [{"package": each.package, "why": each.why} for each in plugins().left_out]
        emit("kinds", kinds=[_kind(kind, plugins().packages) for kind in kinds], left_out=left_out)
        return GOOD
    rows = [(kind.name(), kind.family, kind.help().split(". ")[0].rstrip(".") + ".") for kind in kinds]
    table(("kind", "family", "what it does"), rows)
    for package in dict.fromkeys(plugins().packages.values()):
        brought = [name for name, of in plugins().packages.items() if of == package]
        say(f"{package} brings {listed(brought, 'and', 30)}.")
    for each in plugins().left_out:
        complain(str(each))
    return GOOD


def _kind(kind: Any, packages: Mapping[str, str]) -> dict[str, Any]:
    """A kind as plain JSON; `from` is the package that brings it."""
    return {
        "kind": kind.name(),
        "from": packages.get(kind.name(), "neuroloom"),
        "title": kind.title,
        "family": kind.family,
        "help": kind.help(),
        "inputs": [port.name for port in kind.inputs],
        "outputs": [port.name for port in kind.outputs],
        "params": [
            {"name": name, "type": param.type, "default": param.default, "help": param.help}
            for name, param in kind.params.items()
        ],
    }


def list_runs(given: argparse.Namespace) -> int:
    from runtime.places import runs_folder
    from runtime.runs import runs_in, runs_of
    from runtime.summary import summarize

    folder = Path.cwd() / "runs"
    runs = runs_of(given.file) if given.file else [*runs_in(folder), *runs_in(runs_folder(None))]
    found = [summarize(run) for run in runs]
    if given.json:
        emit("runs", runs=[_run(each) for each in found])
    elif not found:
        say("There are no runs yet.")
    else:
        rows = [_run_row(each) for each in found]
        table(("run", "state", "epochs", "best", "took", "started"), rows, right=(2, 4))
    return GOOD


def _run(each: Any) -> dict[str, Any]:
    done, wanted = each.epochs
    return {
        "run": str(each.run.path), "name": each.run.name, "state": each.status.state.value, "epochs": done,
        "of": wanted, "best": each.figures(each.best), "seconds": each.status.seconds, "created": each.job.created,
        "project": each.job.project,
    }  # fmt: skip


def _run_row(each: Any) -> tuple[str, ...]:
    done, wanted = each.epochs
    best = "  ".join(f"{name} {value:.4g}" for name, value in each.figures(each.best).items())
    started = time.strftime("%Y-%m-%d %H:%M", time.localtime(each.job.created))
    return (each.run.name, each.status.state.value, f"{done}/{wanted}", best, duration(each.status.seconds), started)
