"""Takes a model away as a torch.export program, for any number of rows."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from graph.files import replace_file
from runtime.exports.take import ExportError, Take, examples, furthest, make_net, open_lengths, open_sides, with_states
from runtime.program import Program

if TYPE_CHECKING:
    from torch import nn
    from torch.export import ExportedProgram

Made = TypeVar("Made")

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
    exported, told = trace(program, net)
    written = io.BytesIO()
    torch.export.save(exported, written)
    written.seek(0)
    back = torch.export.load(written).module()
    worst, lone = _tried(net, back, program)
    if worst > NEAR:
        raise ExportError(
            f"The exported program answers otherwise than the model, by {worst:.1e}; nothing was written."
        )
    replace_file(out, written.getvalue())
    tried = f"Wrote a program that was tried with {len(ROWS)} sizes of batch; the greatest difference is {worst:.1e}."
    return tried + lone + told


def _tried(net: nn.Module, back: nn.Module, program: Program) -> tuple[float, str]:
    """The greatest difference over several sizes of batch, and what is to be told where one row is too few."""
    worst, told = 0.0, ""
    for rows in ROWS:
        try:
            worst = max(worst, _difference(net, back, program, rows))
        except AssertionError as error:  # a guard that torch.export has put in
            if rows > 1:
                raise ExportError(f"The exported program takes no batch of {rows}: {first_line(error)}") from error
            told = " It wants at least two rows at a time: PyTorch leaves no batch of one open in this network."
    return worst, told


def trace(program: Program, net: nn.Module) -> tuple[ExportedProgram, str]:
    """The exported program and what is to be told of it. Raises ExportError."""
    import torch

    inputs = with_states(program, net, examples(program, TRACED))

    def attempt(shapes: dict[str, Any]) -> ExportedProgram:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return torch.export.export(net, (), inputs, dynamic_shapes=shapes)

    try:
        return as_open_as_can_be(program, attempt)
    except Exception as error:  # whatever torch cannot trace: its reason goes to the user, shortened
        raise ExportError(f"PyTorch cannot export this model: {first_line(error)}") from error


def as_open_as_can_be(program: Program, attempt: Callable[[dict[str, Any]], Made]) -> tuple[Made, str]:
    """What an exporter makes with open batch and lengths, else with open batch alone, and what is to be told of that.

    Torch writes recurrent layers out step by step, which fixes how many steps there are.
    """
    lengths = open_lengths(program)
    if not lengths:
        return attempt(dynamic(program)), ""
    try:
        return attempt(dynamic(program)), ""
    except Exception:  # whatever it is: if it was not the length, the next attempt says it again
        steps = " or ".join(map(str, lengths))
        return attempt(dynamic(program, letters="N")), f" Sequences must have {steps} steps: PyTorch writes each out."


def dynamic(program: Program, letters: str = "NT") -> dict[str, Any]:
    """For each argument of Net the sides that stay open, of those letters; a letter of one source is one size."""
    from torch.export import Dim

    found: dict[str, Any] = {
        name: {at: Dim.DYNAMIC for at, letter in sides.items() if letter in letters}
        for name, sides in open_sides(program).items()
    }
    states = tuple({one.rows: Dim.DYNAMIC} for one in program.net_keeping.kept)
    if states:
        found["state"] = states[0] if program.net_keeping.lone else states
    return found


def _difference(net: nn.Module, back: nn.Module, program: Program, rows: int) -> float:
    import torch

    inputs = with_states(program, net, examples(program, rows))
    with torch.no_grad():
        return furthest(back(**inputs), net(**inputs))


def first_line(error: Exception) -> str:
    """The first line of an error's message that says something."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    return lines[0][:300] if lines else type(error).__name__
