"""Made sequences that need a memory: sums, parities, rows of numbers to go on with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from runtime.data.table import Array, DataError, Table

LARGEST = 60
"""The largest number that a row begins with, and the largest step."""

SCARCE = 0.01
"""A draw that brings fewer new sequences than this part of what is wanted was the last."""


def read(kind: Any, base: Path) -> Table:
    """x is (sequences, length, 1 or 2), or (sequences, length) of int64; y a number, a class, or one at each step."""
    chance = np.random.default_rng([kind.seed, 6])
    rows = kind.rows(None)
    if kind.task == "adding":
        x = _adding(rows, kind.length, chance)
        return Table(x, (x[..., 0] * x[..., 1]).sum(axis=1))
    if kind.task == "continue" and kind.below:
        whole = _whole(rows, kind.length + 1, kind.below, chance)
        return Table(whole[:, :-1], whole[:, -1], tuple(map(str, range(kind.below))))
    if kind.task == "continue":
        terms = _different(lambda count: _terms(count, kind.length + 1, chance), rows)
        return Table(terms[:, :-1, None].astype(np.float32), terms[:, -1].astype(np.float32))
    bits = _bits(rows, kind.length, chance)
    odd = np.cumsum(bits, axis=1) % 2
    return Table(bits[..., None].astype(np.float32), odd[:, -1] if kind.task == "parity" else odd, ("even", "odd"))


def _adding(rows: int, length: int, chance: np.random.Generator) -> Array:
    """(rows, length, 2): numbers from 0 to 1 and marks, one in each half."""
    x = np.zeros((rows, length, 2), dtype=np.float32)
    x[..., 0] = chance.uniform(0.0, 1.0, (rows, length))
    half = length // 2
    x[np.arange(rows), chance.integers(0, half, rows), 1] = 1.0
    x[np.arange(rows), chance.integers(half, length, rows), 1] = 1.0
    return x


def _bits(rows: int, length: int, chance: np.random.Generator) -> Array:
    """(rows, length) of 0 and 1, no two rows alike."""
    if length < 20:
        numbers = chance.permutation(2**length)[:rows]
        return (numbers[:, None] >> np.arange(length)) & 1
    return _different(lambda count: chance.integers(0, 2, (count, length)), rows)


def _different(draw: Callable[[int], Array], rows: int) -> Array:
    """So many rows that all differ, drawn as often as it takes."""
    found, before = draw(0), -rows
    while len(found) - before > SCARCE * rows:
        before = len(found)
        found = np.concatenate([found, draw(rows)])
        _, first = np.unique(np.round(found, 6), axis=0, return_index=True)
        found = found[np.sort(first)]
        if len(found) >= rows:
            return found[:rows]
    raise DataError(f"There are only about {len(found):,} different sequences, not {rows:,}: make fewer samples.")


def _terms(count: int, length: int, chance: np.random.Generator) -> Array:
    """(count, length): rows of numbers of one rule each, divided by the largest but the last, which is the answer."""
    start, step = chance.integers(1, LARGEST + 1, (2, count, 1)).astype(float)
    place = np.arange(length)[None, :]
    ratio = 1.0 + step / (2 * LARGEST)
    rules = np.stack([
        start + step * place,
        start - step * place,
        start * ratio**place,
        (start + place) ** 2 + step,
        _fibonacci(start, step, length),
        _primes(length + LARGEST * LARGEST)[(LARGEST * (start - 1) + step - 1).astype(int) + place],
    ])  # fmt: skip
    terms = rules[chance.integers(len(rules), size=count), np.arange(count)]
    scaled: Array = terms / np.maximum(np.abs(terms[:, :-1]).max(axis=1, keepdims=True), 1.0)
    return scaled


def _whole(count: int, length: int, below: int, chance: np.random.Generator) -> Array:
    """(count, length) of int64: rows of one rule each, all different; as many of each as it has."""
    rules = [chance.permutation(rows) for rows in _rules(length, below)]
    turns = np.concatenate([np.arange(len(rows)) for rows in rules])
    terms = np.concatenate(rules)[np.argsort(turns, kind="stable")]
    _, first = np.unique(terms, axis=0, return_index=True)
    if len(first) < count:
        raise DataError(
            f"There are only {len(first):,} different rows below {below}, not {count:,}: make fewer samples."
        )
    return terms[np.sort(first)[:count]].astype(np.int64)


def _rules(length: int, below: int) -> list[Array]:
    """Of each rule all rows of whole numbers from 0 to below a limit: it is asked for the last number first."""
    place = np.arange(length, dtype=float)
    start, step = (grid.reshape(-1, 1).astype(float) for grid in np.indices((below, below)))
    nought, unit = np.array([[0.0]]), np.array([[1.0]])
    one, two = _fibonacci(unit, nought, length), _fibonacci(nought, unit, length)
    rules: list[tuple[int, Callable[[Array, Array, Any], Array]]] = [  # from which step on, and the numbers at places
        (1, lambda start, step, at: start + step * place[at]),
        (1, lambda start, step, at: start - step * place[at]),
        (0, lambda start, step, at: start * 2 ** place[at] + step * (2 ** place[at] - 1)),
        (0, lambda start, step, at: (start + place[at]) ** 2 + step),
        (1, lambda start, step, at: start * one[:, at] + step * two[:, at]),
    ]
    found = []
    for least, rule in rules:
        last = rule(start, step, slice(-1, None))[:, 0]
        kept = (last >= 0) & (last < below) & (start[:, 0] > 0) & (step[:, 0] >= least)
        found.append(rule(start[kept], step[kept], slice(None)))
    primes = _primes(below)
    few = primes[primes < below]
    return [*found, np.lib.stride_tricks.sliding_window_view(few, length)] if len(few) >= length else found


def _fibonacci(first: Array, second: Array, length: int) -> Array:
    """Each is the sum of the two before it."""
    found = [first, second]
    while len(found) < length:
        found.append(found[-1] + found[-2])
    return np.concatenate(found[:length], axis=1)


def _primes(count: int) -> Array:
    """The first so many primes, by the sieve of Eratosthenes; from the 6th on the n-th is below n·(ln n + ln ln n)."""
    size = max(15, int(count * (np.log(max(count, 6)) + np.log(np.log(max(count, 6)))))) + 1
    sieve = np.ones(size, dtype=bool)
    sieve[:2] = False
    for number in range(2, int(size**0.5) + 1):
        if sieve[number]:
            sieve[number * number :: number] = False
    return np.flatnonzero(sieve)[:count].astype(float)
