"""What a layout is made of and what it gives, as plain data: it can go to another process and come back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field
from typing import Any

Size = tuple[float, float]
Point = tuple[float, float]
Edge = tuple[str, str]
Ends = tuple[float, float]

DEFAULT_SIZE: Size = (144.0, 48.0)


@dataclass(frozen=True, slots=True)
class Item:
    """What no wire leads to, as a note: it lies `by` from the corner of the member `near`, or from that of the drawing,
    and makes way for what comes to stand there."""

    key: str
    size: Size
    by: Point
    near: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes that stay together, in a box of which nothing else is a part; the group `inside` which it is, or none.

    `margins` is what the box has around its content: left, above, right, below. One that is `fixed` keeps its content
    at those places of a box of that `size`. One that is `apart` is laid out by itself, with places of its own.
    """

    key: str
    members: Sequence[str]
    inside: str = ""
    margins: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    items: Sequence[Item] = ()
    fixed: Mapping[str, Point] = field(default_factory=dict)
    size: Size | None = None
    apart: bool = False

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "items": [list(astuple(item)) for item in self.items]}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Group":
        return Group(
            key=data["key"],
            members=tuple(data["members"]),
            inside=data["inside"],
            margins=tuple(data["margins"]),
            items=_items(data["items"]),
            fixed={name: _pair(at) for name, at in data["fixed"].items()},
            size=data["size"] and _pair(data["size"]),
            apart=data["apart"],
        )


@dataclass(frozen=True, slots=True)
class Outline:
    """A drawing to be laid out, as one sees it when the flow runs to the right.

    `nodes` stand in document order, which settles what the wires leave open; `edges` run from source to target (loops
    and several between the same two nodes are fine); `sizes` are widths and heights as drawn. `ports` says how far from
    the upper side of its nodes an edge leaves and arrives; without it from the middle. `back` are edges that lead back
    if they are part of a loop. `wrap`: whether a long chain is set in several rows. `groups` stay together; `items` are
    those of no group. `first` and `last` are nodes that stand at the beginning and the end. Of a part, `of`
    says how many edges the whole has, `boxes` which of its nodes are groups, and `wishes` in what order
    nodes of the first layer stand.

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
    groups: Sequence[Group] = ()
    items: Sequence[Item] = ()
    first: Sequence[str] = ()
    last: Sequence[str] = ()
    of: int = 0
    boxes: Collection[str] = ()
    wishes: Mapping[str, float] = field(default_factory=dict)

    def size(self, born: str) -> Size:
        """How wide and high a node is drawn."""
        return self.sizes.get(born, DEFAULT_SIZE)

    def long(self, born: str) -> float:
        """How long a node is along the flow."""
        return self.size(born)[1 if self.down else 0]

    def across(self, born: str) -> float:
        """How wide a node is across the flow."""
        return self.size(born)[0 if self.down else 1]

    def to_json(self) -> dict[str, Any]:
        return {
            "nodes": [[born, *self.size(born)] for born in self.nodes],
            "edges": [[*edge, *self.ports.get(edge, ())] for edge in self.edges],
            "back": [list(edge) for edge in self.back],
            "down": self.down,
            "wrap": self.wrap,
            "quick": self.quick,
            "groups": [group.to_json() for group in self.groups],
            "items": [list(astuple(item)) for item in self.items],
            "first": list(self.first),
            "last": list(self.last),
            "of": self.of,
            "boxes": list(self.boxes),
            "wishes": dict(self.wishes),
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
            groups=tuple(Group.from_json(group) for group in data["groups"]),
            items=_items(data["items"]),
            first=tuple(data["first"]),
            last=tuple(data["last"]),
            of=data["of"],
            boxes=tuple(data["boxes"]),
            wishes=data["wishes"],
        )


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The upper left corner of each node and item, and the bends of the wires that lead back or to a new row.

    Where there are boxes, `ways` says of long wires which way is free for them, and whether it passes a box; it is of
    use while groups are laid out, and goes to no other process.
    """

    places: dict[str, Point] = field(default_factory=dict)
    bends: dict[Edge, tuple[Point, ...]] = field(default_factory=dict)
    items: dict[str, Point] = field(default_factory=dict)
    ways: dict[Edge, tuple[bool, tuple[Point, ...]]] = field(default_factory=dict)

    def turned(self) -> "Arrangement":
        """The same with the flow from top to bottom."""
        return Arrangement(
            {born: (y, x) for born, (x, y) in self.places.items()},
            {edge: tuple((y, x) for x, y in points) for edge, points in self.bends.items()},
            ways={edge: (passes, tuple((y, x) for x, y in way)) for edge, (passes, way) in self.ways.items()},
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "places": self.places,
            "bends": [[*edge, [list(point) for point in points]] for edge, points in self.bends.items()],
            "items": self.items,
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Arrangement":
        return Arrangement(
            {born: (x, y) for born, (x, y) in data["places"].items()},
            {(a, b): tuple((x, y) for x, y in points) for a, b, points in data["bends"]},
            {key: (x, y) for key, (x, y) in data["items"].items()},
        )


def _items(data: Sequence[Any]) -> tuple[Item, ...]:
    return tuple(Item(key, _pair(size), _pair(by), near) for key, size, by, near in data)


def _pair(data: Sequence[float]) -> Point:
    return data[0], data[1]
