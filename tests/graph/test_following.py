"""Values that follow the parameters of a block are worked out at once, or refused with a reason."""

import pytest

from graph.following import FollowError, source, worked_out

GIVEN = {"width": 64, "heads": 4, "share": 0.5, "on": True}


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("=width", 64), ("=4*width", 256), ("=width//heads", 16), ("=(width//heads)**-0.5", 0.25), ("=-heads", -4),
        ("=heads**2", 16), ("=width/heads + share", 16.5), ("=on", True), ("plain", "plain"), (["=heads", 1], [4, 1]),
    ],
)  # fmt: skip
def test_values(typed, value):
    assert worked_out(typed, GIVEN) == value


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("=9**9**9", "a power may go up to 64"), ("=(0-heads)**share", "no such root"), ("=0**-1", "divides by zero"),
        ("=99999**64", "too large"), ("=1e300**2", "too large"), ("=width**on", "no number to reckon with"),
        ("=width**'2'", "can stand in it"), ("=depth", "has no parameter depth"), ("=width %% 3", "no sum or product"),
        ("=width % 3", "can stand in it"), ("=__import__('os')", "can stand in it"),
    ],
)  # fmt: skip
def test_reasons(typed, reason):
    with pytest.raises(FollowError, match=reason.replace("+", r"\+")):
        worked_out(typed, GIVEN)


def test_it_is_printed_as_it_was_typed():
    assert source("=(width//heads)**-0.5") == "(width // heads) ** (-0.5)"
