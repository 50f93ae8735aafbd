"""Rules about the graph as a whole: loops, what is trained by what, run settings. They run a moment after an edit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from functools import cached_property, partial
from typing import TYPE_CHECKING

from graph import edits, names
from graph.blocks import Vocabulary
from graph.checks import groups, looping, owners, perceptron, slopes, stateful
from graph.checks.schedules import schedules_change_something
from graph.checks.view import called, missing, shown
from graph.diagnostic import Diagnostic, Fix
from graph.document import Document
from graph.kinds.perceptron import PerceptronRule
from graph.kinds.structure import Output
from graph.project import short
from graph.records import SETTINGS, Node, Stray, Wire
from graph.roles import Data, Fitted, LossKind, Metric, Optimizer, ScheduleKind
from graph.spec import Kind
from graph.weights import is_bias, parameters

if TYPE_CHECKING:
    from graph.reading import Reading


class Survey:
    """The graph as its rules see it; what several of them ask is found once."""

    def __init__(self, reading: Reading) -> None:
        self.document: Document = reading.document
        self.reading = reading
        self.order = reading.order
        self._above: dict[str, frozenset[str]] = {}

    @cached_property
    def weighty(self) -> frozenset[str]:
        """The nodes with weights of their own, whatever their size; frozen ones count as having none."""
        nodes = map(self.document.node, self._where(lambda kind: kind.weights is not Kind.weights))
        own = (node for node in nodes if self.document.owner(node) is None)
        learning = (node for node in own if node.params.get("frozen") is not True)
        return frozenset(node.born for node in learning if not self._fixed_formula(node))

    def _fixed_formula(self, node: Node) -> bool:
        """Whether a node is a formula in which nothing is learned."""
        return node.kind == "Expression" and not self.document.make(node).weights()

    def trained(self, born: str) -> frozenset[str]:
        """The nodes upstream of a node that have weights, and those whose weights others upstream share."""
        above = self.above(born)
        owners = (self.document.owner(self.document.node(one)) for one in self._sharing & above)
        return self.weighty & (above | {owner.born for owner in owners if owner is not None})

    @cached_property
    def owners(self) -> owners.Owners:
        """Which optimizer trains what."""
        return owners.Owners(self)

    @cached_property
    def _sharing(self) -> frozenset[str]:
        return frozenset(node.born for node in self.document.nodes() if "shares" in node.params)

    def of(self, role: type[Kind]) -> list[Node]:
        """Nodes of a role, in document order."""
        return self.which(lambda kind: issubclass(kind, role))

    def which(self, wanted: Callable[[type[Kind]], bool]) -> list[Node]:
        """Nodes of the kinds that are wanted, in document order."""
        return [self.document.node(born) for born in self.ranked(self._where(wanted))]

    def above(self, born: str) -> frozenset[str]:
        """Everything upstream of a node."""
        if born not in self._above:
            found, todo = set[str](), [born]
            while todo:
                new = [node for node in self.order.sources(todo.pop()) if node not in found]
                found.update(new)
                todo += new
            self._above[born] = frozenset(found)
        return self._above[born]

    def ranked(self, births: Set[str]) -> list[str]:
        """Birth names in document order."""
        return sorted(births, key=lambda born: self.document.node(born).rank)

    def name(self, born: str) -> str:
        return shown(self.document.node(born).id)

    def _where(self, wanted: Callable[[type[Kind]], bool]) -> set[str]:
        found = self.document.by_kind()
        kinds = {name: self.document.catalogue.get(name) for name in found}
        return set[str]().union(*(found[name] for name, kind in kinds.items() if kind and wanted(kind)))


def run(reading: Reading) -> Iterator[Diagnostic]:
    """All findings about the graph."""
    survey = Survey(reading)
    for rule in RULES:
        yield from rule(survey)


def weights_have_the_sides(survey: Survey) -> Iterator[Diagnostic]:
    """An optimizer that moves only tables of weights says what else it would get."""
    for optimizer in survey.of(Optimizer):
        made = survey.document.make(optimizer)
        if isinstance(made, Optimizer) and made.sides is not None:
            for born in survey.ranked(survey.owners.owned(optimizer)):
                yield from _other_sides(survey, optimizer, born, made.sides)


def _other_sides(survey: Survey, optimizer: Node, born: str, sides: int) -> Iterator[Diagnostic]:
    reading, node = survey.reading, survey.document.node(born)
    made = survey.document.make(node)
    if not reading.complete(born):
        return
    shapes = parameters(made, made.weights(*made.in_order(reading.inputs(born))))
    others = [name for name, shape in shapes.items() if len(shape) != sides]
    if others:
        biases = all(is_bias(name) for name in others) and "bias" in made.params
        fix = Fix("Leave out the bias", partial(edits.set_param, born=born, name="bias", value=False))
        message = (
            f"{survey.name(optimizer.born)} moves only weights with {sides} sides, but {others[0]} of "
            f"{survey.name(born)} has {len(shapes[others[0]])}."
        )
        yield Diagnostic("weights-sides", "error", optimizer.born, message, "loss", fix=fix if biases else None)


def fitting_comes_first(survey: Survey) -> Iterator[Diagnostic]:
    for fitted in survey.of(Fitted):
        learning = survey.ranked(survey.trained(fitted.born))
        if learning:
            learns = f"{survey.name(learning[0])} upstream of it still learns"
            message = f"{survey.name(fitted.born)} is fitted once, before the training, but {learns}: put it before."
            yield Diagnostic("fit-after-weights", "error", fitted.born, message, "x")


def targets_stay_outside(survey: Survey) -> Iterator[Diagnostic]:
    for output in survey.of(Output):
        inside = survey.above(output.born) | {output.born}
        for data in survey.of(Data):
            wires = survey.document.wires_from(data.born, "y")
            losses = [wire.target for wire in wires if wire.target_port == "target"]
            for wire in wires:
                if losses and wire.target in inside:
                    target = f"{survey.name(data.born)}.y, which is the target of {survey.name(losses[0])}"
                    message = f"{survey.name(output.born)} depends on {target}."
                    fix = _cut(wire, "Remove the wire")
                    yield Diagnostic("target-in-model", "warning", output.born, message, "x", wire.key, fix)


def steps_have_no_slope(survey: Survey) -> Iterator[Diagnostic]:
    doc, kinds = survey.document, survey.document.by_kind()
    neurons = {born for born in kinds.get("Neuron", ()) if perceptron.is_flat(doc, born)}
    steps = neurons.union(*(kinds.get(kind, set()) for kind in perceptron.FLAT))
    for optimizer in [node for node in survey.of(Optimizer) if node.kind != "PerceptronRule"] if steps else []:
        for born in survey.ranked(steps & survey.above(optimizer.born)):
            if _hides(survey, born, optimizer.born):
                blind = f"{survey.name(optimizer.born)} cannot train what lies before it"
                way = "A Sigmoid has a slope; a PerceptronRule needs none"
                message = f"{survey.name(born)} is a step and has no slope: {blind}. {way}."
                yield Diagnostic("step-flat", "error", born, message, fix=_sigmoid(survey.document, born))


def _hides(survey: Survey, step: str, optimizer: str) -> bool:
    """Whether a step stands in the only way from some weights, its own included, to an optimizer."""
    import networkx as nx

    around = survey.document.graph.subgraph(survey.above(optimizer) | {optimizer})
    seen = nx.ancestors(nx.subgraph_view(around, filter_node=lambda born: born != step), optimizer)
    return bool(((survey.above(step) | {step}) & survey.weighty) - seen)


def _sigmoid(doc: Document, born: str) -> Fix:
    if doc.node(born).kind == "Neuron":
        return Fix("Use a sigmoid", partial(edits.set_param, born=born, name="activation", value="sigmoid"))
    return Fix("Use a Sigmoid", partial(edits.change_kind, born=born, kind="Sigmoid"))


def weights_can_be_shared(survey: Survey) -> Iterator[Diagnostic]:
    for node in survey.document.nodes():
        if "shares" in node.params:
            why = _why_not_shared(survey, node)
            fix = Fix("Give it its own weights", partial(edits.reset_param, born=node.born, name="shares"))
            if why:
                yield Diagnostic("share-differs", "error", node.born, f"{survey.name(node.born)} {why}.", fix=fix)


def _why_not_shared(survey: Survey, node: Node) -> str | None:
    """Why a node cannot use the weights that it is to use, as the end of a sentence; None if it can."""
    owner = survey.document.owner(node)
    if owner is None:
        named = str(node.params["shares"])
        return f"shares the weights of {called(survey.document, named)}, {missing(survey.document, named)}"
    name = survey.name(owner.born)
    if owner.born == node.born or "shares" in owner.params:
        return f"shares the weights of {name}, which has none of its own"
    reading = survey.reading
    if not reading.complete(node.born) or not reading.complete(owner.born):
        return None
    made, other = survey.document.make(node), survey.document.make(owner)
    wanted = made.weights(*made.in_order(reading.inputs(node.born)))
    there = other.weights(*other.in_order(reading.inputs(owner.born)))
    if owner.kind == node.kind:
        return None if wanted == there else f"shares the weights of {name}, but what goes into it has other sides"
    besides = sorted(set(wanted) - set(getattr(made, "tied", ())))
    if besides:
        return f"cannot share the weights of {name}: it has {', '.join(besides)} besides"
    differing = [key for key, shape in wanted.items() if there.get(key) != shape]
    if differing:
        return f"cannot share the {differing[0]} of {name}: {wanted[differing[0]]} is not {there.get(differing[0])}"
    return None


def run_settings_are_good(survey: Survey) -> Iterator[Diagnostic]:
    declared = survey.document.catalogue.get("Run")
    for name, value in survey.document.settings.params.items() if declared else ():
        known = declared.params.get(name) if declared else None
        wrong = known and known.wrong(value)
        if known is None:
            message = f"Run setting {shown(name)} is not one of this version; it is kept as it is."
            yield Diagnostic("run-setting", "error", SETTINGS, message)
        elif wrong:
            message = f"Run setting {shown(name)} {wrong}, not {shown(str(value))}."
            fix = Fix(f"Use {known.default}", partial(edits.set_run, name=name, value=None))
            yield Diagnostic("run-setting", "error", SETTINGS, message, fix=fix)


def monitor_is_a_figure(survey: Survey) -> Iterator[Diagnostic]:
    """What the run settings or a schedule watch is a figure."""
    followed = [node for role in (LossKind, Metric, PerceptronRule) for node in survey.of(role)]
    figures = [node.id for node in followed if not getattr(survey.document.kind(node), "table", False)]
    known = ", ".join(shown(id) for id in figures) or "none yet"
    reset = Fix("Watch the loss", partial(edits.set_run, name="monitor", value=None))
    watching = [("Run setting monitor", SETTINGS, survey.document.settings.params.get("monitor"), reset)]
    for node in survey.of(ScheduleKind):
        fix = Fix("Watch what the run settings name", partial(edits.reset_param, born=node.born, name="monitor"))
        watching.append((f"The monitor of {survey.name(node.born)}", node.born, node.params.get("monitor"), fix))
    for whose, born, wanted, fix in watching:
        if isinstance(wanted, str) and wanted and wanted not in figures:
            message = f"{whose} names {shown(wanted)}, which is no loss or metric of the drawing ({known})."
            yield Diagnostic("monitor", "error", born, message, fix=fix)


def file_is_understood(survey: Survey) -> Iterator[Diagnostic]:
    for stray in survey.document.strays():
        if stray.reason:
            fix = Fix("Remove it", partial(edits.remove, keys=[stray.key]))
            message = f"{_entry(stray)}: {stray.reason}, but there is {short(stray.value)}."
            yield Diagnostic("unreadable", "error", "", message, fix=fix)


def blocks_have_names_of_their_own(survey: Survey) -> Iterator[Diagnostic]:
    """A kind goes before a block of its name, as it does where a later version has a kind that this one had not."""
    doc = survey.document
    for block in doc.blocks():
        if isinstance(doc.catalogue, Vocabulary) and block.id in doc.catalogue.base:
            free = names.block_id(doc, f"My{block.id}")
            fix = Fix(f"Call it {free}", partial(edits.rename_block, born=block.born, id=free))
            message = f"The block {shown(block.id)} has the name of a kind of node, which stands in its place."
            yield Diagnostic("block-name", "error", "", message, fix=fix)


def _entry(stray: Stray) -> str:
    """Where in the file something unreadable stands."""
    if stray.where == "blocks":
        return f"The block {shown(stray.name)} cannot be read"
    if not stray.where:
        return "The file cannot be read"
    return f"Entry {int(stray.name) + 1} of the {stray.where} cannot be read"


def _cut(wire: Wire, label: str) -> Fix:
    return Fix(label, partial(edits.remove, keys=[wire.key]))


RULES: tuple[Callable[[Survey], Iterator[Diagnostic]], ...] = (
    *looping.RULES,
    *stateful.RULES,
    *owners.RULES,
    groups.layers_can_have_their_own_pace,
    groups.slopes_can_be_added_up,
    groups.slopes_can_be_scaled,
    slopes.slopes_can_be_measured,
    weights_have_the_sides,
    fitting_comes_first,
    targets_stay_outside,
    steps_have_no_slope,
    weights_can_be_shared,
    perceptron.rules_have_a_perceptron,
    run_settings_are_good,
    monitor_is_a_figure,
    schedules_change_something,
    file_is_understood,
    blocks_have_names_of_their_own,
)
