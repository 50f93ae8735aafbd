"""Meters, plain values and checkpoints: what goes in comes out, to the last digit."""

import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from runtime.train import checkpoint
from runtime.train.checkpoint import BadCheckpoint, Checkpoint
from runtime.train.meter import Meter
from runtime.train.state import collect, collect_random, freeze, restore, restore_random, thaw

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(plain)
def test_thaw_is_the_inverse_of_freeze(value: Any) -> None:
    import json

    assert thaw(json.loads(json.dumps(freeze(value)))) == value


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.integers(1, 64)), min_size=1, max_size=40), st.data())
def test_a_meter_does_not_care_when_it_is_drained(steps: list[tuple[float, int]], data: st.DataObject) -> None:
    whole, pieces = Meter(["loss"]), Meter(["loss"])
    for value, count in steps:
        sums = {"loss": (torch.tensor(value, dtype=torch.float32), count)}
        whole.add(sums)
        pieces.add(sums)
        if data.draw(st.booleans()):
            pieces.drain()
    other = Meter(["loss"])
    other.restore(pieces.state())
    assert whole.read() == pieces.read() == other.read()
    exact = math.fsum(float(np.float32(value)) for value, _ in steps) / sum(count for _, count in steps)
    assert whole.read()["loss"] == exact


def test_a_figure_that_a_step_lacks_is_no_zero() -> None:
    meter = Meter(["loss", "rare"])
    meter.add({"loss": (torch.tensor(4.0), 2)})
    meter.add({"loss": (torch.tensor(2.0), 1), "rare": (torch.tensor(3), torch.tensor(4))})
    rows = meter.drain()
    assert np.isnan(rows[0, 1, 0])
    assert meter.read() == {"loss": 2.0, "rare": 0.75}
    assert Meter(["loss"]).read() == {}


class Stateful:
    """A training with everything that one may hold."""

    def __init__(self) -> None:
        self.net = torch.nn.Linear(3, 2)
        self.adam = torch.optim.AdamW(self.net.parameters(), lr=0.1, betas=(0.5, 0.9), amsgrad=True)
        self.cycle = torch.optim.lr_scheduler.OneCycleLR(self.adam, 0.2, total_steps=20)
        self.plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(self.adam)
        self.state: Any = (torch.randn(2), torch.randn(3))
        self.chance = torch.Generator().manual_seed(1)
        self.mean = torch.randn(2)
        self.steps = 0

    def step(self) -> None:
        loss = self.net(torch.randn(4, 3)).square().mean() + random.random() + float(np.random.rand())
        self.adam.zero_grad()
        loss.backward()
        self.adam.step()
        self.cycle.step()
        self.plateau.step(loss.item())
        self.state = tuple(part + torch.rand(1, generator=self.chance) for part in self.state)
        self.steps += 1


def test_a_training_comes_back_from_disk(tmp_path: Path) -> None:
    one, other = Stateful(), Stateful()
    for _ in range(3):
        one.step()
    tensors, plain = collect(one)
    random_tensors, random_plain = collect_random()
    checkpoint.write(tmp_path / "c.safetensors", Checkpoint(tensors | random_tensors, {"t": plain, "r": random_plain}))
    for _ in range(4):
        one.step()
    held = checkpoint.read(tmp_path / "c.safetensors")
    restore(other, held.tensors, held.plain["t"])
    restore_random(held.tensors, held.plain["r"])
    for _ in range(4):
        other.step()
    left, right = collect(one), collect(other)
    assert left[1] == right[1]
    assert left[0].keys() == right[0].keys()
    assert all(torch.equal(left[0][key], right[0][key]) for key in left[0])


def test_a_checkpoint_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "c.safetensors"
    checkpoint.write(path, Checkpoint({"net.a": torch.ones(3)}, {"step": 1}))

    def full(*given: Any, **named: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint, "save_file", full)
    with pytest.raises(OSError):
        checkpoint.write(path, Checkpoint({"net.a": torch.zeros(3)}, {"step": 2}))
    assert checkpoint.read(path).plain["step"] == 1
    assert [file.name for file in tmp_path.iterdir()] == ["c.safetensors"]


def test_no_pickle_is_ever_loaded(tmp_path: Path) -> None:
    torch.save({"net.a": torch.ones(3)}, tmp_path / "p.safetensors")
    with pytest.raises(BadCheckpoint):
        checkpoint.read(tmp_path / "p.safetensors")
    with pytest.raises(BadCheckpoint, match="There is no checkpoint"):
        checkpoint.read(tmp_path / "none.safetensors")
