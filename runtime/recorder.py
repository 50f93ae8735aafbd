"""Writes a run folder: the one thing through which a worker speaks. It needs neither torch nor numpy."""

from __future__ import annotations

import json
import os
import struct
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from runtime.protocol import (
    CONTROL,
    EPOCHS,
    EVENTS,
    FAILURE,
    JOB,
    STATUS,
    STEPS,
    Entry,
    Epoch,
    Event,
    Failure,
    Job,
    Status,
    Wish,
    write_entry,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CELL = 4
"""Bytes of a float32."""


class Recorder:
    """Appends to one run folder. Only the process that holds the folder's lock may have one.

    Usual order: `begin(job)` or `take_up(job, step)`, then `steps`, `epoch`, `event`, `status` as training goes on, and
    `close` at the end.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.done = 0
        """Rows written to `steps.bin`, which is the number of steps done."""
        self._width = 0
        self._steps: IO[bytes] | None = None
        self._epochs: IO[bytes] | None = None
        self._events: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def begin(self, job: Job) -> None:
        """Writes the completed job and opens an empty record."""
        write_entry(self.folder / JOB, job, durable=True)
        self._open(job, 0)

    def take_up(self, job: Job, step: int) -> None:
        """Goes on after `step` steps: cuts what was recorded after them, and says so to whoever reads along.

        A reader takes steps and epochs first and events last; since the event is there before the first new row, it can
        never take a new row for an old one."""
        write_entry(self.folder / JOB, job, durable=True)
        self._open(job, step)
        self.event("resumed", step=step)

    def _open(self, job: Job, step: int) -> None:
        self._width = CELL * len(job.columns)
        self.done = step
        self._steps = _appending(self.folder / STEPS)
        self._fit_steps(step)
        _cut_lines(self.folder / EPOCHS, step)
        _cut_torn(self.folder / EVENTS)
        self._epochs = _appending(self.folder / EPOCHS)
        self._events = self._events or _appending(self.folder / EVENTS)

    def _fit_steps(self, step: int) -> None:
        """Cuts to `step` rows. Rows that a power failure took are filled with nan: row and step stay in line."""
        assert self._steps is not None
        wanted, held = step * self._width, (self.folder / STEPS).stat().st_size
        self._steps.truncate(min(wanted, held - held % max(1, self._width)))
        missing = wanted - (self.folder / STEPS).stat().st_size
        self._steps.write(struct.pack("<f", float("nan")) * (missing // CELL))

    def steps(self, rows: bytes | NDArray[np.float32]) -> None:
        """Appends rows of little-endian float32, as many columns as the job names, in C order."""
        assert self._steps is not None
        view = memoryview(rows)  # type: ignore[arg-type]  # an array is a buffer, which 3.11 cannot say
        if not view.nbytes:
            return
        data = view.cast("B")
        count, rest = divmod(len(data), self._width)
        if rest:
            raise ValueError(f"{len(data)} bytes are no whole rows of {self._width} bytes")
        _write_all(self._steps, data)
        self.done += count

    def epoch(self, epoch: Epoch) -> None:
        """Appends what an epoch came to. Write its steps first."""
        assert self._epochs is not None
        _write_line(self._epochs, epoch)

    def event(self, event: str, **data: Any) -> None:
        """Appends something that happened. What belongs to a moment of the training carries `step` and `epoch`."""
        if self._events is None:
            _cut_torn(self.folder / EVENTS)
            self._events = _appending(self.folder / EVENTS)
        _write_line(self._events, Event(event=event, at=time.time(), data=data))

    def status(self, status: Status) -> None:
        """Replaces the status."""
        write_entry(self.folder / STATUS, status)

    def failure(self, failure: Failure) -> None:
        """Says why the run failed. Write it before the status `failed`."""
        write_entry(self.folder / FAILURE, failure, durable=True)

    def wish(self) -> Wish:
        """What the user wants now."""
        return read_wish(self.folder)

    def sync(self) -> None:
        """Puts the record on the disk: call it before a checkpoint is written, so that none is ahead of its record."""
        for file in (self._steps, self._epochs, self._events):
            if file is not None:
                os.fsync(file.fileno())

    def close(self) -> None:
        """Closes the files. The status has to be written before."""
        for file in (self._steps, self._epochs, self._events):
            if file is not None:
                file.close()
        self._steps = self._epochs = self._events = None


def _appending(path: Path) -> IO[bytes]:
    return path.open("ab", buffering=0)


def read_wish(folder: Path) -> Wish:
    """The word in `control`; anything else, or no such file, means: run."""
    try:
        word = (folder / CONTROL).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return Wish.RUN
    return Wish(word) if word in set(Wish) else Wish.RUN


def _write_line(file: IO[bytes], entry: Entry) -> None:
    line = json.dumps(entry.to_json(), ensure_ascii=False, separators=(",", ":")) + "\n"
    _write_all(file, memoryview(line.encode()))


def _write_all(file: IO[bytes], data: memoryview) -> None:
    """A raw file may take less than it is given."""
    while data:
        data = data[file.write(data) :]


def _cut_torn(path: Path) -> None:
    """Cuts a last line that has no end: the process that wrote it died in the middle of it."""
    if path.exists():
        text = path.read_bytes()
        os.truncate(path, text.rfind(b"\n") + 1)


def _cut_lines(path: Path, step: int) -> None:
    """Cuts the epochs that ended after `step`; they stand in order of their steps."""
    if not path.exists():
        return
    kept = 0
    for line in path.read_bytes().splitlines(keepends=True):
        if not line.endswith(b"\n") or _step_of(line) > step:
            break
        kept += len(line)
    os.truncate(path, kept)


def _step_of(line: bytes) -> int:
    try:
        return Epoch.from_json(json.loads(line)).step
    except (ValueError, RecursionError):
        return 0
