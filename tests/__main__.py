"""`python3 tests` sets everything up and runs all tests; `--all` adds lint, types and import rules."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

CHECKS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy --strict": ["-m", "mypy"],
    "import rules": ["-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"],
}


def main(arguments):
    """Run what was asked for; 0 when all of it passes."""
    from runtime import bootstrap

    everything = "--all" in arguments
    rest = [argument for argument in arguments if argument != "--all"]
    try:
        python = bootstrap.prepare(("test", "check") if everything else ("test",))
        bootstrap.ensure_qt_libraries(screen=False)
    except bootstrap.SetupFailed as failed:
        bootstrap.say(str(failed))
        return 1
    steps = dict(CHECKS) if everything else {}
    steps["tests"] = ["-m", "pytest", "-n", "2", *rest]
    failed = [name for name, command in steps.items() if not _passes(python, name, command)]
    print("Failed: " + ", ".join(failed) + "." if failed else "All of it passes: " + ", ".join(steps) + ".", flush=True)
    return 1 if failed else 0


def _passes(python, name, command):
    print("--- " + name, flush=True)
    env = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    return subprocess.call([str(python), "-P", *command], cwd=str(ROOT), env=env) == 0


if __name__ == "__main__":
    sys.path[0] = str(ROOT)
    sys.exit(main(sys.argv[1:]))
