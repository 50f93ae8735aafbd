"""Finds the next node for the keyboard: along the flow over wires, across it by place."""

from typing import Literal

from designer.canvas.plan import Plan

Direction = Literal["left", "right", "up", "down"]


def neighbour(plan: Plan, selected: list[str], direction: Direction) -> str | None:
    """The node to go to from the one selected last; the first node of the drawing if none is selected."""
    births = [node.born for node in plan.document.nodes()]
    if not births:
        return None
    if not selected:
        return births[0]
    here = selected[-1]
    if direction in (("up", "down") if plan.down else ("left", "right")):
        return _along(plan, here, forward=direction in ("right", "down")) or _beside(plan, here, direction)
    return _beside(plan, here, direction)


def _along(plan: Plan, here: str, *, forward: bool) -> str | None:
    """Over a wire; of several the one nearest across the flow."""
    wires = plan.document.wires_at(here)
    if forward:
        ends = [wire.target for wire in wires if wire.source == here and wire.target in plan]
    else:
        ends = [wire.source for wire in wires if wire.target == here and wire.source in plan]
    level = _across(plan, here)
    return min(ends, key=lambda born: abs(_across(plan, born) - level), default=None)


def _across(plan: Plan, born: str) -> float:
    middle = plan.rect(born).center()
    return middle.x() if plan.down else middle.y()


def _beside(plan: Plan, here: str, direction: Direction) -> str | None:
    """The nearest node on that side; what lies straight ahead counts as nearer."""
    start = plan.rect(here).center()
    best: tuple[float, str] | None = None
    for born in plan.births():
        away = plan.rect(born).center() - start
        ahead, aside = (away.x(), away.y()) if direction in ("left", "right") else (away.y(), away.x())
        ahead = -ahead if direction in ("left", "up") else ahead
        if born != here and ahead > 1 and (best is None or ahead + 2 * abs(aside) < best[0]):
            best = (ahead + 2 * abs(aside), born)
    return best[1] if best else None


def next_wire(plan: Plan, born: str, chosen: str | None, step: int) -> str | None:
    """The wire of a node that comes after one of its wires: those that come in first, then those that go on."""
    wires = plan.document.wires_at(born)
    ends = [(wire, line[-1]) for wire in wires if (line := plan.lines.of(wire.key)) is not None]
    ends.sort(key=lambda end: (end[0].source == born, end[1].y()))
    keys = [wire.key for wire, _ in ends]
    if not keys:
        return None
    return keys[(keys.index(chosen) + step) % len(keys)] if chosen in keys else keys[0 if step > 0 else -1]
