"""A running text without its spaces, in windows, with a label for each sign: whether a word ends with it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from graph.windows import stretches
from runtime.data.table import DataError, Parts
from runtime.data.text_file import strangers
from runtime.data.vocabulary import UNKNOWN, chosen, numbered, said, text_of
from runtime.data.windowing import beginnings, check_room, windows

CLASSES = ("within", "end")


def inspect(question: Mapping[str, Any]) -> dict[str, Any]:
    """How many `tokens` the text has without spaces, and how many `classes` its vocabulary; or `error`, a sentence."""
    try:
        words, vocabulary = _cut(SimpleNamespace(**{"path": "", "shipped": "stories", **question}), Path())
    except DataError as error:
        return said(error)
    return {"tokens": sum(map(len, words)), "classes": len(vocabulary)}


def read(kind: Any, base: Path) -> Parts:
    """x is (windows, length) of int64; y 1 where a word ends, else 0."""
    words, vocabulary = _cut(kind, base)
    number = numbered(vocabulary, 1)
    values = np.array([number.get(sign, 0) for word in words for sign in word], dtype=np.int64)
    ends = np.zeros(len(values), dtype=np.int64)
    ends[np.cumsum([len(word) for word in words]) - 1] = 1
    found = beginnings(kind, len(values))
    check_room(found, 2 * kind.length)
    rows = {part: {"x": windows(values, first, kind.length), "y": windows(ends, first, kind.length)}
            for part, first in found.items()}  # fmt: skip
    return Parts(rows, CLASSES, (), strangers(values), vocabulary=vocabulary)


def _cut(kind: Any, base: Path) -> tuple[list[str], tuple[str, ...]]:
    """The words of the text, and the signs of its training part."""
    words = text_of(kind, base).split()
    signs = "".join(words)
    trained = stretches(len(signs), kind.validation, kind.test)["train"]
    return words, chosen(signs[: len(trained)], kind.vocabulary, (UNKNOWN,))
