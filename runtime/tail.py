"""Reads what was added to a run folder since the last look, and notices when a resume took something back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runtime.protocol import EPOCHS, EVENTS, JOB, STEPS, Epoch, Event, Job, State, Status

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from runtime.runs import Run

CELL = 4
"""Bytes of a float32."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a look brought."""

    job: Job
    status: Status
    rows: NDArray[np.float32]
    """New rows of steps."""
    epochs: list[Epoch]
    events: list[Event]
    cut: int | None = None
    """What lay after so many steps is void; the new rows and epochs follow on it."""
    restarted: bool = False
    """Another run lies in the folder now: nothing of before holds."""
    gone: bool = False
    """There is no run in the folder any more."""
    more: bool = False
    """There is more to read at once; look again soon."""


class Tail:
    """Follows one run folder."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.job = Job()
        self.row = 0
        """Rows read so far."""
        self._job_stamp: tuple[int, int] | None = None
        self._epochs_at = 0
        self._events_at = 0
        self._begun = False

    def read(self, limit: int | None = None) -> News:
        """What is new, at most `limit` rows of it. The status is read first: when it says "ended", all is there."""
        if not self.run.exists:
            lost = Status(state=State.LOST)
            return News(job=self.job, status=lost, rows=self._rows(0), epochs=[], events=[], gone=True)
        status = self.run.status()
        restarted = self._read_job()
        events = [] if self._begun else self._read_events()
        cut = self._shrunk()
        rows, epochs = self._rows(limit), self._read_epochs()
        if self._begun:
            events = self._read_events()
            resumed = [int(event.data.get("step", 0)) for event in events if event.event == "resumed"]
            if resumed:
                cut = min(resumed if cut is None else [*resumed, cut])
                rows, epochs = self._read_again(cut, limit)
        self._begun = True
        self.row += len(rows)
        more = limit is not None and len(rows) == limit
        return News(
            job=self.job,
            status=status,
            rows=rows,
            epochs=epochs,
            events=events,
            cut=cut,
            restarted=restarted,
            more=more,
        )

    def _read_again(self, cut: int, limit: int | None) -> tuple[NDArray[np.float32], list[Epoch]]:
        """A resume took back what lay after `cut` steps: reads from there."""
        self.row = min(self.row, cut)
        self._epochs_at = 0
        return self._rows(limit), [epoch for epoch in self._read_epochs() if epoch.step > cut]

    def _read_job(self) -> bool:
        """Reads the job where its file has changed. True if it is another run than before."""
        try:
            stat = (self.run.path / JOB).stat()
        except OSError:
            return False
        if (stat.st_mtime_ns, stat.st_size) == self._job_stamp:
            return False
        self._job_stamp = (stat.st_mtime_ns, stat.st_size)
        before, self.job = self.job, self.run.job
        if not self._begun or before.key == self.job.key:
            return False
        self.row = self._epochs_at = self._events_at = 0
        self._begun = False
        return True

    def _shrunk(self) -> int | None:
        """The number of rows on the disk, where it is smaller than what was read."""
        width = CELL * len(self.job.columns)
        held = _size(self.run.path / STEPS) // width if width else 0
        if held >= self.row:
            return None
        self.row = held
        return held

    def _rows(self, limit: int | None) -> NDArray[np.float32]:
        return read_rows(self.run.path / STEPS, len(self.job.columns), self.row, limit)

    def _read_epochs(self) -> list[Epoch]:
        values, self._epochs_at = read_lines(self.run.path / EPOCHS, self._epochs_at)
        return [Epoch.from_json(value) for value in values]

    def _read_events(self) -> list[Event]:
        values, self._events_at = read_lines(self.run.path / EVENTS, self._events_at)
        return [Event.from_json(value) for value in values]


def read_rows(path: Path, columns: int, since: int, limit: int | None = None) -> NDArray[np.float32]:
    """Whole rows of little-endian float32 after the first `since`; a last row that is still being written waits."""
    import numpy as np  # only where numbers are read: the window opens sooner without it

    empty = np.empty((0, columns), np.float32)
    if not columns or limit == 0:
        return empty
    try:
        with path.open("rb") as file:
            file.seek(since * columns * CELL)
            data = np.fromfile(file, "<f4", -1 if limit is None else limit * columns)
    except OSError:
        return empty
    whole = data[: len(data) - len(data) % columns].reshape(-1, columns)
    return whole.astype(np.float32, copy=False)


def read_lines(path: Path, at: int) -> tuple[list[Any], int]:
    """The JSON values of whole lines after byte `at`, and where the next ones begin. What is no JSON is passed over."""
    try:
        with path.open("rb") as file:
            file.seek(at if at <= _size(path) else 0)
            start = file.tell()
            data = file.read()
    except OSError:
        return [], at
    end = data.rfind(b"\n") + 1
    return [value for line in data[:end].splitlines() for value in _parsed(line, json.loads)], start + end


def _parsed(line: bytes, parse: Callable[[bytes], Any]) -> list[Any]:
    try:
        return [parse(line)]
    except (ValueError, RecursionError):
        return []


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
