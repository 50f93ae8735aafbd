"""Lines through curves: broken where a curve jumps or has no value, whole where it is only steep."""

import math

import pytest

from graph.curves import clamp, strokes


def test_a_smooth_curve_is_one_line_through_all_places() -> None:
    (line,) = strokes(math.sin, -3.0, 3.0, 60)
    assert len(line) == 61
    assert all(y == math.sin(x) for x, y in line)
    assert (line[0][0], line[-1][0]) == (-3.0, 3.0)


def test_a_jump_breaks_the_line_where_it_is() -> None:
    left, right = strokes(lambda x: 1.0 if x >= 0.123 else 0.0, -1.0, 1.0, 50)
    assert left[-1] == (pytest.approx(0.123, abs=1e-9), 0.0)
    assert right[0] == (pytest.approx(0.123, abs=1e-9), 1.0)


def test_a_steep_curve_is_not_broken() -> None:
    (line,) = strokes(lambda x: math.tanh(1000 * x), -1.0, 1.0, 51)
    assert len(line) == 52


def test_places_without_a_value_are_left_out() -> None:
    lines = strokes(lambda x: 1 / x, -2.0, 2.0, 4)
    assert [[x for x, _ in line] for line in lines] == [[-2.0, -1.0], [1.0, 2.0]]
    assert strokes(lambda x: math.nan, -1.0, 1.0, 10) == []
    assert strokes(lambda x: None, -1.0, 1.0, 10) == []
    (line,) = strokes(math.log, -1.0, 1.0, 10)
    assert line[0][0] > 0


def test_a_number_too_large_is_left_out() -> None:
    (line,) = strokes(lambda x: math.exp(1000 * x), -1.0, 1.0, 10)
    assert line[-1][0] < 1


def test_clamp() -> None:
    assert [clamp(x, -1.0, 2.0) for x in (-3.0, 0.5, 7.0)] == [-1.0, 0.5, 2.0]
