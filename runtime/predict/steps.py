"""Answers for each step of a text: what labels a sequence gives a row for every token, not one for the whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from runtime.data.table import Array, DataError
from runtime.predict.answers import Batches
from runtime.predict.predictor import Answer, Predictor
from runtime.predict.texts import Texts


class Steps:
    """The tokens of texts, each a row."""

    head = ("line", "step", "token")

    def __init__(self, asked: Texts) -> None:
        self.messages = asked.messages
        self._tokens = [(line, step, piece) for line, pieces in enumerate(asked.pieces, 1)
                        for step, piece in enumerate(pieces, 1)]  # fmt: skip
        self.rows = len(self._tokens)

    def batch(self, first: int, last: int) -> dict[str, Array]:
        raise DataError("Steps are asked about together with their text.")

    def told(self, row: int) -> list[Any]:
        return list(self._tokens[row])


def labels_steps(predictor: Predictor) -> bool:
    """Whether the network answers with one label for each step of what it is given."""
    steps = predictor.arguments[0].inner[:1]
    return len(predictor.arguments) == 1 and all(
        meaning.reads in ("classes", "yes", "labels") and meaning.steps is not None and (meaning.steps,) == steps
        for meaning in predictor.meanings
    )


def by_step(predictor: Predictor, asked: Texts) -> tuple[Steps, Batches]:
    """The same texts step by step, and the answers: text for text, since each has a length of its own."""
    return Steps(asked), _answers(predictor, asked)


def _answers(predictor: Predictor, asked: Texts) -> Iterator[tuple[int, list[Answer]]]:
    first = 0
    for row in range(asked.rows):
        yield first, step_answers(predictor, asked.batch(row, row + 1))
        first += len(asked.pieces[row])


def step_answers(predictor: Predictor, rows: dict[str, Array]) -> list[Answer]:
    """The answers to one text, a row for each of its steps."""
    return [_by_step(answer) for answer in predictor.ask(rows)]


def _by_step(answer: Answer) -> Answer:
    assert answer.labels is not None
    labels = answer.labels[0]
    probabilities = None if answer.probabilities is None else _turned(answer.probabilities[0], labels)
    meaning = replace(answer.meaning, reads="yes") if answer.meaning.reads == "labels" else answer.meaning
    return Answer(meaning, _turned(answer.numbers[0], labels), labels.reshape(-1), probabilities)


def _turned(values: Array, labels: Array) -> Array:
    """(C, T) as (T, C); (T,) and (T, 1) as they are."""
    return np.ascontiguousarray(values.T) if values.ndim == 2 and values.shape[1] == len(labels) else values


def spoken_steps(pieces: Sequence[str], answer: Answer) -> list[dict[str, Any]]:
    """Each token with its label, and how sure that is, for the window."""
    found: list[dict[str, Any]] = []
    for at, piece in enumerate(pieces):
        told: dict[str, Any] = {"token": piece, "label": answer.words(at)}
        if answer.probabilities is not None:
            shares = np.atleast_1d(answer.probabilities[at])
            yes = float(shares[0])
            told["chance"] = float(shares.max()) if len(shares) > 1 else max(yes, 1 - yes)
        found.append(told)
    return found
