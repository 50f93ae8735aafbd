"""Rules about the graph as a whole: loops, what is trained by what, run settings. They run a moment after an edit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import networkx as nx

from graph import edits
from graph.checks.view import shown
from graph.diagnostic import Diagnostic, Fix
from graph.records import SETTINGS, Node
from graph.spec import Fitted, Kind, Metric, Optimizer

if TYPE_CHECKING:
    from graph.document import Document
    from graph.reading import Reading


def run(reading: Reading) -> Iterator[Diagnostic]:
    """All findings about the graph."""
    for rule in RULES:
        yield from rule(reading)


def loops_have_a_delay(reading: Reading) -> Iterator[Diagnostic]:
    doc = reading.document
    for source, target in reading.order.aside:
        path = [target] if source == target else nx.shortest_path(doc.graph, target, source)
        around = " → ".join(_name(doc, born) for born in [*path, target])
        wire = next(w for w in doc.wires_from(source) if w.target == target)
        fix = Fix(
            f"Remove the wire from {_name(doc, source)} to {_name(doc, target)}",
            partial(edits.remove, keys=[wire.key]),
        )
        yield Diagnostic(
            "loop-without-delay",
            "error",
            target,
            f"{around} is a loop: nothing in it can be computed first.",
            wire.target_port,
            wire.key,
            fix,
        )


def optimizers_train_something(reading: Reading) -> Iterator[Diagnostic]:
    doc = reading.document
    for optimizer in _of(reading, Optimizer):
        if doc.wires_into(optimizer.born, "loss") and not _weighty(doc, _above(doc, optimizer.born)):
            message = f"{_name(doc, optimizer.born)} trains nothing: no node upstream of its loss has weights."
            yield Diagnostic("trains-nothing", "error", optimizer.born, message, "loss")


def weights_have_one_owner(reading: Reading) -> Iterator[Diagnostic]:
    doc = reading.document
    owners: dict[str, str] = {}
    for optimizer in _of(reading, Optimizer):
        for born in _weighty(doc, _above(doc, optimizer.born)):
            if owners.setdefault(born, optimizer.born) != optimizer.born:
                message = f"{_name(doc, owners[born])} and {_name(doc, optimizer.born)} both train {_name(doc, born)}."
                yield Diagnostic("two-owners", "error", optimizer.born, message, "loss")
                break


def outputs_are_trained(reading: Reading) -> Iterator[Diagnostic]:
    doc = reading.document
    optimizers = _of(reading, Optimizer)
    trained = {born for optimizer in optimizers for born in _above(doc, optimizer.born)}
    seen: set[str] = set()
    for output in [node for node in doc.nodes() if node.kind == "Output"] if optimizers else []:
        for born in _weighty(doc, _above(doc, output.born)):
            if born not in trained and born not in seen:
                seen.add(born)
                message = f"{_name(doc, born)} is part of what is exported, but nothing trains it."
                yield Diagnostic("untrained", "warning", born, message)


def fitting_comes_first(reading: Reading) -> Iterator[Diagnostic]:
    doc = reading.document
    for fitted in _of(reading, Fitted):
        above = _weighty(doc, _above(doc, fitted.born))
        if above:
            learns = f"{_name(doc, above[0])} upstream of it still learns"
            message = f"{_name(doc, fitted.born)} is fitted once, before the training, but {learns}: put it before."
            yield Diagnostic("fit-after-weights", "error", fitted.born, message, "x")


def targets_stay_outside(reading: Reading) -> Iterator[Diagnostic]:
    doc = reading.document
    targets = {(w.source, w.source_port): w.target for w in doc.wires() if w.target_port == "target"}
    for output in [node for node in doc.nodes() if node.kind == "Output"]:
        for wire in _wires_above(doc, output.born):
            loss = targets.get((wire.source, wire.source_port))
            if loss is not None and wire.source_port == "y" and not _is_layer(doc, wire.source):
                target = f"{_name(doc, wire.source)}.{wire.source_port}, which is the target of {_name(doc, loss)}"
                message = f"{_name(doc, output.born)} depends on {target}."
                fix = Fix("Remove the wire", partial(edits.remove, keys=[wire.key]))
                yield Diagnostic("target-in-model", "warning", output.born, message, "x", wire.key, fix)


def steps_have_no_slope(reading: Reading) -> Iterator[Diagnostic]:
    doc = reading.document
    for optimizer in _of(reading, Optimizer):
        for born in sorted(_above(doc, optimizer.born), key=lambda b: doc.node(b).rank):
            if _is_step(doc, born) and _blocks(doc, born, optimizer.born):
                blind = f"{_name(doc, optimizer.born)} cannot train what lies before it"
                message = f"{_name(doc, born)} is a step and has no slope: {blind}."
                yield Diagnostic("step-flat", "error", born, message, fix=_sigmoid(doc, born))


def _blocks(doc: Document, born: str, optimizer: str) -> bool:
    """Whether a step hides every weight upstream of an optimizer, its own included."""
    around = doc.graph.subgraph(_above(doc, optimizer) | {optimizer}) if _above(doc, optimizer) else doc.graph
    open_paths = nx.ancestors(nx.subgraph_view(around, filter_node=lambda n: n != born), optimizer)
    hidden = _above(doc, born) | ({born} if doc.node(born).kind == "Neuron" else set())
    return bool(set(_weighty(doc, hidden)) - open_paths)


def _sigmoid(doc: Document, born: str) -> Fix:
    if doc.node(born).kind == "Neuron":
        return Fix("Use a sigmoid", lambda d: edits.set_param(d, born, "activation", "sigmoid"))
    return Fix("Use a Sigmoid", lambda d: edits.change_kind(d, born, "Sigmoid"))


def run_settings_are_good(reading: Reading) -> Iterator[Diagnostic]:
    doc = reading.document
    declared = doc.catalogue.get("Run")
    if declared is None:
        return
    for name, value in doc.settings.params.items():
        wrong = (
            declared.params[name].wrong(value)
            if name in declared.params
            else "is not a run setting of this version; it is kept as it is"
        )
        if wrong:
            level = "error" if name in declared.params else "warning"
            message = (
                f"Run setting {shown(name)} {wrong}."
                if level == "warning"
                else f"Run setting {shown(name)} {wrong}, not {shown(str(value))}."
            )
            fix = (
                Fix(f"Use {declared.params[name].default}", partial(edits.set_run, name=name, value=None))
                if name in declared.params
                else None
            )
            yield Diagnostic("run-setting", level, SETTINGS, message, fix=fix)  # type: ignore[arg-type]  # both are levels


def monitor_is_a_figure(reading: Reading) -> Iterator[Diagnostic]:
    doc = reading.document
    wanted = doc.settings.params.get("monitor")
    figures = [node.id for node in doc.nodes() if _is_figure(doc, node)]
    if isinstance(wanted, str) and wanted and wanted not in figures:
        known = ", ".join(shown(id) for id in figures) or "none yet"
        message = f"Run setting monitor names {shown(wanted)}, which is no loss or metric of the drawing ({known})."
        fix = Fix("Watch the loss", lambda d: edits.set_run(d, "monitor", None))
        yield Diagnostic("monitor", "error", SETTINGS, message, fix=fix)


def file_is_understood(reading: Reading) -> Iterator[Diagnostic]:
    for stray in reading.document.strays():
        if stray.reason:
            yield Diagnostic(
                "unreadable", "warning", "", stray.reason, fix=Fix("Remove it", partial(edits.remove, keys=[stray.key]))
            )


def _above(doc: Document, born: str) -> set[str]:
    return nx.ancestors(doc.graph, born) if born in doc.graph else set()


def _wires_above(doc: Document, born: str) -> Iterator[Any]:
    for node in [born, *_above(doc, born)]:
        yield from doc.wires_into(node)


def _weighty(doc: Document, births: set[str]) -> list[str]:
    """The nodes of these that have weights to train, in document order."""
    found = [doc.node(born) for born in births if has_weights(doc, born)]
    return [node.born for node in sorted(found, key=lambda node: node.rank)]


def has_weights(doc: Document, born: str) -> bool:
    """Whether a node's kind has weights at all, whatever their size."""
    kind = doc.kind(doc.node(born))
    return kind is not None and kind.weights is not Kind.weights


def _of(reading: Reading, role: type[Kind]) -> list[Node]:
    return [node for node in reading.document.nodes() if issubclass(reading.document.kind(node) or Kind, role)]


def _is_step(doc: Document, born: str) -> bool:
    node = doc.node(born)
    return node.kind == "Step" or (node.kind == "Neuron" and node.params.get("activation") == "step")


def _is_layer(doc: Document, born: str) -> bool:
    kind = doc.kind(doc.node(born))
    return kind is not None and bool(kind.inputs)


def _is_figure(doc: Document, node: Node) -> bool:
    kind = doc.kind(node)
    return kind is not None and (issubclass(kind, Metric) or any(port.type == "loss" for port in kind.outputs))


def _name(doc: Document, born: str) -> str:
    return shown(doc.node(born).id)


RULES: tuple[Callable[[Reading], Iterator[Diagnostic]], ...] = (
    loops_have_a_delay, optimizers_train_something, weights_have_one_owner, outputs_are_trained, fitting_comes_first,
    targets_stay_outside, steps_have_no_slope, run_settings_are_good, monitor_is_a_figure, file_is_understood,
)  # fmt: skip
