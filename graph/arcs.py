"""The order in which a document is read, kept in step with its wires: loops run back through Delays alone."""

from collections.abc import Iterable, Mapping

from graph.checks.habits import PLAIN
from graph.document import Document
from graph.loops import DELAY, Loop, Loops, goes_back
from graph.order import Order
from graph.patch import Patch
from graph.records import Node, Record, Wire


class Arcs:
    """An arc of the order for each wire between two nodes, but for those that a Delay reads a step later."""

    def __init__(self, document: Document) -> None:
        self.order, self.loops = Order(), Loops(document)
        self._document = document
        self._ends: dict[str, tuple[str, str]] = {}

    def read(self, document: Document) -> None:
        """Another document with the same records is what is followed from now on."""
        self._document = document
        self.loops.read(document)

    def follow(self, patch: Patch) -> set[str]:
        """Bring the arcs in line with the wires a patch touches; answers nodes that came onto a loop or left one."""
        looped, around = self.order.loops, self.loops.all()
        for key in self._touched(patch):
            self._sync(key)
        self.loops.forget()
        return {born for born, _ in looped.items() ^ self.order.loops.items()} | self._moved(around)

    def enter(self, key: str) -> None:
        """Bring the arc of one wire in line, while a document is entered bit by bit."""
        self._sync(key)

    def wires_from(self, born: str) -> list[str]:
        """The keys of wires that lead on from a node."""
        return [key for key in self._document.ends(born) if self._ends.get(key, ("",))[0] == born]

    def behind(self, births: Iterable[str]) -> set[str]:
        """Nodes whose rules look back at one of these: the next ones, and the next behind what changes nothing."""
        found: set[str] = set()
        todo = [born for born in births if born in self.order.place]
        while todo:
            new = set(self.order.after(todo.pop())) - found
            found |= new
            todo += [born for born in new if self._document.node(born).kind in PLAIN]
        return found

    def back_from(self, born: str) -> set[str]:
        """The Delays that remember what a node gives."""
        if not self._document.by_kind().get(DELAY):
            return set()
        found = {wire.target for wire in self._document.wires_from(born) if goes_back(self._document, wire)}
        return {one for one in found if one in self.order.place}

    def _touched(self, patch: Patch) -> set[str]:
        wires: set[str] = set()
        for key, (before, after) in patch.items():
            kind = type(before or after)
            if issubclass(kind, Wire):
                wires.add(key)
            elif kind is Node and (before is None or after is None or _delays_anew(before, after)):
                wires.update(self._document.ends(key))
        return wires

    def _sync(self, key: str) -> None:
        wire = self._document.records.get(key)
        linked = isinstance(wire, Wire) and all(map(self._document.has_node, (wire.source, wire.target)))
        linked = linked and isinstance(wire, Wire) and not goes_back(self._document, wire)
        before, after = self._ends.get(key), (wire.source, wire.target) if linked and isinstance(wire, Wire) else None
        if before == after:
            return
        if before is not None:
            self.order.part(*self._ends.pop(key))
        if after is not None:
            self._ends[key] = after
            self.order.join(*after)

    def _moved(self, before: Mapping[str, Loop]) -> set[str]:
        """The nodes that came onto a loop through Delays, or off one, and those that they lead to."""
        after = self.loops.all()
        moved = {born for born in before.keys() | after if before.get(born) != after.get(born)}
        moved = {born for born in moved if self._document.has_node(born)}
        return moved | {wire.target for born in moved for wire in self._document.wires_from(born)}


def _delays_anew(before: Record | None, after: Record | None) -> bool:
    """Whether a node has become a Delay, or is none any more."""
    kinds = [record.kind for record in (before, after) if isinstance(record, Node)]
    return len(kinds) == 2 and kinds[0] != kinds[1] and DELAY in kinds
