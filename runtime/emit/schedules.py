"""Writes what makes the schedules of a phase, and says how long they last."""

import re
from typing import TypeAlias

from runtime.emit.groups import grouped
from runtime.names import Names
from runtime.program import Phase, Program, ScheduleNode

STEPS = "steps"
"""The argument of Training that holds the number of steps of the whole run."""


SCALER = ""
"""What stands in the place of a schedule's birth name for the scaler of an optimizer's losses."""

Attributes: TypeAlias = dict[str | tuple[str, str], str]
"""The attribute of each optimizer, by its birth name, and of its schedule, by the birth names of both."""


def epoch_schedules(program: Program) -> list[tuple[Phase, ScheduleNode]]:
    """The schedules that move at the end of an epoch, with the phases whose rates they move."""
    return [(phase, s) for phase in program.phases for s in phase.schedules if s.unit == "epoch"]


def takes_steps(program: Program) -> bool:
    """Whether a schedule must know how many steps the whole run has."""
    made = [
        made for phase in program.phases for s in phase.schedules for _, made in creation(program, phase, s, "", "")
    ]
    return any(re.search(rf"\b{STEPS}\b", text) for text in made)


def classes(program: Program) -> set[str]:
    """The names of torch's classes that are needed."""
    tops = [(phase, s) for phase in program.phases for s in phase.schedules]
    text = " ".join(made for phase, s in tops for _, made in creation(program, phase, s, "", ""))
    known = {name for _, top in tops for one in (top, *top.within()) for name in (one.kind.torch, *one.kind.needs)}
    return {name for name in known if name and re.search(rf"\b{name}\(", text)}


def creation(
    program: Program, phase: Phase, schedule: ScheduleNode, optimizer: str, attribute: str
) -> list[tuple[str, str]]:
    """Births and lines that make a schedule: first its parts, under names of their own, then itself."""
    lines: list[tuple[str, str]] = []
    made = _made(program, phase, schedule, optimizer, _total(phase, schedule), lines, Names(["self", STEPS]))
    lines.append((schedule.node.born, f"{attribute} = {made}"))
    if not optimizer or grouped(program, phase) is None:
        return lines
    own, each = f'{optimizer}.defaults["lr"]', f'[group["lr"] for group in {optimizer}.param_groups]'
    return [(born, line.replace(own, each)) for born, line in lines]


def _made(
    program: Program, phase: Phase, schedule: ScheduleNode, optimizer: str, total: str,
    lines: list[tuple[str, str]], names: Names,
) -> str:  # fmt: skip
    """The expression that makes a schedule; the lines that make its parts are added before."""
    parts = []
    for part, length in zip(schedule.parts, schedule.kind.stretches(total, len(schedule.parts)), strict=True):
        made = _made(program, phase, part, optimizer, length, lines, names)
        parts.append(names.take(part.node.id))
        lines.append((part.node.born, f"{parts[-1]} = {made}"))
    made = schedule.kind.create(optimizer, total, parts)
    return f'{made[:-1]}, mode="max")' if _goes_up(program, schedule) else made


def _total(phase: Phase, schedule: ScheduleNode) -> str:
    """An expression for how long the run is, in what the schedule counts."""
    if schedule.unit == "epoch":
        return "EPOCHS"
    return f"max(1, {STEPS} // {phase.every})" if phase.every > 1 else STEPS


def _goes_up(program: Program, schedule: ScheduleNode) -> bool:
    """Whether it watches a figure of which more is better."""
    figure = watched(program, schedule)[1]
    return schedule.kind.watches and figure == "high"


def watched(program: Program, schedule: ScheduleNode) -> tuple[str, str]:
    """The source of the figure's name that a schedule watches, and which way is better."""
    own = program.figure(str(getattr(schedule.kind, "monitor", "")))
    if own is not None:
        return f'"{own.id}"', own.better
    return "WATCH", program.watch.better if program.watch else "low"
