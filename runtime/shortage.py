"""What is told when memory is full: which node keeps most, which batch fits, and how the run can go on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from runtime import devices
from runtime.failures import Account
from runtime.memory import Estimate, estimate
from runtime.words import amount, size

if TYPE_CHECKING:
    from runtime.drawing import Drawing
    from runtime.program import Program, SourceNode
    from runtime.train.setup import Setup


@dataclass(frozen=True, slots=True)
class Relief:
    """A batch that fits: the largest one (`rows`), and settings by which each batch goes through in `parts`."""

    rows: int
    parts: int = 1
    settings: dict[str, Any] = field(default_factory=dict)


def short(setup: Setup | None, drawing: Drawing | None) -> Account:
    """The account of a run whose memory is full."""
    if setup is None or drawing is None:
        return Account("The memory is full before the first step: the data do not fit. Use fewer rows.", "memory")
    loop = setup.loop  # data that are read while it learns are not held
    held = 0 if loop.streams else sum(tensor.nbytes for listed in loop.data.values() for tensor in listed)
    found = estimate(drawing.reading, setup.program, held)
    source = max(setup.program.sources, key=lambda source: source.batch_size)
    relief = relieve(setup.program, found, devices.room(setup.job.device))
    start = f"The memory of {setup.job.device} is full at step {setup.loop.done + 1}."
    message = " ".join(filter(None, [start, _largest(found, drawing), _advice(relief, source, setup)]))
    return Account(message, "memory", found.largest, remedy=relief.settings)


def relieve(program: Program, found: Estimate, room: float) -> Relief:
    """The largest batch that fits by the estimate, or half of the present one where that says that all is well."""
    now = max(source.batch_size for source in program.sources)
    rows = found.fits(room) if room else 0
    rows = rows if 0 < rows < now else max(1, now // 2)
    sizes = [source.batch_size for source in program.sources]
    parts = next((k for k in range(2, now + 1) if now // k <= rows and not any(one % k for one in sizes)), 1)
    if parts == 1 or not all(_goes_in_parts(phase.kind) for phase in program.phases):
        return Relief(rows)
    settings: dict[str, Any] = {f"{one.id}.batch_size": one.batch_size // parts for one in program.sources}
    return Relief(rows, parts, {**settings, "accumulate": program.run.accumulate * parts})


def _goes_in_parts(kind: Any) -> bool:
    return not kind.closure and type(kind).__name__ != "PerceptronRule"


def _largest(found: Estimate, drawing: Drawing) -> str:
    if found.largest is None:
        return ""
    id, most = drawing.document.node(found.largest).id, found.kept[found.largest]
    return f"{id} keeps most of it ({size(most)} of the {size(found.batch)} that a batch takes)."


def _advice(relief: Relief, source: SourceNode, setup: Setup) -> str:
    now, step = source.batch_size, setup.checkpoints.step
    if now == 1:
        return "A batch has one row already: make the network smaller."
    fits = f"A batch of {amount(relief.rows, 'row')} should fit (batch_size of {source.id} is {now})"
    if not relief.settings:
        return f"{fits}: set it, and train again from the weights of this run."
    told = " and ".join(f"{name} {value}" for name, value in relief.settings.items())
    whole = f"with each batch in {relief.parts} parts, which learn as the whole would ({told})"
    if step < 0:
        return f"{fits}. Train {whole}, or set batch_size."
    return f"{fits}. The run can go on from its checkpoint at step {step} {whole}; or set batch_size and train anew."
