"""Data that is read when it is needed: the same batches, to the last digit, as data that is in memory."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

import runtime.train.loop as loop_module
from runtime.data import image_folder
from runtime.data.source import load
from runtime.data.streaming import is_streamed
from runtime.drawing import open_text
from runtime.exports.python import write
from runtime.exports.take import Take
from runtime.protocol import State
from tests.runtime.training import Trained, text_of, train

ROWS = 60


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Arrays of two classes, and pictures of them."""
    chance = np.random.default_rng(0)
    x, y = chance.normal(size=(ROWS, 5, 4, 3)), chance.integers(0, 2, ROWS)
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "y.npy", y)
    for at in range(ROWS):
        place = tmp_path / "pictures" / "ab"[y[at]]
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(chance.integers(0, 256, (6, 6, 3), dtype=np.uint8)).save(place / f"{at:02}.png")
    return tmp_path


def project(kind: str, reading: str, **run: Any) -> str:
    own = (
        {"path": "pictures", "size": 4}
        if kind == "ImageFolder"
        else {"path": "x.npy", "y": "y.npy", "channels": "last"}
    )
    nodes = {
        "data": (kind, {"batch_size": 8, "reading": reading, **own}), "scale": ("Standardize", {}),
        "flat": ("Flatten", {}), "drop": ("Dropout", {}), "fc": ("Linear", {"out_features": 2}),
        "loss": ("CrossEntropyLoss", {}), "adam": ("Adam", {"lr": 0.01}),
    }  # fmt: skip
    wires = ["data.x -> scale.x", "scale.y -> flat.x", "flat.y -> drop.x", "drop.y -> fc.x", "fc.y -> loss.prediction"]
    return text_of(nodes, [*wires, "data.y -> loss.target", "loss.loss -> adam.loss"],
                   {"epochs": 2, "threads": 1, **run})  # fmt: skip


def run(folder: Path, name: str, text: str, **given: Any) -> Trained:
    """Trains beside the data."""
    (folder / name).mkdir(exist_ok=True)
    for data in ("x.npy", "y.npy", "pictures"):
        if not (folder / name / data).exists():
            (folder / name / data).symlink_to(folder / data)
    return train(folder / name, text, **given)


def same(one: Trained, other: Trained) -> None:
    assert one.code == other.code == 0, (one.run.failure(), other.run.failure())
    assert np.array_equal(one.run.steps()[:, 1:], other.run.steps()[:, 1:])
    assert one.run.metrics() == other.run.metrics()
    for key, tensor in one.weights.items():
        assert np.array_equal(tensor, other.weights[key]), key


@pytest.mark.parametrize("kind", ["Arrays", "ImageFolder"])
def test_what_is_read_when_needed_equals_what_is_in_memory(folder: Path, kind: str) -> None:
    held, read = (run(folder, str(at), project(kind, how)) for at, how in enumerate(("at once", "when needed")))
    assert "WORKERS" in (read.run.path / "train.py").read_text()
    assert "WORKERS" not in (held.run.path / "train.py").read_text()
    same(held, read)


def test_a_stopped_run_goes_on_and_reads_nothing_of_what_was_done(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop_module, "FLUSH_SECONDS", 0.0)
    text = project("ImageFolder", "when needed")
    whole = run(folder, "whole", text)
    stopped = run(folder, "run", text, stop_at=4)
    assert stopped.run.status().state is State.STOPPED
    module, asked = stopped.session.setup.loop, []  # type: ignore[union-attr]
    picture = image_folder.picture
    monkeypatch.setattr(image_folder, "picture", lambda *given: asked.append(given) or picture(*given))
    batches = module.batches
    batches.__globals__["WORKERS"] = 0
    left = list(batches(module.data["train"], 0, 4))
    assert len(asked) == sum(len(batch[1]) for batch in left) == 42 - 4 * 8
    same(whole, run(folder, "run", text, resume=True))


def test_a_broken_file_is_named(folder: Path) -> None:
    text = project("ImageFolder", "when needed")
    document = open_text(text, folder).document
    held = load(document.make(document.node("data")), folder).parts["validation"]["x"]
    broken = held.read.files[held.rows[4]]  # read by a worker, after the first epoch
    broken.write_bytes(b"no picture")
    failure = run(folder, "run", text).run.failure()
    assert failure is not None
    assert failure.message.startswith(f"data: {broken.parent.name}/{broken.name} is no readable picture: ")
    assert "Traceback" not in failure.message
    x = np.load(folder / "x.npy")
    x[17, 2, 1, 0] = np.nan
    np.save(folder / "x.npy", x)
    failure = run(folder, "other", project("Arrays", "when needed")).run.failure()
    assert failure is not None
    assert failure.message == "data: x.npy, row 17 (counted from 0): here stands nan, not a number."


def test_train_py_reads_its_rows_when_they_are_needed(folder: Path) -> None:
    text = project("ImageFolder", "when needed", epochs=1)
    whole = run(folder, "run", text)
    drawing = open_text(text, folder)
    out = folder / "taken"
    write(Take(drawing.document, drawing.reading, base=folder, device="cpu"), out)
    assert sorted(path.name for path in (out / "data").iterdir())[:2] == ["test-0.npy", "test-1.npy"]
    done = subprocess.run(
        [sys.executable, "train.py"], cwd=out, check=True, timeout=120, capture_output=True, text=True
    )
    assert "epoch 1: train" in done.stdout
    for key, tensor in torch.load(out / "trained.pt", weights_only=True).items():
        assert np.array_equal(tensor.numpy(), whole.weights[f"net.{key}"]), key


def test_more_than_half_the_memory_is_read_when_needed() -> None:
    assert is_streamed("auto", 1e15)
    assert not is_streamed("auto", 1e3)
    assert not is_streamed("at once", 1e15)
    assert is_streamed("when needed", 1)
