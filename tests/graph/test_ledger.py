"""The journal's lines give back exactly the patches that were written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.ledger import read_patch, write_patch
from graph.records import BadNumber, Node, Settings, Stray, Wire

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.text().map(BadNumber),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text() | st.sampled_from(["#number", "#object"]), inner, max_size=3)
    ),
    max_leaves=8,
)
params = st.dictionaries(st.text(), json_values, max_size=3)
points = st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
selects = st.none() | st.integers() | st.text() | st.tuples(st.none() | st.integers(), st.none() | st.integers())
nodes = st.builds(Node, st.text(), st.text(), st.text(), params, st.none() | points, st.integers(), st.text(), params)
wires = st.builds(
    Wire, st.text(), st.text(), st.text(), st.text(), selects, st.none() | st.floats(allow_nan=False), st.booleans(),
    st.lists(points, max_size=2).map(tuple), st.integers(), st.text(), params, st.integers(0, 3),
)  # fmt: skip
strays = st.builds(Stray, st.text(), st.text(), json_values, st.integers(), st.text())
records = st.none() | nodes | wires | strays | st.builds(Settings, params, params)


@given(st.dictionaries(st.text(), st.tuples(records, records), max_size=4))
def test_a_patch_survives_its_line(patch):
    line = write_patch(patch)
    assert "\n" not in line
    back = read_patch(line)
    assert back == patch
    assert write_patch(back) == line


def test_bad_numbers_stay_bad_numbers():
    patch = {"a": (None, Node("a", "a", "Linear", {"out_features": BadNumber("1e400"), "note": "1e400"}))}
    after = read_patch(write_patch(patch))["a"][1]
    assert isinstance(after.params["out_features"], BadNumber)
    assert not isinstance(after.params["note"], BadNumber)


@pytest.mark.parametrize(
    "line", ["", "[]", "{", '{"a": 1}', '{"a": [["Nobody", {}], null]}', '{"a": [["Node", {}], null]}']
)
def test_what_is_no_line_is_refused(line):
    with pytest.raises(ValueError):
        read_patch(line)
