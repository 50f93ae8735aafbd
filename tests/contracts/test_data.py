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
from graph.shape import Tensor
from runtime.data.source import Source, load, read
from runtime.data.splitting import PARTS
from runtime.facts import answer

TABLE = "size,colour,answer\n" + "".join(f"{n},{('red', 'blue', 'green')[n % 3]},{n % 2}\n" for n in range(60))
KINDS = [kind.name() for kind in standard() if issubclass(kind, Data) and kind.family == "data"]


def made(name: str, folder: Path, **params: Any) -> Data:
    if name == "CSV":
        (folder / "table.csv").write_text(TABLE, encoding="utf-8")
        params = {"path": "table.csv", **params}
    kind = standard().make(name, params)
    assert isinstance(kind, Data)
    return kind


def declared(name: str, folder: Path, kind: Data) -> dict[str, Tensor]:
    """What the drawing reads, facts told."""
    params = {key: getattr(kind, key) for key in kind.params}
    document = Document(standard(), {"data": Node("data", "data", name, params)})
    reading = Reading(document, folder)
    for question in reading.open_questions():
        reading.tell(question, answer(question))
    assert not [found for found in reading.diagnostics("data") if found.level == "error"]
    values = {port: reading.value("data", port) for port in ("x", "y")}
    return {port: value for port, value in values.items() if isinstance(value, Tensor)}


def joined(source: Source, port: str) -> torch.Tensor:
    return torch.cat([source.parts[part][port] for part in PARTS])


@pytest.mark.parametrize("name", KINDS)
def test_rows_are_what_the_drawing_reads(name: str, tmp_path: Path) -> None:
    kind = made(name, tmp_path)
    source = load(kind, tmp_path)
    for port, value in declared(name, tmp_path, kind).items():
        rows = joined(source, port)
        assert tuple(rows.shape[1:]) == value.inner
        assert rows.shape[0] == kind.rows({"rows": 60})
        assert rows.dtype == (torch.int64 if value.dtype == "index" else torch.float32)
        assert rows.dtype == torch.int64 or bool(torch.isfinite(rows).all())
        if value.dtype == "index":
            assert value.classes == len(source.classes)
            assert sorted(set(rows.tolist())) == list(range(value.classes or 0))
        if port == "x" and value.columns:
            assert tuple(value.columns) == source.columns


@pytest.mark.parametrize("name", KINDS)
def test_parts_are_the_whole(name: str, tmp_path: Path) -> None:
    kind = made(name, tmp_path)
    kept, source = read(kind, tmp_path), load(kind, tmp_path)
    rows = np.concatenate([joined(source, "x").flatten(1).numpy(), joined(source, "y")[:, None].numpy()], axis=1)
    every = np.concatenate([kept.x.reshape(kept.rows, -1), kept.y[:, None].astype(np.float32)], axis=1)
    assert np.array_equal(np.unique(rows, axis=0), np.unique(every.astype(rows.dtype), axis=0))
    wanted = {"validation": kind.validation, "test": kind.test}
    for part, share in wanted.items():
        assert source.rows(part) == pytest.approx(kept.rows * share, abs=1)


@pytest.mark.parametrize("name", KINDS)
def test_the_seed_alone_decides(name: str, tmp_path: Path) -> None:
    one, same = (load(made(name, tmp_path, seed=3), tmp_path) for _ in range(2))
    for part in PARTS:
        for port in ("x", "y"):
            assert torch.equal(one.parts[part][port], same.parts[part][port])
    if name != "XOR":  # its four rows all train, whatever the seed
        other = load(made(name, tmp_path, seed=4), tmp_path)
        assert not torch.equal(one.parts["train"]["x"], other.parts["train"]["x"])


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
        points, classes = make(100, shuffle=False)
        assert np.allclose(np.sort(ours.x[ours.y == 0], axis=0), np.sort(points[classes == 0], axis=0), atol=1e-6)
        assert np.allclose(np.sort(ours.x[ours.y == 1], axis=0), np.sort(points[classes == 1], axis=0), atol=1e-6)
