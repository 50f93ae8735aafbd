"""What a layout is made of and what it gives, as plain data: it can go to another process and come back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Size = tuple[float, float]
Point = tuple[float, float]
Edge = tuple[str, str]
Ends = tuple[float, float]

DEFAULT_SIZE: Size = (144.0, 48.0)


@dataclass(frozen=True, slots=True)
class Outline:
    """A drawing to be laid out, as one sees it when the flow runs to the right.

    `nodes` stand in document order, which settles what the wires leave open; `edges` run from source to target (loops
    and several between the same two nodes are fine); `sizes` are widths and heights as drawn. `ports` says how far from
    the upper side of its nodes an edge leaves and arrives; without it from the middle. `back` are edges that lead back
    if they are part of a loop. `wrap`: whether a long chain is set in several rows.

    With `down` the flow runs from top to bottom: the sizes are those drawn, and ports are counted from the left side.
    """

    nodes: Sequence[str]
    edges: Sequence[Edge]
    sizes: Mapping[str, Size] = field(default_factory=dict)
    ports: Mapping[Edge, Ends] = field(default_factory=dict)
    back: Sequence[Edge] = ()
    down: bool = False
    wrap: bool = False
    quick: bool = False

    def long(self, born: str) -> float:
        """How long a node is along the flow."""
        return self.sizes.get(born, DEFAULT_SIZE)[1 if self.down else 0]

    def across(self, born: str) -> float:
        """How wide a node is across the flow."""
        return self.sizes.get(born, DEFAULT_SIZE)[0 if self.down else 1]

    def to_json(self) -> dict[str, Any]:
        return {
            "nodes": [[born, *self.sizes.get(born, DEFAULT_SIZE)] for born in self.nodes],
            "edges": [[*edge, *self.ports.get(edge, ())] for edge in self.edges],
            "back": [list(edge) for edge in self.back],
            "down": self.down,
            "wrap": self.wrap,
            "quick": self.quick,
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Outline":
        return Outline(
            nodes=[born for born, _, _ in data["nodes"]],
            edges=[(edge[0], edge[1]) for edge in data["edges"]],
            sizes={born: (width, height) for born, width, height in data["nodes"]},
            ports={(edge[0], edge[1]): (edge[2], edge[3]) for edge in data["edges"] if len(edge) == 4},
            back=[(a, b) for a, b in data["back"]],
            down=data["down"],
            wrap=data["wrap"],
            quick=data["quick"],
        )


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The upper left corner of each node, and the bends of the wires that lead back or to a new row."""

    places: dict[str, Point] = field(default_factory=dict)
    bends: dict[Edge, tuple[Point, ...]] = field(default_factory=dict)

    def turned(self) -> "Arrangement":
        """The same with the flow from top to bottom."""
        return Arrangement(
            {born: (y, x) for born, (x, y) in self.places.items()},
            {edge: tuple((y, x) for x, y in points) for edge, points in self.bends.items()},
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "places": self.places,
            "bends": [[*edge, [list(point) for point in points]] for edge, points in self.bends.items()],
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Arrangement":
        return Arrangement(
            {born: (x, y) for born, (x, y) in data["places"].items()},
            {(a, b): tuple((x, y) for x, y in points) for a, b, points in data["bends"]},
        )
