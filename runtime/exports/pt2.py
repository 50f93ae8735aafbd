"""Takes a model away as a torch.export program, for any number of rows."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.files import replace_file
from runtime.exports.take import ExportError, Take, examples, furthest, make_net, open_sides
from runtime.program import Program

if TYPE_CHECKING:
    from torch import nn
    from torch.export import ExportedProgram

NEAR = 1e-5
"""How far what was written may answer from the model."""

ROWS = (1, 3, 17)
"""Batches that what was written is tried with; it is traced with another."""

TRACED = 4


def write(take: Take, out: Path) -> str:
    """Exports, reads back, compares, and only then writes."""
    import torch

    program = take.program()
    net = make_net(take, program)
    exported = trace(program, net)
    written = io.BytesIO()
    torch.export.save(exported, written)
    written.seek(0)
    back = torch.export.load(written).module()
    worst = max(_difference(net, back, program, rows) for rows in ROWS)
    if worst > NEAR:
        raise ExportError(
            f"The exported program answers otherwise than the model, by {worst:.1e}; nothing was written."
        )
    replace_file(out, written.getvalue())
    return f"Wrote a program that was tried with {len(ROWS)} sizes of batch; the greatest difference is {worst:.1e}."


def trace(program: Program, net: nn.Module) -> ExportedProgram:
    """The exported program with open batch and length. Raises ExportError."""
    import torch

    inputs = examples(program, TRACED)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return torch.export.export(net, (), inputs, dynamic_shapes=dynamic(program))
    except Exception as error:  # whatever torch cannot trace: its reason goes to the user, shortened
        raise ExportError(f"PyTorch cannot export this model: {first_line(error)}") from error


def dynamic(program: Program) -> dict[str, Any]:
    """For each argument of Net the sides that stay open; a letter of one source is one size."""
    from torch.export import Dim

    return {name: dict.fromkeys(sides, Dim.DYNAMIC) for name, sides in open_sides(program).items()}


def _difference(net: nn.Module, back: nn.Module, program: Program, rows: int) -> float:
    import torch

    inputs = examples(program, rows)
    with torch.no_grad():
        return furthest(back(**inputs), net(**inputs))


def first_line(error: Exception) -> str:
    """The first line of an error's message that says something."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:300] if lines else type(error).__name__
