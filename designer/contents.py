"""Makes what stands in the panels of a window; whatever they want of a drawing, they want of the one that is shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from designer.block_files import Shelf
from designer.neurons import adopt_from
from designer.panels.inspector import Inspector
from designer.panels.palette import Palette
from designer.studying import find_rate
from designer.using import train_from, try_out
from graph import edits

if TYPE_CHECKING:
    from designer.panels.code import Code
    from designer.panels.problems import Problems
    from designer.panels.runs import Runs
    from designer.panels.steps import Steps
    from designer.window import Window


def palette(window: Window, *, filled: bool) -> Palette:
    """The kinds; they are looked at, which takes a moment, only where it is to be `filled` at once."""
    shell = window.shell
    made = Palette(shelf(window), shell.theme, shell.preferences.closed_families, filled=filled)
    made.chosen.connect(lambda kind: window.view.commands.add(kind))
    made.asked.connect(window.reference.open)
    made.folded.connect(lambda closed: setattr(shell.preferences, "closed_families", set(closed)))
    made.offers = partial(_offers, window)
    return made


def shelf(window: Window) -> Shelf:
    return Shelf(window.session.document.catalogue, window.shell.block_files)


def _offers(window: Window, name: str) -> tuple[str, Callable[[], object]] | None:
    """What can be done with a block in the list beside adding it: take it out of the drawing or of the library."""
    block = window.session.document.find_block(name)
    if block is not None:
        verb = partial(edits.remove_block, window.session.document, block.born)
        return "Remove from the drawing", partial(window.scene.attempt, "Remove the block", verb)
    if window.shell.block_files.is_own(name):
        return "Remove from the library", partial(_forget, window, name)
    return None


def _forget(window: Window, name: str) -> None:
    window.shell.block_files.forget(name)
    window.panels.palette.look_again()


def inspector(window: Window) -> Inspector:
    tab = window.tabs.current
    made = Inspector(tab.session.level, tab.source, window.shell.theme)
    made.refused.connect(window.say)
    made.offered.connect(window.take_up)
    made.asked.connect(window.reference.open)
    made.sought.connect(lambda born: find_rate(window, born))
    made.entered.connect(lambda born: tab.session.enter((*tab.session.level.path, born)))
    return made


def problems(window: Window) -> Problems:
    from designer.panels.problems import Problems

    level, theme = window.session.level, window.shell.theme
    made = Problems(level.document, level.reading, level.history, level.bridge, level.selection, theme)
    made.jump.connect(lambda born: window.view.camera.reveal([born]))
    made.offered.connect(window.take_up)
    return made


def code(window: Window) -> Code:
    from designer.panels.code import Code

    return Code(window.tabs.current.source, window.session.selection, window.shell.theme)


def runs(window: Window) -> Runs:
    from designer.panels.runs import Runs

    made = Runs(window.shell.theme)
    made.set_project(window.session.path)
    made.opened.connect(window.open_run)
    made.resumed.connect(lambda run: window.training.resume(run))
    made.adopted.connect(partial(adopt_from, window))
    made.tried.connect(partial(try_out, window))
    made.begun.connect(partial(train_from, window))
    return made


def steps(window: Window) -> Steps:
    from designer.panels.steps import Steps

    made = Steps(window.shell.theme)
    made.wanted.connect(lambda position: window.session.jump(position))
    return made
