"""Expressions of a step: how a stage is called, what figures sum up, where slopes are measured."""

from collections.abc import Iterable, Mapping

from runtime.emit.locals import Locals
from runtime.emit.precision import autocast
from runtime.emit.processes import is_parted
from runtime.program import NodeUnit, Program, Spot, Stage


def leaves(local: Locals, steep: Iterable[Spot]) -> list[str]:
    """The names of arguments and drawn numbers with respect to which slopes are measured."""
    given = [spot for spot in local.name if not any(spot in stage.results for stage in local.stages)]
    return [local.name[spot] for spot in given if spot in set(steep)]


def steep_stages(stages: Iterable[Stage], at: frozenset[Spot]) -> list[Stage]:
    """The stages that give values with respect to which slopes are measured, or that depend on them."""
    found: list[Stage] = []
    reached = set(at)
    for stage in stages:
        if not reached.isdisjoint([*stage.results, *stage.takes]):
            found.append(stage)
            reached |= set(stage.results)
    return found


def call(program: Program, local: Locals, stage: Stage, cut: Iterable[Spot] = (), net: str = "self.net") -> str:
    """The expression that computes a stage; values in `cut` enter it detached."""
    detached = set(cut)
    name = {spot: text + (".detach()" if spot in detached else "") for spot, text in local.name.items()}
    home = net if stage.home == "net" else "self.extras"
    state = ["self.state"] if stage.keeping else []
    if stage.whole:
        return f"{home}({', '.join([*(name[spot] for spot in program.net_arguments), *state])})"
    if not stage.single:
        return f"{home}.{stage.method}({', '.join([*(name[spot] for spot in stage.takes), *state])})"
    unit = stage.units[0]
    if autocast(program) and isinstance(unit, NodeUnit) and getattr(unit.kind, "one_dtype", False):
        name |= {spot: f"{text}.float()" for spot, text in name.items() if local.is_lower(spot)}
    inputs = {port: [name[use.spot] + use.select for use in uses] for port, uses in unit.inputs.items()}
    owner = net if program.in_net(unit.holder) else "self.extras"
    return unit.call(f"{owner}.{unit.attribute}", inputs)


def table(program: Program, local: Locals, named: Mapping[str, str] | None = None, *, exact: bool = False) -> str:
    """All figures as a dict of sums and counts; sums that are `named` already by their names. `exact`: in float32."""
    entries = {figure.id: ", ".join(local.entry(figure, exact=exact)) for figure in program.figures}
    for text, name in (named or {}).items():
        entries = {id: entry.replace(text, name) for id, entry in entries.items()}
    return "{" + ", ".join(f'"{id}": ({entry})' for id, entry in entries.items()) + "}"


def sums_call(program: Program, local: Locals, detached: Iterable[str] = ()) -> str:
    """The call of `sums`; what a lower precision has computed is added up in float32."""
    cut, lower = set(detached), local.lower() if autocast(program) else ()
    ends = {name: ".detach()" * (name in cut) + ".float()" * (name in lower) for name in sums_arguments(program, local)}
    return f"self.sums({', '.join(name + end for name, end in ends.items())})"


def sums_arguments(program: Program, local: Locals) -> list[str]:
    """What `sums` takes: every value that its text speaks of."""
    return local.used(f"{local.count()} {table(program, local)}")


def is_counted(program: Program) -> bool:
    """Whether figures are told one by one, because a step may not have all of them, or has them in parts."""
    return is_parted(program) or any(phase.every > 1 for phase in program.phases)
