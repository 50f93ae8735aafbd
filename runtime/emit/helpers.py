"""Functions that losses and metrics of a drawing need in train.py, each once, and how figures come of sums."""

import re

from runtime.emit.source import Writer
from runtime.program import Program

DEFINED = re.compile(r"^(?:def|class) (\w+)", re.M)
IMPORT = re.compile(r"(?:import|from) ")


def blocks(program: Program) -> dict[str, str]:
    """The functions that the kinds of losses and metrics bring, by name; each piece of `source` defines one."""
    found: dict[str, str] = {}
    for figure in program.figures:
        for block in figure.kind.source.strip("\n").split("\n\n\n"):
            defined = DEFINED.search(block)
            if defined:
                found[defined[1]] = block
    return found


def helper_names(program: Program) -> list[str]:
    """Names that no value of a step may have."""
    return [*blocks(program), *(["FORMULAS", "KEPT"] if formulas(program) else [])]


def helpers(program: Program, text: str) -> list[str]:
    """The functions that a text calls, and those that these call, in the order of the drawing."""
    known, wanted = blocks(program), set[str]()
    todo = [text]
    while todo:
        words = set(re.findall(r"\w+", todo.pop()))
        new = [name for name in known if name in words and name not in wanted]
        wanted.update(new)
        todo += [known[name] for name in new]
    return [block for name, block in known.items() if name in wanted]


def imports(program: Program, text: str) -> list[str]:
    """The lines of import before the functions of kinds, as far as a text uses what they import."""
    lines = {line for figure in program.figures for line in figure.kind.source.splitlines() if IMPORT.match(line)}
    return sorted(line for line in lines if re.search(rf"\b{line.split()[-1]}\b", text))


def formulas(program: Program) -> dict[str, str]:
    """For each figure that is more than a sum by a count: its formula."""
    return {figure.id: final for figure in program.figures if (final := figure.final)}


def write_formulas(program: Program) -> Writer:
    """What `Meter` reads: how figures come of what was added up, and which rows are kept instead."""
    writer, found = Writer(), formulas(program)
    if not found:
        return writer
    births = [figure.born for figure in program.figures if figure.id in found]
    writer.line("FORMULAS = {", *births)
    for figure in program.figures:
        if figure.id in found:
            writer.line(f'"{figure.id}": lambda s, n: {found[figure.id]},', figure.born, indent=1)
    writer.line("}")
    kept = [figure.id for figure in program.figures if figure.is_kept]
    listed = ", ".join(f'"{id}"' for id in kept)
    writer.line(f"KEPT = {{{listed}}}" if kept else "KEPT = set()")
    return writer
