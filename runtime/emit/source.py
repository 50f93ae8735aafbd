"""Text that grows line by line and remembers which lines came from which node."""

import re
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

WIDTH = 100
"""No line of generated source is longer."""

Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Generated source. `lines`: a node's birth name to the ranges of lines (from 1, both ends in) that speak of it."""

    text: str
    lines: Mapping[str, Ranges] = field(default_factory=dict)


_MARKS = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|[()\[\]{},]')
"""Strings, brackets and commas."""


class Writer:
    """Collects lines; each may name the nodes it comes from."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, tuple[str, ...]]] = []

    def line(self, text: str = "", *births: str, indent: int = 0) -> None:
        """One line, or what a long one is broken into."""
        for part in broken(" " * 4 * indent + text) if text else [""]:
            self.rows.append((part, births))

    def doc(self, text: str, *, indent: int = 0, above: str = "") -> None:
        """A docstring, in as many lines as it needs; what stands `above` is a paragraph of its own."""
        pad = " " * 4 * indent
        parts = [plain for part in (above, text) if (plain := _plain(part))] or [""]
        if len(parts) == 1 and len(pad + parts[0]) + 6 <= WIDTH:
            self.rows.append((f'{pad}"""{parts[0]}"""', ()))
            return
        parts[0] = '"""' + parts[0]
        wrapped = [
            textwrap.wrap(part, WIDTH - len(pad), break_long_words=False, break_on_hyphens=False) for part in parts
        ]
        body = wrapped[0] + [row for rows in wrapped[1:] for row in ("", *rows)]
        self.rows += [(pad + row if row else "", ()) for row in (*body, '"""')]

    def gap(self) -> None:
        """The two empty lines between classes."""
        self.rows += [("", ()), ("", ())]

    def block(self, text: str, *births: str, indent: int = 0) -> None:
        """Ready-made lines."""
        for part in text.strip("\n").split("\n"):
            self.rows.append((" " * 4 * indent + part if part else "", births))

    def extend(self, other: "Writer", *, indent: int = 0) -> None:
        """The lines of another writer, moved in."""
        self.rows += [(" " * 4 * indent + text if text else "", births) for text, births in other.rows]

    def source(self) -> Source:
        text = "\n".join(text for text, _ in self.rows).rstrip("\n") + "\n"
        return Source(text, _ranges(births for _, births in self.rows))


def _ranges(rows: Iterable[tuple[str, ...]]) -> dict[str, Ranges]:
    found: dict[str, list[tuple[int, int]]] = {}
    for births, run in groupby(enumerate(rows, 1), key=lambda row: row[1]):
        numbers = [number for number, _ in run]
        for born in dict.fromkeys(births):
            ranges = found.setdefault(born, [])
            first = ranges.pop()[0] if ranges and ranges[-1][1] == numbers[0] - 1 else numbers[0]
            ranges.append((first, numbers[-1]))
    return {born: tuple(ranges) for born, ranges in found.items()}


def broken(line: str) -> list[str]:
    """A line of code in pieces within the width: broken at the commas (or operators) of its outermost long bracket."""
    if len(line) <= WIDTH or line.lstrip().startswith("#"):
        return [line]
    indent = len(line) - len(line.lstrip())
    opened = _last_outer_bracket(line)
    if opened is None:
        return [line]
    start, end = opened
    inner = _parts(line[start + 1 : end])
    deeper = " " * (indent + 4)
    rows = [line[: start + 1]]
    for row in _packed(inner, WIDTH - len(deeper)):
        rows += broken(deeper + row)
    return [*rows, " " * indent + line[end:]]


def _last_outer_bracket(line: str) -> tuple[int, int] | None:
    """The outermost bracket that holds most of the line."""
    found, stack = [], []
    for at, letter in _code(line):
        if letter in "([{":
            stack.append(at)
        elif letter in ")]}" and stack:
            start = stack.pop()
            if not stack:
                found.append((start, at))
    return max(found, key=lambda pair: pair[1] - pair[0], default=None)


def _parts(text: str) -> list[str]:
    """The pieces between the commas that stand in no inner bracket, each with its comma."""
    cuts, depth = [0], 0
    for at, letter in _code(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth:
            cuts.append(at + 1)
    pieces = [text[a:b].strip() for a, b in zip(cuts, [*cuts[1:], len(text)], strict=True)]
    return [piece for piece in pieces if piece]


def _packed(parts: list[str], width: int) -> list[str]:
    rows = [""]
    for part in parts:
        if rows[-1] and len(rows[-1]) + 1 + len(part) > width:
            rows.append("")
        rows[-1] = f"{rows[-1]} {part}".strip()
    return rows


def _code(text: str) -> Iterable[tuple[int, str]]:
    """Brackets and commas outside of strings, with their places."""
    return ((found.start(), found[0]) for found in _MARKS.finditer(text) if found[0][0] not in "\"'")


def _plain(text: str) -> str:
    """A text that can stand between the marks of a docstring."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.split()).replace("\\", "/").replace('"', "'")
