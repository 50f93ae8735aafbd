"""The vocabulary: which kinds there are, found by name, by family, by the words people use for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from graph import finding, homes
from graph.spec import Kind

if TYPE_CHECKING:
    from graph.plugins import Plugins

FAMILIES = (
    "data", "neuron", "layers", "convolution", "pooling", "padding", "resampling", "recurrent", "attention",
    "normalization", "activation", "regularization", "merge", "reshape", "arithmetic", "reduction", "logic",
    "loss", "metric", "optimizer", "schedule", "output",
)  # fmt: skip
"""Families in the order in which a palette shows them; one that is not named here comes last."""


class Catalogue:
    """Kinds by name. Toy catalogues in tests are made from any classes."""

    def __init__(self, kinds: Iterable[type[Kind]]) -> None:
        self._kinds = {kind.__name__: kind for kind in kinds}

    def __iter__(self) -> Iterator[type[Kind]]:
        return iter(self._kinds.values())

    def __contains__(self, name: object) -> bool:
        return name in self._kinds

    def get(self, name: str) -> type[Kind] | None:
        return self._kinds.get(name)

    def make(self, name: str, values: Mapping[str, Any]) -> Kind:
        """A kind with its parameters as attributes; of an unknown kind a bare one, without ports."""
        return (self.get(name) or Kind).tailored(values)(values)

    def names(self) -> list[str]:
        return list(self._kinds)

    def drawn(self) -> list[type[Kind]]:
        """The kinds that can stand on a canvas."""
        return [kind for kind in self if kind.family]

    def families(self) -> list[tuple[str, list[type[Kind]]]]:
        """Families with their kinds, in the order of a palette: common kinds first, then by title."""
        found: dict[str, list[type[Kind]]] = {}
        for kind in self.drawn():
            found.setdefault(kind.family, []).append(kind)
        place = {family: at for at, family in enumerate(FAMILIES)}
        for kinds in found.values():
            kinds.sort(key=lambda kind: (not kind.common, kind.title.casefold().replace(" ", "")))
        return sorted(found.items(), key=lambda item: place.get(item[0], len(place)))

    def search(self, words: str) -> list[type[Kind]]:
        """Kinds for what a user types, the best match first; all of them for nothing."""
        scored = [(finding.score(kind, words), at, kind) for at, kind in enumerate(self.drawn())]
        fitting = [(score, at, kind) for score, at, kind in scored if score is not None]
        return [kind for _, _, kind in sorted(fitting, key=lambda row: row[:2])]


class Own(Catalogue):
    """The kinds that come with the program: a file is imported when one of its kinds is asked for, or somebody looks
    at all of them."""

    def __init__(self) -> None:
        super().__init__(())
        self._complete = False

    def __iter__(self) -> Iterator[type[Kind]]:
        if not self._complete:
            self._kinds = {kind.__name__: kind for kind in homes.everything()}
            self._complete = True
        return super().__iter__()

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def get(self, name: str) -> type[Kind] | None:
        if name not in self._kinds and not self._complete:
            self._kinds.update((kind.__name__, kind) for kind in homes.around(name))
        return self._kinds.get(name)

    def names(self) -> list[str]:
        return [kind.__name__ for kind in self]


class Standard(Own):
    """Those that come with the program and those of plug-ins, which are looked for when ours are not enough."""

    def __iter__(self) -> Iterator[type[Kind]]:
        yield from super().__iter__()
        yield from plugins().kinds

    def get(self, name: str) -> type[Kind] | None:
        found = super().get(name)
        return found or next((kind for kind in plugins().kinds if kind.__name__ == name), None)


@cache
def standard() -> Catalogue:
    """The vocabulary of the program."""
    return Standard()


@cache
def plugins() -> Plugins:
    """What installed packages bring, and what of it was left out."""
    from graph.plugins import load

    return load(Own())
