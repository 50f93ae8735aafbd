"""Cuts a formula into numbers, names and signs; what cannot be part of one is refused with its place."""

import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

LENGTH = 400
"""Characters that a formula may have."""

LARGEST = 1e30
"""Numbers beyond this leave the range of single precision as soon as something is done with them."""

LONGEST_NAME, LONGEST_NUMBER = 30, 30

_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SIGN = re.compile(r"\*\*|<=|>=|==|!=|[-+*/(),<>=\[\]]")
_SPACE = " \t\n"
_ADVICE = {
    "^": "a power is written with **",
    ".": "a formula has no dots but those in numbers",
    ":": "a formula has no colons",
    "%": "a formula knows + - * / and **",
    "&": "a formula has no &; multiply conditions instead",
    "|": "a formula has no |; take the larger condition with max instead",
    "×": "multiplication is written with *",
    "·": "multiplication is written with *",
    "−": "minus is written with the sign - of the keyboard",
    "÷": "division is written with /",
}


class FormulaError(ValueError):
    """What cannot be read, and where: `at` counts characters from 0; `why` is the end of a sentence."""

    def __init__(self, at: int, why: str, length: int = 1) -> None:
        super().__init__(f"at character {at + 1}: {why}")
        self.at, self.why, self.length = at, why, max(1, length)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a formula; `end` stands behind the last one."""

    type: Literal["number", "name", "sign", "end"]
    text: str
    at: int


def tokens(text: str) -> list[Token]:
    """The pieces of a formula, `end` the last of them. Raises FormulaError."""
    if len(text) > LENGTH:
        raise FormulaError(LENGTH, f"a formula has at most {LENGTH} characters, and this one has {len(text):,}")
    return list(_cut(text))


def _cut(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        if text[at] in _SPACE:
            at += 1
            continue
        token = _number(text, at) or _name(text, at) or _sign(text, at)
        if token is None:
            raise FormulaError(at, _stranger(text[at]))
        yield token
        at += len(token.text)
    yield Token("end", "", len(text))


def _number(text: str, at: int) -> Token | None:
    found = _NUMBER.match(text, at)
    if found is None:
        return None
    digits = found[0]
    if len(digits) > LONGEST_NUMBER or abs(float(digits)) > LARGEST:
        raise FormulaError(at, f"the number {_cropped(digits)} is too large; {LARGEST:g} is the limit", len(digits))
    after = _NAME.match(text, found.end())
    if after is not None:
        raise FormulaError(found.end(), f"write {digits} * {_cropped(after[0])} to multiply", len(after[0]))
    return Token("number", digits, at)


def _name(text: str, at: int) -> Token | None:
    found = _NAME.match(text, at)
    if found is None:
        return None
    why = why_no_name(found[0])
    if why:
        raise FormulaError(at, why, len(found[0]))
    return Token("name", found[0], at)


def why_no_name(name: str) -> str | None:
    """Why a formula cannot use this name, as the end of a sentence; None if it can."""
    shown = _cropped(name)
    if name.startswith("_") or "__" in name:
        return f"{shown} has an underscore too many: a name begins with a letter and has no double underscore"
    if len(name) > LONGEST_NAME:
        return f"the name {shown} is longer than {LONGEST_NAME} letters"
    if keyword.iskeyword(name):
        return f"{shown} is a word of Python and means nothing in a formula"
    return None


def _sign(text: str, at: int) -> Token | None:
    found = _SIGN.match(text, at)
    return Token("sign", found[0], at) if found else None


def _stranger(sign: str) -> str:
    if sign in _ADVICE:
        return _ADVICE[sign]
    if not sign.isprintable():
        return f"the invisible sign U+{ord(sign):04X} does not belong in a formula"
    if sign.isalpha() or sign.isdigit():
        return (
            f"{sign} (U+{ord(sign):04X}) is not a plain letter or digit: names and numbers are written with a–z and 0–9"
        )
    return f"{sign} does not belong in a formula"


def _cropped(text: str) -> str:
    return text if len(text) <= 24 else text[:23] + "…"
