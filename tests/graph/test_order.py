"""The incremental order against networkx, on random joins and parts."""

from collections import Counter

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from graph.order import Order

NODES = "abcdefgh"
ARC = st.tuples(st.sampled_from(NODES), st.sampled_from(NODES))


@given(st.lists(st.tuples(ARC, st.booleans()), max_size=60))
def test_every_arc_leads_onward_and_only_loops_are_set_aside(steps: list[tuple[tuple[str, str], bool]]) -> None:
    order, arcs = Order(), Counter[tuple[str, str]]()
    for node in NODES:
        order.add(node)
    for arc, joined in steps:
        if joined:
            order.join(*arc)
            arcs[arc] += 1
        elif arcs[arc]:
            order.part(*arc)
            arcs[arc] -= 1
    kept = {arc for arc, count in arcs.items() if count and arc not in order.aside}
    assert all(order.place[source] < order.place[target] for source, target in kept)
    counted = {(s, t): 1 + order._parallel[s, t] for s in NODES for t in order.after(s)}
    assert counted == {arc: arcs[arc] for arc in kept}
    graph = nx.DiGraph(kept)
    graph.add_nodes_from(NODES)
    for source, target in order.aside:
        assert nx.has_path(graph, target, source), "an arc is set aside only while it would close a loop"


def test_an_arc_set_aside_comes_in_when_the_loop_is_opened() -> None:
    order = Order()
    for node in "abc":
        order.add(node)
    order.join("a", "b"), order.join("b", "c"), order.join("c", "a")
    assert set(order.aside) == {("c", "a")}
    order.part("a", "b")
    assert not order.aside and list(order) == ["b", "c", "a"]
