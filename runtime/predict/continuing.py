"""Lets a network continue a text or a series, step by step: what it answers becomes what it sees next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np

from graph.shape import Axis
from runtime.data.table import Array, DataError
from runtime.predict.argument import Argument
from runtime.predict.predictor import Answer, Predictor
from runtime.predict.wording import Wording, wording

Step = TypeVar("Step")


def writes(predictor: Predictor) -> Wording | None:
    """How what it continues is written, if the network says which token comes next; None where it does not."""
    if len(predictor.arguments) != 1 or len(predictor.meanings) != 1:
        return None
    known, meaning = wording(predictor.arguments[0]), predictor.meanings[0]
    next_one = known is not None and meaning.reads == "classes" and len(meaning.classes) >= len(known.vocabulary)
    return known if next_one and known is not None and not known.filled else None


def text(predictor: Predictor, start: str, length: int, temperature: float, seed: int) -> Iterator[str]:
    """The next pieces of a text or of a row of whole numbers, one token each. Raises DataError."""
    argument = _only(predictor)
    known = writes(predictor)
    if known is None:
        raise DataError(f"{predictor.meanings[0].name} does not say which token comes next behind {argument.source}.")
    pieces = known.pieces(start)
    if not pieces:
        raise DataError("A text to continue needs at least one character to begin with.")
    tokens, span = known.tokens(pieces), known.span or 0
    chance = np.random.default_rng(seed)
    before, never = start[-1:], None if known.unit == "numbers" else 0
    begun = 0
    for _ in range(length):
        seen = np.array([_unseen(predictor, tokens, begun, span)], dtype=np.int64)
        scores = _last(_asked(predictor, argument, seen, span, further=begun > 0))[: len(known.vocabulary)]
        begun = len(tokens)
        tokens.append(_drawn(scores, temperature, chance, never))
        piece = known.vocabulary[tokens[-1]]
        yield known.spaced(before, piece)
        before = piece[-1:]


def series(predictor: Predictor, start: Array, length: int) -> Array:
    """The next rows of a series, (length, columns). Raises DataError."""
    argument = _only(predictor)
    if len(argument.inner) != 2 or argument.tensor.dtype != "float":
        raise DataError(f"{argument.source} gives no series of numbers that could be continued.")
    span, width = (side.length if isinstance(side, Axis) else side for side in argument.inner)
    rows = start.reshape(-1, width) if width and start.size % width == 0 else start
    if width is None or rows.ndim != 2 or rows.shape[1] != width:
        raise DataError(f"Each step of {argument.source} has {width or 'as many'} numbers.")
    if span and len(rows) < span:
        raise DataError(f"The network looks at {span} steps: give at least so many, not {len(rows)}.")
    shifted = getattr(argument.kind, "answer", "") == "shifted"
    if shifted and getattr(argument.kind, "horizon", 1) != 1:
        raise DataError(f"{argument.source} is moved on by several steps at a time: only one step can be continued.")
    found, begun = list(rows.astype(np.float32)), 0
    while len(found) < len(rows) + length:
        seen = np.stack(_unseen(predictor, found, begun, span or 0))[None]
        answer, begun = _asked(predictor, argument, seen, span or 0, further=begun > 0), len(found)
        found += list(_steps(answer, width, shifted=shifted))
    return np.stack(found[len(rows) : len(rows) + length])


def _only(predictor: Predictor) -> Argument:
    if len(predictor.arguments) != 1 or len(predictor.meanings) != 1:
        raise DataError("Only a network with one input and one answer can continue what it is given.")
    return predictor.arguments[0]


def _unseen(predictor: Predictor, steps: list[Step], begun: int, span: int) -> list[Step]:
    """What is to be read next: the last steps, or, where the network keeps its state, what it has not read yet."""
    return steps[begun:] if predictor.keeps_state else steps[-span:]


def _asked(predictor: Predictor, argument: Argument, seen: Array, span: int, *, further: bool = False) -> Answer:
    try:
        (answer,) = predictor.ask({argument.name: seen}, further=further)
    except RuntimeError as error:
        if seen.shape[1] >= span:
            raise
        told = f"The network cannot begin with {seen.shape[1]} steps: give it {span} to begin with."
        raise DataError(told) from error
    return answer


def _steps(answer: Answer, width: int, *, shifted: bool) -> Array:
    """What was forecast, as rows like those of the series; of a window moved on by one step only the last is new."""
    numbers = answer.numbers[0].reshape(-1)
    if answer.labels is not None or numbers.size % width:
        raise DataError(f"{answer.meaning.name} gives {numbers.size} numbers, not the {width} of the next step.")
    rows: Array = numbers.reshape(-1, width)
    return rows[-1:] if shifted else rows


def _last(answer: Answer) -> Array:
    """The scores for the next token: of all steps those of the last."""
    if answer.meaning.reads != "classes":
        raise DataError(f"{answer.meaning.name} does not say which token comes next.")
    given = answer.numbers[0]
    scores: Array = given if given.ndim == 1 else given[:, -1]
    if answer.meaning.sure and not answer.meaning.turn:
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(scores))
    return scores


def _drawn(
    scores: Sequence[float] | Array, temperature: float, chance: np.random.Generator, never: int | None = 0
) -> int:
    """A token by its chance; the colder, the likelier the likeliest. One number, if any, stands for no token."""
    known = np.array(scores, dtype=np.float64)
    if never is not None:
        known[never] = -np.inf
    if temperature == 0:
        return int(known.argmax())
    known = (known - known.max()) / temperature
    shares = np.exp(known)
    return int(chance.choice(len(known), p=shares / shares.sum()))
