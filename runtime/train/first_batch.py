"""Looks at the data, and at what one batch becomes, before the first step; no weight and no random number moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from graph.roles import Layer
from graph.shape import Axis, Tensor, product
from runtime.data.streaming import Stream
from runtime.emit.model import shape_text
from runtime.program import Figure, Program
from runtime.program.units import NodeUnit, Unit
from runtime.program.walk import Found, walk
from runtime.train.state import collect_random, modules, restore_random
from runtime.words import amount

if TYPE_CHECKING:
    from runtime.data.source import Source
    from runtime.train.loop import Loop

PARTS = {"train": "", "validation": " of the validation part", "test": " of the test part"}


@dataclass(frozen=True, slots=True)
class Fault:
    """What cannot be trained: a sentence, the node it is about, and whether it is the `data` or the `drawing`."""

    sentence: str
    born: str
    cause: str = "data"


# --- how many rows


def wrong_rows(program: Program, rows: Mapping[str, int]) -> Fault | None:
    """Whether a step would have no rows, or fewer than a node needs. `rows` are those of the training part, by node."""
    parts = program.run.accumulate
    for source in program.sources:
        if not source.steps(rows[source.born], parts):
            size, count = source.batch_size * parts, amount(rows[source.born], "row")
            text = f"{source.id} has {count} to train on, too few for one whole step of {size}, and leaves out the rest"
            return Fault(f"{text}: make batch_size smaller, or turn drop_last off.", source.born)
    for source in program.sources:
        size = source.batch_size * parts
        last = 0 if source.drops_last else rows[source.born] % size
        least = min(count // min(parts, count) for count in (last, size) if count)
        needy = next((found for found in walk(program) if least == 1 and _needs_two(found, source.born)), None)
        if needy is not None:
            return Fault(_alone(program, source.born, rows[source.born], needy), needy.born)
    return None


def _needs_two(found: Found, source: str) -> bool:
    """Whether a node takes mean and spread over the rows of this source alone, so that one row has no spread."""
    unit = found.unit
    if found.frozen or not isinstance(unit, NodeUnit) or not isinstance(unit.kind, Layer) or not unit.kind.joins_rows:
        return False
    values = [value for value in unit.values.values() if isinstance(value, Tensor) and value.sides]
    rows = values[0].known[0] if values else None
    return isinstance(rows, Axis) and rows.source == source and product(values[0].known[2:]) == 1


def _alone(program: Program, born: str, rows: int, needy: Found) -> str:
    source, parts = next(source for source in program.sources if source.born == born), program.run.accumulate
    size = source.batch_size
    if size == 1:
        return f"{needy.name} takes mean and spread over a batch, but a batch of {source.id} has 1 row: set batch_size."
    others = (other for step in range(1, size) for other in (size - step, size + step))
    fits = next((other for other in others if other > 1 and (rows % (other * parts)) // parts != 1), None)
    other = f"set batch_size of {source.id} to {fits} (now {size}), or " if fits and parts == 1 else ""
    where = "The last batch" if parts == 1 else "A part of the last step"
    return (
        f"{where} has 1 row; {needy.name} needs 2, as it takes mean and spread over a batch: {other}let {source.id} "
        "leave out rows that fill no step (drop_last)."
    )


# --- what stands in the columns


def wrong_data(program: Program, sources: Mapping[str, Source]) -> Fault | None:
    """The first row of any part that holds no number, or a class number for which there is no place."""
    for born, port, _ in program.arguments:
        source = sources[born]
        for part, held in source.parts.items():
            if isinstance(held[port], Stream):
                continue  # its rows are looked at when they are read
            wrong = _wrong_column(program, (born, port), held[port])
            if wrong is not None:
                row, text = wrong
                id = next(node.id for node in program.sources if node.born == born)
                return Fault(f"{_place(source, part, row)} of {id}{PARTS[part]} {text}", born)
    return None


def _place(source: Source, part: str, row: int) -> str:
    """`Row 812`, counted from 1 in the whole table where there is one."""
    places = source.places.get(part)
    return f"Row {(row if places is None else int(places[row])) + 1:,}"


def _wrong_column(program: Program, spot: tuple[str, str], values: torch.Tensor) -> tuple[int, str] | None:
    """The first wrong row of a column, and what is wrong with it."""
    if values.is_floating_point():
        bad = ~torch.isfinite(values)
        text = f"has {{}} in {spot[1]}, which is no number that can be learned from: mend or leave out that row."
        return _first(values, bad, text) if bad.any() else None
    if values.dtype == torch.bool or not values.numel():
        return None
    ignored = _ignored(program, spot)
    for limit, holder in _limits(program, spot):
        bad = ((values < 0) | (values >= limit)) & ~_among(values, ignored)
        if bad.any():
            name = "token" if spot[1] == "x" else "class"
            return _first(values, bad, f"has {name} {{}}; {holder.format(limit)}, or mend that row.")
    return None


def _first(values: torch.Tensor, bad: torch.Tensor, text: str) -> tuple[int, str]:
    place = tuple(torch.nonzero(bad)[0].tolist())
    return place[0], text.format(values[place].item())


def _among(values: torch.Tensor, numbers: set[int]) -> torch.Tensor:
    return torch.isin(values, torch.tensor(sorted(numbers), dtype=values.dtype, device=values.device))


def _ignored(program: Program, spot: tuple[str, str]) -> set[int]:
    """The class numbers that losses pass over."""
    takers = [figure for figure in program.figures if _takes(figure.unit, spot)]
    return {number for figure in takers if isinstance(number := getattr(figure.kind, "ignore_index", None), int)}


def _limits(program: Program, spot: tuple[str, str]) -> Iterator[tuple[int, str]]:
    """How many different whole numbers there may be, with who says so and what to do."""
    for unit in program.units:
        if isinstance(unit, NodeUnit) and "num_embeddings" in unit.kind.params and _takes(unit, spot, "x"):
            rows = unit.weights().get("weight", (0,))[0]
            if rows:
                yield rows, f"{unit.id} holds {{:,}}, from 0 on: set its num_embeddings higher"
    for figure in program.figures:
        scores = _scores(figure) if _takes(figure.unit, spot, "target") else 0
        if scores > 1:
            yield scores, f"{figure.id} gets scores for {{:,}}, from 0 on: give it more"


def _scores(figure: Figure) -> int:
    """How many classes a figure gets scores for; 0 where its target is no class number."""
    scores, target = (figure.unit.values.get(port) for port in ("prediction", "target"))
    if not isinstance(scores, Tensor) or not isinstance(target, Tensor) or not scores.sides or not target.sides:
        return 0
    count = scores.known[1] if scores.rank == target.rank + 1 else None
    return count if isinstance(count, int) else 0


def _takes(unit: Unit, spot: tuple[str, str], port: str = "") -> bool:
    uses = [use for name, listed in unit.inputs.items() if not port or name == port for use in listed]
    return any(use.spot == spot and not use.select for use in uses)


# --- one batch


def look(program: Program, loop: Loop) -> Fault | None:
    """Sends the first batch through and compares what comes with what the drawing says. Raises what torch raises."""
    batch = next(iter(loop.batches(loop.data["train"], 0)), None)
    if batch is None:
        return None
    try:
        with _untouched(loop.training), _listening(program, loop.training):
            for module in modules(loop.training).values():
                module.eval()
            if hasattr(loop.training, "begin"):
                loop.training.begin(loop.device)
            loop.training.evaluate(*(loop.training.prepare(*batch) if program.once else batch))
    except _Unlike as error:
        return error.fault
    return None


class _Unlike(Exception):
    """A node gives something else than the drawing says: nothing behind it needs a look."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.sentence)
        self.fault = fault


@contextmanager
def _untouched(training: Any) -> Iterator[None]:
    """Leaves attributes and random numbers as they were."""
    held, (tensors, plain) = dict(vars(training)), collect_random()
    try:
        yield
    finally:
        vars(training).clear()
        vars(training).update(held)
        restore_random(tensors, plain)


@contextmanager
def _listening(program: Program, training: Any) -> Iterator[None]:
    """Compares what each node with a module gives; one that is called several times gives several shapes."""
    units = [unit for unit in program.units if isinstance(unit, NodeUnit)]
    called = [unit.attribute for unit in units]
    handles = []
    for unit in units:
        homes = (getattr(getattr(training, home, None), unit.attribute, None) for home in ("net", "extras"))
        module = next((found for found in homes if isinstance(found, nn.Module)), None)
        expected = unit.tensor(unit.spots[0])
        if module is not None and expected is not None and expected.sides and called.count(unit.attribute) == 1:
            handles.append(module.register_forward_hook(_compared(unit, expected)))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _compared(unit: NodeUnit, expected: Tensor) -> Callable[..., None]:
    def compare(module: nn.Module, inputs: Any, output: Any) -> None:
        if isinstance(output, torch.Tensor) and not _fits(output, expected):
            what = f"{tuple(output.shape)} of {str(output.dtype).removeprefix('torch.')}"
            text = f"{unit.id} gives {what} for the first batch, where the drawing says {shape_text(expected)}"
            wanted = {"index": " of whole numbers", "bool": " of truth values", "float": ""}[expected.dtype or "float"]
            raise _Unlike(Fault(f"{text}{wanted}: what computes it does otherwise than it said.", unit.born, "drawing"))

    return compare


def _fits(given: torch.Tensor, expected: Tensor) -> bool:
    kinds = {"float": given.is_floating_point(), "bool": given.dtype == torch.bool}
    kind = kinds.get(expected.dtype or "", not given.is_floating_point() or expected.dtype is None)
    sides = zip(given.shape, expected.known, strict=False)
    return kind and given.dim() == expected.rank and all(not isinstance(s, int) or n == s for n, s in sides)
