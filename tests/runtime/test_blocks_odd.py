"""Blocks and loops where they are easily got wrong: names that collide, values that follow, one class for several."""

import pytest
import torch

from runtime.program import ProgramError
from tests.runtime.flattened import block, drawing, errors, net_of, node, source_of

X, Y = node("x", "Input"), node("y", "Output")
ROW, OUT = node("a", "Input", shape=[6]), node("out", "Output")
SEQUENCE = node("a", "Input", shape=[5, 3], sequence=True)
LINEAR = block([X, node("fc", "Linear", out_features="=w"), Y], ["x.x -> fc.x", "fc.y -> y.x"], w=6)
SUM = block(
    [X, node("h", "Delay", steps="=n"), node("plus", "Add"), Y],
    ["x.x -> plus.a", "h.y -> plus.b", "plus.y -> h.x", "plus.y -> y.x"], n=2,
)  # fmt: skip


def rows(*sides: int) -> torch.Tensor:
    return torch.randn(*sides, dtype=torch.float64)


def twice(kind: str, definition, **second) -> list:
    """A block, and the same with other parameters behind it."""
    return [[ROW, node("p", kind), node("q", kind, **second), OUT],
            ["a.x -> p.x", "p.y -> q.x", "q.y -> out.x"], {kind: definition}]  # fmt: skip


# --- values that follow


def test_truth_values_follow_through_two_blocks():
    inner = block([X, node("fc", "Linear", out_features=6, bias="=b"), Y], ["x.x -> fc.x", "fc.y -> y.x"], b=True)
    outer = block([X, node("i", "Inner", b="=b"), Y], ["x.x -> i.x", "i.y -> y.x"], b=False)
    nodes, wires, blocks = twice("Outer", outer, b=True)
    net = net_of(drawing(nodes, wires, {**blocks, "Inner": inner}))
    assert set(net.state_dict()) == {"p.i.fc.weight", "q.i.fc.weight", "q.i.fc.bias"}


@pytest.mark.parametrize("shared", [False, True])
def test_the_number_of_repetitions_follows(shared):
    outer = block([X, node("i", "Lin", repeat={"times": "=n", "shared": shared}), Y], ["x.x -> i.x", "i.y -> y.x"], n=2)
    nodes, wires, blocks = twice("Outer", outer, n=3)
    net, x = net_of(drawing(nodes, wires, {**blocks, "Lin": LINEAR})), rows(4, 6)
    layers = [net.p.i.fc] * 2 + [net.q.i.fc] * 3 if shared else [one.fc for one in (*net.p.i, *net.q.i)]
    wanted = x
    for layer in layers:
        wanted = layer(wanted)
    torch.testing.assert_close(net(x), wanted)


def test_what_shares_has_the_formulas_of_the_other():
    part = block(
        [X, node("o", "Linear", out_features="=w"), node("s", "Linear", shares="o", out_features="=2*w"),
         node("nx", "Linear", out_features=3), Y],
        ["x.x -> o.x", "o.y -> s.x", "s.y -> nx.x", "nx.y -> y.x"], w=6,
    )  # fmt: skip
    document = drawing([ROW, node("p", "Part"), OUT], ["a.x -> p.x", "p.y -> out.x"], {"Part": part})
    assert net_of(document)(rows(2, 6)).shape == (2, 3)


# --- one class for several placements


@pytest.mark.parametrize("second", [{}, {"shares": "p"}])
def test_one_class_goes_through_sequences_of_any_length(second):
    plain = {**SUM, "nodes": [X, node("h", "Delay"), *SUM["nodes"][2:]]}
    other = node("b", "Input", shape=[7, 3], same_rows_as="a")
    document = drawing(
        [node("a", "Input", shape=[5, 3]), other, node("p", "Cum"), node("q", "Cum", **second), OUT,
         node("out2", "Output")],
        ["a.x -> p.x", "b.x -> q.x", "p.y -> out.x", "q.y -> out2.x"], {"Cum": plain},
    )  # fmt: skip
    a, b = rows(2, 5, 3), rows(2, 7, 3)
    for given, wanted in zip(net_of(document)(a, b), (a.cumsum(1), b.cumsum(1)), strict=True):
        torch.testing.assert_close(given, wanted)
    assert source_of(document).count("class ") == 2


def test_a_loop_of_other_steps_is_another_class():
    document = drawing(
        [ROW, node("p", "Cum"), node("q", "Cum", n=4), OUT, node("out2", "Output")],
        ["a.x -> p.x", "a.x -> q.x", "p.y -> out.x", "q.y -> out2.x"], {"Cum": SUM},
    )  # fmt: skip
    x = rows(2, 6)
    p, q = net_of(document)(x)
    torch.testing.assert_close(p, torch.stack([x, 2 * x], 1))
    torch.testing.assert_close(q, torch.stack([x, 2 * x, 3 * x, 4 * x], 1))


def test_a_loop_that_follows_another_input_is_another_class():
    two = block(
        [node("u", "Input"), node("v", "Input"), node("h", "Delay"), node("plus", "Add"), node("s", "Add"), Y],
        ["u.x -> plus.a", "h.y -> plus.b", "v.x -> s.b", "plus.y -> s.a", "s.y -> h.x", "s.y -> y.x"],
    )
    document = drawing(
        [SEQUENCE, node("b", "Input", shape=[3], same_rows_as="a"), node("p", "Two"), node("q", "Two"), OUT,
         node("out2", "Output")],
        ["a.x -> p.u", "b.x -> p.v", "b.x -> q.u", "a.x -> q.v", "p.y -> out.x", "q.y -> out2.x"], {"Two": two},
    )  # fmt: skip
    a, b = rows(2, 5, 3), rows(2, 3)
    wanted = (a + b[:, None]).cumsum(1)
    for given in net_of(document)(a, b):
        torch.testing.assert_close(given, wanted)


# --- ports


def test_a_block_without_an_input_is_computed():
    learned = block([node("w", "Parameter", size=[6]), Y], ["w.y -> y.x"])
    document = drawing(
        [ROW, node("p", "Learned"), node("plus", "Add"), OUT],
        ["a.x -> plus.a", "p.y -> plus.b", "plus.y -> out.x"], {"Learned": learned},
    )  # fmt: skip
    net, x = net_of(document), rows(4, 6)
    torch.testing.assert_close(net(x), x + net.p.w.weight)


def test_a_block_without_an_output_is_none_of_the_drawing():
    closed = block([X, node("fc", "Linear", out_features=2)], ["x.x -> fc.x"])
    document = drawing(
        [ROW, node("p", "Closed"), node("fc", "Linear", out_features=3), OUT],
        ["a.x -> p.x", "a.x -> fc.x", "fc.y -> out.x"], {"Closed": closed},
    )  # fmt: skip
    assert net_of(document)(rows(4, 6)).shape == (4, 3)


@pytest.mark.parametrize("shared", [False, True])
def test_further_inputs_go_to_each_repetition_unchanged(shared):
    layer = block(
        [X, node("u", "Input"), node("plus", "Add"), node("fc", "Linear", out_features=6), Y],
        ["x.x -> plus.a", "u.x -> plus.b", "plus.y -> fc.x", "fc.y -> y.x"],
    )
    document = drawing(
        [node("layer", "Input", shape=[6]), node("p", "Lay", repeat={"times": 3, "shared": shared}),
         node("joined", "Add"), OUT],
        ["layer.x -> p.x", "layer.x -> p.u", "layer.x -> joined.a", "p.y -> joined.b", "joined.y -> out.x"],
        {"Lay": layer},
    )  # fmt: skip
    net, x = net_of(document), rows(4, 6)
    wanted = x
    for one in [net.p] * 3 if shared else net.p:
        wanted = one.fc(wanted + x)
    torch.testing.assert_close(net(x), x + wanted)


# --- names


@pytest.mark.parametrize(
    "name", ["FirstState", "Net", "Extras", "Training", "Meter", "my block", "1a", "list", "torch", "Ünï", "a.b", "w"]
)
def test_a_block_of_any_name_becomes_a_class(name):
    nodes, wires, blocks = twice(name, LINEAR, w=5)
    nodes.insert(0, node("s", "Input", shape=[4, 3], same_rows_as="a"))
    nodes += [node("h", "Delay", start="learned"), node("plus", "Add"), node("out2", "Output")]
    wires += ["s.x -> plus.a", "h.y -> plus.b", "plus.y -> h.x", "plus.y -> out2.x"]
    net = net_of(drawing(nodes, wires, blocks))
    assert net.q.fc.weight.shape == (5, 6)
    assert net.h.weight.shape == (1, 3)


@pytest.mark.parametrize("name", ["self", "nn", "super", "torch", "class", "range", "_"])
def test_a_parameter_cannot_be_a_word_of_the_source(name):
    part = block([X, node("fc", "Linear", out_features=f"={name}"), Y], ["x.x -> fc.x", "fc.y -> y.x"], **{name: 6})
    document = drawing([ROW, node("p", "Part"), OUT], ["a.x -> p.x", "p.y -> out.x"], {"Part": part})
    assert errors(document)
    with pytest.raises(ProgramError):
        source_of(document)


@pytest.mark.parametrize("name", ["x", "fc", "Part", "in_features", "list", "ü", "print", "tuple", "match"])
def test_a_parameter_can_be_anything_else(name):
    part = block([X, node("fc", "Linear", out_features=f"={name}"), Y], ["x.x -> fc.x", "fc.y -> y.x"], **{name: 6})
    nodes, wires, blocks = twice("Part", part, **{name: 5})
    assert net_of(drawing(nodes, wires, blocks))(rows(2, 6)).shape == (2, 5)


@pytest.mark.parametrize("delay", ["h", "step", "range", "x", "len"])
@pytest.mark.parametrize("plus", ["plus", "t", "x", "step", "list"])
def test_nodes_on_a_loop_may_have_the_names_of_its_source(delay, plus):
    if delay == plus:
        return
    document = drawing(
        [SEQUENCE, node(delay, "Delay"), node(plus, "Add"), node(f"{plus}_t", "Tanh"), node("both", "Add"), OUT],
        [f"a.x -> {plus}.a", f"{delay}.y -> {plus}.b", f"{plus}.y -> {delay}.x", f"a.x -> {plus}_t.x",
         f"{plus}_t.y -> both.a", f"{plus}.y -> both.b", "both.y -> out.x"],
    )  # fmt: skip
    x = rows(2, 5, 3)
    torch.testing.assert_close(net_of(document)(x), x.tanh() + x.cumsum(1))


# --- where loops begin


def test_a_sequence_that_begins_a_loop_gives_its_first_step():
    document = drawing(
        [SEQUENCE, node("h", "Delay"), node("plus", "Add"), OUT],
        ["a.x -> plus.a", "h.y -> plus.b", "plus.y -> h.x", "a.x -> h.initial", "plus.y -> out.x"],
    )
    x = rows(2, 5, 3)
    torch.testing.assert_close(net_of(document)(x), x.cumsum(1) + x[:, :1])


def test_a_loop_cannot_begin_with_what_it_gives_itself():
    document = drawing(
        [SEQUENCE, node("h", "Delay"), node("plus", "Add"), node("g", "Delay"), node("m", "Add"), OUT],
        ["a.x -> plus.a", "h.y -> plus.b", "plus.y -> m.a", "g.y -> m.b", "plus.y -> g.initial", "a.x -> g.x",
         "m.y -> h.x", "plus.y -> out.x"],
    )  # fmt: skip
    assert "g begins with what plus gives, which stands on the same loop." in errors(document)
    with pytest.raises(ProgramError):
        source_of(document)


def test_a_loop_into_which_no_numbers_go_remembers_numbers():
    tokens = node("a", "Input", shape=[5], classes=7, sequence=True)
    document = drawing(
        [tokens, node("e", "Embedding", embedding_dim=3), node("h", "Delay", shape=[3]), node("again", "Multiply"),
         node("g", "Linear", out_features=3), node("plus", "Add"), OUT],
        ["a.x -> e.x", "h.y -> g.x", "g.y -> plus.a", "e.y -> again.a", "h.y -> again.b", "again.y -> plus.b",
         "plus.y -> h.x", "plus.y -> out.x"],
    )  # fmt: skip
    net, x = net_of(document), torch.randint(7, (2, 5))
    h, wanted = torch.zeros(2, 3, dtype=torch.float64), []
    for t in range(5):
        h = net.g(h) + net.e(x[:, t]) * h
        wanted.append(h)
    torch.testing.assert_close(net(x), torch.stack(wanted, 1))


def test_a_loop_into_which_nothing_goes_is_one_row():
    document = drawing(
        [node("h", "Delay", steps=4, shape=[3]), node("g", "Linear", out_features=3), OUT],
        ["h.y -> g.x", "g.y -> h.x", "g.y -> out.x"],
    )
    net = net_of(document)
    h, wanted = torch.zeros(1, 3, dtype=torch.float64), []
    for _ in range(4):
        h = net.g(h)
        wanted.append(h)
    torch.testing.assert_close(net(), torch.stack(wanted, 1))


# --- whose weights


@pytest.mark.parametrize("wired", [True, False])
def test_weights_are_not_shared_with_what_takes_no_part(wired):
    document = drawing(
        [ROW, node("o", "Linear", out_features=6), node("s", "Linear", shares="o", out_features=6), OUT],
        [*(["a.x -> o.x"] if wired else []), "a.x -> s.x", "s.y -> out.x"],
    )
    with pytest.raises(ProgramError, match="s shares the weights of o, which is no part of the model: let o share"):
        source_of(document)


# --- what cannot stand where it stands


@pytest.mark.parametrize(
    ("inner", "wires"),
    [
        ([node("n", "Standardize")], ["x.x -> n.x", "n.y -> y.x"]),
        ([node("n", "Digits"), node("f", "Flatten")], ["n.x -> f.x", "f.y -> y.x"]),
        ([node("n", "Digits")], ["x.x -> y.x"]),
        ([node("n", "MSELoss")], ["x.x -> n.prediction", "x.x -> n.target", "x.x -> y.x"]),
    ],
)
def test_what_stays_outside_is_said_to(inner, wires):
    document = drawing([ROW, node("p", "Part"), OUT], ["a.x -> p.x", "p.y -> out.x"],
                       {"Part": block([X, *inner, Y], wires)})  # fmt: skip
    assert any(
        found.startswith("Inside p: n cannot stand in a block: data, what is fitted") for found in errors(document)
    )
    with pytest.raises(ProgramError):
        source_of(document)


def test_a_block_with_batch_norm_cannot_stand_on_a_loop():
    norm = block([X, node("n", "BatchNorm1d"), Y], ["x.x -> n.x", "n.y -> y.x"])
    outer = block([X, node("i", "Normed"), Y], ["x.x -> i.x", "i.y -> y.x"])
    document = drawing(
        [SEQUENCE, node("h", "Delay"), node("p", "Outer"), node("plus", "Add"), OUT],
        ["a.x -> plus.a", "h.y -> p.x", "p.y -> plus.b", "plus.y -> h.x", "plus.y -> out.x"],
        {"Normed": norm, "Outer": outer},
    )
    assert errors(document) == ["p needs whole sequences, but stands on the loop of h: move it out of it."]


def test_what_shares_a_block_computes_alike():
    two = block(
        [node("u", "Input"), node("v", "Input"), node("h", "Delay"), node("plus", "Add"), node("s", "Add"), Y],
        ["u.x -> plus.a", "h.y -> plus.b", "v.x -> s.b", "plus.y -> s.a", "s.y -> h.x", "s.y -> y.x"],
    )
    document = drawing(
        [SEQUENCE, node("b", "Input", shape=[3], same_rows_as="a"), node("p", "Two"), node("q", "Two", shares="p"), OUT,
         node("out2", "Output")],
        ["a.x -> p.u", "b.x -> p.v", "b.x -> q.u", "a.x -> q.v", "p.y -> out.x", "q.y -> out2.x"], {"Two": two},
    )  # fmt: skip
    with pytest.raises(ProgramError, match="q shares the weights of p, but computes otherwise"):
        source_of(document)
