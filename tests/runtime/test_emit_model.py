"""model.py reads as if a person had written it, and computes what was drawn."""

from pathlib import Path

import pytest
import torch

from graph.catalogue import standard
from runtime import emit
from tests.runtime.drawings import EXAMPLES, SOURCES, agreed, drawn, example, forward_of, net_of, program_of


def test_the_digits_network_reads_as_agreed() -> None:
    assert emit.model(agreed(), "digits-cnn").text == (SOURCES / "digits_cnn_model.py").read_text()


def test_every_line_of_a_node_is_found() -> None:
    source = emit.model(agreed(), "digits-cnn")
    lines = source.text.splitlines()
    found = [[lines[at - 1].strip() for first, last in source.lines["conv1"] for at in range(first, last + 1)]]
    assert found == [["self.conv1 = nn.Conv2d(1, 16, kernel_size=3, padding=1)", "x = self.relu1(self.conv1(x))"]]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.loom")), ids=lambda path: path.stem)
def test_no_line_is_too_long_and_the_source_runs(path: Path) -> None:
    program = example(path.stem)
    text = emit.model(program, path.stem).text
    if program.phases:
        text += emit.train(program, path.stem).text
    assert max(map(len, text.splitlines())) <= 100
    compile(text, path.name, "exec")


def test_a_skip_connection_keeps_what_it_skips() -> None:
    nodes = {
        "img": ("Input", {"shape": [8]}),
        "fc1": ("Linear", {"out_features": 8}),
        "act1": ("ReLU", {}),
        "fc2": ("Linear", {"out_features": 8}),
        "act2": ("Tanh", {}),
        "sum": ("Add", {}),
        "fc3": ("Linear", {"out_features": 2}),
        "out": ("Output", {}),
    }
    wires = [
        "img.x -> fc1.x",
        "fc1.y -> act1.x",
        "act1.y -> fc2.x",
        "fc2.y -> act2.x",
        "act1.y -> sum.a",
        "act2.y -> sum.b",
        "sum.y -> fc3.x",
        "fc3.y -> out.x",
    ]
    assert forward_of(emit.model(program_of(drawn(nodes, wires))).text) == [
        "act1 = self.act1(self.fc1(x))",
        "x = act1 + self.act2(self.fc2(act1))",
        "return self.fc3(x)",
    ]
    net, x = net_of(nodes, wires), torch.randn(5, 8)
    act1 = net.fc1(x).relu()
    torch.testing.assert_close(net(x), net.fc3(act1 + net.fc2(act1).tanh()))


def test_what_x_holds_is_not_lost_while_it_is_needed() -> None:
    nodes = {
        "img": ("Input", {"shape": [4]}),
        "a1": ("Linear", {"out_features": 4}),
        "a2": ("Linear", {"out_features": 4}),
        "a3": ("Linear", {"out_features": 4}),
        "a4": ("Linear", {"out_features": 4}),
        "all": ("Concatenate", {}),
        "out": ("Output", {}),
    }
    wires = [
        "img.x -> a1.x",
        "a1.y -> a2.x",
        "a2.y -> a3.x",
        "a3.y -> a4.x",
        "a4.y -> all.a",
        "img.x -> all.b",
        "a1.y -> all.c",
        "all.y -> out.x",
    ]
    net, x = net_of(nodes, wires), torch.randn(3, 4)
    a1 = net.a1(x)
    torch.testing.assert_close(net(x), torch.cat([net.a4(net.a3(net.a2(a1))), x, a1], 1))


def test_a_selection_and_several_outputs() -> None:
    nodes = {
        "rows": ("Input", {"shape": [6]}),
        "left": ("Linear", {"out_features": 2}),
        "right": ("Linear", {"out_features": 3}),
        "one": ("Output", {}),
        "two": ("Output", {}),
    }
    wires = ["rows.x[0:4] -> left.x", "rows.x[4:6] -> right.x", "left.y -> one.x", "right.y -> two.x"]
    net, x = net_of(nodes, wires), torch.randn(3, 6)
    left, right = net(x)
    torch.testing.assert_close(left, net.left(x[:, :4]))
    torch.testing.assert_close(right, net.right(x[:, 4:]))


def test_several_inputs_are_arguments_in_document_order() -> None:
    nodes = {
        "second": ("Input", {"shape": [2]}),
        "first": ("Input", {"shape": [2]}),
        "f": ("Linear", {"out_features": 2}),
        "g": ("Linear", {"out_features": 2}),
        "f_out": ("Output", {}),
        "g_out": ("Output", {}),
    }
    wires = ["first.x -> f.x", "second.x -> g.x", "f.y -> f_out.x", "g.y -> g_out.x"]
    program = program_of(drawn(nodes, wires))
    assert list(program.net_arguments.values()) == ["second", "first"]
    assert "def forward(self, second, first):" in emit.model(program).text


def test_a_name_that_python_uses_is_no_trap() -> None:
    nodes = {
        "list": ("Input", {"shape": [3]}),
        "print": ("Linear", {"out_features": 3}),
        "id": ("Linear", {"out_features": 3}),
        "max": ("Add", {}),
        "out": ("Output", {}),
    }
    wires = ["list.x -> print.x", "list.x -> id.x", "print.y -> max.a", "id.y -> max.b", "max.y -> out.x"]
    net, x = net_of(nodes, wires), torch.randn(2, 3)
    torch.testing.assert_close(net(x), net.print(x) + net.id(x))


def test_an_unfinished_drawing_has_a_source_too() -> None:
    text = emit.model(
        program_of(drawn({"img": ("Input", {"shape": [3]}), "fc": ("Linear", {"out_features": 2})}, ["img.x -> fc.x"]))
    ).text
    assert forward_of(text) == ["return self.fc(x)"]


def test_an_empty_drawing_has_a_source_too() -> None:
    compile(emit.model(program_of(drawn({}, []))).text, "model.py", "exec")


def test_an_lstm_gives_its_steps() -> None:
    nodes = {
        "s": ("Input", {"shape": [7, 3]}),
        "lstm": ("LSTM", {"hidden_size": 4}),
        "fc": ("Linear", {"out_features": 2}),
    }
    net, x = net_of(nodes, ["s.x -> lstm.x", "lstm.y -> fc.x"]), torch.randn(2, 7, 3)
    torch.testing.assert_close(net(x), net.fc(net.lstm(x)[0]))


def test_the_vocabulary_is_there() -> None:
    assert "Linear" in standard()
