"""Steps that are made faster move the weights as others do, and fall back with a sentence where that is impossible."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import runtime.train.loop as loop_module
from graph.catalogue import standard
from graph.project import parse
from runtime.emit import hastening
from runtime.emit.hastening import why_no_graph
from runtime.train.exactness import restored
from tests.runtime import adversaries
from tests.runtime.drawings import Built, built, drawn, program_of
from tests.runtime.test_accumulating import CLASSES, WIRES, moons, pictures
from tests.runtime.training import Trained, classifier, train

pytestmark = pytest.mark.filterwarnings("ignore")  # those of PyTorch's own compiler
PLAIN = CLASSES | {"fc2": ("Linear", {"out_features": 2}), "opt": ("SGD", {"lr": 0.1, "momentum": 0.9})}
ROWS = 30
"""Three whole batches of 8, and one of 6."""


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[None]:
    with restored():
        yield
    torch.compiler.reset()


def whole_data() -> list[torch.Tensor]:
    chance = torch.Generator().manual_seed(0)
    return [torch.randn(ROWS, 2, generator=chance), torch.randint(0, 2, (ROWS,), generator=chance)]


def made(run: dict[str, Any]) -> tuple[Built, Any]:
    torch.manual_seed(0)
    found = built(program_of(drawn(PLAIN, WIRES, run)), train=True)
    return found, found.training()


def taken(found: Built, step: Any, turns: int = 3) -> None:
    assert found.train is not None
    for turn in range(turns):
        for batch in found.train.batches(whole_data(), turn):
            step(*batch)


def near(ours: Any, theirs: Any) -> None:
    for home in ("net", "extras"):
        if hasattr(ours, home):
            states = [getattr(training, home).state_dict() for training in (ours, theirs)]
            assert states[0].keys() == states[1].keys()
            for key, value in states[0].items():
                torch.testing.assert_close(value, states[1][key], rtol=0, atol=1e-6)


class Counting:
    """A compiler that leaves everything as it is, and counts what it was given."""

    def __init__(self) -> None:
        self.graphs = self.calls = 0

    def __call__(self, module: torch.fx.GraphModule, inputs: Any) -> Any:
        self.graphs += 1

        def call(*given: Any) -> Any:
            self.calls += 1
            return module.forward(*given)

        return call


def test_only_whole_batches_are_compiled() -> None:
    found, training = made({"compile": "compile"})
    plain, other = made({})
    backend, said = Counting(), list[str]()
    assert found.train is not None
    step = found.train.hastened(training, whole_data(), said.append, backend)
    assert (backend.graphs, said) == (1, [])
    taken(found, step)
    taken(plain, other.step)
    near(training, other)
    assert (backend.graphs, backend.calls) == (2, 1 + 3 * 3)
    training.net.eval()
    training.evaluate(*whole_data())
    assert (backend.graphs, backend.calls) == (2, 1 + 3 * 3)


def test_parts_of_a_network_are_compiled_one_by_one() -> None:
    trainings = []
    for run in ({"compile": "compile"}, {}):
        torch.manual_seed(0)
        found = built(program_of(parse(adversaries.digits_gan(run), standard())), train=True)
        training = found.training()
        step, batch = training.step, [pictures(at)[0][:10] for at in range(8)]
        backend = Counting()
        if run:
            assert found.train is not None
            step = found.train.hastened(training, [torch.zeros(100, 1, 8, 8)], backend=backend)
        for at, x in enumerate(batch):
            torch.manual_seed(at)
            step(x)
        trainings.append((training, backend))
    near(trainings[0][0], trainings[1][0])
    assert trainings[0][1].graphs >= 3 and trainings[0][1].calls >= 3 * 8


def test_without_a_compiler_the_run_says_so_and_goes_on() -> None:
    def missing(module: torch.fx.GraphModule, inputs: Any) -> Any:
        raise RuntimeError("No working C++ compiler found\nin a long list")

    found, training = made({"compile": "compile"})
    said = list[str]()
    assert found.train is not None
    step = found.train.hastened(training, whole_data(), said.append, missing)
    (text,) = said
    assert text.startswith("PyTorch cannot compile here: trained as it is.")
    assert "No working C++ compiler found" in text and "\n" not in text
    taken(found, step, 1)
    assert training.net._compiled_call_impl is None


@pytest.fixture
def quick_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiler that writes no machine code stands in for the one that does."""
    monkeypatch.setattr(hastening, "COMPILED", hastening.COMPILED.replace('"inductor"', '"aot_eager"'))


@pytest.mark.usefixtures("quick_compiler")
def test_a_compiled_run_is_the_run_and_can_be_taken_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_module, "FLUSH_SECONDS", 0.0)
    project = classifier({"epochs": 2, "compile": "compile"})
    whole = train(tmp_path / "whole", project)
    assert whole.code == 0, whole.run.failure()
    plain = train(tmp_path / "plain", classifier({"epochs": 2}))
    assert whole.weights.keys() == plain.weights.keys()
    for key, tensor in plain.weights.items():
        if tensor.dtype == np.float32:
            np.testing.assert_allclose(whole.weights[key], tensor, rtol=0, atol=1e-6, err_msg=key)
    train(tmp_path / "run", project, stop_at=8)
    again = train(tmp_path / "run", project, resume=True)
    for key, tensor in whole.weights.items():
        assert np.array_equal(tensor, again.weights[key]), key
    source = (tmp_path / "whole" / "train.py").read_text()
    assert 'step = hastened(training, data["train"])' in source and "seen.add(step(*batch))" in source


@pytest.mark.skipif(shutil.which("g++") is None, reason="PyTorch compiles for the processor with g++")
def test_what_is_compiled_to_machine_code_computes_the_same() -> None:
    found, training = made({"compile": "compile"})
    plain, other = made({})
    said = list[str]()
    assert found.train is not None
    step = found.train.hastened(training, whole_data(), said.append)
    assert said == []
    taken(found, step, 2)
    taken(plain, other.step, 2)
    near(training, other)


class Standing:
    """Stands in for a CUDA graph: records nothing, and replays a step over the tensors that it was given once."""

    def __init__(self, wrong: str = "") -> None:
        self.held: list[torch.Tensor] = []
        self.recorded = self.replayed = self.aside = 0
        self.wrong = wrong

    def record(self, step: Any, held: list[torch.Tensor]) -> tuple[Any, dict[str, Any]]:
        if self.wrong:
            raise RuntimeError(self.wrong)
        self.recorded += 1
        self.held, told = held, dict[str, Any]()

        def replay() -> None:
            self.replayed += 1
            told.update(step(*held))

        return replay, told

    def beside(self, step: Any, batch: Any) -> Any:
        self.aside += 1
        return step(*batch)


def graphed(standing: Standing) -> tuple[Built, Any, Any, list[str]]:
    found, training = made({"compile": "graphs"})
    said = list[str]()
    assert found.train is not None
    step = found.train.Graphed(training, whole_data(), said.append, standing.beside, standing.record)
    return found, training, step, said


def test_a_graph_is_recorded_once_and_takes_whole_batches_only() -> None:
    standing = Standing()
    found, training, step, said = graphed(standing)
    plain, other = made({})
    taken(found, step)
    taken(plain, other.step)
    near(training, other)
    assert (standing.aside, standing.recorded, standing.replayed, said) == (3, 1, 3 * 3 - 3, [])
    assert [len(values) for values in standing.held] == [8, 8]
    sums = step(*moons(0)[:0], *(values[:8] for values in whole_data()))
    held = {name: value.clone() for name, (value, _) in sums.items()}
    step(*(values[8:16] for values in whole_data()))
    assert all(torch.equal(value, held[name]) for name, (value, _) in sums.items())


def test_a_rate_that_a_schedule_changes_reaches_the_graph() -> None:
    found, training, step, _ = graphed(Standing())
    taken(found, step, 2)
    rate = training.opt.param_groups[0]["lr"]
    schedule = torch.optim.lr_scheduler.StepLR(training.opt, 1, gamma=0.0)
    taken(found, step, 1)
    schedule.step()
    assert training.opt.param_groups[0]["lr"] is rate and rate == 0
    training.opt.param_groups[0]["momentum"] = 0.0
    before = training.net.fc1.weight.clone()
    step(*(values[:8] for values in whole_data()))
    assert torch.equal(training.net.fc1.weight, before)


def test_what_cannot_be_recorded_is_trained_without() -> None:
    standing = Standing("operation not permitted when stream is capturing\nand more")
    found, training, step, said = graphed(standing)
    plain, other = made({})
    taken(found, step)
    taken(plain, other.step)
    near(training, other)
    assert said == [
        "A step cannot be recorded as a CUDA graph, so it is trained without. "
        "operation not permitted when stream is capturing"
    ]


def messages(done: Trained) -> list[str]:
    return [event.data["text"] for event in done.run.events() if event.event == "message"]


def test_without_a_card_a_run_says_so(tmp_path: Path) -> None:
    done = train(tmp_path / "run", classifier({"epochs": 1, "compile": "graphs", "device": "cpu"}))
    plain = train(tmp_path / "plain", classifier({"epochs": 1, "device": "cpu"}))
    assert done.code == 0 and "CUDA graphs need a CUDA card: trained without." in messages(done)
    for key, tensor in plain.weights.items():
        assert np.array_equal(tensor, done.weights[key]), key


@pytest.mark.parametrize(
    ("run", "start"),
    [
        ({"precision": "fp16"}, "In fp16"),
        ({"ema": 0.9}, "The means of weights"),
        ({"processes": 2}, "Several"),
        ({}, ""),
    ],
)
def test_why_a_step_is_no_graph(run: dict[str, Any], start: str) -> None:
    told = why_no_graph(program_of(drawn(PLAIN, WIRES, {**run, "compile": "graphs"})))
    assert told.startswith(start) and bool(told) == bool(start)
    if start:
        assert told.count("no CUDA graph can replay a step: trained without.") == 1


def test_a_phase_that_rests_is_named(tmp_path: Path) -> None:
    program = program_of(parse(adversaries.ring_wgan({"compile": "graphs"}), standard()))
    assert why_no_graph(program).startswith("opt_g takes no turn in some steps")
    nodes = PLAIN | {"warm": ("LinearLR", {"unit": "step"})}
    program = program_of(drawn(nodes, [*WIRES, "warm.schedule -> opt.schedule"], {"compile": "graphs"}))
    assert why_no_graph(program).startswith("warm moves the learning rate")
    assert "Graphed" not in str(vars(built(program, train=True).train))
