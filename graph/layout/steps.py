"""Work in small steps: a generator that says now and then how far it is, and whose end is what it has found."""

from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")


def scaled(steps: Generator[float, None, T], done: float, share: float) -> Generator[float, None, T]:
    """Steps that are a part of others: before them `done` of all was over, and they are `share` of it."""
    while True:
        try:
            yield done + share * next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # a generator's end says nothing about its type


def ended(steps: Generator[float, None, T]) -> T:
    """What is found, all steps done at once."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # as above
