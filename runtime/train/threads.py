"""Chooses with how many threads the processor trains, by measuring some steps; what was measured is kept.

Another count gives other last digits: it is measured once for a source text on a machine, and kept in the state folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import time
from collections.abc import Callable
from typing import Any

import torch

from runtime import devices
from runtime.places import state_folder
from runtime.protocol import read_json, write_text
from runtime.train.state import collect_random, restore_random

VARIABLE = "NEUROLOOM_MEASURE"
"""An environment variable: 0 keeps to the rule, without measuring. Tests do, so that they do not depend on the hour."""

NOTES = "threads.json"
"""The file in the state folder."""

SURE_ALONE, SURE_ALL = 20_000_000, 2_000_000_000
"""Multiply-accumulates of a batch below which one thread is best on any machine, and above which all cores are."""

SECONDS = 0.25
"""How long each count is measured, besides the first two steps."""

WORTH = 0.85
"""The part of the time that a step may take at most with more threads, for these to be worth it."""


def measured(macs: int, text: str, make: Callable[[], Callable[[], Any]]) -> int:
    """The best count for a training of so many MACs a batch, whose source is `text`; `make` gives a step to measure."""
    rule, cores = devices.threads(0, "cpu", macs), devices.cores()
    if os.environ.get(VARIABLE) == "0" or cores == 1 or not SURE_ALONE <= macs <= SURE_ALL:
        return rule
    where = state_folder() / NOTES
    machine = f"{platform.node()} {platform.processor()} {platform.machine()} {cores} {torch.__version__}"
    key = hashlib.sha256(f"{machine}\n{text}".encode()).hexdigest()[:32]
    held = read_json(where)
    notes = dict(held) if isinstance(held, dict) else {}
    if isinstance(notes.get(key), int):
        return int(notes[key])
    try:
        notes[key] = _best(make, cores)
        where.parent.mkdir(parents=True, exist_ok=True)
        write_text(where, json.dumps(notes, indent=1) + "\n")
    except Exception:  # whatever stands in the way is said when the training meets it
        return rule
    return int(notes[key])


def _best(make: Callable[[], Callable[[], Any]], cores: int) -> int:
    """Twice as many, as long as it is worth it. No random number is taken away from the training."""
    before, (tensors, plain) = torch.get_num_threads(), collect_random()
    try:
        step, best, count = make(), 1, 2
        least = _time(step, 1)
        while count <= cores:
            took = _time(step, count)
            if took > WORTH * least:
                break
            best, least, count = count, took, min(2 * count, cores) if count < cores else cores + 1
        return best
    finally:
        torch.set_num_threads(before)
        restore_random(tensors, plain)


def _time(step: Callable[[], Any], threads: int) -> float:
    """Seconds of the fastest of some steps."""
    torch.set_num_threads(threads)
    for _ in range(2):
        step()
    end, times = time.perf_counter() + SECONDS, list[float]()
    while time.perf_counter() < end or len(times) < 2:
        began = time.perf_counter()
        step()
        times.append(time.perf_counter() - began)
    return min(times)
