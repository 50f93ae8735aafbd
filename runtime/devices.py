"""Where to train, and why there; with how many threads."""

from __future__ import annotations

import os
from dataclasses import dataclass

MACS_A_THREAD = 500_000_000
"""Multiply-accumulates of a forward batch that make one more thread worth its waiting for the others.

A second thread wins at most half the time on an idle machine, but on a busy one waiting for it cost 10 to 17 times as
much (two convolutions on 8 × 8 pictures, 2 cores): a step must be long before the bet is good.
"""


class NoDevice(Exception):
    """The device that was asked for is not there; the sentence says what is."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A device in torch's words, and a sentence that says which it is and why."""

    name: str
    why: str


def choose(wanted: str) -> Choice:
    """`auto` takes CUDA, else MPS, else the processor. Raises NoDevice."""
    wanted = wanted.strip().lower()
    if wanted == "auto":
        return _best()
    if wanted == "cpu":
        return Choice("cpu", "Trains on the processor, as the run settings ask.")
    if wanted == "mps":
        if not _has_mps():
            raise NoDevice(f"There is no Apple graphics chip that PyTorch can use here. {_found()}")
        return Choice("mps", "Trains on the Apple graphics chip, as the run settings ask.")
    kind, _, number = wanted.partition(":")
    if kind != "cuda" or (number and not number.isdigit()):
        raise NoDevice(f'"{wanted}" is no device: use auto, cpu, cuda, cuda:0, cuda:1, … or mps.')
    return _cuda(int(number or 0))


def _best() -> Choice:
    import torch

    if torch.cuda.is_available():
        return Choice("cuda:0", f"Trains on {torch.cuda.get_device_name(0)}, the first graphics card that was found.")
    if _has_mps():
        return Choice("mps", "Trains on the Apple graphics chip: there is no CUDA card.")
    return Choice("cpu", f"Trains on the processor: {_why_no_card()}")


def _cuda(number: int) -> Choice:
    import torch

    if not torch.cuda.is_available():
        raise NoDevice(f"No CUDA card can be used here: {_why_no_card()} {_found()}")
    if number >= torch.cuda.device_count():
        raise NoDevice(f"There is no card cuda:{number}. {_found()}")
    return Choice(f"cuda:{number}", f"Trains on {torch.cuda.get_device_name(number)}, as the run settings ask.")


def _has_mps() -> bool:
    import torch

    return torch.backends.mps.is_available()


def _why_no_card() -> str:
    import torch

    if torch.version.cuda is None and torch.version.hip is None:
        return "this PyTorch was built without CUDA."
    return "PyTorch finds no graphics card."


def _found() -> str:
    return f"Here are: {', '.join(names())}."


def names() -> list[str]:
    """The devices that can be used here, in torch's words."""
    import torch

    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    return ["cpu", *(f"cuda:{number}" for number in range(count)), *(["mps"] if _has_mps() else [])]


def describe(name: str) -> dict[str, object]:
    """Title and memory (bytes; 0 where it is not known) of a device."""
    import torch

    if name.startswith("cuda"):
        card = torch.cuda.get_device_properties(name)
        return {"title": card.name, "memory": int(card.total_memory)}
    return {"title": "Apple graphics chip", "memory": 0}


def threads(wanted: int, device: str, macs: int) -> int:
    """How many threads torch should use: a rule over the work in a batch, so that one drawing always gets the same.

    `wanted` other than 0 is taken; `macs` are the multiply-accumulates of a batch on its way forward. Another count
    gives other last digits, so it is written into the job and kept when a run is taken up again. Small networks lose
    more by waiting for threads than they win by them.
    """
    if wanted:
        return wanted
    return 1 if device != "cpu" else max(1, min(cores(), macs // MACS_A_THREAD))


def cores() -> int:
    """Processor cores that this process may use; two threads of one core count as one."""
    import psutil

    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, psutil.cpu_count(logical=False) or usable)


def memory(device: str) -> int:
    """Bytes that this process holds on its device."""
    import torch

    if device.startswith("cuda"):
        return torch.cuda.memory_allocated(device)
    if device == "mps":
        return torch.mps.current_allocated_memory()
    return _resident()


def room(device: str) -> int:
    """Bytes that this process could hold on its device, those among them that it holds already; 0: not known."""
    import torch

    if device.startswith("cuda"):
        return int(torch.cuda.mem_get_info(device)[0]) + torch.cuda.memory_reserved(device)
    if device == "mps":
        return int(torch.mps.recommended_max_memory())
    import psutil

    free = int(psutil.virtual_memory().available)
    return min(free, _allowed() or free) + _resident()


def _allowed() -> int:
    """Bytes that the system still allows this process besides what it has; 0 where it sets no limit."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    import psutil

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return 0 if limit == resource.RLIM_INFINITY else max(1, limit - int(psutil.Process().memory_info().vms))


def _resident() -> int:
    import psutil

    return int(psutil.Process().memory_info().rss)


def seed_all(seed: int) -> None:
    """Seeds Python, numpy and torch on every device."""
    import random

    import numpy as np
    import torch

    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether the error says that a device, or the machine, has no memory left."""
    import torch

    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(
        sign in str(error)
        for sign in ("can't allocate memory", "not enough memory", "out of memory", "Invalid buffer size")
    )


def is_lost_device(error: BaseException) -> bool:
    """Whether the error says that a device failed by itself: unplugged, reset, or asleep with the machine."""
    signs = ("CUDA error", "device-side assert", "MPS backend", "command buffer", "cuDNN error", "CUBLAS_STATUS")
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in signs)
