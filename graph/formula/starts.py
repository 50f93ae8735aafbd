"""Reads the parameters of a formula with the numbers they start from: `beta = 1, scale[64] = 0.5`."""

from dataclasses import dataclass
from functools import lru_cache

from graph.formula.functions import CONSTANTS, FUNCTIONS
from graph.formula.tokens import FormulaError, Token, tokens

WIDEST = 65_536
"""How many numbers one parameter may hold."""


@dataclass(frozen=True, slots=True)
class Start:
    """A parameter: `width` numbers that begin as `value`; a width of None is a single number."""

    name: str
    value: float
    width: int | None = None
    at: int = 0


@lru_cache(512)
def parse_starts(text: str) -> tuple[Start, ...]:
    """Reads a list of parameters; an empty text has none. Raises FormulaError."""
    found, rest = tokens(text), 0
    starts: dict[str, Start] = {}
    while found[rest].type != "end":
        start, rest = _start(found, rest)
        if start.name in starts:
            raise FormulaError(start.at, f"{start.name} is given twice", len(start.name))
        starts[start.name] = start
        if found[rest].type != "end":
            _expect(found[rest], ",")
            rest += 1
    return tuple(starts.values())


def why_not_starts(text: str) -> FormulaError | None:
    """Why a text is no list of parameters; None if it is one."""
    try:
        parse_starts(text)
    except FormulaError as error:
        return error
    return None


def _start(found: list[Token], at: int) -> tuple[Start, int]:
    name = found[at]
    if name.type != "name":
        raise FormulaError(name.at, "a name is missing, as in beta = 1", len(name.text))
    if name.text in FUNCTIONS or name.text in CONSTANTS:
        raise FormulaError(name.at, f"{name.text} has a meaning of its own in formulas", len(name.text))
    width, at = _width(found, at + 1)
    _expect(found[at], "=")
    value, at = _value(found, at + 1)
    return Start(name.text, value, width, name.at), at


def _width(found: list[Token], at: int) -> tuple[int | None, int]:
    if found[at].text != "[":
        return None, at
    token = found[at + 1]
    if not token.text.isdigit() or not 1 <= int(token.text) <= WIDEST:
        raise FormulaError(token.at, f"a width is a whole number from 1 to {WIDEST:,}", len(token.text))
    _expect(found[at + 2], "]")
    return int(token.text), at + 3


def _value(found: list[Token], at: int) -> tuple[float, int]:
    sign = 1.0
    if found[at].text in ("-", "+"):
        sign, at = (-1.0 if found[at].text == "-" else 1.0), at + 1
    if found[at].type != "number":
        raise FormulaError(found[at].at, "a number is missing: what the parameter starts from", len(found[at].text))
    return sign * float(found[at].text), at + 1


def _expect(token: Token, sign: str) -> None:
    if token.text != sign:
        raise FormulaError(token.at, f"{sign} is missing here, as in beta = 1, gamma = 0", len(token.text))
