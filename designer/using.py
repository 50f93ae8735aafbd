"""What can be done with what a run has learned: try it on a sample, or train on from its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from designer.window import Window
    from runtime.runs import Run

NOTHING = "Nothing has been learned yet: train the drawing first."
FROM = (
    "A new run begins with the weights of an earlier one. Nodes are matched by their names, renamed ones are known all "
    "the same. What does not fit begins anew, and that is said."
)


def try_out(window: Window, run: Run | None = None) -> None:
    """Opens what a run has learned for one sample after another; of the watched run, else of the newest."""
    from designer.dialogs.trial import TrialDialog

    found = run or _newest(window)
    if found is None:
        window.say(NOTHING)
        return
    TrialDialog(found, window.shell.theme, window).show()


def train_from(window: Window, run: Run | None = None) -> None:
    """Trains the drawing with the weights of a run to begin with; asks which, where none is given."""
    found = run or _asked(window)
    if found is not None:
        window.training.start(begin=found)


def _asked(window: Window) -> Run | None:
    from designer.dialogs.neurons import TakeDialog

    if _newest(window) is None:
        window.say(NOTHING)
        return None
    session, watched, theme = window.session, window.training.run, window.shell.theme
    dialog = TakeDialog("Train from weights", FROM, "Train", session, watched, theme, window, fresh=False)
    return dialog.run if dialog.exec() else None


def _newest(window: Window) -> Run | None:
    from designer.dialogs.weights import with_weights

    return next(iter(with_weights(window.session, window.training.run)), None)
