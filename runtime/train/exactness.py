"""How exactly a process computes: double precision, and the same digits each time; put back when a training is over."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch

from runtime.program import Program
from runtime.train.first_batch import Fault
from runtime.train.state import modules

CUBLAS = "CUBLAS_WORKSPACE_CONFIG"
"""What NVIDIA's library for matrices must be told before its first use, so that its sums have one order."""


@contextmanager
def restored() -> Iterator[None]:
    """Puts back, behind it, what the functions of this file switch for the whole process."""
    dtype, deterministic = torch.get_default_dtype(), torch.are_deterministic_algorithms_enabled()
    benchmark, workspace = torch.backends.cudnn.benchmark, os.environ.get(CUBLAS)
    try:
        yield
    finally:
        torch.set_default_dtype(dtype)
        torch.use_deterministic_algorithms(deterministic)
        torch.backends.cudnn.benchmark = benchmark
        if "torch._dynamo" in sys.modules:
            torch.compiler.set_stance("default")
            torch._dynamo.config.suppress_errors = False
        if workspace is None:
            os.environ.pop(CUBLAS, None)
        else:
            os.environ[CUBLAS] = workspace


def be_deterministic() -> None:
    """From here on only ways to compute that always give the same digits; torch refuses what has none."""
    os.environ[CUBLAS] = ":4096:8"
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.benchmark = False


def widen(training: Any, data: Mapping[str, list[torch.Tensor]]) -> None:
    """Lets a training compute in double precision, from the weights that it would have had in single."""
    torch.set_default_dtype(torch.float64)
    for module in modules(training).values():
        module.double()
    for values in data.values():
        values[:] = [tensor.double() if tensor.is_floating_point() else tensor for tensor in values]


def too_wide(program: Program, stream: int) -> Fault | None:
    """Rows that are read while the network learns come as single numbers: they cannot be widened once for all."""
    if not stream:
        return None
    text = "float64 needs all rows in memory, but these are read while the network learns: choose another precision."
    return Fault(text, program.sources[0].born, "drawing")
