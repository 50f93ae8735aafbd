"""The way in: `python3 designer` from a fresh clone; `python -m designer` and `neuroloom` once it is set up."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Open the designer, or hand a verb such as `train` to the command line."""
    from runtime import bootstrap, cli

    given = sys.argv[1:] if arguments is None else arguments
    if given and (given[0] in cli.VERBS or given[0] in ("-h", "--help", "--version")):
        return cli.main(given)
    if not bootstrap.names_screen() and not os.environ.get("QT_QPA_PLATFORM"):
        from designer import terminal

        return terminal.no_window(given)
    from designer import starting

    starting.hurry()
    from designer import app

    return app.main(given)


def _from_clone(arguments: list[str]) -> int:
    """Set everything up, then open the designer; without a screen, do the main job in the terminal."""
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    from runtime import bootstrap

    verb = bool(arguments) and not Path(arguments[0]).exists() and not arguments[0].endswith(".loom")
    try:
        python = bootstrap.prepare(("datasets", "onnx", "pictures", "vision"))
        if not verb:
            bootstrap.ensure_qt_libraries(screen=bootstrap.names_screen())
    except bootstrap.SetupFailed as failed:
        bootstrap.say(str(failed))
        return 1
    if verb or bootstrap.has_screen(python):
        return bootstrap.run(python, "designer", arguments)
    return bootstrap.run(python, "designer.terminal", arguments, {"QT_QPA_PLATFORM": "offscreen"})


if __name__ == "__main__":
    sys.exit(main() if __package__ else _from_clone(sys.argv[1:]))
