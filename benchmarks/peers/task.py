"""What is trained in the comparison, and how it is handed to those who train it: a folder with all that they need."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from benchmarks.peers import resnet
from runtime import emit
from runtime.drawing import open_run
from runtime.program import Program
from runtime.runs import Run
from runtime.train.rows import arrange, load_sources

if TYPE_CHECKING:
    from graph.roles import Optimizer

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "assets" / "examples"
TASK, MODEL, DATA = "task.json", "model.py", "data.pt"
HAND = ("tutorial", "best")
LIBRARIES = ("lightning", "skorch", "keras")


@dataclass(frozen=True, slots=True)
class Contest:
    """A drawing that all train. `aims`: for each peer the most that Neuroloom may take by its time."""

    figure: str
    epochs: int
    aims: Mapping[str, float]
    rounds: int = 3
    overrides: Mapping[str, Any] = field(default_factory=dict)
    on_card: Mapping[str, Any] = field(default_factory=dict)
    """Further overrides where a CUDA card is there."""
    card_only: bool = False
    drawing: str = ""
    """Left out: the template of the contest's name."""


def _aims(small: float, *, tutorial: float) -> dict[str, float]:
    """At most as long as the best loop; for small nets half of what libraries take."""
    return {"tutorial": tutorial, "best": 1.0, **dict.fromkeys(LIBRARIES, small)}


CONTESTS: dict[str, Contest] = {
    "digits-mlp": Contest("accuracy", 20, _aims(0.5, tutorial=0.5), on_card={"compile": "graphs"}),
    "digits-cnn": Contest("accuracy", 15, _aims(1.0, tutorial=1.0), on_card={"compile": "graphs"}),
    "lstm-forecast": Contest("r2", 60, _aims(0.5, tutorial=1.0), on_card={"compile": "graphs"}),
    "chars-transformer": Contest(
        "perplexity", 3, _aims(1.0, tutorial=1.0), rounds=2, overrides={"text.stride": 512},
        on_card={"compile": "graphs"},
    ),
    "resnet-18": Contest(
        "accuracy", 4, {"best": 1.0, "compiled": 1.0}, overrides={"precision": "bf16"}, on_card={"compile": "compile"},
        card_only=True, drawing="resnet-18",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Task:
    """The settings of a training; beside it in the folder stand the model's source and the rows."""

    name: str
    figure: str
    optimizer: str
    rate: float
    schedule: str
    epochs: int
    batch: int
    seed: int
    threads: int
    device: str
    precision: str


def drawing(name: str, folder: Path) -> str:
    """The text of a contest's drawing; a folder takes the data that are made for it."""
    if CONTESTS[name].drawing:
        return resnet.drawing(folder)
    return (EXAMPLES / f"{name}.loom").read_text(encoding="utf-8")


def overrides(name: str) -> dict[str, Any]:
    contest = CONTESTS[name]
    extra = contest.on_card if torch.cuda.is_available() else {}
    return {"epochs": contest.epochs, **contest.overrides, **extra}


def hand_over(name: str, run: Run, folder: Path) -> None:
    """Writes what a run trains into a folder, for those who train the same without Neuroloom."""
    drawing, job = open_run(run), run.job
    program = Program(drawing.reading)
    phase, source = program.phases[0], program.sources[0]
    optimizer: Optimizer = phase.kind
    task = Task(
        name=name, figure=CONTESTS[name].figure, optimizer=optimizer.name(), rate=vars(optimizer)["lr"],
        schedule=phase.schedules[0].kind.name() if phase.schedules else "", epochs=job.epochs,
        batch=source.batch_size, seed=job.seed, threads=job.threads, device=job.device,
        precision=program.run.precision,
    )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MODEL).write_text(emit.model(program).text, encoding="utf-8")
    torch.save(arrange(program, load_sources(program, Path(job.base))), folder / DATA)
    (folder / TASK).write_text(json.dumps(asdict(task), indent=1) + "\n", encoding="utf-8")
