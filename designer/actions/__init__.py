"""What menus, keys and buttons can do: each one is an `Action` record, listed once."""

from designer.actions import arrange, bookmarks, edit, file, help, neurons, run, view
from designer.actions.action import Action

MENUS: tuple[tuple[str, tuple[Action | None, ...]], ...] = (
    ("&File", file.ACTIONS),
    ("&Edit", edit.ACTIONS),
    ("&View", view.ACTIONS),
    ("&View › Book&marks", bookmarks.ACTIONS),
    ("&Arrange", arrange.ACTIONS),
    ("&Neurons", neurons.ACTIONS),
    ("&Run", run.ACTIONS),
    ("&Help", help.ACTIONS),
)
"""The menus in order, one within another as `View › Bookmarks`; None stands for a line between groups."""

ALL = tuple(action for _, listed in MENUS for action in listed if action is not None)

__all__ = ["ALL", "MENUS", "Action"]
