"""Whose weights are taken: a choice among the runs of a drawing, and what each of them trained."""

from __future__ import annotations

import time

from designer.fields.choice import Choices
from designer.numbers import ago, value_text
from designer.session import Session
from designer.theme import Theme
from graph import project
from graph.document import Document
from runtime.runs import Run, runs_of
from runtime.summary import summarize

FRESH = "Not trained: those that training begins with"


class Weights(Choices):
    """The runs that left weights, newest first, and none of them."""

    def __init__(self, session: Session, watched: Run | None, theme: Theme) -> None:
        super().__init__(theme)
        self._catalogue = session.document.catalogue
        self._kept: dict[Run, Document | None] = {}
        self.setAccessibleName("Weights")
        for run in with_weights(session, watched):
            self.addItem(told_of(run), run)
        self.addItem(FRESH, None)
        if watched is not None:
            self.setCurrentIndex(max(0, self.findData(watched)))

    @property
    def run(self) -> Run | None:
        """The run that is chosen."""
        found = self.currentData()
        return found if isinstance(found, Run) else None

    def drawing(self) -> Document | None:
        """The drawing that the chosen run trained."""
        run = self.run
        if run is not None and run not in self._kept:
            try:
                self._kept[run] = project.parse(run.project_text(), self._catalogue)
            except (OSError, project.ProjectError):
                self._kept[run] = None
        return self._kept[run] if run is not None else None


def with_weights(session: Session, run: Run | None) -> list[Run]:
    """The runs whose weights can be taken: the watched one, then those of the drawing's file, newest first."""
    older = reversed(runs_of(session.path)) if session.path else ()
    candidates = dict.fromkeys([*([run] if run else []), *older])
    return [one for one in candidates if one.weights() is not None]


def told_of(run: Run) -> str:
    """A run in one line: its name, what it came to, when it was started."""
    summary = summarize(run)
    figures = [f"{name} {value_text(value)}" for name, value in summary.figures(summary.best).items()]
    return " · ".join([run.name, *figures[:2], ago(time.time() - summary.job.created)])
