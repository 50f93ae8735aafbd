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

    A `block` names its ports below its head, and looks like a stack where it stands several times (`copies`).
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

    @property
    def rect(self) -> QRectF:
        return QRectF(0, 0, self.width, self.height)

    @property
    def title_rect(self) -> QRectF:
        return QRectF(TEXT_LEFT, self.head / 2 - 18, self.width - TEXT_LEFT - TEXT_RIGHT + 8, 18)

    @property
    def subtitle_rect(self) -> QRectF:
        return QRectF(TEXT_LEFT, self.head / 2, self.width - TEXT_LEFT - TEXT_RIGHT + 8, 16)

    @property
    def tile(self) -> QRectF:
        return TILE.translated(0, self.head / 2 - HEIGHT / 2)

    @property
    def head(self) -> float:
        """The height of the part that holds icon and words."""
        return HEIGHT if self.block else self.height

    def spot(self, port: str, output: bool) -> Spot | None:
        return next((spot for spot in (self.outputs if output else self.inputs) if spot.name == port), None)


class Measure:
    """Measures nodes with the fonts of a theme."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self._name = QFontMetricsF(theme.font("name"))
        self._line = QFontMetricsF(theme.font("secondary"))
        self._pill = QFontMetricsF(theme.font("number"))
        self._wide = lru_cache(4096)(self._measured)
        self._long = lru_cache(4096)(self._line.horizontalAdvance)
        self._sides: dict[tuple[object, ...], tuple[tuple[Spot, ...], tuple[Spot, ...], float]] = {}
        """The ports of nodes that look alike, which share them, and how tall that makes a node."""

    def pill(self, text: str) -> float:
        """How wide a text on a wire is."""
        return self._pill.horizontalAdvance(text)

    def look(self, document: Document, node: Node, made: Kind | None = None) -> Look:
        """How a node of a document is drawn; `made` is what it is, if that is more than the document says."""
        kind, made = document.kind(node), made or document.make(node)
        summary = made.summary() if kind else f"{node.kind} (unknown)"
        summary = kind.title if kind and document.block and node.kind == "Input" else summary  # its shape comes in
        title, subtitle, width = self._wide(node.id, summary)
        block, copies = isinstance(made, Placement), getattr(made, "repeat", 1)
        wires = document.wires_at(node.born)
        into = tuple(dict.fromkeys(wire.target_port for wire in wires if wire.target == node.born))
        out = tuple(dict.fromkeys(wire.source_port for wire in wires if wire.source == node.born))
        family = kind.family if kind else ""
        if not block and kind is not None and type(made).ports_out is Kind.ports_out:
            alike = (kind, made.outputs, into, out, width)
            if alike not in self._sides:
                ins, outs = _inputs(kind, into), _outputs(made.ports_out(), out)
                height = max(HEIGHT, 16 + PORT_PITCH * max(len(ins), len(outs)))
                self._sides[alike] = (*self._spots(kind, made, ins, outs, width, height, block=False), height)
            left, right, height = self._sides[alike]
            return Look(
                node.born, node.id, summary, title, subtitle, family, node.kind, width, height, left, right,
                state=node.state,
            )  # fmt: skip
        inputs, outputs = _inputs(kind, into), _outputs(made.ports_out(), out)
        rows = max(len(inputs), len(outputs))
        height = HEIGHT + PORT_PITCH * rows + 6 if block and rows else max(HEIGHT, 16 + PORT_PITCH * rows)
        width = max(width, self._port_room(inputs, outputs)) if block else width
        return Look(
            node.born, node.id, summary, title, subtitle, family, node.kind, width, height,
            *self._spots(kind, made, inputs, outputs, width, height, block=block), block, copies if block else 1,
            node.state,
        )  # fmt: skip

    def _spots(
        self, kind: type[Kind] | None, made: Kind, inputs: list[Port], outputs: list[Port],
        width: float, height: float, *, block: bool,
    ) -> tuple[tuple[Spot, ...], tuple[Spot, ...]]:  # fmt: skip
        """The ports down both sides of a node."""
        taken = {port.name for port in inputs if kind and kind.input(port.name)}
        given = {port.name for port in made.ports_out()}
        return (
            _spots(inputs, 0.0, height, taken, block=block),
            _spots(outputs, width, height, given, output=True, block=block),
        )

    def _port_room(self, inputs: Iterable[Port], outputs: Iterable[Port]) -> float:
        """How wide a block must be for the names of its ports to stand beside one another."""
        widest = (max((self._line.horizontalAdvance(port.name[:40]) for port in ports), default=0.0)
                  for ports in (inputs, outputs))  # fmt: skip
        return min(STEP * -(-(sum(widest) + 3 * PORT_PITCH) // STEP), WIDEST)

    def _measured(self, name: str, summary: str) -> tuple[str, str, float]:
        name, summary = name[:200], summary[:200]
        room = max(self._name.horizontalAdvance(name), self._long(summary))
        width = min(max(NARROWEST, STEP * -(-(TEXT_LEFT + TEXT_RIGHT + room) // STEP)), WIDEST)
        if width < WIDEST:
            return name, summary, width
        inner = width - TEXT_LEFT - TEXT_RIGHT + 2
        elide = Qt.TextElideMode.ElideRight
        return (
            self._name.elidedText(name, elide, inner),
            self._line.elidedText(summary, elide, inner),
            width,
        )


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


def _spots(
    ports: list[Port], x: float, height: float, declared: set[str], *, output: bool = False, block: bool = False
) -> tuple[Spot, ...]:
    """Ports down the side of a node: about its middle, or below the head of a block."""
    first = HEIGHT + PORT_PITCH / 2 + 3 if block else height / 2 - (len(ports) - 1) / 2 * PORT_PITCH
    return tuple(
        Spot(p.name, p.type, QPointF(x, first + i * PORT_PITCH), output, p.help, p.name in declared)
        for i, p in enumerate(ports)
    )
