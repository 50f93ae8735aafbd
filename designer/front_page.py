"""The start page of a window, with all that its buttons do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from designer.panels.start import StartPage
    from designer.window import Window


def front_page(window: Window) -> StartPage:
    """Templates and recent drawings, to begin with."""
    from designer.panels.start import StartPage
    from designer.previews import Previews
    from runtime.assets import templates

    shell = window.shell
    draw = Previews(shell.catalogue, shell.theme).of_text
    start = StartPage(templates(), shell.preferences, shell.theme, draw)
    start.new_wanted.connect(window.tabs.show_canvas)
    start.open_wanted.connect(lambda path: window.files.open(Path(path)) if path else window.files.ask_open())
    start.template_wanted.connect(window.files.from_template)
    return start
