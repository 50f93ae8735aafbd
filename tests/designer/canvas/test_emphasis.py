"""What is selected lights the ways that lead to it and on from it, and nothing else."""

import pytest

from designer.canvas import shine
from designer.theme import mixed
from tests.designer.canvas.stage import Stage


@pytest.fixture
def forked(stage: Stage) -> Stage:
    """digits → fc1 → relu1 → fc3, digits → fc2 → fc3 beside, and fc1 → fc3 past relu1."""
    for kind, at in (
        ("Digits", (0, 0)), ("Linear", (200, 0)), ("Linear", (200, 150)), ("ReLU", (400, 0)), ("Add", (600, 0)),
    ):  # fmt: skip
        stage.add(kind, at)
    stage.wire(
        "digits.x -> fc1.x", "digits.x -> fc2.x", "fc1.y -> relu1.x", "relu1.y -> add1.a", "fc2.y -> add1.b",
        "fc1.y -> add1.c",
    )  # fmt: skip
    return stage.show()


def near(stage: Stage) -> tuple[set[str], set[str]]:
    stock = stage.scene.stock
    return (
        {born for born, item in stock.nodes.items() if item.marks.near},
        {key for key, item in stock.wires.items() if item.marks.near},
    )


WAY = {"digits.x -> fc1.x", "fc1.y -> relu1.x", "relu1.y -> add1.a"}


@pytest.mark.parametrize("slice", [1, 1500])
def test_only_the_ways_through_what_is_selected_are_lit(
    forked: Stage, slice: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shine, "PORTION", slice)
    forked.click("relu1")
    for _ in range(10):
        forked.settle()
    assert near(forked) == ({"digits", "fc1", "add1"}, WAY)


def test_of_several_each_has_its_ways(forked: Stage) -> None:
    forked.selection.set(["relu1", "fc2"])
    assert near(forked)[0] == {"digits", "fc1", "add1"}
    assert near(forked)[1] == {*WAY, "digits.x -> fc2.x", "fc2.y -> add1.b"}


def test_it_can_be_turned_off(forked: Stage) -> None:
    forked.click("relu1")
    forked.scene.manner.turn("emphasis", False)
    assert near(forked) == (set(), set())
    forked.scene.manner.turn("emphasis")
    assert near(forked)[1] == WAY


def test_what_led_to_one_and_leads_past_another_is_lit_no_longer(forked: Stage) -> None:
    forked.click("add1")
    assert "fc1.y -> add1.c" in near(forked)[1]
    forked.click("relu1")
    assert near(forked)[1] == WAY


def test_from_afar_the_ways_are_lit_too(forked: Stage) -> None:
    def lit() -> int:
        forked.settle()
        seen = forked.view.viewport().grab().toImage()
        accent = mixed(forked.theme.accent, forked.theme.canvas, 0.7).rgb()
        return sum(seen.pixel(x, y) == accent for x in range(seen.width()) for y in range(0, seen.height(), 2))

    forked.view.camera.zoom(0.3 / forked.view.camera.scale)
    forked.selection.set(["relu1"])
    assert set(forked.scene.marked.shine.keys()) == {"digits", "fc1", "add1", *WAY}
    assert lit() > 20
    forked.scene.manner.turn("emphasis", False)
    assert lit() == 0
