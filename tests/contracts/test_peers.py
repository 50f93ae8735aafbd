"""The peers that Neuroloom is measured against do the same: the same weights to begin with, and the same in the end."""

import os
from pathlib import Path

import pytest
import torch

from benchmarks.peers import hand, resnet, table
from benchmarks.peers.given import Given
from benchmarks.peers.task import drawing, hand_over
from runtime.build import build
from runtime.drawing import open_text
from runtime.emit import model
from runtime.program import Program
from runtime.runs import Run


@pytest.fixture(autouse=True)
def _threads():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def handed_over(name: str, folder: Path, **settings: object) -> tuple[Run, Path]:
    """A short run, and the folder that its peers are given."""
    run = table.trained(drawing(name, folder), folder / "run", {"epochs": 2, "device": "cpu", **settings})
    hand_over(name, run, folder / "task")
    return run, folder / "task"


@pytest.mark.parametrize(
    ("name", "settings"),
    [("digits-mlp", {}), ("digits-cnn", {}), ("lstm-forecast", {}), ("chars-transformer", {"text.stride": 4096})],
)
def test_the_best_hand_loop_ends_where_the_worker_ends(name: str, settings: dict[str, object], tmp_path: Path) -> None:
    run, folder = handed_over(name, tmp_path, **settings)
    given = Given(folder)
    told = hand.best(given)
    assert told["figure"] == pytest.approx(table.ours(run, given.task.figure).figure, rel=1e-5)
    assert len(given.ends) == 2 and told["microseconds"] > 0
    if name == "digits-mlp":  # in another order, it learns as much
        assert hand.tutorial(Given(folder))["figure"] == pytest.approx(told["figure"], abs=0.05)


@pytest.mark.parametrize("name", ["digits-mlp", "digits-cnn", "lstm-forecast", "chars-transformer"])
def test_keras_begins_with_the_same_network(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "KERAS_BACKEND", "torch")
    pytest.importorskip("keras", reason="Keras is in the extra `benchmark`")
    from benchmarks.peers import by_keras

    read = open_text(drawing(name, tmp_path), tmp_path)
    net = build(model(Program(read.reading)).text).net()
    if hasattr(net, "scale"):
        net.scale = torch.nn.Identity()
    net.eval()
    twin = by_keras.MODELS[name]()
    by_keras.begin_alike(twin, net)
    shapes = {"lstm-forecast": (3, 22, 1), "chars-transformer": (3, 64)}
    x = torch.randn(shapes.get(name, (3, 1, 8, 8)))
    x = torch.randint(80, x.shape) if name == "chars-transformer" else x
    with torch.no_grad():
        own, theirs = net(x), twin(x)
    theirs = theirs.transpose(1, 2) if theirs.dim() == 3 else theirs
    torch.testing.assert_close(theirs.cpu(), own, rtol=1e-4, atol=1e-5)


def test_resnet_for_small_pictures_is_the_known_one(tmp_path: Path) -> None:
    read = open_text(resnet.drawing(tmp_path, rows=64, batch=8), tmp_path)
    assert read.errors() == []
    net = build(model(Program(read.reading)).text).net()
    assert sum(weight.numel() for weight in net.parameters()) == 11_173_962  # as the usual one for CIFAR-10
    assert net.eval()(torch.zeros(2, 3, 32, 32)).shape == (2, 10)


def test_a_library_that_is_not_installed_gives_a_row_that_says_so(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(table.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(table, "trained", lambda *given: None)
    monkeypatch.setattr(table, "ours", lambda *given: table.Result(200.0, 0.98))
    monkeypatch.setattr(table, "hand_over", lambda *given: None)
    (pair,) = table.compared("digits-mlp", ["keras"], 1)
    assert pair.ok and "not installed" in pair.cells()


def test_only_rows_that_were_measured_are_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"above\n{table.BEGIN}\n{table.END}\nbelow\n", encoding="utf-8")
    for ours in (100.0, 150.0):
        peers = ("best", "tutorial") if ours == 100 else ("best",)
        rows = [
            table.Pair("digits-mlp", peer, table.Result(ours, 0.9), table.Result(200, 0.9)).cells() for peer in peers
        ]
        table.put_into(page, rows)
    text = page.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| digits-mlp")]
    assert [line.split(" | ")[1] for line in lines] == ["tutorial", "best"]
    assert [line.split(" | ")[4] for line in lines] == ["0.50", "0.75"]
    assert text.startswith("above\n") and text.endswith("\nbelow\n")
