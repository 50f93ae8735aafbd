"""`neuroloom new TEMPLATE -o FILE`: a drawing to begin with."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from runtime.assets import template, templates
from runtime.commands.command import GOOD, WRONG_USAGE, Stop, emit, say, verb
from runtime.protocol import write_text
from runtime.words import listed


def add(verbs: Any) -> None:
    parser = verb(verbs, "new", "begin a drawing from a template", new)
    parser.add_argument("template", metavar="TEMPLATE", help="a name from `neuroloom templates`")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to write it (TEMPLATE.loom)")
    parser.add_argument("--force", action="store_true", help="write over a file that is there")


def new(given: argparse.Namespace) -> int:
    found = template(given.template)
    if found is None:
        names = listed((each.name for each in templates()), "and", 60)
        raise Stop(WRONG_USAGE, f"There is no template {given.template}; there are {names}.")
    out: Path = given.output or Path(f"{found.name}.loom")
    if out.exists() and not given.force:
        raise Stop(WRONG_USAGE, f"{out} is there already; --force writes over it.")
    try:
        write_text(out, found.text(), durable=True)
    except OSError as error:
        raise Stop(WRONG_USAGE, f"{out} cannot be written: {error.strerror or error}.") from error
    if given.json:
        emit("new", template=found.name, file=str(out))
    else:
        say(f"Wrote {out}. {found.help}")
    return GOOD
