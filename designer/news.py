"""What a drawing's training and its journal have to say, above its canvas, whether it is shown just then or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.records import Node
from runtime.protocol import Event, Failure, State, Status
from runtime.runs import Run

if TYPE_CHECKING:
    from designer.tab import Tab


class News:
    """Fills the banner of one tab."""

    def __init__(self, tab: Tab) -> None:
        self._tab, self._banner, self._training = tab, tab.page.banner, tab.training
        self._trouble: str | None = None
        self._said: str | None = None
        training = tab.training
        training.refused.connect(self._refused)
        training.queued.connect(self._queued)
        training.failed.connect(self._failed)
        training.changed.connect(self._told)
        training.happened.connect(self._happened)
        training.switched.connect(self._forget_said)
        self._banner.dismissed.connect(training.forget_lost)
        tab.session.journal.troubled.connect(self._tell_trouble)
        self._tell_trouble(tab.session.journal.trouble)

    def close(self) -> None:
        """Stop listening to the journal."""
        self._tab.session.journal.troubled.disconnect(self._tell_trouble)

    def _say(self, sentence: str) -> None:
        """What passes by is said over the canvas; there is none while another drawing is shown."""
        if self._tab.page.view is not None:
            self._tab.window.say(sentence)

    def _refused(self, sentence: str) -> None:
        self._banner.tell(sentence, "error", ("Show problems", self._show_problems))

    def _queued(self, run: Run) -> None:
        from runtime.queue import turn

        self._say(f"{run.name} is trained {turn(run)}, whether a window is open then or not.")
        self._tab.window.panels.show("runs", focus=False)

    def _show_problems(self) -> None:
        """Those of the whole drawing."""
        if self._tab.session.level.path:
            self._tab.session.enter(())
        self._tab.window.panels.show("problems")

    def _failed(self, failure: Failure) -> None:
        buttons = []
        if isinstance(self._tab.session.document.records.get(failure.node or ""), Node):
            born = str(failure.node)
            buttons.append(("Show the node", lambda: self._show_node(born)))
        run = self._training.run
        if run is not None and run.can_resume:
            remedy, label = failure.remedy, "Resume in parts" if failure.remedy else "Resume from the checkpoint"
            label = "Resume on another device" if "device" in remedy else label
            buttons.append((label, lambda: self._training.resume(run, remedy)))
        self._banner.tell(failure.message, "error", *buttons)

    def _show_node(self, born: str) -> None:
        session = self._tab.session
        session.enter_level_of(born)
        session.selection.set([born])
        self._tab.view.camera.reveal([born])

    def _told(self, status: Status) -> None:
        run = self._training.run
        if status.state is State.LOST and run is not None:
            self._tell_lost(run, status)
        elif (status.state.lives or status.state is State.FINISHED) and self._banner.words.text() != self._said:
            self._banner.hide()

    def _happened(self, event: Event) -> None:
        """What a training says about itself: a warning stays, good news pass by."""
        if event.event == "message" and event.data.get("level") == "warning":
            self._said = str(event.data["text"])
            self._banner.tell(self._said, "warning")
        elif event.event == "message" and event.data.get("level") == "good":
            self._say(str(event.data["text"]))

    def _forget_said(self, _: object = None) -> None:
        self._said = None

    def _tell_lost(self, run: Run, status: Status) -> None:
        """Whoever was killed before the first checkpoint has nothing to go on from, but nothing to lose either."""
        if run.can_resume:
            epoch = min(max(status.epoch, len(run.epochs()) + 1), status.epochs or 1)
            cut = f"The training of {run.name} was cut off in epoch {epoch}: its process is gone."
            kept = "Everything up to its last checkpoint is kept; going on from there changes no number."
            self._banner.tell(f"{cut} {kept}", "warning", ("Resume", lambda: self._training.resume(run)))
        else:
            cut = f"The training of {run.name} was cut off before its first checkpoint: its process is gone."
            self._banner.tell(f"{cut} Nothing was learned yet.", "warning", ("Train again", self._training.start))

    def _tell_trouble(self, trouble: str | None) -> None:
        """Say that the journal cannot be written, as long as that is so."""
        if trouble is not None:
            self._banner.tell(trouble, "warning", ("Save…", lambda: self._tab.window.files.save()))
        elif self._trouble == self._banner.words.text():
            self._banner.hide()
        self._trouble = trouble
