"""Writes class Training: how a drawing's weights are made, moved and measured."""

from collections.abc import Sequence
from copy import copy

from graph.roles import Fitted
from runtime.emit.balancing import balancing, counted, held_as
from runtime.emit.calls import call, is_counted, sums_arguments, table
from runtime.emit.groups import grouped
from runtime.emit.locals import Locals
from runtime.emit.owned import parameters
from runtime.emit.parts import PartsWriter, write_tell
from runtime.emit.precision import is_scaled
from runtime.emit.processes import is_parted
from runtime.emit.schedules import SCALER, Attributes, creation, epoch_schedules, takes_steps, watched
from runtime.emit.source import Writer
from runtime.emit.step import StepWriter, write_look
from runtime.emit.weights import frozen_within
from runtime.names import Names
from runtime.program import NodeUnit, Program, Spot, Unit
from runtime.program.given import given
from runtime.program.once import Once
from runtime.program.perceptrons import is_rule
from runtime.program.units import parts_of

WORDS = ("net", "extras", "ema", "step", "steps", "evaluate", "fit", "begin", "sums", "end_epoch", "state", "chance",
         "load", "prepare")  # fmt: skip
"""What Training has of its own; optimizers and schedules with such names get a number."""


def write_training(program: Program) -> Writer:
    """The whole class."""
    writer, local, attribute = Writer(), Locals(program), attributes(program)
    writer.line("class Training:")
    _init(writer, program, attribute)
    if given(program):
        _load(writer, program)
    if fits(program):
        _fit(writer, program, local)
    if program.once:
        _prepare(writer, program, local, program.once)
    if begins(program):
        _begin(writer, program)
    made = PartsWriter if is_parted(program) else StepWriter
    _method(writer, program, "step", made(program, local, attribute).write())
    if is_parted(program):
        writer.line()
        writer.block(write_tell(program), *_births(program), indent=1)
    writer.line()
    writer.line("@torch.no_grad()", indent=1)
    _method(writer, program, "evaluate", write_look(program, local), blank=False)
    if not is_counted(program):
        _sums(writer, program, local)
    if epoch_schedules(program):
        _end_epoch(writer, program, attribute)
    return writer


def attributes(program: Program) -> Attributes:
    """The attribute of each optimizer, by its birth name, of schedules, by the birth names of both, and of scalers."""
    names = Names([*WORDS, *map(held_as, balancing(program))])
    found: Attributes = {phase.born: names.take(phase.id) for phase in program.phases}
    for phase in program.phases:
        found |= {(phase.born, s.node.born): names.take(s.node.id) for s in phase.schedules}
        if is_scaled(program) and not is_rule(phase):
            alone = len(program.phases) == 1
            found[phase.born, SCALER] = names.take("scaler" if alone else f"{found[phase.born]}_scaler")
    return found


def fitted(program: Program) -> list[Unit]:
    """The units that are fitted to the data before the first step."""
    return [unit for unit in program.units if isinstance(unit, NodeUnit) and isinstance(unit.kind, Fitted)]


def fits(program: Program) -> bool:
    """Whether something is learned of the training part before the first step."""
    return bool(fitted(program) or balancing(program))


def _module(program: Program, unit: Unit) -> str:
    return f"self.{'net' if program.in_net(unit.born) else 'extras'}.{unit.id}"


def _init(writer: Writer, program: Program, attribute: Attributes) -> None:
    writer.line(f"def __init__(self{', steps' if takes_steps(program) else ''}):", indent=1)
    writer.line("self.net, self.extras = Net(), Extras()" if program.has_extras else "self.net = Net()", indent=2)
    owned = {born for phase in program.phases for born in phase.owned}
    for unit in parts_of(program.units):
        if unit.weights() and unit.born not in owned:
            writer.line(f"{_module(program, unit)}.requires_grad_(False)", *unit.births, indent=2)
    for path, unit in frozen_within(program, [unit for unit in parts_of(program.units) if unit.born in owned]):
        writer.line(f"{path}.requires_grad_(False)", *unit.births, indent=2)
    for phase in program.phases:
        if is_rule(phase):
            continue
        made = phase.kind.create(grouped(program, phase) or parameters(program, phase.owned))
        writer.line(f"self.{attribute[phase.born]} = {made}", phase.born, indent=2)
        if (phase.born, SCALER) in attribute:
            scaler = attribute[phase.born, SCALER]
            writer.line(f"self.{scaler} = torch.amp.GradScaler(DEVICE_TYPE)", phase.born, indent=2)
        for schedule in phase.schedules:
            own, optimizer = f"self.{attribute[phase.born, schedule.node.born]}", f"self.{attribute[phase.born]}"
            for born, line in creation(program, phase, schedule, optimizer, own):
                writer.line(line, born, indent=2)
    if program.run.ema:
        mean = f"multi_avg_fn=get_ema_multi_avg_fn({program.run.ema!r})"
        writer.line(f"self.ema = AveragedModel(self.net, {mean}, use_buffers=True)", indent=2)
    if any(phase.every > 1 for phase in program.phases):
        writer.line("self.steps = 0", indent=2)
    if program.keeping:
        writer.line("self.state = None", *_keepers(program), indent=2)


def begins(program: Program) -> bool:
    """Whether something is to be done before each pass, be it training or looking."""
    return bool(program.drawn or program.keeping)


def _load(writer: Writer, program: Program) -> None:
    writer.line()
    writer.line("def load(self, weights):", *(one.born for one in given(program)), indent=1)
    writer.doc("Before anything else: what begins with weights from elsewhere takes them.", indent=2)
    for one in given(program):
        writer.line(f'{one.expression}.load_state_dict(weights["{one.path}"])', one.born, indent=2)


def _begin(writer: Writer, program: Program) -> None:
    """Looking at the network draws the same numbers each time, and takes none away from the training."""
    drawn, kept = [node.born for node, _ in program.drawn], _keepers(program)
    told = ["what was kept is forgotten"] if kept else []
    told += ["to look at the network, the same numbers are drawn every time"] if drawn else []
    writer.line()
    writer.line("def begin(self, device):", *drawn, *kept, indent=1)
    writer.doc(f"Before each pass: {'; '.join(told)}.", indent=2)
    if kept:
        writer.line("self.state = None", *kept, indent=2)
    if drawn:
        writer.line("self.chance = torch.Generator(device).manual_seed(SEED)", *drawn, indent=2)


def _keepers(program: Program) -> list[str]:
    """What goes on from window to window with its state."""
    return [unit.born for unit in program.keeping.keeping.units] if program.keeping else []


def _fit(writer: Writer, program: Program, local: Locals) -> None:
    """Fitted nodes in order, each on what the ones before it give; then how often each class occurs."""
    writer.line()
    writer.line(f"def fit({_whole(program)}):", indent=1)
    name = {(born, port): argument for born, port, argument in program.arguments}
    names = Names([*name.values(), "n"])
    units = fitted(program)
    for unit in units:
        (use, *_) = [use for uses in unit.inputs.values() for use in uses]
        taken = name[use.spot] + use.select
        writer.line(f"{_module(program, unit)}.fit({taken})", *unit.births, indent=2)
        if any(set(unit.spots) & set(other.sources) for other in units):
            name[unit.spots[0]] = names.take(unit.id)
            writer.line(f"{name[unit.spots[0]]} = {_module(program, unit)}({taken})", *unit.births, indent=2)
    for figure in balancing(program):
        writer.line(counted(figure, local.given), figure.born, indent=2)


def _method(writer: Writer, program: Program, name: str, body: Writer, *, blank: bool = True) -> None:
    if blank:
        writer.line()
    writer.line(f"def {name}({_arguments(program)}):", indent=1)
    writer.extend(body)


def _arguments(program: Program) -> str:
    return ", ".join(["self", *program.step_arguments.values()])


def _whole(program: Program) -> str:
    """The arguments of what comes before the first step."""
    return ", ".join(["self", *(name for _, _, name in program.arguments)])


def _prepare(writer: Writer, program: Program, local: Locals, once: Once) -> None:
    """The method that computes once what stands for a value of the data in all steps."""
    given: dict[Spot, str] = {(born, port): name for born, port, name in program.arguments}
    stage = next(stage for stage in program.stages if stage.is_in(once.births))
    before = copy(local)
    before.name = given
    made = {once.source: call(program, before, stage)}
    writer.line()
    writer.line("@torch.no_grad()", indent=1)
    writer.line(f"def prepare({_whole(program)}):", *stage.births, indent=1)
    name = program.step_arguments[once.spot]
    told = f"What lies before all that learns is computed once: {name} stands for {given[once.source]} in each batch."
    writer.doc(told, indent=2)
    answers = [made.get(spot, name) for spot, name in given.items()]
    writer.line(f"return {', '.join(answers)}{',' if len(answers) == 1 else ''}", *stage.births, indent=2)


def _sums(writer: Writer, program: Program, local: Locals) -> None:
    """The figures of a batch as sums and counts, for `step` and `evaluate` alike."""
    writer.line()
    writer.line(f"def sums({', '.join(['self', *sums_arguments(program, local)])}):", indent=1)
    if local.count():
        writer.line(local.count(), indent=2)
    shared = local.shared()
    for text, name in shared.items():
        writer.line(f"{name} = {text}", indent=2)
    writer.line(f"return {table(program, local, shared)}", *_births(program), indent=2)


def _births(program: Program) -> Sequence[str]:
    return [figure.born for figure in program.figures]


def _end_epoch(writer: Writer, program: Program, attribute: Attributes) -> None:
    writer.line()
    writer.line("def end_epoch(self, figures):", indent=1)
    for phase, schedule in epoch_schedules(program):
        argument = f"figures[{watched(program, schedule)[0]}]" if schedule.kind.watches else ""
        own = attribute[phase.born, schedule.node.born]
        writer.line(f"self.{own}.step({argument})", schedule.node.born, indent=2)
