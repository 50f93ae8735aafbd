"""How a parameter of a kind is declared, and what a good value of it is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, Literal, TypeAlias

from graph.own_code import why_not_options
from graph.records import BadNumber

ParamType: TypeAlias = Literal[
    "int", "float", "bool", "choice", "text", "name", "path", "folder", "column", "columns", "shape", "pair", "triple",
    "sizes", "scales", "floats", "ints", "numbers", "formula", "starts", "options", "node", "nodes",
]  # fmt: skip

_NUMBERS = ("int", "float", "pair", "triple", "sizes", "scales", "shape", "floats", "ints", "numbers")
"""Types of one number or several, which have to lie within the bounds."""
_EACH = {"pair": 2, "triple": 3}


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of a kind.

    `always`: printed in the source even at its default (torch has none for it). `last`: shown behind the others.
    `group`: shown folded under a title of its own; `when`: shown only while another parameter has one of some values.
    `count`: how many numbers a list of sizes or scales has (0: any). `choices` of a number: words for it.
    """

    default: Any
    help: str
    type: ParamType
    name: str = ""
    min: float | None = None
    max: float | None = None
    above: float | None = None
    below: float | None = None
    choices: tuple[str, ...] = ()
    count: int = 0
    optional: bool = False
    always: bool = False
    printed: bool = True
    last: bool = False
    group: str = ""
    when: tuple[str, tuple[str, ...]] | None = None
    unit: str = ""

    def wrong(self, value: Any) -> str | None:
        """What is wrong with a value, as the end of "NAME is VALUE, but …"; None if it is good."""
        if value is None:
            return None if self.optional or self.default is None else f"must be {self.wanted()}"
        if isinstance(value, str) and value in self.choices:
            return None
        if not self._typed(value):
            return f"must be {self.wanted()}"
        if self.type in ("formula", "starts"):
            return _why_unread(self.type, value)
        if self.type == "options":
            return why_not_options(value)
        if self.type in _NUMBERS:
            numbers = value if isinstance(value, (list, tuple)) else [value]
            return None if all(self._inside(number) for number in numbers) else f"must be {self.wanted()}"
        return None

    def wanted(self) -> str:
        """What a good value is, in words."""
        if self.type == "choice":
            return "one of " + ", ".join(self.choices)
        words = {
            "int": "a whole number", "float": "a number", "bool": "true or false", "text": "a text", "name": "a name",
            "path": "a path", "folder": "a path",
            "column": "the name of a column", "columns": "a list of column names",
            "shape": "a list of whole numbers", "pair": "a whole number, or two of them",
            "triple": "a whole number, or three of them", "sizes": f"a whole number, or {self._several()} of them",
            "scales": f"a number, or {self._several()} of them",
            "floats": "a list of numbers", "ints": "a list of whole numbers", "numbers": "a list of numbers",
            "formula": "a formula", "starts": "names with numbers, as in beta = 1", "options": "a text",
            "node": "a node of the drawing", "nodes": "a list of nodes of the drawing",
        }[self.type]  # fmt: skip
        named = "".join(f", or {choice}" for choice in self.choices)
        return words + self._bounds() + named + (" (or left out)" if self.optional else "")

    def _several(self) -> str:
        """How many numbers a list has, in words."""
        return {0: "several", 1: "one", 2: "two", 3: "three", 4: "four", 6: "six"}.get(self.count, str(self.count))

    def _bounds(self) -> str:
        low = (
            f"at least {self.min:g}"
            if self.min is not None
            else f"above {self.above:g}"
            if self.above is not None
            else ""
        )
        high = (
            f"at most {self.max:g}"
            if self.max is not None
            else f"below {self.below:g}"
            if self.below is not None
            else ""
        )
        both = " and ".join(part for part in (low, high) if part)
        return f", {both}" if both else ""

    def _inside(self, number: float) -> bool:
        return (
            (self.min is None or number >= self.min)
            and (self.max is None or number <= self.max)
            and (self.above is None or number > self.above)
            and (self.below is None or number < self.below)
        )

    def _typed(self, value: Any) -> bool:
        if isinstance(value, BadNumber):
            return False
        whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
        match self.type:
            case "int":
                return whole
            case "float":
                return _finite(value)
            case "bool":
                return isinstance(value, bool)
            case "choice":
                return isinstance(value, str) and value in self.choices
            case "text" | "name" | "path" | "folder" | "column" | "formula" | "starts" | "options" | "node":
                return isinstance(value, str)
            case "columns" | "nodes":
                return isinstance(value, (list, tuple)) and all(isinstance(name, str) for name in value)
            case "pair" | "triple":
                return whole or (_whole_numbers(value) and len(value) == _EACH[self.type])
            case "sizes":
                return whole or (_whole_numbers(value) and self._counted(value))
            case "scales":
                return _finite(value) or (
                    isinstance(value, (list, tuple))
                    and all(_finite(number) for number in value)
                    and self._counted(value)
                )
            case "floats":
                numbers = isinstance(value, (list, tuple)) and len(value) == len(self.default)
                return numbers and all(_finite(number) for number in value)
            case "shape":
                return _whole_numbers(value) and len(value) > 0
            case "ints":
                return _whole_numbers(value)
            case "numbers":
                return isinstance(value, (list, tuple)) and len(value) > 0 and all(_finite(item) for item in value)

    def _counted(self, numbers: Sequence[Any]) -> bool:
        return len(numbers) == self.count if self.count else len(numbers) > 0


@cache
def _grammar() -> ModuleType:
    """What reads formulas; few drawings have one, so it is loaded with the first."""
    import graph.formula

    return graph.formula


def _why_unread(type: str, text: str) -> str | None:
    """Why a formula, or the names that it declares, cannot be read."""
    unread = _grammar().why_not(text) if type == "formula" else _grammar().why_not_starts(text)
    return f"cannot be read: {unread}" if unread else None


def _finite(value: Any) -> bool:
    """Whether a value is a number that a float can hold."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) < 2**63 and math.isfinite(value)


def _whole_numbers(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(
        isinstance(side, int) and not isinstance(side, bool) and abs(side) < 2**63 for side in value
    )


def param(default: Any, help: str, *, type: ParamType | None = None, **limits: Any) -> Any:
    """Declare a parameter; its type follows from the default unless it is given."""
    if type is None:
        type = "choice" if "choices" in limits else _TYPES[default.__class__]
    return Param(default, help, type, **limits)


_TYPES: dict[type, ParamType] = {bool: "bool", int: "int", float: "float", str: "text", tuple: "shape"}
