"""The network of a run as it is used: rows in, answers with their meaning out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from runtime.data.table import Array, DataError
from runtime.drawing import Drawing, open_run
from runtime.exports.take import Take, as_tuple, make_net
from runtime.predict.argument import Argument, arguments
from runtime.predict.inputs import Inputs
from runtime.predict.known import Known, from_sources, known
from runtime.predict.meaning import Meaning, Turn, meanings
from runtime.program import Program
from runtime.runs import Run
from runtime.studies.plans import fold_of
from runtime.train.checkpoint import Checkpoint, read
from runtime.train.rows import NodeError, load_sources

ROWS = 64
"""Rows that are asked about at a time, where the training did not take more."""


class NoAnswer(Exception):
    """Why a run cannot be asked; a sentence."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one output of Net says about some rows. `labels` are class numbers, or None where there are no classes.

    `probabilities` has a column for each class (for yes or no: of yes alone); `numbers` are what the network gave, in
    the unit of the data.
    """

    meaning: Meaning
    numbers: Array
    labels: Array | None = None
    probabilities: Array | None = None

    def words(self, row: int) -> str:
        """The name of the class of a row."""
        assert self.labels is not None
        return self.meaning.classes[int(self.labels[row])]


class Predictor:
    """Answers for rows. Net is made of the source of the run's own drawing, with the weights of its checkpoint."""

    def __init__(self, run: Run, device: str = "cpu") -> None:
        """Raises NoAnswer, ProjectError, ProgramError, BadCheckpoint, ExportError."""
        path = run.weights()
        if path is None:
            raise NoAnswer(f"The run in {run.path} has no weights yet.")
        self.run, self.device, self.weights = run, device, path
        held, drawing = read(path), drawing_of(run)
        self.drawing = drawing
        self.program = program = Program(drawing.reading)
        self.known = _known(run, program)
        self.meanings = meanings(program, self.known)
        facts = {source.born: drawing.reading.facts(source.born) for source in program.sources}
        self.arguments: list[Argument] = arguments(program, self.known, facts)
        self._undo = [_scales(held, meaning) for meaning in self.meanings]
        self._net = make_net(_take(run, drawing, held), program).to(device)
        self._state: Any = None

    @property
    def keeps_state(self) -> bool:
        """Whether the network goes on from window to window with what it remembers."""
        return bool(self.program.net_keeping)

    @property
    def batch_size(self) -> int:
        return max(ROWS, *(source.batch_size for source in self.program.sources))

    def answers(self, inputs: Inputs) -> Iterator[tuple[int, list[Answer]]]:
        """For each batch of rows the number of its first, and the answers of each output."""
        for first in range(0, inputs.rows, self.batch_size):
            last = min(inputs.rows, first + self.batch_size)
            yield first, self.ask(inputs.batch(first, last))

    def ask(self, rows: Mapping[str, Array], *, further: bool = False) -> list[Answer]:
        """The answers for some rows, by the names of Net's arguments.

        `further`: the rows go on where those asked about before ended, for a network that keeps its state.
        """
        given = [torch.from_numpy(np.array(rows[argument.name])).to(self.device) for argument in self.arguments]
        with torch.inference_mode():
            came = self._came(given, further=further)
            found = zip(self.meanings, self._undo, came, strict=True)
            return [_answer(meaning, undo, tensor) for meaning, undo, tensor in found]

    def _came(self, given: Sequence[torch.Tensor], *, further: bool) -> tuple[Any, ...]:
        if not self.keeps_state:
            return as_tuple(self._net(*given))
        *came, self._state = self._net(*given, self._state if further else None)
        return tuple(came)


Scales = Sequence[tuple[torch.Tensor, torch.Tensor]]


def _answer(meaning: Meaning, undo: Scales, came: torch.Tensor) -> Answer:
    came = came.float() if came.is_floating_point() else came
    numbers = came.squeeze(1) if meaning.squeeze and came.ndim > 1 else came
    for factor, offset in undo:
        numbers = numbers * factor.to(numbers.device) + offset.to(numbers.device)
    if meaning.reads == "numbers":
        return Answer(meaning, numbers.cpu().numpy())
    turned = _turned(numbers, meaning.turn)
    labels = turned.argmax(1) if meaning.reads == "classes" else (turned > meaning.border).long()
    probabilities = turned.cpu().numpy() if meaning.sure else None
    return Answer(meaning, numbers.cpu().numpy(), labels.cpu().numpy(), probabilities)


def _turned(scores: torch.Tensor, turn: Turn) -> torch.Tensor:
    match turn:
        case "softmax":
            return scores.softmax(1)
        case "sigmoid":
            return scores.sigmoid()
        case "exp":
            return scores.exp()
        case _:
            return scores


def drawing_of(run: Run) -> Drawing:
    """The drawing that a run trained. Raises NoAnswer."""
    kept = known(run)
    try:
        return open_run(run, kept.facts if kept else ())
    except OSError as error:
        raise NoAnswer(f"The drawing of the run in {run.path} cannot be read: {error.strerror or error}.") from error


def _known(run: Run, program: Program) -> Known:
    """What the run has kept of its data; of an old run that kept nothing, what the data say now."""
    kept = known(run)
    if kept is not None:
        return kept
    try:
        return from_sources(load_sources(program, Path(run.job.base or run.path), fold_of(run.job)))
    except (NodeError, DataError):
        return Known()


def _take(run: Run, drawing: Drawing, held: Checkpoint) -> Take:
    return Take(drawing.document, drawing.reading, name=run.name, base=Path(run.job.base or run.path), weights=held.net)


def _scales(held: Checkpoint, meaning: Meaning) -> Scales:
    return [
        (held.tensors[f"{scale.key}.{scale.factor}"], held.tensors[f"{scale.key}.{scale.offset}"])
        for scale in meaning.undo
    ]
