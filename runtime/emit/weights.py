"""Writes what a layer is told of its weights: how they begin, what keeps them small, whether they learn."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from graph.following import bare
from graph.spec import Kind
from graph.weights import is_bias, mains, setting
from runtime.emit.source import Writer
from runtime.program import BlockUnit, NodeUnit, Phase, Program, Unit
from runtime.program.beginnings import beginnings
from runtime.program.units import parts_of

SEVERAL = 6
"""From so many weights on, all of them are named at once."""


def write_beginnings(writer: Writer, units: Sequence[Unit]) -> None:
    """The lines of `__init__` behind the modules."""
    for unit in parts_of(units):
        for line in beginnings(unit):
            writer.line(line, *unit.births, indent=2)


def write_frozen(writer: Writer, units: Sequence[Unit]) -> None:
    """A `train` that leaves frozen layers as they are when used."""
    layers = [unit for unit in parts_of(units) if isinstance(unit, NodeUnit)]
    frozen = [unit for unit in layers if unit.frozen and _is_restless(unit.kind)]
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


# --- layers, those within blocks too

Leaf = tuple[str, Unit]
"""A layer and the expression for its module in Training."""


def leaves(program: Program, units: Iterable[Unit]) -> list[Leaf]:
    """The layers of units, those within blocks too; a block that is frozen as a whole is one."""
    return [leaf for unit in parts_of(list(units)) for leaf in _leaves(home(program, unit), unit)]


def _leaves(path: str, unit: Unit) -> Iterator[Leaf]:
    if unit.frozen or not isinstance(unit, BlockUnit):
        yield path, unit
        return
    single = unit.times == 1 or unit.kind.repeat_shared
    for copy in [path] if single else [f"{path}[{at}]" for at in range(unit.times)]:
        for inner in parts_of(unit.body.units):
            yield from _leaves(f"{copy}.{inner.id}", inner)


def home(program: Program, unit: Unit) -> str:
    """The expression for a unit's module in Training."""
    return f"self.{'net' if program.in_net(unit.born) else 'extras'}.{unit.id}"


def _moving(program: Program, phase: Phase) -> list[Leaf]:
    """The layers that a phase trains."""
    owned = [unit for unit in parts_of(program.units) if unit.born in phase.owned]
    return [(path, unit) for path, unit in leaves(program, owned) if not unit.frozen]


def frozen_within(program: Program, units: Iterable[Unit]) -> list[Leaf]:
    """What is frozen within blocks that are not frozen as a whole."""
    return [(path, unit) for path, unit in leaves(program, units) if unit.frozen and unit.weights()]


# --- kept small


def _weight(path: str, name: str) -> str:
    """The expression for a weight of a module; of a published network `features.0.weight` is `features[0].weight`."""
    return f"{path}." + re.sub(r"\.(\d+)(?=\.|$)", r"[\1]", name)


def _of(unit: Unit, name: str) -> Any:
    return bare(setting(unit.kind, name)) if isinstance(unit, NodeUnit) else None


def _tables(unit: Unit) -> list[str]:
    """The weights that a run's penalties and lengths are about: no biases, no scales of norms."""
    shapes = unit.weights()
    if isinstance(unit, NodeUnit):
        return [name for name in mains(shapes) if len(shapes[name]) > 1]
    return [name for name in shapes if not is_bias(name)]


def penalties(program: Program, phase: Phase) -> list[str]:
    """The summands that are added to the losses of a phase so that weights stay small."""
    moving = _moving(program, phase)
    found = []
    for name, size in (("l1", "abs"), ("l2", "square")):
        listed: dict[float, list[str]] = {}
        for path, unit in moving:
            if factor := _of(unit, name):
                listed.setdefault(factor, []).extend(_weight(path, one) for one in mains(unit.weights()))
        found += [f"{factor!r} * {_total(weights, size)}" for factor, weights in listed.items() if weights]
        overall = getattr(program.run, name)
        if overall:
            found.append(f"{overall!r} * sum(w.{size}().sum() for w in {_every(program, moving)})")
    return found


def _total(weights: Sequence[str], size: str) -> str:
    if len(weights) == 1:
        return f"{weights[0]}.{size}().sum()"
    return f"sum(w.{size}().sum() for w in ({', '.join(weights)}))"


def _every(program: Program, moving: Sequence[Leaf]) -> str:
    """What `for w in` goes through to meet the tables of weights that a phase trains."""
    listed = [_weight(path, name) for path, unit in moving for name in _tables(unit)]
    if len(listed) > SEVERAL and _all_of_net(program, moving):
        return "self.net.parameters() if w.dim() > 1"
    return f"({', '.join(listed)}{',' if len(listed) == 1 else ''})"


def _all_of_net(program: Program, moving: Sequence[Leaf]) -> bool:
    """Whether the tables of layers are just those parameters of Net that have several sides."""
    if {path for path, unit in moving if unit.weights()} != {
        p for p, unit in leaves(program, program.net) if unit.weights()
    }:
        return False
    for _, unit in moving:
        several = [name for name, shape in unit.weights().items() if len(shape) > 1]
        if several != _tables(unit) or not _can_be_shortened(unit):
            return False
    return True


def shortenings(program: Program, phase: Phase) -> list[str]:
    """Lines behind a step that shorten what leads to one unit."""
    lines = []
    for path, unit in _moving(program, phase):
        longest = _of(unit, "max_norm") or program.run.max_norm
        if longest and _can_be_shortened(unit):
            rest = f"renorm_(2, {_unit_side(unit)}, {longest!r})"
            lines += [f"{_weight(path, name)}.{rest}" for name in _tables(unit) if len(unit.weights()[name]) > 1]
    return lines


def _can_be_shortened(unit: Unit) -> bool:
    return not isinstance(unit, NodeUnit) or setting(unit.kind, "parametrization") == "none"


def _unit_side(unit: Unit) -> int:
    """The side of a weight along which units lie: transposed convolutions have them second."""
    return 1 if isinstance(unit, NodeUnit) and unit.kind.name().startswith("ConvTranspose") else 0
