"""What templates over sequences reach, where no figure of the run says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runtime.runs import Run

PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97)


def worst_of_three(run: Run) -> float:
    """The smallest accuracy on the test part of the networks in one drawing."""
    return min(float(value) for name, value in run.metrics()["test"].items() if name.endswith("accuracy"))


def primes_said(run: Run) -> float:
    """How many primes behind 2, 3, 5 and 7 it says right, one after the other."""
    from runtime.predict.continuing import text
    from runtime.predict.predictor import Predictor

    said = "".join(text(Predictor(run), "2 3 5 7", len(PRIMES) - 4, 0.0, 0)).split()
    right = [int(number) == prime for number, prime in zip(said, PRIMES[4:], strict=True)]
    return float(right.index(False) if False in right else len(right))
