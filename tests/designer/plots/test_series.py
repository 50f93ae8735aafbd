"""A run's record in memory equals its folder, and its places on each axis are true."""

from __future__ import annotations

import math

import numpy as np
import pytest

from designer.numbers import time_text, value_text
from designer.plots.scale import Scale, Unit, labels, log_ticks, ticks, time_ticks, whole_ticks
from designer.plots.series import Series
from runtime.recorder import Recorder
from runtime.tail import Tail


@pytest.fixture
def series(record) -> Series:
    made = Series("net")
    made.take(Tail(record()).read())
    return made


def test_it_holds_every_step(series: Series) -> None:
    np.testing.assert_array_equal(series.curves["loss"].raw.values, (2 / np.arange(1, 101)).astype(np.float32))
    assert series.steps == 100
    assert series.best is not None
    assert series.best.epoch == 3


def test_a_step_lies_where_each_axis_counts_it(series: Series) -> None:
    steps = np.array([0, 19, 99])
    np.testing.assert_allclose(series.place(Unit.STEP, steps), [1, 20, 100])
    np.testing.assert_allclose(series.place(Unit.EPOCH, steps), [0.05, 1, 5])
    np.testing.assert_allclose(series.place(Unit.TIME, steps), [0.1, 2, 10], rtol=1e-6)


@pytest.mark.parametrize("unit", list(Unit))
def test_the_step_at_a_place_is_the_one_that_lies_there(series: Series, unit: Unit) -> None:
    for step in (0, 1, 19, 20, 98):
        place = float(series.place(unit, np.array([step]))[0])
        assert abs(series.step_at(unit, place) - step) <= (1 if unit is Unit.EPOCH else 0)


def test_looks_lie_at_the_ends_of_their_epochs(series: Series) -> None:
    places, values = series.looks(Unit.EPOCH, "loss")
    np.testing.assert_allclose(places, [1, 2, 3, 4, 5])
    np.testing.assert_allclose(values, [2.1, 1.1, 0.1, 1.1, 2.1])
    assert series.looks(Unit.TIME, "loss")[0].tolist() == [2, 4, 6, 8, 10]
    assert len(series.looks(Unit.STEP, "unknown")[0]) == 0


def test_a_resume_takes_back_steps_epochs_and_smoothing(record) -> None:
    run = record()
    series, tail = Series("net", smoothing=10), Tail(run)
    series.take(tail.read())
    with Recorder(run.path) as recorder:
        recorder.take_up(run.job, 45)
        recorder.steps(np.full((3, 3), 7, np.float32))
    series.take(tail.read())
    expected = np.append((2 / np.arange(1, 46)).astype(np.float32), [7, 7, 7])
    np.testing.assert_array_equal(series.curves["loss"].raw.values, expected)
    assert [epoch.epoch for epoch in series.epochs] == [1, 2]
    fresh = Series("net", smoothing=10)
    fresh.take(Tail(run).read())
    np.testing.assert_allclose(series.curves["loss"].smooth.values, fresh.curves["loss"].smooth.values, rtol=1e-5)


def test_ticks_are_round() -> None:
    assert ticks(0, 2.4, 5) == pytest.approx([0, 0.5, 1, 1.5, 2])
    assert labels(ticks(0, 2.4, 5)) == ["0.0", "0.5", "1.0", "1.5", "2.0"]
    assert whole_ticks(0, 3, 10) == [0, 1, 2, 3]
    assert log_ticks(0.02, 30, 5) == pytest.approx([0.1, 1, 10])
    assert time_ticks(0, 200, 5) == [0, 60, 120, 180]
    assert labels([0.0, 1e6, 2e6]) == ["0", "1M", "2M"]
    assert labels([3.0]) == ["3"]


@pytest.mark.parametrize("log", [False, True])
def test_a_scale_goes_there_and_back(log: bool) -> None:
    scale = Scale(0.1, 100, 200, 0, log=log)
    assert scale.pixel(0.1) == pytest.approx(200)
    assert scale.pixel(100) == pytest.approx(0)
    assert scale.value(scale.pixel(7.5)) == pytest.approx(7.5)


def test_numbers_are_read_out_short() -> None:
    assert [value_text(value) for value in (0.25, 12.3456, 0, 2.5e6, 3e-5)] == [
        "0.2500",
        "12.346",
        "0.0000",
        "2.5M",
        "3·10⁻⁵",
    ]
    assert [value_text(value) for value in (math.inf, -math.inf, math.nan)] == ["∞", "-∞", "not a number"]
    assert [time_text(value) for value in (0.25, 45, 125, 3725)] == ["0.25 s", "45 s", "2:05", "1:02:05"]
