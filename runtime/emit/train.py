"""Writes train.py: class Training for the drawing, and a tail that trains it with nothing but torch and the data."""

import re

from runtime.emit.hastening import write_hastening
from runtime.emit.helpers import helpers, imports
from runtime.emit.locals import Locals
from runtime.emit.owned import owned_text
from runtime.emit.precision import COUNTED, in_double, is_scaled
from runtime.emit.processes import is_shared
from runtime.emit.schedules import classes, epoch_schedules
from runtime.emit.source import Source, Writer
from runtime.emit.tail import constants, write_tail
from runtime.emit.training import attributes, begins, fits, write_training
from runtime.program import Program


def train(program: Program, name: str = "model", *, threads: int = 1, device: str = "cpu", stream: int = 0) -> Source:
    """The source of the training; beside it stand model.py and data.pt. Raises ProgramError if nothing is trained.

    `stream`: rows are read from the folder `data` when they are needed; so many may be looked at together.
    """
    program.refuse_training()
    training = write_training(program)
    ends = bool(epoch_schedules(program))
    tail = write_tail(program, begins=begins(program), fits=fits(program), ends=ends, stream=stream)
    text = "\n".join(row for row, _ in [*training.rows, *tail.rows])
    called = [*helpers(program, text), *([COUNTED.strip("\n")] if is_scaled(program) else [])]
    called += write_hastening(program, Locals(program), attributes(program))
    text = "\n".join([*called, text])
    writer = Writer()
    writer.doc(f"Trains {name}. {_phases(program)}")
    writer.line()
    _imports(writer, program, text, stream=bool(stream))
    writer.extend(constants(program, threads, device, stream=bool(stream), watches="[WATCH]" in text))
    for block in called:
        writer.gap()
        writer.block(block)
    for part in (training, tail):
        writer.gap()
        writer.extend(part)
    return in_double(program, writer.source())


def _phases(program: Program) -> str:
    told = [f"phase {phase.id} trains {owned_text(program, phase)}" for phase in program.phases]
    return "P" + ", then ".join(told)[1:] + "."


def _imports(writer: Writer, program: Program, text: str, *, stream: bool) -> None:
    shared = is_shared(program)
    known = [
        name
        for name in ("copy", "math", "os")
        if re.search(rf"\b{name}\.", text) or ((shared or stream) and name == "os")
    ]
    folder = ["from pathlib import Path"] if stream else []
    standard = [*(f"import {name}" for name in known), *imports(program, text), *folder]
    for line in standard:
        writer.line(line)
    if standard:
        writer.line()
    if stream:
        writer.line("import numpy as np")
    writer.line("import torch")
    for name in ("torch._dynamo", "torch._inductor"):
        if f"{name}.config" in text:
            writer.line(f"import {name}.config")
    if shared:
        writer.line("import torch.distributed as dist")
    if re.search(r"\bnn\.", text.replace("torch.nn.", "")):
        writer.line("from torch import nn")
    if re.search(r"\bF\.", text):
        writer.line("from torch.nn import functional as F")
    if program.run.ema:
        writer.line("from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn")
    schedules = classes(program)
    if schedules:
        writer.line(f"from torch.optim.lr_scheduler import {', '.join(sorted(schedules))}")
    if stream:
        writer.line("from torch.utils.data import DataLoader, Dataset")
    writer.line()
    writer.line("from model import Extras, Net" if "Extras()" in text else "from model import Net")
    writer.line()
