"""Rules about loops: each goes through a Delay, follows one sequence, and holds only what can go step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from functools import partial
from typing import TYPE_CHECKING

from graph import edits
from graph.blocks import Placement
from graph.diagnostic import Diagnostic, Fix
from graph.loops import Loop, axes_into, time
from graph.roles import Layer
from graph.shape import Tensor
from graph.spec import Kind

if TYPE_CHECKING:
    from graph.checks.whole import Survey


def loops_have_a_delay(survey: Survey) -> Iterator[Diagnostic]:
    """One finding for all loops that hang together, with the shortest one through its first node."""
    doc = survey.document
    for members in dict.fromkeys(survey.order.loops.values()):
        path = _shortest_loop(survey, survey.ranked(members)[0], members)
        source, target = path[-1], path[0]
        around = " → ".join(survey.name(born) for born in [*path, target])
        wire = next(w for w in doc.wires_from(source) if w.target == target)
        message = f"{around} is a loop without a Delay: nothing in it can be computed first."
        cut = f"Remove the wire from {survey.name(source)} to {survey.name(target)}"
        fix = Fix(cut, partial(edits.remove, keys=[wire.key]))
        if "Delay" in doc.catalogue:
            fix = Fix("Put a Delay between", partial(edits.insert, wire_key=wire.key, kind="Delay"))
        yield Diagnostic("loop-without-delay", "error", target, message, wire.target_port, wire.key, fix)


def loops_follow_one_sequence(survey: Survey) -> Iterator[Diagnostic]:
    for loop in dict.fromkeys(survey.reading.loops.all().values()):
        first = survey.document.node(loop.delays[0])
        if any(survey.document.node(born).params.get("over") for born in loop.delays):
            continue
        axes = axes_into(survey.reading, loop)
        sources = " and ".join(survey.name(axis.source) for axis in axes if survey.document.has_node(axis.source))
        if len(axes) > 1:
            message = f"The loop of {survey.name(first.born)} gets sequences of {sources}: choose which one it follows."
            one = next(axis.source for axis in axes)
            fix = Fix(f"Follow {survey.name(one) if survey.document.has_node(one) else one}",
                      partial(edits.set_param, born=first.born, name="over", value=one))  # fmt: skip
            yield Diagnostic("loop-two-times", "error", first.born, message, fix=fix)
        elif not axes and time(survey.reading, loop) is None and _all_known(survey, loop):
            message = (
                f"No sequence enters the loop of {survey.name(first.born)}, so nobody knows how many steps it takes."
            )
            fix = Fix("Take 10 steps", partial(edits.set_param, born=first.born, name="steps", value=10))
            yield Diagnostic("loop-no-sequence", "error", first.born, message, fix=fix)


def _all_known(survey: Survey, loop: Loop) -> bool:
    values = (survey.reading.value(wire.source, wire.source_port) for wire in survey.reading.loops.entering(loop))
    return all(not isinstance(value, Tensor) or value.sides is not None for value in values)


def delays_find_their_shape(survey: Survey) -> Iterator[Diagnostic]:
    for loop in dict.fromkeys(survey.reading.loops.all().values()):
        for born in loop.delays:
            value = survey.reading.value(born)
            open_side = isinstance(value, Tensor) and (value.sides is None or None in value.inner)
            if born in survey.reading.restless or (open_side and _all_known(survey, loop)):
                message = f"The shape of what {survey.name(born)} remembers cannot be found: set its shape."
                yield Diagnostic("delay-shape", "error", born, message)


def delays_begin_outside(survey: Survey) -> Iterator[Diagnostic]:
    """What a Delay gives at first is there before the first step."""
    doc = survey.document
    for born, loop in survey.reading.loops.all().items():
        for wire in doc.wires_into(born, "initial") if born in loop.delays else ():
            if wire.source in loop.members:
                giver = survey.name(wire.source)
                message = f"{survey.name(born)} begins with what {giver} gives, which stands on the same loop."
                fix = Fix("Remove the wire", partial(edits.remove, keys=[wire.key]))
                yield Diagnostic("delay-initial", "error", born, message, "initial", wire.key, fix)


def loops_keep_to_their_step(survey: Survey) -> Iterator[Diagnostic]:
    """Batch norm cannot run step by step, nor what has a loop of its own inside."""
    for born, loop in survey.reading.loops.all().items():
        made = survey.document.make(survey.document.node(born))
        if _is_batch_norm(type(made)) or (isinstance(made, Placement) and _holds_batch_norm(made)):
            why = "needs whole sequences, but"
        elif isinstance(made, Placement) and made.vocabulary.remembers(made.born):
            why = "has a loop of its own, but"
        else:
            continue
        message = f"{survey.name(born)} {why} stands on the loop of {survey.name(loop.delays[0])}: move it out of it."
        yield Diagnostic("time-in-loop", "error", born, message)


def _is_batch_norm(kind: type[Kind]) -> bool:
    return issubclass(kind, Layer) and kind.joins_rows


def _holds_batch_norm(made: Placement) -> bool:
    """Whether a block, or one inside it, has a batch norm."""
    return any(_is_batch_norm(kind) for kind in made.vocabulary.kinds_within(made.born))


def _shortest_loop(survey: Survey, start: str, members: Set[str]) -> list[str]:
    """The nodes from `start` on that lead back to it; of several equally short ways the first in document order."""
    ways = [[start]]
    reached = {start}
    for way in ways:
        onward = {wire.target for wire in survey.document.wires_from(way[-1])} & members
        if start in onward:
            return way
        for born in survey.ranked(onward - reached):
            reached.add(born)
            ways.append([*way, born])
    return ways[0]


RULES: tuple[Callable[..., Iterator[Diagnostic]], ...] = (
    loops_have_a_delay,
    loops_follow_one_sequence,
    delays_find_their_shape,
    delays_begin_outside,
    loops_keep_to_their_step,
)
