"""Writes the groups of parameters of an optimizer: layers with a learning rate or a weight decay of their own."""

from collections.abc import Iterator, Sequence

from graph.following import bare
from graph.weights import setting
from runtime.emit.owned import learning
from runtime.emit.weights import home
from runtime.program import BlockUnit, NodeUnit, Phase, Program, Unit
from runtime.program.units import parts_of

Pace = tuple[float, float | None]
"""How many times the learning rate, and the weight decay, if it is not the optimizer's."""

PLAIN: Pace = (1.0, None)


def grouped(program: Program, phase: Phase) -> str | None:
    """An expression for the groups of a phase's parameters; None where all are alike."""
    groups: dict[Pace, list[str]] = {PLAIN: []}
    for unit in parts_of(program.units):
        if unit.born in phase.owned:
            for text, pace in _paced(program, unit):
                groups.setdefault(pace, []).append(text)
    if len(groups) == 1:
        return None
    listed = [_group(phase, pace, texts) for pace, texts in groups.items() if texts]
    return f"[{', '.join(listed)}]"


def _group(phase: Phase, pace: Pace, texts: Sequence[str]) -> str:
    factor, decay = pace
    entries = [f'"params": {texts[0] if len(texts) == 1 else _joined(texts)}']
    if factor != 1:
        entries.append(f'"lr": {factor!r} * {getattr(phase.kind, "lr", None)!r}')
    if decay is not None:
        entries.append(f'"weight_decay": {decay!r}')
    return f"{{{', '.join(entries)}}}"


def _joined(texts: Sequence[str]) -> str:
    return f"[{', '.join('*' + text for text in texts)}]"


def _paced(program: Program, unit: Unit) -> list[tuple[str, Pace]]:
    """Expressions for the parameters of a unit with their pace; one for a block in which all have the same."""
    path = home(program, unit)
    leaves = list(_leaves(path, unit, PLAIN))
    paces = {pace for _, pace in leaves}
    if len(paces) == 1:
        return [(learning(program, f"{path}.parameters()", [unit]), paces.pop())]
    return [(f"{inner}.parameters()", pace) for inner, pace in leaves]


def _leaves(path: str, unit: Unit, around: Pace) -> Iterator[tuple[str, Pace]]:
    """The layers that learn, those within blocks too; what a block is told holds for what is inside of it."""
    pace = _pace(unit, around)
    if unit.frozen:
        return
    if not isinstance(unit, BlockUnit):
        if unit.weights():
            yield path, pace
        return
    single = unit.times == 1 or unit.kind.repeat_shared
    for copy in [path] if single else [f"{path}[{at}]" for at in range(unit.times)]:
        for inner in parts_of(unit.body.units):
            yield from _leaves(f"{copy}.{inner.id}", inner, pace)


def _pace(unit: Unit, around: Pace) -> Pace:
    if not isinstance(unit, NodeUnit):
        return around
    factor, decay = bare(setting(unit.kind, "lr_factor")), bare(setting(unit.kind, "decay"))
    return around[0] * factor, around[1] if decay is None else decay
