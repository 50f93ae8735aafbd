"""What a reading still has to read: a queue of nodes in order, and what was known of those that it has come to."""

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

Known: TypeAlias = tuple[Any, Any]
"""What a node gives, and what is found out about it."""


class Work:
    """Nodes to be read, the first in order first; a node is queued once."""

    def __init__(self) -> None:
        self.before: dict[str, Known] = {}
        self.asked: list[dict[str, Any]] = []
        self.told: set[str] = set()
        self.rounds: Counter[str] = Counter()
        self._todo: list[tuple[int, str]] = []
        self._queued: set[str] = set()

    def __len__(self) -> int:
        return len(self._todo)

    def __bool__(self) -> bool:
        return bool(self._todo)

    def __contains__(self, born: object) -> bool:
        return born in self._queued

    def queue(self, births: Iterable[str], place: Mapping[str, int]) -> None:
        """Have nodes read that have a place in the order."""
        for born in births:
            if born in place and born not in self._queued:
                self._queued.add(born)
                heapq.heappush(self._todo, (place[born], born))

    def next(self) -> str:
        """The node that is read now."""
        _, born = heapq.heappop(self._todo)
        self._queued.discard(born)
        return born

    def tell(self) -> tuple[dict[str, Known], set[str], list[dict[str, Any]]]:
        """What was known of the nodes that have been read since the last time, what is gone, what is asked."""
        told = self.before, self.told, self.asked
        self.before, self.told, self.asked = {}, set(), []
        return told
