"""Everything a menu offers, as data: one `Action` record each."""

from designer.actions.action import Action
from designer.actions.arrange import ARRANGE
from designer.actions.edit import EDIT
from designer.actions.file import FILE
from designer.actions.help import HELP
from designer.actions.run import RUN
from designer.actions.view import VIEW

MENUS: tuple[tuple[str, tuple[Action, ...]], ...] = (
    ("File", FILE),
    ("Edit", EDIT),
    ("View", VIEW),
    ("Arrange", ARRANGE),
    ("Run", RUN),
    ("Help", HELP),
)
"""The menu bar, from left to right."""

__all__ = ["MENUS", "Action"]
