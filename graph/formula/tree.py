"""The parts of a formula that was read: numbers, names, operators and calls, each with its place in the text."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was typed."""

    text: str
    at: int
    value: float


@dataclass(frozen=True, slots=True)
class Name:
    """An input, a parameter, or `pi` (whose value is known)."""

    name: str
    at: int
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Minus:
    """The negative of a part."""

    part: "Tree"
    at: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Binary:
    """`+ - * / **` between two parts; `at` is the place of the sign."""

    sign: str
    left: "Tree"
    right: "Tree"
    at: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Compare:
    """A question: which of two parts is larger, or whether they are equal. Its answer is a truth value."""

    sign: str
    left: "Tree"
    right: "Tree"
    at: int
    value: None = field(default=None, init=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of parts."""

    name: str
    parts: tuple["Tree", ...]
    at: int
    value: float | None


Tree: TypeAlias = Number | Name | Minus | Binary | Compare | Call
"""`value` is what a part comes to if it holds numbers alone, else None."""


def parts(tree: Tree) -> tuple[Tree, ...]:
    """What a part is made of."""
    match tree:
        case Minus():
            return (tree.part,)
        case Binary() | Compare():
            return (tree.left, tree.right)
        case Call():
            return tree.parts
    return ()


def walk(tree: Tree) -> Iterator[Tree]:
    """A part and everything in it, from left to right."""
    todo = [tree]
    while todo:
        found = todo.pop()
        yield found
        todo += reversed(parts(found))
