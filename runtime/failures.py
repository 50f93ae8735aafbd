"""Why a run failed, in a sentence for the person who drew the graph, and at which node."""

from __future__ import annotations

import errno
import math
import re
import traceback
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runtime.protocol import MODEL, TRAIN, Failure, State, Status

if TYPE_CHECKING:
    from runtime.drawing import Drawing
    from runtime.recorder import Recorder
    from runtime.train.loop import Diverged
    from runtime.train.setup import Setup

BEYOND_CHANCES = "elements of (input|target) should be between 0 and 1"
"""What torch says of probabilities that are none."""


@dataclass(frozen=True, slots=True)
class Account:
    """What is told. `cause`: drawing, data, device, memory, disk, diverged or error."""

    message: str
    cause: str
    born: str | None = None
    traceback: str = ""
    remedy: dict[str, Any] = field(default_factory=dict)
    """Settings with which the run could go on."""


def account(error: Exception, setup: Setup | None, drawing: Drawing | None) -> Account:
    """The sentence for an error of a run."""
    told = _known(error, setup, drawing) or _unknown(error, setup)
    return replace(told, traceback="".join(traceback.format_exception(error)))


def tell_import(recorder: Recorder, error: Exception) -> int:
    """A library that training needs cannot be loaded."""
    text = "".join(traceback.format_exception(error))
    message = f"Training cannot begin: {error}. Is PyTorch installed as it should be?"
    print(text, flush=True)
    recorder.event("failed", cause="error", text=message)
    recorder.failure(Failure(message=message, traceback=text))
    recorder.status(Status(state=State.FAILED, message=message))
    return 3


def _known(error: Exception, setup: Setup | None, drawing: Drawing | None) -> Account | None:
    from graph.project import ProjectError
    from runtime.data.table import DataError
    from runtime.devices import NoDevice, is_lost_device, is_out_of_memory
    from runtime.drawing import BadOverride
    from runtime.own_code import Locked
    from runtime.program import ProgramError
    from runtime.train.checkpoint import BadCheckpoint
    from runtime.train.processes import Gone
    from runtime.train.rows import NodeError
    from runtime.train.warm import NoBeginning

    if isinstance(error, DataError) and setup:
        return _row(error, setup)
    if isinstance(error, NodeError):
        return Account(str(error), error.cause, error.born)
    if isinstance(error, ProgramError):
        return Account(str(error), "drawing", error.born)
    if isinstance(error, (ProjectError, BadOverride)):
        return Account(str(error), "drawing")
    if isinstance(error, (Locked, NoBeginning)):
        return Account(str(error), "drawing")
    if isinstance(error, NoDevice):
        return Account(str(error), "device", remedy={"device": "auto"})
    if setup and setup.job.device != "cpu" and is_lost_device(error):
        return _gone(error, setup)
    if isinstance(error, (BadCheckpoint, Gone)):
        return Account(str(error), "error")
    if is_out_of_memory(error):
        from runtime.shortage import short

        return short(setup, drawing)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Account("The disk is full: the run cannot be recorded. Free some space and resume.", "disk")
    return None


def _gone(error: Exception, setup: Setup) -> Account:
    """The device failed, or is not there any more."""
    device, words = setup.job.device, str(error).partition("\n")[0].strip().rstrip(".")
    step = setup.checkpoints.step
    kept = f"The run is kept as it was after step {step}" if step >= 0 else "Nothing was learned yet"
    told = f"{device} failed in step {setup.loop.done + 1} ({words}). {kept}: resume it there, or on the processor."
    return Account(told, "device", remedy={"device": "cpu"})


def _row(error: Exception, setup: Setup) -> Account:
    """A row that could not be read when it was needed; a worker that reads ahead puts its traceback before it."""
    source = setup.program.sources[0]
    text = str(error).rpartition("DataError: ")[2].strip()
    return Account(f"{source.id}: {text}", "data", source.born)


def _unknown(error: Exception, setup: Setup | None) -> Account:
    """Finds the node by the line of the generated source that failed."""
    born = _blame(error, setup)
    where = f" at {_node_id(setup, born)}" if born and setup else ""
    when = f" in step {setup.loop.done + 1}" if setup else " before the first step"
    words = " ".join(str(error).split()) or type(error).__name__
    if setup and (found := _no_one_order(words, setup, born)):
        return found
    told = f"The training failed{where}{when}: {words.rstrip('.')}.{_precisely(setup)}"
    return Account(told, "error", born)


def _precisely(setup: Setup | None) -> str:
    """What to try where the precision may be what fails."""
    precision = setup.program.run.precision if setup else "float32"
    if precision == "float32" or not setup:
        return ""
    return f" Perhaps it cannot be computed in {precision} on {setup.job.device}: try float32 (precision)."


def _blame(error: Exception, setup: Setup | None) -> str | None:
    if setup is None:
        return None
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        lines = setup.lines.get(Path(frame.filename).name, {}) if Path(frame.filename).name in (MODEL, TRAIN) else {}
        holders = [
            (last - first, born)
            for born, ranges in lines.items()
            for first, last in ranges
            if frame.lineno is not None and first <= frame.lineno <= last
        ]
        if holders:
            return min(holders)[1]
    return None


def _node_id(setup: Setup, born: str) -> str:
    units: list[Any] = [*setup.program.units, *(figure.unit for figure in setup.program.figures)]
    return next((unit.id for unit in units if born in unit.births), born.rpartition("/")[2])


def _no_one_order(words: str, setup: Setup, blamed: str | None) -> Account | None:
    """Names the node of an operation that torch cannot compute to the same digits each time."""
    found = re.match(r"(\S+) does not have a deterministic implementation", words)
    if found is None:
        return None
    operation = found[1].replace("_", "").lower()
    units: list[Any] = [*setup.program.units, *(figure.unit for figure in setup.program.figures)]
    every = [*(part for unit in units for part in unit.parts), *units]
    born = next((part.born for part in every if _kind_in(part, operation)), blamed)
    who = _node_id(setup, born) if born else "A node"
    return Account(
        f"{who} cannot be computed to the same digits each time on {setup.job.device} ({found[1]}): turn deterministic "
        "off in the run settings, or put another node there.",
        "error",
        born,
    )


def _kind_in(unit: Any, operation: str) -> bool:
    """Whether an operation of torch is one of a unit's kind: adaptive_avg_pool2d_backward of AdaptiveAvgPool2d."""
    kind = getattr(unit, "kind", None)
    name = type(kind).__name__.lower() if kind else ""
    return len(name) > 3 and operation.startswith((name, f"{name.rstrip('123d')}ing"))


def lost_numbers(error: Exception, setup: Setup | None) -> Diverged | None:
    """A loss that is no number any more, or a loss of torch that refuses what is none; None for other errors."""
    from runtime.train.loop import Diverged

    if isinstance(error, Diverged):
        return error
    if setup is None or not re.search(BEYOND_CHANCES, str(error)):
        return None
    born = _blame(error, setup)
    figure = next((figure.id for figure in setup.program.figures if figure.born == born), "")
    return Diverged(setup.loop.done + 1, figure, math.nan)
