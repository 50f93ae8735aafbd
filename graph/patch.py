"""A change to a document as a value: for each record that it touches, what was there and what is there after."""

from collections.abc import Mapping
from typing import TypeAlias

from graph.records import Record

Patch: TypeAlias = Mapping[str, tuple[Record | None, Record | None]]
"""Record key → (before, after); `None` stands for "is not there"."""


def inverse(patch: Patch) -> Patch:
    """The patch that takes this one back."""
    return {key: (after, before) for key, (before, after) in patch.items()}


def compose(*patches: Patch) -> Patch:
    """One patch that does what these do one after the other; what cancels out is left out."""
    joined: dict[str, tuple[Record | None, Record | None]] = {}
    for patch in patches:
        for key, (before, after) in patch.items():
            start = joined[key][0] if key in joined else before
            joined[key] = (start, after)
    return {key: pair for key, pair in joined.items() if pair[0] != pair[1]}
