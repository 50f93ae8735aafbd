"""What generated source is made of: a unit is a node (or a row of neurons) that is made once and called once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from graph.document import Document
from graph.reading import Reading
from graph.records import Node, Wire
from graph.roles import Layer
from graph.shape import Side, Tensor
from graph.spec import Kind
from graph.weights import setting
from runtime.program.keeping import Kept

Spot = tuple[str, str]
"""A value: the birth name of the node that gives it, and the port."""


class ProgramError(Exception):
    """Why a drawing cannot be compiled: a sentence for the person who drew it, and the node it is about."""

    def __init__(self, sentence: str, born: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.born = sentence, born


@dataclass(frozen=True, slots=True)
class Use:
    """A value that goes into a unit: where it comes from and what is taken of it (`[:, 0]`, or nothing).

    `value` is what arrives; `width` is the length of the row from which a selection takes.
    """

    spot: Spot
    select: str = ""
    weight: float | tuple[float, ...] | None = field(default=None, compare=False)
    fixed: bool = field(default=False, compare=False)
    value: Any = field(default=None, compare=False)
    width: int | None = field(default=None, compare=False)


Inputs = Mapping[str, tuple[Use, ...]]


class Unit:
    """Something with a name in the source: made in `__init__` (if it has a module) and called in `forward`."""

    id: str
    births: tuple[str, ...]
    inputs: Inputs

    @property
    def born(self) -> str:
        return self.births[0]

    @property
    def attribute(self) -> str:
        """The attribute that holds its module."""
        return self.id

    @property
    def holder(self) -> str:
        """The birth name of the node whose weights it uses: its own, unless it shares those of another."""
        return self.born

    @property
    def spots(self) -> tuple[Spot, ...]:
        """The values it gives, as far as something takes them; the first if nothing does."""
        return ((self.born, "y"),)

    @property
    def sources(self) -> list[Spot]:
        """The values it takes, in the order of its ports."""
        return [use.spot for uses in self.inputs.values() for use in uses]

    @property
    def opens(self) -> bool:
        """Whether a person would begin a new line with it: it holds weights."""
        return bool(self.weights())

    @property
    def frozen(self) -> bool:
        """Whether its weights stay as they are, whatever an optimizer wants."""
        return False

    def weights(self) -> dict[str, tuple[int, ...]]:
        """Shapes of its trained parameters, by the names they have in its module."""
        raise NotImplementedError  # a unit is a node or a row of neurons; each says it

    def module(self) -> str | None:
        """The expression that makes its module; None if it needs none."""
        raise NotImplementedError  # as above

    def setup(self) -> list[str]:
        """Lines that follow in `__init__`, such as typed weights."""
        return []

    def helper(self) -> str:
        """The text of a class that the source must hold for it."""
        return ""

    def call(self, module: str, names: Mapping[str, list[str]]) -> str:
        """The expression for what it gives, from the expressions of what it takes."""
        raise NotImplementedError  # as above

    @property
    def kept(self) -> tuple[Kept, ...]:
        """What it hands on from one window of a stream to the next."""
        return ()

    @property
    def lone(self) -> bool:
        """Whether that is one tensor by itself, rather than a tuple."""
        return len(self.kept) == 1

    @property
    def parts(self) -> list["Unit"]:
        """What it is made of: the units that have modules."""
        return [self]

    @property
    def statement(self) -> bool:
        """Whether its call is no expression, so that it is written as lines of its own."""
        return bool(self.rounds(""))

    def rounds(self, module: str, layer: str = "layer") -> tuple[str, str] | None:
        """For what is called several times, each time on what it gave: the head of a loop, and what is called in it.

        `layer` is a free name.
        """
        return None

    def taken(self, names: Mapping[str, list[str]]) -> str:
        """The expression for what its weights are multiplied with, where that is one value."""
        return next(iter(names.values()))[0]

    @property
    def repeats(self) -> frozenset[str]:
        """The inputs whose expression its call writes more than once, so that a name must stand for them."""
        return frozenset()

    @property
    def plain(self) -> bool:
        """Whether its call is its only value, so that it may stand inside another call."""
        if self.statement or self.kept:
            return False
        left, names = self.bind(lambda wanted: "y")
        return left == "y" and list(names.values()) == ["y"]

    def bind(self, take: Callable[[str], str], used: Iterable[Spot] = ()) -> tuple[str, dict[Spot, str]]:
        """The left side of an assignment of its call, and expressions for its values (those in `used`, if any).

        `take` turns a wanted name into a free one.
        """
        name = take(self.id)
        return name, {spot: name + self.suffix(spot) for spot in self.spots}

    def called(self, spot: Spot) -> str:
        """What one of its values is best called."""
        return self.id

    def suffix(self, spot: Spot) -> str:
        """What picks one of its values from its name."""
        return ""

    def tensor(self, spot: Spot) -> Tensor | None:
        """Shape and type of one of its values."""
        raise NotImplementedError  # as above


class NodeUnit(Unit):
    """One node of the drawing."""

    def __init__(self, node: Node, kind: Kind, inputs: Inputs, reading: Reading) -> None:
        self.node, self.kind, self.inputs = node, kind, inputs
        self.id, self.births = node.id, (node.born,)
        self.owner = reading.document.owner(node)
        self.lifted: dict[str, Any] = {}
        """Settings that carry the name of a constructor argument of the block around."""
        self.values: dict[str, Any] = dict(reading.inputs(node.born))
        onward = reading.document.wires_from(node.born)
        taken, self.takers = {wire.source_port for wire in onward}, len(onward)
        ports = [port.name for port in kind.ports_out()]
        self.gives = {
            port: reading.value(node.born, port) for port in [port for port in ports if port in taken] or ports[:1]
        }
        kind.wired = frozenset(self.gives)

    @property
    def spots(self) -> tuple[Spot, ...]:
        return tuple((self.born, port) for port in self.gives)

    @property
    def attribute(self) -> str:
        return self.owner.id if self.owner else self.id

    @property
    def holder(self) -> str:
        return self.owner.born if self.owner else self.born

    @property
    def frozen(self) -> bool:
        return bool(setting(self.kind, "frozen"))

    @property
    def kept(self) -> tuple[Kept, ...]:
        return tuple(Kept("_".join(filter(None, (self.id, name))), rows) for name, rows in self.kind.hands_on().items())

    def weights(self) -> dict[str, tuple[int, ...]]:
        if self.owner:
            return {}
        inputs = self.kind.in_order(self.values)
        if any(isinstance(value, Tensor) and value.sides is None for value in inputs):
            self._known(None)
        shapes = self.kind.weights(*inputs)
        return {name: tuple(self._known(side) for side in shape) for name, shape in shapes.items()}

    def _known(self, side: Side) -> int:
        """A side of a weight, which must be a number by now. Raises ProgramError."""
        if not isinstance(side, int):
            raise ProgramError(f"{self.id} cannot be made yet: {self.kind.missing}.", self.born)
        return side

    def settings(self) -> dict[str, Any]:
        """What the constructor of its module gets."""
        inputs = self.kind.in_order(self.values)
        return {**self.kind.args(*inputs), **self.lifted} if self.kind.module(*inputs) else {}

    def module(self) -> str | None:
        kind = self.kind
        if self.owner:
            return None
        if self.lifted:
            kind, given = copy(kind), self.settings()
            kind.args = lambda *inputs: given  # type: ignore[method-assign]
        return kind.module(*kind.in_order(self.values))

    def setup(self) -> list[str]:
        made = self.module()
        return self.kind.setup(f"self.{self.attribute}", *self.kind.in_order(self.values)) if made else []

    def helper(self) -> str:
        return self.kind.source

    @property
    def repeats(self) -> frozenset[str]:
        return self.kind.repeats

    def call(self, module: str, names: Mapping[str, list[str]]) -> str:
        given = ported(self.kind, names)
        if self.owner and self.owner.kind != self.node.kind and isinstance(self.kind, Layer):
            return self.kind.tie({name: f"{module}.{name}" for name in self.kind.tied}, given)
        return self.kind.plainly().call(module, given, self.values)

    def bind(self, take: Callable[[str], str], used: Iterable[Spot] = ()) -> tuple[str, dict[Spot, str]]:
        wanted = set(used) or set(self.spots)
        names = {spot[1]: take(self.called(spot)) for spot in self.spots if spot in wanted}
        picked = {(self.born, port): self.kind.pick(port, name) for port, name in names.items()}
        return self.kind.assign(names), picked

    def bind_kept(
        self, take: Callable[[str], str], state: str, used: Iterable[Spot] = ()
    ) -> tuple[str, dict[Spot, str]]:
        """As `bind`, with `state` for what is handed on; values that are handed on as well are taken out of it."""
        kept = {(self.born, port): at for at, port in enumerate(self.kind.hands_on())}
        left, names = self.bind(take, [spot for spot in used if spot not in kept] or self.spots[:1])
        inner = {spot: state if self.lone else f"{state}[{at}]" for spot, at in kept.items() if spot in self.spots}
        return f"{left}, {state}", names | {spot: self.kind.pick(spot[1], text) for spot, text in inner.items()}

    def called(self, spot: Spot) -> str:
        """The name of the node; of another than its first value, or one of several alike, with the port behind."""
        first = self.kind.outputs[0]
        return self.id if spot[1] == first.name and not first.lettered else f"{self.id}_{spot[1]}"

    def tensor(self, spot: Spot) -> Tensor | None:
        value = self.gives.get(spot[1])
        return value if isinstance(value, Tensor) else None


def parts_of(units: Iterable[Unit]) -> list[Unit]:
    """The units that have modules, those on loops by themselves."""
    return [part for unit in units for part in unit.parts]


def ported(kind: Kind, names: Mapping[str, list[str]]) -> dict[str, Any]:
    """Expressions by port as a kind wants them: a list for a gathering port, else one."""
    gathers = {port.name for port in kind.inputs if port.gathers}
    return {port: list(listed) if port in gathers else listed[0] for port, listed in names.items()}


def inputs_of(document: Document, reading: Reading, node: Node) -> dict[str, tuple[Use, ...]]:
    """What goes into a node, by port in the kind's order; ports that hold no tensors are left out."""
    kind = document.make(node)
    found: dict[str, tuple[Use, ...]] = {}
    for port in reading.inputs(node.born):
        wires = [wire for wire in document.wires_into(node.born, port) if _tensor(reading, wire)]
        uses = tuple(_use(document, reading, wire) for wire in wires)
        if uses:
            declared = kind.input(port)
            found[port] = uses if declared and declared.gathers else uses[:1]
    return found


def _tensor(reading: Reading, wire: Wire) -> bool:
    return isinstance(reading.value(wire.source, wire.source_port), Tensor)


def _use(document: Document, reading: Reading, wire: Wire) -> Use:
    value = reading.timed(wire)
    text = _select(wire, value) if isinstance(value, Tensor) else ""
    last = value.sides[-1] if isinstance(value, Tensor) and value.sides and wire.select is not None else None
    width = last if isinstance(last, int) else None
    return Use((wire.source, wire.source_port), text, wire.weight, wire.fixed, reading.on(wire.key), width)


def _select(wire: Wire, value: Tensor) -> str:
    """The selection of a wire as an index behind an expression."""
    chosen = wire.select
    if chosen is None:
        return ""
    if isinstance(chosen, str):
        if value.columns is None or chosen not in value.columns:
            raise ProgramError(f'There is no column "{chosen}" to take.', wire.target)
        chosen = value.columns.index(chosen)
    if isinstance(chosen, tuple):
        first, last = ("" if side is None else str(side) for side in chosen)
        inner = f"{first}:{last}"
    else:
        inner = str(chosen)
    return f"[{', '.join([':'] * (len(value.known) - 1) + [inner])}]"


def names_of(unit: Unit, name: Mapping[Spot, str]) -> dict[str, list[str]]:
    """Expressions of what goes into a unit, by port, from the names of values."""
    return {port: [name[use.spot] + use.select for use in uses] for port, uses in unit.inputs.items()}


def sorted_units(units: Sequence[Unit]) -> list[Unit]:
    """Units with those first from which they take, otherwise in the given order; those that wait for each other too."""
    by_spot, ready, seen = units_by_spot(units), dict[int, Unit](), set[int]()
    for unit in units:
        stack = [(unit, False)]
        while stack:
            at, done = stack.pop()
            if done:
                ready[id(at)] = at
            elif id(at) not in seen:
                seen.add(id(at))
                stack.append((at, True))
                stack += [(by_spot[spot], False) for spot in reversed(at.sources) if spot in by_spot]
    return list(ready.values())


def units_by_spot(units: Sequence[Unit]) -> dict[Spot, Unit]:
    return {spot: unit for unit in units for spot in unit.spots}
