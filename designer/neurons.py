"""What can be done with single neurons from the menu: rows of them, layers opened and closed, learned weights typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from designer.dialogs.weights import with_weights
from designer.panels.inspector import Inspector
from graph import edits
from graph.edits.neurons import taps_of
from runtime.runs import Run

if TYPE_CHECKING:
    from designer.dialogs.neurons import RowDialog, TakeDialog
    from designer.window import Window


def is_linear(window: Window) -> bool:
    """Just one node is selected, and it is a Linear."""
    born = window.session.selection.single
    return born is not None and window.session.level.document.node(born).kind == "Linear"


def are_neurons(window: Window) -> bool:
    """Neurons are selected, and nothing else."""
    session = window.session.level
    births = session.selection.births
    return bool(births) and all(session.document.node(born).kind == "Neuron" for born in births)


def has_neurons(window: Window) -> bool:
    """Neurons are drawn."""
    return bool(window.session.level.document.by_kind().get("Neuron"))


def is_wire(window: Window) -> bool:
    """Just one wire is selected."""
    return len(window.session.selection.wires) == 1 and not window.session.selection.births


def into_neurons(window: Window) -> bool:
    """Wires are selected, and all of them end at neurons."""
    document = window.session.level.document
    ends = [document.wire(key).target for key in window.session.selection.wires]
    return bool(ends) and all(document.has_node(born) and document.node(born).kind == "Neuron" for born in ends)


def several(window: Window) -> bool:
    """Two nodes or more are selected."""
    return len(window.session.selection.births) > 1


def add_row(window: Window) -> None:
    """Ask how many, and add a row wired from what is selected."""
    from designer.dialogs.neurons import RowDialog

    session = window.session.level
    births = session.selection.births
    names = [session.document.node(born).id for born in births]
    ask(RowDialog(names, window.shell.theme, window), lambda asked: _add_row(window, births, asked))


def _add_row(window: Window, births: list[str], asked: RowDialog) -> None:
    document = window.session.level.document
    middle = None if births else window.view.camera.pointed(window.view.pointer)
    at = None if middle is None else (round(middle.x()), round(middle.y()))
    _attempt(
        window, "Add row of neurons",
        lambda: edits.add_row(document, asked.count, taps_of(document, births), activation=asked.activation, at=at),
    )  # fmt: skip


def open_linear(window: Window) -> None:
    """Put neurons in the place of the selected Linear; where runs have trained it, ask whose weights they take."""
    from designer.dialogs.neurons import TakeDialog

    session, watched = window.session, window.training.run
    born = session.selection.single
    if born is None:
        return
    if not with_weights(session, watched):
        _open(window, born, None, None)
        return
    told = f"{session.level.document.node(born).id} becomes single neurons. Weights of a run are typed into them."
    dialog = TakeDialog(
        "Open into neurons", told, "Open", session, watched, window.shell.theme, window, fresh=True
    )  # fmt: skip
    ask(dialog, lambda asked: _open(window, born, asked.run, asked))


def _open(window: Window, born: str, run: Run | None, asked: TakeDialog | None) -> None:
    from runtime import learned

    document, held = window.session.level.document, None
    trained = asked.weights.drawing() if asked is not None else None
    if run is not None and trained is not None:
        try:
            held = learned.linear(run, trained, born)
        except learned.NothingLearned as nothing:
            window.say(str(nothing))
            return
    weights, biases = (held.weights, held.biases) if held else (None, None)
    _attempt(window, "Open into neurons", lambda: edits.open_linear(document, born, weights, biases))


def adopt_weights(window: Window) -> None:
    """Ask for a run, and type what its neurons have learned."""
    from designer.dialogs.neurons import TakeDialog

    session, watched = window.session, window.training.run
    if not with_weights(session, watched):
        window.say("No run of this drawing has weights yet: train it first.")
        return
    told = "Weights and biases that neurons have learned are typed into the drawing, where training starts from them."
    dialog = TakeDialog(
        "Adopt weights", told, "Adopt", session, watched, window.shell.theme, window, fresh=False
    )  # fmt: skip
    ask(dialog, lambda asked: adopt(window, asked.run, asked.weights.drawing()))


def adopt_from(window: Window, run: Run) -> None:
    """Type what the neurons have learned in a run."""
    from graph import project

    try:
        trained = project.parse(run.project_text(), window.shell.catalogue)
    except (OSError, project.ProjectError):
        trained = None
    adopt(window, run, trained)


def adopt(window: Window, run: Run | None, trained: Any) -> None:
    """Type the weights of a run into the neurons of the drawing; `trained` is what the run trained."""
    from runtime import learned

    session = window.session
    if run is None or trained is None:
        window.say("The drawing of this run cannot be read.")
        return
    try:
        found = learned.neurons(run, trained, session.reading)
    except learned.NothingLearned as nothing:
        window.say(str(nothing))
        return
    count = window.scene.attempt("Adopt weights", lambda: edits.adopt_weights(session.document, found))
    if count:
        window.say(f"Weights of {run.name} are typed into {count} neuron{'' if count == 1 else 's'}.")


def type_weight(window: Window, text: str = "") -> None:
    """Put the cursor into the weight of the selected wire; `text` is what was typed of it already."""
    window.panels.show("inspector", focus=False)
    inspector = window.panels.docks["inspector"].widget()
    if isinstance(inspector, Inspector):
        inspector.focus_weight(text)


def ask(dialog: Any, then: Callable[[Any], object]) -> None:
    """Show a question over its window; what follows happens if it is answered."""
    dialog.accepted.connect(lambda: then(dialog))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def _attempt(window: Window, label: str, verb: Callable[[], list[str]]) -> None:
    """Do a verb as one step, and select what it has made."""
    births = window.scene.attempt(label, verb)
    if births:
        window.session.selection.set(births)
        window.view.camera.reveal(births)
