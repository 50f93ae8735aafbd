"""What a node looks like before it has a place: its words, its size and where its ports sit."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF

from designer.theme import Theme
from graph.blocks import Placement
from graph.document import Document
from graph.records import Node
from graph.spec import LETTERS, Kind, Port, PortType

TILE = QRectF(10, 10, 28, 28)
TEXT_LEFT = 48.0
TEXT_RIGHT = 16.0
HEIGHT = 48.0
NARROWEST, WIDEST = 128.0, 240.0
STEP = 8.0
PORT_PITCH = 16.0
RADIUS = 10.0
BADGE_GAP = 6.0
DOWN_PITCH = 24.0
"""Between ports on the upper or the lower edge."""

NAMES = 22.0
"""The height of a row of names of ports."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A port as drawn: its place is counted from the node's upper left corner."""

    name: str
    type: PortType
    point: QPointF
    output: bool
    help: str = ""
    declared: bool = True


@dataclass(frozen=True, slots=True)
class PortAt:
    """One port of one node."""

    born: str
    port: str
    output: bool


@dataclass(frozen=True, slots=True)
class Look:
    """A node as drawn. `title` and `subtitle` are elided to fit; `name` and `summary` are whole.

    A `block` names its ports below its head, and looks like a stack where it stands several times (`copies`, which its
    `badge` tells). Where data flow `down`, ports are on the upper and the lower edge; rows for their names are `above`
    and `below` the head then. `body` is the height of the part at the bottom in which what flows through can be shown.
    `state` says whether it is muted or bypassed.
    """

    born: str
    name: str
    summary: str
    title: str
    subtitle: str
    family: str
    kind: str
    width: float
    height: float
    inputs: tuple[Spot, ...]
    outputs: tuple[Spot, ...]
    block: bool = False
    copies: int = 1
    state: str = ""
    badge: str = ""
    badge_width: float = 0.0
    down: bool = False
    above: float = 0.0
    below: float = 0.0
    body: float = 0.0

    @property
    def rect(self) -> QRectF:
        return QRectF(0, 0, self.width, self.height)

    @property
    def title_rect(self) -> QRectF:
        return QRectF(TEXT_LEFT, self._middle - 18, self._words, 18)

    @property
    def subtitle_rect(self) -> QRectF:
        return QRectF(TEXT_LEFT, self._middle, self._words, 16)

    @property
    def tile(self) -> QRectF:
        return TILE.translated(0, self._middle - HEIGHT / 2)

    @property
    def badge_rect(self) -> QRectF:
        """Where it says how often a block stands one after the other; beside the words."""
        return QRectF(self.width - 10 - self.badge_width, self._middle - 9, self.badge_width, 18)

    @property
    def body_rect(self) -> QRectF:
        """The part below everything else, for what flows through; flat as long as nothing is shown."""
        return QRectF(1, self.height - self.body, self.width - 2, self.body)

    @property
    def head(self) -> float:
        """The height of the part that holds icon and words."""
        return HEIGHT if self.block or self.down else self.height - self.body

    @property
    def _middle(self) -> float:
        return self.above + self.head / 2

    @property
    def _words(self) -> float:
        taken = self.badge_width + BADGE_GAP if self.badge else 0.0
        return self.width - TEXT_LEFT - TEXT_RIGHT + 8 - taken

    def spot(self, port: str, output: bool) -> Spot | None:
        for spot in self.outputs if output else self.inputs:
            if spot.name == port:
                return spot
        return None


class Measure:
    """Measures nodes with the fonts of a theme."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self._name = QFontMetricsF(theme.font("name"))
        self._line = QFontMetricsF(theme.font("secondary"))
        self._pill = QFontMetricsF(theme.font("number"))
        self._wide = lru_cache(512)(self._measured)
        self._long = lru_cache(4096)(self._line.horizontalAdvance)
        self._sides: dict[tuple[object, ...], _Sides] = {}
        """The ports of nodes that look alike, which share them, and how tall that makes a node."""

    def pill(self, text: str) -> float:
        """How wide a text on a wire is."""
        return self._pill.horizontalAdvance(text)

    def look(self, document: Document, node: Node, made: Kind | None = None, *, down: bool = False) -> Look:
        """How a node of a document is drawn; `made` is what it is, if that is more than the document says."""
        kind, made = document.kind(node), made or document.make(node)
        block = isinstance(made, Placement)
        copies = getattr(made, "repeat", 1) if block else 1
        badge = f"×{copies}" if copies > 1 else ""
        summary = self._summary(document, node, kind, made)
        title, subtitle, width = self._wide(node.id, summary.removesuffix(f" {badge}") if badge else summary, badge)
        wires = document.wires_at(node.born)
        into = tuple(dict.fromkeys(wire.target_port for wire in wires if wire.target == node.born))
        out = tuple(dict.fromkeys(wire.source_port for wire in wires if wire.source == node.born))
        alike: tuple[object, ...] | None = None
        if not block and kind is not None and type(made).ports_out is Kind.ports_out:
            alike = (kind, made.outputs, into, out, width, down)
        sides = self._sides.get(alike) if alike else None
        if sides is None:
            sides = self._edges(kind, made, into, out, width, block=block, down=down)
            if alike:
                self._sides[alike] = sides
        frame = sides.frame
        return Look(
            node.born, node.id, summary, title, subtitle, kind.family if kind else "", node.kind,
            frame.width, frame.height, sides.inputs, sides.outputs, block, copies, node.state,
            badge, self._badge(badge), down, frame.above, frame.below,
        )  # fmt: skip

    def _edges(
        self, kind: type[Kind] | None, made: Kind, into: Iterable[str], out: Iterable[str], width: float,
        *, block: bool, down: bool,
    ) -> "_Sides":  # fmt: skip
        """The sides of a node, with its ports on two of them."""
        inputs, outputs = _inputs(kind, into), _outputs(made.ports_out(), out)
        taken = {port.name for port in inputs if kind and kind.input(port.name)}
        given = {port.name for port in made.ports_out()}
        frame = (self._down if down else self._right)(width, inputs, outputs, block=block)
        spread = _spread if down else _spots
        return _Sides(
            frame,
            spread(inputs, frame, taken, output=False, block=block),
            spread(outputs, frame, given, output=True, block=block),
        )

    def _summary(self, document: Document, node: Node, kind: type[Kind] | None, made: Kind) -> str:
        if kind is None:
            return f"{node.kind} (unknown)"
        return kind.title if document.block and node.kind == "Input" else made.summary()  # its shape comes in

    def _badge(self, text: str) -> float:
        return self._line.horizontalAdvance(text) + 12 if text else 0.0

    def _right(self, width: float, inputs: list[Port], outputs: list[Port], *, block: bool) -> "_Frame":
        rows = max(len(inputs), len(outputs))
        if not block:
            return _Frame(width, max(HEIGHT, 16 + PORT_PITCH * rows))
        return _Frame(max(width, self._port_room(inputs, outputs)), HEIGHT + (PORT_PITCH * rows + 6 if rows else 0.0))

    def _down(self, width: float, inputs: list[Port], outputs: list[Port], *, block: bool) -> "_Frame":
        """Ports along the upper and the lower edge; a block names those of a side that has several."""
        above, below = (NAMES if block and len(ports) > 1 else 0.0 for ports in (inputs, outputs))
        widest = max(len(inputs), len(outputs)) * DOWN_PITCH + 16
        if above or below:
            named = max(
                ((self._name_room(ports) * len(ports)) for ports in (inputs, outputs) if len(ports) > 1), default=0
            )
            widest = max(widest, min(STEP * -(-(named + 8) // STEP), WIDEST))
        return _Frame(max(width, widest), HEIGHT + above + below, above, below)

    def _name_room(self, ports: Iterable[Port]) -> float:
        return max((self._line.horizontalAdvance(port.name[:40]) for port in ports), default=0.0) + 12

    def _port_room(self, inputs: Iterable[Port], outputs: Iterable[Port]) -> float:
        """How wide a block must be for the names of its ports to stand beside one another."""
        widest = (max((self._line.horizontalAdvance(port.name[:40]) for port in ports), default=0.0)
                  for ports in (inputs, outputs))  # fmt: skip
        return min(STEP * -(-(sum(widest) + 3 * PORT_PITCH) // STEP), WIDEST)

    def _measured(self, name: str, summary: str, badge: str) -> tuple[str, str, float]:
        name, summary = name[:200], summary[:200]
        taken = self._badge(badge) + BADGE_GAP if badge else 0.0
        room = max(self._name.horizontalAdvance(name), self._long(summary)) + taken
        width = min(max(NARROWEST, STEP * -(-(TEXT_LEFT + TEXT_RIGHT + room) // STEP)), WIDEST)
        if width < WIDEST:
            return name, summary, width
        inner = width - TEXT_LEFT - TEXT_RIGHT + 2 - taken
        elide = Qt.TextElideMode.ElideRight
        return (
            self._name.elidedText(name, elide, inner),
            self._line.elidedText(summary, elide, inner),
            width,
        )


@dataclass(frozen=True, slots=True)
class _Frame:
    """The sides of a node, with the rows for names of ports above and below its head."""

    width: float
    height: float
    above: float = 0.0
    below: float = 0.0


@dataclass(frozen=True, slots=True)
class _Sides:
    """The sides of a node and its ports."""

    frame: _Frame
    inputs: tuple[Spot, ...]
    outputs: tuple[Spot, ...]


def _inputs(kind: type[Kind] | None, used: Iterable[str]) -> list[Port]:
    """The input ports a node shows: declared ones, taken letters and the next free one, and what a wrong wire names."""
    taken = dict.fromkeys(used)
    ports: list[Port] = []
    for port in kind.inputs if kind else ():
        if port.lettered:
            letters = sorted(name for name in taken if len(name) == 1 and name in LETTERS)
            free = next((letter for letter in LETTERS if letter not in letters), None)
            ports += [_named(port, name) for name in sorted([*letters, free] if free else letters)]
        else:
            ports.append(port)
    known = {port.name for port in ports}
    return ports + [Port(name) for name in taken if name not in known]


def _outputs(declared: Iterable[Port], used: Iterable[str]) -> list[Port]:
    ports = list(declared)
    known = {port.name for port in ports}
    return ports + [Port(name) for name in dict.fromkeys(used) if name not in known]


def _named(port: Port, name: str) -> Port:
    return Port(name, port.type, optional=port.optional, help=port.help)


def _spots(ports: list[Port], frame: _Frame, declared: set[str], *, output: bool, block: bool) -> tuple[Spot, ...]:
    """Ports down the side of a node: about its middle, or below the head of a block."""
    first = HEIGHT + PORT_PITCH / 2 + 3 if block else frame.height / 2 - (len(ports) - 1) / 2 * PORT_PITCH
    x = frame.width if output else 0.0
    return tuple(
        Spot(p.name, p.type, QPointF(x, first + i * PORT_PITCH), output, p.help, p.name in declared)
        for i, p in enumerate(ports)
    )


def _spread(ports: list[Port], frame: _Frame, declared: set[str], *, output: bool, block: bool) -> tuple[Spot, ...]:
    """Ports along the upper or the lower edge of a node, about its middle; named ones over its whole width."""
    pitch = frame.width / max(len(ports), 1) if block and len(ports) > 1 else DOWN_PITCH
    first = frame.width / 2 - (len(ports) - 1) / 2 * pitch
    y = frame.height if output else 0.0
    return tuple(
        Spot(p.name, p.type, QPointF(first + i * pitch, y), output, p.help, p.name in declared)
        for i, p in enumerate(ports)
    )
