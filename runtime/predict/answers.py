"""Answers as cells of a table, as JSON, and as arrays in a file."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from runtime.data.table import Array, DataError
from runtime.predict.inputs import Inputs, named
from runtime.predict.meaning import Meaning
from runtime.predict.predictor import Answer
from runtime.protocol import to_json

MOST_CELLS = 1000
"""An answer of more numbers a row is no row of a table any more."""

FORMS = (".csv", ".json", ".jsonl", ".npz")

Batches = Iterable[tuple[int, list[Answer]]]


class Titles:
    """The columns that answers add to a table, under names that the table does not have yet."""

    def __init__(self, answers: Sequence[Answer], taken: Sequence[str] = ()) -> None:
        self._taken = set(taken)
        several = len(answers) > 1
        self.names = [self._free(f"{answer.meaning.name} {title}" if several else title)
                      for answer in answers for title in titles(answer)]  # fmt: skip

    def _free(self, wanted: str) -> str:
        name, number = wanted, 2
        while name in self._taken:
            name, number = f"{wanted} {number}", number + 1
        self._taken.add(name)
        return name


def titles(answer: Answer) -> list[str]:
    """What the cells of one answer are called."""
    meaning = answer.meaning
    _refuse_large(answer)
    found = ["prediction"] if answer.labels is not None and meaning.reads != "labels" else []
    if meaning.reads == "numbers" or answer.probabilities is None:
        word = "score" if answer.labels is not None else "prediction"
        return found + _places(word, answer.numbers.shape[1:], meaning.columns or _classes(meaning))
    return found + _places("probability", answer.probabilities.shape[1:], _classes(meaning))


def cells(answer: Answer, row: int) -> list[Any]:
    """The cells of one row, under `titles`."""
    found: list[Any] = [answer.words(row)] if answer.labels is not None and answer.meaning.reads != "labels" else []
    shown = answer.numbers if answer.probabilities is None else answer.probabilities
    return found + [plain(value) for value in shown[row].reshape(-1)]


def spoken(answers: Sequence[Answer], row: int) -> dict[str, Any]:
    """One row as JSON: its prediction, and the probability of each class; of several outputs by their names."""
    each = {answer.meaning.name: _spoken(answer, row) for answer in answers}
    return next(iter(each.values())) if len(each) == 1 else {"outputs": each}


def _spoken(answer: Answer, row: int) -> dict[str, Any]:
    shown, meaning = answer.numbers[row], answer.meaning
    if answer.labels is None:
        return {"prediction": nested(shown)}
    if answer.labels.ndim > 1 or meaning.reads == "labels":
        found: dict[str, Any] = {"prediction": nested(answer.labels[row])}
        return found if answer.probabilities is None else {**found, "probabilities": nested(answer.probabilities[row])}
    if answer.probabilities is None:
        return {"prediction": answer.words(row), "scores": nested(shown)}
    return {"prediction": answer.words(row), "probabilities": chances(answer, row)}


def chances(answer: Answer, row: int) -> dict[str, float]:
    """The probability of each class by its name."""
    assert answer.probabilities is not None
    values = answer.probabilities[row].reshape(-1)
    each = [1 - values[0], values[0]] if len(values) == 1 else values
    return {name: plain(value) for name, value in zip(answer.meaning.classes, each, strict=True)}


def plain(value: Any) -> Any:
    """A number as Python has it, in the fewest digits that say it."""
    return (
        float(str(value))
        if isinstance(value, np.floating)
        else value.item()
        if isinstance(value, np.generic)
        else value
    )


def nested(values: Array) -> Any:
    """Numbers as lists of lists."""
    return [nested(part) for part in values] if values.ndim else plain(values[()])


def _classes(meaning: Meaning) -> tuple[str, ...]:
    return meaning.classes if meaning.reads == "classes" else meaning.classes[-1:] if meaning.reads == "yes" else ()


def _places(word: str, sides: Sequence[int], names: Sequence[str]) -> list[str]:
    """A title for each number of a row: `probability setosa`, `prediction[0]`, or the word alone."""
    count = int(np.prod(sides))
    if len(names) == count and (count > 1 or word == "probability"):
        return [f"{word} {name}" for name in names]
    if not sides or count == 1:
        return [word]
    return [f"{word}[{', '.join(map(str, place))}]" for place in np.ndindex(*sides)]


def _refuse_large(answer: Answer) -> None:
    shown = answer.numbers if answer.probabilities is None else answer.probabilities
    if answer.labels is not None and answer.labels.ndim > 1 and answer.meaning.reads != "labels":
        raise DataError(f"{answer.meaning.name} answers for each place of a row: give -o a name that ends in .npz.")
    if shown[0].size > MOST_CELLS:
        raise DataError(
            f"{answer.meaning.name} gives {shown[0].size:,} numbers a row: give -o a name that ends in .npz."
        )


# --- files


class Writer(Protocol):
    def __call__(self, out: Path, inputs: Inputs, batches: Batches) -> int: ...


def write(out: Path, inputs: Inputs, batches: Batches) -> int:
    """Writes answers in the form that the name of the file asks for; how many rows. Raises DataError, OSError."""
    writers: dict[str, Writer] = {".csv": _csv, ".json": _jsonl, ".jsonl": _jsonl, ".npz": _npz}
    writer = writers.get(out.suffix.lower())
    if writer is None:
        raise DataError(f"{out.name}: answers are written as {', '.join(FORMS)}.")
    out.absolute().parent.mkdir(parents=True, exist_ok=True)
    beside = out.with_name(f"{out.stem}.{os.getpid()}.part{out.suffix}")
    try:
        rows = writer(beside, inputs, batches)
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)
    return rows


def lines(inputs: Inputs, batches: Batches) -> Iterator[dict[str, Any]]:
    """Each row as one JSON object, numbered from 1, with the file or the text that it is."""
    for first, answers in batches:
        for at in range(len(answers[0].numbers)):
            told = dict(zip(inputs.head, inputs.told(first + at), strict=True)) if named(inputs) else {}
            yield {"row": first + at + 1, **told, **spoken(answers, at)}


def _csv(out: Path, inputs: Inputs, batches: Batches) -> int:
    rows = 0
    with out.open("w", encoding="utf-8", newline="") as file:
        pen = csv.writer(file)
        head: Sequence[str] = inputs.head or ("row",)
        for first, answers in batches:
            if not first:
                pen.writerow([*head, *Titles(answers, head).names])
            for at in range(len(answers[0].numbers)):
                told = inputs.told(first + at) if inputs.head else [first + at + 1]
                pen.writerow([*told, *(cell for answer in answers for cell in cells(answer, at))])
                rows += 1
    return rows


def _jsonl(out: Path, inputs: Inputs, batches: Batches) -> int:
    rows = 0
    with out.open("w", encoding="utf-8", newline="\n") as file:
        for line in lines(inputs, batches):
            file.write(json.dumps(to_json(line), ensure_ascii=False) + "\n")
            rows += 1
    return rows


def _npz(out: Path, inputs: Inputs, batches: Batches) -> int:
    held: dict[str, list[Array]] = {}
    rows = 0
    for _, answers in batches:
        rows += len(answers[0].numbers)
        for answer in answers:
            for name, values in _arrays(answer, several=len(answers) > 1):
                held.setdefault(name, []).append(values)
    np.savez_compressed(out, **{name: np.concatenate(parts) for name, parts in held.items()})  # type: ignore[arg-type]
    return rows


def _arrays(answer: Answer, *, several: bool) -> Iterator[tuple[str, Array]]:
    start = f"{answer.meaning.name}_" if several else ""
    named: Callable[[str], str] = lambda word: f"{start}{word}"  # noqa: E731 (short, and used three times)
    yield named("prediction"), answer.numbers if answer.labels is None else answer.labels
    if answer.probabilities is not None:
        yield named("probabilities"), answer.probabilities
    elif answer.labels is not None:
        yield named("scores"), answer.numbers
