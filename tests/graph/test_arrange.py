"""Automatic layout: nothing overlaps, wires run left to right, chains are straight, document order settles the rest."""

import itertools
import json
from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.layout import DEFAULT_SIZE, Arrangement, Outline, arrange, arranged
from graph.layout.judging import straight_crossings
from graph.layout.layers import STAND_INS_PER_NODE, Layered, layered
from graph.layout.outline import Group, Item
from graph.layout.rows import crossings, ordered

Box = tuple[float, float, float, float]
DIGITS_CNN = """digits>conv1 conv1>relu1 relu1>pool1 pool1>flatten flatten>fc fc>loss digits>loss fc>accuracy
    digits>accuracy loss>adam cosine>adam"""


def pairs(text: str) -> list[tuple[str, str]]:
    return [(a, b) for a, _, b in (word.partition(">") for word in text.split())]


def in_order(part: Layered) -> list[list[int]]:
    steps = ordered(part)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # a generator's end says nothing about its type


def names(edges: list[tuple[str, str]]) -> list[str]:
    return list(dict.fromkeys(name for edge in edges for name in edge))


def boxes(places: Mapping[str, tuple[float, float]], sizes: Mapping[str, tuple[float, float]]) -> list[Box]:
    found = []
    for born, (x, y) in places.items():
        width, height = sizes.get(born, DEFAULT_SIZE)
        found.append((x, y, x + width, y + height))
    return found


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@st.composite
def drawings(draw: st.DrawFn) -> tuple[list[str], list[tuple[str, str]], dict[str, tuple[float, float]]]:
    count = draw(st.integers(1, 24))
    nodes = [f"n{i}" for i in range(count)]
    some = st.sampled_from(nodes)
    edges = draw(st.lists(st.tuples(some, some), max_size=50))
    side = st.floats(20, 300)
    return nodes, edges, draw(st.dictionaries(some, st.tuples(side, side)))


@settings(max_examples=60, deadline=None)
@given(drawings())
def test_every_node_gets_a_place_of_its_own(
    drawing: tuple[list[str], list[tuple[str, str]], dict[str, tuple[float, float]]],
) -> None:
    nodes, edges, sizes = drawing
    places = arrange(nodes, edges, sizes)
    assert list(places) == nodes
    found = boxes(places, sizes)
    assert not any(overlap(one, other) for i, one in enumerate(found) for other in found[:i])
    assert places == arrange(nodes, edges, sizes)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)), max_size=40))
def test_wires_of_a_drawing_without_loops_run_to_the_right(numbers: list[tuple[int, int]]) -> None:
    edges = [(f"n{min(a, b)}", f"n{max(a, b)}") for a, b in numbers if a != b]
    places = arrange([f"n{i}" for i in range(16)], edges, {})
    assert all(places[a][0] + DEFAULT_SIZE[0] < places[b][0] for a, b in edges)


def test_a_chain_is_straight_even_if_its_nodes_differ_in_height() -> None:
    sizes = {"a": (100.0, 48.0), "b": (140.0, 96.0), "c": (120.0, 64.0)}
    places = arrange(["a", "b", "c"], [("a", "b"), ("b", "c")], sizes)
    middles = {places[born][1] + sizes[born][1] / 2 for born in places}
    assert len(middles) == 1
    assert places["b"] == (172, 0)


def test_the_main_chain_of_a_classifier_is_straight() -> None:
    edges = pairs(DIGITS_CNN)
    places = arrange(names(edges), edges, {})
    assert len({places[born][1] for born in ("digits", "conv1", "relu1", "pool1", "flatten", "fc")}) == 1


def test_a_schedule_stands_beside_the_optimizer_it_feeds() -> None:
    edges = pairs(DIGITS_CNN)
    places = arrange(names(edges), edges, {})
    assert places["cosine"][0] == places["loss"][0] == places["accuracy"][0]
    assert places["loss"][1] < places["accuracy"][1] < places["cosine"][1]


def test_document_order_decides_who_stands_above() -> None:
    edges = [("a", "top"), ("a", "bottom"), ("top", "z"), ("bottom", "z")]
    one = arrange(["a", "top", "bottom", "z"], edges, {})
    other = arrange(["a", "bottom", "top", "z"], edges, {})
    assert one["top"][1] < one["bottom"][1]
    assert other["bottom"][1] < other["top"][1]


def test_wires_that_need_not_cross_do_not() -> None:
    edges = [("a", "y"), ("b", "x"), ("c", "w"), ("a", "c2"), ("c", "y2")]
    part = layered(["a", "b", "c", "w", "x", "y", "c2", "y2"], edges)
    assert crossings(part, in_order(part)) == 0


def test_crossings_are_counted() -> None:
    part = layered(["a", "b", "x", "y"], [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")])
    assert crossings(part, [[0, 1], [2, 3]]) == 1
    part = layered(["a", "b", "c", "x", "y", "z"], [("a", "z"), ("b", "y"), ("c", "x")])
    assert crossings(part, [[0, 1, 2], [3, 4, 5]]) == 3


def test_a_long_wire_goes_around_the_nodes_it_passes() -> None:
    edges = [("a", "b"), ("b", "c"), ("c", "d"), ("a", "d"), ("a", "e"), ("e", "d")]
    part = layered(list("abcde"), edges)
    assert len(part.layer) == 5 + 2 + 1
    assert all(part.layer[j] - part.layer[i] == 1 for i, targets in enumerate(part.out) for j in targets)


def test_wires_that_leave_one_node_share_their_stand_ins() -> None:
    chain = [(f"n{i}", f"n{i + 1}") for i in range(9)]
    part = layered([f"n{i}" for i in range(10)], chain + [("n0", f"n{i}") for i in range(2, 10)])
    assert len(part.layer) == 10 + 8


def test_stand_ins_stay_within_bounds() -> None:
    size = 600
    nodes = [f"n{i}" for i in range(size)]
    edges = list(itertools.pairwise(nodes)) + [(born, nodes[-1]) for born in nodes[:-2]]
    part = layered(nodes, edges)
    assert len(part.layer) <= size * (STAND_INS_PER_NODE + 1) + 1000


def test_a_loop_is_laid_out() -> None:
    places = arrange(["a", "b", "c"], [("a", "b"), ("b", "c"), ("c", "b")], {})
    assert places["a"][0] < places["b"][0] < places["c"][0]


def test_parts_stand_below_each_other_and_single_nodes_at_the_end() -> None:
    places = arrange(["s", "a", "b", "c", "d", "t"], [("a", "b"), ("c", "d")], {})
    assert places["a"][1] < places["c"][1] < places["s"][1] == places["t"][1]
    assert places["s"][0] < places["t"][0]


def test_wires_to_nothing_and_no_nodes_at_all_are_fine() -> None:
    assert arrange([], [("a", "b")], {}) == {}
    assert arrange(["a"], [("a", "ghost"), ("a", "a")], {}) == {"a": (0, 0)}


def test_a_long_chain_is_set_in_rows_whose_wires_run_between_them() -> None:
    nodes = [f"n{i}" for i in range(20)]
    found = arranged(Outline(nodes, list(itertools.pairwise(nodes)), wrap=True))
    rows = sorted({y for _, y in found.places.values()})
    assert len(rows) > 2
    assert max(x for x, _ in found.places.values()) < 1600
    for (a, b), way in found.bends.items():
        assert found.places[b] == (0, rows[rows.index(found.places[a][1]) + 1])
        assert {y for _, y in way} == {(found.places[a][1] + DEFAULT_SIZE[1] + found.places[b][1]) / 2}
    assert len(found.bends) == len(rows) - 1


def test_a_wire_that_leads_back_runs_below_what_stands_between() -> None:
    edges = pairs("x>join join>cell cell>out cell>delay delay>join")
    found = arranged(Outline(names(edges), edges, back=[("cell", "delay")]))
    assert found.places["delay"][0] < found.places["join"][0] < found.places["cell"][0]
    (lane,) = {y for _, y in found.bends["cell", "delay"]}
    between = [found.places[born] for born in ("delay", "join", "cell", "x")]
    assert lane > max(y + DEFAULT_SIZE[1] for _, y in between)


def test_a_wire_goes_around_the_group_it_passes() -> None:
    edges = pairs("a>b b>c c>d a>d")
    box = Group("box", ("b", "c"), margins=(20, 40, 20, 20))
    found = arranged(Outline(list("abcd"), edges, groups=[box]))
    (lane,) = {y for _, y in found.bends["a", "d"]}
    inner = [found.places[born] for born in "bc"]
    assert not min(y for _, y in inner) - 40 <= lane <= max(y for _, y in inner) + DEFAULT_SIZE[1] + 20
    assert list(found.bends) == [("a", "d")]


def test_flow_down_is_the_same_turned() -> None:
    edges = pairs(DIGITS_CNN)
    down = arranged(Outline(names(edges), edges, down=True)).places
    assert all(down[a][1] + DEFAULT_SIZE[1] < down[b][1] for a, b in edges)
    assert len({down[born][0] for born in ("digits", "conv1", "relu1", "pool1", "flatten", "fc")}) == 1


def test_wires_run_level_from_port_to_port() -> None:
    edges = [("a", "b"), ("b", "c")]
    sizes = {"a": (100.0, 48.0), "b": (100.0, 90.0), "c": (100.0, 48.0)}
    ports = {("a", "b"): (24.0, 70.0), ("b", "c"): (70.0, 24.0)}
    places = arranged(Outline(["a", "b", "c"], edges, sizes, ports)).places
    assert places["a"][1] + 24 == places["b"][1] + 70 == places["c"][1] + 24


def test_an_outline_comes_back_from_another_process() -> None:
    outline = Outline(
        ["a", "b"], [("a", "b")], {"a": (1, 2), "b": (3, 4)}, {("a", "b"): (1, 2)}, [("a", "b")], down=True
    )
    again = Outline.from_json(json.loads(json.dumps(outline.to_json())))
    assert again == outline
    item = Item("#note/note1", (9, 9), (1, 2), "a")
    held = Group("f", ("a",), items=(item,), fixed={"a": (1, 2)}, size=(9, 9), margins=(1, 2, 3, 4))
    outline = replace(outline, groups=(held, Group("g", ("b",), "f", apart=True)), items=(item,))
    assert Outline.from_json(json.loads(json.dumps(outline.to_json()))) == outline
    found = arranged(Outline(["a", "b"], [("a", "b"), ("b", "a")]))
    assert found.bends
    assert Arrangement.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_straight_wires_that_cross_are_counted() -> None:
    middles = {"a": (0.0, 0.0), "b": (0.0, 10.0), "c": (10.0, 0.0), "d": (10.0, 10.0)}
    assert straight_crossings(middles, [("a", "d"), ("b", "c")]) == 1
    assert straight_crossings(middles, [("a", "c"), ("b", "d"), ("a", "d")]) == 0


def test_a_small_edit_leaves_the_order_of_the_others() -> None:
    rows = [f"r{i}" for i in range(6)]
    edges = [edge for born in rows for edge in (("in", born), (born, "out"))]
    before = arranged(Outline(["in", *rows, "out"], edges)).places
    edges.remove(("r3", "out"))
    after = arranged(Outline(["in", *rows, "out", "new"], [*edges, ("r3", "new"), ("new", "out")])).places
    for places in (before, after):
        assert sorted(rows, key=lambda born: places[born][1]) == rows
