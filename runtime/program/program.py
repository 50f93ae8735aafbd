"""What a drawing trains: sources, Net and Extras, figures and the phases of a step, found from document and reading."""

from collections.abc import Iterable, Sequence
from functools import cached_property

from graph.blocks import Placement
from graph.document import Document
from graph.kinds.loop import Delay
from graph.kinds.perceptron import PerceptronRule
from graph.kinds.structure import Run
from graph.loops import goes_back
from graph.reading import Reading
from graph.records import Node, Wire
from graph.roles import Data, Drawn, LossKind, Metric, Optimizer, ScheduleKind
from graph.shape import Tensor
from graph.spec import LETTERS, Kind
from runtime.names import Names
from runtime.program.definitions import BlockUnit, Definitions
from runtime.program.keeping import Keeping, refuse_training
from runtime.program.looping import DelayUnit, looped
from runtime.program.neurons import gather
from runtime.program.once import Once, once
from runtime.program.parts import Figure, Phase, ScheduleNode, SourceNode, Term
from runtime.program.perceptrons import is_rule, perceptron, rules
from runtime.program.phases import settle
from runtime.program.sorts import is_output, is_source, is_unit
from runtime.program.stages import Stage, staged
from runtime.program.units import NodeUnit, ProgramError, Spot, Unit, Use, inputs_of, parts_of, units_by_spot


class Program:
    """The analysis of what a reading reads, at one moment; the drawing may change afterwards without changing it.

    `net` and `extras` are the units of the two modules in the order of computation, `outputs` what Net returns,
    `figures` the losses and metrics in document order, `phases` the optimizers' turns in their order, `sources` the
    nodes that give rows, `noises` those that draw random numbers, `definitions` the classes of blocks, `watch` the
    figure that tells progress, `run` the run settings.
    Raises ProgramError where the drawing, as far as it takes part, has an error.
    """

    def __init__(self, reading: Reading, definitions: Definitions | None = None) -> None:
        document = self._document = reading.document
        self._reading = reading
        self._nodes = [node for node in document.nodes() if document.kind(node)]
        self.figures = self._figures()
        self.phases = self._phases()
        self.units = self._units()
        self._by_spot = units_by_spot(self.units)
        self.outputs = self._outputs()
        self._split()
        self.sources = self._sources()
        self.run = _run(document)
        self.watch = self._watch()
        self._refuse_errors()
        self._refuse_far_owners()
        self.definitions = definitions or self._define()
        settle(self.phases, self.units, self._by_spot)

    def _define(self) -> Definitions:
        """The classes of the blocks that are placed, at whatever depth."""
        found = Definitions(lambda interior: Program(interior.reading, found))
        found.enter(self.units)
        found.settle()
        return found

    # --- what there is

    @property
    def drawing(self) -> Document:
        """The drawing as it is drawn, with what takes no part."""
        return self._reading.drawn

    @property
    def arguments(self) -> list[tuple[str, str, str]]:
        """The arguments of a step in order: birth name of the source, its port, the name of the argument."""
        return [(s.born, port, name) for s in self.sources for port, name in zip(s.ports, s.names, strict=True)]

    @property
    def net_arguments(self) -> dict[Spot, str]:
        """The arguments of `forward`: what Net takes from sources, in document order, with their names."""
        taken = self._entering(self.net, self.outputs)
        spots = [spot for source in self._source_nodes() for spot in self._ports(source) if spot in taken]
        if len(spots) == 1:
            return {spots[0]: "x"}
        several = {born for born, _ in spots if sum(spot[0] == born for spot in spots) > 1}
        names = Names()
        return {
            (born, port): names.take(f"{self._id(born)}_{port}" if born in several else self._id(born))
            for born, port in spots
        }

    @cached_property
    def stages(self) -> list[Stage]:
        """The pieces of Net and Extras that a step calls, in order."""
        wanted = [use.spot for figure in self.figures for uses in figure.unit.inputs.values() for use in uses]
        wanted += [spot for phase in self.phases if is_rule(phase) for spot in perceptron(self, phase).sources]
        steep = frozenset(figure.slope[1].spot for figure in self.figures if figure.slope)
        still = self.once.births if self.once else frozenset()
        return staged(self.net, self.extras, self.phases, self.outputs, wanted, steep, still)

    @cached_property
    def once(self) -> Once | None:
        """What is computed once, before the first step."""
        return once(self)

    @property
    def step_arguments(self) -> dict[Spot, str]:
        """The arguments of a step when the batches come, by what they bring: what was computed once has its name."""
        given = {(born, port): name for born, port, name in self.arguments}
        if self.once is None:
            return given
        name = Names(given.values()).take(self.id_of(self.once.spot))
        return {self.once.spot if spot == self.once.source else spot: given[spot] if spot != self.once.source else name
                for spot in given}  # fmt: skip

    @cached_property
    def keeping(self) -> Stage | None:
        """The stage that goes on from window to window with its state, if there is one. Raises ProgramError."""
        found = [stage for stage in self.stages if stage.keeping]
        if len(found) > 1:
            first, other = (stage.keeping.units[0] for stage in found[:2])
            text = f"{first.id} and {other.id} both keep their state, but the training computes them at different times"
            raise ProgramError(f"{text}: only what is computed together can go on from window to window.", other.born)
        return found[0] if found else None

    @property
    def net_keeping(self) -> Keeping:
        """What Net hands on from window to window. Raises ProgramError."""
        return self.keeping.keeping if self.keeping and self.keeping.home == "net" else Keeping(())

    @cached_property
    def drawn(self) -> list[tuple[Node, Drawn]]:
        """The noises that a step draws: those a figure depends on, not those that only who uses the model gives."""
        wanted = self._upstream(figure.born for figure in self.figures)
        if any(stage.whole and wanted.issuperset(stage.births) for stage in self.stages):
            wanted |= {born for born, _ in self.net_arguments}
        return [(node, kind) for node, kind in self.noises if node.born in wanted]

    @property
    def has_extras(self) -> bool:
        """Whether there is a class Extras: something that only training needs has a module, or a method."""
        methods = any(stage.home == "extras" and not stage.single for stage in self.stages)
        return methods or any(unit.module() for unit in parts_of(self.extras))

    def unit(self, spot: Spot) -> Unit | None:
        """The unit that gives a value; None if a source gives it."""
        return self._by_spot.get(spot)

    def tensor(self, spot: Spot) -> Tensor | None:
        """Shape and type of a value."""
        value = self._reading.value(*spot)
        return value if isinstance(value, Tensor) else None

    def id_of(self, spot: Spot) -> str:
        """What a value is called: the present name of the node that gives it, with the port if it is not its first."""
        unit = self._by_spot.get(spot)
        return unit.called(spot) if isinstance(unit, NodeUnit) else self._id(spot[0])

    def macs(self, born: str) -> int:
        """Multiply-accumulates of a node for one row, as far as they are known."""
        return self._reading.cost(born).macs or 0

    def in_net(self, born: str) -> bool:
        return any(born in unit.births for unit in self.net)

    def figure(self, id: str) -> Figure | None:
        return next((figure for figure in self.figures if figure.id == id), None)

    # --- figures and phases

    def _watch(self) -> Figure | None:
        """The figure that tells progress: the one the run settings name, else the first loss that is trained."""
        wanted = self.figure(self.run.monitor)
        trained = [term.figure for phase in self.phases for term in phase.terms]
        return wanted or next(iter(trained), None)

    def _of(self, *kinds: type[Kind]) -> list[Node]:
        return [node for node in self._nodes if isinstance(self._document.make(node), kinds)]

    def _figures(self) -> list[Figure]:
        """Losses and metrics that have what they want."""
        found = []
        for node in self._of(LossKind, Metric):
            unit = self._node_unit(node)
            if all(port.optional or port.name in unit.inputs for port in unit.kind.inputs):
                found.append(Figure(unit))
        return found + rules(self._document, self._reading, self._of(PerceptronRule))

    def _phases(self) -> list[Phase]:
        found = [phase for node in self._of(Optimizer) if (phase := self._phase(node))]
        found.sort(key=lambda phase: phase.kind.order)
        for place, phase in enumerate(found):
            phase.place = place
        return found

    def _phase(self, node: Node) -> Phase | None:
        kind = self._document.make(node)
        assert isinstance(kind, Optimizer)
        figures = {figure.born: figure for figure in self.figures}
        if isinstance(kind, PerceptronRule):
            return Phase(node, kind, [Term(figures[node.born])], []) if node.born in figures else None
        terms = [
            Term(figures[wire.source], wire.weight if isinstance(wire.weight, (int, float)) else 1.0)
            for wire in self._document.wires_into(node.born, "loss")
            if wire.source in figures
        ]
        return Phase(node, kind, terms, self._schedules(node), self._listed(kind)) if terms else None

    def _listed(self, kind: Optimizer) -> frozenset[str] | None:
        """The births of the nodes with the weights that an optimizer's `trains` lists; None if it lists none."""
        nodes = [self._document.node(born) for born in kind.trains if self._document.has_node(born)]
        owners = (self._document.owner(node) or node for node in nodes)
        return frozenset(node.born for node in owners) if kind.trains else None

    def _schedules(self, node: Node, above: frozenset[str] = frozenset()) -> list[ScheduleNode]:
        """The schedules wired into an optimizer, or into a schedule that joins others, by port."""
        found: list[ScheduleNode] = []
        ports = ["schedule"] if isinstance(self._document.make(node), Optimizer) else [*LETTERS, "then"]
        wires = [wire for port in ports for wire in self._document.wires_into(node.born, port)]
        for source in (wire.source for wire in wires if self._known(wire.source) and wire.source not in above):
            made = self._document.node(source)
            kind = self._document.make(made)
            if isinstance(kind, ScheduleKind):
                found.append(ScheduleNode(made, kind, tuple(self._schedules(made, above | {source}))))
        return found

    # --- units

    def _node_unit(self, node: Node) -> NodeUnit:
        inputs = inputs_of(self._document, self._reading, node)
        made = self._document.make(node)
        if isinstance(made, Delay):
            return DelayUnit(node, made, inputs, self._reading)
        unit = BlockUnit if isinstance(made, Placement) else NodeUnit
        return unit(node, made, inputs, self._reading)

    def _units(self) -> list[Unit]:
        """Every node that turns tensors into tensors and that something depends on, in the order of computation."""
        ends = [figure.born for figure in self.figures] + [node.born for node in self._output_nodes()]
        ends = ends or [node.born for node in self._nodes if is_unit(self._document.make(node))]
        wanted = self._upstream(ends)
        nodes = [node for node in self._in_order() if node.born in wanted and is_unit(self._document.make(node))]
        units: list[Unit] = [self._node_unit(node) for node in nodes]
        loops = self._reading.loops.all()
        if not loops:
            return gather(units)
        on = gather([unit for unit in units if unit.born in loops])
        off = gather([unit for unit in units if unit.born not in loops])
        return looped([*off, *on], self._reading)

    def _in_order(self) -> list[Node]:
        """Nodes with their sources first, else in document order; a branch is finished before the next begins."""
        ready: dict[str, None] = {}
        for node in self._nodes:
            self._visit(node.born, ready)
        return [self._document.node(born) for born in ready]

    def _visit(self, born: str, ready: dict[str, None]) -> None:
        stack: list[tuple[str, bool]] = [(born, False)]
        seen: set[str] = set()
        while stack:
            at, done = stack.pop()
            if at in ready or (at in seen and not done):
                continue
            if done:
                ready[at] = None
                continue
            seen.add(at)
            wires = [wire for wire in self._document.wires_into(at) if self._known(wire.source)]
            before = [wire.source for wire in wires if not self._returns(wire)]
            stack.append((at, True))
            stack += [(source, False) for source in reversed(before)]

    def _returns(self, wire: Wire) -> bool:
        """Whether a wire closes a loop: nothing in its own step waits for it."""
        return goes_back(self._document, wire) and self._reading.loops.of(wire.target) is not None

    def _known(self, born: str) -> bool:
        return self._document.has_node(born) and self._document.kind(self._document.node(born)) is not None

    def _upstream(self, ends: Iterable[str]) -> set[str]:
        """Nodes from which tensors or losses reach the ends, the ends among them."""
        todo, seen = list(ends), set[str]()
        while todo:
            born = todo.pop()
            if born not in seen:
                seen.add(born)
                todo += [wire.source for wire in self._document.wires_into(born) if self._known(wire.source)]
        return seen

    # --- Net and Extras

    def _output_nodes(self) -> list[Node]:
        return [node for node in self._nodes if is_output(self._document.make(node))]

    def _outputs(self) -> list[Use]:
        """What Net returns: what Output nodes get; else the predictions of losses; else what nothing takes."""
        nodes = self._output_nodes()
        if nodes:
            uses = [
                use
                for node in nodes
                for listed in inputs_of(self._document, self._reading, node).values()
                for use in listed
            ]
            return list(dict.fromkeys(uses))
        terms = [term.figure for phase in self.phases for term in phase.terms]
        losses = terms or [figure for figure in self.figures if figure.is_loss]
        found = [use for figure in losses for port in figure.answers for use in figure.unit.inputs.get(port, ())[:1]]
        found = [use for use in found if use.spot in self._by_spot]
        return list(dict.fromkeys(found)) or self._loose_ends()

    def _loose_ends(self) -> list[Use]:
        taken = {spot for unit in self.units for spot in unit.sources}
        return [Use(spot) for unit in self.units for spot in unit.spots if spot not in taken]

    def _split(self) -> None:
        inside: set[int] = set()
        todo = [use.spot for use in self.outputs]
        while todo:
            unit = self._by_spot.get(todo.pop())
            if unit is not None and id(unit) not in inside:
                inside.add(id(unit))
                todo += unit.sources
        self.net = [unit for unit in self.units if id(unit) in inside]
        self.extras = [unit for unit in self.units if id(unit) not in inside]

    # --- sources

    def _source_nodes(self) -> list[Node]:
        return [node for node in self._nodes if is_source(self._document.make(node))]

    def _ports(self, node: Node) -> list[Spot]:
        return [(node.born, port.name) for port in self._document.make(node).ports_out()]

    def _id(self, born: str) -> str:
        return self._document.node(born).id

    def _entering(self, units: Sequence[Unit], uses: Iterable[Use] = ()) -> set[Spot]:
        """Values from sources that units take."""
        taken = {spot for unit in units for spot in unit.sources} | {use.spot for use in uses}
        return {spot for spot in taken if spot not in self._by_spot}

    def _sources(self) -> list[SourceNode]:
        wanted = [use for figure in self.figures for uses in figure.unit.inputs.values() for use in uses]
        taken = self._entering(self.units, [*wanted, *self.outputs])
        found = [
            (node, tuple(port for born, port in self._ports(node) if (born, port) in taken))
            for node in self._source_nodes()
        ]
        used = [(node, ports) for node, ports in found if ports]
        self.noises = [(node, kind) for node, _ in used if isinstance(kind := self._document.make(node), Drawn)]
        used = [(node, ports) for node, ports in used if not isinstance(self._document.make(node), Drawn)]
        names = Names()
        return [
            SourceNode(
                node, self._document.make(node), ports,
                tuple(names.take(port if len(used) == 1 else f"{node.id}_{port}") for port in ports),
            )
            for node, ports in used
        ]  # fmt: skip

    # --- refusing

    def _refuse_errors(self) -> None:
        """The first error of a node that takes part, as a ProgramError."""
        part = {born for unit in self.units for born in unit.births}
        part |= {source.born for source in self.sources} | {figure.born for figure in self.figures}
        part |= {phase.born for phase in self.phases}
        part |= {one.node.born for phase in self.phases for s in phase.schedules for one in (s, *s.within())}
        part |= {node.born for node in self._output_nodes()}
        for found in self._reading.diagnostics():
            if found.level == "error" and found.born in part:
                raise ProgramError(found.message, found.born)

    def _refuse_far_owners(self) -> None:
        """What shares weights finds them in its own class, or, if it is only there for the training, in the model."""
        net = {part.born for part in parts_of(self.net)}
        every = net | {part.born for part in parts_of(self.extras)}
        for units, homes in ((self.net, net), (self.extras, every)):
            for part in parts_of(units):
                if part.holder != part.born and part.holder not in homes:
                    owner = self._id(part.holder)
                    why = f"{part.id} shares the weights of {owner}, which is no part of the model"
                    raise ProgramError(f"{why}: let {owner} share those of {part.id} instead.", part.born)

    def refuse_training(self) -> None:
        """Raises ProgramError if there is nothing that could be trained."""
        for found in self._reading.diagnostics():
            if found.level == "error" and found.born in ("", "#run"):
                raise ProgramError(found.message, found.born)
        if not self.phases:
            raise ProgramError("Nothing is trained: wire a loss into an optimizer.")
        if not self.sources:
            raise ProgramError("There is no data to train on: nothing says how many rows a step has.")
        for source in self.sources:
            if not isinstance(source.kind, Data):
                raise ProgramError(f"{source.id} has no data to train on: put a data node in its place.", source.born)
        for phase in self.phases:
            if not phase.owned:
                raise ProgramError(f"{phase.id} reaches no weights that it could train.", phase.born)
        refuse_training(self)


def _run(document: Document) -> Run:
    made = document.catalogue.make("Run", document.settings.params)
    return made if isinstance(made, Run) else Run()
