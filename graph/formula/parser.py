"""Reads a formula by recursive descent, after its own grammar; Python's evaluator never sees the text.

question := sum [("<" | "<=" | ">" | ">=" | "==" | "!=") sum]
sum      := product {("+" | "-") product}
product  := signed {("*" | "/") signed}
signed   := ("-" | "+") signed | power
power    := part ["**" signed]
part     := number | name | name "(" question {"," question} ")" | "(" question ")"
"""

import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from graph.formula.functions import CONSTANTS, FUNCTIONS
from graph.formula.tokens import LARGEST, LENGTH, FormulaError, Token, tokens, why_no_name
from graph.formula.tree import Binary, Call, Compare, Minus, Name, Number, Tree, walk

DEPTH = 30
"""How deep brackets, calls, signs and powers may stand in one another."""

POWER = 64
"""The largest number that may stand as an exponent."""

OPERATIONS = 100
"""How many signs between parts a formula may have: sums without brackets stand deep in one another as well."""

INPUTS = 16
"""How many names a formula may use."""

_QUESTIONS = ("<", "<=", ">", ">=", "==", "!=")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read. `names` are the inputs and parameters it uses, with the places of each."""

    text: str
    root: Tree
    names: dict[str, tuple[int, ...]]


@lru_cache(512)
def parse(text: str, fixed: tuple[tuple[str, float], ...] = ()) -> Formula:
    """Reads a formula, in which some names may stand for numbers. Raises FormulaError with a place and a sentence."""
    reader = _Reader(tokens(text), {**CONSTANTS, **dict(fixed)})
    root = reader.whole()
    places: dict[str, tuple[int, ...]] = {}
    for part in walk(root):
        if isinstance(part, Name) and part.value is None:
            places[part.name] = (*places.get(part.name, ()), part.at)
    if not places:
        raise FormulaError(0, "a formula needs an input: a name such as x", len(text))
    if len(places) > INPUTS:
        raise FormulaError(list(places.values())[INPUTS][0], f"a formula uses at most {INPUTS} names")
    return Formula(text, root, places)


def why_not(text: str) -> FormulaError | None:
    """Why a text is no formula; None if it is one."""
    try:
        parse(text)
    except FormulaError as error:
        return error
    return None


class _Reader:
    """Goes through the tokens from left to right."""

    def __init__(self, found: list[Token], known: Mapping[str, float]) -> None:
        self.tokens, self.known, self.place, self.depth, self.operations = found, known, 0, 0, 0

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def ended(self) -> bool:
        return self.next.type == "end"

    def take(self) -> Token:
        token = self.tokens[self.place]
        self.place += token.type != "end"
        return token

    def found(self, *signs: str) -> Token | None:
        """The next token if it is one of these signs."""
        return self.take() if self.next.type == "sign" and self.next.text in signs else None

    def whole(self) -> Tree:
        if self.ended():
            raise FormulaError(0, "there is no formula yet")
        tree = self.question()
        if not self.ended():
            raise FormulaError(self.next.at, _unexpected(self.next), len(self.next.text))
        return tree

    # --- the grammar, from the loosest to the tightest

    def question(self) -> Tree:
        left = self.sum()
        sign = self.found(*_QUESTIONS)
        if sign is None:
            return left
        right = self.sum()
        if left.value is not None and right.value is not None:
            raise FormulaError(sign.at, "both sides are plain numbers: the answer never changes", len(sign.text))
        again = self.found(*_QUESTIONS)
        if again:
            raise FormulaError(again.at, "one question at a time: multiply two, as in (0 < x) * (x < 1)")
        return Compare(sign.text, left, right, sign.at)

    def sum(self) -> Tree:
        tree = self.product()
        while sign := self.found("+", "-"):
            tree = self.joined(sign, tree, self.product())
        return tree

    def product(self) -> Tree:
        tree = self.signed()
        while sign := self.found("*", "/"):
            tree = self.joined(sign, tree, self.signed())
        return tree

    def signed(self) -> Tree:
        sign = self.found("-", "+")
        if sign is None:
            return self.power()
        self.deeper(sign)
        part = self.signed()
        self.depth -= 1
        value = None if part.value is None else -part.value
        return Minus(part, sign.at, value) if sign.text == "-" else part

    def power(self) -> Tree:
        base = self.part()
        sign = self.found("**")
        if sign is None:
            return base
        self.deeper(sign)
        exponent = self.signed()
        self.depth -= 1
        if exponent.value is not None and abs(exponent.value) > POWER:
            raise FormulaError(_start(exponent), f"an exponent is at most {POWER} in size")
        return self.joined(sign, base, exponent)

    def joined(self, sign: Token, left: Tree, right: Tree) -> Tree:
        self.operations += 1
        if self.operations > OPERATIONS:
            raise FormulaError(sign.at, f"a formula has at most {OPERATIONS} operations", len(sign.text))
        return _binary(sign, left, right)

    def part(self) -> Tree:
        token = self.take()
        if token.type == "number":
            return Number(token.text, token.at, float(token.text))
        if token.type == "name":
            return self.call(token) if self.next.text == "(" else _name(token, self.known)
        if token.text == "(":
            self.deeper(token)
            tree = self.question()
            self.close(token)
            return tree
        raise FormulaError(token.at, _missing(token), len(token.text))

    def call(self, name: Token) -> Tree:
        function = FUNCTIONS.get(name.text)
        if function is None:
            raise FormulaError(name.at, _unknown(name.text), len(name.text))
        self.deeper(name)
        bracket = self.take()
        parts = [self.question()] if self.next.text != ")" else []
        while self.found(","):
            parts.append(self.question())
            if len(parts) > function.most:
                break
        if not function.least <= len(parts) <= function.most:
            raise FormulaError(name.at, f"{name.text} takes {_count(function.least, function.most)}", len(name.text))
        self.close(bracket)
        return _call(name, tuple(parts))

    def deeper(self, token: Token) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise FormulaError(token.at, f"this stands more than {DEPTH} levels deep")

    def close(self, opened: Token) -> None:
        self.depth -= 1
        if self.found(")") is None:
            token = self.next
            missing = f"the bracket opened at character {opened.at + 1} is not closed"
            raise FormulaError(token.at, missing if token.type == "end" else _unexpected(token), len(token.text))


# --- parts, with the value of those that hold numbers alone


def _name(token: Token, known: Mapping[str, float]) -> Name:
    if token.text in FUNCTIONS:
        wanted = "x" if FUNCTIONS[token.text].most == 1 else "…"
        raise FormulaError(token.at, f"{token.text} is a function: write {token.text}({wanted})", len(token.text))
    return Name(token.text, token.at, known.get(token.text))


def _binary(sign: Token, left: Tree, right: Tree) -> Binary:
    value = None
    if left.value is not None and right.value is not None:
        value = _number(sign, _OPERATIONS[sign.text], left.value, right.value)
    elif sign.text == "/" and right.value == 0:
        raise FormulaError(sign.at, "nothing can be divided by zero")
    return Binary(sign.text, left, right, sign.at, value)


def _call(name: Token, parts: tuple[Tree, ...]) -> Call:
    number = FUNCTIONS[name.text].number
    if name.text == "where" and not isinstance(parts[0], (Compare, Name)):
        raise FormulaError(_start(parts[0]), "where begins with a question, as in where(x > 0, a, b)")
    values = [part.value for part in parts if part.value is not None]
    if len(values) < len(parts):
        return Call(name.text, parts, name.at, None)
    if number is None:
        raise FormulaError(name.at, f"{name.text} needs an input, not plain numbers", len(name.text))
    return Call(name.text, parts, name.at, _number(name, number, *values))


def _number(token: Token, operation: Callable[..., float], *numbers: float) -> float:
    """What plain numbers come to; refused where it is no number or beyond all measure."""
    try:
        value = operation(*numbers)
    except OverflowError:
        value = math.inf
    except (ValueError, ZeroDivisionError):
        raise FormulaError(token.at, f"{token.text} has no value for these numbers", len(token.text)) from None
    if not abs(value) <= LARGEST:
        raise FormulaError(token.at, f"this comes to a number beyond {LARGEST:g}", len(token.text))
    return float(value)


_OPERATIONS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": math.pow,
}


def _start(tree: Tree) -> int:
    return min(part.at for part in walk(tree))


# --- words


def _unexpected(token: Token) -> str:
    if token.text == "=":
        return "a formula has no =; write what comes out, and == to compare"
    if token.text in ("[", "]"):
        return f"a formula has no {token.text}; take a part on the wire instead"
    if token.text == ")":
        return "this bracket was never opened"
    if token.type in ("name", "number") or token.text == "(":
        return f"an operator such as * is missing before {token.text[:24]}"
    return f"{token.text} is not expected here"


def _missing(token: Token) -> str:
    if token.type == "end":
        return "the formula ends where a number, a name or a bracket should follow"
    if token.text in ("[", "]", "="):
        return _unexpected(token)
    return f"a number, a name or a bracket should stand here, not {token.text}"


def _unknown(name: str) -> str:
    near = get_close_matches(name, FUNCTIONS, 1)
    return f"there is no function {name}" + (f"; the nearest is {near[0]}" if near else f"; there are {_LISTED}")


def _count(least: int, most: int) -> str:
    parts = f"{least} part" + ("s" if least != 1 else "")
    return parts if least == most else f"{least} to {most} parts"


_LISTED = ", ".join(FUNCTIONS)


def loose_names(text: str) -> dict[str, tuple[int, ...]]:
    """The names of a formula with their places; of one that cannot be read, what looks like a name."""
    try:
        return parse(text).names
    except FormulaError:
        found: dict[str, tuple[int, ...]] = {}
        for match in _LOOSE.finditer(text[:LENGTH]):
            name = match[0]
            if name not in FUNCTIONS and name not in CONSTANTS and why_no_name(name) is None and len(found) < INPUTS:
                found[name] = (*found.get(name, ()), match.start())
        return found


_LOOSE = re.compile(r"(?<![\w.])[A-Za-z][A-Za-z0-9_]*(?![\w(])")
