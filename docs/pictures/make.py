"""Makes the pictures of these pages with the real window and the real worker: `python docs/pictures/make.py [NAME …]`.

With `--check` nothing is written: each picture is made anew and compared with the one that is kept here.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from likeness import TOLERANCE, difference  # noqa: E402  # the same
from PySide6.QtGui import QGuiApplication  # noqa: E402  # the folders come first
from situations import SITUATIONS, Situation  # noqa: E402  # the same

from designer.theme import family_of  # noqa: E402  # the same

ABOUT = HERE / "about.json"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SITUATIONS))
    parser.add_argument("--check", action="store_true", help="compare with the pictures that are kept")
    parser.add_argument("--out", type=Path, default=HERE, help="where to write them")
    given = parser.parse_args(arguments)
    chosen = [SITUATIONS[name] for name in given.names or SITUATIONS]
    if given.check:
        if (kept := json.loads(ABOUT.read_text(encoding="utf-8"))) != fonts():
            print(f"The pictures were made with {kept}; here are {fonts()}: they cannot be compared.")
            return 2
        return 1 if [one for one in chosen if not alike(one)] else 0
    for one in chosen:
        make(one, given.out)
        print(f"{one.name}.png  {one.words}", flush=True)
    (given.out / ABOUT.name).write_text(json.dumps(fonts()) + "\n", encoding="utf-8")
    return 0


def fonts() -> dict[str, str]:
    """The fonts that this machine writes with: without the same ones, pictures cannot be the same."""
    application = QGuiApplication.instance() or QGuiApplication([])
    found = {"interface": family_of(False), "code": family_of(True)}
    del application
    return found


def make(one: Situation, folder: Path) -> Path:
    """Take one picture in a process of its own: the scale of a screen is fixed when a program starts."""
    path = folder / f"{one.name}.png"
    with tempfile.TemporaryDirectory() as state:
        places = dict.fromkeys(("NEUROLOOM_STATE", "HOME", "XDG_CONFIG_HOME"), state)
        env = {**os.environ, **places, "QT_SCALE_FACTOR": str(one.scale), "NEUROLOOM_MEASURE": "0"}
        command = [sys.executable, str(HERE / "situations.py"), one.name, str(path)]
        subprocess.run(command, env=env, check=True, timeout=300)
    return path


def alike(one: Situation) -> bool:
    """Whether a situation still looks as its picture says; it is told how far it is off."""
    with tempfile.TemporaryDirectory() as folder:
        off = difference(make(one, Path(folder)), HERE / f"{one.name}.png")
    print(f"{one.name:14} {off:.4f} {'' if off <= one.tolerance * TOLERANCE else 'differs'}", flush=True)
    return off <= one.tolerance * TOLERANCE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
