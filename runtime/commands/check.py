"""`neuroloom check FILE`: what is wrong with a drawing."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runtime.commands.command import GOOD, WRONG_DRAWING, emit, open_drawing, say, sentence, verb
from runtime.words import amount

if TYPE_CHECKING:
    from graph.diagnostic import Diagnostic
    from graph.document import Document


def add(verbs: Any) -> None:
    parser = verb(verbs, "check", "say what is wrong with a drawing; exit code 1 if it cannot be trained", check)
    parser.add_argument("file", type=Path, metavar="FILE")


def check(given: argparse.Namespace) -> int:
    drawing = open_drawing(given.file)
    found = drawing.reading.diagnostics()
    if given.json:
        emit("check", diagnostics=[as_json(drawing.document, each) for each in found])
    else:
        for each in found:
            say(f"{each.level}: {sentence(each)}")
        counts = {level: sum(each.level == level for each in found) for level in ("error", "warning", "hint")}
        told = [amount(count, level) for level, count in counts.items() if count]
        say(f"{given.file.name}: {', '.join(told)}." if told else f"{given.file.name} is good.")
    return WRONG_DRAWING if any(each.level == "error" for each in found) else GOOD


def as_json(document: Document, found: Diagnostic) -> dict[str, Any]:
    """A finding as plain JSON; `node` is the present name, `run` for the run settings, None for the file as a whole."""
    node = document.node(found.born).id if document.has_node(found.born) else ("run" if found.born == "#run" else None)
    helps = found.fix or found.offer
    fix = helps.label if helps else None
    return {
        "code": found.code, "level": found.level, "node": node, "port": found.port or None,
        "message": found.message, "fix": fix,
    }  # fmt: skip
