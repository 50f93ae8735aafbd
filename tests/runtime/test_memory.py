"""What a training is said to take is compared with what torch really keeps; a full memory is survived."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from graph.catalogue import standard
from graph.roles import Optimizer
from runtime import devices, emit, launch
from runtime.build import build
from runtime.data.source import load
from runtime.drawing import Drawing, open_file, open_text
from runtime.emit.schedules import takes_steps
from runtime.launch import LaunchError
from runtime.memory import Estimate, estimate
from runtime.program import Program
from runtime.protocol import JOB, State, write_entry
from runtime.runs import Run
from runtime.shortage import relieve
from runtime.train.state import modules, optimizers
from tests.runtime.training import classifier, text_of, train

EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"


def kept(program: Program, base: Path) -> tuple[int, int]:
    """What torch keeps in one step for the way back besides parameters, and what the optimizers keep behind it."""
    module = build(emit.model(program).text, emit.train(program).text).train
    sources = {source.born: load(source.kind, base) for source in program.sources}
    data = [sources[born].parts["train"][port] for born, port, _ in program.arguments]
    training = module.Training(100) if takes_steps(program) else module.Training()
    if hasattr(training, "fit"):
        training.fit(*data)
    if hasattr(training, "begin"):
        training.begin("cpu")
    own = {p.untyped_storage().data_ptr() for part in modules(training).values() for p in part.parameters()}
    storages: dict[int, tuple[int, torch.Tensor]] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            storages[storage.data_ptr()] = (storage.nbytes(), tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        training.step(*next(iter(module.batches(data, 0))))
    states = [state for one in optimizers(training).values() for state in one.state.values()]
    held = [value.nbytes for state in states for value in state.values() if torch.is_tensor(value) and value.dim()]
    return sum(size for size, _ in storages.values()), sum(held)


@pytest.mark.parametrize(
    "name",
    ["digits-cnn", "digits-resnet", "digits-mlp", "diabetes-regression", "lstm-forecast", "chars-gru", "gan-digits",
     "rnn-from-gates"],
)  # fmt: skip
def test_the_estimate_is_near_what_torch_keeps(name: str) -> None:
    """Within a factor of two of what one step keeps; optimizers to the byte."""
    drawing = open_file(EXAMPLES / f"{name}.loom")
    program = Program(drawing.reading)
    found = estimate(drawing.reading, program)
    real, held = kept(program, EXAMPLES)
    assert real / 2 <= sum(found.kept.values()) <= 2 * real
    assert found.optimizers == held
    assert found.weights == sum(
        4 * p.numel() for p in build(emit.model(program).text).net().parameters()
    ) or program.has_extras  # fmt: skip


def test_what_each_optimizer_remembers() -> None:
    """Of every optimizer but Adafactor, which keeps rows and columns, and those that want a whole training."""
    checked = 0
    for name in standard().names():
        made = standard().make(name, {})
        if not isinstance(made, Optimizer) or not made.torch or made.closure or name == "Adafactor":
            continue
        weight = torch.nn.Parameter(torch.ones(6, 5))
        optimizer = eval(made.create("[weight]"), {"torch": torch, "weight": weight})
        weight.grad = torch.ones(6, 5)
        optimizer.step()
        held = sum(v.numel() for v in optimizer.state[weight].values() if torch.is_tensor(v) and v.dim())
        assert held == 30 * made.remembers(), name
        checked += 1
    assert checked >= 10


def test_a_batch_that_fits_is_reckoned() -> None:
    found = Estimate(weights=100, slopes=100, optimizers=200, data=600, kept={"a": 300, "b": 100}, rows=10)
    assert (found.fixed, found.batch, found.total, found.largest) == (1000, 1000, 2000, "a")
    assert found.fits((1000 + 4 * 100) / 0.9 + 0.01) == 4
    assert found.fits(1000) == 0


def drawing_of(text: str) -> tuple[Drawing, Program]:
    drawing = open_text(text, Path())
    return drawing, Program(drawing.reading)


def test_parts_are_of_equal_size() -> None:
    drawing, program = drawing_of(classifier({}, {"moons": {"batch_size": 60}}))
    found = estimate(drawing.reading, program)
    room = (found.fixed + 25 * found.batch / 60) / 0.9 + 1
    relief = relieve(program, found, room)
    assert (relief.rows, relief.parts) == (25, 3)
    assert relief.settings == {"moons.batch_size": 20, "accumulate": 3}
    drawing, program = drawing_of(classifier({}, {"moons": {"batch_size": 60}}).replace('"Adam"', '"LBFGS"'))
    assert relieve(program, found, room).settings == {}


def test_a_run_out_of_memory_goes_on_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The 15th step is too much; in parts it goes on from the checkpoint, with steps of as many rows as before."""
    plain, steps = torch.nn.Dropout.forward, 0

    def full(self: torch.nn.Dropout, x: torch.Tensor) -> torch.Tensor:
        nonlocal steps
        steps += self.training
        if steps > 15:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 GiB")
        return plain(self, x)

    monkeypatch.setattr(torch.nn.Dropout, "forward", full)
    stopped = train(tmp_path / "run", classifier({}))
    failure = stopped.run.failure()
    assert failure is not None
    assert "The memory of cpu is full at step 16." in failure.message
    assert "A batch of 4 rows should fit (batch_size of moons is 8)" in failure.message
    assert "(moons.batch_size 4 and accumulate 2)" in failure.message
    assert failure.remedy == {"moons.batch_size": 4, "accumulate": 2}
    assert stopped.run.can_resume
    monkeypatch.setattr(torch.nn.Dropout, "forward", plain)
    monkeypatch.setattr(launch, "_spawn", lambda *given: None)
    launch.resume(stopped.run, overrides=failure.remedy)
    gone_on = train(tmp_path / "run", classifier({}), resume=True)
    assert gone_on.code == 0
    assert gone_on.run.status().state is State.FINISHED
    assert [epoch.step for epoch in gone_on.run.epochs()] == [11, 22, 33, 44, 55, 66]
    assert "PARTS = 2" in (tmp_path / "run" / "train.py").read_text()


def test_steps_cannot_become_others_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = train(tmp_path / "run", classifier({}), stop_at=5)
    monkeypatch.setattr(launch, "_spawn", lambda *given: None)
    with pytest.raises(LaunchError, match=r"adam\.lr cannot change"):
        launch.resume(stopped.run, overrides={"adam.lr": 1.0})
    launch.resume(stopped.run, overrides={"moons.batch_size": 4})
    failure = train(tmp_path / "run", classifier({}), resume=True).run.failure()
    assert failure is not None
    assert "began with 11 steps an epoch, and would have 21 now" in failure.message


LIMITED = """
import resource, sys
from pathlib import Path
import psutil, torch
from tests.runtime.training import train
torch.set_num_threads(1)
used = psutil.Process().memory_info().vms
resource.setrlimit(resource.RLIMIT_AS, (used + 700_000_000, resource.RLIM_INFINITY))
sys.exit(train(Path(sys.argv[1]), Path(sys.argv[2]).read_text()).code)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the system sets such limits there")
def test_a_memory_that_is_really_full(tmp_path: Path) -> None:
    """A batch that leaves about two gigabytes behind, where 700 megabytes are allowed."""
    nodes = {
        "moons": ("Moons", {"samples": 60_000, "batch_size": 40_000}),
        "fc1": ("Linear", {"out_features": 2000}),
        "tanh1": ("Tanh", {}),
        "fc2": ("Linear", {"out_features": 4000}),
        "tanh2": ("Tanh", {}),
        "fc3": ("Linear", {"out_features": 2}),
        "loss": ("CrossEntropyLoss", {}),
        "sgd": ("SGD", {}),
    }
    chain = ["moons.x -> fc1.x", "fc1.y -> tanh1.x", "tanh1.y -> fc2.x", "fc2.y -> tanh2.x", "tanh2.y -> fc3.x"]
    wires = [*chain, "fc3.y -> loss.prediction", "moons.y -> loss.target", "loss.loss -> sgd.loss"]
    (tmp_path / "large.loom").write_text(text_of(nodes, wires, {"epochs": 1, "threads": 1, "device": "cpu"}))
    command = [sys.executable, "-c", LIMITED, str(tmp_path / "run"), str(tmp_path / "large.loom")]
    ended = subprocess.run(command, cwd=EXAMPLES.parents[1], env=dict(os.environ), timeout=120, capture_output=True)
    assert ended.returncode == 3, ended.stderr
    failure = Run(tmp_path / "run").failure()
    assert failure is not None
    assert "The memory of cpu is full at step 1. tanh2 keeps most of it" in failure.message
    rows = failure.remedy["moons.batch_size"]
    assert 1 <= rows <= 20_000
    assert rows * failure.remedy["accumulate"] == 40_000


def test_a_device_that_fails_is_told_and_another_one_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that was begun on a card which is not there any more goes on elsewhere, from its checkpoint."""
    stopped = train(tmp_path / "run", classifier({}), stop_at=5)
    write_entry(stopped.run.path / JOB, replace(stopped.run.job, device="cuda:7"))
    failure = train(tmp_path / "run", classifier({}), resume=True).run.failure()
    assert failure is not None
    assert "Here are: cpu" in failure.message
    monkeypatch.setattr(launch, "_spawn", lambda *given: None)
    launch.resume(stopped.run, overrides=failure.remedy)
    gone_on = train(tmp_path / "run", classifier({}), resume=True)
    assert gone_on.run.status().state is State.FINISHED
    assert len(gone_on.run.steps()) == 66


def test_what_torch_says_of_a_failing_device() -> None:
    assert devices.is_lost_device(RuntimeError("CUDA error: unspecified launch failure\nCompile with ..."))
    assert not devices.is_lost_device(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    assert not devices.is_lost_device(ValueError("CUDA error"))
