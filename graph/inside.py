"""A live look into a placement of a block: the level to be edited, and what it means just there."""

from collections.abc import Mapping
from typing import Any

from graph.blocks import Placement, bare_value
from graph.document import Document
from graph.interior import Scratch, given, records_of
from graph.patch import Patch
from graph.reading import Reading
from graph.shape import Tensor, Value
from graph.signal import Signal


class Inside:
    """Follows a placement. `path` holds the births of the placements that lead to it, seen from a document.

    `document` is the level inside, `reading` what its nodes and wires give with the parameters of this placement and
    with what comes into it; both speak of the births and keys of the level. `lost` tells that the way in is gone, or
    leads into another block now. A KeyError where there is no such way.
    """

    document: Document
    reading: Reading

    def __init__(self, document: Document, reading: Reading, path: tuple[str, ...]) -> None:
        self.path = path
        *way, self._born = path
        self._above = Inside(document, reading, tuple(way)) if way else None
        self._outer: Document = self._above.document if self._above else document
        self._around: Reading = self._above.reading if self._above else reading
        self.lost: Signal[None] = Signal()
        self.is_lost = False
        made = self._placement()
        if made is None:
            self.close()
            raise KeyError(self._born)
        self.block = made.born
        self.document = self._outer.inside(made.born)
        self._scratch = Scratch(self.document, made.own_values())
        self.reading = Reading(self._scratch, reading.base, given(self._scratch, self._inputs(made)))
        self.reading.around = self._around
        self._tell()
        self._outer.changed.connect(self._follow)
        self._around.changed.connect(self._look)
        if self._above is not None:
            self._above.lost.connect(self._lose)

    def close(self) -> None:
        """Stop following."""
        self._outer.changed.disconnect(self._follow)
        self._around.changed.disconnect(self._look)
        if self._above is not None:
            self._above.close()

    def names(self) -> list[tuple[str, str]]:
        """The placements along the way: what each is called, and the name of its block."""
        node = self._outer.node(self._born) if self._outer.has_node(self._born) else None
        return [*(self._above.names() if self._above else ()), *([(node.id, node.kind)] if node else ())]

    # --- following

    def _follow(self, patch: Patch) -> None:
        made = self._placement()
        if made is None or made.born != self.block:
            self._lose()
            return
        values = made.own_values()
        known, self._scratch.values = self._scratch.values, values
        before, after = self._scratch.records, records_of(self.document, values)
        change = {key: (before.get(key), after.get(key)) for key in before.keys() | after.keys()}
        change = {key: pair for key, pair in change.items() if pair[0] != pair[1]}
        if change:
            self._scratch.apply(change)
        else:
            self._scratch.changed.emit({})  # blocks that are placed here may have changed
        if known.keys() != values.keys():
            self.reading.read_again(node.born for node in self._scratch.nodes())
        self._give(made)

    def _look(self, keys: frozenset[str]) -> None:
        made = self._placement()
        if made is not None and made.born == self.block:
            self._give(made)

    def _give(self, made: Placement) -> None:
        self.reading.give(given(self._scratch, self._inputs(made)))
        self._tell()

    def _tell(self) -> None:
        """Hand on what an inspection has told of the files inside."""
        answers = (self._around.facts(self._born) or {}).get("answers", ())
        for question, answer in zip(self.reading.questions(), answers, strict=False):
            self.reading.tell(question, answer)

    def _lose(self, _: None = None) -> None:
        if not self.is_lost:
            self.is_lost = True
            self.close()
            self.lost.emit(None)

    # --- what it looks into

    def _placement(self) -> Placement | None:
        document = self._around.drawn
        made = document.make(document.node(self._born)) if document.has_node(self._born) else None
        return made if isinstance(made, Placement) and self._outer.has_node(self._born) else None

    def _inputs(self, made: Placement) -> Mapping[str, Value]:
        inputs: Mapping[str, Any] = self._around.inputs(self._born)
        return {port.name: bare_value(inputs.get(port.name, Tensor())) for port in made.inputs}


def deepest(document: Document, reading: Reading, path: tuple[str, ...]) -> Inside | None:
    """A look along a way as far as it leads; None where it leads nowhere."""
    for length in range(len(path), 0, -1):
        try:
            return Inside(document, reading, path[:length])
        except KeyError:
            continue
    return None


def way_into(document: Document, block: str) -> tuple[str, ...] | None:
    """The shortest way from a level into a block, as births of placements; None if it is placed nowhere below."""
    waiting: list[tuple[Document, tuple[str, ...]]] = [(document, ())]
    seen: set[str] = set()
    while waiting:
        level, way = waiting.pop(0)
        for node in level.nodes():
            kind = level.kind(node)
            if kind is None or not issubclass(kind, Placement) or kind.born in seen:
                continue
            seen.add(kind.born)
            if kind.born == block:
                return (*way, node.born)
            waiting.append((document.inside(kind.born), (*way, node.born)))
    return None
