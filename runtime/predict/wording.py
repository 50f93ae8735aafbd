"""How the tokens that a network takes are written: as characters, words, letters without spaces, or whole numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from graph.kinds.data_text import Sentences, TextFile, WordEnds
from graph.shape import Axis
from runtime.data.table import Array, DataError
from runtime.data.vocabulary import numbered, words_of
from runtime.predict.argument import Argument
from runtime.words import amount

MARKS = ".,;:!?)…’'"
"""What stands behind a word without a space between."""

Unit = Literal["characters", "words", "letters", "numbers"]


@dataclass(frozen=True, slots=True)
class Wording:
    """Texts as rows of tokens, and back. `span` is how many the network saw at a time when it learned.

    Behind `filled` texts stands the filler, number 0, up to the span; `unknown` is what has no number of its own.
    """

    unit: Unit
    vocabulary: tuple[str, ...]
    span: int | None
    unknown: int = 0
    filled: bool = False
    lower: bool = False
    _number: Mapping[str, int] = field(default_factory=dict, repr=False)

    def pieces(self, text: str) -> list[str]:
        """The tokens of a text as they are written."""
        plain = text.lower() if self.lower else text
        match self.unit:
            case "words":
                return words_of(plain)
            case "numbers":
                return whole_numbers(plain, len(self.vocabulary))
            case "letters":
                return list("".join(plain.split()))
            case _:
                return list(plain)

    def tokens(self, pieces: Sequence[str]) -> list[int]:
        return [self._number.get(piece, self.unknown) for piece in pieces]

    def row(self, pieces: Sequence[str]) -> Array:
        """(T,) of int64 as the network takes it; what is behind the span of a filled text is cut."""
        tokens = self.tokens(pieces)
        if not self.filled or self.span is None:
            return np.array(tokens, dtype=np.int64)
        row = np.zeros(self.span, dtype=np.int64)
        row[: len(tokens)] = tokens[: self.span]
        return row

    def spaced(self, before: str, piece: str) -> str:
        """A token behind a text that ends so."""
        if self.unit in ("characters", "letters") or not before:
            return piece
        return piece if piece in MARKS or before[-1:] in "('‘" else f" {piece}"

    def text(self, tokens: Sequence[int]) -> str:
        """A row of the data as a text."""
        found = ""
        for token in tokens:
            if not (self.filled and token == 0):
                found += self.spaced(found, self.vocabulary[token] if token < len(self.vocabulary) else "?")
        return found


def wording(argument: Argument) -> Wording | None:
    """How the rows of an argument are written; None where they are no tokens, or nobody knows their vocabulary."""
    kind, learned = argument.kind, argument.learned
    vocabulary = learned.vocabulary or (learned.classes if isinstance(kind, TextFile) else ())
    side = argument.inner[0] if len(argument.inner) == 1 else None
    span = side.length if isinstance(side, Axis) else side
    if isinstance(kind, Sentences) and vocabulary:
        return Wording("words", vocabulary, span, 1, True, _number=numbered(vocabulary, 2))
    if isinstance(kind, (TextFile, WordEnds)) and vocabulary:
        unit: Unit = "letters" if isinstance(kind, WordEnds) else "words" if kind.unit == "words" else "characters"
        return Wording(unit, vocabulary, span, lower=kind.lower, _number=numbered(vocabulary, 1))
    if side is not None and argument.tensor.dtype == "index" and argument.tensor.classes and not vocabulary:
        names = tuple(map(str, range(argument.tensor.classes)))
        return Wording("numbers", names, span, _number=numbered(names, 0))
    return None


def whole_numbers(text: str, below: int) -> list[str]:
    """The whole numbers in a text. Raises DataError."""
    found = [part for part in re.split(r"[\s,;\[\]]+", text) if part]
    wrong = next((part for part in found if not part.isascii() or not part.isdecimal() or int(part) >= below), None)
    if wrong is not None:
        raise DataError(f'The network knows the whole numbers from 0 to {below - 1}: "{wrong[:40]}" is none of them.')
    return [str(int(part)) for part in found]


def strange(known: Wording, pieces: Sequence[str]) -> list[str]:
    """The pieces of a text that were never learned, each once."""
    return [piece for piece in dict.fromkeys(pieces) if piece not in known._number]


def told_strange(found: Sequence[str]) -> list[str]:
    """What is said of pieces that were never learned."""
    if not found:
        return []
    shown = ", ".join(f'"{piece}"' for piece in found[:8]) + (", …" if len(found) > 8 else "")
    return [f"{amount(len(found), 'token')} that it never learned: {shown}."]
