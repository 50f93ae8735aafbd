"""Writes model.py: the helper classes a drawing needs, Net, and Extras where only training needs something."""

from collections.abc import Iterable, Sequence

from graph.following import MARK, Followed, bare, names_in
from graph.shape import Axis, Side, Tensor
from graph.spec import code
from runtime.emit.chains import Body
from runtime.emit.source import Source, Writer
from runtime.emit.weights import write_beginnings, write_frozen
from runtime.names import Names
from runtime.program import BlockClass, LoopUnit, Program, Spot, Stage, Unit, Use
from runtime.program.keeping import Keeping
from runtime.program.units import parts_of


def model(program: Program, name: str = "model") -> Source:
    """The source of the model; it imports nothing but torch, and classes of the user's where the drawing holds some."""
    writer = Writer()
    classes = Writer()
    for made in program.definitions.classes:
        _block(classes, made)
    _net(classes, program)
    if program.has_extras:
        _extras(classes, program)
    units = [*program.definitions.units(), *parts_of(program.units)]
    texts = [part for unit in units for part in unit.helper().strip("\n").split("\n\n\n") if part]
    imports = sorted({text for text in texts if text.startswith(("from ", "import "))})
    helpers = [text for text in dict.fromkeys(texts) if text not in imports]
    _head(writer, program, name, "\n".join([*helpers, *(text for text, _ in classes.rows)]))
    for line in ["", *imports] if imports else ():
        writer.line(line)
    for helper in helpers:
        writer.gap()
        writer.block(helper)
    writer.extend(classes)
    return writer.source()


def _head(writer: Writer, program: Program, name: str, text: str) -> None:
    extras = " Net is what is exported; Extras is what only training needs." if "class Extras" in text else ""
    writer.doc(f"{name}.{extras}")
    writer.line()
    if "torch." in text.replace("torch.nn", ""):
        writer.line("import torch")
    if "nn." in text:
        writer.line("from torch import nn")
    if "F." in text.replace("self.F.", ""):
        writer.line("from torch.nn import functional as F")
    if "parametrizations." in text:
        writer.line("from torch.nn.utils import parametrizations")


def _block(writer: Writer, made: BlockClass) -> None:
    """The class of a block."""
    body = made.body
    writer.gap()
    writer.line(f"class {made.name}(nn.Module):")
    takes = [f"{name}: {_block_shape(made, spot)}" for spot, name in body.arguments.items()]
    gives = [
        f"{node.id}: {_block_shape(made, use.spot, at)}"
        for at, (node, use) in enumerate(zip(body.interior.outputs, body.results, strict=True))
    ]
    writer.doc(_kept(body.keeping, takes, gives), indent=1, above=_told(made))
    given = [name if default is None else f"{name}={code(default)}" for name, default in made.arguments.items()]
    _init(writer, body.units, given)
    _steps(writer, body.units)
    writer.line()
    given = ["self", *body.arguments.values(), *body.keeping.parameter]
    writer.line(f"def forward({', '.join(given)}):", indent=1)
    writer.extend(Body(body.units, body.arguments, body.results).write())


def _kept(keeping: Keeping, takes: list[str], gives: list[str]) -> str:
    """What goes in and what comes out, and what is handed on from window to window."""
    if not keeping:
        return f"{', '.join(takes)} -> {', '.join(gives)}"
    return f"{', '.join(takes)}, state -> {', '.join(gives)}, state; a state of None begins anew."


def _told(made: BlockClass) -> str:
    """What the block says of itself."""
    level = made.body.interior.level
    block = level.the_block(level.block)
    told = block.extra.get("help") if block else None
    return told if isinstance(told, str) else ""


def _block_shape(made: BlockClass, spot: Spot, output: int | None = None) -> str:
    """The shape of a value in a block: numbers where all placements agree, letters where they do not."""
    tensors = [body.tensor(spot) if output is None else body.results[output].value for body in made.bodies]
    shapes = [tensor.sides if isinstance(tensor, Tensor) else None for tensor in tensors]
    if any(sides is None or len(sides) != len(shapes[0] or ()) for sides in shapes):
        return "?"
    rows = [list(row) for row in zip(*(sides for sides in shapes if sides is not None), strict=True)]
    letters = {4: "NCHW", 3: "NTF", 2: "NF", 5: "NCDHW"}.get(len(rows), "")
    sides = [_shared_side(made, row, letters[at : at + 1] or "?") for at, row in enumerate(rows)]
    return f"({', '.join(sides)}{',' if len(sides) == 1 else ''})"


def _shared_side(made: BlockClass, row: Sequence[Side], letter: str) -> str:
    texts = {_followed(made, side) if isinstance(side, Followed) else _side(side) for side in row}
    if len(texts) == 1:
        return texts.pop()
    same = [name for name in made.arguments if [body.given(name) for body in made.bodies] == list(row)]
    return same[0] if same else letter


def _followed(made: BlockClass, side: Followed) -> str:
    """A side as it was typed, if the class has what it follows as arguments."""
    text = code(side)
    return text if names_in(MARK + text) <= made.arguments.keys() else code(bare(side))


def _net(writer: Writer, program: Program) -> None:
    given = program.net_arguments
    writer.gap()
    writer.line("class Net(nn.Module):")
    writer.doc(_signature(program, given, program.outputs), indent=1)
    _init(writer, program.net)
    _steps(writer, program.net)
    stages = [stage for stage in program.stages if stage.home == "net" and not stage.whole and not stage.single]
    for stage in stages:
        _stage(writer, program, stage)
    writer.line()
    writer.line(f"def forward({', '.join(['self', *given.values(), *program.net_keeping.parameter])}):", indent=1)
    if stages:
        _forward_by_stages(writer, program, stages)
    else:
        writer.extend(Body(program.net, given, program.outputs).write())


def _extras(writer: Writer, program: Program) -> None:
    writer.gap()
    writer.line("class Extras(nn.Module):")
    writer.doc("What only training needs.", indent=1)
    _init(writer, program.extras)
    _steps(writer, program.extras)
    for stage in program.stages:
        if stage.home == "extras" and not stage.single:
            _stage(writer, program, stage)


def _init(writer: Writer, units: Sequence[Unit], given: Sequence[str] = ()) -> None:
    writer.line()
    writer.line(f"def __init__({', '.join(['self', *given])}):", indent=1)
    writer.line("super().__init__()", indent=2)
    for unit in parts_of(units):
        made = unit.module()
        if made:
            writer.line(f"self.{unit.id} = {made}", *unit.births, indent=2)
    typed = [(line, unit) for unit in units for line in unit.setup()]
    if typed:
        writer.line("with torch.no_grad():", indent=2)
    for line, unit in typed:
        writer.line(line, *unit.births, indent=3)
    write_beginnings(writer, units)
    write_frozen(writer, units)


def _steps(writer: Writer, units: Sequence[Unit]) -> None:
    """A method for each loop, which computes one step of it."""
    for loop in [unit for unit in units if isinstance(unit, LoopUnit)]:
        name = loop.labels()
        states = [name[delay.born, "y"] for delay in loop.delays]
        writer.line()
        given = ["self", *(name[spot] for spot in loop.entering), "state"]
        writer.line(f"def {loop.method}({', '.join(given)}):", indent=1)
        left = ", ".join(states) if len(states) > 1 else f"({states[0]},)"
        writer.line(f"{left} = state", *loop.births, indent=2)
        results = [*(Use(spot) for spot in loop.leaving), *loop.next_states]
        writer.extend(Body(loop.units, name, results, states=len(states)).write())


# --- methods for pieces of a module


def stage_arguments(program: Program, stage: Stage) -> dict[Spot, str]:
    """The names under which a stage's method takes its values."""
    given = program.net_arguments if stage.home == "net" else {}
    names = Names()
    return {spot: names.take(given.get(spot) or _name(program, spot)) for spot in stage.takes}


def _name(program: Program, spot: Spot) -> str:
    unit = program.unit(spot)
    if unit is not None:
        return unit.called(spot)
    given = {(born, port): name for born, port, name in program.arguments}
    return given.get(spot) or program.id_of(spot)


def _stage(writer: Writer, program: Program, stage: Stage) -> None:
    given = stage_arguments(program, stage)
    writer.line()
    writer.line(f"def {stage.method}({', '.join(['self', *given.values(), *stage.keeping.parameter])}):", indent=1)
    writer.extend(Body(stage.units, given, [Use(spot) for spot in stage.results]).write())


def _forward_by_stages(writer: Writer, program: Program, stages: Sequence[Stage]) -> None:
    """`forward` as a chain of the methods that a training step calls as well."""
    name = dict(program.net_arguments)
    names = Names([*name.values(), "state"])
    for stage in (stage for stage in program.stages if stage.home == "net"):
        if not stage.single:
            state = ["state"] if stage.keeping else []
            call = f"self.{stage.method}({', '.join([*(name[spot] for spot in stage.takes), *state])})"
        else:
            unit = stage.units[0]
            inputs = {port: [name[use.spot] + use.select for use in uses] for port, uses in unit.inputs.items()}
            call = unit.call(f"self.{unit.attribute}", inputs)
        left = _bind(program, stage.results, name, names, stage)
        writer.line(f"{left} = {call}", *stage.births, indent=2)
    answers = [name[use.spot] + use.select for use in program.outputs]
    writer.line(f"return {', '.join([*answers, *(['state'] if program.net_keeping else [])])}", indent=2)


def _bind(program: Program, results: Iterable[Spot], name: dict[Spot, str], names: Names, stage: Stage) -> str:
    """Names the results of a stage and gives the left side of the assignment."""
    if stage.single:
        left, found = stage.units[0].bind(names.take, results)
        name |= found
        return left
    own = {spot: names.take(_name(program, spot)) for spot in results}
    name |= own
    return ", ".join([*own.values(), *(["state"] if stage.keeping else [])])


# --- words


def _signature(program: Program, given: dict[Spot, str], outputs: Sequence[Use]) -> str:
    """What goes in and what comes out, with shapes: `x: (N, 1, 8, 8) -> fc2: (N, 10)`."""
    takes = [f"{name}: {shape_text(program.tensor(spot))}" for spot, name in given.items()]
    gives = [f"{_name(program, use.spot)}{use.select}: {shape_text(_given(program, use))}" for use in outputs]
    return _kept(program.net_keeping, takes, gives)


def _given(program: Program, use: Use) -> Tensor | None:
    """What an output gives, all steps of a loop together."""
    whole = use.value if isinstance(use.value, Tensor) and not use.select else program.tensor(use.spot)
    return whole


def shape_text(tensor: Tensor | None) -> str:
    """`(N, 1, 8, 8)`"""
    if tensor is None or tensor.sides is None:
        return "?"
    sides = [_side(side) for side in tensor.sides]
    return f"({', '.join(sides)}{',' if len(sides) == 1 else ''})"


def _side(side: Side) -> str:
    if isinstance(side, Axis):
        return side.letter
    return "?" if side is None else str(side)
