"""Blocks as classes: what is equal in all placements is written once, what differs becomes an argument."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graph.blocks import Placement
from graph.following import Followed, bare, carrying
from graph.interior import Interior
from graph.shape import Tensor
from graph.spec import code
from runtime.names import Names
from runtime.program.beginnings import beginnings
from runtime.program.keeping import Keeping, Kept
from runtime.program.looping import LoopUnit
from runtime.program.units import NodeUnit, ProgramError, Spot, Unit, Use, inputs_of, parts_of

if TYPE_CHECKING:
    from runtime.program.program import Program

CLASSES = ("Net", "Extras", "Training", "Meter", "parametrizations")
"""Names that the source has besides those of blocks and of what kinds bring."""

DEFINED = re.compile(r"^(?:class|def|from .* import) +(\w+)", re.M)
"""What the text that a kind brings defines."""

TIMES = "repeat:"
"""Among the settings of a block: how many copies stand one behind the other. No argument can be called so."""


@dataclass(slots=True)
class BlockClass:
    """One class of the source. `arguments` of its constructor have defaults, or None where each placement gives one."""

    name: str
    bodies: list[Body]
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> Body:
        return self.bodies[0]


class BlockUnit(NodeUnit):
    """A node that places a block."""

    kind: Placement
    made: BlockClass
    body: Body

    @property
    def interior(self) -> Interior:
        return self.kind.interior(self.values)

    @property
    def times(self) -> int:
        return int(self.kind.repeat)

    @property
    def kept(self) -> tuple[Kept, ...]:
        return tuple(Kept(f"{self.id}_{one.name}", one.rows) for one in self.body.keeping.kept)

    @property
    def lone(self) -> bool:
        return self.body.keeping.lone

    def settings(self) -> dict[str, Any]:
        """What the constructor of its class gets, as far as it is not the default."""
        found = {name: self.lifted.get(name, value) for name, value in self._settings().items()}
        own = {
            name: value
            for name, value in found.items()
            if self.made.arguments[name] is None or isinstance(value, Followed) or value != self.made.arguments[name]
        }
        return {**own, TIMES: self.kind.repeat} if self.copies else own

    @property
    def copies(self) -> bool:
        """Whether several stand one behind the other, each with weights of its own."""
        return self.times > 1 and not self.kind.repeat_shared

    def _settings(self) -> dict[str, Any]:
        given = {name: getattr(self.kind, name) for name in self.kind.params if name in self.made.arguments}
        return {name: given.get(name, self.body.inferred.get(name)) for name in self.made.arguments}

    def module(self) -> str | None:
        if self.owner:
            return None
        given = self.settings()
        times = given.pop(TIMES, None)
        first = [code(value) for name, value in given.items() if self.made.arguments[name] is None]
        rest = [f"{name}={code(value)}" for name, value in given.items() if self.made.arguments[name] is not None]
        text = f"{self.made.name}({', '.join(first + rest)})"
        if times is None:
            return text
        many = f"{text} for _ in range({code(times)})"
        return f"nn.Sequential(*({many}))" if len(self.kind.inputs) == 1 else f"nn.ModuleList({many})"

    def rounds(self, module: str, layer: str = "layer") -> tuple[str, str] | None:
        if self.times > 1 and self.kind.repeat_shared:
            return f"for _ in range({self.times}):", module
        if self.times > 1 and len(self.kind.inputs) > 1:
            return f"for {layer} in {module}:", layer
        return None


class Body:
    """What is inside a block with certain parameters and inputs; `inferred`: arguments that follow from the wires."""

    def __init__(self, interior: Interior, program: Program) -> None:
        self.interior, self.units = interior, program.net
        self.inferred: dict[str, Any] = {}
        names = Names()
        spots = [(node.born, "x") for node in interior.inputs]
        self.arguments: dict[Spot, str] = {
            spot: names.take("x" if len(spots) == 1 else interior.document.node(spot[0]).id) for spot in spots
        }
        listed = [inputs_of(interior.document, interior.reading, node).get("x", ()) for node in interior.outputs]
        self.results: list[Use] = [use for uses in listed for use in uses]

    @property
    def keeping(self) -> Keeping:
        """What it hands on from one window of a stream to the next."""
        return Keeping(self.units)

    def params(self) -> Mapping[str, Any]:
        """The block's parameters as they are here."""
        return self.interior.document.values

    def given(self, name: str) -> Any:
        """The value of a constructor argument here."""
        return self.inferred.get(name, self.params().get(name))

    def tensor(self, spot: Spot) -> Tensor | None:
        """Shape and type of a value."""
        value = self.interior.reading.value(*spot)
        return value if isinstance(value, Tensor) else None


class Definitions:
    """The classes of all blocks that a program places, those first that others contain."""

    def __init__(self, bodied: Callable[[Interior], Program]) -> None:
        self._bodied = bodied
        self._bodies: dict[int, Body] = {}
        self._placed: dict[int, list[BlockUnit]] = {}
        self._of: dict[str, list[Body]] = {}
        self._kept: list[Interior] = []
        self._units: list[Unit] = []
        self._levels: list[list[BlockUnit]] = []
        self.classes: list[BlockClass] = []

    def enter(self, units: Sequence[Unit]) -> None:
        """Look inside the blocks among these units."""
        self._levels.append([unit for unit in parts_of(units) if isinstance(unit, BlockUnit)])
        for unit in parts_of(units):
            self._units.append(unit)
            if isinstance(unit, BlockUnit):
                unit.body = self._body(unit)
                self._placed.setdefault(id(unit.body), []).append(unit)

    def _body(self, unit: BlockUnit) -> Body:
        interior = unit.interior
        if id(interior) not in self._bodies:
            self._kept.append(interior)
            program = self._bodied(interior)
            self.enter(program.units)
            self._bodies[id(interior)] = body = Body(interior, program)
            self._of.setdefault(unit.kind.born, []).append(body)
        return self._bodies[id(interior)]

    def settle(self) -> None:
        """Find the classes, from the innermost blocks outwards."""
        names = Names([*CLASSES, *self._defined(), *self._params()])
        for born in self._inner_first():
            for made in _classes(self._of[born], names, _title(self._placer(born))):
                self.classes.append(made)
                for body in made.bodies:
                    for unit in self._placed.get(id(body), ()):
                        unit.made = made
        self._refuse_unlike()

    def _refuse_unlike(self) -> None:
        """What shares the weights of a placement calls its module, which must do what would be done here."""
        for level in self._levels:
            made = {unit.born: unit.made for unit in level}
            for unit in level:
                if made.get(unit.holder, unit.made) is not unit.made:
                    owner = unit.owner.id if unit.owner else ""
                    text = f"{unit.id} shares the weights of {owner}, but computes otherwise from what goes into it."
                    raise ProgramError(text, unit.born)

    def _placer(self, born: str) -> BlockUnit:
        """A node that places a block."""
        return next(unit for body in self._of[born] for unit in self._placed[id(body)])

    def _defined(self) -> set[str]:
        """The names that the texts of kinds define."""
        return {name for unit in self._units for name in DEFINED.findall(unit.helper())}

    def _params(self) -> Iterator[str]:
        """The parameters of all blocks. Raises ProgramError where one would hide what the source defines."""
        defined = self._defined()
        for born, bodies in self._of.items():
            for name in bodies[0].params():
                if name in defined:
                    unit = self._placer(born)
                    text = f"{unit.kind.title} cannot have a parameter {name}: the source defines that itself."
                    raise ProgramError(text, unit.born)
                yield name

    def _inner_first(self) -> list[str]:
        found: dict[str, None] = {}

        def visit(born: str) -> None:
            for body in self._of[born]:
                for unit in parts_of(body.units):
                    if isinstance(unit, BlockUnit) and unit.kind.born not in found:
                        visit(unit.kind.born)
            found[born] = None

        for born in self._of:
            if born not in found:
                visit(born)
        return list(found)

    def units(self) -> Iterator[Unit]:
        """The units of the classes."""
        for made in self.classes:
            yield from parts_of(made.body.units)


def _title(unit: BlockUnit) -> str:
    """What the class of a block is called, if it can be: the block's name, made legal where a file has another."""
    text = re.sub(r"\W", "_", unit.kind.title)
    return text if text.isidentifier() else f"Block_{text}"


def _classes(bodies: Sequence[Body], names: Names, title: str) -> Iterator[BlockClass]:
    """One class for all bodies that differ in arguments alone; more if they differ in more."""
    groups: dict[Any, list[Body]] = {}
    for body in bodies:
        groups.setdefault(_form(body), []).append(body)
    for alike in groups.values():
        _lift(alike, names)
        texts: dict[Any, list[Body]] = {}
        for body in alike:
            texts.setdefault(_text(body), []).append(body)
        for same in texts.values():
            made = BlockClass(names.take(title), same)
            made.arguments = _arguments(same)
            yield made


def _form(body: Body) -> Any:
    """What must be equal for bodies to be one class: which units there are, and how they are called."""
    loops = tuple(unit.form() for unit in body.units if isinstance(unit, LoopUnit))
    return tuple(_unit_form(unit) for unit in parts_of(body.units)), loops, tuple(body.results)


def _unit_form(unit: Unit) -> Any:
    made = unit.made.name if isinstance(unit, BlockUnit) else ""
    inputs = {port: [f"{port}{at}" for at, _ in enumerate(uses)] for port, uses in unit.inputs.items()}
    given = tuple(sorted(unit.settings())) if isinstance(unit, NodeUnit) else ()
    call = unit.rounds("module") or unit.call("module", inputs)
    return unit.births, made, tuple(unit.sources), call, tuple(unit.setup()), given, unit.kept


def _text(body: Body) -> Any:
    units = parts_of(body.units)
    return tuple((unit.module(), (*unit.setup(), *beginnings(unit), "!" * unit.frozen)) for unit in units)


def _lift(bodies: Sequence[Body], classes: Names) -> None:
    """Let settings that differ between bodies carry the name of a constructor argument; no class is called so."""
    symbols: dict[Any, str] = {}
    for name in bodies[0].params():
        symbols.setdefault(tuple(map(_typed, (body.params()[name] for body in bodies))), name)
    taken = Names([*classes, *bodies[0].params(), *(unit.id for unit in parts_of(bodies[0].units))])
    for units in zip(*(parts_of(body.units) for body in bodies), strict=True):
        first = units[0]
        if not isinstance(first, NodeUnit):
            continue
        settings = [unit.settings() for unit in units if isinstance(unit, NodeUnit)]
        for name in settings[0]:
            values = [given[name] for given in settings]
            lifted = _lifted(name, first.id, values, bodies, symbols, taken)
            for unit, value in zip(units, lifted, strict=True):
                if isinstance(unit, NodeUnit) and value is not None:
                    unit.lifted[name] = value


def _lifted(
    name: str, id: str, values: list[Any], bodies: Sequence[Body], symbols: dict[Any, str], taken: Names
) -> list[Any]:
    """The values, each carrying the name of an argument; None where all are written alike, or cannot be arguments."""
    if len({code(value) for value in values}) == 1:
        return [None] * len(values)
    if all(isinstance(value, (tuple, list)) and len(value) == len(values[0]) for value in values):
        columns = [list(column) for column in zip(*values, strict=True)]
        parts = [_lifted(name, id, column, bodies, symbols, taken) for column in columns]
        whole = [[new if new is not None else old for new, old in zip(part, column, strict=True)]
                 for part, column in zip(parts, columns, strict=True)]  # fmt: skip
        return [tuple(row) for row in zip(*whole, strict=True)]
    key = tuple(map(_typed, values))
    if key not in symbols:
        symbols[key] = taken.take(name) if name.isidentifier() else taken.take(id)
        for body, value in zip(bodies, values, strict=True):
            body.inferred[symbols[key]] = bare(value)
    return [carrying(bare(value), symbols[key]) for value in values]


def _typed(value: Any) -> Any:
    return type(bare(value)).__name__, bare(value)


def _arguments(bodies: Sequence[Body]) -> dict[str, Any]:
    """The constructor's arguments that the text speaks of: inferred ones first, then parameters with their defaults."""
    body = bodies[0]
    said = set(re.findall(r"\w+", " ".join(f"{module} {' '.join(setup)}" for module, setup in _text(body))))
    level = body.interior.level
    block = level.the_block(level.block)
    params = block.params if block else {}
    inferred = {name: None for name in body.inferred if name in said}
    nodes = [unit for unit in parts_of(body.units) if isinstance(unit, NodeUnit)]
    carried = {source for unit in nodes for source in _sources(unit.settings())}
    words = set(re.findall(r"\w+", " ".join(carried)))
    return {**inferred, **{name: default for name, default in params.items() if name in words}}


def _sources(value: Any) -> Iterator[str]:
    """The texts that values carry."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _sources(item)
    elif isinstance(value, Followed):
        yield value.source
