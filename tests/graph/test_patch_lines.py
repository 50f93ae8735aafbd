"""The journal's lines give back exactly the patches that were written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.form import dump, load, patch_from_json, patch_to_json, same
from graph.records import BadNumber, Bookmark, Frame, Node, Note, Settings, Sheet, Stray, Wire

finite = st.floats(allow_nan=False, allow_infinity=False)
wholes = st.integers(-(2**63) + 1, 2**63 - 1)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(["NaN", "-Infinity", "1e400", "9" * 30]).map(BadNumber),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
params = st.dictionaries(st.text(), json_values, max_size=3)
points = st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
selects = st.none() | wholes | st.text() | st.tuples(st.none() | wholes, st.none() | wholes)
nodes = st.builds(Node, st.text(), st.text(), st.text(), params, st.none() | points, wholes, st.text(), params)
wires = st.builds(
    Wire, st.text(), st.text(), st.text(), st.text(), selects, st.none() | finite, st.booleans(),
    st.lists(points, max_size=2).map(tuple), wholes, st.text(), params, st.integers(0, 3),
)  # fmt: skip
strays = st.builds(Stray, st.text(), st.text(), json_values, wholes, st.text())
frames = st.builds(
    Frame, st.text(), st.tuples(finite, finite, finite, finite), st.text(), st.text(), wholes, st.text(), params
)
notes = st.builds(Note, st.text(), points, st.text(), st.none() | points, wholes, st.text(), params)
bookmarks = st.builds(Bookmark, st.text(), points, finite, st.integers(0, 9), params)
sheets = st.builds(
    Sheet, st.text(), st.sampled_from(["right", "down"]), st.lists(bookmarks, max_size=2).map(tuple), params
)
records = st.none() | frames | notes | sheets | nodes | wires | strays | st.builds(Settings, params, params)


@given(st.dictionaries(st.text(), st.tuples(records, records), max_size=4))
def test_a_patch_survives_its_line(patch):
    line = dump(patch_to_json(patch))
    assert "\n" not in line
    back = patch_from_json(load(line))
    assert back == patch
    assert dump(patch_to_json(back)) == line


def test_bad_numbers_stay_bad_numbers():
    patch = {"a": (None, Node("a", "a", "Linear", {"out_features": BadNumber("1e400"), "note": "1e400"}))}
    after = patch_from_json(load(dump(patch_to_json(patch))))["a"][1]
    assert same(after.params, patch["a"][1].params)


@pytest.mark.parametrize("line", ["", "[]", "{", '{"a": 1}', '{"a": [{"type": "nobody"}, null]}'])
def test_what_is_no_line_is_refused(line):
    with pytest.raises(ValueError):
        patch_from_json(load(line))
