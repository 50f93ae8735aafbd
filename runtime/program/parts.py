"""The parts a training program consists of besides its units: sources, figures, phases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from graph.records import Node
from graph.roles import LossKind, Metric, Optimizer, ScheduleKind
from graph.spec import Kind
from runtime.program.units import NodeUnit, Spot, Use


@dataclass(frozen=True, slots=True)
class SourceNode:
    """A node that gives rows. `ports` are those in use, `names` the arguments that carry them in a step."""

    node: Node
    kind: Kind
    ports: tuple[str, ...]
    names: tuple[str, ...] = ()

    @property
    def born(self) -> str:
        return self.node.born

    @property
    def id(self) -> str:
        return self.node.id

    @property
    def spots(self) -> tuple[Spot, ...]:
        return tuple((self.born, port) for port in self.ports)

    @property
    def batch_size(self) -> int:
        return int(getattr(self.kind, "batch_size", 32))

    @property
    def stream(self) -> bool:
        """Whether row i of a batch goes on where row i of the batch before ended."""
        return getattr(self.kind, "order", "") == "stream"

    @property
    def shuffle(self) -> bool:
        return bool(getattr(self.kind, "shuffle", False)) and not self.stream

    @property
    def drops_last(self) -> bool:
        """Whether rows that do not fill a step are left out of an epoch."""
        return bool(getattr(self.kind, "drop_last", False))

    def steps(self, rows: int, parts: int) -> int:
        """The steps of one turn through so many rows, each with so many batches."""
        size = self.batch_size * parts
        return rows // size if self.drops_last else -(-rows // size)


@dataclass(frozen=True, slots=True)
class Figure:
    """A loss or a metric: a number that is followed."""

    unit: NodeUnit

    @property
    def born(self) -> str:
        return self.unit.born

    @property
    def id(self) -> str:
        return self.unit.id

    @property
    def kind(self) -> Kind:
        return self.unit.kind

    @property
    def is_loss(self) -> bool:
        return isinstance(self.kind, LossKind)

    @property
    def role(self) -> str:
        return "loss" if self.is_loss else "metric"

    @property
    def answers(self) -> tuple[str, ...]:
        """The ports at which the model answers."""
        return self.kind.predictions if isinstance(self.kind, LossKind) else ("prediction",)

    @property
    def slope(self) -> tuple[Use, Use] | None:
        """What it measures the slope of, and with respect to what; None if it measures none."""
        if not isinstance(self.kind, LossKind) or self.kind.slope is None:
            return None
        of, at = (self.unit.inputs[port][0] for port in self.kind.slope)
        return of, at

    @property
    def is_table(self) -> bool:
        """Whether it is more than one number."""
        return isinstance(self.kind, Metric) and self.kind.table

    @property
    def is_kept(self) -> bool:
        """Whether its rows are kept, rather than added up."""
        return isinstance(self.kind, Metric) and self.kind.keeps

    @property
    def keeps_graph(self) -> bool:
        """Whether what it adds up would have a gradient."""
        return isinstance(self.kind, Metric) and not self.kind.counts

    @property
    def final(self) -> str:
        """The figure as source, from all that was added up; empty for sum / count."""
        return self.kind.final(self.unit.values) if isinstance(self.kind, Metric) else ""

    @property
    def better(self) -> str:
        """Which way is better: `low` or `high`."""
        return "high" if isinstance(self.kind, Metric) and self.kind.higher_is_better else "low"


@dataclass(frozen=True, slots=True)
class Term:
    """A loss of a phase with its factor."""

    figure: Figure
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class ScheduleNode:
    """A course of an optimizer's learning rate; `parts` are the schedules it is made of, if any."""

    node: Node
    kind: ScheduleKind
    parts: tuple["ScheduleNode", ...] = ()

    @property
    def unit(self) -> str:
        """What it counts: `epoch` or `step`."""
        return self.parts[0].unit if self.parts else self.kind.unit

    def within(self) -> Iterator["ScheduleNode"]:
        """The schedules it is made of, and what those are made of."""
        for part in self.parts:
            yield part
            yield from part.within()


@dataclass(slots=True)
class Phase:
    """The turn of one optimizer within a step. `owned`: birth names of the units whose weights it moves."""

    node: Node
    kind: Optimizer
    terms: Sequence[Term]
    schedules: Sequence[ScheduleNode]
    listed: frozenset[str] | None = None
    owned: frozenset[str] = frozenset()
    touched: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()
    place: int = field(default=0)

    @property
    def born(self) -> str:
        return self.node.born

    @property
    def id(self) -> str:
        return self.node.id

    @property
    def steep(self) -> frozenset[Spot]:
        """The values with respect to which its losses measure slopes."""
        return frozenset(term.figure.slope[1].spot for term in self.terms if term.figure.slope)

    @property
    def every(self) -> int:
        return self.kind.every
