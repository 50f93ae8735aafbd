"""Puts a training together: source, data, device, loop and followers, from a drawing and a job."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from runtime import devices, emit, own_code
from runtime.build import build
from runtime.drawing import Drawing
from runtime.emit.processes import draws_apart
from runtime.emit.schedules import takes_steps
from runtime.emit.training import attributes
from runtime.exports.weights import packing
from runtime.predict.known import note
from runtime.pretrained.beginning import NoBeginning, States, silent, states
from runtime.pretrained.weights import Tell
from runtime.program import Program
from runtime.protocol import MODEL, SECONDS, TRAIN, Figure, Job, write_text
from runtime.recorder import Recorder
from runtime.samples import Samples
from runtime.studies.plans import fold_of
from runtime.train import balance, processes
from runtime.train.exactness import be_deterministic, too_wide, widen
from runtime.train.first_batch import Fault
from runtime.train.followers.best import Best
from runtime.train.followers.checkpoints import Checkpoints
from runtime.train.followers.control import Control
from runtime.train.followers.early_stopping import EarlyStopping
from runtime.train.followers.epochs import Epochs
from runtime.train.followers.finite import Finite
from runtime.train.followers.mistakes import Mistakes
from runtime.train.followers.samples import SampleKeeper
from runtime.train.followers.spare import Spare
from runtime.train.followers.status import StatusWriter
from runtime.train.followers.steps import Steps
from runtime.train.lean import make_lean
from runtime.train.loop import Loop
from runtime.train.meter import Meter
from runtime.train.processes import Place, Team
from runtime.train.rows import NodeError, Rows, gather, reading, refuse
from runtime.train.state import modules
from runtime.train.taught import taught
from runtime.train.threads import measured


@dataclass(slots=True)
class Setup:
    """A training that is ready to run."""

    program: Program
    job: Job
    loop: Loop
    best: Best
    checkpoints: Checkpoints
    control: Control
    status: StatusWriter
    lines: dict[str, dict[str, Any]]
    """For each generated file: a node's birth name to its lines."""
    messages: tuple[str, ...] = ()
    hastened: Callable[..., Any] | None = None
    """The generated function that makes steps faster, where the run settings ask for that."""


def prepare(drawing: Drawing, job: Job, recorder: Recorder, place: Place | None = None, *, fresh: bool = True) -> Setup:
    """Everything up to the first step. Raises NodeError, ProgramError, NoDevice. Writes the source into the folder.

    `place`: that of a process that does not lead; it writes nothing. What is not `fresh` gets its weights later, from a
    checkpoint.
    """
    program = Program(drawing.reading)
    program.refuse_training()
    choice = devices.choose(job.device or program.run.device)
    size = place.size if place else processes.count(program.run.processes, choice.name)
    if program.run.deterministic:
        be_deterministic()
    devices.seed_all(program.run.seed)
    rows = gather(program, Path(job.base), fold_of(job), choice.name)
    refuse(_other_steps(program, job, rows.steps))
    own = own_code.files(drawing.document, Path(job.base))
    threads = job.threads or _threads(drawing, program, choice.name, size, rows, own)
    torch.set_num_threads(threads)
    job = replace(_complete(job, program, choice, rows.steps), threads=threads)
    if place is None:
        with reading(program):
            note(recorder.folder, drawing, rows.sources)
    module, lines = _build(program, job, recorder.folder, own, stream=rows.stream, writes=place is None)
    place = place or Place(0, size, choice.name, threads)
    training = _training(program, module, job, rows, _teller(recorder, place) if fresh else None)
    team = _team(program, place, recorder.folder, module)
    loop = _loop(program, module, training, job, rows, recorder, team)
    hastened = getattr(module, "hastened", None)
    messages = (*rows.messages(program), *balance.told(program, training, rows.sources), *_told_once(program))
    return _follow(Setup(program, job, loop, *_followers(program, job, recorder), lines, messages, hastened))


def _training(program: Program, module: Any, job: Job, rows: Rows, tell: Tell | None) -> Any:
    """The generated Training with its first weights, fitted to the data, on its device.

    `tell` hears how far a download of weights is; without it they come later.
    """
    training = module.Training(job.epochs * job.steps_per_epoch) if takes_steps(program) else module.Training()
    if tell is not None and hasattr(training, "load"):
        training.load(_weights(program, training, Path(job.base), tell))
    if program.run.precision == "float64":
        refuse(too_wide(program, rows.stream))
        widen(training, rows.data)
    if hasattr(training, "fit"):
        with reading(program):
            training.fit(*rows.to_fit())
    for part in modules(training).values():
        part.to(job.device)
    make_lean(training)
    return training


def _loop(
    program: Program, module: Any, training: Any, job: Job, rows: Rows, recorder: Recorder, team: Team | None
) -> Loop:
    return Loop(
        training,
        data=rows.on(job.device),
        streams=rows.stream > 0,
        batches=module.batches,
        meter=Meter(
            [figure.id for figure in job.figures],
            formulas=getattr(module, "FORMULAS", {}),
            kept=getattr(module, "KEPT", ()),
            tables=[figure.id for figure in program.figures if figure.is_table],
        ),
        epochs=job.epochs,
        steps_per_epoch=job.steps_per_epoch,
        device=job.device,
        recorder=recorder,
        rates={attributes(program)[phase.born]: phase.id for phase in program.phases},
        team=team,
        prepared=getattr(module, "prepared", None),
    )


def _teller(recorder: Recorder, place: Place) -> Tell:
    return silent if place.rank else lambda text: recorder.event("message", text=text)


def _told_once(program: Program) -> list[str]:
    if not program.once:
        return []
    return [f"{program.id_of(program.once.spot)} is computed once for all rows: nothing that learns lies before it."]


def _team(program: Program, place: Place, folder: Path, module: Any) -> Team | None:
    if place.size == 1:
        return None
    return Team(place, folder, module, seed=program.run.seed, apart=draws_apart(program))


def _other_steps(program: Program, job: Job, steps: int) -> Fault | None:
    """A run that is taken up goes on in the steps that it began in."""
    if job.steps_per_epoch in (0, steps):
        return None
    began = f"began with {job.steps_per_epoch} steps an epoch, and would have {steps} now"
    text = f"This run {began}: let batch_size times accumulate be what it was, or start a new run with its weights."
    return Fault(text, program.sources[0].born, "drawing")


def _weights(program: Program, training: Any, base: Path, tell: Tell) -> States:
    """The weights from elsewhere that the training begins with; `tell` hears how far a download is."""
    try:
        return states(program, modules(training), base, tell)
    except NoBeginning as error:
        raise NodeError(str(error), error.born, "data") from error


def _threads(drawing: Drawing, program: Program, device: str, size: int, rows: Rows, own: dict[str, Path]) -> int:
    """How many threads this process should use: as the run settings say, as the rule says, or measured."""
    macs = _macs(drawing, program)
    if program.run.threads or device != "cpu" or size > 1:
        return max(1, devices.threads(program.run.threads, device, macs) // (1 if program.run.threads else size))
    model, train = emit.model(program).text, emit.train(program, threads=0).text

    def make() -> Callable[[], Any]:
        with own_code.importable(own):
            module: Any = build(model, train).train
        training = module.Training(1000) if takes_steps(program) else module.Training()
        count = max(source.batch_size for source in program.sources) * program.run.accumulate
        batch = [values[:count] for values in rows.data["train"]]
        if hasattr(training, "fit"):
            training.fit(*batch)
        if hasattr(training, "begin"):
            training.begin(device)
        return lambda: training.step(*batch)

    return measured(macs, model + train, make)


def _macs(drawing: Drawing, program: Program) -> int:
    """Multiply-accumulates of a batch on its way forward."""
    rows = max((source.batch_size for source in program.sources), default=1)
    births = [born for unit in program.units for born in unit.births]
    return rows * sum(drawing.reading.cost(born).macs or 0 for born in births)


def _complete(job: Job, program: Program, choice: devices.Choice, steps: int) -> Job:
    figures = tuple(
        Figure(id=f.id, born=f.born, kind=f.kind.name(), role=f.role, better=f.better)
        for f in program.figures
        if not f.is_table
    )
    return replace(
        job,
        device=choice.name,
        device_why=choice.why,
        seed=program.run.seed,
        columns=(SECONDS, *(f.id for f in program.figures if not f.is_table and not f.is_kept)),
        figures=figures,
        watch=program.watch.id if program.watch else None,
        epochs=program.run.epochs,
        steps_per_epoch=steps,
        versions={"python": platform.python_version(), "torch": str(torch.__version__)},
    )


def _build(
    program: Program, job: Job, folder: Path, own: dict[str, Path], *, stream: int, writes: bool
) -> tuple[Any, dict[str, dict[str, Any]]]:
    """Writes the source and runs the very same text."""
    name = Path(job.project).stem if job.project else job.name
    model, train = (
        emit.model(program, name),
        emit.train(program, name, threads=job.threads, device=job.device, stream=stream),
    )
    if writes:
        write_text(folder / MODEL, model.text)
        write_text(folder / TRAIN, train.text)
        for name_of_module, path in own.items():
            shutil.copyfile(path, folder / f"{name_of_module}.py")
    with own_code.importable(own):
        module = build(model.text, train.text, folder).train
    return module, {MODEL: dict(model.lines), TRAIN: dict(train.lines)}


def _followers(program: Program, job: Job, recorder: Recorder) -> tuple[Best, Checkpoints, Control, StatusWriter]:
    assert program.watch is not None
    best = Best(program.watch.id, program.watch.better)
    checkpoints = Checkpoints(recorder.folder, best, program.run.checkpoint_minutes, packing(program))
    status = StatusWriter(job.device)
    return best, checkpoints, Control(status, checkpoints), status


def _follow(setup: Setup) -> Setup:
    """Who follows, in this order: record first, then judge, then save, then obey."""
    run, losses = setup.program.run, [figure.id for figure in setup.job.figures if figure.role == "loss"]
    stopping = [EarlyStopping(setup.best, run.early_stopping)] if run.early_stopping else []
    mistakes = map(Mistakes, taught(setup.program))
    samples = SampleKeeper(setup.program, Samples(setup.loop.recorder.folder))
    setup.loop.followers = [
        Steps(), Finite(losses), setup.best, Epochs(), *mistakes, *stopping, setup.status, samples, setup.checkpoints,
        setup.control, *([Spare()] if setup.loop.team else []),
    ]  # fmt: skip
    return setup
