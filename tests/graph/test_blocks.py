"""Blocks: read with the parameters of a placement, collapsed and unpacked, kept by files."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import edits, project, queries
from graph.catalogue import standard
from graph.document import Document
from graph.history import History
from graph.reading import Reading
from graph.shape import Tensor, text

RESIDUAL = {
    "params": {"width": 16},
    "nodes": [
        {"id": "x", "kind": "Input"},
        {"id": "conv", "kind": "Conv2d", "params": {"out_channels": "=width", "padding": 1}},
        {"id": "act", "kind": "ReLU"},
        {"id": "sum", "kind": "Add"},
        {"id": "y", "kind": "Output"},
    ],
    "wires": ["x.x -> conv.x", "conv.y -> act.x", "act.y -> sum.a", "x.x -> sum.b", "sum.y -> y.x"],
}


def project_text(**parts):
    return json.dumps({"format": "neuroloom", "version": 1, "nodes": [], **parts})


def residual(width: int = 16, channels: int = 16, **placing) -> Document:
    nodes = [
        {"id": "img", "kind": "Input", "params": {"shape": [channels, 8, 8]}},
        {"id": "body", "kind": "Residual", "params": {"width": width}, **placing},
        {"id": "out", "kind": "Output"},
    ]
    wires = ["img.x -> body.x", "body.y -> out.x"]
    return project.parse(project_text(nodes=nodes, wires=wires, blocks={"Residual": RESIDUAL}), standard())


def errors(document: Document) -> list[str]:
    return [found.message for found in Reading(document).diagnostics() if found.level == "error"]


def test_a_placement_is_read_with_its_parameters():
    reading = Reading(residual())
    assert text(reading.value("body")) == "16×8×8"
    assert reading.cost("body").parameters == 16 * 16 * 9 + 16
    assert [node.id for node in reading.document.nodes()] == ["img", "body", "out"]


def test_what_does_not_fit_inside_is_said_of_the_placement():
    (found,) = [d for d in Reading(residual(width=8)).diagnostics("body") if d.level == "error"]
    assert found.message.startswith("Inside body: sum adds numbers to")


def test_an_edit_inside_is_seen_outside():
    document = residual()
    reading = Reading(document)
    inner = document.inside("Residual")
    edits.set_param(inner, "Residual/conv", "bias", False)
    assert reading.cost("body").parameters == 16 * 16 * 9
    edits.set_param(inner, "Residual/conv", "padding", 0)
    assert [d.code for d in reading.diagnostics("body") if d.level == "error"] == ["shape"]


def test_a_repeated_block_must_keep_its_shape():
    assert errors(residual(repeat=3)) == []
    assert Reading(residual(repeat=3)).cost("body").parameters == 3 * (16 * 16 * 9 + 16)
    shared = residual(repeat={"times": 3, "shared": True})
    assert Reading(shared).cost("body").parameters == 16 * 16 * 9 + 16
    document = residual(repeat=2)
    inner = document.inside("Residual")
    edits.remove(inner, ["Residual/sum"])
    edits.connect(inner, "Residual/act", "y", "Residual/y", "x")
    edits.set_param(inner, "Residual/conv", "out_channels", 5)
    (message,) = errors(document)
    assert message == ("body turns pictures of 16×8×8 into pictures of 5×8×8, so it cannot stand one behind the other.")


def test_a_block_that_contains_itself_is_said():
    inside = {"nodes": [{"id": "x", "kind": "Input"}, {"id": "again", "kind": "Loop"}, {"id": "y", "kind": "Output"}],
              "wires": ["x.x -> again.x", "again.y -> y.x"]}  # fmt: skip
    nodes = [{"id": "img", "kind": "Input"}, {"id": "body", "kind": "Loop"}]
    document = project.parse(project_text(nodes=nodes, wires=["img.x -> body.x"], blocks={"Loop": inside}), standard())
    assert errors(document) == ["body cannot be: Loop contains itself."]


def test_the_file_comes_out_as_it_went_in():
    document = residual(repeat={"times": 6, "shared": True})
    written = project.write(document)
    again = project.parse(written, standard())
    assert again.records == document.records
    assert json.loads(written)["nodes"][1]["repeat"] == {"times": 6, "shared": True}
    assert "born" not in written
    assert json.loads(written)["blocks"]["Residual"]["nodes"] == RESIDUAL["nodes"]


@pytest.mark.parametrize("entry", [3, [], {"nodes": 4}, {"nodes": [{"id": 3}], "wires": "no", "colour": "red"}])
def test_what_cannot_be_read_of_a_block_is_kept(entry):
    document = project.parse(project_text(blocks={"Odd": entry}), standard())
    written = json.loads(project.write(document))["blocks"]["Odd"]
    whole = isinstance(entry, dict) and isinstance(entry["nodes"], list)
    assert written == ({"nodes": [], "wires": []} | entry if whole else entry)


def test_a_rename_of_block_and_port_goes_everywhere():
    document = residual()
    edits.rename_block(document, "Residual", "Skip")
    assert document.node("body").kind == "Skip" and errors(document) == []
    edits.rename(document.inside("Residual"), "Residual/x", "picture")
    assert errors(document) == []
    assert document.wires_into("body")[0].target_port == "picture"
    assert project.parse(project.write(document), standard()).records == document.records


def test_parameters_are_renamed_and_dropped():
    document = residual()
    edits.rename_block_param(document, "Residual", "width", "filters")
    assert document.node("body").params == {"filters": 16} and errors(document) == []
    assert document.node("body").params["filters"] == 16
    edits.drop_block_param(document, "Residual", "filters")
    assert document.inside("Residual").node("Residual/conv").params["out_channels"] == 16
    assert document.node("body").params == {} and errors(document) == []


def test_a_placement_can_have_its_own_definition():
    document = residual()
    edits.add(document, "Residual")
    edits.separate(document, "body")
    assert [block.id for block in document.blocks()] == ["Residual", "Residual2"]
    edits.set_param(document.inside("Residual2"), "Residual2/conv", "bias", False)
    assert Reading(document).cost("body").parameters == 16 * 16 * 9


def test_what_follows_an_unknown_parameter_is_said():
    document = residual()
    edits.set_param(document.inside("Residual"), "Residual/conv", "out_channels", "=4*wdith")
    assert errors(document) == [
        'Inside body: conv.out_channels cannot follow "4*wdith": the block has no parameter wdith (it has: width).'
    ]


# --- collapse and unpack


def network() -> Document:
    nodes = [
        {"id": "img", "kind": "Input", "params": {"shape": [6]}, "at": [0, 0]},
        {"id": "fc1", "kind": "Linear", "params": {"out_features": 6}, "at": [100, 0]},
        {"id": "act1", "kind": "ReLU", "at": [200, 0]},
        {"id": "fc2", "kind": "Linear", "params": {"out_features": 6}, "at": [300, 40.5]},
        {"id": "add1", "kind": "Add", "at": [400, 0]},
        {"id": "n1", "kind": "Neuron", "at": [500, 0]},
        {"id": "fc3", "kind": "Linear", "params": {"out_features": 2}, "at": [500, 90]},
        {"id": "out", "kind": "Output", "at": [600, 0]},
        {"id": "side", "kind": "Output", "at": [600, 80]},
    ]
    wires = [
        "img.x -> fc1.x", "fc1.y -> act1.x", "act1.y -> fc2.x", "fc2.y -> add1.a", "fc1.y -> add1.b",
        {"wire": "img.x[2] -> n1.x", "weight": 0.5, "fixed": True}, {"wire": "fc2.y[1] -> n1.x", "weight": 2},
        "add1.y -> fc3.x", "n1.y -> out.x", "fc3.y -> side.x",
    ]  # fmt: skip
    return project.parse(project_text(nodes=nodes, wires=wires), standard())


INNER = ["fc1", "act1", "fc2", "add1", "n1", "fc3"]


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sets(st.sampled_from(INNER), min_size=1))
def test_collapse_and_unpack_are_inverse(chosen):
    document = network()
    history, before = History(document), dict(document.records)
    values = {born: Reading(document).value(born) for born in INNER}
    try:
        with history.step("Collapse"):
            placed = edits.collapse(document, chosen, "Part")
    except edits.Refused:
        ahead, behind = queries.downstream(document, chosen), queries.upstream(document, chosen)
        assert ahead & behind - chosen
        assert document.records == before
        return
    assert errors(document) == []
    written = project.write(document)
    assert project.write(project.parse(written, standard())) == written
    reading = Reading(document)
    for born in set(INNER) - chosen:
        assert reading.value(born) == values[born] or isinstance(values[born], Tensor)
    with history.step("Unpack"):
        edits.unpack(document, placed)
    assert document.records == before
    assert history.entries == ["Collapse", "Unpack"]
    history.undo()
    history.undo()
    assert document.records == before


def test_unpacking_one_of_two_placements_leaves_the_other():
    document = residual()
    edits.add(document, "Residual", id="second")
    edits.connect(document, "body", "y", "second", "x")
    births = edits.unpack(document, "body")
    assert sorted(document.node(born).id for born in births) == ["act", "conv", "sum"]
    assert document.node(births[0]).params["out_channels"] == 16
    assert [block.id for block in document.blocks()] == ["Residual"]
    assert errors(document) == []
    assert text(Reading(document).value("second")) == "16×8×8"


# --- unpacking what is odd


def part(declared, value, **placed) -> Document:
    inner = {"id": "fc", "kind": "Linear", "params": value}
    ports = [{"id": "x", "kind": "Input"}, inner, {"id": "y", "kind": "Output"}]
    block = {"params": declared, "nodes": ports, "wires": ["x.x -> fc.x", "fc.y -> y.x"]}
    nodes = [{"id": "a", "kind": "Input", "params": {"shape": [6]}}, {"id": "p", "kind": "Part", **placed},
             {"id": "out", "kind": "Output"}]  # fmt: skip
    return project.parse(
        project_text(nodes=nodes, wires=["a.x -> p.x", "p.y -> out.x"], blocks={"Part": block}), standard()
    )


@pytest.mark.parametrize(
    ("params", "value", "placed", "wanted"),
    [
        ({"how": "zeros"}, {"init": "=how"}, {}, {"init": "zeros"}),
        ({"n": 1}, {"out_features": "=8//n"}, {"n": 0}, {"out_features": "=8 // 0"}),
        ({"n": 1}, {"out_features": "=2*n"}, {"n": [1]}, {"out_features": 2}),
        ({"n": 1}, {"out_features": "=2*n"}, {"n": "three"}, {"out_features": 2}),
        ({"n": 1}, {"out_features": "=2*n"}, {"n": "=m"}, {"out_features": "=2 * m"}),
        ({"n": 1}, {"out_features": "=4-n"}, {"n": -3}, {"out_features": 7}),
        ({"b": True}, {"bias": "=b"}, {"b": False}, {"bias": False}),
        ({"n": 1}, {"out_features": "=" + "+".join(["n"] * 90)}, {"n": 12345}, {"out_features": 90 * 12345}),
    ],
)
def test_unpacking_works_out_what_it_can(params, value, placed, wanted):
    document = part(params, value, params=placed)
    before = [message.removeprefix("Inside p: ") for message in errors(document)]
    edits.unpack(document, "p")
    assert document.node("Part/fc").params == wanted
    assert len(errors(document)) == bool("=" in str(wanted)) <= len(before)


@pytest.mark.parametrize("placed", [{"repeat": {"times": 2, "shared": True}}, {"params": {"frozen": True}}])
def test_a_placement_that_means_more_than_its_nodes_is_not_unpacked(placed):
    document = part({}, {"out_features": 6}, **placed)
    before = dict(document.records)
    with pytest.raises(edits.Refused):
        edits.unpack(document, "p")
    assert document.records == before


def test_many_copies_are_written_out_but_not_any_number():
    document = part({}, {"out_features": 6}, repeat=300)
    assert len(edits.unpack(document, "p")) == 300
    assert len(document.nodes()) == 302
    assert errors(document) == []
    document = part({}, {"out_features": 6}, repeat=50_000)
    with pytest.raises(edits.Refused, match="p would be 50,000 nodes written out, of 20,000 at most"):
        edits.unpack(document, "p")


def test_what_lends_its_weights_is_not_unpacked():
    document = part({}, {"out_features": 6})
    edits.add(document, "Part")
    other = next(node for node in document.nodes() if node.kind == "Part" and node.born != "p")
    edits.set_param(document, other.born, "shares", "p")
    with pytest.raises(edits.Refused, match="shares the weights of p"):
        edits.unpack(document, "p")


@pytest.mark.parametrize(
    "typed", ["=9**9**9", "=(2**62)**64", "=1e400", "=9" + "9" * 150, "=1/0", "=(-8)**0.5", "=1or 2"]
)
def test_what_cannot_be_worked_out_is_a_sentence(typed):
    (found,) = errors(part({"n": 1}, {"out_features": typed}))
    assert found.startswith(f'Inside p: fc.out_features cannot follow "{typed[1:50]}')


def test_a_port_goes_with_its_wires_wherever_the_block_is_placed():
    document = residual()
    history = History(document)
    with history.step("Delete"):
        edits.remove(document.inside("Residual"), ["Residual/x"])
    assert document.wires_into("body") == []
    assert len(document.wires_from("body")) == 1
    history.undo()
    assert len(document.wires_into("body")) == 1 and errors(document) == []


# --- blocks that nobody could read


ROW = {"id": "a", "kind": "Input", "params": {"shape": [6]}}
ENDS = [{"id": "x", "kind": "Input"}, {"id": "y", "kind": "Output"}]


def nested(depth: int, width: int) -> Document:
    """Blocks in one another, each of which places the one before several times."""
    inner = {"nodes": [*ENDS, {"id": "fc", "kind": "Linear", "params": {"out_features": 6}}],
             "wires": ["x.x -> fc.x", "fc.y -> y.x"]}  # fmt: skip
    blocks = {"B0": inner}
    for at in range(1, depth):
        placed = [f"i{number}" for number in range(width)]
        chain = ["x.x", *(port for id in placed for port in (f"{id}.x", f"{id}.y")), "y.x"]
        wires = [f"{source} -> {target}" for source, target in zip(chain[::2], chain[1::2], strict=True)]
        blocks[f"B{at}"] = {"nodes": [*ENDS, *({"id": id, "kind": f"B{at - 1}"} for id in placed)], "wires": wires}
    nodes = [ROW, {"id": "p", "kind": f"B{depth - 1}"}, {"id": "out", "kind": "Output"}]
    return project.parse(
        project_text(nodes=nodes, wires=["a.x -> p.x", "p.y -> out.x"], blocks=blocks), standard()
    )  # fmt: skip


@pytest.mark.parametrize(("depth", "width", "why"), [(300, 1, "has more than 20 blocks inside one another"),
                                                     (18, 2, "is more than 10000 nodes")])  # fmt: skip
def test_what_is_too_much_is_said_at_once(depth, width, why):
    assert errors(nested(depth, width)) == [f"p cannot be: B{depth - 1} {why}."]


def test_what_is_repeated_too_often_is_said():
    document = nested(3, 1)
    for born in ("B1/i0", "B2/i0"):
        edits.set_param(document.inside(born[:2]), born, "repeat", 1000)
    (found,) = errors(document)
    assert found == "Inside p: i0 cannot be: it is more than 100000 nodes."


def test_blocks_may_stand_inside_one_another():
    document = nested(8, 2)
    assert errors(document) == []
    assert Reading(document).cost("p").parameters == 2**7 * 42


@pytest.mark.parametrize("name", ["", "\0", "\ud800", "a\nb"])
def test_a_block_without_a_legible_name_is_kept_and_said(name):
    text = project_text(nodes=[ROW], wires=[], blocks={name: {"nodes": ENDS, "wires": ["x.x -> y.x"]}})
    document = project.parse(text, standard())
    (found,) = errors(document)
    assert "a block needs a name that can be read" in found
    assert json.loads(project.write(document))["blocks"] == json.loads(text)["blocks"]


def test_a_port_is_not_collapsed():
    level = residual().inside("Residual")
    with pytest.raises(edits.Refused, match="x is a port of this block: leave it out"):
        edits.collapse(level, ["Residual/x", "Residual/conv"])


def test_a_block_that_is_called_like_a_kind_is_said_and_renamed():
    blocks = {"Linear": {"nodes": [*ENDS, {"id": "act", "kind": "Tanh"}], "wires": ["x.x -> act.x", "act.y -> y.x"]}}
    nodes = [ROW, {"id": "p", "kind": "Linear"}, {"id": "out", "kind": "Output"}]
    text = project_text(nodes=nodes, wires=["a.x -> p.x", "p.y -> out.x"], blocks=blocks)
    document = project.parse(text, standard())
    (found,) = [d for d in Reading(document).diagnostics() if d.level == "error"]
    assert found.message == "The block Linear has the name of a kind of node, which stands in its place."
    assert found.fix is not None
    found.fix.apply(document)
    assert document.node("p").kind == "MyLinear"
    assert errors(document) == []
    assert Reading(document).cost("p").parameters == 0
