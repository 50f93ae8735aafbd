"""Functions of one number that activations are made of, in plain Python, for pictures of their curves."""

import math

LIMIT = 700.0
"""The exponential of more than this is too large for a float."""


def sigmoid(x: float) -> float:
    """1 / (1 + e⁻ˣ), without an overflow far from zero."""
    if x >= 0:
        return 1 / (1 + math.exp(-min(x, LIMIT)))
    grown = math.exp(max(x, -LIMIT))
    return grown / (1 + grown)


def softplus(x: float) -> float:
    """log(1 + eˣ), which is x where x is large."""
    return max(x, 0.0) + math.log1p(math.exp(-min(abs(x), LIMIT)))


def clamp(x: float, low: float, high: float) -> float:
    """The nearest number to x between two others."""
    return min(max(x, low), high)
