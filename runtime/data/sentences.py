"""Sentences with a label, as whole numbers, one for each word."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from runtime.data.splitting import PARTS, split
from runtime.data.table import Array, DataError, Parts
from runtime.data.vocabulary import SHIPPED, UNKNOWN, chosen, numbered, open_text, said, words_of

FILLER = "filler"
Split = dict[str, Array]


def inspect(question: Mapping[str, Any]) -> dict[str, Any]:
    """`rows`, `longest` in words, how many `words` the vocabulary has, the `labels`; or `error`, a sentence."""
    try:
        sentences, _, labels, _, vocabulary = _numbered(SimpleNamespace(**{"path": "", **question}), Path())
    except DataError as error:
        return said(error)
    return {
        "rows": len(sentences), "longest": max(map(len, sentences)), "words": len(vocabulary), "labels": list(labels),
    }  # fmt: skip


def read(kind: Any, base: Path) -> Parts:
    """x is (sentences, length) of int64, filled with 0 behind the last word; y the number of the label."""
    sentences, answers, labels, rows, vocabulary = _numbered(kind, base)
    number = numbered(vocabulary, 2)
    longest = max(map(len, sentences))
    x = np.zeros((len(sentences), kind.length or longest), dtype=np.int64)
    for at, words in enumerate(sentences):
        known = [number.get(word, 1) for word in words[: x.shape[1]]]
        x[at, : len(known)] = known
    parts = {part: {"x": x[rows[part]], "y": answers[rows[part]]} for part in PARTS}
    cut = sum(len(words) > x.shape[1] for words in sentences)
    told = (f"{cut:,} of {len(sentences):,} sentences are longer and were cut.",) if cut else ()
    return Parts(parts, labels, (), told, vocabulary=vocabulary)


def _numbered(kind: Any, base: Path) -> tuple[list[list[str]], Array, tuple[str, ...], Split, tuple[str, ...]]:
    """Words and label of each sentence, the labels, the parts, and the vocabulary of the training part."""
    path = base / kind.path if kind.path else SHIPPED / "sentences.tsv"
    lines = _lines(path, 1 if kind.path else 2)
    column = 0 if kind.path or kind.answer == "tone" else 1
    sentences, told = [words_of(line[-1]) for line in lines], [line[column] for line in lines]
    labels = tuple(sorted(set(told)))
    if len(labels) < 2:
        raise DataError(f'{path.name} has only one label, "{labels[0]}": there is nothing to tell apart.')
    answers = np.array([labels.index(label) for label in told], dtype=np.int64)
    rows = split(len(sentences), kind.validation, kind.test, kind.seed, answers)
    known = (word for at in rows["train"] for word in sentences[at])
    return sentences, answers, labels, rows, chosen(known, kind.vocabulary, (FILLER, UNKNOWN))


def _lines(path: Path, labels: int) -> list[list[str]]:
    """The cells of each line that is not empty. Raises DataError that names the line."""
    found = []
    for number, line in enumerate(open_text(path).split("\n"), 1):
        cells = [cell.strip() for cell in line.split("\t", labels)]
        if not line.strip():
            continue
        if len(cells) <= labels or not all(cells):
            raise DataError(f"{path.name}, line {number}: here must stand a label, a tab and a sentence.")
        if not words_of(cells[-1]):
            raise DataError(f"{path.name}, line {number}: the sentence has no words.")
        found.append(cells)
    return found
