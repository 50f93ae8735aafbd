"""What is done with a network beside training it: look at its values, try it on a sample, train on from its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from designer.window import Window
    from graph.document import Document
    from runtime.runs import Run

NOTHING = "Nothing has been learned yet: train the drawing first."
UNSEEN = "Select a node that gives numbers, a layer or data, to look at its values."
FROM = (
    "A new run begins with the weights of an earlier one. Nodes are matched by their names, renamed ones are known all "
    "the same. What does not fit begins anew, and that is said."
)


def try_out(window: Window, run: Run | None = None) -> None:
    """Opens what a run has learned for one sample after another; of the watched run, else of the newest.

    Such dialogs belong to the page of their drawing: they go when it is closed, and stay when another one is shown.
    """
    from designer.dialogs.trial import TrialDialog

    found = run or _newest(window)
    if found is None:
        window.say(NOTHING)
        return
    TrialDialog(found, window.shell.theme, window.page).show()


def look_at_values(window: Window) -> None:
    """Shows what comes out at the selected node for one batch."""
    from designer.dialogs.values import ValuesDialog

    births = [born for born in window.session.selection.births if gives_values(window.session.level.document, born)]
    if not births:
        window.say(UNSEEN)
        return
    ValuesDialog(window.session, births[0], window.training.run, window.shell.theme, window.page).show()


def gives_values(document: Document, born: str) -> bool:
    """Whether numbers come out of a node."""
    made = document.make(document.node(born))
    return any(port.type == "tensor" for port in made.ports_out())


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
