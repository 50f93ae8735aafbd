"""Lets the generator of a run make something of noise: rows of numbers, or pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from runtime.data.packages import bring
from runtime.data.table import Array, DataError
from runtime.exports.take import Take, as_tuple, make_net
from runtime.noise import drawn
from runtime.predict.known import known
from runtime.predict.predictor import NoAnswer, drawing_of
from runtime.program import Program
from runtime.runs import Run
from runtime.train.checkpoint import read

COLUMNS = 8
"""Pictures beside each other on a sheet."""


class Maker:
    """Net of a run that takes in noise, alone or with a class."""

    def __init__(self, run: Run) -> None:
        """Raises NoAnswer, DataError, ProjectError, ProgramError, BadCheckpoint, ExportError."""
        path = run.weights()
        if path is None:
            raise NoAnswer(f"The run in {run.path} has no weights yet.")
        drawing, kept = drawing_of(run), known(run)
        self.program = program = Program(drawing.reading)
        self._noises = {node.born: kind for node, kind in program.noises}
        if not any(born in self._noises for born, _ in program.net_arguments):
            raise DataError("This network makes nothing by itself: it answers to rows. Give them by --input.")
        self.classes = self._classes(kept.of if kept else None)
        base = Path(run.job.base or run.path)
        take = Take(drawing.document, drawing.reading, name=run.name, base=base, weights=read(path).net)
        self._net = make_net(take, program)

    def _classes(self, learned: Any) -> tuple[str, ...]:
        """The names of the classes that can be asked for; refuses what only data could give."""
        found: tuple[str, ...] = ()
        for born, port in self.program.net_arguments:
            value = self.program.tensor((born, port))
            if born in self._noises:
                continue
            if value is None or value.dtype != "index" or value.rank != 1 or not value.classes:
                name = self.program.id_of((born, port))
                raise DataError(f"Beside noise this network takes in {name}, which nothing but its data can give.")
            found = tuple(learned(born).classes) if learned else ()
            found = found or tuple(map(str, range(value.classes)))
        return found

    def make(self, count: int, seed: int = 0, wanted: str | None = None) -> dict[str, Array]:
        """`count` rows of each output by its name: all of one class, or of all classes in turn. Raises DataError."""
        labels = self._labels(count, wanted)
        given = [
            drawn(self._noises[born], count, seed=seed) if born in self._noises else labels
            for born, _ in self.program.net_arguments
        ]
        with torch.inference_mode():
            came = as_tuple(self._net(*given))
        names = [self.program.id_of(use.spot) for use in self.program.outputs]
        return {name: tensor.numpy() for name, tensor in zip(names, came, strict=False)}

    def _labels(self, count: int, wanted: str | None) -> torch.Tensor:
        if wanted is None:
            return torch.arange(count) % max(1, len(self.classes))
        if wanted not in self.classes:
            told = f"It can be asked for {', '.join(self.classes)}." if self.classes else "It knows no classes."
            raise DataError(f"There is no class {wanted}. {told}")
        return torch.full((count,), self.classes.index(wanted))


def write(path: Path, made: dict[str, Array]) -> str:
    """Writes what was made: .npz, .csv (rows of numbers), or .png (a sheet of pictures). Raises DataError."""
    first = next(iter(made.values()))
    match path.suffix.lower():
        case ".npz":
            arrays: dict[str, Any] = dict(made)
            np.savez(path, **arrays)
        case ".csv" if first.ndim == 2:
            head = ",".join(f"x[{at}]" for at in range(first.shape[1]))
            np.savetxt(path, first, delimiter=",", header=head, comments="", fmt="%.9g")
        case ".png" if first.ndim == 4 and first.shape[1] in (1, 3):
            sheet(first).save(path)
        case _:
            raise DataError(f"{path.name}: rows go into .csv, pictures into .png, and everything into .npz.")
    return f"Wrote {len(first)} of {next(iter(made))} to {path}."


def sheet(pictures: Array, columns: int = COLUMNS) -> Any:
    """An image of all pictures side by side, the least number black and the greatest white."""
    image = bring("PIL.Image", "Pictures are written by", "pictures")
    low, high = float(pictures.min()), float(pictures.max())
    bytes_ = ((pictures - low) / ((high - low) or 1.0) * 255).round().astype(np.uint8)
    count, channels, height, width = bytes_.shape
    lines = -(-count // columns)
    page = np.zeros((channels, lines * (height + 1) - 1, min(count, columns) * (width + 1) - 1), np.uint8)
    for at, one in enumerate(bytes_):
        top, left = at // columns * (height + 1), at % columns * (width + 1)
        page[:, top : top + height, left : left + width] = one
    return image.fromarray(page[0] if channels == 1 else page.transpose(1, 2, 0))
