"""The Run menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.actions.action import Action, chosen
from designer.studying import cross_validate, find_rate
from designer.using import look_at_values, train_from, try_out
from runtime.protocol import State

if TYPE_CHECKING:
    from designer.window import Window


def _drawing(window: Window) -> bool:
    """Something is drawn."""
    return window.session.document.size > 0


def _can_start(window: Window) -> bool:
    """Something is drawn, all of it is read, and nothing is trained already."""
    return window.training.can_start


def _lives(window: Window) -> bool:
    """A training goes on."""
    return window.training.lives


def _has_learned(window: Window) -> bool:
    """A run has weights to go on from."""
    return window.training.run is not None and window.training.run.weights() is not None


def _state(window: Window) -> State | None:
    status = window.training.status
    return status.state if status else None


def _can_hold(window: Window) -> bool:
    """A training goes on or was broken off."""
    return _state(window) in (State.TRAINING, State.PAUSED) or _can_resume(window)


def _can_resume(window: Window) -> bool:
    run = window.training.run
    return not window.training.lives and run is not None and run.can_resume


def _hold(window: Window) -> None:
    if _state(window) is State.TRAINING:
        window.training.pause()
    else:
        window.training.go_on()


def _hold_words(window: Window) -> str:
    return "&Pause" if _state(window) is State.TRAINING else "Re&sume"


ACTIONS = (
    Action("train", "&Train", lambda window: window.training.start(), ("F5",), _can_start),
    Action("pause", _hold_words, _hold, ("F9",), _can_hold),
    Action("train-on", "Train &on with the edit", lambda w: w.training.train_on(), ("Ctrl+F5",), _has_learned),
    Action("later", "Train &later", lambda window: window.training.queue(), ("Shift+F9",), _drawing),
    Action("train-from", "Train &from weights…", train_from, when=_can_start),
    Action("stop", "&Stop", lambda window: window.training.stop(), ("Shift+F5",), _lives),
    None,
    Action("rate", "Find a &learning rate…", find_rate, when=_drawing),
    Action("folds", "&Cross-validate…", cross_validate, when=_drawing),
    None,
    Action("look", "Look at &values…", look_at_values, ("F8",), chosen),
    Action("try", "Tr&y it…", try_out, ("F7",), _drawing),
    Action("settings", "Run settin&gs", lambda window: window.panels.show_settings(), ("Ctrl+R",)),
)  # fmt: skip
