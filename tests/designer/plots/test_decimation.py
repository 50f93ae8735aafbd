"""What a window shows holds every extreme, for any way in which the values came."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.plots.decimation import Pyramid
from designer.plots.smoothing import Smoothing

values = st.floats(width=32, allow_nan=True, allow_infinity=True)


def brute(data: np.ndarray, first: int, last: int) -> tuple[float, float] | None:
    part = data[first:last]
    part = part[np.isfinite(part)]
    return (float(part.min()), float(part.max())) if len(part) else None


@pytest.mark.parametrize("where", [0, 1, 7, 8, 499_999, 524_288, 999_999])
def test_one_spike_among_a_million_steps_is_seen(where: int) -> None:
    data = np.random.default_rng(0).random(1_000_000).astype(np.float32)
    data[where] = 1000.0
    pyramid = Pyramid()
    pyramid.append(data)
    places, seen = pyramid.window(0, len(data), 800)
    assert seen.max() == 1000.0
    assert abs(places[seen.argmax()] - where) <= 1_000_000 / 800 + 8
    assert len(places) <= 4 * 800


@given(
    st.lists(st.one_of(st.integers(1, 700), st.tuples(st.just("cut"), st.floats(0, 1))), min_size=1, max_size=12),
    st.integers(1, 40),
    st.randoms(use_true_random=False),
)
def test_any_history_of_growth_and_cuts_keeps_the_extremes(history, buckets, random) -> None:
    pyramid, data = Pyramid(), np.empty(0, np.float32)
    source = np.random.default_rng(random.randrange(1 << 30))
    for part in history:
        if isinstance(part, tuple):
            data = data[: int(part[1] * len(data))]
            pyramid.truncate(len(data))
        else:
            new = source.standard_normal(part).astype(np.float32)
            new[source.random(part) < 0.1] = np.nan
            data = np.concatenate([data, new])
            pyramid.append(new)
        np.testing.assert_array_equal(pyramid.values, data)
        assert pyramid.bounds() == brute(data, 0, len(data))
        places, seen = pyramid.window(0, len(data), buckets)
        assert len(places) <= 4 * buckets + 2
        assert (brute(seen, 0, len(seen))) == brute(data, 0, len(data))
        assert (np.diff(places) >= 0).all()


@given(st.lists(values, min_size=1, max_size=300), st.integers(0, 299), st.integers(1, 300))
def test_a_small_window_gives_every_value(data, first, length) -> None:
    array = np.array(data, np.float32)
    pyramid = Pyramid()
    pyramid.append(array)
    places, seen = pyramid.window(first, first + length, 300)
    part = array[first : first + length]
    np.testing.assert_array_equal(seen, part[np.isfinite(part)])
    np.testing.assert_array_equal(array[places], seen)


def test_a_window_inside_shows_its_own_extremes() -> None:
    data = np.sin(np.arange(200_000) / 3000).astype(np.float32)
    pyramid = Pyramid()
    pyramid.append(data)
    for first, last in ((0, 200_000), (1_000, 150_000), (77_777, 123_456)):
        low, high = brute(data, first, last)
        seen = pyramid.window(first, last, 100)[1]
        assert seen.min() == pytest.approx(low, abs=0.01)
        assert seen.max() == pytest.approx(high, abs=0.01)


def test_nothing_finite_shows_nothing() -> None:
    pyramid = Pyramid()
    assert pyramid.bounds() is None
    pyramid.append(np.full(1000, np.nan, np.float32))
    assert pyramid.bounds() is None
    assert len(pyramid.window(0, 1000, 10)[0]) == 0


@pytest.mark.parametrize("steps", [1, 2, 10, 500, 10_000])
def test_smoothing_equals_the_recursion_written_out(steps: float) -> None:
    data = np.random.default_rng(1).standard_normal(3000).astype(np.float32) * 5
    data[[5, 6, 1000]] = [np.nan, np.inf, np.nan]
    keep, mean, weight, expected = 1 - 1 / steps, 0.0, 0.0, []
    for value in data.tolist():
        if np.isfinite(value):
            mean, weight = keep * mean + (1 - keep) * value, keep * weight + (1 - keep)
            expected.append(mean / weight)
        else:
            expected.append(np.nan)
    smoothing = Smoothing(steps)
    parts = [smoothing(data[first : first + 700]) for first in range(0, 3000, 700)]
    np.testing.assert_allclose(np.concatenate(parts), expected, rtol=1e-5, atol=1e-6)


def test_smoothing_of_a_constant_is_that_constant_from_the_first_step() -> None:
    np.testing.assert_allclose(Smoothing(100)(np.full(5000, 2.5, np.float32)), 2.5, rtol=1e-6)
