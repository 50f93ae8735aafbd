"""Follows one run folder, live or long ended, and tells the window what is new in it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from runtime.protocol import State, Status
from runtime.runs import Run
from runtime.tail import News, Tail

LIVE_MS = 100
"""Between two looks at a run that lives. With a worker that writes every 100 ms a loss is seen within 250."""

ENDED_MS = 1000
"""Between two looks at a run that has ended: it may be taken up again, or be deleted."""

ROWS = 200_000
"""Rows read in one look: a long run comes in parts, between which the window stays awake."""


class Runner(QObject):
    """Tails one run. All signals carry plain Python values.

    `news` is the whole of a look and comes first; the others tell parts of it.
    """

    news = Signal(object)
    """`News`, at every look that brought something."""
    points = Signal(object)
    """New rows, one a step, columns as in the job."""
    epoch = Signal(object)
    """`Epoch`, one that ended."""
    happened = Signal(object)
    """`Event`, one that happened."""
    state = Signal(object)
    """`Status`, whenever it differs from the last one."""
    failed = Signal(object)
    """`Failure`, once, when the run has failed."""
    gone = Signal()
    """The folder has vanished; the runner has stopped."""

    def __init__(self, run: Run, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.run = run
        self.status = Status()
        self._tail = Tail(run)
        self._seen: Status | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begins to look, at once."""
        self._timer.start(0)

    def stop(self) -> None:
        """Looks no more."""
        self._timer.stop()

    def look(self) -> None:
        """Looks now, tells what is new, and plans the next look."""
        news = self._tail.read(ROWS)
        if news.gone:
            self.stop()
            self.gone.emit()
            return
        self._tell(news)
        pause = 0 if news.more else LIVE_MS if news.status.state.lives else ENDED_MS
        self._timer.start(pause)

    def _tell(self, news: News) -> None:
        before, self._seen, self.status = self._seen, news.status, news.status
        brought = len(news.rows) or news.epochs or news.events or news.restarted or news.cut is not None
        if brought or before != news.status:
            self.news.emit(news)
        if len(news.rows):
            self.points.emit(news.rows)
        for epoch in news.epochs:
            self.epoch.emit(epoch)
        for event in news.events:
            self.happened.emit(event)
        if before != news.status:
            self.state.emit(news.status)
            self._tell_failure(before)

    def _tell_failure(self, before: Status | None) -> None:
        if self.status.state is State.FAILED and (before is None or before.state is not State.FAILED):
            failure = self.run.failure()
            if failure is not None:
                self.failed.emit(failure)
