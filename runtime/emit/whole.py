"""What changes in train.py where rows that do not fill a whole step are left out of an epoch (`drop_last`)."""

from collections.abc import Sequence
from typing import Any

from runtime.program import Program

SHUFFLED = "    rows = order(len(part[0]), turn).to(part[0].device)\n"
IN_ORDER = "    size = 4 * BATCH if turn is None else BATCH\n"
COUNTS = "    counts = [-(-len(part[first]) // size) for first, _, size, _ in SOURCES]\n"
SPAN = "    first, last, size, shuffle = SOURCES[source]\n"
COUNT = "-(-len(values[0]) // size), None"

COUNTED = '''

def _count(part, source, mixed):
    """The batches of one turn through a source; some give only whole ones to learn from."""
    first, _, size, _, whole = SOURCES[source]
    rows = len(part[first])
    return rows // size if mixed and whole else -(-rows // size)
'''

CHANGES = {
    SHUFFLED: SHUFFLED + "    rows = rows[: len(rows) // BATCH * BATCH]\n",
    IN_ORDER: IN_ORDER
    + "    if turn is not None:\n        part = [values[: len(values) // BATCH * BATCH] for values in part]\n",
    COUNTS: "    counts = [_count(part, at, turn is not None) for at in range(len(SOURCES))]\n",
    SPAN: "    first, last, size, shuffle, _ = SOURCES[source]\n",
    COUNT: "_count(part, source, mixed), None",
}


def whole(program: Program, text: str) -> str:
    """The function `batches`, giving only whole batches to learn from where a source asks for that."""
    if not any(source.drops_last for source in program.sources):
        return text
    changed = text
    for plain, other in CHANGES.items():
        changed = changed.replace(plain, other)
    return changed + COUNTED if "_count(" in changed else changed


def spans(program: Program, found: Sequence[tuple[Any, ...]]) -> tuple[tuple[Any, ...], ...]:
    """The spans of several sources; where one asks for whole batches, each says whether it does."""
    if not any(source.drops_last for source in program.sources):
        return tuple(found)
    return tuple((*span, source.drops_last) for span, source in zip(found, program.sources, strict=True))


def whole_steps(program: Program) -> str:
    """An expression for the steps of an epoch where a source gives only whole batches."""
    if len(program.sources) == 1:
        return 'len(data["train"][0]) // BATCH'
    return 'max(_count(data["train"], at, True) for at in range(len(SOURCES)))'
