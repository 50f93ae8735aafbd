"""Says on which level of groups each node stands and each wire is drawn."""

from collections.abc import Mapping
from typing import NamedTuple

from graph.layout.outline import Edge, Group, Outline, Point

ENTRY, EXIT = "\0", "\1"
"""What the names of gates begin with: the ends, on the border of a group, of wires that come in or go out."""


class Link(NamedTuple):
    """A part of a wire that runs on one level, between two members or a member and a gate."""

    source: str
    target: str
    edge: Edge

    @property
    def ends(self) -> Edge:
        return self.source, self.target


class Levels:
    """The levels of an outline: the drawing itself, called "", and the inside of each group."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.groups: Mapping[str, Group] = {group.key: group for group in outline.groups}
        self._home = {born: group.key for group in outline.groups for born in group.members}
        self.roots = ["", *(group.key for group in outline.groups if group.apart)]
        self.members: dict[str, dict[str, None]] = {key: {} for key in ("", *self.groups)}
        for born in outline.nodes:
            one = born
            for home in self._path(born):
                self.members[home][one] = None
                one = home
        self.links: dict[str, list[Link]] = {key: [] for key in self.members}
        self.leaves: dict[Edge, str] = {}
        """For wires that leave groups the outermost that each leaves."""
        known = set(outline.nodes)
        for edge in dict.fromkeys(outline.edges):
            if edge[0] in known and edge[1] in known and edge[0] != edge[1]:
                self._link(edge)

    def inner_first(self, origins: Mapping[str, Point]) -> list[str]:
        """The levels with something on them, each before the one around it, and those first that begin first."""
        depth = {key: len(self._around(key)) for key in self.members}
        side = 1 if self.outline.down else 0
        keys = [key for key in self.members if self.members[key] or not key]
        return sorted(keys, key=lambda key: (-depth[key], origins[key][side] if key in origins else 0.0))

    def _path(self, born: str) -> list[str]:
        """The levels around a node from inside out."""
        return self._around(self._home.get(born, ""))

    def _around(self, key: str) -> list[str]:
        """A level and those around it, to the drawing or to a group that is laid out by itself."""
        found = [key]
        while found[-1] and not self.groups[found[-1]].apart:
            found.append(self.groups[found[-1]].inside)
        return found

    def _link(self, edge: Edge) -> None:
        source, target = edge
        out, into = self._path(source), self._path(target)
        common = next((key for key in out if key in into), None)
        if common is None:
            return
        for key in out[: out.index(common)]:
            self.links[key].append(Link(source, EXIT + edge[0], edge))
            source = self.leaves[edge] = key
        for key in into[: into.index(common)]:
            self.links[key].append(Link(ENTRY + edge[0], target, edge))
            target = key
        self.links[common].append(Link(source, target, edge))
