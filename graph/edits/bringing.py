"""Brings definitions of blocks from another drawing: one that is the same here is used, another gets a free name."""

from collections.abc import Iterable
from typing import Any

from graph import names
from graph.blocks import Placement
from graph.document import Document
from graph.edits.blocks import copy_whole
from graph.edits.refusal import Refused
from graph.form import plain
from graph.project import ProjectError, parse
from graph.records import Block, Node
from graph.writing import level_json

LAYOUT = ("born", "at", "via")
"""Keys of a definition that say nothing about what it is."""


def bring(doc: Document, text: str, block: str) -> str:
    """Bring the definition of a block, and of those inside it, from a project's text; answers what it is called here.

    Definitions that are here already, under the same names, are used as they are.
    """
    try:
        part = parse(text, doc.catalogue)
    except ProjectError as error:
        raise Refused("This is no text of a drawing.") from error
    found = part.find_block(block)
    if found is None or part.catalogue.get(block) is None:
        raise Refused(f"There is no block {block} in it.")
    with doc.change():
        return bring_blocks(doc, part, [found])[block]


def bring_blocks(doc: Document, part: Document, wanted: Iterable[Block]) -> dict[str, str]:
    """Bring definitions with all that they place; answers what each is called here, by its name there."""
    coming = _with_inner(part, wanted)
    known: dict[str, bool] = {}
    called = {block.id: block.id for block in coming if _is_here(doc, part, block, known)}
    made: list[tuple[Block, str]] = []
    with doc.change():
        for block in coming:
            if block.id not in called:
                copy = Block(
                    names.block_born(doc, block.id), names.block_id(doc, block.id), block.params,
                    doc.next_rank(Block), block.extra,
                )  # fmt: skip
                doc.put(copy)
                called[block.id] = copy.id
                made.append((block, copy.born))
        for block, born in made:
            copy_whole(part.inside(block.born), doc.inside(born), called)
    return called


def placed(doc: Document, nodes: Iterable[Node]) -> list[Block]:
    """The definitions that nodes place, each once."""
    kinds = [kind for node in nodes if (kind := doc.kind(node)) is not None and issubclass(kind, Placement)]
    found = [doc.the_block(born) for born in dict.fromkeys(kind.born for kind in kinds)]
    return [block for block in found if block is not None]


def _with_inner(part: Document, wanted: Iterable[Block]) -> list[Block]:
    """Definitions, and all that stand inside them, those inside first."""
    found: dict[str, Block] = {}
    todo = list(wanted)
    while todo:
        block = todo.pop(0)
        if block.born not in found:
            found[block.born] = block
            todo += placed(part, part.inside(block.born).nodes())
    return list(reversed(found.values()))


def _is_here(doc: Document, part: Document, block: Block, known: dict[str, bool]) -> bool:
    """Whether a definition of this name is here, and is the same, with all that stand inside it."""
    if block.born not in known:
        known[block.born] = True  # until it is known: one that contains itself is the same if the rest is
        same = doc.find_block(block.id)
        inner = placed(part, part.inside(block.born).nodes())
        known[block.born] = (
            same is not None
            and _meaning(doc, same) == _meaning(part, block)
            and all(_is_here(doc, part, one, known) for one in inner)
        )
    return known[block.born]


def _meaning(doc: Document, block: Block) -> Any:
    """A definition as the file holds it, without what says nothing about what it is."""
    nodes, wires = level_json(doc.inside(block.born))
    return plain([dict(block.params), _without_layout(nodes), _without_layout(wires)])


def _without_layout(entries: list[Any]) -> list[Any]:
    return [
        {key: value for key, value in entry.items() if key not in LAYOUT} if isinstance(entry, dict) else entry
        for entry in entries
    ]
