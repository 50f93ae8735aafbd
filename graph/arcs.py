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
        self._wires: dict[str, Wire] = {}
        """The wires that have an arc."""

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
        return [key for key in self._document.ends(born) if key in self._wires and self._wires[key].source == born]

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
        before, after = self._wires.get(key), self._leading_on(key)
        if before is not None and after is not None and (before.source, before.target) == (after.source, after.target):
            self._wires[key] = after
            return
        if before is not None:
            del self._wires[key]
            self.order.part(before.source, before.target)
        if after is not None:
            self._wires[key] = after
            self.order.join(after.source, after.target)

    def _leading_on(self, key: str) -> Wire | None:
        """The wire between two nodes that has this key, unless it goes back."""
        wire = self._document.records.get(key)
        if not isinstance(wire, Wire) or not all(map(self._document.has_node, (wire.source, wire.target))):
            return None
        return None if goes_back(self._document, wire) else wire

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
