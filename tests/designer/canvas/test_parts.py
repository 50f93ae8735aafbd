"""A node whose parameters say how many outputs it has shows as many ports, and keeps a wire to one that is gone."""

from graph import edits
from tests.designer.canvas.stage import Stage


def outputs(stage: Stage, born: str) -> list[str]:
    return [spot.name for spot in stage.scene.plan.look(born).outputs]


def test_ports_follow_the_parameter(stage: Stage) -> None:
    chunk = stage.add("Chunk", (0, 0))
    assert outputs(stage, chunk) == ["a", "b"]
    low = stage.scene.plan.look(chunk).height
    edits.set_param(stage.document, chunk, "chunks", 5)
    stage.show()
    assert outputs(stage, chunk) == ["a", "b", "c", "d", "e"]
    assert stage.scene.plan.look(chunk).height > low
    stage.mirrors()


def test_a_wire_to_a_port_that_is_gone_stays_and_is_said(stage: Stage) -> None:
    chunk, relu = stage.add("Chunk", (0, 0)), stage.add("ReLU", (300, 0))
    edits.set_param(stage.document, chunk, "chunks", 3)
    stage.wire(f"{chunk}.c -> {relu}.x")
    edits.set_param(stage.document, chunk, "chunks", 2)
    stage.show()
    look = stage.scene.plan.look(chunk)
    assert [(spot.name, spot.declared) for spot in look.outputs] == [("a", True), ("b", True), ("c", False)]
    assert any("no output 'c'" in found.message for found in stage.reading.diagnostics(relu))
    stage.mirrors()


def test_a_wire_is_drawn_from_a_later_part(stage: Stage) -> None:
    chunk, relu = stage.add("Chunk", (0, 0)), stage.add("ReLU", (300, 0))
    stage.show()
    stage.press(f"{chunk}.b").drag_to(f"{relu}.x").release()
    assert [wire.key for wire in stage.document.wires()] == [f"{chunk}.b -> {relu}.x"]
