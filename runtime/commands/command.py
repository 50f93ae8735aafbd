"""What the verbs of the command line share: exit codes, output, and how a drawing is opened."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runtime.protocol import to_json

if TYPE_CHECKING:
    from graph.diagnostic import Diagnostic
    from runtime.drawing import Drawing

GOOD, WRONG_DRAWING, WRONG_USAGE, RUN_FAILED = 0, 1, 2, 3


class Stop(Exception):
    """Ends a verb: sentences for stderr, and the exit code."""

    def __init__(self, code: int, *sentences: str) -> None:
        super().__init__("\n".join(sentences))
        self.code, self.sentences = code, sentences

    def tell(self, *, as_json: bool) -> int:
        for sentence in self.sentences:
            complain(sentence)
        if as_json:
            emit("error", message=" ".join(self.sentences), code=self.code)
        return self.code


def complain(sentence: str) -> None:
    """A sentence on stderr."""
    print(printable(sentence), file=sys.stderr, flush=True)


def printable(text: str) -> str:
    """Without the signs that would move a terminal's cursor, or that its encoding lacks."""
    plain = "".join(sign if sign.isprintable() or sign == "\n" else "\N{REPLACEMENT CHARACTER}" for sign in text)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return plain.encode(encoding, "replace").decode(encoding)


def say(text: str = "") -> None:
    """A line on stdout."""
    print(printable(text), flush=True)


def emit(event: str, **data: Any) -> None:
    """One JSON object on a line of stdout."""
    print(json.dumps({"event": event, **to_json(data)}, ensure_ascii=True), flush=True)


def verb(
    verbs: Any, name: str, help: str, do: Callable[[argparse.Namespace], int], *, json: bool = True
) -> argparse.ArgumentParser:
    """Declares a verb."""
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=help, description=help)
    parser.set_defaults(do=do)
    if json:
        parser.add_argument("--json", action="store_true", help="print one JSON object on each line")
    return parser


def open_drawing(path: Path, overrides: Mapping[str, Any] | None = None) -> Drawing:
    """The drawing in a file; a Stop where there is none."""
    from graph.project import ProjectError
    from runtime.drawing import BadOverride, open_file

    try:
        return open_file(path, overrides)
    except ProjectError as error:
        raise Stop(WRONG_DRAWING, str(error)) from error
    except BadOverride as error:
        raise Stop(WRONG_USAGE, str(error)) from error


def refuse_errors(drawing: Drawing) -> None:
    """A Stop with every error of the drawing, if it has any."""
    errors = drawing.errors()
    if errors:
        raise Stop(WRONG_DRAWING, *(sentence(found) for found in errors))


def sentence(found: Diagnostic) -> str:
    """A finding in one line, with its fix, or the command that helps."""
    if found.offer:
        return f"{found.message} (Trust it with: neuroloom trust {found.offer.about})"
    return found.message + (f" (Fix: {found.fix.label}.)" if found.fix else "")


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
    """Columns under a head; those whose numbers are in `right` end on the same side."""
    every = [list(head), *(list(row) for row in rows)]
    widths = [max(len(row[at]) for row in every) for at in range(len(head))]
    for number, row in enumerate(every):
        cells = [
            cell.rjust(width) if at in right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        say("  ".join(cells).rstrip())
        if number == 0:
            say("  ".join("─" * width for width in widths))
