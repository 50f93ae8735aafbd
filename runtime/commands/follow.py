"""Follows a run on the command line until it ends: lines of JSON, a progress bar, or a line now and then."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from runtime.commands.command import GOOD, RUN_FAILED, WRONG_DRAWING, WRONG_USAGE, Stop, complain, emit, say
from runtime.launch import stop
from runtime.protocol import Epoch, Event, State, Status
from runtime.runs import Run
from runtime.tail import News, Tail
from runtime.words import duration

POLL_SECONDS = 0.1
LINE_SECONDS = 1.0
"""Without a terminal, epochs that follow one another faster are not all told."""

MOST_ROWS = 20
"""A table of more rows is not written out on the screen."""

CAUSES = {"drawing": WRONG_DRAWING, "data": WRONG_DRAWING, "device": WRONG_USAGE}


def follow(run: Run, *, as_json: bool, tail: Tail | None = None) -> int:
    """Tells how the run goes; the exit code. Ctrl-C stops the run at a checkpoint."""
    teller = JsonTeller(run) if as_json else BarTeller(run) if sys.stdout.isatty() else LineTeller(run)
    tail, cause = tail or Tail(run), ""
    teller.begin()
    with stopping(run):
        while True:
            news = tail.read()
            for event in news.events:
                cause = str(event.data.get("cause", "")) if event.event == "failed" else cause
                teller.event(event)
            for epoch in news.epochs:
                teller.epoch(epoch, news.status)
            teller.look(news)
            if not news.status.state.lives and not news.more:
                break
            time.sleep(POLL_SECONDS)
    return _end(run, news.status, teller, cause)


def _end(run: Run, status: Status, teller: Teller, cause: str) -> int:
    if status.state is State.FINISHED:
        teller.finished(status)
        return GOOD
    again = f"--resume --run {run.path} goes on."
    if status.state is State.STOPPED:
        teller.ended("stopped", f"Stopped after epoch {status.epoch - 1}, step {status.step}. {again}")
        return RUN_FAILED
    if status.state is State.LOST:
        teller.ended("failed", f"The training was cut off at step {status.step}: its process is gone. {again}")
        return RUN_FAILED
    failure = run.failure()
    message = failure.message if failure else status.message or "The run failed."
    teller.ended("failed", message)
    return CAUSES.get(cause, RUN_FAILED)


def ended_badly(study: Run, stopped: str) -> Stop:
    """How a study that is not finished ended; `stopped` is what is said of one that was stopped."""
    if study.status().state in (State.STOPPED, State.LOST):
        return Stop(RUN_FAILED, stopped)
    cause = next((str(event.data.get("cause")) for event in study.events() if event.event == "failed"), "")
    failure = study.failure()
    return Stop(CAUSES.get(cause, RUN_FAILED), failure.message if failure else "The study failed.")


@contextmanager
def stopping(run: Run) -> Iterator[None]:
    """While it lasts, a wish to end this process is a wish to stop the run."""
    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]

    def wish(number: int, frame: FrameType | None) -> None:
        stop(run)

    before = {name: signal.signal(getattr(signal, name), wish) for name in names}
    try:
        yield
    except BrokenPipeError:
        stop(run)
        raise
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


class Teller:
    """How a run is told."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def begin(self) -> None:
        """The run was started."""

    def event(self, event: Event) -> None:
        """Something happened."""

    def epoch(self, epoch: Epoch, status: Status) -> None:
        """An epoch is over."""

    def look(self, news: News) -> None:
        """Some time has passed."""

    def finished(self, status: Status) -> None:
        """It came to its end."""

    def ended(self, word: str, sentence: str) -> None:
        """It came to another end."""
        complain(sentence)


class JsonTeller(Teller):
    """One object on a line: started, message, epoch, early_stop, and last finished, stopped or failed."""

    def begin(self) -> None:
        emit("started", run=str(self.run.path))

    def event(self, event: Event) -> None:
        if event.event in ("message", "early_stop", "resumed"):
            emit(event.event, **event.data)

    def epoch(self, epoch: Epoch, status: Status) -> None:
        emit("epoch", **epoch.to_json(), epochs=status.epochs)

    def finished(self, status: Status) -> None:
        done = self.run.epochs()
        tables = self.run.tables()
        metrics = {part: {**figures, **tables.get(part, {})} for part, figures in self.run.metrics().items()}
        emit("finished", epochs=done[-1].epoch if done else 0, metrics=metrics, run=str(self.run.path))

    def ended(self, word: str, sentence: str) -> None:
        failure = self.run.failure()
        node = failure.node if failure else None
        emit(word, message=sentence, node=node, run=str(self.run.path))
        complain(sentence)


class LineTeller(Teller):
    """Lines, for a log."""

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self._next = 0.0
        self._held: Epoch | None = None

    def begin(self) -> None:
        say(f"Run folder: {self.run.path}")

    def event(self, event: Event) -> None:
        if event.event == "message":
            self._line(str(event.data.get("text", "")))
        elif event.event == "early_stop":
            data = event.data
            self._line(f"No progress in {data.get('figure')} since epoch {data.get('best')}: stops early.")

    def epoch(self, epoch: Epoch, status: Status) -> None:
        if time.monotonic() < self._next and epoch.epoch != status.epochs:
            self._held = epoch
            return
        self._held, self._next = None, time.monotonic() + LINE_SECONDS
        self._line(told(epoch, status.epochs))

    def finished(self, status: Status) -> None:
        if self._held:
            self._line(told(self._held, status.epochs))
        self._line(f"Finished in {duration(status.seconds)}.")
        for part, figures in self.run.metrics().items():
            self._line(f"  {part:<11}{shown(figures)}")
        for part, tables in self.run.tables().items():
            for name, rows in tables.items():
                self._line(f"  {part:<11}{name} (a row for each right class, a column for each answer)")
                for line in grid(rows):
                    self._line(f"  {'':<11}{line}")

    def _line(self, text: str) -> None:
        say(text)


class BarTeller(LineTeller):
    """One line that is written over and over."""

    WIDTH = 24

    def epoch(self, epoch: Epoch, status: Status) -> None:
        self._held = epoch

    def look(self, news: News) -> None:
        status = news.status
        if not status.state.lives or status.state is State.STARTING:
            return
        part = status.step / status.steps if status.steps else 0.0
        filled = round(part * self.WIDTH)
        bar = "━" * filled + "─" * (self.WIDTH - filled)
        left = f"{duration(status.seconds_left)} left" if status.seconds_left is not None else ""
        figures = shown({**self._held.train, **self._held.validation}) if self._held else ""
        parts = [f"{status.state.value} epoch {status.epoch}/{status.epochs}", bar, f"{part:4.0%}", left, figures]
        self._over("  ".join(filter(None, parts)))

    def ended(self, word: str, sentence: str) -> None:
        self._over("")
        super().ended(word, sentence)

    def _line(self, text: str) -> None:
        self._over("")
        say(text)

    def _over(self, text: str) -> None:
        """Writes over the line, no further than the terminal is wide."""
        import shutil

        width = max(20, shutil.get_terminal_size().columns - 1)
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write("\r" + text[:width].encode(encoding, "replace").decode(encoding) + "\x1b[K")
        sys.stdout.flush()


def told(epoch: Epoch, epochs: int) -> str:
    """An epoch in a line."""
    parts = [f"epoch {epoch.epoch:>{len(str(epochs))}}/{epochs}", f"train {shown(epoch.train)}"]
    if epoch.validation:
        parts.append(f"validation {shown(epoch.validation)}")
    return "   ".join(parts) + ("   best" if epoch.best else "")


def shown(figures: dict[str, Any]) -> str:
    """Figures in a line."""
    return "  ".join(
        f"{name} {value:.4f}" if abs(value) < 1e4 else f"{name} {value:.3e}" for name, value in figures.items()
    )


def grid(rows: list[list[float]]) -> list[str]:
    """A table in lines, its columns one below the other; a large one is told by its size."""
    if len(rows) > MOST_ROWS:
        return [f"{len(rows)} × {max(map(len, rows))} numbers"]
    cells = [[f"{cell:g}" for cell in row] for row in rows]
    width = max((len(cell) for row in cells for cell in row), default=0)
    return ["  ".join(f"{cell:>{width}}" for cell in row) for row in cells]
