"""The command line: the verbs of the program, without a screen."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from runtime.commands.command import GOOD, WRONG_USAGE, Stop, complain

VERBS = (
    "check",
    "show",
    "look",
    "train",
    "rate",
    "cross-validate",
    "predict",
    "export",
    "new",
    "templates",
    "kinds",
    "runs",
    "queue",
    "trust",
)
_FILES = {"templates": "listing", "kinds": "listing", "runs": "listing", "cross-validate": "cross_validate"}

EPILOG = (
    "Without a verb the designer opens. Exit codes: 0 good, 1 the drawing or its data is wrong, 2 wrong usage, "
    "3 the run failed or was stopped."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Does what a verb asks; the exit code. What goes wrong is said on stderr in a sentence."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        chosen = _parser(given[0] if given else "").parse_args(given)
    except SystemExit as end:
        return int(end.code or 0)
    if not hasattr(chosen, "do"):
        complain("A verb is missing. " + f"There are {', '.join(VERBS)}.")
        return WRONG_USAGE
    return _run(chosen)


def _run(chosen: argparse.Namespace) -> int:
    try:
        code: int = chosen.do(chosen)
        sys.stdout.flush()
        return code
    except Stop as stop:
        return stop.tell(as_json=getattr(chosen, "json", False))
    except BrokenPipeError:  # whoever read along has had enough
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 (it lives until the end)
        return GOOD
    except KeyboardInterrupt:
        complain("Interrupted.")
        return 130
    except OSError as error:
        complain(f"{error.filename or 'A file'}: {error.strerror or error}.")
        return 1


def _parser(verb: str) -> argparse.ArgumentParser:
    """Only the verb that is asked for is loaded; all of them for help."""
    parser = argparse.ArgumentParser(
        prog="neuroloom", description="Draw a neural network, train it, take it away.", epilog=EPILOG
    )
    parser.add_argument("--version", action="version", version=f"neuroloom {_version()}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB")
    wanted = (verb,) if verb in VERBS else VERBS
    for file in dict.fromkeys(_FILES.get(name, name) for name in wanted):
        importlib.import_module(f"runtime.commands.{file}").add(verbs)
    return parser


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("neuroloom")
    except PackageNotFoundError:
        return "(not installed)"


if __name__ == "__main__":
    sys.exit(main())
