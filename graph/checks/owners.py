"""Rules about who trains what: what optimizers list, what is left to the others, and what nobody trains."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING

from graph import edits
from graph.checks.view import missing, shown
from graph.diagnostic import Diagnostic, Fix
from graph.kinds.structure import Output
from graph.records import Node
from graph.roles import Optimizer

if TYPE_CHECKING:
    from graph.checks.whole import Survey


class Owners:
    """What each optimizer trains, by the births of nodes with weights."""

    def __init__(self, survey: Survey) -> None:
        self._survey, self._doc = survey, survey.document

    def listed(self, optimizer: Node) -> list[str]:
        """What an optimizer lists, as it is typed."""
        made = self._doc.make(optimizer)
        return list(made.trains) if isinstance(made, Optimizer) else []

    def holder(self, born: str) -> str:
        """The node whose weights a node uses."""
        owner = self._doc.owner(self._doc.node(born)) if self._doc.has_node(born) else None
        return owner.born if owner else born

    def owned(self, optimizer: Node) -> frozenset[str]:
        """What an optimizer trains: what it lists; without a list, what no other does."""
        listed, reached = self.listed(optimizer), self._survey.trained(optimizer.born)
        return reached & frozenset(map(self.holder, listed)) if listed else reached - self._all_listed

    @cached_property
    def _all_listed(self) -> frozenset[str]:
        optimizers = self._survey.of(Optimizer)
        return frozenset(self.holder(born) for optimizer in optimizers for born in self.listed(optimizer))

    def common(self, optimizer: Node) -> frozenset[str]:
        """What all losses of an optimizer depend on."""
        losses = [wire.source for wire in self._doc.wires_into(optimizer.born, "loss")]
        found = [self._survey.trained(born) for born in losses if self._doc.has_node(born)]
        return frozenset.intersection(*found) if found else frozenset()


def optimizers_train_something(survey: Survey) -> Iterator[Diagnostic]:
    for optimizer in survey.of(Optimizer):
        if not survey.document.wires_into(optimizer.born, "loss"):
            continue
        reached, name = survey.trained(optimizer.born), survey.name(optimizer.born)
        if not reached:
            message = f"{name} trains nothing: no node upstream of its loss has weights."
            yield Diagnostic("trains-nothing", "error", optimizer.born, message, "loss")
        elif not survey.owners.listed(optimizer) and not survey.owners.owned(optimizer):
            message = f"{name} trains nothing: everything upstream of its loss is listed by other optimizers."
            yield Diagnostic(
                "trains-nothing", "error", optimizer.born, message, "loss", fix=_list(survey, reached, optimizer)
            )


def lists_are_upstream(survey: Survey) -> Iterator[Diagnostic]:
    """What an optimizer lists must have weights that its losses depend on."""
    for optimizer in survey.of(Optimizer):
        for born in dict.fromkeys(survey.owners.listed(optimizer)):
            why = _why_not_trained(survey, optimizer, born)
            if why:
                called = survey.name(born) if survey.document.has_node(born) else shown(born)
                message = f"{survey.name(optimizer.born)} is to train {called}, {why}."
                rest = [other for other in survey.owners.listed(optimizer) if other != born]
                fix = Fix(
                    f"Take {called} off its list",
                    partial(edits.set_param, born=optimizer.born, name="trains", value=rest),
                )
                yield Diagnostic("trains-elsewhere", "error", optimizer.born, message, fix=fix)


def _why_not_trained(survey: Survey, optimizer: Node, born: str) -> str:
    """Why an optimizer cannot train a node that it lists; empty if it can."""
    doc, holder = survey.document, survey.owners.holder(born)
    if not doc.has_node(born):
        return missing(doc, born)
    if doc.node(holder).params.get("frozen") is True:
        return "which is frozen"
    if holder not in survey.weighty:
        return "which has no weights"
    return "" if holder in survey.trained(optimizer.born) else f"but its losses do not depend on {survey.name(born)}"


def weights_have_one_owner(survey: Survey) -> Iterator[Diagnostic]:
    """Two optimizers that list nothing cannot both train a node."""
    seen: dict[str, Node] = {}
    for optimizer in survey.of(Optimizer):
        if survey.owners.listed(optimizer):
            continue
        own = survey.owners.owned(optimizer)
        shared = survey.ranked({born for born in own if born in seen})
        if shared:
            first = seen[shared[0]]
            both = f"{survey.name(first.born)} and {survey.name(optimizer.born)}"
            message = f"{both} both train {survey.name(shared[0])} by default: list in one of them what it is to train."
            fix = _parted(survey, (first, optimizer))
            yield Diagnostic("two-owners", "error", optimizer.born, message, "loss", fix=fix)
        seen |= dict.fromkeys(own, optimizer)


def _parted(survey: Survey, pair: Iterable[Node]) -> Fix | None:
    """The one of two optimizers whose losses have only some nodes in common is meant for these, as a critic is."""
    for optimizer in pair:
        common, reached = survey.owners.common(optimizer), survey.trained(optimizer.born)
        if common and common != reached:
            return _list(survey, common, optimizer)
    return None


def outputs_are_trained(survey: Survey) -> Iterator[Diagnostic]:
    outputs, optimizers = survey.of(Output), survey.of(Optimizer)
    if not outputs or not optimizers:
        return
    exported = frozenset[str]().union(*(survey.trained(node.born) for node in outputs))
    trained = frozenset[str]().union(*(survey.owners.owned(node) for node in optimizers))
    for born in survey.ranked(exported - trained):
        message = f"{survey.name(born)} is part of what is exported, but nothing trains it."
        near = next((node for node in optimizers if born in survey.trained(node.born)), None)
        fix = _list(survey, {*survey.owners.owned(near), born}, near) if near else None
        yield Diagnostic("untrained", "warning", born, message, fix=fix)


def _list(survey: Survey, births: Iterable[str], optimizer: Node) -> Fix:
    """Let an optimizer list these nodes."""
    listed = survey.ranked(set(births))
    names = ", ".join(map(survey.name, listed[:3])) + (" …" if len(listed) > 3 else "")
    label = f"Let {survey.name(optimizer.born)} train {names}"
    return Fix(label, partial(edits.set_param, born=optimizer.born, name="trains", value=listed))


RULES: tuple[Callable[[Survey], Iterator[Diagnostic]], ...] = (
    optimizers_train_something,
    lists_are_upstream,
    weights_have_one_owner,
    outputs_are_trained,
)
