"""Names of generated source: legal, unique in their scope, and as near as can be to what the user wrote."""

import builtins
import keyword
from collections.abc import Iterable, Iterator

from graph.bends import HELPERS

FUNCTIONS = frozenset({"causal_mask", "headless", "as_in_imagenet", "around_zero", *HELPERS})
"""What generated source may define besides classes."""

RESERVED = frozenset({*dir(builtins), *keyword.kwlist, *keyword.softkwlist, "self", "torch", "nn", "F", *FUNCTIONS})
"""Words that a local name of generated source may not hide."""


class Names:
    """The names taken in one scope."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {*RESERVED, *taken}

    def take(self, wanted: str) -> str:
        """`wanted` itself where it is free, else with a number behind it; taken from now on."""
        name = self.free(wanted)
        self._taken.add(name)
        return name

    def free(self, wanted: str) -> str:
        """What `take` would give; it stays free."""
        name, count = wanted, 0
        while name in self._taken:
            count += 1
            name = f"{wanted}_{count}"
        return name

    def __iter__(self) -> Iterator[str]:
        return iter(self._taken)

    def reserve(self, name: str) -> str:
        """Takes a name that is known to be legal, whoever else has it."""
        self._taken.add(name)
        return name
