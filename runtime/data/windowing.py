"""Cuts values in order into windows, each within one part."""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.misfit import Misfit
from graph.spec import Place
from graph.windows import PARTS
from runtime.data.table import Array, DataError
from runtime.words import size


def windows(values: Array, first: range, length: int) -> Array:
    """(windows, length, …): the values from each beginning on."""
    at = np.asarray(first, dtype=np.int64)[:, None] + np.arange(length)[None, :]
    found: Array = values[at]
    return found


def beginnings(kind: Any, values: int) -> dict[str, range]:
    """Where the windows of each part begin. Raises DataError for a part that is too short for one."""
    try:
        kind.axes(Place("", {**dict.fromkeys(("rows", "tokens"), values)}))
    except Misfit as misfit:
        raise DataError(plainly(misfit)) from misfit
    found: dict[str, range] = kind.windows(values)
    return {part: found[part] for part in PARTS}


def check_room(found: dict[str, range], numbers: int) -> None:
    """Raises DataError if windows of so many numbers, with their answers, do not fit into the memory that is free."""
    import psutil

    count = sum(map(len, found.values()))
    wanted, free = 8.0 * count * numbers, psutil.virtual_memory().available
    if wanted > free / 2:
        raise DataError(
            f"{count:,} windows take {size(wanted)}, too much for the {size(free)} of memory that are free: make "
            "stride larger, so that fewer of them overlap."
        )


def plainly(misfit: Misfit) -> str:
    """What a kind says of itself, as a sentence about its data."""
    return str(misfit).replace("{node}: ", "").replace("{node} ", "It ")
