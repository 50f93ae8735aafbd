"""What stands several times one behind the other is folded, unpacked again, and computes the same numbers."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from graph import edits
from graph.document import Document
from graph.history import History
from graph.reading import Reading
from graph.records import Node
from graph.repeats import find
from tests.runtime.flattened import drawing, net_of, node


def layers(count: int, widths: list[int] | None = None) -> Document:
    """Residual layers one behind the other: a norm, two Linear with a bend between, and a sum."""
    nodes: list[Any] = [node("x", "Input", shape=[8]), node("first", "Linear", out_features=6)]
    wires, last = ["x.x -> first.x"], "first.y"
    for at in range(count):
        hidden = (widths or [5] * count)[at]
        nodes += [node(f"norm{at}", "LayerNorm"), node(f"up{at}", "Linear", out_features=hidden)]
        nodes += [node(f"bend{at}", "GELU"), node(f"down{at}", "Linear", out_features=6), node(f"sum{at}", "Add")]
        wires += [f"{last} -> norm{at}.x", f"norm{at}.y -> up{at}.x", f"up{at}.y -> bend{at}.x"]
        wires += [f"bend{at}.y -> down{at}.x", f"{last} -> sum{at}.a", f"down{at}.y -> sum{at}.b"]
        last = f"sum{at}.y"
    nodes += [node("head", "Linear", out_features=3), node("y", "Output")]
    return drawing(nodes, [*wires, f"{last} -> head.x", "head.y -> y.x"])


def test_layers_become_one_block_with_the_same_numbers() -> None:
    flat, folded = layers(4), layers(4)
    told = edits.fold_repeats(folded)
    assert [one.text for one in told] == ["4 × block of 5 nodes"]
    placed = folded.node(told[0].born)
    assert placed.params["repeat"] == 4
    assert {one.id for one in folded.nodes()} == {"x", "first", placed.id, "head", "y"}
    net, other = net_of(flat), net_of(folded)
    weights = net.state_dict()
    there = {f"{placed.id}.{at}.{id}0.{part}": f"{id}{at}.{part}" for at in range(4) for id in ("norm", "up", "down")
             for part in ("weight", "bias")}  # fmt: skip
    other.load_state_dict({key: weights[there.get(key, key)] for key in other.state_dict()})
    x = torch.randn(7, 8, dtype=torch.float64)
    torch.testing.assert_close(other(x), net(x), rtol=0, atol=0)


def test_it_is_one_step_and_unpack_writes_all_copies_out() -> None:
    document = layers(3)
    before, reading, history = dict(document.records), Reading(document), None
    history = History(document)
    with history.step("Fold repeats"):
        (told,) = edits.fold_repeats(document, reading)
    with history.step("Unpack"):
        edits.unpack(document, told.born)
    assert document.blocks() == [] and len(document.nodes()) == len(layers(3).nodes())
    assert [(len(one.copies), len(one.copies[0])) for one in find(document, reading)] == [(3, 5)]
    assert [found for found in reading.diagnostics() if found.level == "error"] == []
    parameters = sum(value.numel() for value in net_of(document).parameters())
    history.undo()
    history.undo()
    assert document.records == before
    assert parameters == sum(value.numel() for value in net_of(document).parameters())


@pytest.mark.parametrize(
    ("widths", "folds"),
    [([5, 5, 4, 4, 4], [(3, 5), (2, 5)]), ([5, 4, 3], []), ([5, 4, 5, 4, 5, 4], [(3, 10)]), ([4, 5, 5], [(2, 5)])],
)
def test_what_differs_in_a_number_stays_apart(widths: list[int], folds: list[tuple[int, int]]) -> None:
    document = layers(len(widths), widths)
    assert [(len(one.copies), len(one.copies[0])) for one in find(document, Reading(document))] == folds


def test_a_tap_a_state_or_shared_weights_keep_copies_apart() -> None:
    tapped = layers(4)
    edits.connect(tapped, "up1", "y", edits.add(tapped, "Output"), "x")
    assert [len(one.copies) for one in find(tapped, Reading(tapped))] == [2]
    stated = layers(2)
    edits.set_state(stated, ["bend1"], "bypassed")
    assert find(stated, Reading(stated)) == []
    shared = layers(2)
    edits.set_param(shared, "up1", "shares", "up0")
    with pytest.raises(edits.Refused, match="Nothing here stands several times"):
        edits.fold_repeats(shared)


def test_only_what_is_selected_is_folded() -> None:
    document = layers(4)
    chosen = [one.born for one in document.nodes() if isinstance(one, Node) and one.id[-1] in "12"]
    assert [one.text for one in edits.fold_repeats(document, None, chosen)] == ["2 × block of 5 nodes"]
    assert [found for found in Reading(document).diagnostics() if found.level == "error"] == []
