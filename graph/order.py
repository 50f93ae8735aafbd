"""A topological order that is kept while wires come and go.

Source: D. J. Pearce and P. H. J. Kelly, "A dynamic topological sort algorithm for directed acyclic graphs" (2007).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from graph.some import Some, put_in, take_out


class Order:
    """Places of nodes such that every arc leads onward. Arcs that would close a loop are set aside until they fit."""

    def __init__(self) -> None:
        self.place: dict[str, int] = {}
        self.aside: Counter[tuple[str, str]] = Counter()
        self._after: dict[str, Some] = {}
        self._before: dict[str, Some] = {}
        self._parallel: Counter[tuple[str, str]] = Counter()
        """How many arcs there are beside the first between two nodes."""
        self._next = 0
        self._loops: dict[str, frozenset[str]] | None = None

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self.place, key=self.place.__getitem__))

    def after(self, node: str) -> Iterable[str]:
        """The direct successors of a node, arcs set aside left out."""
        return self._after.get(node, ())

    def before(self, node: str) -> Iterable[str]:
        """The direct predecessors of a node, arcs set aside left out."""
        return self._before.get(node, ())

    def sources(self, node: str) -> Iterable[str]:
        """All direct predecessors of a node, along arcs set aside too."""
        return [*self.before(node), *(source for source, target in self.aside if target == node)]

    @property
    def loops(self) -> Mapping[str, frozenset[str]]:
        """Each node that stands on a loop, with all nodes that lead to it and that it leads to.

        Unlike `aside` it depends on the arcs alone, not on the order in which they came.
        """
        if self._loops is None:
            self._loops = {}
            for _, target in self.aside:
                if target not in self._loops:
                    members = frozenset(
                        self._all_from(target, self._after, 0) & self._all_from(target, self._before, 1)
                    )
                    self._loops |= dict.fromkeys(members, members)
        return self._loops

    def closes_loop(self, source: str, target: str) -> bool:
        """Whether an arc lies on a loop."""
        return bool(self.aside) and target in self.loops.get(source, ())

    def _all_from(self, start: str, arcs: Mapping[str, Iterable[str]], side: int) -> set[str]:
        """All that is reached along arcs, those set aside included; `side` tells which of their ends is left first."""
        jumps: dict[str, list[str]] = {}
        for arc in self.aside:
            jumps.setdefault(arc[side], []).append(arc[1 - side])
        found, todo = {start}, [start]
        while todo:
            node = todo.pop()
            new = [other for other in (*arcs.get(node, ()), *jumps.get(node, ())) if other not in found]
            found.update(new)
            todo += new
        return found

    def add(self, node: str) -> None:
        self.place[node] = self._next
        self._next += 1

    def remove(self, node: str) -> None:
        """Forget a node whose arcs are gone."""
        del self.place[node]

    def join(self, source: str, target: str) -> None:
        """Add an arc; parallel ones are counted."""
        self._loops = None
        if target in self.after(source):
            self._parallel[source, target] += 1
        elif (source, target) in self.aside or not self._make_room(source, target):
            self.aside[source, target] += 1
        else:
            self._link(source, target)

    def part(self, source: str, target: str) -> None:
        """Take an arc away, and let arcs in that now fit."""
        self._loops = None
        if (source, target) in self.aside:
            self.aside[source, target] -= 1
            self.aside += Counter()
            return
        if (source, target) in self._parallel:
            self._parallel[source, target] -= 1
            if not self._parallel[source, target]:
                del self._parallel[source, target]
            return
        take_out(self._after, source, target)
        take_out(self._before, target, source)
        self._let_in()

    def _link(self, source: str, target: str) -> None:
        put_in(self._after, source, target)
        put_in(self._before, target, source)

    def _let_in(self) -> None:
        for (source, target), count in list(self.aside.items()):
            if self._make_room(source, target):
                del self.aside[source, target]
                self._link(source, target)
                if count > 1:
                    self._parallel[source, target] = count - 1

    def _make_room(self, source: str, target: str) -> bool:
        """Order `source` before `target`; False if `target` leads to `source`."""
        if source == target:
            return False
        first, last = self.place[target], self.place[source]
        if last < first:
            return True
        ahead = self._reach(target, self._after, lambda place: place <= last)
        if source in ahead:
            return False
        behind = self._reach(source, self._before, lambda place: place >= first)
        moved = sorted(behind, key=self.place.__getitem__) + sorted(ahead, key=self.place.__getitem__)
        slots = sorted(self.place[node] for node in moved)
        self.place.update(zip(moved, slots, strict=True))
        return True

    def _reach(self, start: str, arcs: Mapping[str, Iterable[str]], inside: Callable[[int], bool]) -> set[str]:
        found, todo = {start}, [start]
        while todo:
            for node in arcs.get(todo.pop(), ()):
                if node not in found and inside(self.place[node]):
                    found.add(node)
                    todo.append(node)
        return found
