"""Rules about what keeps its state from window to window: its rows must be a stream, and it stands there once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from graph import edits
from graph.blocks import Placement
from graph.diagnostic import Diagnostic, Fix
from graph.records import Node
from graph.roles import Data
from graph.shape import Axis, Tensor
from graph.spec import Kind

if TYPE_CHECKING:
    from graph.checks.whole import Survey


def states_follow_a_stream(survey: Survey) -> Iterator[Diagnostic]:
    """A window begins with what was remembered of the one before, so the rows must go on from batch to batch."""
    for node, inner in _keeping(survey):
        data = _rows_of(survey, node)
        made = survey.document.make(data) if data else None
        if data is None or not isinstance(made, Data) or getattr(made, "order", "") == "stream":
            continue
        keeper = f"{inner} in {survey.name(node.born)}" if inner else survey.name(node.born)
        keeps, rows = f"{keeper} keeps its state", survey.name(data.born)
        if "order" in made.params:
            fix = Fix("Let its windows follow on one another",
                      partial(edits.set_param, born=data.born, name="order", value="stream"))  # fmt: skip
            message = f"{keeps}, but the windows of {rows} come in any order: set its order to stream."
            yield Diagnostic("stateful-shuffled", "error", node.born, message, fix=fix)
        else:
            message = f"{keeps}, but each row of {rows} stands by itself: none goes on where another ended."
            yield Diagnostic("stateful-shuffled", "error", node.born, message, fix=_forget(node))


def states_are_kept_once(survey: Survey) -> Iterator[Diagnostic]:
    for node, inner in _keeping(survey):
        made = survey.document.make(node)
        if isinstance(made, Placement) and made.repeat > 1:
            message = (
                f"{survey.name(node.born)} stands {made.repeat} times one behind the other, but {inner} keeps its "
                "state: place the block so many times instead."
            )
            yield Diagnostic("stateful-repeat", "error", node.born, message)


def _keeping(survey: Survey) -> Iterator[tuple[Node, str]]:
    """The nodes that keep a state; of a block with the name of what keeps one inside, else with an empty one."""
    for node in survey.which(lambda kind: issubclass(kind, Placement) or "stateful" in kind.params):
        inner = _keeper(survey.document.make(node), survey.reading.inputs(node.born))
        if inner is not None:
            yield node, inner


def _keeper(made: Kind, inputs: Mapping[str, Any]) -> str | None:
    """The name of what keeps a state inside a block; empty if this is no block and keeps one; None if nothing does."""
    if not isinstance(made, Placement):
        return "" if made.hands_on() else None
    if made.vocabulary.why_not_read(made.born):
        return None
    if not any("stateful" in kind.params for kind in made.vocabulary.kinds_within(made.born)):
        return None
    interior = made.interior(inputs)
    for node in interior.document.nodes():
        found = _keeper(interior.document.make(node), interior.reading.inputs(node.born))
        if found is not None:
            return found or node.id
    return None


def _rows_of(survey: Survey, node: Node) -> Node | None:
    """The data that gives the rows of what comes in."""
    for value in survey.reading.inputs(node.born).values():
        first = value.known[0] if isinstance(value, Tensor) and value.sides else None
        if isinstance(first, Axis) and survey.document.has_node(first.source):
            return survey.document.node(first.source)
    return None


def _forget(node: Node) -> Fix | None:
    if "stateful" not in node.params:
        return None
    return Fix("Forget behind each window", partial(edits.reset_param, born=node.born, name="stateful"))


RULES: tuple[Callable[..., Iterator[Diagnostic]], ...] = (states_follow_a_stream, states_are_kept_once)
