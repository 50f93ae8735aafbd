"""Begins with the weights of an earlier run or of a file, node by node, and says what begins anew all the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from graph.records import Node
from runtime.exports.weights import packing
from runtime.predict.known import known
from runtime.program import Program, Unit
from runtime.program.definitions import BlockUnit
from runtime.program.neuron_row import Packing
from runtime.program.units import parts_of
from runtime.runs import Run
from runtime.train import checkpoint
from runtime.train.checkpoint import BadCheckpoint
from runtime.train.state import Tensors, weights
from runtime.words import listed

HOMES = ("net.", "extras.")

Births = dict[str, tuple[str, ...]]
"""For the path of each module (`net.block1.conv1`) the birth names of the nodes that it belongs to, outermost first."""


class NoBeginning(Exception):
    """Why a training cannot begin with certain weights; a sentence."""


@dataclass(frozen=True, slots=True)
class Given:
    """Weights from elsewhere, keyed as a training's own, and whose they were, where that is known."""

    name: str
    tensors: Tensors
    births: Births = field(default_factory=dict)
    neurons: Packing = field(default_factory=dict)


def begin(training: Any, program: Program, start: str) -> dict[str, str]:
    """Takes the weights in the run folder or the file `start`; what there is to say, with its level.

    Raises NoBeginning.
    """
    known = given(Path(start))
    return {**take(training, births(program), known, packing(program)), **_left_out(program, known)}


def _left_out(program: Program, given: Given) -> dict[str, str]:
    """What the other run learned for nodes that take no part here."""
    records = program.drawing.records
    found: dict[str, str] = {}
    for path, born in given.births.items():
        nodes = [node for one in born if isinstance(node := records.get(one), Node)]
        state = next((node.state for node in nodes if node.state), "")
        if state and any(key.startswith(f"{path}.") for key in given.tensors):
            found[_short(path)] = state
    names = listed((f"{name} ({state} here)" for name, state in found.items()), "and", 12)
    return {f"Left out: {names}.": "warning"} if found else {}


def given(start: Path) -> Given:
    """The weights of a run, or those in a file. Raises NoBeginning."""
    run = Run(start)
    path = run.weights() if start.is_dir() else start
    if path is None:
        raise NoBeginning(f"The run {start.name} has no weights to begin with.")
    try:
        held = checkpoint.read(path)
    except BadCheckpoint as error:
        raise NoBeginning(str(error)) from error
    whole = any(key.startswith(HOMES) for key in held.tensors)  # a checkpoint; an export holds the keys of Net alone
    net = held.net if whole else held.tensors
    extras = {key: tensor for key, tensor in held.tensors.items() if key.startswith("extras.")}
    tensors = {**{f"net.{key}": tensor for key, tensor in net.items()}, **extras}
    neurons = held.plain.get("neurons") or {}
    return Given(start.name, tensors, _births_of(run) if start.is_dir() else {}, neurons)


def _births_of(run: Run) -> Births:
    """Whose the weights of a run are; nothing where its drawing cannot be read any more."""
    from runtime.drawing import open_run

    kept = known(run)
    try:
        drawing = open_run(run, kept.facts if kept else ())
        return births(Program(drawing.reading))
    except Exception:  # the paths still tell
        return {}


def births(program: Program) -> Births:
    """Whose each module of Net and Extras is."""
    homes = (("net.", program.net), ("extras.", program.extras))
    return {path: found for home, units in homes for path, found in _births(units, home, ())}


def _births(units: Iterable[Unit], start: str, above: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for unit in parts_of(units):
        own, path = (*above, *unit.births), f"{start}{unit.attribute}"
        if unit.holder != unit.born:
            continue
        yield path, own
        if isinstance(unit, BlockUnit):
            copies = [f"{path}.{number}" for number in range(unit.times)] if unit.copies else [path]
            for number, copy in enumerate(copies):
                yield from _births(unit.body.units, f"{copy}.", (*own, str(number)))


def take(training: Any, own: Births, given: Given, neurons: Packing | None = None) -> dict[str, str]:
    """Copies what fits into a training. `neurons` says where its single neurons are. Raises NoBeginning."""
    mine = {key: tensor for key, tensor in weights(training).items() if key.startswith(HOMES)}
    packed = _packed(neurons or {}) if given.neurons else set()
    taken = match({key: mine[key] for key in mine if key not in packed}, given.tensors, own, given.births)
    with torch.no_grad():
        for key, other in taken.items():
            mine[key].copy_(given.tensors[other])
        met = _take_neurons(mine, neurons or {}, given) if packed else set()
    if not taken and not met:
        raise NoBeginning(f"Nothing in {given.name} fits this drawing: no node has weights of the same shape there.")
    return dict(_told(mine, {**taken, **{key: key for key in met}}, own, given))


def _packed(neurons: Packing) -> set[str]:
    """The keys that hold single neurons."""
    return {f"net.{row[part][0]}" for row in neurons.values() for part in ("weight", "bias") if row[part]}


def _take_neurons(mine: Tensors, neurons: Packing, given: Given) -> set[str]:
    """Copies neuron by neuron, wire by wire, however both sides packed them; the keys that nothing is missing of."""
    missing = set()
    for id, row in neurons.items():
        theirs = given.neurons.get(id)
        for part in ("weight", "bias"):
            if row[part] is None:
                continue
            key, place = f"net.{row[part][0]}", _place(row[part])
            there = f"net.{theirs[part][0]}" if theirs and theirs[part] else ""
            if theirs is None or there not in given.tensors:
                missing.add(key)
                continue
            values = given.tensors[there][_place(theirs[part])]
            wires = [tuple(wire) for wire in theirs["from"]] if part == "weight" else [()]
            known = dict(zip(wires, values.reshape(-1), strict=False))
            for at, wire in enumerate(row["from"] if part == "weight" else [()]):
                value = known.get(tuple(wire))
                if value is None:
                    missing.add(key)
                else:
                    mine[key][place].reshape(-1)[at] = value
    return _packed(neurons) - missing


def _place(packed: list[Any]) -> slice | int:
    """Where a neuron's numbers are in their tensor: `[key, row]` or `[key, first, last]`."""
    return packed[1] if len(packed) == 2 else slice(packed[1], packed[2])


def match(mine: Tensors, there: Tensors, own: Births, others: Births) -> dict[str, str]:
    """For each key that finds its like the key it has there: the same path first, then the node of the same birth."""
    by_birth = {found: path for path, found in others.items()}
    taken = {}
    for key, tensor in mine.items():
        for other in (key, _by_birth(key, own, by_birth)):
            if other in there and there[other].shape == tensor.shape:
                taken[key] = other
                break
    return taken


def _by_birth(key: str, own: Births, by_birth: Mapping[tuple[str, ...], str]) -> str:
    path = _path(key, own)
    there = by_birth.get(own.get(path, ()), "")
    return there + key[len(path) :] if there else ""


def _path(key: str, own: Births) -> str:
    """The module that a key belongs to: the longest path that begins it."""
    path = key.rpartition(".")[0]
    while path and path not in own:
        path = path.rpartition(".")[0]
    return path or key.rpartition(".")[0]


def _told(mine: Tensors, taken: Mapping[str, str], own: Births, given: Given) -> Iterator[tuple[str, str]]:
    nodes: dict[str, list[str]] = {}
    for key in mine:
        nodes.setdefault(_path(key, own), []).append(key)
    whole = [path for path, keys in nodes.items() if all(key in taken for key in keys)]
    yield (
        f"Begins with the weights of {given.name}: {listed(map(_short, whole), 'and', 12) or 'parts of nodes'}.",
        "good",
    )
    left = [(path, key) for path, keys in nodes.items() if path not in whole for key in keys if key not in taken]
    firsts = dict(reversed(left))
    if firsts:
        anew = [f"{_short(path)} ({_why(key, mine, given, own)})" for path, key in reversed(firsts.items())]
        yield f"Begins anew: {listed(anew, 'and', 12)}.", "warning"


def _why(key: str, mine: Tensors, given: Given, own: Births) -> str:
    by_birth = {found: path for path, found in given.births.items()}
    there = next((other for other in (key, _by_birth(key, own, by_birth)) if other in given.tensors), None)
    name = key[len(_path(key, own)) + 1 :]
    if there is None:
        return f"there is no {name} of it"
    return f"its {name} is {_shape(mine[key])} here and {_shape(given.tensors[there])} there"


def _shape(tensor: torch.Tensor) -> str:
    return "×".join(map(str, tensor.shape)) or "a number"


def _short(path: str) -> str:
    return path.partition(".")[2]
