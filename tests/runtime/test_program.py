"""What a drawing trains: Net, Extras, sources, phases, figures and stages."""

import pytest

from graph import edits
from graph.catalogue import standard
from graph.document import Document
from graph.reading import Reading
from runtime.program import Program, ProgramError
from tests.runtime.drawings import agreed, drawn, example, program_of

BODY = {
    "data": ("Iris", {}),
    "fc1": ("Linear", {"out_features": 8}),
    "act": ("ReLU", {}),
    "fc2": ("Linear", {"out_features": 3}),
    "loss": ("CrossEntropyLoss", {}),
    "adam": ("Adam", {}),
}
WIRES = [
    "data.x -> fc1.x",
    "fc1.y -> act.x",
    "act.y -> fc2.x",
    "fc2.y -> loss.prediction",
    "data.y -> loss.target",
    "loss.loss -> adam.loss",
]


def test_the_digits_network() -> None:
    program = agreed()
    assert [unit.id for unit in program.net][:3] == ["scale", "conv1", "relu1"]
    assert program.extras == []
    assert [figure.id for figure in program.figures] == ["loss", "accuracy"]
    assert [figure.better for figure in program.figures] == ["low", "high"]
    assert program.arguments == [("digits", "x", "x"), ("digits", "y", "y")]
    assert program.watch is not None
    assert program.watch.id == "loss"
    assert [stage.whole for stage in program.stages] == [True]
    (phase,) = program.phases
    assert phase.owned == {"conv1", "conv2", "fc1", "fc2"}


def test_the_watched_figure_is_the_one_that_is_named() -> None:
    nodes = BODY | {"hits": ("Accuracy", {})}
    wires = [*WIRES, "fc2.y -> hits.prediction", "data.y -> hits.target"]
    watch = program_of(drawn(nodes, wires, {"monitor": "hits"})).watch
    assert watch is not None
    assert (watch.id, watch.better) == ("hits", "high")


def test_outputs_name_what_is_taken_away() -> None:
    nodes = BODY | {"head": ("Linear", {"out_features": 2}), "out": ("Output", {})}
    program = program_of(drawn(nodes, [*WIRES, "act.y -> out.x"]))
    assert [unit.id for unit in program.net] == ["fc1", "act"]
    assert [unit.id for unit in program.extras] == ["fc2"]


def test_an_auxiliary_head_is_no_part_of_net() -> None:
    nodes = BODY | {"aux": ("Linear", {"out_features": 3}), "side": ("CrossEntropyLoss", {}), "out": ("Output", {})}
    wires = [
        *WIRES,
        "act.y -> aux.x",
        "aux.y -> side.prediction",
        "data.y -> side.target",
        {"wire": "side.loss -> adam.loss", "weight": 0.3},
        "fc2.y -> out.x",
    ]
    program = program_of(drawn(nodes, wires))
    assert [unit.id for unit in program.extras] == ["aux"]
    assert [term.weight for term in program.phases[0].terms] == [1.0, 0.3]
    assert [(stage.home, stage.whole, len(stage.units)) for stage in program.stages] == [
        ("net", False, 3),
        ("extras", False, 1),
    ]


def test_a_branch_for_use_alone_is_a_stage_of_its_own() -> None:
    nodes = BODY | {"prob": ("Softmax", {}), "out": ("Output", {})}
    program = program_of(drawn(nodes, [*WIRES, "fc2.y -> prob.x", "prob.y -> out.x"]))
    assert [[unit.id for unit in stage.units] for stage in program.stages] == [["fc1", "act", "fc2"], ["prob"]]


def test_two_optimizers_on_the_same_weights_are_refused() -> None:
    nodes = BODY | {"other": ("MSELoss", {}), "sgd": ("SGD", {})}
    wires = [*WIRES, "fc1.y -> other.prediction", "act.y -> other.target", "other.loss -> sgd.loss"]
    with pytest.raises(ProgramError, match="both train fc1"):
        program_of(drawn(nodes, wires))


def test_what_nothing_depends_on_takes_no_part() -> None:
    nodes = BODY | {"lonely": ("Conv2d", {})}
    assert "lonely" not in [unit.id for unit in program_of(drawn(nodes, WIRES)).units]


def test_neurons_are_units_of_rows() -> None:
    assert [(unit.id, unit.births) for unit in example("neuron-by-hand").net] == [("h", ("h1", "h2")), ("y", ("y",))]


def test_what_is_not_known_yet_is_refused_in_a_sentence() -> None:
    """A table whose file nobody has looked at, or that cannot be read, leaves everything behind it unknown."""
    document = Document(standard())
    for kind, id, params in (
        ("CSV", "data", {"path": "t.csv"}), ("Conv2d", "conv", {}), ("Flatten", "flat", {}), ("Linear", "fc", {}),
        ("MSELoss", "loss", {}), ("Adam", "adam", {}),
    ):  # fmt: skip
        edits.add(document, kind, id=id, params=params)
    for source, target in (("data.x", "conv.x"), ("conv.y", "flat.x"), ("flat.y", "fc.x"), ("fc.y", "loss.prediction"),
                           ("data.y", "loss.target"), ("loss.loss", "adam.loss")):  # fmt: skip
        edits.connect(document, *source.split("."), *target.split("."))
    with pytest.raises(ProgramError):
        Program(Reading(document))
    edits.remove_and_reconnect(document, ["conv", "flat"])
    with pytest.raises(ProgramError, match="fc"):
        Program(Reading(document))
