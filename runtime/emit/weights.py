"""Writes what a layer is told of its weights: how they begin, what is put on them, and what holds them small."""

from collections.abc import Iterable, Sequence
from typing import Any

from graph.spec import Kind
from graph.weights import is_bias, mains, setting
from runtime.emit.source import Writer
from runtime.program import NodeUnit, Phase, Program, Unit

SEVERAL = 6
"""From so many weights on, all of them are named at once."""


def write_beginnings(writer: Writer, units: Sequence[Unit]) -> None:
    """The lines of `__init__` behind the modules: how weights begin, and what is put on them."""
    for unit in units:
        if isinstance(unit, NodeUnit) and unit.module():
            for line in [*_beginnings(unit), *_parametrized(unit)]:
                writer.line(line, *unit.births, indent=2)


def _beginnings(unit: NodeUnit) -> list[str]:
    shapes = unit.weights()
    chosen, biases = setting(unit.kind, "init"), setting(unit.kind, "bias_init")
    lines = _each(unit, mains(shapes), _call(unit.kind, chosen)) if chosen != "default" else []
    if biases != "default":
        given = f", {setting(unit.kind, 'bias_value')!r}" if biases == "constant" else ""
        lines += _each(unit, [name for name in shapes if is_bias(name)], f"nn.init.{biases}_({{}}{given})")
    return lines


def _each(unit: NodeUnit, names: Sequence[str], call: str) -> list[str]:
    """A call for each of some weights: a line, or a loop over several."""
    listed = [f"self.{unit.id}.{name}" for name in names]
    if len(listed) < 2:
        return [call.format(name) for name in listed]
    return [f"for weight in ({', '.join(listed)}):", "    " + call.format("weight")]


def _call(kind: Kind, chosen: str) -> str:
    """The call of torch's function; `{}` stands for the weight."""
    given = ", ".join(f"{name}={value!r}" for name, value in _arguments(kind, chosen).items()).replace("'", '"')
    return f"nn.init.{chosen}_({{}}{', ' + given if given else ''})"


def _arguments(kind: Kind, chosen: str) -> dict[str, Any]:
    def of(name: str) -> Any:
        return setting(kind, f"init_{name}")

    match chosen:
        case "constant":
            return {"val": of("value")}
        case "uniform":
            return {"a": of("low"), "b": of("high")}
        case "normal":
            return {"mean": of("mean"), "std": of("std")}
        case "trunc_normal":
            ends = of("mean") - 2 * of("std"), of("mean") + 2 * of("std")
            return {"mean": of("mean"), "std": of("std"), "a": ends[0], "b": ends[1]}
        case "xavier_uniform" | "xavier_normal" | "orthogonal":
            return {"gain": of("gain")} if of("gain") != 1 else {}
        case "kaiming_uniform" | "kaiming_normal":
            slope = {"a": of("slope")} if of("nonlinearity") == "leaky_relu" else {}
            mode = {"mode": of("mode")} if of("mode") != "fan_in" else {}
            return {**slope, **mode, "nonlinearity": of("nonlinearity")}
        case "sparse":
            return {"sparsity": of("sparsity"), "std": of("std")}
        case _:
            return {}


def _parametrized(unit: NodeUnit) -> list[str]:
    chosen = setting(unit.kind, "parametrization")
    return [] if chosen == "none" else [f"parametrizations.{chosen}(self.{unit.id})"]


def write_frozen(writer: Writer, units: Sequence[Unit]) -> None:
    """A `train` that leaves frozen layers as they are when used."""
    frozen = [unit for unit in units if isinstance(unit, NodeUnit) and unit.frozen and _is_restless(unit.kind)]
    if not frozen:
        return
    births = [born for unit in frozen for born in unit.births]
    writer.line()
    writer.line("def train(self, mode=True):", *births, indent=1)
    writer.doc("What is frozen stays as it is when used.", indent=2)
    writer.line("super().train(mode)", *births, indent=2)
    for unit in frozen:
        writer.line(f"self.{unit.id}.eval()", *unit.births, indent=2)
    writer.line("return self", *births, indent=2)


def _is_restless(kind: Kind) -> bool:
    """Whether a layer is another one in training than in use, by chance or by what it keeps."""
    keeps = type(kind).buffers is not Kind.buffers or setting(kind, "parametrization") == "spectral_norm"
    return keeps or any("dropout" in name for name in kind.params)


# --- held small


def home(program: Program, unit: Unit) -> str:
    """The expression for a unit's module in Training."""
    return f"self.{'net' if program.in_net(unit.born) else 'extras'}.{unit.id}"


def tables(program: Program, units: Iterable[Unit]) -> list[str]:
    """Expressions for the weights that a run's penalties and lengths are about: no biases, no scales of norms."""
    return [f"{home(program, unit)}.{name}" for unit in units for name in _tables(unit)]


def _tables(unit: Unit) -> list[str]:
    shapes = unit.weights()
    if isinstance(unit, NodeUnit):
        return [name for name in mains(shapes) if len(shapes[name]) > 1]
    return [name for name in shapes if not is_bias(name)]


def penalties(program: Program, phase: Phase) -> list[str]:
    """The summands that are added to the losses of a phase so that weights stay small."""
    owned = [unit for unit in program.units if unit.born in phase.owned]
    found = []
    for name, size in (("l1", "abs"), ("l2", "square")):
        for unit in owned:
            factor = setting(unit.kind, name) if isinstance(unit, NodeUnit) else 0
            listed = [f"{home(program, unit)}.{weight}.{size}().sum()" for weight in mains(unit.weights())]
            if factor and listed:
                joined = " + ".join(listed)
                found.append(f"{factor!r} * {joined if len(listed) == 1 else f'({joined})'}")
        overall = getattr(program.run, name)
        if overall:
            found.append(f"{overall!r} * sum(w.{size}().sum() for w in {every(program, owned)})")
    return found


def every(program: Program, owned: Sequence[Unit]) -> str:
    """What `for w in` goes through to meet the tables of weights that a phase owns."""
    listed = tables(program, owned)
    if len(listed) > SEVERAL and _all_of_net(program, owned):
        return "self.net.parameters() if w.dim() > 1"
    return f"({', '.join(listed)}{',' if len(listed) == 1 else ''})"


def _all_of_net(program: Program, owned: Sequence[Unit]) -> bool:
    """Whether the tables of owned units are just those parameters of Net that have several sides."""
    if {unit.born for unit in owned} != {unit.born for unit in program.net if unit.weights()}:
        return False
    for unit in owned:
        several = [name for name, shape in unit.weights().items() if len(shape) > 1]
        if several != _tables(unit) or not _can_be_shortened(unit):
            return False
    return True


def shortenings(program: Program, phase: Phase) -> list[str]:
    """Lines behind a step that shorten what leads to one unit."""
    lines = []
    for unit in (unit for unit in program.units if unit.born in phase.owned):
        own = setting(unit.kind, "max_norm") if isinstance(unit, NodeUnit) else None
        longest = own or program.run.max_norm
        if longest and _can_be_shortened(unit):
            start, rest = home(program, unit), f"renorm_(2, {_unit_side(unit)}, {longest!r})"
            lines += [f"{start}.{name}.{rest}" for name in _lengths(unit)]
    return lines


def _lengths(unit: Unit) -> list[str]:
    return [name for name in _tables(unit) if len(unit.weights()[name]) > 1]


def _can_be_shortened(unit: Unit) -> bool:
    return not isinstance(unit, NodeUnit) or setting(unit.kind, "parametrization") == "none"


def _unit_side(unit: Unit) -> int:
    """The side of a weight along which units lie: transposed convolutions have them second."""
    return 1 if isinstance(unit, NodeUnit) and unit.kind.name().startswith("ConvTranspose") else 0
