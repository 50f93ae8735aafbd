"""Rules about what a node is called, what it is, and its parameters."""

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Any

from graph import edits, names, queries
from graph.checks.view import View, shown
from graph.diagnostic import Diagnostic, Fix
from graph.edits.blocks import PORTS
from graph.following import FollowError, follows, worked_out


def name_is_legal(view: View) -> Iterator[Diagnostic]:
    why = names.why_not(view.node.id)
    if why:
        better = names.legal(view.node.id, view.document)
        yield view.found(
            "name", "error", f"{shown(view.node.id)!r} cannot be a name: {why}.", fix=_rename(view, better)
        )


def name_is_free(view: View) -> Iterator[Diagnostic]:
    holders = view.document.holders(view.node.id)
    first = view.document.find(view.node.id)
    if len(holders) > 1 and first is not None and first.born != view.born:
        better = names.legal(view.node.id, view.document)
        yield view.found(
            "name-taken",
            "error",
            f"{shown(view.node.id)} is the name of another node already.",
            fix=_rename(view, better),
        )


def kind_is_known(view: View) -> Iterator[Diagnostic]:
    if view.kind is not None and view.kind.family:
        return
    near = get_close_matches(view.node.kind[:60], [kind.__name__ for kind in view.document.catalogue.drawn()], 1)
    fix = Fix(f"Make it a {near[0]}", lambda doc: edits.change_kind(doc, view.born, near[0])) if near else None
    unknown = f"{view.name(view.born)} is of the kind {shown(view.node.kind)!r}"
    message = f"{unknown}, which this version does not know. It is kept as it is."
    yield view.found("kind-unknown", "error", message, fix=fix)


def kind_can_stand_here(view: View) -> Iterator[Diagnostic]:
    """Only tensors cross the ports of a block, so that only what turns them into others stands inside."""
    kind = view.kind
    if view.document.level is None or kind is None or not kind.family or kind.name() in PORTS:
        return
    if not queries.is_inner(kind):
        why = "data, what is fitted to it, losses, metrics and optimizers stay outside"
        yield view.found("kind-inside", "error", f"{view.name(view.born)} cannot stand in a block: {why}.")


def keys_are_known(view: View) -> Iterator[Diagnostic]:
    for key in view.node.extra:
        message = (
            f"{view.name(view.born)} has the key {shown(key)!r}, which this version does not know. It is kept as it is."
        )
        yield view.found("key-unknown", "warning", message)


def parameters_are_known(view: View) -> Iterator[Diagnostic]:
    if view.kind is None:
        return
    for name in view.node.params:
        if name not in view.kind.params:
            near = get_close_matches(name[:60], list(view.kind.params), 1)
            hint = f" Did you mean {near[0]}?" if near else ""
            message = f"{view.name(view.born)} has no parameter {shown(name)!r}.{hint} It is kept as it is."
            yield view.found("parameter-unknown", "error", message, fix=_reset(view, name, f"Remove {shown(name)}"))


def parameters_are_good(view: View) -> Iterator[Diagnostic]:
    for name, value in view.node.params.items():
        declared = view.made.params.get(name)
        wrong = declared and declared.wrong(value)
        if declared and wrong:
            came = "" if declared.type in ("formula", "starts", "options") else f", not {shown(_value_text(value))}"
            said = f"{view.name(view.born)}.{name} {wrong}{came}."
            message = _cannot_follow(view, name, value) or said
            yield view.found(
                "parameter", "error", message, fix=_reset(view, name, f"Use {_value_text(declared.default)}")
            )


def _cannot_follow(view: View, name: str, value: Any) -> str:
    """Why a value cannot follow the parameters of a block; empty if it follows none."""
    if not follows(value):
        return ""
    text = shown(str(value).removeprefix("="))
    try:
        worked_out(value, view.document.values)
    except FollowError as error:
        return f'{view.name(view.born)}.{name} cannot follow "{text}": {error}.'
    return ""


def _reset(view: View, name: str, label: str) -> Fix:
    return Fix(label, lambda doc: edits.reset_param(doc, view.born, name))


def _rename(view: View, id: str) -> Fix:
    return Fix(f"Rename to {id}", lambda doc: edits.rename(doc, view.born, id))


def _value_text(value: Any) -> str:
    return f'"{value}"' if type(value) is str else str(value)


RULES: tuple[Callable[[View], Iterator[Diagnostic]], ...] = (
    name_is_legal,
    name_is_free,
    kind_is_known,
    kind_can_stand_here,
    keys_are_known,
    parameters_are_known,
    parameters_are_good,
)
