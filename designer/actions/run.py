"""The Run menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.actions.action import Action

if TYPE_CHECKING:
    from designer.window import Window


def _hold(window: Window) -> None:
    status = window.training.status
    if status is not None and status.state == "training":
        window.training.pause()
    else:
        window.training.go_on()


def _can_hold(window: Window) -> bool:
    run = window.training.run
    return run is not None and (window.training.lives or run.can_resume)


RUN = (
    Action("train", "Train", lambda window: window.train(), ("F5",), when=lambda window: window.training.can_start),
    Action("hold", "Pause or go on", _hold, ("F6",), when=_can_hold),
    Action("stop", "Stop", lambda window: window.training.stop(), ("Shift+F5",),
           when=lambda window: window.training.lives),
    Action("settings", "Run settings", lambda window: window.show_run_settings(), begins=True),
    Action("next_problem", "Next problem", lambda window: window.next_problem(1), ("F8",)),
    Action("previous_problem", "Previous problem", lambda window: window.next_problem(-1), ("Shift+F8",)),
)  # fmt: skip
