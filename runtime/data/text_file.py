"""A running text as whole numbers, in windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from graph.windows import stretches
from runtime.data.table import Array, DataError, Parts
from runtime.data.vocabulary import UNKNOWN, chosen, numbered, said, text_of, words_of
from runtime.data.windowing import beginnings, check_room, left_out, windows


def inspect(question: Mapping[str, Any]) -> dict[str, Any]:
    """How many `tokens` a text has, and how many `classes` its vocabulary; or `error`, a sentence."""
    try:
        tokens, vocabulary = _cut(SimpleNamespace(**{"path": "", "shipped": "stories", **question}), Path())
    except DataError as error:
        return said(error)
    return {"tokens": len(tokens), "classes": len(vocabulary)}


def read(kind: Any, base: Path) -> Parts:
    """x is (windows, length) of int64; y the token behind each, or behind the last."""
    tokens, vocabulary = _cut(kind, base)
    number = numbered(vocabulary, 1)
    values = np.array([number.get(token, 0) for token in tokens], dtype=np.int64)
    found = beginnings(kind, len(values))
    check_room(found, 2 * kind.length)
    rows = {part: _rows(kind, values, first) for part, first in found.items()}
    told = (*strangers(values), *left_out(kind, len(values)))
    return Parts(rows, vocabulary, (), told, vocabulary=vocabulary)


def _rows(kind: Any, values: Array, first: Sequence[int]) -> dict[str, Array]:
    following = windows(values[1:], first, kind.length)
    return {"x": windows(values, first, kind.length), "y": following if kind.answer == "each" else following[:, -1]}


def _cut(kind: Any, base: Path) -> tuple[list[str], tuple[str, ...]]:
    """All tokens, and the vocabulary of the training part."""
    text = text_of(kind, base)
    tokens = list(text) if kind.unit == "characters" else words_of(text)
    trained = stretches(len(tokens), kind.validation, kind.test)["train"]
    return tokens, chosen(tokens[: len(trained)], kind.vocabulary, (UNKNOWN,))


def strangers(values: Array) -> tuple[str, ...]:
    """What is to be said of tokens that have no number of their own."""
    strange = int((values == 0).sum())
    if not strange:
        return ()
    return (f"{strange:,} of {len(values):,} tokens are rare, or not in the training part: they are number 0.",)
