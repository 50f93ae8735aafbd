"""Cuts values in order into windows, each within one part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graph.misfit import Misfit
from graph.spec import Place
from graph.windows import PARTS, stretches
from runtime.data.table import Array, DataError
from runtime.words import listed, size


def windows(values: Array, first: Sequence[int], length: int) -> Array:
    """(windows, length, …): the values from each beginning on."""
    at = np.asarray(first, dtype=np.int64)[:, None] + np.arange(length)[None, :]
    found: Array = values[at]
    return found


def beginnings(kind: Any, values: int) -> dict[str, Sequence[int]]:
    """Where the windows of each part begin. Raises DataError for a part that is too short for one."""
    try:
        kind.axes(Place("", {**dict.fromkeys(("rows", "tokens"), values)}))
    except Misfit as misfit:
        raise DataError(plainly(misfit)) from misfit
    found: dict[str, Sequence[int]] = kind.windows(values)
    return {part: found[part] for part in PARTS}


def left_out(kind: Any, values: int) -> tuple[str, ...]:
    """What a stream leaves out because it does not fill all rows, as a message; nothing for windows by themselves."""
    if kind.order != "stream":
        return ()
    found, kept = kind.windows(values), stretches(values, kind.validation, kind.test)
    missing = [
        f"{missing:,} of {len(kept[part]):,} ({'training' if part == 'train' else part})"
        for part in PARTS
        if (missing := max(0, len(kept[part]) - kind.beyond()) - len(found[part]) * kind.length)
    ]
    if not missing:
        return ()
    text = f"{kind.things.capitalize()} at the end of a part that do not fill all {kind.batch_size:,} rows are left out"
    return (f"{text}: {listed(missing)}.",)


def check_room(found: Mapping[str, Sequence[int]], numbers: int) -> None:
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
