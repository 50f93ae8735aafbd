"""The names and formats of a run folder: what the worker writes, and what the window and the command line read."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

VERSION = 1

PROJECT = "project.loom"
JOB = "job.json"
MODEL = "model.py"
TRAIN = "train.py"
STEPS = "steps.bin"
EPOCHS = "epochs.jsonl"
EVENTS = "events.jsonl"
STATUS = "status.json"
CONTROL = "control"
FAILURE = "failure.json"
CHECKPOINTS = "checkpoints"
LAST = "last.safetensors"
BEFORE = "before.safetensors"
BEST = "best.safetensors"
LOG = "log.txt"
LOCK = "worker.lock"

SECONDS = "seconds"
"""The first column of `steps.bin`: seconds of training (pauses left out) at the end of the step."""

FLUSH_SECONDS = 0.1
"""A worker writes its steps at least this often, so that they are on screen within a quarter of a second."""

HEARTBEAT_SECONDS = 0.25
"""How often a worker renews `status.json`."""


class State(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    """It waits for its turn: no worker has been started yet."""
    STARTING = "starting"
    TRAINING = "training"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"
    FAILED = "failed"
    LOST = "lost"
    """Read, never written: the state says that it lives, but no process holds its lock."""

    @property
    def lives(self) -> bool:
        """Whether a worker should be there."""
        return self in (State.STARTING, State.TRAINING, State.PAUSED)


class Wish(StrEnum):
    """What the user wants of a worker: the one word in `control`."""

    RUN = "run"
    PAUSE = "pause"
    STOP = "stop"


def to_json(value: Any) -> Any:
    """`value` as plain JSON; numbers that JSON has no form for become the words "nan", "inf" and "-inf"."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): to_json(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(part) for part in value]
    return value


def number(value: Any) -> float:
    """The number that `to_json` wrote; what is no number reads as not-a-number."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def numbers(value: Any) -> dict[str, float]:
    """A mapping of names to numbers as `to_json` wrote it."""
    return {str(key): number(part) for key, part in value.items()} if isinstance(value, dict) else {}


def tables(value: Any) -> dict[str, dict[str, list[list[float]]]]:
    """Tables by part and figure as `to_json` wrote them; what is no table is passed over."""
    parts = value.items() if isinstance(value, dict) else ()
    held = {str(part): figures for part, figures in parts if isinstance(figures, dict)}
    return {
        part: {str(id): [[number(cell) for cell in row] for row in rows] for id, rows in figures.items() if _rows(rows)}
        for part, figures in held.items()
    }


def _rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, list) for row in value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one JSON object of a run folder holds. Reading takes any object: what is unknown is passed over."""

    def to_json(self) -> dict[str, Any]:
        """This entry as a plain JSON object."""
        plain: dict[str, Any] = to_json(asdict(self))
        return plain

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """The entry that a JSON object holds; what is missing takes its default."""
        held = cls._fit(dict(data)) if isinstance(data, dict) else {}
        blank = cls()
        names = [part.name for part in fields(cls)]
        return cls(**{name: held[name] for name in names if _suits(held, name, getattr(blank, name))})

    @classmethod
    def _fit(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Turns JSON values into those of the fields, where the two differ. May change `values`."""
        return values


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Entry):
    """A loss or metric whose values the run records, under the name of its node."""

    id: str = ""
    born: str = ""
    kind: str = ""
    role: str = "loss"
    """`loss` or `metric`."""
    better: str = "low"
    """Which way is better: `low` or `high`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Entry):
    """What is trained, and with what: written at the start, completed once by the worker before its first step."""

    version: int = VERSION
    key: str = ""
    """Tells this run from any other that was ever made in the same folder."""
    name: str = ""
    created: float = 0.0
    """Seconds since 1970, as all moments here."""
    project: str | None = None
    """The file that was trained, where it had been saved; the text itself is in `project.loom`."""
    base: str = ""
    """The folder that relative paths of data start from."""
    overrides: dict[str, Any] = field(default_factory=dict)
    """What was set for this run alone: `epochs`, `seed`, `device`, … or `node.param`, to the value."""
    begin: str = ""
    """The run folder or the file whose weights the training begins with, if any."""
    study: dict[str, Any] = field(default_factory=dict)
    """What is studied, and how (`runtime.studies.plans`); empty for a training."""
    fold: dict[str, Any] = field(default_factory=dict)
    """Which rows are trained with and which are held out, where that is not what the drawing says: `Fold` as JSON."""
    device: str = ""
    device_why: str = ""
    threads: int = 0
    seed: int | None = None
    columns: tuple[str, ...] = ()
    """Of `steps.bin`: first `SECONDS`, then ids of figures, but for those that no single step has. A figure that a step
    does not compute is nan there."""
    figures: tuple[Figure, ...] = ()
    watch: str | None = None
    """The id of the figure that says which epoch is best."""
    epochs: int = 0
    steps_per_epoch: int = 0
    versions: dict[str, str] = field(default_factory=dict)
    """The program and the libraries that trained: `neuroloom`, `python`, `torch`."""

    @classmethod
    def _fit(cls, values: dict[str, Any]) -> dict[str, Any]:
        for name in ("columns", "figures"):
            values[name] = values[name] if isinstance(values.get(name), (list, tuple)) else ()
        values["columns"] = tuple(str(name) for name in values["columns"])
        values["figures"] = tuple(Figure.from_json(part) for part in values["figures"])
        return values

    def figure(self, id: str) -> Figure | None:
        """The figure of that name, if this run records it."""
        return next((figure for figure in self.figures if figure.id == id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Entry):
    """Where a run stands now."""

    state: State = State.STARTING
    pid: int = 0
    host: str = ""
    heartbeat: float = 0.0
    epoch: int = 0
    """The epoch being trained, from 1."""
    epochs: int = 0
    step: int = 0
    """Steps done, over all epochs."""
    steps: int = 0
    """Steps that all epochs would have."""
    seconds: float = 0.0
    """Of training, pauses left out, resumed parts added."""
    seconds_left: float | None = None
    device: str = ""
    memory: int = 0
    """Bytes that the training holds on its device."""
    message: str = ""

    @classmethod
    def _fit(cls, values: dict[str, Any]) -> dict[str, Any]:
        state = values.get("state")
        values["state"] = State(state) if isinstance(state, str) and state in set(State) else State.STARTING
        return values


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch(Entry):
    """What one epoch came to. Figures are keyed by the ids of their nodes."""

    epoch: int = 0
    step: int = 0
    """Steps done when it ended."""
    seconds: float = 0.0
    lr: dict[str, float] = field(default_factory=dict)
    """The learning rate of each optimizer in this epoch."""
    train: dict[str, float] = field(default_factory=dict)
    validation: dict[str, float] = field(default_factory=dict)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Figures that are more than a number, by part ("train", "validation"): rows of numbers, unless they are large."""
    best: bool = False
    """Whether it was the best until then."""

    @classmethod
    def _fit(cls, values: dict[str, Any]) -> dict[str, Any]:
        for name in ("lr", "train", "validation"):
            values[name] = numbers(values.get(name))
        values["tables"] = tables(values.get("tables"))
        values["seconds"] = number(values.get("seconds", 0.0))
        return values


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Entry):
    """Something that happened once: `state`, `message`, `checkpoint`, `best`, `early_stop`, `resumed`, `finished`.

    `resumed` carries `step`: what had been recorded after that step is void. `finished` carries `epochs` and
    `metrics`: {"train", "validation", "test"} to figures, and `tables` alike for those that are more than a number.
    `state` carries `state`, `message` carries `text` and perhaps `level`: `good` or `warning`."""

    event: str = "message"
    at: float = 0.0
    data: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """One flat object: the name of the event, the moment, and what it carries."""
        return {"event": self.event, "at": to_json(self.at), **to_json(self.data)}

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """The event that a flat object holds."""
        held = dict(data) if isinstance(data, dict) else {}
        name, at = held.pop("event", "message"), held.pop("at", 0.0)
        return cls(event=str(name), at=number(at), data=held)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure(Entry):
    """Why a run failed: a sentence for the user, the birth name of the node, the traceback, and what would help."""

    message: str = ""
    node: str | None = None
    traceback: str = ""
    remedy: dict[str, Any] = field(default_factory=dict)
    """Settings with which the run could be resumed: `accumulate`, `node.batch_size`; nothing where none would help."""


def _suits(held: dict[str, Any], name: str, default: Any) -> bool:
    """Whether the value of that name is there and of the default's type."""
    if name not in held:
        return False
    value = held[name]
    if default is None:
        return value is None or isinstance(value, (str, int, float))
    return isinstance(value, (int, float) if isinstance(default, float) else type(default))


def write_text(path: Path, text: str, *, durable: bool = False) -> None:
    """Replaces the file at once: a reader sees the old text or the new, never half of one."""
    write_bytes(path, text.encode(), durable=durable)


def write_bytes(path: Path, content: bytes, *, durable: bool = False) -> None:
    """As `write_text`, for any content."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with beside.open("wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        _replace(beside, path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def write_entry(path: Path, entry: Entry, *, durable: bool = False) -> None:
    """Replaces the file by the entry as JSON."""
    write_text(path, json.dumps(entry.to_json(), ensure_ascii=False, indent=1) + "\n", durable=durable)


def read_json(path: Path) -> Any:
    """The JSON value in the file; None where there is no file, or no JSON in it."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def _replace(source: Path, target: Path) -> None:
    """Renames over the target; Windows refuses for the moment that a reader has it open."""
    for wait in (0.005, 0.02, 0.08, 0.3):
        try:
            source.replace(target)
            return
        except PermissionError:
            if os.name != "nt":
                raise
            time.sleep(wait)
    source.replace(target)
