"""Checkpoints on disk: one safetensors file each, written at once or not at all, read without running anything."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from runtime.train.state import Plain, Tensors

KEY = "neuroloom"
"""The entry of the file's metadata that holds everything that is no tensor, as JSON."""

FORMAT = 1

MEANS = "ema.module."
"""What the keys of the means of Net's weights begin with."""


class BadCheckpoint(Exception):
    """A checkpoint that cannot be read; the sentence says which."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Weights are keyed `net.…` and `extras.…`; whatever else a training holds stands beside them.

    `plain` holds `epoch` (whole ones done), `step`, `seconds`, and what training and followers need to go on.
    """

    tensors: Tensors
    plain: Plain = field(default_factory=dict)

    @property
    def net(self) -> Tensors:
        """The weights of the model, keyed as in its `state_dict`: their means, where these were kept."""
        start = MEANS if any(key.startswith(MEANS) for key in self.tensors) else "net."
        return {key.removeprefix(start): tensor for key, tensor in self.tensors.items() if key.startswith(start)}


def write(path: Path, checkpoint: Checkpoint) -> None:
    """Replaces the file at once and for good: the old one stays whole until the new one is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    tensors = {key: tensor.detach().contiguous() for key, tensor in checkpoint.tensors.items()}
    try:
        save_file(_unshared(tensors), beside, {KEY: json.dumps({"format": FORMAT, **checkpoint.plain})})
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def keep_before(path: Path, before: Path) -> None:
    """Lets the file have a second name, under which it stays when a new one takes its place."""
    beside = before.with_name(f"{before.name}.{os.getpid()}.new")
    with suppress(OSError):  # a disk without such names keeps only the last one
        beside.unlink(missing_ok=True)
        os.link(path, beside)
        beside.replace(before)


def read_or_before(path: Path, before: Path) -> tuple[Checkpoint, str]:
    """The checkpoint in a file; where that is damaged the one before it takes its place, and that is said."""
    try:
        return read(path), ""
    except BadCheckpoint as error:
        try:
            held = read(before)
        except BadCheckpoint:
            raise error from None
        before.replace(path)  # or the damaged one would take its place
        step = f"step {held.plain.get('step', 0):,}"
        return held, f"The last checkpoint is damaged, so the training goes on from the one before it, at {step}."


def _unshared(tensors: Tensors) -> Tensors:
    """Copies of tensors that share memory with one before them; safetensors refuses those."""
    seen: set[int] = set()
    found: Tensors = {}
    for key, tensor in tensors.items():
        place = tensor.untyped_storage().data_ptr()
        found[key] = tensor.clone() if place and place in seen else tensor
        seen.add(place)
    return found


def read(path: Path) -> Checkpoint:
    """The checkpoint in a file, on the CPU. Raises BadCheckpoint."""
    try:
        with safe_open(path, framework="pt") as file:
            plain: Any = json.loads((file.metadata() or {}).get(KEY, "{}"))
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (it is no mapping)
    except FileNotFoundError:
        raise BadCheckpoint(f"There is no checkpoint {path.name} in {path.parent}.") from None
    except (OSError, SafetensorError, ValueError, RecursionError) as error:
        raise BadCheckpoint(f"The checkpoint {path} cannot be read: {error}.") from error
    if not isinstance(plain, dict) or plain.get("format", FORMAT) != FORMAT:
        raise BadCheckpoint(f"The checkpoint {path} was written by a later version of Neuroloom.")
    return Checkpoint(tensors, plain)


def snapshot(tensors: Tensors) -> Tensors:
    """Copies that later training does not touch."""
    with torch.no_grad():
        return {key: tensor.detach().clone() for key, tensor in tensors.items()}
