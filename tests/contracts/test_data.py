"""Every data source keeps the contract: what the drawing reads is what the rows are, split alike on every machine."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from graph.catalogue import standard
from graph.document import Document
from graph.reading import Reading
from graph.records import Node
from graph.roles import Data
from graph.shape import Axis, Tensor
from runtime.data.source import Source, load, read
from runtime.data.splitting import PARTS
from runtime.data.table import Table
from runtime.facts import answer

TABLE = "size,colour,answer\n" + "".join(f"{n},{('red', 'blue', 'green')[n % 3]},{n % 2}\n" for n in range(60))
KINDS = [kind.name() for kind in standard() if issubclass(kind, Data) and kind.family == "data"]


ORDERED = ("Series", "TextFile", "WordEnds")
"""Windows over what has an order: split by place, whatever the seed."""

SPLIT = ("Series", "TextFile", "WordEnds", "Sentences", "Pairs")
"""What is split before it is made into rows."""


def made(name: str, folder: Path, **params: Any) -> Data:
    files = {"CSV": write_table, "Arrays": write_arrays, "ImageFolder": write_pictures}
    if name in files:
        params = {"path": files[name](folder), **params}
    kind = standard().make(name, params)
    assert isinstance(kind, Data)
    return kind


def write_table(folder: Path) -> str:
    (folder / "table.csv").write_text(TABLE, encoding="utf-8")
    return "table.csv"


def write_arrays(folder: Path) -> str:
    chance = np.random.default_rng(0)
    np.savez(folder / "arrays.npz", x=chance.normal(size=(60, 3, 5)), y=np.arange(60) % 3)
    return "arrays.npz"


def write_pictures(folder: Path) -> str:
    from PIL import Image

    chance = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (folder / "pictures" / name).mkdir(parents=True, exist_ok=True)
        for number in range(12):
            values = chance.integers(0, 256, (64, 64, 3), dtype=np.uint8)
            Image.fromarray(values).save(folder / "pictures" / name / f"{number:02}.png")
    return "pictures"


def reading_of(kind: Data, folder: Path) -> Reading:
    """What the drawing reads, facts told."""
    params = {key: getattr(kind, key) for key in kind.params}
    document = Document(standard(), {"data": Node("data", "data", type(kind).__name__, params)})
    reading = Reading(document, folder)
    for question in reading.open_questions():
        reading.tell(question, answer(question))
    assert not [found for found in reading.diagnostics("data") if found.level == "error"]
    return reading


def joined(source: Source, port: str) -> torch.Tensor:
    return torch.cat([source.parts[part][port] for part in PARTS])


def length(side: Any) -> Any:
    return side.length if isinstance(side, Axis) else side


@pytest.mark.parametrize("name", KINDS)
def test_rows_are_what_the_drawing_reads(name: str, tmp_path: Path) -> None:
    kind = made(name, tmp_path)
    source, reading = load(kind, tmp_path), reading_of(kind, tmp_path)
    for port in kind.ports_out():
        value, rows = reading.value("data", port.name), joined(source, port.name)
        assert isinstance(value, Tensor)
        assert tuple(rows.shape) == tuple(map(length, value.known))
        assert rows.shape[0] == kind.rows(reading.facts("data"))
        assert rows.dtype == (torch.int64 if value.dtype == "index" else torch.float32)
        assert all(side.source == "data" for side in value.known if isinstance(side, Axis))
        if value.dtype != "index":
            assert bool(torch.isfinite(rows).all())
        elif port.name == "y":
            assert value.classes == len(source.classes)
            assert set(rows.flatten().tolist()) <= set(range(value.classes or 0))
            assert name == "TextFile" or len(rows.unique()) == value.classes
        else:
            assert value.classes is not None
            assert 0 <= int(rows.min()) <= int(rows.max()) < value.classes
        if port.name == "x" and value.columns:
            assert tuple(value.columns) == source.columns


@pytest.mark.parametrize("name", [name for name in KINDS if name not in SPLIT])
def test_parts_are_the_whole(name: str, tmp_path: Path) -> None:
    kind = made(name, tmp_path)
    kept, source = read(kind, tmp_path), load(kind, tmp_path)
    assert isinstance(kept, Table)
    assert kept.y is not None
    rows = np.concatenate([joined(source, port).flatten(1).numpy() if joined(source, port).dim() > 1 else
                           joined(source, port)[:, None].numpy() for port in ("x", "y")], axis=1)  # fmt: skip
    every = np.concatenate([values.reshape(kept.rows, -1) for values in (kept.x, kept.y)], axis=1)
    assert np.array_equal(np.unique(rows, axis=0), np.unique(every.astype(rows.dtype), axis=0))
    wanted = {"validation": kind.validation, "test": kind.test}
    for part, share in wanted.items():
        assert source.rows(part) == pytest.approx(kept.rows * share, abs=1)


@pytest.mark.parametrize("name", KINDS)
def test_the_seed_alone_decides(name: str, tmp_path: Path) -> None:
    one, same = (load(made(name, tmp_path, seed=3), tmp_path) for _ in range(2))
    for part in PARTS:
        assert one.parts[part].keys() == same.parts[part].keys()
        for port in one.parts[part]:
            assert torch.equal(one.parts[part][port], same.parts[part][port])
    if name == "XOR":  # its four rows all train, whatever the seed
        return
    first = next(iter(one.parts["train"]))
    other = load(made(name, tmp_path, seed=4), tmp_path)
    alike = torch.equal(one.parts["train"][first], other.parts["train"][first])
    assert alike == (name in ORDERED)
    assert ("seed" in made(name, tmp_path).params) != (name in ORDERED)


@pytest.mark.parametrize("name", ["Digits", "Iris", "BreastCancer"])
def test_classes_are_spread_evenly(name: str, tmp_path: Path) -> None:
    source = load(made(name, tmp_path), tmp_path)
    whole = joined(source, "y").bincount() / len(joined(source, "y"))
    for part in PARTS:
        answers = source.parts[part]["y"]
        counts = answers.bincount(minlength=len(whole))
        assert bool(((counts - whole * len(answers)).abs() <= 1.5).all()), (part, counts)


def test_a_part_that_is_asked_for_gets_a_row(tmp_path: Path) -> None:
    source = load(made("Moons", tmp_path, samples=6, validation=0.01, test=0.01), tmp_path)
    assert [source.rows(part) for part in PARTS] == [4, 1, 1]


def test_xor_is_exclusive_or(tmp_path: Path) -> None:
    source = load(made("XOR", tmp_path), tmp_path)
    rows = {
        tuple(x): y
        for x, y in zip(source.parts["train"]["x"].tolist(), source.parts["train"]["y"].tolist(), strict=True)
    }
    assert rows == {(0.0, 0.0): 0, (0.0, 1.0): 1, (1.0, 0.0): 1, (1.0, 1.0): 0}


def test_shapes_of_points_are_scikit_learns(tmp_path: Path) -> None:
    from sklearn.datasets import make_circles, make_moons

    for name, make in (("Moons", make_moons), ("Circles", lambda *a, **k: make_circles(*a, factor=0.5, **k))):
        ours = read(made(name, tmp_path, samples=100, noise=0.0), tmp_path)
        assert isinstance(ours, Table)
        points, classes = make(100, shuffle=False)
        assert np.allclose(np.sort(ours.x[ours.y == 0], axis=0), np.sort(points[classes == 0], axis=0), atol=1e-6)
        assert np.allclose(np.sort(ours.x[ours.y == 1], axis=0), np.sort(points[classes == 1], axis=0), atol=1e-6)
