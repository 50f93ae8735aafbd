"""`neuroloom look FILE NODE`: runs one batch up to a node and prints the numbers that come out there."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runtime.commands.command import GOOD, WRONG_DRAWING, WRONG_USAGE, Stop, emit, say, verb

if TYPE_CHECKING:
    from graph.document import Document
    from runtime.looking.values import Values

PARTS = ("train", "validation", "test")


def add(verbs: Any) -> None:
    parser = verb(verbs, "look", "run one batch up to a node and look at the numbers that come out there", look)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("node", metavar="NODE", help="a node: fc1, lstm.h for one of its outputs, body/fc1 in a block")
    parser.add_argument("--run", type=Path, metavar="DIR", help="with the weights of this run (left out: fresh ones)")
    parser.add_argument("--part", choices=PARTS, default="train", help="whose rows (train)")
    parser.add_argument("--row", type=int, default=0, metavar="N", help="the first row, from 0 (0)")
    parser.add_argument("--rows", type=int, default=0, metavar="N", help="how many rows (a batch)")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", help="an .npy file to write the numbers to")


def look(given: argparse.Namespace) -> int:
    from graph.project import ProjectError
    from runtime.looking.cut import NothingThere
    from runtime.looking.values import Look
    from runtime.program import ProgramError
    from runtime.train.rows import NodeError
    from runtime.train.warm import NoBeginning

    text, base = _text(given.file), given.file.absolute().parent
    path, born, port = _place(given)
    try:
        looked = Look(text, base, path, born, port, str(given.run.absolute()) if given.run else "")
        values = looked.values(given.part, given.row, given.rows or None)
    except (NothingThere, ProjectError, ProgramError, NodeError, NoBeginning) as error:
        raise Stop(WRONG_DRAWING, str(error)) from error
    if given.output:
        import numpy as np

        np.save(given.output, values.array)
    _tell(given, values)
    return GOOD


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise Stop(WRONG_DRAWING, f"{file} cannot be read: {getattr(error, 'strerror', None) or error}.") from error


def _place(given: argparse.Namespace) -> tuple[list[str], str, str]:
    """The placements, the node and the port that `body/fc1.y` names."""
    from runtime.commands.command import open_drawing

    level: Document = open_drawing(given.file).document
    *blocks, last = given.node.split("/")
    path = []
    for name in blocks:
        node = level.find(name)
        block = level.find_block(node.kind) if node else None
        if node is None or block is None:
            raise Stop(WRONG_USAGE, f"There is no block called {name}.")
        path.append(node.born)
        level = level.inside(block.born)
    name, _, port = last.partition(".")
    found = level.find(name)
    if found is None:
        raise Stop(WRONG_USAGE, f"There is no node called {name}. There are {', '.join(n.id for n in level.nodes())}.")
    ports = [one.name for one in level.make(found).ports_out()]
    if port and port not in ports:
        raise Stop(WRONG_USAGE, f"{name} has no output {port}; there are {', '.join(ports) or 'none'}.")
    return path, found.born, port


def _tell(given: argparse.Namespace, values: Values) -> None:
    import numpy as np

    array, figures = values.array, values.figures()
    if given.json:
        emit("look", node=values.name, part=values.part, row=values.at, shape=list(array.shape),
             dtype=str(array.dtype), told=list(values.told), figures=figures)  # fmt: skip
        return
    sides = " × ".join(map(str, array.shape))
    say(f"{values.name}: {sides} numbers ({array.dtype}), from row {values.at} of {values.rows} ({values.part}).")
    for sentence in values.told:
        say(sentence)
    if "mean" in figures:
        say(
            f"mean {figures['mean']:.4g}, spread {figures['spread']:.4g}, from {figures['least']:.4g} to "
            f"{figures['greatest']:.4g}, zeros {figures['zeros']:.1%}, not finite {figures['not_finite']}"
        )
    say(np.array2string(array, precision=4, threshold=200, edgeitems=3, suppress_small=True))
